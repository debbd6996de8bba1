"""What a recall reaches, from the book: what came of the lots in question, and batches of the same inputs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from seal.batches.model import Batch, State
from seal.labels.model import Span
from seal.traceability import saying
from seal.traceability.recalls.model import Act, Item, Reached, Recall, Spot, Spread, Subject, act_for
from seal.traceability.tracing import Book


def lots_of_window(book: Book, batches: Mapping[UUID, Batch], site: UUID, first: date, last: date) -> tuple[UUID, ...]:
    """Lots of a site that were brought in or made from one day to another; a batch by its day of production too."""
    found = []
    for lot in book.graph.lots.values():
        batch = batches.get(lot.id)
        days = [book.made(lot.id)[1], batch.produced_on if batch is not None else None]
        if lot.site_id == site and any(day is not None and first <= day <= last for day in days):
            found.append(lot.id)
    return tuple(found)


def sealed_under(batches: Iterable[Batch], certification: UUID, first: date, last: date) -> tuple[UUID, ...]:
    """Batches sealed under a certification from one day to another."""
    return tuple(
        one.id
        for one in batches
        if one.certification_id == certification and one.sealed_on is not None and first <= one.sealed_on <= last
    )


def reach(
    book: Book,
    subject: Subject,
    seeds: Iterable[UUID],
    batches: Mapping[UUID, Batch],
    numbers: Mapping[tuple[UUID, Spot], tuple[Span, ...]],
) -> Reached:
    """Everything that came of the seeds, themselves among it, where it is, and their siblings.

    Siblings are batches of anything that the seeds were made of: what went wrong may have come with an input.
    """
    named = tuple(dict.fromkeys(seeds))
    lots = tuple(book.from_subject(*named)) if named else ()
    inside = set(lots)
    before = dict.fromkeys(one for seed in named for one in book.graph.ancestors(seed))
    beside = [one for one in book.after(before) if one not in inside]
    items = [_item(batches[one], sibling=False) for one in lots if one in batches]
    siblings = [_item(batches[one], sibling=True) for one in beside if one in batches and one not in before]
    spread = [
        Spread(spot, lot, place.amount, saying.numbers(numbers.get((lot, spot), ())))
        for lot in lots
        for place in book.places(lot)
        if place.amount > 0
        for spot in [(place.where, place.id)]
    ]
    return Reached(
        subject,
        named,
        lots,
        (*items, *(one for one in siblings if one.act is not Act.NONE)),
        tuple(sorted(spread, key=lambda one: (one.spot[0], str(one.spot[1]), str(one.lot_id)))),
        {lot: book.held(lot) for lot in lots if book.held(lot) > 0},
    )


def newcomers(book: Book, recall: Recall) -> tuple[UUID, ...]:
    """Lots that the book has since a recall was opened: made of what it reaches, and while it is open of anything that
    the recalled lots were made of."""
    reached = recall.reached
    known = {item.batch_id for item in recall.items} | set(reached.lots)
    found = [lot for lot in book.after(reached.lots) if lot not in known]
    if recall.closed_at is None:
        before = dict.fromkeys(
            one for seed in reached.seeds if seed in book.graph.lots for one in book.graph.ancestors(seed)
        )
        since = [lot for lot in book.after(before) if book.graph.lots[lot].recorded_at >= recall.opened_at]
        found += [lot for lot in since if lot not in known and lot not in before]
    return tuple(dict.fromkeys(found))


def _item(batch: Batch, *, sibling: bool) -> Item:
    return Item(batch.id, batch.lot, batch.units, act_for(batch.state, sibling=sibling), sibling)


FINAL = frozenset({State.RECALLED, State.REVOKED, State.DISCARDED})
"""Nothing more can be done with a batch in these."""
