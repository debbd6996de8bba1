"""Which of several media types an ``Accept`` header asks for (RFC 9110, 12.5.1). Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

_QUALITY = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")
_RANGE = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+/[!#$%&'*+.^_`|~0-9a-z-]+")
_MOST = 64
"""Ranges that are read of one header; nobody means more."""


def best(header: str, offered: Sequence[str]) -> str | None:
    """The type of ``offered`` that the header wants most; ``None`` if it wants none of them.

    Of types wanted alike the first one offered is given, so offer the best first. The most specific range decides a
    type's quality. An empty header wants anything; a range that cannot be read is as if it were not there.
    Parameters of a range other than ``q`` are not looked at: no type here has any.
    """
    ranges = _ranges(header)
    if not header.strip():
        return offered[0] if offered else None
    weighed = [(_quality(kind, ranges), -place, kind) for place, kind in enumerate(offered)]
    quality, _, kind = max(weighed, default=(0, 0, ""))
    return kind if quality > 0 else None


def _ranges(header: str) -> dict[str, int]:
    """Media range -> quality in thousandths; of a range said twice the first counts."""
    found: dict[str, int] = {}
    for part in header.lower().split(",")[:_MOST]:
        name, *parameters = [piece.strip() for piece in part.split(";")]
        if not _RANGE.fullmatch(name):
            continue
        quality = 1000
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                value = value.strip()
                quality = round(float(value) * 1000) if _QUALITY.fullmatch(value) else -1
                break
        if quality >= 0:
            found.setdefault(name, quality)
    return found


def _quality(kind: str, ranges: dict[str, int]) -> int:
    for asked in (kind, f"{kind.partition('/')[0]}/*", "*/*"):
        if asked in ranges:
            return ranges[asked]
    return 0
