"""Whatever is done to a batch's labels, in whatever order, by two sessions at once and with crashes on the way: never
over the quota, never a number twice, live is reserved less void. Against a model of a few lines, on both engines."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from seal import ids
from seal.batches.model import Batch
from seal.db import engine
from seal.errors import SealError
from seal.labels import service as labels
from seal.labels import store, voiding
from seal.labels.model import Span, VoidReason
from seal.labels.rolls import service as rolls
from seal.labels.rolls import store as roll_store
from seal.labels.rolls.model import Roll
from seal.settings import Settings
from seal.transparency import service as log
from tests.certificates.certified import Certified, certified, sealed
from tests.labels.rolled import allotted

UNITS, SEALS = 50, 40
QUOTA = UNITS + 1
AFTER = {"reserve": labels, "bind": rolls, "reprint": voiding}
"""Where each verb may die once it has committed, before anybody is told."""


class Killed(BaseException):
    """The process is gone: nobody gets an answer, and what was not committed never was."""


@dataclass
class Book:
    """What one batch and one roll must look like: the model."""

    reserved: int = 0
    void: set[int] = field(default_factory=set)
    seals: dict[int, int] = field(default_factory=dict)
    """Seal -> unit."""
    gone: set[int] = field(default_factory=set)

    @property
    def left(self) -> int:
        return QUOTA - (self.reserved - len(self.void))

    def reserve(self, count: int) -> bool:
        if not 1 <= count <= self.left:
            return False
        self.reserved += count
        return True

    def void_units(self, first: int, last: int) -> bool:
        if last > self.reserved:
            return False
        self.void |= set(range(first, last + 1))
        return True

    def reprint(self, first: int, last: int) -> bool:
        fresh = set(range(first, last + 1)) - self.void
        return bool(fresh) and self.void_units(first, last) and self.reserve(len(fresh))

    def bind(self, first: int, last: int) -> bool:
        wanted = range(first, last + 1)
        if any(seal in self.seals or seal in self.gone for seal in wanted):
            return False
        begin = self.reserved + 1
        if not self.reserve(len(wanted)):
            return False
        self.seals |= {seal: begin + place for place, seal in enumerate(wanted)}
        return True

    def lose(self, first: int, last: int) -> bool:
        for seal in range(first, last + 1):
            if seal in self.seals:
                self.void.add(self.seals[seal])
            else:
                self.gone.add(seal)
        return True


Act = tuple[str, int, int]
spans = st.tuples(st.integers(1, 60), st.integers(0, 9)).map(lambda found: (found[0], found[0] + found[1]))
seal_spans = st.tuples(st.integers(1, SEALS), st.integers(0, 7)).map(
    lambda found: (found[0], min(found[0] + found[1], SEALS))
)
acts = st.one_of(
    st.integers(1, 20).map(lambda count: ("reserve", count, 0)),
    spans.map(lambda span: ("void_units", *span)),
    spans.map(lambda span: ("reprint", *span)),
    seal_spans.map(lambda span: ("bind", *span)),
    seal_spans.map(lambda span: ("lose", *span)),
)
steps = st.lists(
    st.tuples(acts, st.sampled_from(("plain", "plain", "killed", "undone", "twice"))), min_size=6, max_size=14
)


class Session:
    """The product, asked as the model is."""

    def __init__(self, made: Certified, batch: Batch, roll: Roll) -> None:
        self.made, self.batch, self.roll = made, batch, roll

    def verb(self, act: Act, id: Any) -> Coroutine[Any, Any, Any]:
        name, first, last = act
        owner = self.made.owner()
        if name == "reserve":
            return labels.reserve(owner, self.batch.id, first, id=id)
        if name == "void_units":
            return voiding.void_units(owner, self.batch.id, [Span(first, last)], VoidReason.DAMAGED)
        if name == "reprint":
            return voiding.reprint(owner, self.batch.id, f"{first}-{last}", reason="misprint", id=id)
        if name == "bind":
            return rolls.bind(owner, self.roll.id, first, last, self.batch.id, id=id)
        return voiding.void_seals(owner, self.roll.id, [Span(first, last)], VoidReason.LOST)

    async def held(self) -> tuple[int, int, int, list[int], dict[int, int]]:
        """(reserved, void, live), every number given out, and where each seal stands."""
        association = self.batch.association_id
        ledger = await store.ledger(association, self.batch.id)
        ranges = await store.ranges(association, self.batch.id)
        bound = await roll_store.bindings(association, self.roll.id)
        numbers = [number for one in ranges for number in range(one.first, one.last + 1)]
        numbers += [number for one in bound for number in range(one.units.first, one.units.last + 1)]
        where = {seal: one.unit_of(seal) for one in bound for seal in range(one.first, one.last + 1)}
        found = (ledger.reserved_high, ledger.void_count, ledger.live) if ledger else (0, 0, 0)
        return (*found, sorted(numbers), where)


async def ask(asked: Awaitable[Any]) -> bool:
    try:
        await asked
    except SealError:
        return False
    return True


async def play(made: Certified, plan: list[tuple[Act, str]]) -> None:
    lot = f"M{ids.uuid7(made.owner().at).hex[-10:]}"
    session, book = Session(made, await sealed(made, lot=lot, units=UNITS), await allotted(made, SEALS)), Book()
    for act, how in plan:
        id = ids.uuid7(made.owner().at)
        if how == "twice":
            # Two sessions at once: whoever is first, as many succeed as one after the other.
            other = ids.uuid7(made.owner().at)
            answers = await asyncio.gather(ask(session.verb(act, id)), ask(session.verb(act, other)))
            assert answers.count(True) == [model(book, act) for _ in answers].count(True)
        elif how == "plain" or act[0] not in AFTER:
            assert await ask(session.verb(act, id)) == model(book, act)
        else:
            await killed(session, book, act, id, undone=how == "undone")
        reserved, void, live, numbers, where = await session.held()
        assert (reserved, void, live) == (book.reserved, len(book.void), book.reserved - len(book.void))
        assert live <= QUOTA
        assert numbers == list(range(1, reserved + 1))
        assert where == book.seals


def model(book: Book, act: Act) -> bool:
    """The model's answer; what it refuses changes nothing."""
    before = (book.reserved, set(book.void), dict(book.seals), set(book.gone))
    done: bool = getattr(book, act[0])(*(act[1:2] if act[0] == "reserve" else act[1:]))
    if not done:
        book.reserved, book.void, book.seals, book.gone = before
    return done


