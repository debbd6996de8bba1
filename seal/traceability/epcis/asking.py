"""A query as it comes in an address (EPCIS 2.0 8.2.7.1): read strictly, an unknown parameter by its name. Pure.

Several values stand in one parameter, parted by ``|``. A page token is a place in the order, not a secret: what one may
see is decided each time.
"""

from __future__ import annotations

import base64
import binascii
import difflib
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from seal.errors import BadInput, Reason
from seal.gs1.names import canonical
from seal.traceability.epcis import vocabulary as words
from seal.traceability.epcis.model import Event, Part
from seal.traceability.epcis.shapes import is_uri, read_time
from seal.traceability.epcis.vocabulary import EventType, short

PER_PAGE = 30
MOST_PER_PAGE = 500
MOST_VALUES = 100
"""Values of one parameter."""
_ANY_MAX = 2**31 - 1


@dataclass(frozen=True)
class Names:
    """Events must name one of ``names`` as one of ``parts`` (any part, when there is none)."""

    names: frozenset[str]
    is_class: bool
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Place:
    """The last event of a page, in the order of the query, and how many were given up to it."""

    moment: datetime
    key: UUID
    given: int


@dataclass(frozen=True)
class Query:
    """What is asked for. ``None`` and empty mean that nothing is asked of that."""

    types: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    steps: frozenset[str] = frozenset()
    dispositions: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    read_points: frozenset[str] = frozenset()
    locations: frozenset[str] = frozenset()
    names: tuple[Names, ...] = ()
    from_event: datetime | None = None
    before_event: datetime | None = None
    from_record: datetime | None = None
    before_record: datetime | None = None
    by_record: bool = False
    descending: bool = True
    limit: int | None = None
    most: int | None = None
    per_page: int = PER_PAGE
    after: Place | None = None

    def moment(self, at: datetime, recorded_at: datetime) -> datetime:
        """What the order is by."""
        return recorded_at if self.by_record else at

    def may_take(self, at: datetime, recorded_at: datetime, key: UUID) -> bool:
        """Whether an event may be on this page, by its moments alone."""
        return (
            _within(at, self.from_event, self.before_event)
            and _within(recorded_at, self.from_record, self.before_record)
            and self.is_after(self.moment(at, recorded_at), key)
        )

    def takes(self, event: Event, recorded_at: datetime) -> bool:
        """Whether an event is asked for, the place in the order apart."""
        told = (
            (self.types, event.type.value),
            (self.actions, event.action),
            (self.steps, event.step),
            (self.dispositions, event.disposition),
            (self.ids, event.id),
            (self.read_points, event.read_point),
            (self.locations, event.location),
        )
        if any(wanted and value not in wanted for wanted, value in told):
            return False
        if not _within(event.time, self.from_event, self.before_event):
            return False
        if not _within(recorded_at, self.from_record, self.before_record):
            return False
        return all(event.names(one.names, one.parts, classes=one.is_class) for one in self.names)

    def is_after(self, moment: datetime, key: UUID) -> bool:
        """Whether an event comes behind the last one of the page before."""
        if self.after is None:
            return True
        here, there = (moment, key), (self.after.moment, self.after.key)
        return here < there if self.descending else here > there

    @property
    def room(self) -> int:
        """Events that this page may hold."""
        if self.limit is None:
            return self.per_page
        return max(0, min(self.per_page, self.limit - (self.after.given if self.after else 0)))


def _within(moment: datetime, first: datetime | None, before: datetime | None) -> bool:
    return (first is None or moment >= first) and (before is None or moment < before)


_MATCHES: Mapping[str, tuple[bool, tuple[Part, ...]]] = {
    "MATCH_epc": (False, (Part.OBJECT,)),
    "MATCH_parentID": (False, (Part.PARENT,)),
    "MATCH_inputEPC": (False, (Part.INPUT,)),
    "MATCH_outputEPC": (False, (Part.OUTPUT,)),
    "MATCH_anyEPC": (False, ()),
    "MATCH_epcClass": (True, (Part.OBJECT,)),
    "MATCH_inputEPCClass": (True, (Part.INPUT,)),
    "MATCH_outputEPCClass": (True, (Part.OUTPUT,)),
    "MATCH_anyEPCClass": (True, ()),
}
_TIMES = {
    "GE_eventTime": "from_event", "LT_eventTime": "before_event", "GE_recordTime": "from_record",
    "LT_recordTime": "before_record",
}  # fmt: skip
_WORDS: Mapping[str, tuple[str, frozenset[str], bool, Callable[[str], str]]] = {
    "eventType": ("types", frozenset(EventType), False, lambda text: text),
    "EQ_action": ("actions", words.ACTIONS, False, lambda text: text),
    "EQ_bizStep": ("steps", words.BIZ_STEPS, True, lambda text: short("bizStep", text)),
    "EQ_disposition": ("dispositions", words.DISPOSITIONS, True, lambda text: short("disposition", text)),
}
_URIS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "EQ_eventID": ("ids", lambda text: text),
    "EQ_readPoint": ("read_points", canonical),
    "EQ_bizLocation": ("locations", canonical),
}
_NUMBERS = {"eventCountLimit": ("limit", _ANY_MAX), "maxEventCount": ("most", _ANY_MAX), "perPage": ("per_page", 0)}
KNOWN = (*_WORDS, *_TIMES, *_URIS, *_MATCHES, *_NUMBERS, "orderBy", "orderDirection", "nextPageToken")
"""Every parameter that is understood."""


