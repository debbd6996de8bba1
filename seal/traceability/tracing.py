"""Where a lot came from and where it went: shares, amounts and places, from the batch book alone. Pure.

Backwards each lot has the part of the *subject* that came from it; forwards the part of *itself* that came from the
subject. Both are exact fractions: they add over every path, through blends, splits, repacking and other producers. What
is at a shop is what went there less what came back. Nothing recurses, so that a chain of any length is walked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from seal.batches.book.composition import Graph, Part
from seal.batches.book.model import Entry, EntryKind, Lot, balances


class Where(StrEnum):
    """Whose hands goods are in when they have left their maker's."""

    ORGANISATION = "organisation"
    PRODUCER = "producer"
    """Sent to another producer, who has not written down that it came."""
    SUBCONTRACTOR = "subcontractor"


@dataclass(frozen=True)
class Place:
    """What of a lot is somewhere else, in the lot's base unit: ``amount`` is there now, ``sent`` less ``back``."""

    where: Where
    id: UUID
    sent: int
    back: int
    last_on: date

    @property
    def amount(self) -> int:
        return self.sent - self.back


@dataclass(frozen=True)
class Node:
    """One lot of a trace. ``depth`` below nought: the subject was made of it; above: it was made of the subject.

    ``made`` is what its origin gave, ``held`` what its maker has now, ``lost`` what was written off.
    """

    lot: Lot
    depth: int
    share: Fraction
    made: int
    made_on: date | None
    held: int
    lost: int
    places: tuple[Place, ...]

    @property
    def part(self) -> Fraction:
        """Forwards: how much of what was made of this lot came from the subject, in its base unit."""
        return self.share * self.made


@dataclass(frozen=True)
class Edge:
    """``amount`` of ``parent`` (base unit) went into ``child``, and is ``share`` of it."""

    parent: UUID
    child: UUID
    amount: int
    share: Fraction


@dataclass(frozen=True)
class Trace:
    """A subject with all that it came from, farthest last, and all that came of it, nearest first."""

    subject: Node
    before: tuple[Node, ...]
    after: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def nodes(self) -> tuple[Node, ...]:
        return (*reversed(self.before), self.subject, *self.after)


class Book:
    """The batch book of an association, indexed once for any number of traces."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._parts: dict[UUID, tuple[Part, ...]] = {}
        self._held = balances(graph.entries.values())
        self._places = _places(graph.entries.values())
        self._lost: dict[UUID, int] = {}
        for entry in graph.entries.values():
            if entry.kind is EntryKind.LOSE:
                for line in entry.taken:
                    self._lost[line.lot_id] = self._lost.get(line.lot_id, 0) - line.change

    def parts(self, lot_id: UUID) -> tuple[Part, ...]:
        if lot_id not in self._parts:
            self._parts[lot_id] = self.graph.parents(lot_id)
        return self._parts[lot_id]

    def held(self, lot_id: UUID) -> int:
        """What its maker has of it now; below nought while an entry is missing."""
        return self._held.get(lot_id, 0)

    def places(self, lot_id: UUID) -> tuple[Place, ...]:
        """Where else some of it is, most first."""
        return self._places.get(lot_id, ())

    def after(self, starts: Iterable[UUID]) -> tuple[UUID, ...]:
        """Some lots and all that came of them, nearest first."""
        found = dict.fromkeys(starts)
        level = list(found)
        while level:
            level = [
                new
                for new in dict.fromkeys(one for lot in level for one in self.graph.children(lot))
                if new not in found
            ]
            found |= dict.fromkeys(level)
        return tuple(found)

    def from_subject(self, *subjects: UUID) -> dict[UUID, Fraction]:
        """The part of each descendant that came from the subjects, each after all that it was made of."""
        shares = {one: Fraction(1) for one in subjects}
        for lot_id in self._ordered(self.after(subjects)):
            if lot_id not in shares:
                parts = self.parts(lot_id)
                shares[lot_id] = sum((part.share * shares.get(part.lot_id, 0) for part in parts), Fraction(0))
        return shares

    def of_subject(self, subject: UUID) -> dict[UUID, Fraction]:
        """The part of the subject that came from each lot before it, each before all that it was made of."""
        inside = {subject, *self.graph.ancestors(subject)}
        shares = dict.fromkeys(reversed(self._ordered(inside)), Fraction(0)) | {subject: Fraction(1)}
        for lot_id in tuple(shares):
            for part in self.parts(lot_id):
                shares[part.lot_id] += shares[lot_id] * part.share
        return shares

    def trace(self, subject: UUID) -> Trace:
        """Both ways from a lot. ``KeyError`` for a lot that is not in the book."""
        before, after = self.of_subject(subject), self.from_subject(subject)
        del before[subject], after[subject]
        steps_back, steps_on = self._steps(subject, back=True), self._steps(subject, back=False)
        inside = {subject, *before, *after}
        edges = [
            Edge(part.lot_id, lot_id, part.amount, part.share)
            for lot_id in inside
            for part in self.parts(lot_id)
            if part.lot_id in inside
        ]
        return Trace(
            self.node(subject, 0, Fraction(1)),
            tuple(self.node(one, -steps_back[one], share) for one, share in _nearest(before, steps_back)),
            tuple(self.node(one, steps_on[one], share) for one, share in _nearest(after, steps_on)),
            tuple(sorted(edges, key=lambda edge: (str(edge.child), str(edge.parent)))),
        )

    def made(self, lot_id: UUID) -> tuple[int, date | None]:
        """What a lot's origin gave of it, and on which day."""
        origin = self.graph.origin.get(lot_id)
        if origin is None:
            return 0, None
        return sum(line.change for line in origin.given if line.lot_id == lot_id), origin.happened_on

    def node(self, lot_id: UUID, depth: int = 0, share: Fraction = Fraction(1)) -> Node:
        """What the book says of one lot."""
        made, made_on = self.made(lot_id)
        lost = self._lost.get(lot_id, 0)
        return Node(self.graph.lots[lot_id], depth, share, made, made_on, self.held(lot_id), lost, self.places(lot_id))

    def _steps(self, subject: UUID, *, back: bool) -> dict[UUID, int]:
        """The longest way from the subject to each lot, in steps: a lot stands below all that it was made of."""
        if back:
            order = list(reversed(self._ordered({subject, *self.graph.ancestors(subject)})))
        else:
            order = self._ordered({subject, *self.graph.descendants(subject)})
        steps = dict.fromkeys(order, 0)
        for lot_id in order:
            following = [part.lot_id for part in self.parts(lot_id)] if back else self.graph.children(lot_id)
            for one in following:
                steps[one] = max(steps[one], steps[lot_id] + 1)
        return steps

    def _ordered(self, inside: Iterable[UUID]) -> list[UUID]:
        """Lots with each after its parents among them (Kahn); in the order written where that leaves a choice."""
        wanted = set(inside)
        waiting = {one: {part.lot_id for part in self.parts(one)} & wanted for one in wanted}
        free = sorted((one for one in wanted if not waiting[one]), key=self._written)
        order: list[UUID] = []
        while free:
            following: list[UUID] = []
            for one in free:
                order.append(one)
                for child in self.graph.children(one):
                    if child in wanted:
                        waiting[child].discard(one)
                        if not waiting[child]:
                            following.append(child)
            free = sorted(dict.fromkeys(following), key=self._written)
        return order

    def _written(self, lot_id: UUID) -> tuple[object, ...]:
        lot = self.graph.lots[lot_id]
        return lot.recorded_at, lot.id


