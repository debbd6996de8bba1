"""What the answers of one audit come to, point by point."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.protocols.checklist import build
from seal.protocols.model import Level, Outcome
from seal.protocols.responses import Judged
from seal.protocols.tally import Counted, Tally, basis_points, failing, of_percent, share, tally, total, weighted
from tests.protocols.schemes import scheme

MIXED = scheme("""
    scoring:
      pass_all: [{rule: max_open, level: major, max: 99}]
    points:
    - {id: TALY-A01, level: major, group: grove}
    - {id: TALY-A02, level: minor, group: grove}
    - {id: TALY-A03, level: minor, weight: 4}
    - {id: TALY-A04, level: critical}
    - {id: TALY-A05, level: minor, level_by_year: {2: major}, na: never}
    - {id: TALY-B01, level: minor, answer: {type: scale, max: 3, norm: 2}}
    - {id: TALY-B02, level: minor, answer: {type: rank, max: 5, pass: 3}}
    - {id: TALY-B03, level: minor, answer: {type: panel, judges_min: 3, min: 6, max: 10}}
    """)
IDS = [point.id for point in MIXED.points]


def counted(answers: dict[str, Outcome | Judged] | None = None, year: int = 1) -> Tally:
    everything: dict[str, Outcome | Judged] = {**dict.fromkeys(IDS, Outcome.COMPLIANT), **(answers or {})}
    return tally(MIXED, build(MIXED, {}, year=year), everything, year)


def one(point_id: str, answer: Outcome | Judged = Outcome.COMPLIANT, year: int = 1) -> Counted:
    return next(item for item in counted({point_id: answer}, year).counted if item.id == point_id)


def test_points_are_counted_in_the_order_of_the_checklist() -> None:
    assert [item.id for item in counted().counted] == IDS


@pytest.mark.parametrize(
    ("answer", "credit"),
    [
        (Outcome.COMPLIANT, Fraction(1)),
        (Outcome.PARTIAL, Fraction(1, 2)),
        (Outcome.NON_COMPLIANT, Fraction(0)),
        (Outcome.NOT_AUDITED, Fraction(0)),
        (Judged(Outcome.PARTIAL, Fraction(1, 3)), Fraction(1, 3)),
        (Judged(Outcome.NOT_AUDITED, Fraction(1)), Fraction(0)),
    ],
)
def test_an_answer_earns_its_credit_times_the_weight(answer: Outcome | Judged, credit: Fraction) -> None:
    found = one("TALY-A01", answer)
    assert (found.credit, found.weight, found.earned, found.lost) == (credit, 3, 3 * credit, 1 - credit)
    assert found.failing is (credit < 1)


def test_a_point_weighs_as_its_level_or_as_it_says() -> None:
    assert [item.weight for item in counted().counted][:4] == [3, 1, 4, 5]


def test_a_level_may_change_with_the_year() -> None:
    assert (one("TALY-A05").point.level, one("TALY-A05").weight) == (Level.MINOR, 1)
    assert (one("TALY-A05", year=2).point.level, one("TALY-A05", year=2).weight) == (Level.MAJOR, 3)


def test_half_of_what_knows_no_half_is_none_and_what_is_not_allowed_is_not_given() -> None:
    assert one("TALY-A04", Outcome.PARTIAL).credit == 0
    assert counted({"TALY-A04": Outcome.PARTIAL}).not_audited == ()
    assert counted({"TALY-A04": Outcome.NOT_APPLICABLE}).not_audited == ("TALY-A04",)
    assert one("TALY-A04", Outcome.NOT_APPLICABLE).credit == 0
    assert one("TALY-A04", Judged(Outcome.PARTIAL, Fraction(1, 2))).credit == 0


def test_not_applicable_and_deferred_are_not_counted_and_the_rest_goes_on() -> None:
    found = counted({"TALY-A01": Outcome.NOT_APPLICABLE, "TALY-A02": Outcome.DEFERRED, "TALY-B01": Outcome.DEFERRED})
    assert [item.id for item in found.counted] == [
        id_ for id_ in IDS if id_ not in ("TALY-A01", "TALY-A02", "TALY-B01")
    ]
    assert (found.deferred, found.not_audited) == (("TALY-A02", "TALY-B01"), ())


def test_what_was_not_audited_is_counted_and_named() -> None:
    found = counted({"TALY-A01": Outcome.NOT_AUDITED, "TALY-A03": Outcome.NOT_AUDITED})
    assert (found.not_audited, len(found.counted)) == (("TALY-A01", "TALY-A03"), len(IDS))


def test_a_missing_answer_was_not_audited() -> None:
    assert tally(MIXED, build(MIXED, {}, year=1), {}, 1).not_audited == tuple(IDS)


def test_points_of_a_level_of_a_group_and_of_both() -> None:
    found = counted()
    assert [item.id for item in found.of()] == IDS
    assert [item.id for item in found.of(Level.MAJOR)] == ["TALY-A01"]
    assert [item.id for item in found.of(group="grove")] == ["TALY-A01", "TALY-A02"]
    assert [item.id for item in found.of(Level.MINOR, "grove")] == ["TALY-A02"]
    assert found.of(Level.CRITICAL, "grove") == ()
    assert [item.id for item in found.chapter("scheme.A")] == IDS
    assert found.chapter("A") == ()


def typed(item: Counted) -> tuple[Fraction | None, ...]:
    return item.points, item.rank, item.panel, item.lowest


def test_only_a_typed_point_has_points_a_rank_or_a_panel() -> None:
    assert typed(one("TALY-A01")) == (None, None, None, None)


@pytest.mark.parametrize(
    ("answer", "points"),
    [
        (Outcome.COMPLIANT, 2),
        (Outcome.PARTIAL, 1),
        (Outcome.NON_COMPLIANT, 0),
        (Judged(Outcome.COMPLIANT, points=Fraction(3)), 3),
        (Judged(Outcome.NON_COMPLIANT, points=Fraction(0)), 0),
    ],
)
def test_points_on_a_scale(answer: Outcome | Judged, points: int) -> None:
    found = one("TALY-B01", answer)
    assert typed(found) == (points, None, None, None)
    assert found.norm == 2


@pytest.mark.parametrize(
    ("answer", "rank"),
    [
        (Outcome.COMPLIANT, 3),
        (Outcome.PARTIAL, 1),
        (Outcome.NON_COMPLIANT, 1),
        (Judged(Outcome.COMPLIANT, rank=Fraction(5)), 5),
        (Judged(Outcome.NON_COMPLIANT, rank=Fraction(2)), 2),
    ],
)
def test_a_rank(answer: Outcome | Judged, rank: int) -> None:
    assert typed(one("TALY-B02", answer)) == (None, rank, None, None)


@pytest.mark.parametrize(
    ("answer", "panel", "lowest"),
    [
        (Outcome.COMPLIANT, 6, 6),
        (Outcome.PARTIAL, 3, 3),
        (Outcome.NON_COMPLIANT, 0, 0),
        (Judged(Outcome.COMPLIANT, points=Fraction(8)), 8, 8),
        (Judged(Outcome.COMPLIANT, points=Fraction(8), lowest=Fraction(7)), 8, 7),
        (Judged(Outcome.NON_COMPLIANT, points=Fraction(0), lowest=Fraction(0)), 0, 0),
    ],
)
def test_a_panel_and_its_lowest(answer: Outcome | Judged, panel: int, lowest: int) -> None:
    assert typed(one("TALY-B03", answer)) == (None, None, panel, lowest)


def test_what_a_forbidden_answer_measured_is_kept_without_its_credit() -> None:
    strict = scheme("""
    scoring:
      partial_allowed_for: []
      pass_all: [{rule: max_open, level: major, max: 99}]
    points:
    - {id: STRI-A01, level: minor, answer: {type: scale, max: 3, norm: 2}}
    - {id: STRI-A02, level: minor, answer: {type: rank, max: 5, pass: 3}}
    """)
    half = Fraction(1, 2)
    answers = {
        "STRI-A01": Judged(Outcome.PARTIAL, half, points=Fraction(1)),
        "STRI-A02": Judged(Outcome.PARTIAL, half, rank=Fraction(2)),
    }
    scale, rank = tally(strict, build(strict, {}, year=1), answers, 1).counted
    assert (scale.credit, scale.points) == (0, 1)
    assert (rank.credit, rank.rank) == (0, 2)


@given(st.lists(st.fractions(), max_size=6))
def test_a_total_is_the_sum(numbers: list[Fraction]) -> None:
    assert total(numbers) == sum(numbers, Fraction(0))


def test_means_alike_and_by_weight() -> None:
    items = counted({"TALY-A01": Outcome.NON_COMPLIANT, "TALY-A02": Outcome.PARTIAL}).of(group="grove")
    assert (share(items), weighted(items), failing(items)) == (Fraction(1, 4), Fraction(1, 8), ("TALY-A01", "TALY-A02"))
    assert (share(()), weighted(())) == (None, None)
    assert failing(counted().counted) == ()


@pytest.mark.parametrize(
    ("share_of", "points"), [(None, None), (Fraction(0), 0), (Fraction(2, 3), 6666), (Fraction(1), 10_000)]
)
def test_basis_points_are_rounded_down(share_of: Fraction | None, points: int | None) -> None:
    assert basis_points(share_of) == points


def test_a_percentage_in_basis_points() -> None:
    assert [of_percent(0), of_percent(80), of_percent(Fraction(200, 3))] == [0, 8000, 6666]
