"""Stored files: what they are, which kinds are taken, and how a kind is recognised by its first bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from seal.errors import BadInput

IMAGES = ("image/jpeg", "image/png", "image/webp")
PDF = "application/pdf"
ACCEPTED = (*IMAGES, PDF)
MAX_PIXELS = 50_000_000
"""A small file may claim a huge picture; above this it is refused before a pixel is read."""
MAX_SIDE = 2560
"""Longest side of a kept picture, in pixels; larger ones are made smaller."""


@dataclass(frozen=True)
class StoredFile:
    """A kept file. ``sha256`` is the digest of the kept bytes; ``received_sha256`` that of the bytes sent.

    The two differ for pictures, which are written anew without metadata (place, device, owner).
    """

    id: UUID
    sha256: str
    media_type: str
    size: int
    received_sha256: str
    author: UUID | None
    stored_at: datetime


def digest(data: bytes) -> str:
    """SHA-256 as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def recognise(data: bytes) -> str | None:
    """The media type that the first bytes say, or ``None`` if it is none of those that are taken."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data.startswith(b"%PDF-"):
        return PDF
    return None


def check(data: bytes, declared_type: str, max_bytes: int) -> str:
    """The media type of an upload, trusted from its bytes and never from its name.

    Raises ``BadInput``: ``files.empty``, ``files.too_large`` (megabytes), ``files.kind_refused`` (a kind that is
    not taken), ``files.kind_differs`` (the bytes are not what the sender says), ``files.pdf_cut``.
    """
    if not data:
        raise BadInput("files.empty", field="file")
    if len(data) > max_bytes:
        raise BadInput(
            "files.too_large", field="file", limit_mb=max_bytes // 1_000_000, size_mb=-(-len(data) // 1_000_000)
        )
    declared = declared_type.split(";")[0].strip().lower()
    if declared == "image/jpg":  # a common slip of old phones
        declared = "image/jpeg"
    if declared not in ACCEPTED:
        raise BadInput("files.kind_refused", field="file", kind=declared or "?")
    found = recognise(data)
    if found != declared:
        raise BadInput("files.kind_differs", field="file", declared=declared, found=found or "?")
    if found == PDF and b"%%EOF" not in data[-2048:]:
        raise BadInput("files.pdf_cut", field="file")
    return found
