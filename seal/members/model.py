"""Producers: membership, sites, products, profile facts, permits, ties and agreements. Pure values and rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from seal.errors import BadInput, Refused

LANGUAGES = ("es", "en")
KIN_DEGREE = 4
"""Relatives up to this degree may not judge each other (CERTIFICATION A3)."""
IN_LAW_DEGREE = 2


class Membership(StrEnum):
    """Where a producer stands in the association. Leaving deletes nothing; it ends future rights."""

    PROSPECT = "prospect"
    APPLICANT = "applicant"
    MEMBER = "member"
    ON_LEAVE = "on_leave"
    LEFT = "left"
    EXPELLED = "expelled"
    DECEASED = "deceased"
    TRANSFERRED = "transferred"


class MembershipAction(StrEnum):
    """What may be done to a membership. ``register`` is only ever the first step."""

    REGISTER = "register"
    APPLY = "apply"
    ADMIT = "admit"
    TAKE_LEAVE = "take_leave"
    COME_BACK = "come_back"
    LEAVE = "leave"
    EXPEL = "expel"
    DIE = "die"
    TRANSFER = "transfer"


_ENDS = {
    MembershipAction.LEAVE: Membership.LEFT,
    MembershipAction.EXPEL: Membership.EXPELLED,
    MembershipAction.DIE: Membership.DECEASED,
    MembershipAction.TRANSFER: Membership.TRANSFERRED,
}

TRANSITIONS: Mapping[Membership, Mapping[MembershipAction, Membership]] = {
    Membership.PROSPECT: {MembershipAction.APPLY: Membership.APPLICANT, MembershipAction.LEAVE: Membership.LEFT},
    Membership.APPLICANT: {MembershipAction.ADMIT: Membership.MEMBER, MembershipAction.LEAVE: Membership.LEFT},
    Membership.MEMBER: {MembershipAction.TAKE_LEAVE: Membership.ON_LEAVE, **_ENDS},
    Membership.ON_LEAVE: {MembershipAction.COME_BACK: Membership.MEMBER, **_ENDS},
    Membership.LEFT: {},
    Membership.EXPELLED: {},
    Membership.DECEASED: {},
    Membership.TRANSFERRED: {},
}


def apply(state: Membership, action: MembershipAction) -> Membership:
    """The state after ``action``. Raises ``Refused('members.membership')`` if the table has no such step."""
    try:
        return TRANSITIONS[state][action]
    except KeyError:
        raise Refused("members.membership", membership_action=action.value, membership=state.value) from None


@dataclass(frozen=True)
class MembershipStep:
    """One recorded step; ``effective_on`` is when it counts, ``recorded_at`` when it was written down."""

    action: MembershipAction
    effective_on: date
    recorded_at: datetime


def membership(steps: Iterable[MembershipStep], on: date | None = None) -> Membership:
    """Fold the steps, in their order, to a state: as last recorded, or as it was on a day."""
    state = Membership.PROSPECT
    for step in steps:
        if step.action is not MembershipAction.REGISTER and (on is None or step.effective_on <= on):
            state = apply(state, step.action)
    return state


@dataclass(frozen=True)
class Producer:
    """A producer as registered. ``contact`` is for the association only and never public (invariant 13)."""

    id: UUID
    association_id: UUID
    number: int
    trade_name: str
    commune: str
    language: str
    contact: str
    registered_at: datetime
    steps: tuple[MembershipStep, ...]

    @property
    def state(self) -> Membership:
        """Membership as last recorded."""
        return membership(self.steps)

    def state_on(self, day: date) -> Membership:
        """Membership on a day, by effective dates."""
        return membership(self.steps, day)

    @property
    def joined_on(self) -> date | None:
        """The day of admission; ``None`` before it."""
        days = [step.effective_on for step in self.steps if step.action is MembershipAction.ADMIT]
        return days[0] if days else None


class SiteKind(StrEnum):
    """What is done at a site."""

    FIELD = "field"
    APIARY = "apiary"
    WORKSHOP = "workshop"
    KITCHEN = "kitchen"
    EXTRACTION = "extraction"
    STORE = "store"
    SHARED_ROOM = "shared_room"


@dataclass(frozen=True)
class Site:
    """A place of work, no finer than its commune."""

    id: UUID
    producer_id: UUID
    name: str
    kind: SiteKind
    commune: str
    gln: str | None = None


@dataclass(frozen=True)
class Product:
    """A product under one protocol. ``grams`` is the net content in grams (or millilitres for liquids).

    ``kind`` is the protocol's own word for what it is (``fresh_cheese``); ``None`` where nobody said.
    """

    id: UUID
    producer_id: UUID
    protocol_id: str
    name: Mapping[str, str]
    net_content: str
    grams: int
    kind: str | None = None
    gtin: str | None = None

    def named(self, language: str) -> str:
        """The name in a language, else in Spanish, else any."""
        return self.name.get(language) or self.name.get("es") or next(iter(self.name.values()))


class OrganisationKind(StrEnum):
    """What an organisation is to the association."""

    SHOP = "shop"
    BUYER = "buyer"
    SUBCONTRACTOR = "subcontractor"
    LABORATORY = "laboratory"
    MUNICIPALITY = "municipality"
    ASSOCIATION = "association"
    OTHER = "other"


@dataclass(frozen=True)
class Organisation:
    """Who goods are sent to or come from. Never public."""

    id: UUID
    name: str
    kind: OrganisationKind
    commune: str
    contact: str
    gln: str | None
    recorded_at: datetime


FactValue = bool | str | tuple[str, ...] | None
"""Yes or no; a number or a choice as text; several choices; ``None`` is "unknown"."""


@dataclass(frozen=True)
class Fact:
    """A profile fact as last told. ``value`` ``None`` is "unknown": points that depend on it apply."""

    name: str
    value: FactValue
    recorded_at: datetime


PERMIT_KINDS = ("sanitary", "sag_register")
"""Kinds of permit that have words of their own; any other kind is the text itself."""


@dataclass(frozen=True)
class Permit:
    """An authorisation; ``valid_until`` is its last day, ``None`` if it has no end."""

    id: UUID
    producer_id: UUID
    kind: str
    number: str
    valid_until: date | None
    file_id: UUID | None
    recorded_at: datetime

    def in_date(self, day: date) -> bool:
        return self.valid_until is None or day <= self.valid_until


def current_permits(permits: Iterable[Permit]) -> tuple[Permit, ...]:
    """The newest permit of each kind: a renewal replaces what came before it."""
    newest: dict[str, Permit] = {}
    for permit in sorted(permits, key=lambda permit: (permit.recorded_at, permit.id)):
        newest[permit.kind] = permit
    return tuple(newest[kind] for kind in sorted(newest))


class RelationKind(StrEnum):
    """Ties that bar a person from judging a producer (CERTIFICATION A3)."""

    HOUSEHOLD = "household"
    RELATIVE = "relative"
    IN_LAW = "in_law"
    EMPLOYMENT = "employment"
    DEBT = "debt"
    LEASE = "lease"
    BUYER = "buyer"

    @property
    def is_kin(self) -> bool:
        return self in (RelationKind.RELATIVE, RelationKind.IN_LAW)


@dataclass(frozen=True)
class Relation:
    """A tie of a person to a producer from ``since`` to ``until`` (``None``: it lasts)."""

    person_id: UUID
    producer_id: UUID
    kind: RelationKind
    degree: int | None
    since: date
    until: date | None

    def bars(self, window_start: date, today: date) -> bool:
        """True if the tie bars today: kin by degree at any time, household while it lasts, and dealings
        that reached into the window that starts on ``window_start``."""
        if self.kind is RelationKind.RELATIVE:
            return self.degree is None or self.degree <= KIN_DEGREE
        if self.kind is RelationKind.IN_LAW:
            return self.degree is None or self.degree <= IN_LAW_DEGREE
        return self.since <= today and (self.until is None or self.until >= window_start)


@dataclass(frozen=True)
class Agreement:
    """The terms that a producer accepted, by digest (ISO/IEC 17065 4.1.2)."""

    producer_id: UUID
    version: str
    terms_sha256: str
    signed_at: datetime


@dataclass(frozen=True)
class Dossier:
    """What is known of one producer now."""

    producer: Producer
    sites: tuple[Site, ...]
    products: tuple[Product, ...]
    facts: tuple[Fact, ...]
    permits: tuple[Permit, ...]
    agreement: Agreement | None

    def fact_values(self) -> dict[str, FactValue]:
        """Facts by name as the applicability rules read them."""
        return {fact.name: fact.value for fact in self.facts}


def latest_facts(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The newest telling of each fact. ``facts`` come in the order in which they were recorded."""
    newest = {fact.name: fact for fact in facts}
    return tuple(newest[name] for name in sorted(newest))


