"""The life of a version: which act follows which, by whom, and what a database lets through."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.associations.model import Association
from seal.db import unit_of_work
from seal.db.violations import violation
from seal.errors import BadInput, NotAllowed, NotFound, Refused
from seal.identity import Acting, Role, system
from seal.protocols import life_store, service
from seal.protocols.life import BY_HAND, TRANSITIONS, Action, State, apply, order
from seal.protocols.tables import ProtocolVersion
from seal.transparency import service as transparency
from seal.transparency.model import LeafType
from tests import world
from tests.conftest import Database
from tests.protocols.library import MIEL, Copy, published

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(("state", "action"), list(itertools.product(State, Action)))
def test_only_the_table_allows(state: State, action: Action) -> None:
    if action in TRANSITIONS[state]:
        assert apply(state, action) is TRANSITIONS[state][action]
    else:
        with pytest.raises(Refused, match="not_now"):
            apply(state, action)


@given(st.lists(st.sampled_from(BY_HAND), max_size=8))
def test_nothing_is_published_that_was_not_proposed(actions: list[Action]) -> None:
    state, proposed = State.DRAFT, False
    for action in actions:
        try:
            state = apply(state, action)
        except Refused:
            continue
        proposed = action is Action.PROPOSE or (proposed and action is not Action.RETURN)
        assert state not in (State.PUBLISHED, State.WITHDRAWN) or proposed


def test_versions_are_ordered_by_number() -> None:
    assert sorted(["0.10.0", "0.9.1", "1.0.0"], key=order) == ["0.9.1", "0.10.0", "1.0.0"]


async def two(home: Association) -> tuple[Acting, Acting]:
    ana, luis = await world.person(home, "Ana", Role.MANAGER), await world.person(home, "Luis", Role.MANAGER)
    return world.acting(ana, AT), world.acting(luis, AT)


async def test_two_people_publish(database: Database) -> None:
    home = await world.association()
    ana, luis = await two(home)
    with pytest.raises(Refused, match="not_proposed"):
        await service.publish(luis, *MIEL)
    proposed = await service.propose(ana, *MIEL)
    assert (proposed.state, await service.propose(luis, *MIEL)) == (State.PROPOSED, proposed)
    with pytest.raises(Refused, match=r"protocols\.two_people\("):
        await service.publish(ana, *MIEL)
    done = await service.publish(luis, *MIEL)
    assert (done.id, done.proposed_by, done.published_by) == (proposed.id, ana.person_id, luis.person_id)
    (life,) = await service.lives(ana)
    assert [step.action for step in life.steps] == [Action.BEGIN, Action.PROPOSE, Action.PUBLISH]


async def test_the_owner_of_the_server_is_one_of_the_two_and_not_both(database: Database) -> None:
    home = await world.association()
    ana, _ = await two(home)
    server = system(home.id, AT)
    await service.propose(server, *MIEL)
    with pytest.raises(Refused, match="two_people_line"):
        await service.publish(server, *MIEL)
    assert (await service.publish(ana, *MIEL)).proposed_by is None


async def test_a_single_manager_may_propose_and_the_server_publish(database: Database) -> None:
    home = await world.association()
    ana, _ = await two(home)
    await service.propose(ana, *MIEL)
    done = await service.publish(system(home.id, AT), *MIEL)
    assert (done.proposed_by, done.published_by) == (ana.person_id, None)


async def test_the_database_takes_no_publication_by_one_person(database: Database) -> None:
    home = await world.association()
    ana, _ = await two(home)
    done = await published(ana)
    for both in (ana.person_id, None):
        with pytest.raises(Exception) as broken:  # noqa: PT011 - the drivers' own
            async with unit_of_work():
                await ProtocolVersion.update(
                    {ProtocolVersion.proposed_by: both, ProtocolVersion.published_by: both}
                ).where(ProtocolVersion.id == done.id)
        found = violation(broken.value)
        assert found is not None
        assert found.name == "protocol_version_two_people"


async def test_a_proposal_that_changed_is_not_published(database: Database, copied: Copy) -> None:
    home = await world.association()
    ana, luis = await two(home)
    await service.propose(ana, *MIEL, folder=copied.folder)
    copied.edit("miel", "text.es.yaml", "title: Miel artesanal", "title: Miel")
    with pytest.raises(Refused, match="changed_since_proposed"):
        await service.publish(luis, *MIEL, folder=copied.folder)
    await service.give_back(luis, *MIEL, reason="Cambió el título")
    with pytest.raises(Refused, match="not_proposed"):
        await service.publish(luis, *MIEL, folder=copied.folder)
    await service.propose(luis, *MIEL, folder=copied.folder)
    with pytest.raises(Refused, match="two_people"):
        await service.publish(luis, *MIEL, folder=copied.folder)
    assert (await service.publish(ana, *MIEL, folder=copied.folder)).protocol.title("es") == "Miel"


async def newer(copied: Copy, version: str) -> None:
    """The same protocol under another number."""
    home = copied.folder / "miel" / version
    home.mkdir()
    for path in (copied.folder / "miel" / "0.1.0").glob("*.yaml"):
        (home / path.name).write_text(path.read_text().replace("version: 0.1.0\n", f"version: {version}\n", 1))


@pytest.mark.parametrize("versions", [("0.1.0", "0.2.0", "0.10.0"), ("0.10.0", "0.2.0", "0.1.0")])
async def test_the_newest_supersedes_the_others(database: Database, copied: Copy, versions: tuple[str, ...]) -> None:
    home = await world.association()
    ana, _ = await two(home)
    for version in versions:
        if version != "0.1.0":
            await newer(copied, version)
        await published(ana, ("miel", version), folder=copied.folder)
    states = {life.version: life.state for life in await service.lives(ana)}
    assert states == {"0.1.0": State.SUPERSEDED, "0.2.0": State.SUPERSEDED, "0.10.0": State.PUBLISHED}


async def test_a_withdrawal_is_logged_with_its_reason(database: Database) -> None:
    home = await world.association()
    ana, _ = await two(home)
    done = await published(ana)
    with pytest.raises(BadInput, match="reason_needed"):
        await service.withdraw(ana, *MIEL, reason="  ")
    life = await service.withdraw(ana.later(AT + timedelta(days=1)), *MIEL, reason="Un límite mal copiado")
    assert life.state is State.WITHDRAWN
    step = life.steps[-1]
    assert step.document is not None
    said = json.loads(step.document)
    assert (said["sha256"], said["reason"]) == (done.digest, "Un límite mal copiado")
    leaf = await transparency.leaf_of(home.id, LeafType.DECISION, step.id)
    assert leaf is not None
    assert step.salt is not None
    assert leaf.records(step.salt, step.document)
    assert (await service.pinned(home.id, done.id)).protocol == done.protocol
    with pytest.raises(Refused, match="not_now"):
        await service.withdraw(ana, *MIEL, reason="Otra vez")


async def test_only_managers_act_and_only_on_their_own(database: Database) -> None:
    home, other = await world.association(), await world.association("otra")
    ana, _ = await two(home)
    await published(ana)
    stranger, _ = await two(other)
    auditor = world.acting(await world.person(home, "Eva", Role.AUDITOR), AT)
    with pytest.raises(NotAllowed):
        await service.propose(auditor, *MIEL)
    with pytest.raises(NotAllowed):
        await service.withdraw(auditor, *MIEL, reason="x")
    with pytest.raises(NotFound, match=r"protocols\.not_found"):
        await service.withdraw(stranger, *MIEL, reason="x")
    assert await service.lives(stranger) == ()


async def test_a_life_is_written_once(database: Database) -> None:
    home = await world.association()
    ana, _ = await two(home)
    await published(ana)
    (life,) = await service.lives(ana)
    from seal.protocols.publishing import begun

    async def again() -> None:
        async with unit_of_work():
            await life_store.insert(begun(ana, *MIEL, life.source))

    with pytest.raises(Exception, match="name_taken"):
        await again()
