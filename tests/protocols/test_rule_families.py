"""Each family of rules by itself: which points it reads, its edges, what it names and what would mend it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from seal.protocols.checklist import build
from seal.protocols.conclusion import Rule
from seal.protocols.model import Level, Outcome, Protocol
from seal.protocols.responses import Judged
from seal.protocols.rule_families import Circumstances, failures
from seal.protocols.tally import tally
from seal.protocols.terms import RuleKind
from tests.protocols.schemes import no, scheme

Answers = dict[str, Outcome | Judged]
Found = tuple[str, str, int, int, tuple[str, ...], tuple[str, ...]]


def grid(answer: str = "") -> Protocol:
    """Four points of one type: a minor and a major of group grove, then of group house."""
    more = f", answer: {answer}" if answer else ""
    lines = "\n".join(
        f"    - {{id: GRID-A0{place}, level: {level}, group: {group}{more}}}"
        for place, (level, group) in enumerate(
            [("minor", "grove"), ("major", "grove"), ("minor", "house"), ("major", "house")], start=1
        )
    )
    return scheme(f"""
    scoring:
      pass_all: [{{rule: max_open, level: major, max: 99}}]
    points:
{lines}
    """)


PLAIN = grid()
SCALE = grid("{type: scale, max: 3, norm: 2}")
RANK = grid("{type: rank, max: 5, pass: 3}")
PANEL = grid("{type: panel, judges_min: 3, min: 6, max: 10}")
A, B, C, D = IDS = ("GRID-A01", "GRID-A02", "GRID-A03", "GRID-A04")


def found(protocol: Protocol, rule: Rule, answers: Answers | None = None, **options: object) -> list[Found]:
    """What ``rule`` alone finds where everything is compliant but ``answers``."""
    everything: Answers = {
        **dict.fromkeys((point.id for point in protocol.points), Outcome.COMPLIANT),
        **(answers or {}),
    }
    now = Circumstances(**{"year": 1, "after_corrections": False, "open": {}, **options})  # type: ignore[arg-type]
    counted = tally(protocol, build(protocol, {}, year=now.year), everything, now.year)
    return [
        (one.rule, one.subject, one.needed, one.got, one.points, one.mend)
        for one in failures(rule, protocol, counted, now)
    ]


def rule(kind: RuleKind, least: str | None = None, **keys: object) -> Rule:
    return Rule(kind, min=None if least is None else Decimal(least), **keys)  # type: ignore[arg-type]


def all_scales(*given: int) -> Answers:
    return {
        point: Judged(Outcome.PARTIAL, Fraction(1, 2), points=Fraction(one))
        for point, one in zip(IDS, given, strict=True)
    }


def all_ranks(*given: int) -> Answers:
    return {point: Judged(Outcome.NON_COMPLIANT, rank=Fraction(one)) for point, one in zip(IDS, given, strict=True)}


def all_panels(*given: str) -> Answers:
    return {
        point: Judged(Outcome.NON_COMPLIANT, points=Fraction(one), lowest=Fraction(one) - 1)
        for point, one in zip(IDS, given, strict=True)
    }


NARROWED: list[tuple[Level | None, str | None, str, tuple[str, ...]]] = [
    (None, None, "", IDS),
    (Level.MAJOR, None, "major", (B, D)),
    (None, "house", "house", (C, D)),
    (Level.MINOR, "grove", "minor", (A,)),
]
narrowed = pytest.mark.parametrize(("level", "group", "subject", "ids"), NARROWED)


# --- which points a rule reads --------------------------------------------------------------------------------


@narrowed
@pytest.mark.parametrize("kind", [RuleKind.LEVEL_PERCENT, RuleKind.WEIGHTED_PERCENT])
def test_a_percentage_reads_its_level_and_group(
    kind: RuleKind, level: Level | None, group: str | None, subject: str, ids: tuple[str, ...]
) -> None:
    (one,) = found(PLAIN, rule(kind, "100", level=level, group=group), no(*IDS))
    assert one[:5] == (kind.value, subject, 10_000, 0, ids)
    assert set(one[5]) == set(ids)


@narrowed
def test_norm_points_read_their_level_and_group(
    level: Level | None, group: str | None, subject: str, ids: tuple[str, ...]
) -> None:
    one = rule(RuleKind.NORM_POINTS, "100", level=level, group=group)
    assert found(SCALE, one, all_scales(0, 0, 0, 0)) == [("norm_points", subject, 10_000, 0, ids, ids)]


@narrowed
def test_ranks_read_their_level_and_group(
    level: Level | None, group: str | None, subject: str, ids: tuple[str, ...]
) -> None:
    one = rule(RuleKind.RANK_AVERAGE, "3", level=level, group=group)
    assert found(RANK, one, all_ranks(1, 1, 1, 1)) == [("rank_average", subject, 300, 100, ids, ids)]


@narrowed
def test_panels_read_their_level_and_group(
    level: Level | None, group: str | None, subject: str, ids: tuple[str, ...]
) -> None:
    one = rule(RuleKind.PANEL, "6", level=level, group=group, floor=Decimal("4.5"))
    assert found(PANEL, one, all_panels("5", "5", "5", "5")) == [
        ("panel", subject, 600, 500, ids, ids),
        ("panel_floor", subject, 450, 400, ids, ids),
    ]


@narrowed
def test_no_failure_reads_its_level_and_group(
    level: Level | None, group: str | None, subject: str, ids: tuple[str, ...]
) -> None:
    one = rule(RuleKind.NO_FAILURE, level=level, group=group)
    assert found(PLAIN, one, no(*IDS)) == [("no_failure", subject, 0, len(ids), ids, ids)]
    assert found(PLAIN, one) == []


@narrowed
def test_a_count_reads_its_level_and_group(
    level: Level | None, group: str | None, subject: str, ids: tuple[str, ...]
) -> None:
    one = rule(RuleKind.FAILED_COUNT, level=level, group=group, max=0)
    assert found(PLAIN, one, no(*IDS)) == [("failed_count", subject, 0, len(ids), ids, ids)]


def test_deductions_read_their_group() -> None:
    one = rule(RuleKind.DEDUCTIONS, "100", group="house", deduct={"major": Decimal(10), "minor": Decimal(1)})
    assert found(PLAIN, one, no(*IDS)) == [("deductions", "house", 10_000, 8900, (C, D), (D, C))]


def test_open_findings_are_counted_by_level_and_altogether() -> None:
    still = {Level.MAJOR: 2, Level.MINOR: 1}
    assert found(PLAIN, rule(RuleKind.MAX_OPEN, level=Level.MAJOR, max=1), no(*IDS), open=still) == [
        ("max_open", "major", 1, 2, (B, D), (B,))
    ]
    assert found(PLAIN, rule(RuleKind.MAX_OPEN, max=1), no(*IDS), open=still) == [("max_open", "", 1, 3, IDS, (A, B))]
    assert found(PLAIN, rule(RuleKind.MAX_OPEN, max=3), no(*IDS), open=still) == []
    assert found(PLAIN, rule(RuleKind.MAX_OPEN, level=Level.CRITICAL, max=0), no(*IDS), open=still) == []


@pytest.mark.parametrize("kind", [RuleKind.NORM_POINTS, RuleKind.RANK_AVERAGE, RuleKind.PANEL])
def test_a_rule_of_a_type_that_no_point_has_asks_for_nothing(kind: RuleKind) -> None:
    assert found(PLAIN, rule(kind, "3", floor=Decimal(5)), no(*IDS)) == []


def test_nothing_left_to_deduct_from_asks_for_nothing() -> None:
    one = rule(RuleKind.DEDUCTIONS, "1", start=Decimal(0))
    assert found(PLAIN, one, dict.fromkeys(IDS, Outcome.NOT_APPLICABLE)) == []
    assert found(PLAIN, one) == [("deductions", "", 100, 0, (), ())]


# --- when a rule holds ----------------------------------------------------------------------------------------


def test_a_rule_holds_from_its_first_year_on() -> None:
    one = rule(RuleKind.NO_FAILURE, year_from=2)
    assert found(PLAIN, one, no(A), year=1) == []
    assert len(found(PLAIN, one, no(A), year=2)) == 1
    assert len(found(PLAIN, one, no(A), year=3)) == 1


@pytest.mark.parametrize(
    ("kind", "protocol", "answers", "kept", "broken"),
    [
        (RuleKind.LEVEL_PERCENT, PLAIN, no(A), "75", "75.01"),
        (RuleKind.WEIGHTED_PERCENT, PLAIN, no(A), "87.5", "87.51"),
        (RuleKind.NORM_POINTS, SCALE, all_scales(3, 2, 1, 0), "75", "75.01"),
        (RuleKind.RANK_AVERAGE, RANK, all_ranks(5, 3, 2, 1), "2.75", "2.76"),
        (RuleKind.PANEL, PANEL, all_panels("5", "7", "6", "8"), "6.5", "6.51"),
        (RuleKind.DEDUCTIONS, PLAIN, {}, "100", "100.01"),
    ],
)
def test_what_is_exactly_enough_is_enough(
    kind: RuleKind, protocol: Protocol, answers: Answers, kept: str, broken: str
) -> None:
    assert found(protocol, rule(kind, kept), answers) == []
    assert len(found(protocol, rule(kind, broken), answers)) == 1


@pytest.mark.parametrize(
    ("kind", "protocol", "answers"),
    [
        (RuleKind.LEVEL_PERCENT, PLAIN, no(A)),
        (RuleKind.WEIGHTED_PERCENT, PLAIN, no(A)),
        (RuleKind.NORM_POINTS, SCALE, all_scales(3, 2, 1, 0)),
        (RuleKind.RANK_AVERAGE, RANK, all_ranks(1, 1, 1, 1)),
        (RuleKind.DEDUCTIONS, PLAIN, no(A)),
        (RuleKind.PLAN_KEPT, PLAIN, {}),
    ],
)
def test_a_rule_may_ask_for_more_by_year_and_after_corrections(
    kind: RuleKind, protocol: Protocol, answers: Answers
) -> None:
    deduct = {"minor": Decimal(1)} if kind is RuleKind.DEDUCTIONS else {}
    one = rule(kind, "1", by_year={3: Decimal(100)}, after_corrective_actions=Decimal(101), deduct=deduct)
    assert found(protocol, one, answers, year=2, plan=(1, 2)) == []
    assert len(found(protocol, one, answers, year=3, plan=(1, 2))) == 1
    assert len(found(protocol, one, answers, year=2, after_corrections=True, plan=(1, 2))) == 1


def test_a_count_may_grow_stricter_by_year() -> None:
    one = rule(RuleKind.FAILED_COUNT, max=2, by_year={2: Decimal(1), 4: Decimal(0)})
    assert [len(found(PLAIN, one, no(A, B), year=year)) for year in (1, 2, 3)] == [0, 1, 1]
    assert found(PLAIN, one, no(A), year=3) == []
    assert found(PLAIN, one, no(A), year=4) == [("failed_count", "", 0, 1, (A,), (A,))]


def test_as_many_failures_as_are_allowed_and_one_more() -> None:
    one = rule(RuleKind.FAILED_COUNT, max=2)
    assert found(PLAIN, one, no(A, B)) == []
    assert found(PLAIN, one, no(A, B, D)) == [("failed_count", "", 2, 3, (A, B, D), (A,))]
    assert found(PLAIN, one, no(*IDS)) == [("failed_count", "", 2, 4, IDS, (A, B))]


# --- what is named, and what would mend it --------------------------------------------------------------------


def test_a_percentage_is_mended_by_any_point_and_a_weighted_one_by_the_heaviest() -> None:
    assert found(PLAIN, rule(RuleKind.LEVEL_PERCENT, "75"), no(A, B)) == [
        ("level_percent", "", 7500, 5000, (A, B), (A,))
    ]
    assert found(PLAIN, rule(RuleKind.WEIGHTED_PERCENT, "75"), no(A, B)) == [
        ("weighted_percent", "", 7500, 5000, (A, B), (B,))
    ]


def test_half_of_a_point_is_half_to_mend() -> None:
    half: Answers = {**no(A), B: Outcome.PARTIAL}
    assert found(PLAIN, rule(RuleKind.LEVEL_PERCENT, "85"), half) == [
        ("level_percent", "", 8500, 6250, (A, B), (A,))
    ]  # 2.5 of 4; 0.9 are missing: A gives 1 and B one half
    assert found(PLAIN, rule(RuleKind.LEVEL_PERCENT, "100"), half)[0][5] == (A, B)


def test_points_are_brought_to_the_norm_before_any_is_brought_beyond() -> None:
    # 4 of a norm of 8 are there and 6 are needed: two points brought from 1 to 2, though one brought to 3 would do.
    one = rule(RuleKind.NORM_POINTS, "75")
    assert found(SCALE, one, all_scales(1, 1, 1, 1)) == [("norm_points", "", 7500, 5000, IDS, (A, B))]


def test_a_hair_more_than_one_point_gains_takes_two() -> None:
    # 4 of a norm of 8 are there and 6.016 are needed.
    one = rule(RuleKind.NORM_POINTS, "75.2")
    assert found(SCALE, one, all_scales(0, 0, 2, 2)) == [("norm_points", "", 7520, 5000, (A, B), (A, B))]
    # 12 are there and 15 are needed: from 3 to 5 is two for each.
    assert found(RANK, rule(RuleKind.RANK_AVERAGE, "3.75"), all_ranks(3, 3, 3, 3)) == [
        ("rank_average", "", 375, 300, IDS, (A, B))
    ]


def test_a_point_at_its_norm_is_not_named_unless_all_are() -> None:
    assert found(SCALE, rule(RuleKind.NORM_POINTS, "100"), all_scales(2, 2, 2, 1)) == [
        ("norm_points", "", 10_000, 8750, (D,), (D,))
    ]
    # 8 of 8 are there and 10 are needed: nobody is below the norm, and two go beyond it.
    assert found(SCALE, rule(RuleKind.NORM_POINTS, "125"), all_scales(2, 2, 2, 2)) == [
        ("norm_points", "", 12_500, 10_000, IDS, (A, B))
    ]


def test_ranks_are_brought_to_what_passes_before_any_is_brought_beyond() -> None:
    # 10 of 12 are there: two ranks brought from 2 to 3, though one brought to 5 would do.
    assert found(RANK, rule(RuleKind.RANK_AVERAGE, "3"), all_ranks(3, 3, 2, 2)) == [
        ("rank_average", "", 300, 250, (C, D), (C, D))
    ]
    # 12 of 14 are there and all pass: one goes beyond.
    assert found(RANK, rule(RuleKind.RANK_AVERAGE, "3.5"), all_ranks(3, 3, 3, 3)) == [
        ("rank_average", "", 350, 300, IDS, (A,))
    ]


def test_tastings_are_brought_to_what_is_expected_before_any_is_brought_beyond() -> None:
    assert found(PANEL, rule(RuleKind.PANEL, "6"), all_panels("6", "6", "5", "5")) == [
        ("panel", "", 600, 550, (C, D), (C, D))
    ]
    assert found(PANEL, rule(RuleKind.PANEL, "7"), all_panels("6", "6", "6", "6")) == [
        ("panel", "", 700, 600, IDS, (A,))
    ]


def test_the_floor_of_a_panel_names_the_lowest_and_only_those_below() -> None:
    floor = rule(RuleKind.PANEL, floor=Decimal(4))
    assert found(PANEL, floor, all_panels("5", "4.5", "5", "4")) == [("panel_floor", "", 400, 300, (B, D), (B, D))]
    assert found(PANEL, floor, all_panels("5", "5", "5", "5")) == []


def test_deductions_take_half_for_half_and_name_only_what_costs() -> None:
    deduct = {"major": Decimal(10)}
    answers: Answers = {**no(A, D), B: Outcome.PARTIAL}
    one = rule(RuleKind.DEDUCTIONS, "90", deduct=deduct)
    assert found(PLAIN, one, answers) == [("deductions", "", 9000, 8500, (B, D), (D,))]  # 100 - 5 - 10
    from_fifty = rule(RuleKind.DEDUCTIONS, "40", start=Decimal(50), deduct=deduct)
    assert found(PLAIN, from_fifty, answers) == [("deductions", "", 4000, 3500, (B, D), (D,))]
    assert found(PLAIN, rule(RuleKind.DEDUCTIONS, "85", deduct=deduct), answers) == []


def test_no_result_falls_below_the_last_by_more_than_is_allowed() -> None:
    # A minor and a major of 8 are lost: 4 of 8 by weight.
    plain, eased = rule(RuleKind.NO_FALL), rule(RuleKind.NO_FALL, allow=Decimal(2))
    assert found(PLAIN, plain, no(A, B), previous=5000) == []
    assert found(PLAIN, plain, no(A, B), previous=5001) == [("no_fall", "", 5001, 5000, (A, B), (B,))]
    assert found(PLAIN, eased, no(A, B), previous=5200) == []
    assert found(PLAIN, eased, no(A, B), previous=5201) == [("no_fall", "", 5001, 5000, (A, B), (B,))]
    assert found(PLAIN, plain, no(A, B), previous=10_000)[0][5] == (B, A)


def test_a_last_result_below_what_is_allowed_asks_for_nothing() -> None:
    assert found(PLAIN, rule(RuleKind.NO_FALL, allow=Decimal(2)), no(*IDS), previous=100) == []
    assert found(PLAIN, rule(RuleKind.NO_FALL), no(*IDS), previous=1) == [("no_fall", "", 1, 0, IDS, (B,))]
    assert found(PLAIN, rule(RuleKind.NO_FALL), no(*IDS)) == []
    assert found(PLAIN, rule(RuleKind.NO_FALL), dict.fromkeys(IDS, Outcome.NOT_APPLICABLE), previous=9000) == []


def test_a_plan_is_kept_in_exactly_the_share_asked() -> None:
    one = rule(RuleKind.PLAN_KEPT, "80")
    assert found(PLAIN, one) == []
    assert found(PLAIN, one, plan=(0, 0)) == []
    assert found(PLAIN, one, plan=(4, 5)) == []
    assert found(PLAIN, one, plan=(0, 1)) == [("plan_kept", "", 8000, 0, (), ())]
    assert found(PLAIN, one, plan=(159, 200)) == [("plan_kept", "", 8000, 7950, (), ())]
    assert found(PLAIN, one, plan=(7, 9)) == [("plan_kept", "", 8000, 7777, (), ())]


# --- plain answers to typed points ----------------------------------------------------------------------------


def test_a_plain_answer_to_a_rank_passes_or_is_the_lowest() -> None:
    one = rule(RuleKind.RANK_AVERAGE, "3")
    assert found(RANK, one) == []
    assert found(RANK, one, no(B)) == [("rank_average", "", 300, 250, (B,), (B,))]  # 3 + 1 + 3 + 3


def test_a_plain_answer_to_a_scale_earns_the_norm_or_nothing() -> None:
    one = rule(RuleKind.NORM_POINTS, "100")
    assert found(SCALE, one) == []
    assert found(SCALE, one, {B: Outcome.PARTIAL, **no(C)}) == [("norm_points", "", 10_000, 6250, (B, C), (C, B))]


def test_a_plain_answer_to_a_panel_earns_what_is_expected_or_nothing() -> None:
    one = rule(RuleKind.PANEL, "6", floor=Decimal(6))
    assert found(PANEL, one) == []
    assert found(PANEL, one, no(B)) == [
        ("panel", "", 600, 450, (B,), (B,)),
        ("panel_floor", "", 600, 0, (B,), (B,)),
    ]