def read(pairs: Sequence[tuple[str, str]]) -> Query:
    """The query of an address. Raises ``BadInput`` with every fault: ``epcis.parameter``, ``epcis.parameter_twice``,
    ``epcis.parameter_value``, ``epcis.parameters_apart``, ``epcis.limit_without_order``, ``epcis.page_token``."""
    given: dict[str, str] = {}
    faults: list[Reason] = []
    for name, value in pairs:
        if name not in KNOWN:
            near = difflib.get_close_matches(name[:60], KNOWN, 1)
            faults.append(Reason("epcis.parameter", {"name": name[:60], "near": near[0] if near else "?"}))
        elif name in given:
            faults.append(Reason("epcis.parameter_twice", {"name": name}))
        given[name] = value
    found: dict[str, object] = {}
    for name in (one for one in given if one in KNOWN and one != "nextPageToken"):
        try:
            _one(name, given[name], found)
        except ValueError:
            faults.append(Reason("epcis.parameter_value", {"name": name, "value": given[name][:80]}))
    if "eventCountLimit" in given and "maxEventCount" in given:
        faults.append(Reason("epcis.parameters_apart", {"name": "eventCountLimit", "other": "maxEventCount"}))
    if "eventCountLimit" in given and "orderBy" not in given:
        faults.append(Reason("epcis.limit_without_order"))
    if faults:
        raise BadInput.because(faults)
    query = Query(**found)  # type: ignore[arg-type]  # each value was made for its own field
    token = given.get("nextPageToken")
    return query if token is None else replace(query, after=_place(token, _digest(given.items())))


def _one(name: str, value: str, found: dict[str, object]) -> None:
    """Read one parameter into ``found``; ``ValueError`` for a value that it cannot have."""
    if name in _WORDS:
        field, known, own, read_word = _WORDS[name]
        found[field] = frozenset(read_word(one) for one in _several(value))
        if any(one not in known and not (own and is_uri(one)) for one in found[field]):  # type: ignore[attr-defined]
            raise ValueError(value)
    elif name in _TIMES:
        moment = read_time(value.replace(" ", "+"))  # a plus sign that was not quoted
        if moment is None:
            raise ValueError(value)
        found[_TIMES[name]] = moment
    elif name in _URIS:
        field, read_uri = _URIS[name]
        found[field] = frozenset(read_uri(one) for one in _uris(value))
    elif name in _MATCHES:
        is_class, parts = _MATCHES[name]
        asked = Names(frozenset(map(canonical, _uris(value))), is_class, parts)
        found["names"] = (*found.get("names", ()), asked)  # type: ignore[misc]
    elif name in _NUMBERS:
        field, high = _NUMBERS[name]
        if not (value.isascii() and value.isdigit() and len(value) < 11 and 1 <= int(value) <= _ANY_MAX):
            raise ValueError(value)
        found[field] = min(int(value), high or MOST_PER_PAGE)
    elif name == "orderBy":
        found["by_record"] = {"eventTime": False, "recordTime": True}.get(value)
        if found["by_record"] is None:
            raise ValueError(value)
    elif name == "orderDirection":
        if value not in ("ASC", "DESC"):
            raise ValueError(value)
        found["descending"] = value == "DESC"


def _several(value: str) -> list[str]:
    values = value.split("|")
    if not 1 <= len(values) <= MOST_VALUES or "" in values:
        raise ValueError(value)
    return values


def _uris(value: str) -> list[str]:
    values = _several(value)
    if not all(is_uri(one) for one in values):
        raise ValueError(value)
    return values


def _digest(given: Iterable[tuple[str, str]]) -> str:
    """Of what the order and the choice depend on: a token of another query is no place in this one."""
    kept = sorted((name, value) for name, value in given if name not in ("nextPageToken", "perPage"))
    return hashlib.sha256(json.dumps(kept).encode()).hexdigest()[:16]


def token(place: Place, pairs: Iterable[tuple[str, str]]) -> str:
    """The page token for what follows ``place`` in the query of these parameters."""
    said = [_digest(pairs), place.moment.isoformat(), place.key.hex, place.given]
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


def _place(text: str, digest: str) -> Place:
    try:
        raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
        query, moment, key, given = json.loads(raw)
        place = Place(datetime.fromisoformat(moment), UUID(hex=key), given)
        if query != digest or place.moment.tzinfo is None or not isinstance(given, int) or given < 0:
            raise ValueError(text)
    except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
        raise BadInput("epcis.page_token") from None
    return place
