"""Following a recall: who was told, what shops answered, what came back, whose words may be read, and closing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from seal import ids
from seal.batches.book.model import AMOUNT_MOST, EntryKind, Lot
from seal.db import in_unit_of_work
from seal.errors import BadInput, NotFound, Refused
from seal.identity import Acting, Role
from seal.members import service as members
from seal.members.model import Organisation
from seal.people import service as people
from seal.traceability import service as traces
from seal.traceability.recalls import model, store
from seal.traceability.recalls.model import Account, Answer, AnswerKind, Recall, Spot, Wording
from seal.traceability.recalls.opening import OPENERS, load
from seal.traceability.tracing import Book, Where
from seal.web.text import plain

FOLLOWERS = (Role.MANAGER, Role.CERTIFIER, Role.AUDITOR)
NOTE_MOST = 500
WORDS_MOST = 600


@dataclass(frozen=True)
class Followed:
    """A recall with what is known of it now. ``lots``: every lot that it reaches, from the book."""

    recall: Recall
    lots: Mapping[UUID, Lot]
    producers: Mapping[UUID, str]
    organisations: Mapping[UUID, Organisation]
    accounts: tuple[Account, ...]
    people: Mapping[UUID, str]

    @property
    def effectiveness(self) -> Fraction | None:
        return model.effectiveness(self.accounts, self.lots)

    def name(self, spot: Spot) -> str:
        where, place = spot
        if where is Where.PRODUCER:
            return self.producers.get(place, "")
        found = self.organisations.get(place)
        return found.name if found is not None else ""

    def of(self, spot: Spot) -> tuple[Account, ...]:
        return tuple(one for one in self.accounts if one.spot == spot)


async def followed(acting: Acting, recall_id: UUID) -> Followed:
    """A recall, what came back since, and the names. Raises ``NotFound('recall.not_found')``."""
    recall = await load(acting, recall_id)
    book = await traces.whole_book(acting)
    reached = recall.reached
    beside = {one.batch_id for one in recall.items} - set(reached.lots)
    return Followed(
        recall,
        {lot: book.graph.lots[lot] for lot in (*reached.lots, *beside) if lot in book.graph.lots},
        {one.id: one.trade_name for one in await members.producers(acting)},
        {one.id: one for one in await members.organisations(acting)},
        model.accounts(recall, {} if recall.drill else came_back(book, recall)),
        {one.id: one.name for one in await people.people(acting)},
    )


def came_back(book: Book, recall: Recall) -> dict[tuple[Spot, UUID], int]:
    """What the book says came back since a recall was opened, by place and lot. Pure."""
    entries = book.graph.entries
    found: dict[tuple[Spot, UUID], int] = {}
    for entry in entries.values():
        if entry.kind is not EntryKind.TAKE_BACK or entry.about is None or entry.recorded_at < recall.opened_at:
            continue
        sent = entries.get(entry.about)
        if sent is None or sent.organisation_id is None:
            continue
        for line in entry.given:
            key = ((Where.ORGANISATION, sent.organisation_id), line.lot_id)
            found[key] = found.get(key, 0) + line.change
    return found


async def tell(acting: Acting, recall_id: UUID, spot: Spot, *, note: str = "", reached: bool = True) -> Recall:
    """A place was told, or could not be reached, and how. Raises ``NotFound('recall.no_place')`` for another place."""
    kind = AnswerKind.TOLD if reached else AnswerKind.UNREACHABLE
    if kind is AnswerKind.UNREACHABLE and not note.strip():
        raise BadInput("recall.note_needed", field="note")
    return await _answer(acting, recall_id, spot, kind, note)


async def count(
    acting: Acting, recall_id: UUID, spot: Spot, lot_id: UUID, *, found: int, destroyed: int, sold: int, note: str = ""
) -> Recall:
    """A place counted one lot: set aside, destroyed there, sold already. A later count takes the place of this one.

    Raises ``Refused('recall.more_than_went')`` if it is more than the place had, ``Refused('recall.back_already')`` if
    it is more than is left beside what came back, ``NotFound('recall.no_place')``.
    """
    return await _answer(acting, recall_id, spot, AnswerKind.COUNTED, note, lot_id, (found, destroyed, sold))


async def _answer(
    acting: Acting,
    recall_id: UUID,
    spot: Spot,
    kind: AnswerKind,
    note: str,
    lot_id: UUID | None = None,
    counts: tuple[int, int, int] = (0, 0, 0),
) -> Recall:
    await people.authorise(acting, *FOLLOWERS)
    if acting.person_id is None:
        raise Refused("recall.person_needed")
    text = plain("note", note.strip())
    if len(text) > NOTE_MOST or any(not 0 <= one <= AMOUNT_MOST for one in counts):
        raise BadInput("recall.counts", field="found", most=NOTE_MOST)
    answer = Answer(ids.uuid7(acting.at), spot, kind, acting.person_id, acting.at, lot_id, *counts, note=text)

    async def write() -> None:
        recall = await load(acting, recall_id)
        had = [one.amount for one in recall.reached.of(spot) if lot_id in (None, one.lot_id)]
        if not had:
            raise NotFound("recall.no_place")
        if recall.closed_at is not None:
            raise Refused("recall.closed")
        if lot_id is not None and sum(counts) > had[0]:
            raise Refused("recall.more_than_went", field="found", had=had[0], counted=sum(counts))
        if lot_id is not None and not recall.drill:
            back = came_back(await traces.whole_book(acting), recall).get((spot, lot_id), 0)
            if Account(spot, lot_id, had[0], back, *counts).over:
                raise Refused("recall.back_already", field="found", had=had[0], back=back, gone=sum(counts[1:]))
        await store.insert_answer(acting.association_id, recall_id, answer)

    await in_unit_of_work(write)
    return await load(acting, recall_id)


async def approve_words(
    acting: Acting, recall_id: UUID, *, language: str, text: str, approved_by: str, approved_as: str
) -> Recall:
    """Words about the danger, as a competent person approved them, with that person's name and post. They stand on
    notices instead of nothing: Seal itself says no symptom and names no illness. Managers and certifiers."""
    await people.authorise(acting, *OPENERS)
    if acting.person_id is None:
        raise Refused("recall.person_needed")
    words = {
        "text": plain("text", " ".join(text.split())),
        "approved_by": plain("approved_by", " ".join(approved_by.split())),
        "approved_as": plain("approved_as", " ".join(approved_as.split())),
    }
    for field, value in words.items():
        if not 1 <= len(value) <= WORDS_MOST:
            raise BadInput("recall.words", field=field, most=WORDS_MOST)
    if language not in ("es", "en"):
        raise BadInput("recall.language", field="language")
    entered_by = acting.person_id

    async def write() -> None:
        recall = await load(acting, recall_id)
        if recall.closed_at is not None:
            raise Refused("recall.closed")
        new = Wording(language, words["text"], words["approved_by"], words["approved_as"], acting.at)
        if recall.wording(language) is None or _other(recall.wording(language), new):
            await store.insert_wording(acting.association_id, recall_id, new, entered_by)

    await in_unit_of_work(write)
    return await load(acting, recall_id)


def _other(before: Wording | None, new: Wording) -> bool:
    return before is None or (before.text, before.approved_by, before.approved_as) != (
        new.text,
        new.approved_by,
        new.approved_as,
    )


async def close(acting: Acting, recall_id: UUID, *, closing: str) -> Recall:
    """Close a recall or a drill with what was learnt; by another person than who opened it. Once.

    Raises ``Refused`` with every reason: batches still to be stopped, places that are silent, the opener.
    """
    await people.authorise(acting, *OPENERS)
    known = await followed(acting, recall_id)
    names = {spot: known.name(spot) for spot in known.recall.reached.spots}

    async def write() -> None:
        recall = await load(acting, recall_id)
        if recall.closed_at is not None and (recall.closed_by, recall.closing) == (acting.person_id, closing.strip()):
            return
        against = model.close_reasons(recall, acting.person_id, closing, names, known.accounts)
        if against:
            raise Refused.because(against)
        assert acting.person_id is not None  # the opener is a person, and this is another
        await store.close(
            acting.association_id, recall_id, acting.person_id, acting.at, plain("closing", closing.strip())
        )

    await in_unit_of_work(write)
    return await load(acting, recall_id)
