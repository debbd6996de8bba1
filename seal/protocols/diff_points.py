"""How one control point differs from its older self, key by key. Values are those of the digest's document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

Point = Mapping[str, Any]
MOST = 80
"""How much of a value is quoted."""

LEVELS = ("recommendation", "minor", "major", "critical")
NA = ("justify", "derived", "never")
"""From the freest to the strictest."""
DEFAULTS: Mapping[str, Any] = {
    "ko": False, "grain": "producer", "aggregate": "worst", "answer": None, "sampling": None, "review": [],
    "applies_if": None, "measure": None, "weight": None, "group": None, "level_by_year": None,
    "evidence_minimum": None,
}  # fmt: skip
"""What a key that is left out means: writing the default down is no change."""


@dataclass(frozen=True)
class Touch:
    """One key that differs: :class:`seal.protocols.diff.Change` without its types."""

    kind: str
    effect: str
    key: str = ""
    before: str = ""
    after: str = ""
    sure: bool = True
    subject: str = ""


def shown(value: Any) -> str:
    """A value of a document as somebody would write it, short."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        text = ", ".join(f"{key}: {shown(inside)}" for key, inside in value.items())
        text = f"{{{text}}}"
    elif isinstance(value, list | tuple):
        text = ", ".join(shown(each) for each in value)
    else:
        text = str(value)
    return text if len(text) <= MOST else text[: MOST - 1] + "…"


def changes(before: Point | None, after: Point | None) -> tuple[Touch, ...] | Literal["whole"]:
    """The keys that differ; ``whole``: the point is new or retired."""
    if before is None or after is None:
        return "whole"
    found: list[Touch] = []
    for key in dict.fromkeys([*after, *before]):
        old, new = before.get(key, DEFAULTS.get(key)), after.get(key, DEFAULTS.get(key))
        if old != new and key != "id":
            found += _READERS.get(key, _unsure("answer"))(key, old, new)
    return tuple(found)


def words(before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]]) -> tuple[Touch, ...]:
    """The requirement's own sentence clarifies; everything else, and a new language, is editorial."""
    found = []
    for language in dict.fromkeys([*after, *before]):
        old, new = before.get(language), after.get(language)
        if old is None or new is None:
            found.append(Touch("words", "editorial", language))
            continue
        for key in dict.fromkeys([*new, *old]):
            if old.get(key) != new.get(key):
                effect = "clarifying" if key == "requirement" else "editorial"
                found.append(Touch("words", effect, f"{language}.{key}", shown(old.get(key)), shown(new.get(key))))
    return tuple(found)


Reader = Callable[[str, Any, Any], list[Touch]]


def _plain(kind: str, effect: str) -> Reader:
    return lambda key, old, new: [Touch(kind, effect, key, shown(old), shown(new))]


def _unsure(kind: str) -> Reader:
    """Nobody can tell by comparing the two: the safe side."""
    return lambda key, old, new: [Touch(kind, "stricter", key, shown(old), shown(new), sure=False)]


def _ranked(kind: str, order: tuple[str, ...]) -> Reader:
    def read(key: str, old: Any, new: Any) -> list[Touch]:
        if old not in order or new not in order:
            return _unsure(kind)(key, old, new)
        effect = "stricter" if order.index(new) > order.index(old) else "looser"
        return [Touch(kind, effect, key, shown(old), shown(new))]

    return read


def bound(kind: str, key: str, old: Any, new: Any, *, low: bool) -> list[Touch]:
    """A limit: ``low`` for a least value. A limit that appears is stricter, one that goes is looser."""
    if old == new:
        return []
    if old is None or new is None:
        effect = "stricter" if old is None else "looser"
    else:
        effect = "stricter" if (Decimal(str(new)) > Decimal(str(old))) is low else "looser"
    return [Touch(kind, effect, key, shown(old), shown(new))]


def members(kind: str, key: str, old: Any, new: Any, *, more: str, fewer: str) -> list[Touch]:
    """A list in which only what is in it counts: one change for what came, one for what went."""
    before, after = list(old or ()), list(new or ())
    came = [each for each in after if each not in before]
    went = [each for each in before if each not in after]
    found = []
    if came:
        found.append(Touch(kind, more, key, "", shown(came)))
    if went:
        found.append(Touch(kind, fewer, key, shown(went), ""))
    return found


def _deadline(key: str, old: Any, new: Any) -> list[Touch]:
    """``null`` is no deadline."""
    return bound("deadline", key, old, new, low=False)


