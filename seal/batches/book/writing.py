"""Writing in the batch book: who may, what an entry may say, and the lots that it begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from seal import ids
from seal.associations import service as associations
from seal.batches import store as batches
from seal.batches.book import holding, model, store
from seal.batches.book.composition import Graph
from seal.batches.book.holding import NOT_SEALED
from seal.batches.book.model import ANSWERS, Dimension, Entry, EntryKind, Line, Lot, Standing
from seal.batches.model import Batch, State, lot_key, standing
from seal.certificates import service as certificates
from seal.clock import local_day
from seal.db import in_unit_of_work, reading
from seal.db.violations import integrity
from seal.errors import BadInput, Conflict, NotFound, Reason, Refused
from seal.identity import Acting, Role
from seal.members import service as members
from seal.people import service as people

WRITERS = (Role.MANAGER, Role.PRODUCER)
TEXT_MOST = 200
_INTO_OTHERS = frozenset({EntryKind.MAKE, EntryKind.BLEND, EntryKind.SPLIT})
STOPPED = frozenset({State.HELD, State.ON_HOLD, State.RECALLED, State.REVOKED, State.DISCARDED})
"""States of a batch of which nothing leaves for anybody; a subcontractor may still get it, and it may come back."""
_MUST_HOLD = frozenset({EntryKind.DISPATCH, EntryKind.SEND})


@dataclass(frozen=True)
class New:
    """A lot that an entry begins. ``amount`` in the base unit of ``dimension``. Without a name it gets one of its
    material and day."""

    material: str
    amount: int
    dimension: Dimension
    name: str = ""
    standing: Standing = Standing.OWN
    main: bool = True
    from_whom: str = ""
    certificate: str = ""
    readings: Mapping[str, str] = field(default_factory=dict)
    stem: str = ""
    """What a lot without a name is called by, before its day; the material, if empty."""


@dataclass(frozen=True)
class Draft:
    """An entry to be written: what it takes from lots (amounts above nought), gives to lots that are there, and gives
    to lots that begin with it."""

    kind: EntryKind
    producer_id: UUID
    happened_on: date
    takes: Sequence[tuple[UUID, int]] = ()
    gives: Sequence[tuple[UUID, int]] = ()
    new: Sequence[New] = ()
    about: UUID | None = None
    organisation_id: UUID | None = None
    to_producer_id: UUID | None = None
    site_id: UUID | None = None
    reason: str = ""
    signed_by: str = ""
    id: UUID | None = None
    repacked: bool = False
    """Said by the room of labels alone: the seals of the units taken are void."""


async def write(acting: Acting, draft: Draft) -> Entry:
    """Write an entry with the lots that it begins, in one unit of work. The same id again gives the first.

    Raises ``Refused`` or ``BadInput`` with every reason, ``Conflict('book.lot_taken' | 'book.id_taken')`` and
    ``NotFound`` for lots, entries, organisations and sites that the person may not see.
    """
    await people.authorise(acting, *WRITERS)
    await members.require_access(acting, draft.producer_id)
    today = local_day(acting.at, (await associations.get(acting.association_id)).zone)

    async def run() -> Entry:
        before = await store.entry(acting.association_id, draft.id) if draft.id is not None else None
        if before is not None:
            if (before.kind, before.producer_id) != (draft.kind, draft.producer_id):
                raise Conflict("book.id_taken", id=str(draft.id))
            return before
        known = await _known(acting, draft)
        begun: list[tuple[Lot, int]] = []
        for one in draft.new:
            begun.append(await _begin(acting, draft, one, frozenset(lot_key(lot.name) for lot, _ in begun)))
        entry = Entry(
            id=draft.id or ids.uuid7(acting.at),
            association_id=acting.association_id,
            producer_id=draft.producer_id,
            kind=draft.kind,
            happened_on=draft.happened_on,
            recorded_at=acting.at,
            lines=_lines(draft, begun),
            actor_id=acting.person_id,
            about=draft.about,
            organisation_id=draft.organisation_id,
            to_producer_id=draft.to_producer_id,
            site_id=draft.site_id,
            reason=_text("reason", draft.reason),
            signed_by=_text("signed_by", draft.signed_by),
        )
        lots = {**known, **{lot.id: lot for lot, _ in begun}}
        faults = model.entry_reasons(entry, lots, today)
        if faults:
            raise BadInput.because(faults)
        against = await _against(entry, lots, draft)
        if against:
            raise Refused.because(against)
        for lot, _ in begun:
            async with integrity({"lot_name_once": Conflict("book.lot_taken", lot=lot.name, field="name")}):
                await store.insert_lot(lot, lot_key(lot.name), acting.person_id)
        await store.insert_entry(entry)
        return entry

    return await in_unit_of_work(run)


async def found_lots(acting: Acting, lot_ids: Iterable[UUID]) -> dict[UUID, Lot]:
    """Lots that the person may see. Raises ``NotFound('book.lot_not_found')``."""
    wanted = set(lot_ids)
    async with reading():
        found = {lot.id: lot for lot in await store.lots(acting.association_id, wanted)} if wanted else {}
    if found.keys() != wanted:
        raise NotFound("book.lot_not_found")
    for producer_id in {lot.producer_id for lot in found.values()}:
        try:
            await members.require_access(acting, producer_id)
        except NotFound:
            raise NotFound("book.lot_not_found") from None
    return found


async def found_entry(acting: Acting, entry_id: UUID) -> Entry:
    """An entry that the person may see: of its producer, or addressed to its producer."""
    async with reading():
        entry = await store.entry(acting.association_id, entry_id)
    if entry is None:
        raise NotFound("book.entry_not_found")
    for producer_id in (entry.producer_id, entry.to_producer_id):
        if producer_id is not None:
            try:
                await members.require_access(acting, producer_id)
            except NotFound:
                continue
            return entry
    raise NotFound("book.entry_not_found")


async def _known(acting: Acting, draft: Draft) -> dict[UUID, Lot]:
    """The lots that are there already; all of the producer whose book this is."""
    lots = await found_lots(acting, [lot_id for lot_id, _ in (*draft.takes, *draft.gives)])
    if any(lot.producer_id != draft.producer_id for lot in lots.values()):
        raise NotFound("book.lot_not_found")
    if draft.organisation_id is not None:
        await members.organisation(acting, draft.organisation_id)
    if draft.site_id is not None:
        dossier = await members.dossier_of(acting.association_id, draft.producer_id)
        if all(site.id != draft.site_id for site in dossier.sites):
            raise NotFound("batch.no_site")
    if draft.to_producer_id is not None:
        await members.dossier_of(acting.association_id, draft.to_producer_id)
    return lots


async def _begin(acting: Acting, draft: Draft, new: New, used: Set[str]) -> tuple[Lot, int]:
    material = _text("material", new.material)
    if not material:
        raise BadInput("book.material", field="material")
    name = " ".join(new.name.split()) or await _name(acting, draft, _text("material", new.stem) or material, used)
    if len(name) > model.NAME_MOST or not name.isprintable():
        raise BadInput("book.lot_name", field="name", most=model.NAME_MOST)
    lot = Lot(
        id=ids.uuid7(acting.at),
        association_id=acting.association_id,
        producer_id=draft.producer_id,
        material=material,
        name=name,
        dimension=new.dimension,
        standing=new.standing,
        recorded_at=acting.at,
        main=new.main,
        site_id=draft.site_id,
        organisation_id=draft.organisation_id if draft.kind is EntryKind.RECEIVE else None,
        from_whom=_text("from_whom", new.from_whom),
        certificate=_text("certificate", new.certificate),
        readings={_text("reading", key): _text("reading", value) for key, value in new.readings.items()},
    )
    return lot, new.amount


async def _name(acting: Acting, draft: Draft, word: str, used: Set[str]) -> str:
    """``milk-260203``, then ``milk-260203-2``: unlike any other of the producer, also of the same entry."""
    stem = f"{word[:24]}-{draft.happened_on:%y%m%d}"
    for number in range(1, 1000):
        name = stem if number == 1 else f"{stem}-{number}"
        key = lot_key(name)
        if key not in used and await store.lot_named(acting.association_id, draft.producer_id, key) is None:
            return name
    raise BadInput("book.lot_name", field="name", most=model.NAME_MOST)


def _text(field_name: str, value: str) -> str:
    text = " ".join(value.split())
    if len(text) > TEXT_MOST or not text.isprintable():
        raise BadInput("book.text", field=field_name, most=TEXT_MOST)
    return text


def _lines(draft: Draft, begun: Sequence[tuple[Lot, int]]) -> tuple[Line, ...]:
    """Signed lines, one for each lot. ``BadInput`` for amounts that are none, and a lot named twice."""
    signed = [
        *((lot_id, -amount) for lot_id, amount in draft.takes),
        *draft.gives,
        *((lot.id, amount) for lot, amount in begun),
    ]
    amounts = [abs(change) for _, change in signed]
    negative = any(amount < 0 for _, amount in (*draft.takes, *draft.gives)) and draft.kind is not EntryKind.REVERSE
    if negative or any(not 0 < amount <= model.AMOUNT_MOST for amount in amounts):
        raise BadInput("book.amount", field="amount", value="0")
    if len({lot_id for lot_id, _ in signed}) != len(signed):
        raise BadInput("book.lot_twice", field="lot")
    return tuple(Line(lot_id, change) for lot_id, change in signed)


async def _against(entry: Entry, lots: Mapping[UUID, Lot], draft: Draft) -> list[Reason]:
    """What stands in the way that only the rest of the book can tell."""
    about = await store.entry(entry.association_id, entry.about) if entry.about is not None else None
    found = [*await _about(entry, about, lots), *_filled(draft, lots, about)]
    for line in entry.lines:
        if lots[line.lot_id].batch_id is not None:
            found += await _batch(entry, lots[line.lot_id], about, draft.repacked)
    return found


def _filled(draft: Draft, lots: Mapping[UUID, Lot], about: Entry | None) -> Iterable[Reason]:
    """A lot gets its content once: what comes later is a lot of its own, else nobody could say what is in it."""
    if draft.kind not in model.ORIGINS:
        return
    went = {line.lot_id for line in about.taken} if about is not None else frozenset()
    for lot_id, _ in draft.gives:
        lot = lots[lot_id]
        may = lot_id in went if draft.kind is EntryKind.BRING_BACK else False
        if not may and (lot.batch_id is None or draft.kind in model.INTAKE):
            yield Reason("book.lot_filled", {"lot": lot.name})


async def _about(entry: Entry, about: Entry | None, lots: Mapping[UUID, Lot]) -> list[Reason]:
    owner = entry.association_id
    if entry.kind is EntryKind.REVERSE:
        return await _reversal(entry)
    if entry.about is None:
        needed = ANSWERS.get(entry.kind) if entry.kind is not EntryKind.RECEIVE else None
        return [Reason("book.about_needed", {"entry_kind": entry.kind.value})] if needed else []
    other = [Reason("book.about_other", {"entry_kind": entry.kind.value})]
    if about is None or about.kind is not ANSWERS.get(entry.kind):
        return other
    if entry.producer_id != (about.to_producer_id if entry.kind is EntryKind.RECEIVE else about.producer_id):
        return other
    undone, answers = await _answers(owner, about.id)
    if undone:
        return [Reason("book.already_reversed")]
    if entry.kind is not EntryKind.BRING_BACK and any(one.kind is EntryKind.RECEIVE for one in answers):
        return [Reason("book.already_received")]
    sent = {lot.id: lot for lot in await store.lots(owner, [line.lot_id for line in about.taken])}
    if entry.kind is EntryKind.RECEIVE:
        return [*_not_more_than_sent(entry, about, answers, {**sent, **lots})]
    return [*_not_more_back(entry, about, answers, sent)]


def _not_more_back(entry: Entry, about: Entry, answers: Sequence[Entry], sent: Mapping[UUID, Lot]) -> Iterable[Reason]:
    """Goods that come back unchanged are no more than went."""
    went = {line.lot_id: -line.change for line in about.taken}
    back = model.balances(answers)
    for line in entry.given:
        if line.lot_id not in went:
            if entry.kind is EntryKind.TAKE_BACK:
                yield Reason("book.about_other", {"entry_kind": entry.kind.value})
            continue
        left = went[line.lot_id] - back.get(line.lot_id, 0)
        if line.change > left:
            dimension = sent[line.lot_id].dimension
            told = {"left": model.words(max(0, left), dimension), "back": model.words(line.change, dimension)}
            yield Reason("book.more_back_than_went", told)


def _not_more_than_sent(
    entry: Entry, about: Entry, answers: Sequence[Entry], lots: Mapping[UUID, Lot]
) -> Iterable[Reason]:
    """What is received from a producer of the association is no more than was sent and did not go back."""
    for dimension in Dimension:
        lines = [line for one in (about, *answers) for line in one.lines if lots[line.lot_id].dimension is dimension]
        went = -sum(line.change for line in lines)
        came = sum(line.change for line in entry.given if lots[line.lot_id].dimension is dimension)
        if came > went:
            told = {"left": model.words(went, dimension), "back": model.words(came, dimension)}
            yield Reason("book.more_than_sent", told)


async def _reversal(entry: Entry) -> list[Reason]:
    """Taken back once; and what was answered is taken back from the end: first the answer, then what it answers."""
    assert entry.about is not None  # the verb names one
    undone, answers = await _answers(entry.association_id, entry.about)
    if undone:
        return [Reason("book.already_reversed")]
    if answers:
        return [Reason("book.answered")]
    about = await store.entry(entry.association_id, entry.about)
    return (
        await holding.under_seal(entry.association_id, about)
        if about is not None and about.kind in model.ORIGINS
        else []
    )


async def _answers(association_id: UUID, entry_id: UUID) -> tuple[bool, tuple[Entry, ...]]:
    """Whether an entry was reversed, and the entries that answer it and stand."""
    every = await store.about(association_id, [entry_id])
    later = await store.about(association_id, [one.id for one in every]) if every else ()
    return entry_id in model.reversed_ids(every), model.standing_entries([*every, *later])


async def _batch(entry: Entry, lot: Lot, about: Entry | None, repacked: bool) -> list[Reason]:
    """A batch's lot is filled once with exactly its units, and sealed units go into nothing else (D 10)."""
    batch = await batches.batch(entry.association_id, lot.id)
    assert batch is not None  # a batch's lot has the batch's id
    change = next(line.change for line in entry.lines if line.lot_id == lot.id)
    found = []
    if change < 0 and entry.kind is EntryKind.DISPATCH:
        state = await state_now(batch)  # as it stands now, whatever day the entry bears
        if state in STOPPED:
            found.append(Reason("ship.batch_state", {"lot": batch.lot, "lot_state": state.value}))
    if batch.state not in NOT_SEALED:
        unmade = entry.kind is EntryKind.REVERSE and about is not None and about.kind in model.ORIGINS
        if unmade:
            found.append(Reason("book.batch_sealed", {"lot": batch.lot}))
        if change < 0 and entry.kind in _INTO_OTHERS and not repacked:
            found.append(Reason("book.sealed_units", {"lot": batch.lot}))
        if entry.kind in _MUST_HOLD or repacked:
            found += await holding.short(entry, lot, batch.units, -change)
    if entry.kind is EntryKind.ADJUST and change > 0:
        found.append(Reason("book.batch_no_more", {"lot": batch.lot, "units": batch.units}))
    if change < 0 or not (entry.kind in _INTO_OTHERS or entry.kind is EntryKind.BRING_BACK):
        return found
    sources = about.taken if entry.kind is EntryKind.BRING_BACK and about is not None else entry.taken
    if any(line.lot_id == lot.id for line in sources) and entry.kind is EntryKind.BRING_BACK:
        return found  # its own units come back
    if lot.id in Graph(*await store.ancestry(entry.association_id, lot.id)).origin:
        found.append(Reason("book.batch_filled", {"lot": batch.lot}))
    if change != batch.units:
        found.append(Reason("book.batch_units", {"lot": batch.lot, "units": batch.units, "given": change}))
    for line in sources:
        before = Graph(*await store.ancestry(entry.association_id, line.lot_id)).ancestors(line.lot_id)
        if lot.id in (line.lot_id, *before):
            found.append(Reason("book.circle", {"lot": batch.lot}))
    return found


async def state_now(batch: Batch) -> State:
    """The state of a batch with the decisions about its certification taken in."""
    if batch.certification_id is None:
        return batch.state
    return standing(batch, (await certificates.certification_of(batch.association_id, batch.certification_id)).steps)


async def reverse(acting: Acting, entry_id: UUID, *, reason: str, happened_on: date | None = None) -> Entry:
    """Take an entry back by another one: a mistake is never wiped out. As :func:`write`; an entry whose lots belong to
    a sealed batch stays."""
    entry = await found_entry(acting, entry_id)
    if entry.kind is EntryKind.REVERSE:
        raise Refused("book.already_reversed")
    draft = Draft(
        EntryKind.REVERSE,
        entry.producer_id,
        happened_on or entry.happened_on,
        takes=[(line.lot_id, line.change) for line in entry.given],
        gives=[(line.lot_id, -line.change) for line in entry.taken],
        about=entry.id,
        reason=reason,
    )
    return await write(acting, draft)
