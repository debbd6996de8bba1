"""Boxes by the product's own verbs: one box at a time for a unit, the worst verdict of what is in it, with a network
and without one."""

from __future__ import annotations

import asyncio

import pytest

from seal.batches import service as batches
from seal.batches.model import Batch
from seal.clock import local_day
from seal.errors import BadInput, Conflict, NotAllowed, NotFound, Refused, SealError
from seal.ids import Code
from seal.keys import service as keys
from seal.labels import service as labels
from seal.labels import token, voiding
from seal.labels.boxes import service as boxes
from seal.labels.boxes.model import Box, State
from seal.labels.model import Span, VoidReason
from seal.labels.rolls import service as rolls
from seal.transparency import service as log
from seal.transparency.model import LeafType
from seal.verification import bundle as bundles
from seal.verification import panel, sections
from seal.verification import service as verification
from seal.verification.model import judge
from seal.web.i18n import translator
from tests.certificates.certified import Certified, certified, sealed
from tests.conftest import Database
from tests.labels.rolled import allotted


def lines(batch: Batch, *parts: str) -> str:
    return "\n".join(f"{Code(batch.public_id or 0).printed} {part}" for part in parts)


async def packed(made: Certified, batch: Batch, *parts: str) -> Box:
    return await boxes.make(made.owner(), producer_id=batch.producer_id, lines=lines(batch, *parts))


async def both(made: Certified, box: Box) -> list[str]:
    """The verdict of a box's token with a network, and by a bundle made now."""
    digits, at = (await boxes.code(made.owner(), box.id)).digits, made.manager().at
    online = await verification.verify(digits, at)
    held = bundles.read(
        await verification.bundle(box.association_id, at),
        fingerprint=(await keys.public_keys(box.association_id)).fingerprint,
    )
    return [online.verdict.code.value, judge(bundles.evidence(held, digits), at).code.value]


async def says_the_recall_s_own_advice_and_reason(made: Certified, box: Box) -> None:
    answer = await verification.verify(Code(box.public_id).plain, made.manager().at)
    t = translator("es", strict=True)
    top = panel.panel(answer, t, made.world.association.zone)
    assert top.title == "Devuélvalo. Lote retirado"
    assert top.says.endswith("Motivo: seguridad del alimento.")
    assert t.day(local_day(made.manager().at, made.world.association.zone)) in top.says
    told = sections.todo(top, answer.record, panel.advice(answer), t)
    assert told[0] == t("verification.do.recalled.return")


async def test_a_box_says_the_worst_of_what_is_in_it(database: Database) -> None:
    made = await certified()
    one, other = await sealed(made, lot="L-1"), await sealed(made, lot="L-2")
    for batch in (one, other):
        await labels.reserve(made.owner(), batch.id, 50)
    box = await packed(made, one, "1-6", "9")
    assert await log.leaf_of(box.association_id, LeafType.LABEL_RANGE, box.id)
    read = token.parse((await boxes.code(made.owner(), box.id)).digits)
    assert isinstance(read, token.Token)
    assert (read.fields.kind, read.fields.public_id) == (token.Kind.BOX, box.public_id)
    assert await both(made, box) == ["authentic"] * 2
    await boxes.put(made.owner(), box.id, lines(other, "1-3"))
    answer = await verification.verify(Code(box.public_id).plain, made.manager().at)
    assert answer.box is not None
    assert [(lot.lot, lot.count) for lot in sorted(answer.box.lots, key=lambda lot: lot.lot)] == [
        ("L-1", 7),
        ("L-2", 3),
    ]
    await voiding.void_units(made.owner(), one.id, [Span(9, 9)], VoidReason.LOST)
    assert await both(made, box) == ["unit_lost"] * 2
    await voiding.void_units(made.owner(), one.id, [Span(4, 4)], VoidReason.DAMAGED)
    assert await both(made, box) == ["unit_void"] * 2
    why = {"reason_class": "food_safety", "reason": "Residuos"}
    await batches.recall(made.manager(), other.id, **why, advice="return")
    assert await both(made, box) == ["recalled"] * 2
    await says_the_recall_s_own_advice_and_reason(made, box)
    await boxes.take(made.owner(), box.id, lines(other, "1-3"))
    assert await both(made, box) == ["unit_void"] * 2
    await boxes.unpack(made.owner(), box.id)
    assert await both(made, box) == ["not_sealed"] * 2


async def test_a_unit_stands_in_one_box_whoever_races(database: Database) -> None:
    made = await certified()
    batch = await sealed(made)
    await labels.reserve(made.owner(), batch.id, 20)
    first, second = await packed(made, batch, "1"), await packed(made, batch, "2")

    async def take(box: Box) -> str:
        try:
            await boxes.put(made.owner(), box.id, lines(batch, "5-9"))
        except SealError as error:
            return error.code
        return ""

    assert sorted(await asyncio.gather(take(first), take(second))) == ["", "box.elsewhere"]
    with pytest.raises(Conflict, match=r"box.elsewhere"):
        await packed(made, batch, "10", "2")
    assert len(await boxes.boxes(made.owner())) == 2  # nothing of the refused one is left
    held = [sum(map(len, (await boxes.box(made.owner(), box.id)).box.inside[batch.id])) for box in (first, second)]
    assert sorted(held) == [1, 6]
    await boxes.unpack(made.owner(), first.id)
    await boxes.put(made.owner(), second.id, lines(batch, "1"))


async def test_what_does_not_go_in_a_box_is_refused_with_every_reason(database: Database) -> None:
    made, other = await certified(), await certified("otra")
    batch, roll = await sealed(made), await allotted(made, 10)
    await labels.reserve(made.owner(), batch.id, 10)
    await voiding.void_units(made.owner(), batch.id, [Span(3, 3)], VoidReason.DAMAGED)
    box = await packed(made, batch, "1-2")

    async def refused(text: str) -> list[str]:
        with pytest.raises((Refused, BadInput)) as caught:
            await boxes.put(made.owner(), box.id, text)
        return [one.code for one in caught.value.reasons]

    assert await refused(lines(batch, "3-11")) == ["box.not_reserved", "box.unit_void"]
    seals = f"{Code(roll.public_id).printed} 1-3"
    assert await refused(seals) == ["box.unbound"]
    await rolls.bind(made.owner(), roll.id, 1, 3, batch.id)
    await boxes.put(made.owner(), box.id, seals)
    assert (await boxes.box(made.owner(), box.id)).box.inside == {batch.id: (Span(1, 2), Span(11, 13))}
    closed = await boxes.close(made.owner(), box.id)
    assert closed.state is State.CLOSED
    assert await refused(lines(batch, "4")) == ["box.state"]
    await boxes.reopen(made.owner(), box.id)
    theirs = await sealed(other)
    await labels.reserve(other.owner(), theirs.id, 1)
    assert await refused(lines(theirs, "1")) == ["label.line_unknown"]
    for attempt in (boxes.box(other.owner(), box.id), boxes.close(other.manager(), box.id)):
        with pytest.raises(NotFound, match=r"box.not_found"):
            await attempt
    with pytest.raises(NotAllowed):
        await boxes.make(made.owner(), producer_id=None)
