"""Verbs on producers, on both engines."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from seal.errors import BadInput, Conflict, NotAllowed, NotFound, Refused
from seal.identity import Role, system
from seal.members import service as members
from seal.members.model import Membership, MembershipAction
from tests import world
from tests.world import START, acting


@pytest.fixture
async def group(database):
    return await world.association()


@pytest.fixture
async def crew(group):
    return await world.staff(group)


async def test_producers_are_numbered_from_one_in_each_association(group, crew):
    first = await world.member(group, crew.manager)
    second = await world.member(group, crew.manager, "Colmenar Cochrane")
    other = await world.association("lagos")
    third = await world.member(other, (await world.staff(other)).manager)
    assert [one.producer.number for one in (first, second, third)] == [1, 2, 1]


async def test_a_registered_producer_is_a_member_with_a_day_of_admission(group, crew):
    one = await members.producer(acting(crew.manager), (await world.member(group, crew.manager)).producer.id)
    assert one.state is Membership.MEMBER
    assert one.joined_on == date(2026, 2, 3)


@pytest.mark.parametrize("who", ["auditor", "certifier"])
async def test_only_managers_register_producers(crew, who):
    with pytest.raises(NotAllowed) as refused:
        await members.register_producer(acting(getattr(crew, who)), trade_name="X", commune="Cochrane")
    assert refused.value.code == "people.role_needed"


async def test_a_commune_outside_the_territory_is_refused(crew):
    with pytest.raises(BadInput) as refused:
        await members.register_producer(acting(crew.manager), trade_name="X", commune="Santiago")
    assert refused.value.code == "members.commune_unknown"


async def test_a_language_that_seal_lacks_is_refused(crew):
    with pytest.raises(BadInput) as refused:
        await members.register_producer(acting(crew.manager), trade_name="X", commune="Cochrane", language="fr")
    assert refused.value.code == "members.language_unknown"


async def test_leaving_keeps_the_producer_and_bars_further_steps(group, crew):
    one = await world.member(group, crew.manager)
    boss = acting(crew.manager)
    left = await members.change_membership(boss, one.producer.id, MembershipAction.LEAVE, reason="Se muda de región")
    assert left.state is Membership.LEFT
    with pytest.raises(Refused) as refused:
        await members.change_membership(boss, one.producer.id, MembershipAction.ADMIT, reason="otra vez")
    assert refused.value.code == "members.membership"


async def test_a_step_cannot_take_effect_before_the_one_it_follows(group, crew):
    one = await world.member(group, crew.manager)
    with pytest.raises(BadInput) as refused:
        await members.change_membership(
            acting(crew.manager), one.producer.id, MembershipAction.LEAVE, reason="x", effective_on=date(2026, 2, 2)
        )
    assert refused.value.code == "members.step_too_early"


async def test_two_sites_of_a_producer_cannot_share_a_name(group, crew):
    one = await world.member(group, crew.manager)
    with pytest.raises(Conflict) as refused:
        await members.add_site(acting(crew.manager), one.producer.id, name="Apiario", kind="field", commune="Cochrane")
    assert refused.value.code == "members.site_name_taken"


async def test_a_site_of_an_unknown_kind_is_refused(group, crew):
    one = await world.member(group, crew.manager)
    with pytest.raises(BadInput) as refused:
        await members.add_site(acting(crew.manager), one.producer.id, name="Y", kind="castle", commune="Cochrane")
    assert refused.value.code == "members.site_kind_unknown"


async def test_a_product_without_weight_is_refused(group, crew):
    one = await world.member(group, crew.manager)
    with pytest.raises(BadInput) as refused:
        await members.add_product(
            acting(crew.manager), one.producer.id, protocol_id="miel", name={"es": "M"}, net_content="0 g", grams=0
        )
    assert refused.value.code == "members.grams_range"


async def test_the_dossier_holds_what_was_recorded_last(group, crew):
    one = await world.member(group, crew.manager)
    later = acting(crew.manager, START + timedelta(days=1))
    await members.record_facts(later, one.producer.id, {"transhumance": None})
    await members.record_permit(later, one.producer.id, kind="sanitary", number="A-1", valid_until=date(2027, 1, 1))
    dossier = await members.dossier(later, one.producer.id)
    assert dossier.fact_values() == {"transhumance": None, "treats_varroa": True, "blends_lots": False}
    assert [permit.number for permit in dossier.permits] == ["A-1"]
    assert [site.name for site in dossier.sites] == ["Apiario"]
    assert dossier.products[0].named("en") == "Ulmo honey"
    assert dossier.agreement is not None


async def test_the_agreement_is_kept_by_the_digest_of_its_exact_terms(group, crew):
    one = await world.member(group, crew.manager, signed=False)
    owner = acting(one.owner)
    first = await members.sign_agreement(owner, one.producer.id, version="1", terms=b"terms")
    again = await members.sign_agreement(
        acting(one.owner, START + timedelta(days=1)), one.producer.id, version="1", terms=b"terms"
    )
    assert again == first
    with pytest.raises(Conflict) as refused:
        await members.sign_agreement(owner, one.producer.id, version="1", terms=b"other terms")
    assert refused.value.code == "members.agreement_differs"


async def test_a_producer_sees_only_what_they_represent(group, crew):
    mine = await world.member(group, crew.manager)
    other = await world.member(group, crew.manager, "Colmenar Cochrane")
    assert [one.id for one in await members.producers(acting(mine.owner))] == [mine.producer.id]
    assert (await members.dossier(acting(mine.owner), mine.producer.id)).producer.id == mine.producer.id
    with pytest.raises(NotFound) as refused:
        await members.dossier(acting(mine.owner), other.producer.id)
    assert refused.value.code == "members.producer_not_found"


async def test_a_producer_of_another_association_does_not_exist(group, crew):
    other = await world.association("lagos")
    one = await world.member(other, (await world.staff(other)).manager)
    for ask in (members.producer, members.dossier):
        with pytest.raises(NotFound) as refused:
            await ask(acting(crew.manager), one.producer.id)
        assert refused.value.code == "members.producer_not_found"
    with pytest.raises(NotFound):
        await members.add_site(acting(crew.manager), one.producer.id, name="S", kind="field", commune="Cochrane")


async def test_who_no_longer_represents_a_producer_no_longer_sees_it(group, crew):
    one = await world.member(group, crew.manager)
    later = START + timedelta(days=1)
    await members.end_representation(acting(crew.manager, later), one.owner.id, one.producer.id)
    assert await members.producers(acting(one.owner, later)) == ()
    assert await members.represented_by(acting(one.owner, START)) == {one.producer.id}


async def test_representing_twice_changes_nothing(group, crew):
    one = await world.member(group, crew.manager)
    await members.represent(acting(crew.manager), one.owner.id, one.producer.id)
    assert await members.representatives(group.id, one.producer.id, START) == {one.owner.id}


async def test_auditors_may_declare_their_own_ties_and_no_others(group, crew):
    one = await world.member(group, crew.manager)
    await members.declare_relation(
        acting(crew.auditor), crew.auditor.id, one.producer.id, kind="relative", degree=3, since=date(1990, 1, 1)
    )
    assert [tie.person_id for tie in await members.relations(group.id, one.producer.id)] == [crew.auditor.id]
    with pytest.raises(NotAllowed):
        await members.declare_relation(
            acting(crew.auditor), crew.certifier.id, one.producer.id, kind="debt", since=date(2025, 1, 1)
        )


async def test_a_tie_of_an_unknown_kind_is_refused(group, crew):
    one = await world.member(group, crew.manager)
    with pytest.raises(BadInput) as refused:
        await members.declare_relation(
            acting(crew.manager), crew.auditor.id, one.producer.id, kind="friend", since=date(2025, 1, 1)
        )
    assert refused.value.code == "members.relation_kind_unknown"


async def test_seal_itself_sees_every_producer(group, crew):
    await world.member(group, crew.manager)
    assert len(await members.producers(system(group.id, START))) == 1


async def test_a_person_with_two_roles_sees_what_either_allows(group, crew):
    mine = await world.member(group, crew.manager)
    await world.member(group, crew.manager, "Colmenar Cochrane")
    both = await world.person(group, "Doble", Role.PRODUCER, Role.AUDITOR)
    await members.represent(acting(crew.manager), both.id, mine.producer.id)
    assert len(await members.producers(acting(both))) == 2