def clean(field: str, text: str, longest: int = 200) -> str:
    """``text`` without outer and doubled spaces. Raises ``BadInput`` if empty or longer than ``longest``."""
    tidy = " ".join(text.split())
    if not tidy:
        raise BadInput("members.field_empty", field=field)
    if len(tidy) > longest:
        raise BadInput("members.field_long", field=field, longest=longest)
    return tidy


def clean_fact(value: FactValue) -> FactValue:
    """A fact's value as kept: texts without outer spaces, several choices sorted and once each; empty is unknown.

    Raises ``BadInput('members.field_long')``. Whether a protocol asks for it is for the room of the protocols.
    """
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return clean("fact", value, FACT_LONGEST) if value.strip() else None
    if len(value) > FACT_CHOICES:
        raise BadInput("members.field_long", field="fact", longest=FACT_CHOICES)
    return tuple(sorted({clean("fact", one, FACT_LONGEST) for one in value}))


FACT_LONGEST = 60
"""Characters of a choice or a number."""
FACT_CHOICES = 40
_KIND = re.compile(r"[a-z][a-z0-9_]{1,40}")


def clean_kind(text: str | None) -> str | None:
    """A kind of product as protocols write it; empty is none. Raises ``BadInput('members.product_kind')``."""
    tidy = " ".join((text or "").split())
    if tidy and not _KIND.fullmatch(tidy):
        raise BadInput("members.product_kind", field="kind", kind=tidy[:41])
    return tidy or None


