"""Taking a document of trace events: all of it or nothing, each event once.

An event that came before is known by its id and its content: the same again changes nothing, the same id with another
content is refused. An event that came without an id is named by its content.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from seal import ids
from seal.batches.model import EARLIEST
from seal.db import in_unit_of_work
from seal.db.violations import integrity
from seal.errors import BadInput, Conflict, Reason
from seal.identity import Acting, Role
from seal.people import service as people
from seal.traceability.epcis import model, projection, recording, store
from seal.traceability.epcis.model import Document, Received
from seal.traceability.epcis.store import Capture
from seal.web.turns import Turns

SENDERS = (Role.MANAGER, Role.PRODUCER)


@dataclass(frozen=True)
class Limits:
    """How much one document may be."""

    bytes: int
    events: int


TURNS = Turns(waiting=20)
"""Reading a megabyte of events takes its time: off the event loop, two at a time."""
CAPTURE = Limits(model.CAPTURE_BYTES, model.CAPTURE_EVENTS)
IMPORT = Limits(model.IMPORT_BYTES, model.IMPORT_EVENTS)


async def capture(acting: Acting, data: bytes, *, way: str = "capture") -> Capture:
    """Keep a document's events. ``way`` is ``capture`` (a program) or ``import`` (a file that a person brings).

    Raises ``BadInput`` with the path of every fault, ``Conflict('epcis.id_taken')`` naming each event whose id is taken
    by another content, and whatever a movement is refused for; then nothing at all was kept.
    """
    await people.authorise(acting, *SENDERS)
    limits = IMPORT if way == "import" else CAPTURE
    document = await TURNS.take(partial(model.read, data, most_bytes=limits.bytes, most_events=limits.events))
    return await in_unit_of_work(lambda: _keep(acting, document, way))


def _timely(received: Iterable[Received], at: datetime) -> None:
    """A time that can only be a slip: before :data:`EARLIEST`, or later than tomorrow. Raises
    ``BadInput('epcis.too_early' | 'epcis.too_late')`` with the path of each."""
    last = at.astimezone(UTC).date() + timedelta(days=1)
    wrong = []
    for one in received:
        told = {"path": f"{one.path}/eventTime", "given": str(one.event.document["eventTime"])}
        if one.event.time.date() < EARLIEST:
            wrong.append(Reason("epcis.too_early", {**told, "first": EARLIEST.isoformat()}))
        elif one.event.time.date() > last:
            wrong.append(Reason("epcis.too_late", {**told, "last": last.isoformat()}))
    if wrong:
        raise BadInput.because(wrong[:50])


async def _keep(acting: Acting, document: Document, way: str) -> Capture:
    fresh = await _fresh(acting.association_id, document.received)
    made = Capture(
        id=ids.uuid7(acting.at),
        way=way,
        captured_by=acting.person_id,
        captured_at=acting.at,
        stored=len(fresh),
        known=len(document.received) - len(fresh),
    )
    events = await recording.record_all(acting, fresh) if fresh else []
    _timely(fresh, acting.at)  # what is ours the book has refused by then, in its own words
    async with integrity({"epcis_event_event_once": Conflict("epcis.at_once")}):
        await store.insert(acting.association_id, made, document, events)
    return made


async def _fresh(association_id: UUID, received: tuple[Received, ...]) -> list[Received]:
    """Those that are not there yet. Raises ``Conflict('epcis.id_taken')`` with the path of each that differs."""
    before = await store.digests(association_id, [one.event.kept_as for one in received])
    ours = await projection.digests(association_id, {one.event.id for one in received})
    here = {one.event.kept_as: before.get(one.event.kept_as) or ours.get(one.event.id) for one in received}
    taken = [
        Reason("epcis.id_taken", {"path": one.path or "/", "id": one.event.id[:80]})
        for one in received
        if here[one.event.kept_as] not in (None, one.digest)
    ]
    if taken:
        raise Conflict.because(taken[:50])
    return [one for one in received if here[one.event.kept_as] is None]
