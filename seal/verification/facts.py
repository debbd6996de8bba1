"""What a verdict rests on: facts about one code or token, gathered from a database or from a bundle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar


class Source(StrEnum):
    """Where the evidence comes from. ``server`` is this server's own database, read just now."""

    SERVER = "server"
    BUNDLE = "bundle"
    ARCHIVE = "archive"


class Kind(StrEnum):
    """What a token says it is (seal-qr/1); a typed code says nothing."""

    BATCH = "batch"
    UNIT = "unit"
    PLAQUE = "plaque"
    ROLL = "roll"
    BOX = "box"


class Signature(StrEnum):
    """What the held keys say about the signature that was asked about."""

    ABSENT = "absent"
    """A typed code carries none; the signed record behind it is what counts."""
    GOOD = "good"
    FALSE = "false"
    KEY_NOT_HELD = "key_not_held"
    WRONG_OWNER = "wrong_owner"
    """True under a key of another association than the one that owns the id."""
    KEY_NOT_ACTIVE = "key_not_active"


class BatchState(StrEnum):
    PENDING = "pending"
    """Committed to be sealed; the signature or the log entry is still to come."""
    SEALED = "sealed"
    ON_HOLD = "on_hold"
    RECALLED = "recalled"
    REVOKED = "revoked"


class CertificationState(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Asked:
    """What was asked about. A typed code has ``kind`` ``None`` and only an id, perhaps with a unit number.

    ``day``, ``days`` and ``status_index`` are the signed fields of a token or of a credential: a calendar day, days as
    in the token, the whole status index; ``None`` is a field that this format does not have.
    """

    public_id: int
    kind: Kind | None = None
    unit: int | None = None
    day: date | None = None
    days: int | None = None
    status_index: int | None = None
    signature: Signature = Signature.ABSENT


@dataclass(frozen=True)
class Window:
    """Sealing days, both inclusive, that a decision names; ``None`` is open on that side."""

    first: date | None
    last: date | None
    reason_class: str = ""

    def holds(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class CertificationFacts:
    """A certification as recorded. Days are of the association's zone and inclusive.

    ``term_days`` is what a plaque's token carries beside ``granted_on``. ``logged``: its credential stands in the log;
    ``bound``: that credential is true under the owner's key and names this id. Decisions never take effect later than
    they are recorded, so the state holds until the evidence is gathered again.
    """

    public_id: int
    state: CertificationState
    status_index: int
    granted_on: date
    valid_from: date
    valid_until: date
    since: date | None = None
    reason_class: str = ""
    windows: tuple[Window, ...] = ()
    logged: bool = True
    bound: bool = True

    token_kind: ClassVar[Kind] = Kind.PLAQUE
    """What a credential of it speaks for."""

    @property
    def record_fields(self) -> tuple[int, date, int, int]:
        """(public id, day, days, status index): what a token or credential of it must say."""
        return self.public_id, self.granted_on, self.term_days, self.status_index

    @property
    def term_days(self) -> int:
        """Days from the day of the grant to the last day."""
        return (self.valid_until - self.granted_on).days


@dataclass(frozen=True)
class BatchFacts:
    """A batch as recorded. ``void`` and ``lost`` are inclusive ranges of unit numbers; blocked counts as void.

    ``closed``: no further label can ever be reserved. ``logged`` and ``bound`` as for a certification.
    """

    public_id: int
    state: BatchState
    status_index: int
    sealed_on: date
    use_by_days: int
    highest_reserved: int
    void: tuple[tuple[int, int], ...] = ()
    lost: tuple[tuple[int, int], ...] = ()
    closed: bool = False
    since: date | None = None
    reason_class: str = ""
    logged: bool = True
    bound: bool = True

    token_kind: ClassVar[Kind] = Kind.BATCH

    @property
    def record_fields(self) -> tuple[int, date, int, int]:
        """(public id, day, days, status index): what a token or credential of it must say."""
        return self.public_id, self.sealed_on, self.use_by_days, self.status_index

    @property
    def is_closed(self) -> bool:
        return self.closed or self.state in (BatchState.RECALLED, BatchState.REVOKED)

    @property
    def use_by(self) -> date | None:
        if not self.use_by_days:
            return None
        return self.sealed_on + timedelta(days=min(self.use_by_days, (date.max - self.sealed_on).days))


class BoxState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    UNPACKED = "unpacked"
    """Everything was taken out, for good: the code names nothing any more."""


@dataclass(frozen=True)
class Bound:
    """Seals ``first``..``last`` of a roll that are units of a batch (its public id), from unit ``unit`` on."""

    first: int
    last: int
    batch: int
    unit: int


@dataclass(frozen=True)
class RollFacts:
    """A roll of pre-numbered seals. ``void`` and ``lost`` are of seals that stand on nothing; those of a bound seal are
    its batch's. ``logged``: its document stands in the log and says what the record says."""

    public_id: int
    issued_on: date
    size: int
    void: tuple[tuple[int, int], ...] = ()
    lost: tuple[tuple[int, int], ...] = ()
    bound: tuple[Bound, ...] = ()
    logged: bool = True

    def bound_at(self, number: int | None) -> Bound | None:
        """Where a seal stands, ``None`` while it stands on nothing."""
        return next((one for one in self.bound if number is not None and one.first <= number <= one.last), None)


@dataclass(frozen=True)
class Part:
    """What of one batch stands in a box."""

    batch: BatchFacts
    certification: CertificationFacts | None
    units: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class BoxFacts:
    """A box and what stands in it now. ``logged`` as for a roll."""

    public_id: int
    issued_on: date
    state: BoxState
    parts: tuple[Part, ...] = ()
    logged: bool = True


@dataclass(frozen=True)
class Evidence:
    """Everything that a verdict rests on, gathered before judging.

    ``asked`` is ``None`` for a text that is no code and no token. ``certification`` is the one asked about, or the
    one under which ``batch`` was sealed. ``zone`` is the owner's IANA zone (``UTC`` where there is no owner).
    ``roll`` is the roll asked about, and ``batch`` then the one that the seal stands on, if any; ``box`` a box.
    """

    source: Source
    as_of: datetime
    zone: str = "UTC"
    readable: bool = True
    holds_key: bool = True
    asked: Asked | None = None
    batch: BatchFacts | None = None
    certification: CertificationFacts | None = None
    seen_often: bool = False
    roll: RollFacts | None = None
    box: BoxFacts | None = None

    @property
    def is_list(self) -> bool:
        """True for evidence that was gathered once and carried: it may be behind the register."""
        return self.source is not Source.SERVER
