"""Membership, ties and facts as values."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.errors import BadInput, Refused
from seal.members import model
from seal.members.model import (
    Fact,
    Membership,
    MembershipAction,
    MembershipStep,
    Permit,
    Relation,
    RelationKind,
    clean_net_content,
    clean_protocol_id,
)
from tests.world import START

DAY = date(2026, 2, 3)
WINDOW = date(2024, 2, 3)


@given(st.lists(st.sampled_from([action for action in MembershipAction if action is not MembershipAction.REGISTER])))
def test_only_steps_of_the_table_change_a_membership(actions):
    state = Membership.PROSPECT
    for action in actions:
        if action in model.TRANSITIONS[state]:
            state = model.apply(state, action)
        else:
            with pytest.raises(Refused) as refused:
                model.apply(state, action)
            assert refused.value.code == "members.membership"


def test_membership_on_a_day_counts_steps_effective_by_then():
    steps = [
        MembershipStep(MembershipAction.REGISTER, DAY, START),
        MembershipStep(MembershipAction.APPLY, DAY, START),
        MembershipStep(MembershipAction.ADMIT, DAY, START),
        MembershipStep(MembershipAction.LEAVE, DAY + timedelta(days=30), START),
    ]
    assert model.membership(steps) is Membership.LEFT
    assert model.membership(steps, DAY + timedelta(days=29)) is Membership.MEMBER
    assert model.membership(steps, DAY - timedelta(days=1)) is Membership.PROSPECT


def relation(kind: RelationKind, *, degree: int | None = None, until: date | None = None) -> Relation:
    return Relation(uuid4(), uuid4(), kind, degree, date(2010, 1, 1), until)


@pytest.mark.parametrize(
    ("kind", "degree", "barred"),
    [
        (RelationKind.RELATIVE, 1, True),
        (RelationKind.RELATIVE, 4, True),
        (RelationKind.RELATIVE, 5, False),
        (RelationKind.IN_LAW, 2, True),
        (RelationKind.IN_LAW, 3, False),
    ],
)
def test_kin_bars_up_to_its_degree(kind, degree, barred):
    assert relation(kind, degree=degree).bars(WINDOW, DAY) is barred


@pytest.mark.parametrize("kind", ["employment", "debt", "lease", "buyer", "household"])
def test_dealings_bar_until_the_window_has_passed(kind):
    tie = RelationKind(kind)
    assert relation(tie).bars(WINDOW, DAY)
    assert relation(tie, until=WINDOW).bars(WINDOW, DAY)
    assert not relation(tie, until=WINDOW - timedelta(days=1)).bars(WINDOW, DAY)


def test_a_tie_of_the_future_does_not_bar_yet():
    tie = Relation(uuid4(), uuid4(), RelationKind.LEASE, None, DAY + timedelta(days=1), None)
    assert not tie.bars(WINDOW, DAY)


@pytest.mark.parametrize(
    ("kind", "degree", "until", "code"),
    [
        ("relative", None, None, "members.degree_needed"),
        ("in_law", 0, None, "members.degree_needed"),
        ("relative", 11, None, "members.degree_needed"),
        ("debt", 2, None, "members.degree_meaningless"),
        ("debt", None, DAY - timedelta(days=1), "members.days_disorder"),
    ],
)
def test_a_tie_without_sense_is_refused(kind, degree, until, code):
    with pytest.raises(BadInput) as refused:
        model.check_relation(RelationKind(kind), degree, DAY, until)
    assert refused.value.code == code


def test_the_newest_telling_of_a_fact_counts_even_when_it_says_unknown():
    later = START + timedelta(hours=1)
    told = model.latest_facts([Fact("brines", True, START), Fact("dyes", False, START), Fact("brines", None, later)])
    assert {fact.name: fact.value for fact in told} == {"brines": None, "dyes": False}


def test_a_renewed_permit_replaces_the_one_before():
    producer = uuid4()

    def permit(number: str, at: datetime, until: date) -> Permit:
        return Permit(uuid4(), producer, "sanitary", number, until, None, at)

    old, new = permit("1", START, DAY), permit("2", START + timedelta(days=1), DAY + timedelta(days=365))
    assert model.current_permits([new, old]) == (new,)


def test_a_permit_is_in_date_on_its_last_day_and_not_after():
    permit = Permit(uuid4(), uuid4(), "sanitary", "1", DAY, None, START)
    assert permit.in_date(DAY)
    assert not permit.in_date(DAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ({"en": "Honey"}, "members.field_empty"),
        ({"es": "  "}, "members.field_empty"),
        ({"es": "Miel", "xx": "?"}, "members.language_unknown"),
        ({"es": "m" * 201}, "members.field_long"),
    ],
)
def test_a_product_needs_a_spanish_name_of_bearable_length(names, code):
    with pytest.raises(BadInput) as refused:
        model.clean_names(names)
    assert refused.value.code == code


@pytest.mark.parametrize("text", ["Miel", "no hay", "../miel", "miel.es", "m" * 42])
def test_what_is_no_protocol_identifier_is_refused(text):
    with pytest.raises(BadInput, match=r"members\.protocol_id"):
        clean_protocol_id(text)
    assert clean_protocol_id(" miel ") == "miel"


@pytest.mark.parametrize("text", ["-500 g", "\u2212500 g", "medio kilo"])
def test_a_net_content_is_a_quantity(text):
    with pytest.raises(BadInput, match=r"members\.net_content"):
        clean_net_content(text)
    assert clean_net_content("6 x 500 g") == "6 x 500 g"