def _condition(key: str, old: Any, new: Any) -> list[Touch]:
    if old is None or new is None:
        effect = "looser" if old is None else "stricter"
        return [Touch("condition", effect, key, shown(old), shown(new))]
    return _unsure("condition")(key, old, new)


def _na(key: str, old: Any, new: Any) -> list[Touch]:
    """``derived`` goes with a condition, whose own change says whom it reaches."""
    if "derived" in (old, new):
        return [Touch("na", "clarifying", key, shown(old), shown(new))]
    return _ranked("na", NA)(key, old, new)


def _flag(key: str, old: Any, new: Any) -> list[Touch]:
    return [Touch("weight", "stricter" if new else "looser", key, shown(old), shown(new))]


def _by_year(key: str, old: Any, new: Any) -> list[Touch]:
    """Year by year the level in force, as far as both say one."""
    years = {int(year) for year in (*(old or {}), *(new or {}))}
    raised = lowered = False
    for year in years:
        levels = [_in_year(curve, year) for curve in (old, new)]
        if None in levels:
            return _unsure("level")(key, old, new)
        order = [LEVELS.index(str(level)) for level in levels]
        raised, lowered = raised or order[1] > order[0], lowered or order[1] < order[0]
    effect = "stricter" if raised else "looser" if lowered else "clarifying"
    return [Touch("level", effect, key, shown(old), shown(new))]


def _in_year(curve: Mapping[str, Any] | None, year: int) -> Any:
    reached = [int(start) for start in curve or {} if int(start) <= year]
    return None if not reached or curve is None else curve[str(max(reached))]


def _counts(key: str, old: Any, new: Any) -> list[Touch]:
    found = []
    for outcome in dict.fromkeys([*(new or {}), *(old or {})]):
        before, after = (old or {}).get(outcome, "0"), (new or {}).get(outcome, "0")
        found += bound("evidence", f"{key}.{outcome}", before, after, low=True)
    return found


def _measure(key: str, old: Any, new: Any) -> list[Touch]:
    if old is None or new is None:
        effect = "stricter" if old is None else "looser"
        return [Touch("bound", effect, key, shown(old), shown(new))]
    found: list[Touch] = []
    same_unit = old.get("unit") == new.get("unit")
    for name in dict.fromkeys([*new, *old]):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if name in ("min", "max") and same_unit:
            found += bound("bound", name, before, after, low=name == "min")
        elif name in ("target_min", "target_max"):
            found.append(Touch("target", "clarifying", name, shown(before), shown(after)))
        elif name in ("plausible", "precision"):
            found.append(Touch("note", "editorial", name, shown(before), shown(after)))
        elif name == "decision":
            found += _ranked("bound", ("simple", "guard_band"))(name, before or "simple", after or "simple")
        elif name == "variants":
            found += _variants(before or [], after or [])
        else:  # another unit, quantity or way of measuring
            found += _unsure("bound")(name, before, after)
    return found


def _variants(old: list[Any], new: list[Any]) -> list[Touch]:
    """Bounds all apply and the strictest counts, so one more is stricter; one that replaces others is not settled."""
    found = []
    for each in [each for each in new if each not in old]:
        sure = not each.get("replaces")
        found.append(Touch("bound", "stricter", "variants", "", shown(each), sure=sure))
    for each in [each for each in old if each not in new]:
        loose = not each.get("replaces")
        found.append(Touch("bound", "looser" if loose else "stricter", "variants", shown(each), "", sure=loose))
    return found


def _evidence(key: str, old: Any, new: Any) -> list[Touch]:
    return members("evidence", key, old, new, more="stricter", fewer="looser")


def _ways(key: str, old: Any, new: Any) -> list[Touch]:
    return members("evidence", key, old, new, more="clarifying", fewer="clarifying")


_READERS: Mapping[str, Reader] = {
    "level": _ranked("level", LEVELS),
    "level_by_year": _by_year,
    "measure": _measure,
    "applies_if": _condition,
    "evidence": _evidence,
    "evidence_minimum": _counts,
    "verify": _ways,
    "na": _na,
    "fix_days": _deadline,
    "ko": _flag,
    "weight": _unsure("weight"),
    "group": _plain("weight", "clarifying"),
    "chapter": _plain("place", "clarifying"),
    "source": _plain("note", "editorial"),
    "sdg": _plain("note", "editorial"),
    "review": _plain("note", "editorial"),
}
