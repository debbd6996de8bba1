"""Taking labels out of use, by scan or by number, of a batch or of a roll; and printing new ones in their place.

What is out of use already stays as it was and is told. A lost roll is blocked at once, bound seals and unbound ones
alike: page, JSON and the next bundle say so from the same commit on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from seal import ids
from seal.associations import service as associations
from seal.associations.model import Association, CodeKind
from seal.batches import service as batches
from seal.batches.model import Batch
from seal.db import in_unit_of_work
from seal.db.failpoint import failpoint
from seal.errors import BadInput, Conflict, NotFound, Param, Reason, Refused
from seal.identity import Acting, Role
from seal.keys import service as keys
from seal.labels import access, documents, loss_store, model, naming, service, store, token
from seal.labels.model import LabelRange, Ledger, Span, Void, VoidReason
from seal.labels.naming import Whole
from seal.labels.rolls import model as roll_model
from seal.labels.rolls import service as rolls
from seal.labels.rolls import store as roll_store
from seal.labels.rolls.model import RollVoid
from seal.labels.runs import PRINTERS
from seal.people import service as people
from seal.transparency import service as log
from seal.transparency.model import LeafType

VOIDERS = (Role.MANAGER, Role.AUDITOR, Role.PRODUCER)


@dataclass(frozen=True)
class Loss:
    """What a person can tell of labels that were lost or stolen. Nothing of it is needed, nothing is held against
    them."""

    last_seen_on: date | None = None
    place: str = ""
    told: str = ""


NOTHING_TOLD = Loss()


@dataclass(frozen=True)
class Gone:
    """What is out of use now: new voids, and numbers that were so before. ``batches`` are those with new counts."""

    voids: tuple[Void, ...] = ()
    roll_voids: tuple[RollVoid, ...] = ()
    before: int = 0
    ledgers: tuple[tuple[Batch, Ledger], ...] = ()

    @property
    def count(self) -> int:
        return sum(len(one.span) for one in self.voids) + sum(len(one.span) for one in self.roll_voids)


def reason_of(text: str) -> VoidReason:
    """Raises ``BadInput('label.void_reason')``."""
    if text not in list(VoidReason):
        raise BadInput("label.void_reason", field="reason", reason=text[:40])
    return VoidReason(text)


async def named(acting: Acting, text: str, book: int | None) -> dict[tuple[CodeKind, UUID], tuple[Span, ...]]:
    """The batches and rolls that ``text`` names (:mod:`seal.labels.naming`), with their numbers.

    ``book`` is the public id of the book that is open: numbers alone are of it. Raises ``BadInput`` with a reason for
    every line that cannot be read, names nothing of this association, or carries a signature that is none of its keys'.
    """
    found, faults = naming.read(text, open_book=book is not None)
    against = list(faults)
    spans: dict[tuple[CodeKind, UUID], list[Span]] = {}
    raw_keys = await _raw_keys(acting.association_id) if any(one.token for one in found) else []
    for one in found:
        place: dict[str, Param] = {"field": "lines", "line": one.line}
        if one.token is not None and token.signer_of(one.token, raw_keys) is None:
            against.append(Reason("label.line_unsigned", place))
            continue
        public_id = one.public_id if one.public_id is not None else book
        assert public_id is not None  # naming.read refuses a number alone without a book
        code = await associations.resolve_code(public_id)
        if code is None or code.association_id != acting.association_id:
            against.append(Reason("label.line_unknown", place))
        elif code.kind not in (CodeKind.BATCH, CodeKind.ROLL):
            against.append(Reason("label.line_kind", place))
        elif isinstance(one, Whole):
            against.append(Reason("label.line_whole", place))
        else:
            spans.setdefault((code.kind, code.object_id), []).append(one.span)
    if not spans and not against:
        against.append(Reason("label.lines_none", {"field": "lines"}))
    if against:
        raise BadInput.because(against)
    return {of: naming.joined(given) for of, given in spans.items()}


async def _raw_keys(association_id: UUID) -> list[bytes]:
    return [period.raw for period in (await keys.public_keys(association_id)).history.issuing]


async def void_named(
    acting: Acting, text: str, *, reason: str, book: int | None = None, loss: Loss = NOTHING_TOLD
) -> Gone:
    """Take everything that ``text`` names out of use, all of it or, on any fault, nothing.

    Raises as :func:`named`, and as :func:`void_units` and :func:`void_seals`.
    """
    await people.authorise(acting, *VOIDERS)
    why = reason_of(reason)

    async def write() -> Gone:
        given = await named(acting, text, book)
        done = Gone()
        for (kind, object_id), spans in sorted(
            given.items(), key=lambda item: (item[0][0] != CodeKind.ROLL, item[0][1])
        ):
            take = void_seals if kind is CodeKind.ROLL else void_units
            done = both(done, await take(acting, object_id, spans, why, loss))
        return done

    return await in_unit_of_work(write)


def both(one: Gone, other: Gone) -> Gone:
    """Two acts as one; of a batch that both changed, the later count."""
    latest = {batch.id: (batch, ledger) for batch, ledger in (*one.ledgers, *other.ledgers)}
    return Gone(
        one.voids + other.voids, one.roll_voids + other.roll_voids, one.before + other.before, tuple(latest.values())
    )


async def void_units(
    acting: Acting, batch_id: UUID, spans: Sequence[Span], reason: VoidReason, loss: Loss = NOTHING_TOLD
) -> Gone:
    """Take unit numbers of a batch out of use; what is so already is only counted. In any state of batch and right.

    Raises ``Refused`` with every reason (never reserved), ``NotFound``.
    """
    await people.authorise(acting, *VOIDERS)
    association = await associations.get(acting.association_id)

    async def write() -> Gone:
        batch = await batches.batch(acting, batch_id)
        fresh = await store.ledger(association.id, batch_id)
        if fresh is None or batch.public_id is None:
            raise Refused("label.not_reserved", last=max(one.last for one in spans), highest=0)
        ledger = await store.lock_ledger(association.id, batch_id, fresh, acting.at)
        voids = [one.span for one in await store.voids(association.id, batch_id)]
        against = [why for one in spans for why in model.void_reasons(ledger, (), one)]
        if against:
            raise Refused.because(against)
        left = [part for one in spans for part in roll_model.without(one, voids)]
        done = [await _void(acting, association, batch, part, reason) for part in left]
        taken = sum(map(len, left))
        ledger = replace(ledger, void_count=ledger.void_count + taken)
        await store.write_ledger(association.id, batch_id, ledger)
        if reason.lost:
            for part in left:
                await loss_store.insert(acting, part, reason, loss, batch_id=batch_id)
        counted = await access.counted(ledger, batch)
        return Gone(tuple(done), (), sum(map(len, spans)) - taken, ((batch, counted),))

    return await in_unit_of_work(write)


async def _void(acting: Acting, association: Association, batch: Batch, span: Span, reason: VoidReason) -> Void:
    assert batch.public_id is not None
    one = Void(ids.uuid7(acting.at), batch.id, span.first, span.last, reason, acting.at)
    document = documents.voided(one, did=association.did, public_id=batch.public_id)
    salt = log.new_salt()
    await store.insert_void(association.id, one, store.Kept(document, salt), acting.person_id)
    await log.append(association.id, LeafType.LABEL_RANGE, one.id, document, salt, acting.at)
    return one


async def void_seals(
    acting: Acting, roll_id: UUID, spans: Sequence[Span], reason: VoidReason, loss: Loss = NOTHING_TOLD
) -> Gone:
    """Take seals of a roll out of use: bound ones as the units that they are, the others for ever unbound.

    A producer only those that are theirs. Raises ``Refused`` with every reason, ``NotFound``.
    """
    await people.authorise(acting, *VOIDERS)
    association = await associations.get(acting.association_id)
    book = await rolls.book(acting, roll_id)

    async def write() -> Gone:
        roll = await roll_store.lock(association.id, roll_id)
        if roll is None:
            raise NotFound("roll.not_found")
        against = [why for one in spans for why in roll_model.span_reasons(roll, one)]
        against += await rolls.not_mine(acting, book, spans)
        if against:
            raise Refused.because(against)
        bound = await roll_store.bindings(association.id, roll_id)
        voids = await roll_store.voids(association.id, roll_id)
        taken = [*(one.span for one in bound), *(one.span for one in voids)]
        free = [part for one in spans for part in roll_model.without(one, taken)]
        done = await rolls.void_unbound(acting, association, roll, free, reason)
        if reason.lost:
            for part in free:
                await loss_store.insert(acting, part, reason, loss, roll_id=roll_id)
        units: dict[UUID, list[Span]] = {}
        for one in spans:
            for batch_id, part in roll_model.on_batches(one, bound):
                units.setdefault(batch_id, []).append(part)
        on_units = sum(len(part) for parts in units.values() for part in parts)
        gone = Gone((), done, sum(map(len, spans)) - sum(map(len, free)) - on_units)
        for batch_id in sorted(units):
            gone = both(gone, await void_units(acting, batch_id, units[batch_id], reason, loss))
        return gone

    return await in_unit_of_work(write)


async def reprint(
    acting: Acting, batch_id: UUID, text: str, *, reason: str, id: UUID | None = None
) -> tuple[Gone, LabelRange]:
    """Void what ``text`` names of this batch and reserve as many new numbers, in one unit of work.

    Never the same numbers. ``id`` is the new range's, as for ``labels.reserve``: the same sent again gives the first
    answer, anything else under that id is ``Conflict('label.id_taken')``. Raises as :func:`void_named` and
    ``labels.reserve``; ``Refused('label.reprint_nothing')`` if all of it was out of use already.
    """
    await people.authorise(acting, *PRINTERS)
    why = reason_of(reason)
    wanted = id or ids.uuid7(acting.at)

    async def write() -> tuple[Gone, LabelRange]:
        batch = await batches.batch(acting, batch_id)
        given = await named(acting, text, batch.public_id)
        others = [of for of in given if of != (CodeKind.BATCH, batch_id)]
        if others:
            raise BadInput("label.other_batch", field="lines", lot=batch.lot)
        spans = given[CodeKind.BATCH, batch_id]
        if before := await store.label_range(acting.association_id, wanted):
            return await _reprinted(before, batch, spans, why), before
        gone = await void_units(acting, batch_id, spans, why)
        if not gone.count:
            raise Refused("label.reprint_nothing")
        made = await service.reserve(acting, batch_id, gone.count, id=wanted)
        for one in gone.voids:
            await loss_store.insert_reprint(acting, made.id, one.id)
        return gone, made

    done = await in_unit_of_work(write)
    failpoint("after_reprint")
    return done


async def _reprinted(made: LabelRange, batch: Batch, spans: Sequence[Span], reason: VoidReason) -> Gone:
    """The first answer, if it was to the same request: the numbers voided then are all of ``spans`` that were live."""
    made_good = await loss_store.reprinted(batch.association_id, made.id)
    voids = await store.voids(batch.association_id, batch.id)
    mine = tuple(one for one in voids if one.id in made_good)
    others = [one.span for one in voids if one.id not in made_good]
    asked = naming.joined([part for one in spans for part in roll_model.without(one, others)])
    same = asked == naming.joined([one.span for one in mine]) and all(one.reason is reason for one in mine)
    if made.batch_id != batch.id or not mine or not same:
        raise Conflict("label.id_taken", id=str(made.id))
    return Gone(mine)
