"""Requests forged by another site.

Two checks for everything that changes something and came with a cookie or with nothing: the browser's own words
(``Origin``, ``Sec-Fetch-Site``) must not name another site, and a signed-in person's form must carry a token that is
made from their session. The token is masked anew each time it is written: compressing a page tells nothing of it.
A bearer token is never sent by a browser on its own, so it needs neither.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from typing import Any
from urllib.parse import urlsplit

from litestar import Request

from seal.errors import NotAllowed
from seal.web import bodies
from seal.web.context import Hooks, Visitor, association_of

FIELD = "_csrf"
HEADER = "x-csrf-token"
_SIZE = 32


def _secret(session_token: str) -> bytes:
    return hmac.digest(session_token.encode(), b"seal form token", "sha256")


def token(session_token: str) -> str:
    """A form token of a session; differs each time it is made."""
    mask = secrets.token_bytes(_SIZE)
    masked = bytes(a ^ b for a, b in zip(mask, _secret(session_token), strict=True))
    return base64.urlsafe_b64encode(mask + masked).decode()


def token_is_of(given: str, session_token: str) -> bool:
    """True if ``given`` was made by :func:`token` for this session."""
    try:
        raw = base64.b64decode(given.encode(), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return False
    if len(raw) != 2 * _SIZE:
        return False
    opened = bytes(a ^ b for a, b in zip(raw[:_SIZE], raw[_SIZE:], strict=True))
    return hmac.compare_digest(opened, _secret(session_token))


def digest(text: str) -> bytes:
    """SHA-256 of a secret, which is how secrets are kept."""
    return hashlib.sha256(text.encode()).digest()


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.lower()}"


async def check(request: Request[Any, Any, Any], visitor: Visitor | None, hooks: Hooks) -> None:
    """Raise ``NotAllowed('web.forged')`` unless the request came from our own page, or by a bearer token."""
    if visitor is not None and visitor.bearer:
        return
    association = association_of(request)
    ours = {_origin(hooks.settings.public_origin)} | ({_origin(association.base)} if association else set())
    origin = request.headers.get("origin")
    if origin is not None and origin not in ours:
        raise NotAllowed("web.forged")
    if origin is None and request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise NotAllowed("web.forged")
    if visitor is None:
        return
    given = request.headers.get(HEADER)
    if given is None:
        field = (await bodies.form(request)).get(FIELD)
        given = field if isinstance(field, str) else ""
    if not token_is_of(given, visitor.token):
        raise NotAllowed("web.forged")
