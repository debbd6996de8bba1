"""Who is asking. Every verb takes an :class:`Acting`; nobody is ever chosen from a list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a person may do in one association. One person may hold several."""

    MANAGER = "manager"
    """Keeps the register of members, plans audits, publishes protocols, runs sanctions' paperwork."""
    AUDITOR = "auditor"
    """Audits (ISO 19011); never decides on what they audited."""
    CERTIFIER = "certifier"
    """Votes on decisions (ISO/IEC 17065 clause 7.6)."""
    PRODUCER = "producer"
    """Acts for the producers that they represent (``members.represents``)."""


@dataclass(frozen=True)
class Device:
    """Where a field record was made; device time is a claim kept beside the server's."""

    device_id: str
    device_time: datetime
    offset_ms: int


@dataclass(frozen=True)
class Acting:
    """One person, in one association, now.

    ``at`` is the only "now" that a verb may use. ``simulated`` says that it came from a simulated
    clock, which ``people.service.authorise`` refuses unless the association is a demonstration.
    ``person_id`` is ``None`` for Seal itself (jobs, command line of the machine's owner).
    """

    association_id: UUID
    person_id: UUID | None
    roles: frozenset[Role]
    at: datetime
    simulated: bool = False

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("Acting.at must be aware UTC")

    @property
    def is_system(self) -> bool:
        return self.person_id is None

    def has(self, *roles: Role) -> bool:
        """True if any of ``roles`` is held."""
        return bool(self.roles.intersection(roles))

    def later(self, at: datetime) -> Acting:
        """The same person at another moment."""
        return replace(self, at=at)


def system(association_id: UUID, at: datetime, *, simulated: bool = False) -> Acting:
    """Seal itself, for jobs and for the owner at the command line."""
    return Acting(association_id, None, frozenset(), at, simulated)
