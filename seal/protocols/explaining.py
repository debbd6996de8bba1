"""A protocol in plain words: when a point applies, what a rule asks, what a limit is for whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from seal.protocols.answer_types import Plan, PlanAnswer
from seal.protocols.conclusion import Grade, Rule
from seal.protocols.conditions import Compare, Comparison, Condition
from seal.protocols.document import number
from seal.protocols.measure import Variant
from seal.protocols.model import ControlPoint, Measure, Protocol, Texts
from seal.protocols.wording import limits, target
from seal.web.i18n import Translator


def condition(given: Condition, text: Texts, t: Translator) -> str:
    """``¿Mueve colmenas entre sitios? sí``: the question as it is asked, and the answer that brings the point in."""
    if given.negated is not None:
        return t("protocols.if.not", part=condition(given.negated, text, t))
    if given.all_of:
        return _joined(given.all_of, "protocols.if.and", text, t)
    if given.any_of:
        return _joined(given.any_of, "protocols.if.or", text, t)
    if given.products:
        return t("protocols.if.product", words=", ".join(given.products))
    if given.sites:
        return t("protocols.if.site", words=", ".join(given.sites))
    if given.year:
        return t("protocols.if.year", how=_compared(given.compare, {}, t))
    assert given.fact is not None
    question = text.facts.get(given.fact, given.fact)
    if given.compare is None:
        return t("protocols.if.fact", question=question, answer=t("protocols.if.yes"))
    answer = _compared(given.compare, text.choices.get(given.fact, {}), t)
    return t("protocols.if.fact", question=question, answer=answer)


def _joined(parts: Iterable[Condition], key: str, text: Texts, t: Translator) -> str:
    return f" {t(key)} ".join(condition(part, text, t) for part in parts)


def _compared(compare: Comparison | None, choices: object, t: Translator) -> str:
    assert compare is not None
    named = choices if isinstance(choices, dict) else dict(choices)  # type: ignore[call-overload]
    against = compare.against
    if isinstance(against, bool):
        return t("protocols.if.yes" if against else "protocols.if.no")
    if isinstance(against, tuple):
        return t("protocols.if.in", words=", ".join(str(named.get(word, word)) for word in against))
    if isinstance(against, str):
        return str(named.get(against, against))
    if compare.how is Compare.IS:
        return t.number(number(against))
    return t(f"protocols.if.{compare.how.value}", value=t.number(number(against)))


def variants(thing: Measure | Plan, text: Texts, t: Translator) -> Iterator[str]:
    """Each limit that holds for some only: ``≥ 60 días si ¿Elabora queso con leche cruda? sí``."""
    for variant in thing.variants:
        yield t("protocols.variant", limit=_variant(thing, variant, t), when=condition(variant.when, text, t))


def _variant(thing: Measure | Plan, variant: Variant, t: Translator) -> str:
    if isinstance(thing, Measure):
        return limits(Measure(thing.quantity, thing.unit, variant.min, variant.max), t)
    said = {name: getattr(variant, name) for name in ("n", "c", "m", "M") if getattr(variant, name) is not None}
    return limits(replace(thing, **said), t)


def rule(given: Rule, t: Translator) -> str:
    """What one rule of the conclusion asks, in a sentence."""
    level = t(f"protocols.levels.{given.level.value}") if given.level else t("protocols.levels.all")
    if given.group:
        level = t("protocols.rule.group", group=given.group)
    least = "" if given.min is None else t.number(number(given.min))
    most = "" if given.max is None else t.number(given.max)
    floor = "" if given.floor is None else t.number(number(given.floor))
    told = t(f"protocols.rule.{given.rule.value}", subject=level, min=least, max=most, floor=floor)
    if given.by_year:
        years = ", ".join(
            t("protocols.rule.year", year=year, min=t.number(number(value)))
            for year, value in sorted(given.by_year.items())
        )
        told = f"{told} {t('protocols.rule.by_year', years=years)}"
    if given.after_corrective_actions is not None:
        after = t.number(number(given.after_corrective_actions))
        told = f"{told} {t('protocols.rule.after', min=after)}"
    if given.year_from is not None:
        told = f"{told} {t('protocols.rule.from', year=given.year_from)}"
    return told


def grade(given: Grade, text: Texts, t: Translator) -> str:
    """``Plata: desde 90 %``; an entry grade says that it gives no right to seal."""
    told = t("protocols.grade_from", name=grade_name(given.id, text, t), min=t.number(number(given.min)))
    return told if given.seal else f"{told} {t('protocols.grade_without_seal')}"


def grade_name(grade_id: str, text: Texts, t: Translator) -> str:
    """The protocol's own name for a grade, the usual one, or its id."""
    key = f"protocols.grade.{grade_id}"
    return text.grades.get(grade_id) or (t(key) if t.has(key) else grade_id)


@dataclass(frozen=True)
class Conclusion:
    """How an audit is concluded, in sentences."""

    rules: tuple[str, ...]
    grades: tuple[str, ...]


def conclusion(protocol: Protocol, t: Translator) -> Conclusion:
    """All the rules, which hold together, and the grades from low to high."""
    text, scoring = protocol.text(t.lang), protocol.rules.scoring
    return Conclusion(
        tuple(rule(each, t) for each in scoring.pass_all), tuple(grade(each, text, t) for each in scoring.grades)
    )


def _limit_lines(point: ControlPoint, text: Texts, t: Translator) -> Iterator[str]:
    thing = point.answer if isinstance(point.answer, PlanAnswer) else point.measure
    if thing is None:
        return
    if limit := limits(thing, t):
        yield t("protocols.explain.limit", limit=limit)
    if isinstance(thing, Measure) and (best := target(thing, t)):
        yield t("protocols.explain.target", limit=best)
    for one in variants(thing, text, t):
        yield t("protocols.explain.limit", limit=one)


def point_lines(protocol: Protocol, point: ControlPoint, t: Translator) -> Iterator[str]:
    """Everything about one point, a line each: what it asks, of whom, why, and what is still to be reviewed."""
    text = protocol.text(t.lang)
    words = text.points[point.id]
    yield f"{point.id} · {t(f'protocols.level.{point.level.value}')} · {text.chapters[point.chapter]}"
    yield words.requirement
    for key in ("guidance", "look_for", "fix", "public", "method"):
        if told := getattr(words, key):
            yield t(f"protocols.explain.{key}", words=told)
    yield from _limit_lines(point, text, t)
    applies = t("protocols.explain.always") if point.applies_if is None else condition(point.applies_if, text, t)
    yield t("protocols.explain.applies", when=applies)
    for year, level in sorted(point.level_by_year.items()):
        yield t("protocols.explain.level_from", year=year, level=t(f"protocols.level.{level.value}"))
    for first in (True, False):
        days = protocol.days_to_correct(point, first_audit=first)
        if days is not None:
            yield t(f"protocols.explain.days.{'first' if first else 'later'}", days=days)
    yield t("protocols.explain.source", source="; ".join(point.source))
    yield t("protocols.explain.sdg", goals=", ".join(str(goal) for goal in point.sdg) or "—")
    for flag in point.review:
        yield t("protocols.explain.review", flag=t(f"protocols.review.{flag.value}"))
