"""The first and last thing that every request meets, as plain ASGI: who is the peer, is the host ours, which
association's address is it, and on the way out compression and the headers that every answer carries."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from seal.errors import BadInput
from seal.settings import Settings
from seal.web.headers import secure

Scope = Any
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_WORTH_PACKING = 600
_PACKED = (b"text/", b"application/json", b"application/problem+json", b"application/jwk", b"image/svg")
HEALTH = "/api/health"
PATIENCE = 30.0
"""Seconds in which the next piece of a body must come; a slow line sends one in far less."""
WHOLE = 20 * PATIENCE
"""Seconds in which all of it must come: a photo over the slowest line."""


class Gate:
    """Wraps the application. ``knows_host(host)``: is a ``Host`` other than the server's own an association's?"""

    def __init__(self, app: App, settings: Settings, knows_host: Callable[[str], Awaitable[bool]]) -> None:
        self.app = app
        self.own_host = urlsplit(settings.public_origin).netloc.lower()
        self.https = settings.secure_cookies
        self.proxies = tuple(ip_network(proxy, strict=False) for proxy in settings.trusted_proxies)
        self.knows_host = knows_host
        self.patience = PATIENCE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if "\0" in scope["path"] or b"%00" in scope.get("query_string", b""):
            await _plain(send, 400, b"There is no such address.\n", https=self.https)  # no database takes a NUL
            return
        headers = dict(reversed(scope["headers"]))  # the first of equals wins
        host = headers.get(b"host", b"").decode("latin-1").lower()
        if host != self.own_host and scope["path"] != HEALTH and not await self.knows_host(host):
            await _plain(send, 421, b"This server does not answer for that host name.\n", https=self.https)
            return
        inner = _inside(scope, self._client(scope, headers))
        arriving = _Arriving(receive, self.patience)
        leaving = _Leaving(
            send, headers.get(b"accept-encoding", b""), arriving, https=self.https, head=scope["method"] == "HEAD"
        )
        await self.app(inner, arriving, leaving)

    def _client(self, scope: Scope, headers: dict[bytes, bytes]) -> Any:
        """The peer, or the right-most forwarded address that is not a trusted proxy, if the peer is one."""
        client = scope.get("client")
        if not self.proxies or client is None or not self._trusts(client[0]):
            return client
        for hop in reversed(headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")):
            address = hop.strip()
            try:
                ip_address(address)
            except ValueError:
                return client
            if not self._trusts(address):
                return (address, 0)
        return client

    def _trusts(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self.proxies)


def _inside(scope: Scope, client: Any) -> Scope:
    """The scope as the application sees it: without ``/a/<slug>``, HEAD as GET, a state of its own."""
    state = dict(scope.get("state") or {})
    inner = {**scope, "client": client, "state": state}
    if scope["method"] == "HEAD":
        inner["method"] = "GET"
    path: str = scope["path"]
    if path.startswith("/a/"):
        slug, _, rest = path[3:].partition("/")
        state["association_slug"] = slug
        state["prefix"] = f"/a/{slug}"
        inner["path"] = f"/{rest}"
        raw, prefix = scope.get("raw_path") or path.encode(), f"/a/{slug}".encode()
        # As it was written, for addresses that have one spelling.
        inner["raw_path"] = raw.removeprefix(prefix) if raw.startswith(prefix) else f"/{rest}".encode()
    return inner


class _Arriving:
    """The way in: a body that stops, or whose sender hangs up, is bad input and no fault of ours."""

    def __init__(self, receive: Receive, patience: float) -> None:
        self.receive = receive
        self.patience = patience
        self.until = asyncio.get_running_loop().time() + patience * WHOLE / PATIENCE
        self.whole = False
        self.stopped = False

    async def __call__(self) -> Any:
        """Raises ``BadInput('web.body_stopped')`` before the body is whole; afterwards waits as long as it takes."""
        if self.whole:
            return await self.receive()
        left = self.until - asyncio.get_running_loop().time()
        try:
            message = await asyncio.wait_for(self.receive(), min(self.patience, max(left, 0)))
        except TimeoutError:
            self.stopped = True
            raise BadInput("web.body_stopped") from None
        if message["type"] == "http.disconnect":
            self.stopped = True
            raise BadInput("web.body_stopped")
        self.whole = not message.get("more_body", False)
        return message


class _Leaving:
    """The way out: packs a whole text answer, adds headers, drops the body of HEAD, ends a connection that stopped."""

    def __init__(self, send: Send, accepts: bytes, arriving: _Arriving, *, https: bool, head: bool) -> None:
        self.send = send
        self.arriving = arriving
        self.gzip = b"gzip" in accepts
        self.https = https
        self.head = head
        self.start: Any = None

    async def __call__(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        if message["type"] != "http.response.body":
            await self.send(message)
            return
        body = message.get("body", b"")
        if self.start is not None:
            headers = [(name.lower(), value) for name, value in self.start["headers"]]
            if not message.get("more_body", False):
                body = self._pack(headers, body)
            secure(headers, https=self.https)
            if self.arriving.stopped:
                headers.append((b"connection", b"close"))
            await self.send({**self.start, "headers": headers})
            self.start = None
        await self.send({**message, "body": b"" if self.head else body})

    def _pack(self, headers: list[tuple[bytes, bytes]], body: bytes) -> bytes:
        names = dict(headers)
        if b"content-encoding" in names or not names.get(b"content-type", b"").startswith(_PACKED):
            return body
        vary = names.get(b"vary", b"")
        headers[:] = [pair for pair in headers if pair[0] != b"vary"]
        headers.append((b"vary", b"Accept-Encoding" if not vary else vary + b", Accept-Encoding"))
        if not self.gzip or len(body) < _WORTH_PACKING:
            return body
        packed = gzip.compress(body, 6, mtime=0)
        headers[:] = [pair for pair in headers if pair[0] != b"content-length"]
        headers += [(b"content-encoding", b"gzip"), (b"content-length", str(len(packed)).encode())]
        return packed


async def _plain(send: Send, status: int, body: bytes, *, https: bool) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    secure(headers, https=https)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
