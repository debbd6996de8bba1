"""One log over HTTP: bounded in time and size, no redirects, no cookies, nothing believed."""

from __future__ import annotations

import httpx

from seal.errors import Unavailable
from seal.transparency.witness import check_url

SECONDS = 20
_LOCAL = ("localhost", "127.0.0.1")


class Source:
    """What is served under a base address. ``close`` it, or use it in a ``with``."""

    def __init__(self, base: str) -> None:
        self.base = check_url(base)
        local = httpx.URL(self.base).host in _LOCAL
        self._client = httpx.Client(timeout=SECONDS, follow_redirects=False, trust_env=not local)

    def get(self, path: str, most: int, **query: int | str) -> bytes | None:
        """The body, ``None`` for 404. Raises ``Unavailable('witness.unreachable')`` for anything else but 200."""
        return self._ask("GET", path, most, params=query or None)

    def post(self, path: str, body: bytes, most: int) -> bytes | None:
        return self._ask("POST", path, most, content=body, headers={"Content-Type": "text/plain; charset=utf-8"})

    def _ask(self, method: str, path: str, most: int, **more: object) -> bytes | None:
        address = f"{self.base}{path}"
        try:
            with self._client.stream(method, address, **more) as answer:  # type: ignore[arg-type]
                if answer.status_code == httpx.codes.NOT_FOUND:
                    return None
                body = b""
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > most:
                        raise Unavailable("witness.unreachable", address=address, why=f"more than {most} bytes")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable("witness.unreachable", address=address, why=str(error) or type(error).__name__) from None
        if answer.status_code != httpx.codes.OK:
            raise Unavailable("witness.unreachable", address=address, why=f"HTTP {answer.status_code}")
        return body

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
