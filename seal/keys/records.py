"""What was done with the keys, when, by whom and before whom: the record that people sign by hand. Pure.

Kept as RFC 8785 JSON with exactly these members:

    seal                "seal-key-record/1"
    act, at             what (see :class:`Act`) and when, ``2026-11-21T12:00:00Z``
    association         slug and name as on that day: [slug, name]
    did, base           whose keys
    by                  [name, role] of who did it, or null if nobody was named
    witnesses           [[name, role]…]
    entries             [[what, value]…]: ``keys.record.what.<what>`` in the locales says what a value is
    version             of the software

No secret ever stands here: fingerprints, commitments and places of files, never a key, a word of a share, a passphrase.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import rfc8785

from seal import __version__, clock
from seal.associations.model import Association
from seal.errors import BadInput
from seal.keys import jws

FORMAT = "seal-key-record/1"
_MEMBERS = {"seal", "act", "at", "association", "did", "base", "by", "witnesses", "entries", "version"}
NAME_MAX = 200


class Act(StrEnum):
    """What is recorded."""

    CEREMONY = "ceremony"
    ROTATION = "rotation"
    COMPROMISE = "compromise"
    RETIREMENT = "retirement"
    SHARES = "shares"
    RESTORE = "restore"
    STOP = "stop"
    START = "start"


@dataclass(frozen=True)
class Present:
    """A person at the table, as they said who they are."""

    name: str
    role: str


def present(text: str) -> Present:
    """``Name, role``. Raises ``BadInput('keys.witness')`` without a name or a role."""
    name, _, role = text.partition(",")
    one = Present(" ".join(name.split()), " ".join(role.split()))
    printable = one.name.isprintable() and one.role.isprintable() and len(text) <= NAME_MAX
    if not (one.name and one.role and printable):
        raise BadInput("keys.witness", text=text[:60])
    return one


@dataclass(frozen=True)
class Attendance:
    """Who did it and who saw it. Nobody named is a fact too, and the record says so."""

    by: Present | None = None
    witnesses: tuple[Present, ...] = ()


Entries = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Record:
    """One act in the book of keys; ``seq`` counts from 1 in each association."""

    id: UUID
    association_id: UUID
    seq: int
    act: Act
    at: datetime
    slug: str
    name: str
    did: str
    base: str
    attendance: Attendance
    entries: Entries
    version: str = __version__

    def value(self, what: str) -> str | None:
        """The first value of that name."""
        return next((value for name, value in self.entries if name == what), None)

    @property
    def file_stem(self) -> str:
        """``003-rotation``: what its papers are called."""
        return f"{self.seq:03d}-{self.act.value}"


def new(
    id: UUID, association: Association, seq: int, act: Act, at: datetime, attendance: Attendance, entries: Entries
) -> Record:
    """A record made now by this version of the software."""
    return Record(
        *(id, association.id, seq, act, at, association.slug, association.name),
        *(association.did, association.base, attendance, entries),
    )


def document(record: Record) -> bytes:
    """The bytes that are kept."""
    by = record.attendance.by
    return rfc8785.dumps(
        {
            "seal": FORMAT,
            "act": record.act.value,
            "at": clock.rfc3339(record.at),
            "association": [record.slug, record.name],
            "did": record.did,
            "base": record.base,
            "by": [by.name, by.role] if by else None,
            "witnesses": [[one.name, one.role] for one in record.attendance.witnesses],
            "entries": [list(entry) for entry in record.entries],
            "version": record.version,
        }
    )


def read(id: UUID, association_id: UUID, seq: int, data: bytes) -> Record:
    """Exact inverse of :func:`document`. Raises ``BadInput('keys.record_unreadable')``."""
    try:
        said: Any = jws.strict_json(data)
        if said.keys() != _MEMBERS or said["seal"] != FORMAT:
            raise ValueError("another format")
        slug, name = said["association"]
        record = Record(
            *(id, association_id, seq, Act(said["act"]), clock.parse_rfc3339(said["at"])),
            *(slug, name, said["did"], said["base"]),
            Attendance(
                Present(*said["by"]) if said["by"] is not None else None,
                tuple(Present(*one) for one in said["witnesses"]),
            ),
            tuple((what, value) for what, value in said["entries"]),
            said["version"],
        )
        same = document(record) == data
    except (BadInput, ValueError, TypeError, KeyError, AttributeError):
        same = False
    if not same:
        raise BadInput("keys.record_unreadable", seq=seq)
    return record
