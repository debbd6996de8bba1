"""Which control points apply to a producer. What nobody knows leaves the point in: the safe side."""

from __future__ import annotations

from seal.protocols.facts import Facts
from seal.protocols.model import ControlPoint
from seal.protocols.situation import Situation, truth

__all__ = ["Facts", "Situation", "applies", "truth"]


def applies(point: ControlPoint, situation: Situation | Facts) -> bool:
    """False only when what is known says so."""
    return point.applies_if is None or truth(point.applies_if, situation) is not False
