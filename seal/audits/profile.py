"""Facts about a producer as they are typed: read by their type, and doubted outside what is plausible. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from seal.errors import BadInput, Reason
from seal.members.model import FactValue
from seal.protocols.facts import FactRule, number_of
from seal.protocols.model import FactType

YES_NO = {"yes": True, "no": False}
UNKNOWN = "unknown"


def read(rule: FactRule, typed: Sequence[str]) -> FactValue:
    """What a form says of one fact: its radio button, text or boxes. Nothing, or ``unknown``, is unknown."""
    given = [one.strip() for one in typed if one.strip()]
    if not given or UNKNOWN in given:
        return None
    if rule.type is FactType.YES_NO:
        return YES_NO.get(given[0])
    if rule.type is FactType.MULTI:
        return tuple(sorted(set(given) - {"none"}))
    return given[0].replace(",", ".") if rule.type is FactType.NUMBER else given[0]


def check(rule: FactRule, value: FactValue) -> tuple[Reason, ...]:
    """Why a told value is doubted; empty if it is not. Raises ``BadInput('audits.fact_type')`` for a value that is
    not of the fact's type, or a choice that it does not offer."""
    if value is None:
        return ()
    known = rule.known(value)
    chosen = set(value) if isinstance(value, tuple) else set()
    if known is None or not chosen.issubset(rule.choices):
        raise BadInput("audits.fact_type", field=f"fact.{rule.id}", fact=rule.id, value=str(value)[:40])
    exact = number_of(known) if rule.type is FactType.NUMBER else None
    if rule.plausible is None or exact is None or rule.plausible[0] <= exact <= rule.plausible[1]:
        return ()
    low, high = rule.plausible
    about = {"field": f"fact.{rule.id}", "fact": rule.id, "value": str(value), "low": str(low), "high": str(high)}
    return (Reason("audits.fact_doubtful", about),)
