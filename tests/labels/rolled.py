"""A roll of pre-numbered seals that was handed to the certified producer, by the product's own verbs."""

from __future__ import annotations

from seal.labels.model import Span
from seal.labels.rolls import service as rolls
from seal.labels.rolls.model import Roll
from tests.certificates.certified import Certified


async def allotted(made: Certified, size: int, *, theirs: Span | None = None) -> Roll:
    """A roll of ``size`` seals; all of them, or ``theirs``, on the list as the producer's."""
    roll = await rolls.make(made.manager(), size)
    span = theirs or roll.span
    producer = made.world.member.producer.id
    await rolls.allot(made.manager(), roll.id, span.first, span.last, producer_id=producer)
    return roll
