"""Which control points apply to a producer. A fact nobody knows leaves the point in: the safe side."""

from __future__ import annotations

from collections.abc import Mapping

from seal.protocols.model import Condition, ControlPoint

Facts = Mapping[str, bool | None]


def truth(condition: Condition, facts: Facts) -> bool | None:
    """Three-valued (Kleene): ``None`` means that the facts do not settle it."""
    if condition.fact is not None:
        return facts.get(condition.fact)
    if condition.negated is not None:
        inside = truth(condition.negated, facts)
        return None if inside is None else not inside
    if condition.all_of:
        parts = [truth(part, facts) for part in condition.all_of]
        return False if False in parts else None if None in parts else True
    parts = [truth(part, facts) for part in condition.any_of]
    return True if True in parts else None if None in parts else False


def applies(point: ControlPoint, facts: Facts) -> bool:
    """False only when the known facts say so."""
    return point.applies_if is None or truth(point.applies_if, facts) is not False