_PROTOCOL_ID = re.compile(r"[a-z][a-z0-9_-]{0,40}")


def clean_protocol_id(text: str) -> str:
    """What may be the identifier of a protocol. Raises ``BadInput('members.protocol_id')`` and like :func:`clean`."""
    tidy = clean("protocol_id", text)
    if not _PROTOCOL_ID.fullmatch(tidy):
        raise BadInput("members.protocol_id", field="protocol_id", protocol_id=tidy[:41])
    return tidy


def clean_net_content(text: str) -> str:
    """A net content as printed: a quantity, none below zero. Raises ``BadInput('members.net_content')``."""
    tidy = clean("net_content", text, 40)
    if tidy[0] in "-−–" or not any("0" <= sign <= "9" for sign in tidy):
        raise BadInput("members.net_content", field="net_content", net_content=tidy)
    return tidy


def clean_names(names: Mapping[str, str]) -> dict[str, str]:
    """Product names by language; at least the Spanish one. Raises ``BadInput``."""
    unknown = sorted(set(names) - set(LANGUAGES))
    if unknown:
        raise BadInput("members.language_unknown", field="name", language=unknown[0])
    tidy = {language: clean(f"name.{language}", text) for language, text in names.items() if text.strip()}
    if "es" not in tidy:
        raise BadInput("members.field_empty", field="name.es")
    return tidy


def check_relation(kind: RelationKind, degree: int | None, since: date, until: date | None) -> None:
    """Raises ``BadInput`` when a degree is missing, meaningless or out of 1..10, or the days are in disorder."""
    if kind.is_kin and (degree is None or not 1 <= degree <= 10):
        raise BadInput("members.degree_needed", field="degree", kind=kind.value)
    if not kind.is_kin and degree is not None:
        raise BadInput("members.degree_meaningless", field="degree", kind=kind.value)
    if until is not None and until < since:
        raise BadInput("members.days_disorder", field="until")


def terms_digest(terms: bytes) -> str:
    """SHA-256 of the exact terms, 64 hexadecimal digits."""
    return sha256(terms).hexdigest()