async def killed(session: Session, book: Book, act: Act, id: Any, *, undone: bool) -> None:
    """Die before the commit or just after it, and send the same again: one effect in the end."""

    def die(*_: object) -> None:
        raise Killed

    async def die_early(*_: object, **__: object) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        if undone:
            patch.setattr(log, "append", die_early)
        else:
            patch.setattr(AFTER[act[0]], "failpoint", die)
        try:
            answered = await ask(session.verb(act, id))
        except Killed:
            answered = None
    expected = model(book, act)
    assert answered is None if expected else answered is False
    assert await ask(session.verb(act, id)) == expected


def machine(storage: Settings, examples: int) -> None:
    loop = asyncio.new_event_loop()
    loop.run_until_complete(engine.start(storage))
    made = loop.run_until_complete(certified())

    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=examples < 20,
        phases=(Phase.generate,),
    )
    @given(steps)
    def run(plan: list[tuple[Act, str]]) -> None:
        loop.run_until_complete(play(made, plan))

    try:
        run()
    finally:
        loop.run_until_complete(engine.stop())
        loop.close()


def test_the_labels_of_a_batch_follow_the_model(storage: Settings) -> None:
    machine(storage, 3)


@pytest.mark.deep
def test_they_follow_it_for_long(storage: Settings) -> None:
    machine(storage, 150)
