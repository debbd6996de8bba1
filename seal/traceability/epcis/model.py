"""A trace event as Seal asks about it: what, when, where, why, beside the exact JSON. Pure."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from seal.errors import BadInput
from seal.gs1.names import canonical
from seal.ids import Code, parse_code
from seal.traceability.epcis import parsing, validating
from seal.traceability.epcis.faults import Faults
from seal.traceability.epcis.shapes import read_time
from seal.traceability.epcis.vocabulary import EventType, short

CAPTURE_BYTES = 1_000_000
"""Most bytes of a document that a program sends."""
CAPTURE_EVENTS = 1_000
IMPORT_BYTES = 20_000_000
"""Most bytes of a file that a person brings."""
IMPORT_EVENTS = 20_000
MOST_NAMES = 70_000
"""Things that one event names: more than the units of a batch."""


_APART = frozenset({"eventID", "recordTime", "@context", "errorDeclaration"})
"""Members that the same event may have or lack: set by whoever stores it, said once for the document, or declared later
of the very same event (EPCIS 2.0 7.4.1.4)."""
DECLARED = "#error"
"""Behind an id: the declaration that this event is wrong."""
PREFIX = "seal:"
"""What Seal itself says beside an event; no part of it either."""


class Part(StrEnum):
    """What a thing is to an event."""

    OBJECT = "object"
    PARENT = "parent"
    INPUT = "input"
    OUTPUT = "output"


@dataclass(frozen=True)
class Thing:
    """One thing of an event by its canonical name; a class has an amount, perhaps, in ``uom`` (pieces without one)."""

    part: Part
    name: str
    is_class: bool = False
    quantity: Decimal | None = None
    uom: str = ""


@dataclass(frozen=True)
class Span:
    """Units of a batch by their numbers, both inclusive; stands for their names in a document that is not written yet.

    ``base`` is the address before a unit's code, ``batch`` the batch's own name."""

    base: str
    batch: str
    public_id: int
    first: int
    last: int

    @property
    def every(self) -> list[str]:
        """The name of each unit."""
        return [f"{self.base}/{Code(self.public_id, number).plain}" for number in range(self.first, self.last + 1)]

    def covers(self, name: str) -> bool:
        """Whether ``name`` is one of the units: by its code, or by GTIN, lot and number."""
        if name.startswith(f"{self.batch}/21/"):
            number = name.removeprefix(f"{self.batch}/21/")
            return number.isascii() and number.isdigit() and len(number) <= 5 and self.first <= int(number) <= self.last
        if not name.lower().startswith(f"{self.base}/".lower()):
            return False
        try:
            code = parse_code(name[len(self.base) + 1 :])
        except BadInput:
            return False
        return code.public_id == self.public_id and code.unit is not None and self.first <= code.unit <= self.last


@dataclass(frozen=True)
class Event:
    """``document`` is the event as JSON with every member; words are short, names canonical, moments aware."""

    type: EventType
    time: datetime
    offset: str
    id: str
    document: Mapping[str, Any]
    action: str = ""
    step: str = ""
    disposition: str = ""
    read_point: str = ""
    location: str = ""
    things: tuple[Thing, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    destinations: tuple[tuple[str, str], ...] = ()
    declared_wrong: bool = False
    spans: tuple[Span, ...] = ()

    @property
    def kept_as(self) -> str:
        """The name under which it is kept: what declares an event wrong stands beside that event, under the same id."""
        return f"{self.id}{DECLARED}" if self.declared_wrong else self.id

    def named(self, *parts: Part, classes: bool) -> set[str]:
        """Canonical names of the things that play one of ``parts`` (any, when none is named)."""
        return {thing.name for thing in self.things if thing.is_class is classes and (not parts or thing.part in parts)}

    def names(self, wanted: frozenset[str], parts: tuple[Part, ...], *, classes: bool) -> bool:
        """Whether one of ``wanted`` plays one of ``parts``."""
        if wanted & self.named(*parts, classes=classes):
            return True
        if classes or (parts and Part.OBJECT not in parts):
            return False
        return any(span.covers(name) for span in self.spans for name in wanted)


_EPCS = {
    "epcList": Part.OBJECT, "childEPCs": Part.OBJECT, "inputEPCList": Part.INPUT, "outputEPCList": Part.OUTPUT,
}  # fmt: skip
_QUANTITIES = {
    "quantityList": Part.OBJECT, "childQuantityList": Part.OBJECT, "inputQuantityList": Part.INPUT,
    "outputQuantityList": Part.OUTPUT,
}  # fmt: skip


def content(document: Mapping[str, Any]) -> bytes:
    """What makes two events the same event: every member but those that are set apart, in one order."""
    kept = {name: value for name, value in document.items() if name not in _APART and not name.startswith(PREFIX)}
    return json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_number).encode()


def digest(document: Mapping[str, Any]) -> bytes:
    """SHA-256 of :func:`content`."""
    return hashlib.sha256(content(document)).digest()


def own_name(document: Mapping[str, Any]) -> str:
    """The id of an event that came without one: the name of its content (RFC 6920), the same each time."""
    tail = base64.urlsafe_b64encode(digest(document)).decode().rstrip("=")
    return f"ni:///sha-256;{tail}"


def shortest(amount: int, places: int) -> int | Decimal:
    """An amount in base units with the point moved: 12500 and 3 give 12.5. Exact."""
    whole, rest = divmod(amount, 10**places)
    return whole if rest == 0 else Decimal(amount).scaleb(-places)


def _number(value: object) -> Any:
    if isinstance(value, Span):
        return value.every
    if not isinstance(value, Decimal):
        raise TypeError(type(value).__name__)
    return int(value) if value == value.to_integral_value() else float(value)


def plain(value: Any) -> Any:
    """JSON as it is written out: no :class:`Decimal`, every unit named."""
    if isinstance(value, Decimal | Span):
        return _number(value)
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def event(document: Mapping[str, Any]) -> Event:
    """The event that a sound document is (see :mod:`seal.traceability.epcis.validating`)."""
    at = read_time(document["eventTime"])
    assert at is not None, "validated before"
    return Event(
        type=EventType(document["type"]),
        time=at,
        offset=document["eventTimeZoneOffset"],
        id=document.get("eventID") or own_name(document),
        document=document,
        action=document.get("action", ""),
        step=short("bizStep", document.get("bizStep", "")),
        disposition=short("disposition", document.get("disposition", "")),
        read_point=canonical(document.get("readPoint", {}).get("id", "")),
        location=canonical(document.get("bizLocation", {}).get("id", "")),
        things=tuple(_things(document)),
        sources=_parties(document.get("sourceList", ()), "source"),
        destinations=_parties(document.get("destinationList", ()), "destination"),
        declared_wrong="errorDeclaration" in document,
        spans=tuple(one for one in document.values() if isinstance(one, Span)),
    )


def _things(document: Mapping[str, Any]) -> Iterable[Thing]:
    if "parentID" in document:
        yield Thing(Part.PARENT, canonical(document["parentID"]))
    for name, part in _EPCS.items():
        named = document.get(name, ())
        if isinstance(named, Span):
            continue  # found by their numbers
        for one in named:
            yield Thing(part, canonical(one))
    for name, part in _QUANTITIES.items():
        for one in document.get(name, ()):
            amount = one.get("quantity")
            quantity = None if amount is None else Decimal(amount)
            yield Thing(part, canonical(one["epcClass"]), True, quantity, one.get("uom", ""))


def _parties(found: Iterable[Mapping[str, str]], member: str) -> tuple[tuple[str, str], ...]:
    return tuple((short("party", one["type"]), canonical(one[member])) for one in found)


@dataclass(frozen=True)
class Received:
    """One event of a document: where it stood, its exact bytes, its digest."""

    path: str
    event: Event
    exact: bytes
    digest: bytes


@dataclass(frozen=True)
class Document:
    """A document that keeps every rule. ``context`` is what the document says of prefixes, ``envelope`` all around."""

    received: tuple[Received, ...]
    context: Any
    envelope: bytes
    sha256: bytes


def read(data: bytes, *, most_bytes: int = CAPTURE_BYTES, most_events: int = CAPTURE_EVENTS) -> Document:
    """Raises ``BadInput`` with every fault and its JSON pointer (fifty at most); nothing is taken of a bad document."""
    parsed = parsing.parse(data, most_bytes=most_bytes)
    faults = Faults()
    validating.document(parsed.value, parsed.events, faults, most=most_events)
    faults.raise_any()
    found = tuple(Received(path, event(one), exact, digest(one)) for path, one, exact in parsed.events)
    first: dict[str, Received] = {}
    for one in found:
        other = first.setdefault(one.event.kept_as, one)
        if other.digest != one.digest:
            faults.add("epcis.id_twice", f"{one.path}/eventID", id=one.event.id[:80], other=other.path)
    faults.raise_any()
    if not found:
        raise BadInput("epcis.no_event", path="/epcisBody/eventList")
    return Document(tuple(first.values()), parsed.value.get("@context"), parsed.envelope, hashlib.sha256(data).digest())
