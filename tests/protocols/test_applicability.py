from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seal.protocols.applicability import applies, truth
from seal.protocols.model import Condition
from tests.protocols.library import TYPICAL, miel

A, B = Condition(fact="a"), Condition(fact="b")
FACTS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from([True, False, None]))
CONDITIONS = st.recursive(
    st.sampled_from("abcd").map(lambda fact: Condition(fact=fact)),
    lambda inside: st.one_of(
        inside.map(lambda one: Condition(negated=one)),
        st.lists(inside, min_size=1, max_size=3).map(lambda parts: Condition(all_of=tuple(parts))),
        st.lists(inside, min_size=1, max_size=3).map(lambda parts: Condition(any_of=tuple(parts))),
    ),
    max_leaves=8,
)


def test_an_unknown_fact_leaves_the_point_in() -> None:
    assert applies(miel().point("MIEL-A06"), {})
    assert applies(miel().point("MIEL-D07"), {})  # "not" of something unknown is unknown too


def test_a_known_fact_decides() -> None:
    assert not applies(miel().point("MIEL-A06"), {"transhumance": False})
    assert applies(miel().point("MIEL-A06"), {"transhumance": True})
    assert not applies(miel().point("MIEL-D07"), {"honeydew_claim": True})


def test_all_and_any_settle_as_soon_as_one_part_does() -> None:
    assert truth(Condition(all_of=(A, B)), {"a": False}) is False
    assert truth(Condition(all_of=(A, B)), {"a": True}) is None
    assert truth(Condition(any_of=(A, B)), {"a": True}) is True
    assert truth(Condition(any_of=(A, B)), {"a": False}) is None


@given(CONDITIONS, FACTS)
def test_a_condition_and_its_negation_never_agree(condition: Condition, facts: dict[str, bool | None]) -> None:
    plain, negated = truth(condition, facts), truth(Condition(negated=condition), facts)
    assert (plain is None) == (negated is None)
    assert plain is None or plain is not negated


@given(CONDITIONS, FACTS)
def test_learning_a_fact_never_changes_what_was_settled(condition: Condition, facts: dict[str, bool | None]) -> None:
    before = truth(condition, facts)
    for fact, value in facts.items():
        if value is None and before is not None:
            for learnt in (True, False):
                assert truth(condition, {**facts, fact: learnt}) is before


def test_facts_named_by_a_condition_are_known() -> None:
    assert Condition(all_of=(A, Condition(negated=Condition(any_of=(B,))))).facts() == {"a", "b"}
    assert {fact for point in miel().points if point.applies_if for fact in point.applies_if.facts()} <= set(TYPICAL)