def _nearest(shares: Mapping[UUID, Fraction], steps: Mapping[UUID, int]) -> list[tuple[UUID, Fraction]]:
    return sorted(shares.items(), key=lambda item: steps[item[0]])


def _places(entries: Iterable[Entry]) -> dict[UUID, tuple[Place, ...]]:
    """By lot, where some of it went and has not come back from. Entries stand: none is reversed."""
    every = tuple(entries)
    answers: dict[UUID, list[Entry]] = {}
    for entry in every:
        if entry.about is not None:
            answers.setdefault(entry.about, []).append(entry)
    found: dict[tuple[UUID, Where, UUID], Place] = {}
    for entry in every:
        target = _target(entry, answers.get(entry.id, ()))
        if target is None:
            continue
        back = balances(one for one in answers.get(entry.id, ()) if one.kind in _RETURNS)
        for line in entry.taken:
            key = (line.lot_id, *target)
            came = back.get(line.lot_id, 0)
            new = Place(*target, -line.change, came, entry.happened_on)
            old = found.get(key)
            if old is not None:
                new = Place(*target, old.sent + new.sent, old.back + came, max(old.last_on, new.last_on))
            found[key] = new
    by_lot: dict[UUID, list[Place]] = {}
    for (lot_id, *_), place in found.items():
        by_lot.setdefault(lot_id, []).append(place)
    return {
        lot_id: tuple(sorted(places, key=lambda one: (-one.amount, one.where, str(one.id))))
        for lot_id, places in by_lot.items()
    }


_RETURNS = frozenset({EntryKind.TAKE_BACK, EntryKind.BRING_BACK})


def _target(entry: Entry, answers: Iterable[Entry]) -> tuple[Where, UUID] | None:
    """Whose hands an entry left goods in; ``None`` if it sent none, or they became a lot that is traced itself."""
    if entry.kind is EntryKind.SEND and entry.organisation_id is not None:
        own = {line.lot_id for line in entry.taken}
        worked = any(
            line.lot_id not in own for one in answers if one.kind is EntryKind.BRING_BACK for line in one.given
        )
        return None if worked else (Where.SUBCONTRACTOR, entry.organisation_id)
    if entry.kind is not EntryKind.DISPATCH:
        return None
    if entry.organisation_id is not None:
        return Where.ORGANISATION, entry.organisation_id
    if entry.to_producer_id is None or any(one.kind is EntryKind.RECEIVE for one in answers):
        return None
    return Where.PRODUCER, entry.to_producer_id


def by_place(nodes: Iterable[Node]) -> dict[tuple[Where, UUID], dict[UUID, int]]:
    """What is at each place now, by lot in its base unit; places with nothing left are left out."""
    found: dict[tuple[Where, UUID], dict[UUID, int]] = {}
    for node in nodes:
        for place in node.places:
            if place.amount > 0:
                found.setdefault((place.where, place.id), {})[node.lot.id] = place.amount
    return found
