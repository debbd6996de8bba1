"""Rules that no answers could meet, and rules that no answers could break: neither decides anything."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from seal.protocols.answer_types import PanelAnswer, RankAnswer, ScaleAnswer
from seal.protocols.checks_rules import percents
from seal.protocols.conclusion import Rule
from seal.protocols.model import ControlPoint, Protocol
from seal.protocols.terms import Level, RuleKind


def never_met(rule: Rule, protocol: Protocol) -> bool:
    """Even the best answers fall short of what the rule asks in some year."""
    best = _BEST.get(rule.rule)
    asked = max(percents(rule), default=None)
    most = None if best is None else best(rule, protocol)
    return most is not None and asked is not None and asked > most


def never_fails(rule: Rule, protocol: Protocol) -> bool:
    """Even the worst answers satisfy the rule in every year."""
    asked = max(percents(rule), default=None)
    if rule.rule in _ASKS_FOR_MORE:
        if asked is not None and asked <= _ASKS_FOR_MORE[rule.rule] and not rule.floor:
            return True
        return not _counted(rule, protocol)
    if rule.rule is RuleKind.CHAPTER_MIN:
        return all(chapter.min_percent <= 0 for chapter in protocol.chapters)
    if rule.rule is RuleKind.NO_FAILURE:
        return not _counted(rule, protocol)
    if rule.rule in (RuleKind.MAX_OPEN, RuleKind.FAILED_COUNT):
        return rule.max is not None and rule.max >= len(_counted(rule, protocol))
    if rule.rule is RuleKind.NO_FALL:
        return rule.allow is not None and rule.allow >= 100
    if rule.rule is RuleKind.DEDUCTIONS:
        return asked is not None and _start(rule) - _worst(rule, protocol) >= asked
    return asked is not None and asked <= 0


_ASKS_FOR_MORE = {
    RuleKind.LEVEL_PERCENT: Decimal(0),
    RuleKind.WEIGHTED_PERCENT: Decimal(0),
    RuleKind.NORM_POINTS: Decimal(0),
    RuleKind.RANK_AVERAGE: Decimal(1),
    RuleKind.PANEL: Decimal(0),
}
"""Rules about a class of points, with the least that any answers give."""

_TYPES: dict[RuleKind, type] = {
    RuleKind.NORM_POINTS: ScaleAnswer,
    RuleKind.RANK_AVERAGE: RankAnswer,
    RuleKind.PANEL: PanelAnswer,
}


def _counted(rule: Rule, protocol: Protocol) -> list[ControlPoint]:
    """The points that a rule looks at, in whatever year."""
    return [
        point
        for point in protocol.points
        if (rule.level is None or rule.level in (point.level, *point.level_by_year.values()))
        and (rule.group is None or point.group == rule.group)
        and isinstance(point.answer, _TYPES.get(rule.rule, object))
    ]


def _start(rule: Rule) -> Decimal:
    return Decimal(100) if rule.start is None else rule.start


def _worst(rule: Rule, protocol: Protocol) -> Decimal:
    """What would be taken away if every point failed, at the highest price of its levels."""
    lost = Decimal(0)
    for point in protocol.points:
        levels: tuple[Level, ...] = (point.level, *point.level_by_year.values())
        prices = [rule.deduct.get(level.value, Decimal(0)) for level in levels]
        lost += max([*prices, rule.deduct.get("ko", Decimal(0))] if point.ko else prices)
    return lost


def _norm(rule: Rule, protocol: Protocol) -> Decimal | None:
    scales = [point.answer for point in _counted(rule, protocol) if isinstance(point.answer, ScaleAnswer)]
    return max((Decimal(100 * scale.max) / scale.norm for scale in scales), default=None)


def _rank(rule: Rule, protocol: Protocol) -> Decimal | None:
    ranks = [point.answer.max for point in _counted(rule, protocol) if isinstance(point.answer, RankAnswer)]
    return Decimal(max(ranks)) if ranks else None


def _panel(rule: Rule, protocol: Protocol) -> Decimal | None:
    tops = [point.answer.max for point in _counted(rule, protocol) if isinstance(point.answer, PanelAnswer)]
    return max(tops, default=None)


_BEST: dict[RuleKind, Callable[[Rule, Protocol], Decimal | None]] = {
    RuleKind.NORM_POINTS: _norm,
    RuleKind.RANK_AVERAGE: _rank,
    RuleKind.PANEL: _panel,
    RuleKind.DEDUCTIONS: lambda rule, protocol: _start(rule),
}
"""The most that any answers give."""
