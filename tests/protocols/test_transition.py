"""From one version to the next (CERTIFICATION D1): what may be planned when, and until when a certificate keeps it."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.errors import NotFound, Refused
from seal.protocols import service
from seal.protocols.life import State
from seal.protocols.transition import Term, against, ended_by
from tests import world
from tests.conftest import Database
from tests.protocols.library import Copy, published

JULY = date(2026, 7, 1)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def term(version: str, *, valid: date | None = None, mandatory: date | None = None, state: str = "published") -> Term:
    return Term(UUID(int=len(version)), "miel", version, State(state), valid, mandatory)


def codes(one: Term, others: list[Term], on: date) -> list[str]:
    return [reason.code for reason in against(one, others, on)]


def test_an_older_version_ends_on_the_day_on_which_a_newer_one_is_mandatory() -> None:
    old, new = term("0.1.0", state="superseded"), term("0.2.0", mandatory=JULY)
    assert codes(old, [old, new], JULY - timedelta(days=1)) == []
    assert codes(old, [old, new], JULY) == ["protocols.use.ended"]
    assert codes(new, [old, new], JULY) == []


def test_a_newer_version_without_a_day_ends_nothing() -> None:
    old, new = term("0.1.0"), term("0.2.0")
    assert ended_by(old, [old, new]) is None


def test_a_withdrawn_version_ends_nothing_and_is_not_used() -> None:
    old, new = term("0.1.0"), term("0.2.0", mandatory=JULY, state="withdrawn")
    assert codes(old, [old, new], JULY) == []
    assert codes(new, [old, new], JULY) == ["protocols.use.withdrawn"]


def test_the_first_of_several_ends_it() -> None:
    old = term("0.1.0")
    later = [term("0.10.0", mandatory=JULY), term("0.9.0", mandatory=JULY + timedelta(days=9))]
    found = ended_by(old, [old, *later])
    assert found is not None
    assert found.version == "0.10.0"


def test_not_before_its_first_day() -> None:
    new = term("0.2.0", valid=JULY)
    assert codes(new, [new], JULY - timedelta(days=1)) == ["protocols.use.not_yet"]
    assert codes(new, [new], JULY) == []


@given(DAYS, DAYS, DAYS)
def test_some_version_serves_on_every_day_of_a_gapless_transition(valid: date, mandatory: date, on: date) -> None:
    """If the newer one may be used before it must be, nobody is ever left without a version."""
    valid = min(valid, mandatory)
    both = [term("0.1.0"), term("0.2.0", valid=valid, mandatory=mandatory)]
    assert any(against(one, both, on) == () for one in both)


async def dated(copied: Copy, version: str, dates: str) -> None:
    home = copied.folder / "miel" / version
    home.mkdir()
    for path in (copied.folder / "miel" / "0.1.0").glob("*.yaml"):
        text = path.read_text().replace("version: 0.1.0\n", f"version: {version}\n", 1)
        if path.name == "protocol.yaml":
            text = text.replace("status: published\n", f"status: published\n{dates}", 1)
        (home / path.name).write_text(text)


DATES = "change: editorial\nprevious: 0.1.0\nvalid_from: 2026-04-01\nmandatory_from: 2026-07-01\n"


async def test_case_1_a_protocol_revised_in_the_middle_of_a_cycle(database: Database, copied: Copy) -> None:
    """Edge case 1 of CERTIFICATION D: audits and certificates follow the dates of the versions."""
    home = await world.association()
    crew = await world.staff(home)
    one = await world.member(home, crew.manager)
    manager = world.acting(crew.manager)
    old = await published(manager, ("miel", "0.1.0"), folder=copied.folder)
    running = await world.planned(crew, one, old)
    await dated(copied, "0.2.0", DATES)
    new = await published(manager, ("miel", "0.2.0"), folder=copied.folder)
    assert [each.version for each in await service.usable(manager, "miel", date(2026, 3, 31))] == ["0.1.0"]
    assert [each.version for each in await service.usable(manager, "miel", date(2026, 4, 1))] == ["0.2.0", "0.1.0"]
    assert [each.version for each in await service.usable(manager, "miel", JULY)] == ["0.2.0"]
    with pytest.raises(Refused, match="not_yet"):
        await world.planned(crew, one, new)
    await world.planned(crew, one, new, at=world.START + timedelta(days=60))
    with pytest.raises(Refused, match=r"use\.ended"):
        await world.planned(crew, one, old, at=world.START + timedelta(days=200))
    assert (await service.pinned(home.id, running.version_id)).version == "0.1.0"
    until = date(2027, 1, 31)
    assert await service.current_until(home.id, old.id, until) == JULY - timedelta(days=1)
    assert await service.current_until(home.id, old.id, date(2026, 5, 1)) == date(2026, 5, 1)
    assert await service.current_until(home.id, new.id, until) == until
    march, july = [await service.plannable(manager, day) for day in (date(2026, 3, 1), JULY)]
    assert ([one.version for one in march], [one.version for one in july]) == (["0.2.0", "0.1.0"], ["0.2.0"])
    await service.withdraw(manager, "miel", "0.2.0", reason="Fechas equivocadas")
    assert [one.version for one in await service.plannable(manager, JULY)] == ["0.1.0"]
    assert await service.current_until(home.id, old.id, until) == until
    with pytest.raises(NotFound):
        await service.current_until((await world.association("otra")).id, old.id, until)
