"""Random producers: the same seed gives the same result, better producers pass more, and what decides does decide."""

from __future__ import annotations

from fractions import Fraction

import pytest

from seal.protocols import author_commands
from seal.protocols.loader import shipped
from seal.protocols.simulation import simulate
from tests.protocols.library import miel

MIEL = str(shipped() / "miel" / "0.1.0")


def test_the_same_seed_gives_the_same_result() -> None:
    one, other = (simulate(miel(), producers=20, seed=7, quality=Fraction(9, 10)) for _ in range(2))
    assert one == other
    assert simulate(miel(), producers=20, seed=8, quality=Fraction(9, 10)) != one


def test_all_pass_who_meet_everything_and_none_who_meet_nothing() -> None:
    best = simulate(miel(), producers=10, seed=1, quality=Fraction(1))
    worst = simulate(miel(), producers=10, seed=1, quality=Fraction(0))
    assert (best.passed, best.rules) == (10, {})
    assert worst.passed == 0
    assert worst.rules["level_percent", "critical"] == 10


def test_a_point_decides_only_where_mending_it_alone_is_enough() -> None:
    done = simulate(miel(), producers=120, seed=1, quality=Fraction(98, 100))
    assert done.deciding
    assert sum(done.deciding.values()) <= done.tried * len(miel().points)
    assert done.tried == 120 - done.passed


@pytest.mark.parametrize("producers", [0, 20_001])
def test_the_number_of_producers_is_bounded(producers: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert author_commands.run_simulation(MIEL, producers, 1, 90, 1, "es") == 1
    assert str(producers) in capsys.readouterr().err


def test_the_command_prints_rates_and_points(capsys: pytest.CaptureFixture[str]) -> None:
    assert author_commands.run_simulation(MIEL, 60, 1, 97, 1, "es") == 0
    told = capsys.readouterr().out
    assert "aprueban" in told
    assert "decide solo" in told
    assert "De los puntos críticos" in told


def test_explaining_names_a_point_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert author_commands.explain(MIEL, "MIEL-Z99", "es") == 1
    assert "MIEL-Z99" in capsys.readouterr().err


def test_explaining_a_folder_that_is_no_protocol_names_the_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert author_commands.explain("/nowhere/miel/0.1.0", None, "es") == 1
    assert "miel/0.1.0" in capsys.readouterr().err
