"""The twelve families of rules (CERTIFICATION C1), each as: does it hold, which points caused it, what would mend it.

| family | schemes | rule |
|---|---|---|
| percent per level | GLOBALG.A.P.: majors 100 %, minors 95 % | ``level_percent`` |
| weighted percent | many national seals | ``weighted_percent`` |
| norm points | FairWild: more than the norm compensates | ``norm_points`` |
| rank average | Fairtrade: development average of 3 | ``rank_average`` |
| deductions, KO, grade by counts | IFS, BRCGS | ``deductions``, ``failed_count`` |
| critical fail | all | ``no_failure`` |
| chapter minimum | PDO controls | ``chapter_min`` |
| tiers | bronze, silver, gold | grades (``scoring.py``) |
| jury | Sello de Excelencia | ``panel`` |
| attribute sampling | microbiology | the answer itself (``plans.py``) |
| cap of open findings | most | ``max_open`` |
| progress | participatory and entry seals | ``no_fall``, ``plan_kept`` |

Nothing to score is skipped: neither 100 nor 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from seal.protocols.answer_types import PanelAnswer, RankAnswer, ScaleAnswer
from seal.protocols.conclusion import Rule
from seal.protocols.mending import Gain, either, fewest
from seal.protocols.model import Level, Protocol
from seal.protocols.tally import (
    BASIS_POINTS,
    NOTHING,
    Counted,
    Tally,
    basis_points,
    failing,
    of_percent,
    share,
    total,
    weighted,
)
from seal.protocols.terms import RuleKind

PANEL_FLOOR = "panel_floor"
ALL_AUDITED = "all_audited"

COUNTS = frozenset({"max_open", ALL_AUDITED, "open_critical", "no_failure", "failed_count"})
"""Rules whose numbers are counts."""

HUNDREDTHS = frozenset({"rank_average", "panel", PANEL_FLOOR})
"""Rules whose numbers are hundredths of a rank or score; those of all others are basis points."""


@dataclass(frozen=True)
class FailedRule:
    """A rule that does not hold. ``needed`` and ``got`` are basis points, or counts (``COUNTS``), or hundredths
    (``HUNDREDTHS``); ``subject`` is the level, chapter or group; ``points`` caused it."""

    rule: str
    subject: str
    needed: int
    got: int
    points: tuple[str, ...]
    mend: tuple[str, ...] = field(default=(), compare=False)
    """The fewest points that would make it hold, most useful first; empty: no point would. It follows from the
    rest, so two failures that differ in nothing else are the same."""


@dataclass(frozen=True)
class Circumstances:
    """What a conclusion reads beside the answers."""

    year: int
    after_corrections: bool
    open: Mapping[Level, int]
    """Findings still open, by level."""
    previous: int | None = None
    """The weighted result of the last cycle in basis points; ``None``: there was none."""
    plan: tuple[int, int] | None = None
    """Items of the improvement plan that were kept, and that were due; ``None``: there is no plan."""


def failures(rule: Rule, protocol: Protocol, tally: Tally, now: Circumstances) -> Iterator[FailedRule]:
    """Every way in which ``rule`` does not hold; nothing before its first year."""
    if rule.year_from is None or now.year >= rule.year_from:
        yield from _FAMILIES[rule.rule](rule, protocol, tally, now)


def percent_failure(
    rule: str, subject: str, items: tuple[Counted, ...], percent: Decimal, *, by_weight: bool
) -> Iterator[FailedRule]:
    """The failure of a mean credit below ``percent``."""
    got = weighted(items) if by_weight else share(items)
    needed = Fraction(percent) / 100
    if got is None or got >= needed:
        return
    whole = total(item.weight for item in items) if by_weight else len(items)
    mend = fewest(_gains(items, by_weight=by_weight), (needed - got) * whole)
    yield FailedRule(rule, subject, of_percent(percent), basis_points(got) or 0, failing(items), mend)


def _gains(items: Iterable[Counted], *, by_weight: bool) -> list[Gain]:
    return [(item.id, item.lost * (item.weight if by_weight else 1)) for item in items if item.failing]


def subject(rule: Rule) -> str:
    """What a rule speaks of: its level, else its group; empty for all points. A minimum by chapter has one each."""
    return rule.level.value if rule.level else rule.group or ""


def _level_percent(rule: Rule, protocol: Protocol, tally: Tally, now: Circumstances) -> Iterable[FailedRule]:
    items, needed = tally.of(rule.level, rule.group), rule.needed(now.year, now.after_corrections)
    return percent_failure(rule.rule.value, subject(rule), items, needed, by_weight=False)


def _weighted_percent(rule: Rule, protocol: Protocol, tally: Tally, now: Circumstances) -> Iterable[FailedRule]:
    items, needed = tally.of(rule.level, rule.group), rule.needed(now.year, now.after_corrections)
    return percent_failure(rule.rule.value, subject(rule), items, needed, by_weight=True)


def _chapter_min(rule: Rule, protocol: Protocol, tally: Tally, now: Circumstances) -> Iterable[FailedRule]:
    for chapter in protocol.chapters:
        items = tally.chapter(chapter.id)
        yield from percent_failure(rule.rule.value, chapter.id, items, chapter.min_percent, by_weight=True)


def _norm_points(rule: Rule, protocol: Protocol, tally: Tally, now: Circumstances) -> Iterable[FailedRule]:
    """Points earned against the points of the norm: a scale that goes beyond its norm makes up for another."""
    items = [item for item in tally.of(rule.level, rule.group) if item.points is not None]
    norm = total(item.norm for item in items)
    if not norm:
        return
    needed = rule.needed(now.year, now.after_corrections)
    earned = total(item.points or NOTHING for item in items)
    if earned >= norm * Fraction(needed) / 100:
        return
    to_norm = [_up_to(item, item.points, item.norm) for item in items]
    to_most = [_up_to(item, item.points, _most(item)) for item in items]
    below = tuple(item.id for item in items if item.points is not None and item.points < item.norm)
    mend = either(to_norm, to_most, norm * Fraction(needed) / 100 - earned)
    got = basis_points(earned / norm) or 0
    yield FailedRule(rule.rule.value, subject(rule), of_percent(needed), got, below or _ids(items), mend)


def _rank_average(rule: Rule, protocol: Protocol, tally: Tally, now: Circumstances) -> Iterable[FailedRule]:
    items = [item for item in tally.of(rule.level, rule.group) if item.rank is not None]
    yield from _mean_failure(rule, items, [item.rank or NOTHING for item in items], now)


def _panel(rule: Rule, protocol: Protocol, tally: Tally, now: Circumstances) -> Iterable[FailedRule]:
    items = [item for item in tally.of(rule.level, rule.group) if item.panel is not None]
    if rule.min is not None:
        yield from _mean_failure(rule, items, [item.panel or NOTHING for item in items], now)
    if rule.floor is not None:
        floor = Fraction(rule.floor)
        low = [item for item in items if item.lowest is not None and item.lowest < floor]
        if low:
            least = min(item.lowest for item in low if item.lowest is not None)
            yield FailedRule(PANEL_FLOOR, subject(rule), _hundredths(floor), _hundredths(least), _ids(low), _ids(low))


def _mean_failure(rule: Rule, items: list[Counted], values: list[Fraction], now: Circumstances) -> Iterator[FailedRule]:
    if not items:
        return
    needed = Fraction(rule.needed(now.year, now.after_corrections))
    got = total(values) / len(values)
    if got >= needed:
        return
    pairs = list(zip(items, values, strict=True))
    to_pass = [_up_to(item, value, _expected(item)) for item, value in pairs]
    to_most = [_up_to(item, value, _most(item)) for item, value in pairs]
    mend = either(to_pass, to_most, (needed - got) * len(items))
    below = tuple(item.id for item, value in pairs if value < needed)
    yield FailedRule(rule.rule.value, subject(rule), _hundredths(needed), _hundredths(got), below, mend)


def _deductions(rule: Rule, protocol: Protocol, tally: Tally, now: Circumstances) -> Iterable[FailedRule]:
    """From ``start`` each point takes off its deduction times what it lacks; a KO takes off its own."""
    items = tally.of(None, rule.group)
    lost = [(item.id, _deduction(rule, item) * item.lost) for item in items if item.failing]
    start = Fraction(100 if rule.start is None else rule.start)
    needed = rule.needed(now.year, now.after_corrections)
    left = start - total(loss for _, loss in lost)
    if not items or left >= Fraction(needed):
        return
    caused = tuple(point for point, loss in lost if loss)
    mend = fewest(lost, Fraction(needed) - left)
    got = max(0, basis_points(left / 100) or 0)
    yield FailedRule(rule.rule.value, subject(rule), of_percent(needed), got, caused, mend)


def _deduction(rule: Rule, item: Counted) -> Fraction:
    key = "ko" if item.point.ko and "ko" in rule.deduct else item.point.level.value
    return Fraction(rule.deduct.get(key, Decimal(0)))


def _no_failure(rule: Rule, protocol: Protocol, tally: Tally, now: Circumstances) -> Iterable[FailedRule]:
    failed = failing(tally.of(rule.level, rule.group))
    if failed:
        yield FailedRule(rule.rule.value, subject(rule), 0, len(failed), failed, failed)


def _failed_count(rule: Rule, protocol: Protocol, tally: Tally, now: Circumstances) -> Iterable[FailedRule]:
    failed, most = failing(tally.of(rule.level, rule.group)), _count(rule, now)
    if len(failed) > most:
        yield FailedRule(rule.rule.value, subject(rule), most, len(failed), failed, failed[: len(failed) - most])


def _max_open(rule: Rule, protocol: Protocol, tally: Tally, now: Circumstances) -> Iterable[FailedRule]:
    counted = now.open.values() if rule.level is None else (now.open.get(rule.level, 0),)
    still, most = sum(counted), _count(rule, now)
    if still > most:
        failed = failing(tally.of(rule.level, rule.group))
        yield FailedRule(rule.rule.value, subject(rule), most, still, failed, failed[: still - most])


def _count(rule: Rule, now: Circumstances) -> int:
    reached = [listed for listed in rule.by_year if listed <= now.year]
    if reached:
        return int(rule.by_year[max(reached)])
    assert rule.max is not None
    return rule.max


def _no_fall(rule: Rule, protocol: Protocol, tally: Tally, now: Circumstances) -> Iterable[FailedRule]:
    """Against the last cycle's result as it was kept, so both are in whole basis points."""
    items = tally.counted
    got = weighted(items)
    if now.previous is None or got is None:
        return
    needed = max(0, now.previous - of_percent(rule.allow or 0))
    if (basis_points(got) or 0) >= needed:
        return
    missing = (Fraction(needed, BASIS_POINTS) - got) * total(item.weight for item in items)
    mend = fewest(_gains(items, by_weight=True), missing)
    yield FailedRule(rule.rule.value, "", needed, basis_points(got) or 0, failing(items), mend)


