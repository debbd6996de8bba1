"""The first and last thing of every request: host, proxies, prefix, HEAD, compression, headers."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from typing import Any

import pytest

from seal.settings import Settings, read
from seal.web.gate import Gate, _Arriving
from tests.conftest import Database, on
from tests.web.support import client, make_association, serving


async def _nobody(host: str) -> bool:
    return host == "miel.example"


class Call:
    """One request through a gate before an application that only remembers."""

    def __init__(self, *, body: bytes = b"x" * 2000, kind: bytes = b"text/html", **environ: str) -> None:
        self.settings: Settings = read({"SEAL_PUBLIC_ORIGIN": "https://sello.example", **environ})
        self.body, self.kind = body, kind
        self.scope: Any = None
        self.sent: list[Any] = []

    async def __call__(
        self,
        path: str = "/",
        *,
        method: str = "GET",
        client: tuple[str, int] = ("9.9.9.9", 1),
        host: str = "sello.example",
        **headers: str,
    ) -> Call:
        async def app(scope: Any, receive: Any, send: Any) -> None:
            self.scope = scope
            start = [(b"Content-Type", self.kind), (b"Content-Length", str(len(self.body)).encode())]
            await send({"type": "http.response.start", "status": 200, "headers": start})
            await send({"type": "http.response.body", "body": self.body})

        async def receive() -> Any:
            return {"type": "http.request"}

        async def send(message: Any) -> None:
            self.sent.append(message)

        raw = [(b"host", host.encode())]
        raw += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "method": method, "path": path, "headers": raw, "client": client, "state": {"kept": 1}}
        await Gate(app, self.settings, _nobody)(scope, receive, send)
        return self

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.sent[0]["headers"]}


async def test_unknown_host_is_turned_away_before_the_application() -> None:
    call = await Call()(host="evil.example")
    assert call.sent[0]["status"] == 421
    assert call.scope is None


async def test_host_of_an_association_is_known() -> None:
    assert (await Call()(host="MIEL.example")).scope is not None


async def test_prefix_becomes_the_slug_and_leaves_the_path() -> None:
    scope = (await Call()("/a/miel/desk/people")).scope
    assert (scope["path"], scope["raw_path"]) == ("/desk/people", b"/desk/people")
    assert scope["state"] == {"kept": 1, "association_slug": "miel", "prefix": "/a/miel"}


@pytest.mark.parametrize("path", ["/a/miel", "/a/miel/"])
async def test_bare_prefix_is_the_front_page(path: str) -> None:
    assert (await Call()(path)).scope["path"] == "/"


async def test_state_of_the_server_is_not_shared_between_requests() -> None:
    call = Call()
    await call()
    call.scope["state"]["visitor"] = "someone"
    await call()
    assert "visitor" not in call.scope["state"]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("9.9.9.9", "1.2.3.4", "9.9.9.9"),  # not a proxy of ours: not believed
        ("10.0.0.5", "1.2.3.4", "1.2.3.4"),
        ("10.0.0.5", "6.6.6.6, 1.2.3.4", "1.2.3.4"),  # the left part is whatever the reader wrote
        ("10.0.0.5", "1.2.3.4, 10.0.0.9", "1.2.3.4"),
        ("10.0.0.5", "", "10.0.0.5"),
        ("10.0.0.5", "nonsense", "10.0.0.5"),
    ],
)
async def test_forwarded_address_is_believed_of_trusted_proxies_only(peer: str, forwarded: str, client: str) -> None:
    call = await Call(SEAL_TRUSTED_PROXIES="10.0.0.0/8")(client=(peer, 1), x_forwarded_for=forwarded)
    assert call.scope["client"][0] == client


async def test_forwarded_host_changes_nothing() -> None:
    call = await Call(SEAL_TRUSTED_PROXIES="10.0.0.0/8")(client=("10.0.0.5", 1), x_forwarded_host="evil.example")
    assert call.sent[0]["status"] == 200


async def test_head_is_get_without_a_body() -> None:
    call = await Call()(method="HEAD")
    assert call.scope["method"] == "GET"
    assert [message["body"] for message in call.sent[1:]] == [b""]
    assert call.headers["content-length"] == "2000"


async def test_text_is_packed_for_who_takes_it() -> None:
    call = await Call()(accept_encoding="br, gzip")
    assert gzip.decompress(call.sent[1]["body"]) == b"x" * 2000
    assert call.headers["content-length"] == str(len(call.sent[1]["body"]))
    assert call.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("body", "kind", "accepts"),
    [(b"x" * 2000, b"text/html", ""), (b"x", b"text/html", "gzip"), (b"x" * 2000, b"application/pdf", "gzip")],
)  # fmt: skip
async def test_not_packed(body: bytes, kind: bytes, accepts: str) -> None:
    call = await Call(body=body, kind=kind)(accept_encoding=accepts)
    assert call.sent[1]["body"] == body
    assert "content-encoding" not in call.headers


async def test_every_answer_carries_the_security_headers() -> None:
    headers = (await Call()()).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"
    assert headers["strict-transport-security"].startswith("max-age=")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]


async def test_no_hsts_on_localhost() -> None:
    call = await Call(SEAL_PUBLIC_ORIGIN="http://localhost:8080")(host="localhost:8080")
    assert "strict-transport-security" not in call.headers


async def test_every_kind_of_answer_of_the_application_carries_them(database: Database) -> None:
    await make_association()
    async with serving(database.settings) as app:
        for path in ("/", "/desk", "/nothing/here", "/api/v1/me", "/api/health", "/association", "/entrar/x"):
            answer = await client(app).get(path)
            assert "default-src 'none'" in answer.headers["content-security-policy"], path
            assert answer.headers["x-content-type-options"] == "nosniff", path


@on("sqlite")
async def test_a_body_that_stops_is_answered_and_its_connection_ended(database: Database) -> None:
    async def stops() -> AsyncIterator[bytes]:
        yield b"credential="
        await asyncio.sleep(60)

    async def drips() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.04)

    await make_association()
    async with serving(database.settings) as app, client(app, headers={"Accept": "application/json"}) as browser:
        app.gate.patience = 0.1
        for body in (stops(), drips()):
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            answer = await asyncio.wait_for(browser.post("/verificar/credencial", content=body, headers=kind), 20)
            assert (answer.status_code, answer.json()["reasons"][0]["code"]) == (400, "web.body_stopped")
            assert answer.headers["connection"] == "close"
        assert "connection" not in (await browser.get("/")).headers


@on("sqlite")
async def test_who_hangs_up_in_the_middle_is_no_fault_of_ours(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await make_association()
    sent: list[Any] = []
    pieces = [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]

    async def receive() -> Any:
        return pieces.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/credentials/verify", "raw_path": b"/credentials/verify",
        "query_string": b"", "client": ("9.9.9.9", 1), "http_version": "1.1", "scheme": "http", "root_path": "",
        "headers": [(b"host", b"localhost:8080"), (b"content-length", b"1000")],
    }  # fmt: skip
    async with serving(database.settings) as app:
        await app(scope, receive, send)
    assert sent[0]["status"] == 400
    assert pieces == []
    assert "unknown error" not in caplog.text


async def test_what_comes_after_a_whole_body_may_take_its_time() -> None:
    waited = _Arriving(_slowly([{"type": "http.request", "body": b"x"}, {"type": "http.disconnect"}]), 0.05)
    assert (await waited())["body"] == b"x"
    assert (await waited())["type"] == "http.disconnect"
    assert not waited.stopped


def _slowly(messages: list[Any]) -> Any:
    async def receive() -> Any:
        message = messages.pop(0)
        if message["type"] == "http.disconnect":
            await asyncio.sleep(0.2)
        return message

    return receive
