"""Review flags: what an expert must still clear in a version, and who cleared what. Pure.

A flag is about a requirement as it stood when somebody read it: the clearance names the requirement's digest, so it
holds in every version in which those words of the file are the same, and no longer once they change. It changes no
digest of any protocol.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from seal.protocols.document import sha256
from seal.protocols.model import Protocol


class FlagAct(StrEnum):
    CLEAR = "clear"
    REOPEN = "reopen"


@dataclass(frozen=True)
class Flag:
    """One flag at one place: a point, or a section such as ``capacity``."""

    module_id: str
    place: str
    flag: str
    requirement_sha256: str

    @property
    def key(self) -> str:
        """As forms and commands name it: ``MIEL-A01 national_text``."""
        return f"{self.place} {self.flag}"


@dataclass(frozen=True)
class Clearance:
    """Somebody read, or found that it must be read again. ``name`` is the reader's, and public."""

    act: FlagAct
    name: str
    on: date
    note: str
    recorded_by: UUID | None
    recorded_at: datetime


@dataclass(frozen=True)
class Standing:
    """A flag with everything that was done about it, oldest first."""

    flag: Flag
    acts: tuple[Clearance, ...]

    @property
    def cleared(self) -> Clearance | None:
        """Who cleared it, if it stands cleared."""
        last = self.acts[-1] if self.acts else None
        return last if last is not None and last.act is FlagAct.CLEAR else None


def flags(protocol: Protocol) -> tuple[Flag, ...]:
    """Every flag of a version and its modules, in the order of the files."""
    found: list[Flag] = []
    for part in protocol.modules:
        for place, entry in _places(part.document):
            bare = {key: value for key, value in entry.items() if key != "review"}
            found += [Flag(part.id, place, str(flag), sha256(bare)) for flag in entry["review"]]
    return tuple(found)


def _places(document: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Where flags may stand: points and tests by their id, other sections by their key."""
    for key, section in document.items():
        if isinstance(section, Mapping) and section.get("review"):
            yield key, section
        elif isinstance(section, list):
            for entry in section:
                if isinstance(entry, Mapping) and entry.get("review") and entry.get("id"):
                    yield str(entry["id"]), entry


def standings(found: Iterable[Flag], acts: Mapping[Flag, tuple[Clearance, ...]]) -> tuple[Standing, ...]:
    return tuple(Standing(flag, acts.get(flag, ())) for flag in found)
