"""One answer to a point from the answers of its sites, lots or workers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.errors import BadInput, Reason
from seal.protocols import response_forms
from seal.protocols.aggregation import aggregate
from seal.protocols.model import Outcome
from seal.protocols.responses import Judged
from seal.protocols.situation import Situation
from seal.protocols.terms import Aggregate
from tests.protocols.schemes import DAY, scheme

YES, HALF, NO = Outcome.COMPLIANT, Outcome.PARTIAL, Outcome.NON_COMPLIANT
LATER, UNSEEN, NONE = Outcome.DEFERRED, Outcome.NOT_AUDITED, Outcome.NOT_APPLICABLE

GRAINS = scheme("""
    scoring:
      pass_all: [{rule: weighted_percent, min: 50}]
    points:
    - {id: UNIT-A01, level: minor, grain: site}
    - {id: UNIT-A02, level: minor, grain: lot, aggregate: mean}
    - {id: UNIT-A03, level: minor, grain: worker, aggregate: all}
    - {id: UNIT-A04, level: minor, grain: product, answer: {type: scale, max: 3, norm: 2}}
    - {id: UNIT-A05, level: minor, grain: lot, aggregate: mean, answer: {type: rank, max: 5, pass: 3}}
    - {id: UNIT-A06, level: minor, grain: lot, sampling: {of: lots, take: sqrt, accept: 1}}
    - {id: UNIT-A07, level: minor, grain: lot, measure: {quantity: ph, unit: pH, max: 4.6}}
    """)
WORST, MEAN, ALL = (GRAINS.point(f"UNIT-A0{number}") for number in (1, 2, 3))


def units(*outcomes: Outcome) -> dict[str, Judged]:
    return {f"unit-{number}": Judged(outcome) for number, outcome in enumerate(outcomes)}


@pytest.mark.parametrize(
    ("outcomes", "worst", "mean", "every"),
    [
        ((YES, YES), YES, YES, YES),
        ((YES, HALF), HALF, HALF, NO),
        ((YES, NO), NO, HALF, NO),
        ((NO, NO), NO, NO, NO),
        ((YES, NONE), YES, YES, YES),
        ((NONE, NONE), NONE, NONE, NONE),
        ((YES, LATER), LATER, LATER, LATER),
        ((NO, LATER), NO, NO, NO),
        ((NO, UNSEEN), UNSEEN, UNSEEN, UNSEEN),
        ((), UNSEEN, UNSEEN, UNSEEN),
    ],
)
def test_units_come_to_one_answer(outcomes: tuple[Outcome, ...], worst: Outcome, mean: Outcome, every: Outcome) -> None:
    found = [aggregate(point, units(*outcomes)).outcome for point in (WORST, MEAN, ALL)]
    assert found == [worst, mean, every]


def test_a_mean_earns_the_mean_of_its_units() -> None:
    assert aggregate(MEAN, units(YES, HALF, NO, NONE)).credit == Fraction(1, 2)
    assert aggregate(MEAN, units(YES, YES, NO)).credit == Fraction(2, 3)


def test_points_ranks_and_doubts_of_units_are_kept() -> None:
    scale = {name: Judged(YES, Fraction(1), points=Fraction(points)) for name, points in (("jam", 3), ("syrup", 2))}
    assert aggregate(GRAINS.point("UNIT-A04"), scale).points == 2
    ranks = {name: Judged(YES, rank=Fraction(rank)) for name, rank in (("L1", 5), ("L2", 4))}
    assert aggregate(GRAINS.point("UNIT-A05"), ranks).rank == Fraction(9, 2)
    doubted = {"L1": Judged(YES, doubts=(Reason("protocols.day_ahead", {"day": "x"}),)), "L2": Judged(YES)}
    assert [doubt.params["at"] for doubt in aggregate(WORST, doubted).doubts] == ["L1"]


def test_of_sampled_units_as_many_may_fail_as_are_accepted() -> None:
    point = GRAINS.point("UNIT-A06")
    assert [aggregate(point, units(YES, *[NO] * failed, YES)).outcome for failed in (1, 2)] == [YES, NO]


def test_units_are_read_and_judged_together() -> None:
    point = GRAINS.point("UNIT-A07")
    written = {"units": {"L1": {"value": "4.5", "unit": "pH"}, "L2": {"value": "4,7", "unit": "pH"}}}
    assert response_forms.judge(point, Situation(), written, on=DAY).outcome is NO


def test_every_fault_of_every_unit_is_named_with_its_unit() -> None:
    point = GRAINS.point("UNIT-A07")
    written = {"units": {"L1": {"value": "x", "unit": "pH"}, "L2": {"value": "4", "unit": "pH"}, "L3": {"ph": 4}}}
    with pytest.raises(BadInput) as refused:
        response_forms.judge(point, Situation(), written, on=DAY)
    assert [(reason.code, reason.params["at"]) for reason in refused.value.reasons] == [
        ("protocols.not_a_value", "L1"),
        ("protocols.response_form", "L3"),
    ]


@pytest.mark.parametrize("inside", [{}, [], "L1", {"L1": 4}, {"L1": {"units": {}}}])
def test_units_that_are_none_are_refused(inside: object) -> None:
    with pytest.raises(BadInput, match="response_"):
        response_forms.judge(GRAINS.point("UNIT-A07"), Situation(), {"units": inside}, on=DAY)


OUTCOMES = st.lists(st.sampled_from([YES, HALF, NO, LATER, NONE]), min_size=1, max_size=6)
_RANK = {NO: 0, HALF: 1, LATER: 2, YES: 3, NONE: 3}


@given(OUTCOMES, st.sampled_from([WORST, MEAN, ALL]), st.randoms(use_true_random=False), st.integers(0, 5))
def test_one_more_failing_unit_never_helps_and_order_is_nothing(
    outcomes: list[Outcome], point: object, random: object, at: int
) -> None:
    before = aggregate(point, units(*outcomes))  # type: ignore[arg-type]
    named = list(units(*outcomes).items())
    random.shuffle(named)  # type: ignore[attr-defined]
    assert aggregate(point, dict(named)) == before  # type: ignore[arg-type]
    place = at % len(outcomes)
    worse = [NO if index == place else outcome for index, outcome in enumerate(outcomes)]
    after = aggregate(point, units(*worse))  # type: ignore[arg-type]
    if before.outcome is not NONE and outcomes[place] is not NONE:
        assert _RANK[after.outcome] <= _RANK[before.outcome]
        assert point.aggregate is not Aggregate.MEAN or (  # type: ignore[attr-defined]
            before.credit is None or after.credit is None or LATER in outcomes or after.credit <= before.credit
        )
