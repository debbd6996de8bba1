"""Two papers about keys: the record of what was done with them, for signatures, and a sheet of a share. Pure.

A share's sheet is the one paper of Seal that carries a secret: it is made for one printing, and nowhere kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from seal.printing.stationery import Branding, paper


@dataclass(frozen=True)
class KeyRecordPaper:
    """One act in the book of keys. ``entries`` are (what, value): ``keys.record.what.<what>`` are their words;
    ``people`` are (name, role), who did it first where somebody was named."""

    branding: Branding
    seq: int
    act: str
    at: datetime
    zone: str
    did: str
    version: str
    entries: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SharePaper:
    """One sheet of a key on paper. ``role`` is issuing or next, ``kid`` what the joined key is proved against."""

    branding: Branding
    role: str
    kid: str
    did: str
    at: datetime
    zone: str
    number: int
    needed: int
    total: int
    set_id: int
    words: tuple[str, ...]


def key_record_html(view: KeyRecordPaper, *, lang: str = "es") -> str:
    """The record as HTML for ``printing.service.pdf``, led by ``lang`` with the other language beneath."""
    return paper("keys/print/record.html", lang, view=view, head={"producer": view.did}, branding=view.branding)


def key_share_html(view: SharePaper, *, lang: str = "es") -> str:
    """A share's sheet as HTML for ``printing.service.pdf``."""
    return paper("keys/print/share.html", lang, view=view, head={"producer": view.did}, branding=view.branding)
