"""How many are looked at, and which: the table of CERTIFICATION A6, and a draw that anyone can repeat."""

from __future__ import annotations

import subprocess
from decimal import Decimal
from fractions import Fraction
from math import isqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.errors import BadInput
from seal.protocols import draw, samples
from seal.protocols.samples import Sample
from seal.protocols.sampling import Sampling, Take
from seal.protocols.terms import Outcome, SampleOf

SEED = "6f1d" * 16
LOTS = tuple(f"LOT-{number}" for number in range(1, 13))


@pytest.mark.parametrize(
    ("members", "root", "surveillance", "renewal", "eu", "lab", "unannounced"),
    [
        (5, 3, 2, 2, 5, 1, 1),
        (12, 4, 3, 3, 10, 1, 2),
        (40, 7, 4, 6, 10, 1, 4),
        (100, 10, 6, 8, 10, 2, 10),
        (250, 16, 10, 13, 13, 5, 25),
        (2000, 45, 27, 36, 100, 40, 200),
    ],
)
def test_the_table_of_sizes(
    members: int, root: int, surveillance: int, renewal: int, eu: int, lab: int, unannounced: int
) -> None:
    assert draw.root(members) == root
    assert draw.root(members, Fraction(6, 10)) == surveillance
    assert draw.root(members, Fraction(8, 10)) == renewal
    assert draw.percent(members, 5, least=10) == eu
    assert draw.percent(members, 2) == lab
    assert draw.percent(members, 10) == unannounced


@pytest.mark.parametrize(
    ("take", "population", "size"),
    [
        (Take("sqrt"), 12, 4),
        (Take("all"), 12, 12),
        (Take("count", count=5), 12, 5),
        (Take("count", count=50), 12, 12),
        (Take("percent", percent=Decimal("10"), min=5), 12, 5),
        (Take("percent", percent=Decimal("12.5"), min=1), 81, 11),  # 10.125
        (Take("sqrt"), 0, 0),
        (Take("percent", percent=Decimal("10"), min=5), 0, 0),
    ],
)
def test_a_point_says_how_many_are_taken(take: Take, population: int, size: int) -> None:
    assert samples.size(take, population) == size


@given(st.integers(0, 10**12), st.integers(1, 10))
def test_the_root_is_the_least_whole_number_that_is_no_smaller(population: int, tenths: int) -> None:
    size = draw.root(population, Fraction(tenths, 10))
    assert size == min(population, size)
    assert size * size * 100 >= tenths * tenths * population
    assert size == 0 or (size - 1) ** 2 * 100 < tenths * tenths * population
    assert draw.root(population) in (isqrt(population), isqrt(population) + 1)


def test_the_draw_is_what_two_commands_of_any_shell_give() -> None:
    assert draw.commitment(SEED) == _shell(f"printf %s {SEED} | sha256sum").split()[0]
    lines = " ".join(LOTS)
    script = f"for u in {lines}; do echo \"$(printf %s {SEED}:$u | sha256sum | cut -d' ' -f1) $u\"; done | sort"
    order = tuple(line.split()[1] for line in _shell(script).splitlines())
    assert draw.draw(SEED, LOTS, 4) == order[:4]


def _shell(script: str) -> str:
    return subprocess.run(["sh", "-c", script], check=True, capture_output=True, text=True).stdout


def test_the_draw_is_this_one() -> None:
    assert draw.commitment(SEED) == "4af42641f2e0140b53128089f83ba5fa4c125c6184a52a8d1db409f8a88dce59"
    assert draw.draw(SEED, LOTS, 4) == ("LOT-6", "LOT-5", "LOT-1", "LOT-12")


@given(st.permutations(LOTS), st.integers(0, 12))
def test_the_order_of_the_population_does_not_matter(order: list[str], size: int) -> None:
    assert draw.draw(SEED, order, size) == draw.draw(SEED, LOTS, size)


def test_more_draws_contain_fewer_and_everyone_has_a_chance() -> None:
    assert draw.draw(SEED, LOTS, 7)[:4] == draw.draw(SEED, LOTS, 4)
    seen = {unit for number in range(60) for unit in draw.draw(f"{number:064x}", LOTS, 3)}
    assert seen == set(LOTS)


def test_a_part_may_be_chosen_for_its_risk_and_a_quarter_is_left_to_the_draw() -> None:
    taken = draw.draw(SEED, LOTS, 4, chosen=("LOT-9", "LOT-2", "LOT-7"))
    assert taken[:3] == ("LOT-9", "LOT-2", "LOT-7")
    assert taken[3] not in taken[:3]
    with pytest.raises(BadInput, match="sample_not_random"):
        draw.draw(SEED, LOTS, 4, chosen=LOTS[:4])
    with pytest.raises(BadInput, match="sample_unknown"):
        draw.draw(SEED, LOTS, 4, chosen=("LOT-99",))


@pytest.mark.parametrize("seed", ["", "6f1d", "6F1D" * 16, "z" * 64, "0" * 129])
def test_a_seed_that_is_none_is_refused(seed: str) -> None:
    with pytest.raises(BadInput, match="sample_seed"):
        draw.draw(seed, LOTS, 4)


def test_a_unit_twice_in_the_population_is_refused() -> None:
    with pytest.raises(BadInput, match="sample_twice"):
        draw.draw(SEED, (*LOTS, "LOT-1"), 4)


RULE = Sampling(SampleOf.LOTS, Take("sqrt"), accept=1)


def sample(*failed: str, seed: str = SEED, commitment: str = draw.commitment(SEED)) -> Sample:
    return Sample(LOTS, seed, commitment, failed)


def test_a_sample_may_fail_as_often_as_is_accepted() -> None:
    drawn = samples.drawn(RULE, sample())
    assert len(drawn) == 4
    assert samples.of_sample(RULE, sample()).outcome is Outcome.COMPLIANT
    assert samples.of_sample(RULE, sample(drawn[0])).outcome is Outcome.COMPLIANT
    assert samples.of_sample(RULE, sample(*drawn[:2])).outcome is Outcome.NON_COMPLIANT


def test_a_sample_in_proportion_earns_its_share() -> None:
    rule = Sampling(SampleOf.LOTS, Take("sqrt"), proportion=True)
    drawn = samples.drawn(rule, sample())
    earned = [samples.of_sample(rule, sample(*drawn[:failed])) for failed in (0, 1, 4)]
    assert [(found.outcome, found.credit) for found in earned] == [
        (Outcome.COMPLIANT, Fraction(1)),
        (Outcome.PARTIAL, Fraction(3, 4)),
        (Outcome.NON_COMPLIANT, Fraction(0)),
    ]


def test_a_draw_with_another_seed_than_the_published_one_does_not_count() -> None:
    with pytest.raises(BadInput, match="sample_commitment"):
        samples.of_sample(RULE, sample(seed="00" * 32))


def test_what_was_not_drawn_cannot_have_failed() -> None:
    other = next(lot for lot in LOTS if lot not in samples.drawn(RULE, sample()))
    with pytest.raises(BadInput) as refused:
        samples.of_sample(RULE, sample(other))
    assert refused.value.params["unit"] == other


def test_nothing_to_draw_from_is_refused() -> None:
    with pytest.raises(BadInput, match="sample_empty"):
        samples.of_sample(RULE, Sample((), SEED, draw.commitment(SEED)))
