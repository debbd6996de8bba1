"""Papers that are made once: who waits for one, in which languages, and what is kept. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

TEMPLATE = "2"
"""Version of the certificates' layout and words, kept with each paper. Raise it when they change."""


class OrderKind(StrEnum):
    """What has a certificate on paper."""

    CERTIFICATION = "certification"
    BATCH = "batch"


class Language(StrEnum):
    """What a paper speaks. ``both``: Spanish leads and English stands beneath."""

    ES = "es"
    EN = "en"
    BOTH = "both"

    @property
    def leading(self) -> str:
        """The language in which names, dates and figures are written."""
        return "en" if self is Language.EN else "es"

    @property
    def beneath(self) -> str | None:
        """The language that stands under the leading one."""
        return "en" if self is Language.BOTH else None


def languages(spoken: Sequence[str]) -> tuple[Language, ...]:
    """The papers of an association that speaks these languages, the one to give unasked first."""
    known = tuple(Language(one) for one in spoken)
    return (Language.BOTH, *known) if len(known) > 1 else known


def asked(word: str | None, offered: Sequence[Language]) -> tuple[Language, ...]:
    """``offered`` with the language that somebody asked for first, if there is one."""
    wanted = tuple(one for one in offered if one.value == word)
    return wanted + tuple(one for one in offered if one not in wanted)


@dataclass(frozen=True)
class Order:
    """An object that is to have a paper. ``edition`` is the newest that is wanted, telling of ``dated_at``.

    ``waiting`` until the edition is there in every language; ``fault``: code of what stands in the way.
    """

    id: UUID
    association_id: UUID
    kind: OrderKind
    dated_at: datetime
    edition: int = 1
    waiting: bool = True
    fault: str | None = None


@dataclass(frozen=True)
class StoredPaper:
    """One paper. ``content`` is the PDF as drawn, ``signature`` what a PDF signature appends to it, or nothing.

    ``sha256`` is the digest of the bytes that are served, None until they are whole.
    """

    id: UUID
    object_id: UUID
    edition: int
    language: Language
    template: str
    dated_at: datetime
    made_at: datetime
    sha256: str | None
    content: bytes = field(repr=False)
    signature: bytes = field(default=b"", repr=False)

    @property
    def served(self) -> bytes:
        """The file: the same bytes for ever."""
        return self.content + self.signature

    @property
    def etag(self) -> str:
        return f'"{self.sha256}"'


def digest(data: bytes) -> str:
    """SHA-256 as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
