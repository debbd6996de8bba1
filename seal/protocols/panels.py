"""Juries and tastings: several judges score the same thing, the extremes are left out, and a floor holds for each
criterion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from seal.errors import BadInput
from seal.protocols.answer_types import PanelAnswer
from seal.protocols.values import read_value

OVERALL = "overall"
"""The one criterion of a panel that names none."""


@dataclass(frozen=True)
class Verdict:
    """``score``: the mean of the criteria; ``lowest``: the lowest of them; each the trimmed mean of its judges."""

    score: Fraction
    lowest: Fraction

    def holds(self, panel: PanelAnswer) -> bool:
        floor = panel.floor is None or self.lowest >= Fraction(panel.floor)
        return floor and self.score >= Fraction(panel.min)


def trimmed_mean(scores: Iterable[Fraction], trim: int) -> Fraction:
    """The mean without the ``trim`` highest and the ``trim`` lowest; ``ValueError`` if nothing would be left."""
    ordered = sorted(scores)
    kept = ordered[trim : len(ordered) - trim]
    if not kept:
        raise ValueError("a trimmed mean needs more scores than it leaves out")
    return sum(kept, Fraction(0)) / len(kept)


def judge(panel: PanelAnswer, judges: Sequence[Mapping[str, str]]) -> Verdict:
    """What the judges' scores come to, one map of criterion to score for each judge.

    Raises ``BadInput`` for too few judges, a criterion left out or unknown, and a score outside nought to the most.
    """
    criteria = panel.criteria or (OVERALL,)
    least = max(panel.judges_min, 2 * panel.trim + 1)
    if len(judges) < least:
        raise BadInput("protocols.panel_judges", field="judges", needed=least, got=len(judges))
    scores: dict[str, list[Fraction]] = {criterion: [] for criterion in criteria}
    for number, sheet in enumerate(judges, start=1):
        if set(sheet) != set(criteria):
            wrong = ", ".join(sorted(set(sheet) ^ set(criteria)))
            raise BadInput("protocols.panel_criteria", field="judges", judge=number, criteria=wrong[:80])
        for criterion, typed in sheet.items():
            value = Fraction(read_value(typed))
            if not 0 <= value <= Fraction(panel.max):
                raise BadInput("protocols.panel_score", field="judges", value=typed[:40], most=str(panel.max))
            scores[criterion].append(value)
    means = {criterion: trimmed_mean(given, panel.trim) for criterion, given in scores.items()}
    return Verdict(sum(means.values(), Fraction(0)) / len(means), min(means.values()))
