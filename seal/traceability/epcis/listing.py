"""Events as they are handed out: one list of what the book projects and what others sent, and its documents. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from itertools import islice
from typing import Any
from uuid import UUID

from seal.traceability.epcis.asking import Place, Query
from seal.traceability.epcis.model import PREFIX, Event, plain
from seal.traceability.epcis.vocabulary import CONTEXT, SCHEMA_VERSION

QUERY_NAME = "SimpleEventQuery"
NAMESPACE = "urn:seal:epcis:"
"""What the prefix ``seal`` stands for in our documents."""
STANDING = f"{PREFIX}standing"


class Standing(StrEnum):
    """What an event is worth here."""

    RECORD = "record"
    """Projected from what this association recorded itself."""
    MOVEMENT = "movement"
    """Sent in as an event, and recorded as a movement of the batch book."""
    CLAIM = "claim"
    """Somebody's word: kept as it came, counted nowhere."""


@dataclass(frozen=True)
class Listed:
    """One event with its place in every order (``key`` decides between equal moments). It is put together when somebody
    looks at it: most are only passed over."""

    key: UUID
    at: datetime
    recorded_at: datetime
    standing: Standing
    make: Callable[[], Event]
    context: Any = None
    """What the document that it came in said of prefixes, beyond GS1's own context."""

    @cached_property
    def event(self) -> Event:
        return self.make()

    @property
    def id(self) -> str:
        """Of an event of our own record: known without putting it together."""
        return record_id(self.key) if self.standing is Standing.RECORD else self.event.id

    @property
    def document(self) -> dict[str, Any]:
        """The event as JSON, with id, record time and standing."""
        said = {name: plain(value) for name, value in self.event.document.items()}
        head = {"@context": self.context} if self.context and "@context" not in said else {}
        return {
            **head,
            **said,
            "eventID": self.event.id,
            "recordTime": stamp(self.recorded_at),
            STANDING: self.standing.value,
        }


def record_id(key: UUID) -> str:
    """The id of an event of our own record."""
    return f"urn:uuid:{key}"


def stamp(at: datetime) -> str:
    """A moment as documents write it."""
    return at.isoformat(timespec="milliseconds")


def foreign_context(context: Any) -> Any:
    """A document's context without GS1's own, which stands in ours; None when nothing is left."""
    entries = context if isinstance(context, list) else [context]
    left = [one for one in entries if one not in (None, CONTEXT, {"seal": NAMESPACE})]
    return (left[0] if len(left) == 1 else left) or None


@dataclass(frozen=True)
class Page:
    """Some events, and the place where the next page begins, if there is more."""

    events: tuple[Listed, ...]
    next: Place | None


def page(found: Iterable[Listed], query: Query) -> Page:
    """One page of what is asked for; ``found`` holds at least the first ``query.room + 1`` that follow the place."""
    ordered = sorted(
        (one for one in found if query.may_take(one.at, one.recorded_at, one.key)),
        key=lambda one: (query.moment(one.at, one.recorded_at), one.key),
        reverse=query.descending,
    )
    behind = list(islice((one for one in ordered if query.takes(one.event, one.recorded_at)), query.room + 1))
    here = tuple(behind[: query.room])
    given = (query.after.given if query.after else 0) + len(here)
    if not here or len(behind) <= query.room or (query.limit is not None and given >= query.limit):
        return Page(here, None)
    last = here[-1]
    return Page(here, Place(query.moment(last.at, last.recorded_at), last.key, given))


def _head(kind: str, at: datetime) -> dict[str, Any]:
    return {
        "@context": [CONTEXT, {"seal": NAMESPACE}],
        "type": kind,
        "schemaVersion": SCHEMA_VERSION,
        "creationDate": stamp(at),
    }


def answer(events: Iterable[Listed], at: datetime) -> bytes:
    """The answer to a query: an ``EPCISQueryDocument``."""
    results = {"queryName": QUERY_NAME, "resultsBody": {"eventList": [one.document for one in events]}}
    return _bytes({**_head("EPCISQueryDocument", at), "epcisBody": {"queryResults": results}})


def export(events: Iterable[Listed], at: datetime, sender: str) -> bytes:
    """A file for others: an ``EPCISDocument``, oldest event first."""
    ordered = sorted(events, key=lambda one: (one.at, one.key))
    body = {"eventList": [one.document for one in ordered]}
    return _bytes({**_head("EPCISDocument", at), "sender": sender, "epcisBody": body})


def _bytes(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
