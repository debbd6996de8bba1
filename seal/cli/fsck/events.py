"""Captured trace events (invariant 8): the exact bytes still say what the row says, nothing of a document is missing,
and what an event was recorded as is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from uuid import UUID

from seal.cli.fsck.breach import Breach, breach
from seal.cli.fsck.scope import Row, Scope
from seal.errors import BadInput
from seal.traceability.epcis import model, parsing

_TELLING: Mapping[str, Callable[[model.Event], object]] = {
    "event_type": lambda event: event.type.value, "action": lambda event: event.action,
    "step": lambda event: event.step, "disposition": lambda event: event.disposition,
    "read_point": lambda event: event.read_point, "location": lambda event: event.location,
    "event_time": lambda event: event.time,
}  # fmt: skip
"""Columns that are read out of the bytes."""


async def check(scope: Scope) -> AsyncIterator[Breach]:
    names: dict[UUID, set[tuple[str, bool, str]]] = {}
    async for row in scope.pages("epcis_name"):
        names.setdefault(row["event_row"], set()).add((row["part"], bool(row["is_class"]), row["name"]))
    held: Counter[UUID] = Counter()
    async for row in scope.pages("epcis_event", at_once=50):
        held[row["capture_id"]] += 1
        if not _says(row, names.get(row["id"], set())):
            yield breach(8, "epcis_event", row["id"], "events.digest", event=row["event_id"][:120])
    for row in await scope.all("epcis_capture", columns="id, stored"):
        if row["stored"] != held[row["id"]]:
            yield breach(8, "epcis_capture", row["id"], "events.counts", stored=row["stored"], found=held[row["id"]])
    voids = await scope.by_id("label_void", columns="id")
    for row in await scope.all("epcis_movement"):
        if row["void_id"] is not None and row["void_id"] not in voids:
            yield breach(8, "epcis_movement", row["id"], "events.movement", void=str(row["void_id"]))


def _says(row: Row, names: set[tuple[str, bool, str]]) -> bool:
    """Whether the row's bytes are the event that the row and its names tell."""
    try:
        value = parsing.parse(bytes(row["exact"]), most_bytes=model.IMPORT_BYTES).value
        event = model.event(value)
    except (BadInput, KeyError, TypeError, ValueError, AssertionError, AttributeError):
        return False
    told = {(thing.part.value, thing.is_class, thing.name) for thing in event.things}
    return (
        model.digest(value) == bytes(row["digest"])
        and event.kept_as == row["event_id"]
        and told == names
        and all(read(event) == row[column] for column, read in _TELLING.items())
    )
