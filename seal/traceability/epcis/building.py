"""Events of our own, put together. Pure: the same facts give the same event with the same id, each time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from seal import clock
from seal.clock import local_day
from seal.traceability.epcis import model
from seal.traceability.epcis.listing import record_id, stamp
from seal.traceability.epcis.vocabulary import Action, EventType

_NAMESPACE = UUID("2b6d3c52-8a0e-5b0e-9d57-7a2f0c1a6e11")
"""Of the ids of our events; never changes."""
UOMS = {"mass": ("KGM", 3), "volume": ("LTR", 3), "count": ("", 0)}
"""Dimension of the batch book -> unit of UN/CEFACT, and the decimals from the base unit to it."""


@dataclass(frozen=True)
class When:
    """A moment in the association's zone."""

    at: datetime
    zone: str

    @property
    def members(self) -> dict[str, str]:
        local = _in_minutes(clock.local(self.at, self.zone))
        return {"eventTime": stamp(local), "eventTimeZoneOffset": _offset(local)}


def _in_minutes(local: datetime) -> datetime:
    """The same moment with an offset of whole minutes, as documents write it: before there were zones, a place had its
    mean time, to the second."""
    offset = local.utcoffset() or timedelta()
    try:
        return local.astimezone(timezone(timedelta(minutes=offset // timedelta(minutes=1))))
    except OverflowError:
        return local.astimezone(UTC)


def _offset(local: datetime) -> str:
    """``-03:00``."""
    text = local.isoformat()[-6:]
    return text if text[0] in "+-" else "+00:00"


def of_day(day: date, recorded_at: datetime, zone: str) -> datetime:
    """The moment of an act of which only the day is known: when it was written down, if on that day, else the day's
    first moment."""
    if local_day(recorded_at, zone) == day:
        return recorded_at
    try:
        return datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)
    except OverflowError:  # the first or last day of the calendar
        return datetime.combine(day, time(0), UTC)


def key_of(did: str, *parts: object) -> UUID:
    """The key of an event: of the association and the fact that it tells, the same each time."""
    return uuid5(_NAMESPACE, " ".join([did, *map(str, parts)]))


def quantity(name: str, amount: int, dimension: str) -> dict[str, Any]:
    """An amount of a class, in kilograms, litres or pieces. Exact."""
    uom, places = UOMS[dimension]
    value = model.shortest(amount, places)
    return {"epcClass": name, "quantity": value, **({"uom": uom} if uom else {})}


def made(
    key: UUID,
    kind: EventType,
    when: When,
    *,
    action: Action | None = None,
    step: str = "",
    disposition: str = "",
    place: str = "",
    what: Mapping[str, Any],
    sources: Iterable[tuple[str, str]] = (),
    destinations: Iterable[tuple[str, str]] = (),
    certificates: Sequence[str] = (),
    ilmd: Mapping[str, Any] | None = None,
    wrong_since: datetime | None = None,
    more: Mapping[str, Any] | None = None,
) -> model.Event:
    """An event of our own record. ``wrong_since``: it was taken back then, and says so."""
    document: dict[str, Any] = {"type": kind.value, **when.members}
    if wrong_since is not None:
        document["errorDeclaration"] = {"declarationTime": stamp(wrong_since), "reason": "did_not_occur"}
    if action is not None:
        document["action"] = action.value
    document |= dict(what)
    told = {
        "bizStep": step,
        "disposition": disposition,
        "readPoint": {"id": place} if place else None,
        "bizLocation": {"id": place} if place else None,
        "sourceList": [{"type": sort, "source": name} for sort, name in sources],
        "destinationList": [{"type": sort, "destination": name} for sort, name in destinations],
        "certificationInfo": list(certificates),
        "ilmd": dict(ilmd or {}),
        **(more or {}),
    }
    document |= {name: value for name, value in told.items() if value}
    document["eventID"] = record_id(key)
    return model.event(document)