def _plan_kept(rule: Rule, protocol: Protocol, tally: Tally, now: Circumstances) -> Iterable[FailedRule]:
    """Items of the plan are mended outside the checklist, so no point is named."""
    if now.plan is None or not now.plan[1]:
        return
    kept, needed = Fraction(*now.plan), rule.needed(now.year, now.after_corrections)
    if kept < Fraction(needed) / 100:
        yield FailedRule(rule.rule.value, "", of_percent(needed), basis_points(kept) or 0, ())


def _up_to(item: Counted, value: Fraction | None, most: Fraction) -> Gain:
    return item.id, most - (value or NOTHING)


def _expected(item: Counted) -> Fraction:
    """What is expected of a ranked or tasted point."""
    answer = item.point.answer
    if isinstance(answer, RankAnswer):
        return Fraction(answer.pass_)
    return Fraction(answer.min) if isinstance(answer, PanelAnswer) else NOTHING


def _most(item: Counted) -> Fraction:
    answer = item.point.answer
    return Fraction(answer.max) if isinstance(answer, ScaleAnswer | RankAnswer | PanelAnswer) else NOTHING


def _hundredths(value: Fraction) -> int:
    return value.numerator * 100 // value.denominator


def _ids(items: Iterable[Counted]) -> tuple[str, ...]:
    return tuple(item.id for item in items)


_Family = Callable[[Rule, Protocol, Tally, Circumstances], Iterable[FailedRule]]

_FAMILIES: dict[RuleKind, _Family] = {
    RuleKind.LEVEL_PERCENT: _level_percent,
    RuleKind.WEIGHTED_PERCENT: _weighted_percent,
    RuleKind.CHAPTER_MIN: _chapter_min,
    RuleKind.MAX_OPEN: _max_open,
    RuleKind.NORM_POINTS: _norm_points,
    RuleKind.RANK_AVERAGE: _rank_average,
    RuleKind.DEDUCTIONS: _deductions,
    RuleKind.NO_FAILURE: _no_failure,
    RuleKind.FAILED_COUNT: _failed_count,
    RuleKind.PANEL: _panel,
    RuleKind.NO_FALL: _no_fall,
    RuleKind.PLAN_KEPT: _plan_kept,
}
