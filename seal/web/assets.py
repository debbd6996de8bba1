"""Files of ``seal/static``: read once, named by their content, never changed.

``app.css`` is served as ``/static/app.1f0c9a52.css`` with a year of cache; a second visit gets 304 and no body.
Style sheets are bundles of ours (tokens first); public pages carry theirs inline, so one request is one answer.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from seal.errors import NotFound
from seal.web.policy import Public, policy

FOLDER = Path(__file__).resolve().parent.parent / "static"
FOREVER = "public, max-age=31536000, immutable"
BUNDLES: Mapping[str, tuple[str, ...]] = {
    "desk.css": ("tokens.css", "base.css", "desk.css"),
    "public.css": ("tokens.css", "base.css", "public.css"),
    "register.css": ("tokens.css", "base.css", "register.css"),
}
_COMPRESSIBLE = ("text/", "application/json", "image/svg")


@dataclass(frozen=True)
class Asset:
    """One file as served."""

    name: str
    """With eight hex digits of its digest: ``app.1f0c9a52.css``."""
    body: bytes
    packed: bytes | None
    media_type: str
    etag: str

    @property
    def path(self) -> str:
        return f"/static/{self.name}"

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def csp_hash(self) -> str:
        """``'sha256-…'`` for the content security policy, when the text stands inline."""
        return csp_hash(self.text)


def csp_hash(text: str) -> str:
    """The source expression that lets exactly this inline text in."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def lean(css: str) -> str:
    """Style without comments and needless space."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    return re.sub(r" ?([{};,]) ?", r"\1", css).replace(";}", "}").strip()


def make(name: str, body: bytes) -> Asset:
    digest = hashlib.sha256(body).hexdigest()
    stem, _, ending = name.rpartition(".")
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    packed = gzip.compress(body, 9, mtime=0) if media_type.startswith(_COMPRESSIBLE) else None
    return Asset(f"{stem}.{digest[:8]}.{ending}", body, packed, media_type, f'"{digest[:32]}"')


@cache
def by_source(name: str) -> Asset:
    """The asset of a file below ``seal/static`` (``fonts/x.woff2``). ``KeyError`` if there is none."""
    path = (FOLDER / name).resolve()
    if not path.is_relative_to(FOLDER) or not path.is_file():
        raise KeyError(name)
    if name.endswith(".css"):
        parts = (FOLDER / part for part in BUNDLES.get(name, (name,)))
        text = "".join(lean(part.read_text("utf-8")) for part in parts)
        text = re.sub(r"url\((fonts/[\w./-]+)\)", lambda found: f"url({by_source(found[1]).path})", text)
        return make(name, text.encode())
    return make(name, path.read_bytes())


@cache
def by_address() -> Mapping[str, Asset]:
    """Every asset under the name in its address."""
    names = (path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file())
    return {asset.name: asset for asset in map(by_source, names)}


@policy(Public)
@get("/static/{name:path}", include_in_schema=False)
async def serve(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """A file of ours, by the name that holds its digest; 304 if the browser has it."""
    asset = by_address().get(name.lstrip("/"))
    if asset is None:
        raise NotFound("web.not_found")
    headers = {"ETag": asset.etag, "Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
    if asset.etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.packed, media_type=asset.media_type, headers=headers | {"Content-Encoding": "gzip"})
    return Response(asset.body, media_type=asset.media_type, headers=headers)


@policy(Public)
@get("/robots.txt", include_in_schema=False, sync_to_thread=False)
def robots() -> Response[str]:
    """Search engines may read what is public; desks and single labels they have no use for say so themselves."""
    text = "User-agent: *\nDisallow: /desk\nDisallow: /entrar\n"
    return Response(text, media_type="text/plain", headers={"Cache-Control": "public, max-age=86400"})


@policy(Public)
@get("/favicon.ico", include_in_schema=False, status_code=204, sync_to_thread=False)
def no_icon() -> None:
    """Pages name their own icon; whoever asks for this one gets nothing, and no code is looked for under its name."""
