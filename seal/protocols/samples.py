"""An answer about a sample: k looked at of n, drawn with a committed seed, and which of them failed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from seal.errors import BadInput
from seal.protocols import draw
from seal.protocols.edge import CLOSED
from seal.protocols.sampling import Sampling, Take
from seal.protocols.terms import Outcome

NONE = "0"
"""Typed alone as the population it says that there is nothing, and is no name."""


@dataclass(frozen=True)
class Sample:
    """``seed`` opens the commitment that was published before the draw; who was drawn follows from it."""

    __pydantic_config__ = CLOSED
    population: tuple[str, ...]
    seed: str
    commitment: str
    failed: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    """Taken for their risk beside the draw."""


@dataclass(frozen=True)
class Found:
    drawn: tuple[str, ...]
    outcome: Outcome
    credit: Fraction | None
    """``None``: what the scale gives for the outcome."""


def size(take: Take, population: int) -> int:
    """How many of ``population`` are looked at."""
    if take.by == "all":
        return population
    if take.by == "sqrt":
        return draw.root(population)
    if take.by == "count":
        return min(population, take.count)
    assert take.percent is not None
    return draw.percent(population, take.percent, take.min)


def drawn(rule: Sampling, sample: Sample) -> tuple[str, ...]:
    """The units of the sample. ``BadInput('protocols.sample_commitment')`` for a seed that nobody committed to."""
    if not draw.opens(sample.seed, sample.commitment):
        raise BadInput("protocols.sample_commitment", field="seed")
    return draw.draw(sample.seed, sample.population, size(rule.take, len(sample.population)), sample.chosen)


def of_sample(rule: Sampling, sample: Sample) -> Found:
    """The outcome of a sample: no more failures than are accepted, or in proportion. Raises ``BadInput`` for an
    empty population and for a failure outside the sample."""
    if sample.population in ((), (NONE,)):
        raise BadInput("protocols.sample_empty", field="population")
    looked = drawn(rule, sample)
    strange = sorted(set(sample.failed).difference(looked))
    if strange:
        raise BadInput("protocols.sample_unknown", field="failed", unit=strange[0][:40])
    return Found(looked, *verdict(rule, len(looked), len(set(sample.failed))))


def verdict(rule: Sampling, looked: int, failed: int) -> tuple[Outcome, Fraction | None]:
    """What ``failed`` of ``looked`` units come to."""
    if rule.proportion:
        credit = Fraction(looked - failed, looked)
        outcome = Outcome.COMPLIANT if not failed else Outcome.PARTIAL if credit else Outcome.NON_COMPLIANT
        return outcome, credit
    return (Outcome.COMPLIANT if failed <= rule.accept else Outcome.NON_COMPLIANT), None
