"""Advice, on both engines."""

from __future__ import annotations

from datetime import date

import pytest

from seal.errors import BadInput, NotAllowed
from seal.progress import service as progress
from tests import world
from tests.world import acting


async def test_advice_is_found_from_its_day_on(database):
    group = await world.association()
    crew = await world.staff(group)
    one = await world.member(group, crew.manager)
    await progress.give_advice(
        acting(crew.auditor), one.producer.id, given_on=date(2025, 5, 6), note="Registro de cosecha"
    )
    found = await progress.advisers(group.id, one.producer.id, date(2025, 5, 6))
    assert [(advice.person_id, advice.given_on) for advice in found] == [(crew.auditor.id, date(2025, 5, 6))]
    assert await progress.advisers(group.id, one.producer.id, date(2025, 5, 7)) == ()


async def test_advice_needs_words_a_day_gone_by_and_its_own_adviser(database):
    group = await world.association()
    crew = await world.staff(group)
    one = await world.member(group, crew.manager)
    with pytest.raises(BadInput) as refused:
        await progress.give_advice(acting(crew.auditor), one.producer.id, given_on=date(2025, 5, 6), note=" ")
    assert refused.value.code == "progress.note_empty"
    with pytest.raises(BadInput) as refused:
        await progress.give_advice(acting(crew.auditor), one.producer.id, given_on=date(2026, 2, 4), note="x")
    assert refused.value.code == "progress.day_ahead"
    with pytest.raises(NotAllowed):
        await progress.give_advice(
            acting(crew.auditor), one.producer.id, given_on=date(2025, 5, 6), note="x", by=crew.certifier.id
        )
