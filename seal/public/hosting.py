"""``seal archive serve``: an archive as its successor or a library would host it, from the zip itself.

Static: a member by its path, and ``index.html`` for any other address, so that old labels still find an answer. Any
file server does the same (``try_files $uri /index.html``).
"""

from __future__ import annotations

import mimetypes
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from seal.public import layout

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "public, max-age=3600",
}


def server(members: layout.Members, host: str, port: int) -> ThreadingHTTPServer:
    """A server of these members; whoever has it calls ``serve_forever``. ``OSError`` if the port is taken."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(True)

        def do_HEAD(self) -> None:
            self._answer(False)

        def _answer(self, whole: bool) -> None:
            path = unquote(urlsplit(self.path).path).lstrip("/")
            name = path if path in members else "index.html"
            body = members[name]
            self.send_response(HTTPStatus.OK)
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
            self.send_header("Content-Length", str(len(body)))
            for header, value in _HEADERS.items():
                self.send_header(header, value)
            self.end_headers()
            if whole:
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nobody who looks is recorded."""

    return ThreadingHTTPServer((host, port), Handler)
