"""Answers that are exact bytes: a file, a signed document, an exact projection. They are cached by their digest."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import Any

from litestar import Request, Response


def whole(request: Request[Any, Any, Any], body: bytes, media_type: str, headers: dict[str, str]) -> Response[bytes]:
    """Bytes as they stand, with an ETag of theirs; not again for who has them."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, **headers}
    if etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=int(HTTPStatus.NOT_MODIFIED), headers=headers)
    return Response(body, media_type=media_type, headers=headers)
