"""Warnings: what is no fault and still deserves a look before a version is published. Nothing here refuses anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from seal.errors import Reason
from seal.protocols.assembly import Checked
from seal.protocols.checks_rules import needless
from seal.protocols.conditions import Condition
from seal.protocols.model import Module, Protocol
from seal.protocols.placeholders import left
from seal.protocols.rule_limits import never_fails, never_met
from seal.protocols.satisfiable import Patience, possible
from seal.protocols.shapes import ModuleShape, ProtocolShape
from seal.protocols.source import Path, Source
from seal.protocols.terms import Change, Grain
from seal.protocols.words import SPANISH

NOTICE_DAYS = 180
"""What is stricter is announced six months ahead (CERTIFICATION D 1)."""


def of_file(checked: Checked, module: Module, earlier: Mapping[str, Module]) -> Iterator[Reason]:
    """Warnings of one file pair. ``earlier``: the versions before it that are known, by version."""
    shape, source = checked.shape, checked.source
    yield from _edition(shape, source, earlier)
    yield from _unread(shape, source)
    yield from _review(shape, source)
    for language, text in checked.words.items():
        yield from _placeholders(text)
        if language != SPANISH:
            yield from _untranslated(module, language, text)


def of_module(checked: Checked, module: Module | Protocol) -> Iterator[Reason]:
    """Conditions that cannot be true for anybody: what they guard is never reached."""
    rules = {fact.id: fact for fact in module.facts}
    patience = Patience()
    for path, condition in _conditions(checked.shape):
        if not possible(condition, rules, True, patience):
            yield checked.source.fault("protocols.unreachable", path)


def of_protocol(checked: Checked, protocol: Protocol) -> Iterator[Reason]:
    """Warnings that need the modules too: conditions that cannot be true, rules that cannot be met or cannot fail."""
    shape, source = checked.shape, checked.source
    yield from of_module(checked, protocol)
    if not isinstance(shape, ProtocolShape):
        return
    for index, rule in enumerate(shape.scoring.pass_all):
        where: Path = ("scoring", "pass_all", index)
        if never_met(rule, protocol):
            yield source.fault("protocols.rule_never_met", where, rule=rule.rule.value)
        elif never_fails(rule, protocol):
            yield source.fault("protocols.rule_never_fails", where, rule=rule.rule.value)
    for place, grade in enumerate(shape.scoring.grades):
        for index, rule in enumerate(grade.rules):
            if never_met(rule, protocol):
                where = ("scoring", "grades", place, "rules", index)
                yield source.fault("protocols.rule_never_met", where, rule=rule.rule.value)


def _conditions(shape: ModuleShape) -> Iterator[tuple[Path, Condition]]:
    """Every condition with the place where it is written."""
    for index, point in enumerate(shape.points):
        path: Path = ("points", index)
        if point.applies_if is not None:
            yield (*path, "applies_if"), point.applies_if
        for key, thing in (("measure", point.measure), ("answer", point.answer)):
            for place, variant in enumerate(getattr(thing, "variants", ())):
                yield (*path, key, "variants", place, "when"), variant.when
    if not isinstance(shape, ProtocolShape):
        return
    for index, test in enumerate(shape.batch_tests):
        if test.applies_if is not None:
            yield ("batch_tests", index, "applies_if"), test.applies_if
        for place, variant in enumerate(test.variants):
            yield ("batch_tests", index, "variants", place, "when"), variant.when
    for place, term in enumerate(shape.label.variants):
        yield ("label", "variants", place, "when"), term.when
    for place, step in enumerate(shape.capacity.yields if shape.capacity else ()):
        if step.when is not None:
            yield ("capacity", "yields", place, "when"), step.when


def _edition(shape: ModuleShape, source: Source, earlier: Mapping[str, Module]) -> Iterator[Reason]:
    if shape.previous is not None and shape.previous not in earlier:
        yield source.fault("protocols.previous_unknown", ("previous",), id=shape.id, version=shape.previous)
    if shape.change is Change.STRICTER and shape.valid_from and shape.mandatory_from:
        notice = (shape.mandatory_from - shape.valid_from).days
        if notice < NOTICE_DAYS:
            yield source.fault("protocols.notice_short", ("mandatory_from",), days=notice, least=NOTICE_DAYS)
    now = {point.id: index for index, point in enumerate(shape.points)}
    for version, module in earlier.items():
        for gone in module.edition.retired:
            if gone in now:
                path: Path = ("points", now[gone], "id")
                yield source.fault("protocols.retired_earlier", path, id=gone, version=version)
        for point in module.points:
            if point.id not in now and point.id not in shape.retired and point.id not in module.edition.retired:
                yield source.fault("protocols.vanished", ("retired",), id=point.id, version=version)


def _unread(shape: ModuleShape, source: Source) -> Iterator[Reason]:
    for index, point in enumerate(shape.points):
        if point.grain is Grain.PRODUCER and "aggregate" in point.model_fields_set:
            yield source.fault("protocols.says_nothing", ("points", index, "aggregate"), value="aggregate")
        answer = point.answer.type if point.answer is not None else "number"
        if point.measure is not None and answer not in ("number", "lab", "computed"):
            yield source.fault("protocols.says_nothing", ("points", index, "measure"), value="measure")
    if not isinstance(shape, ProtocolShape):
        return
    for index, rule in enumerate(shape.scoring.pass_all):
        for key in needless(rule):
            yield source.fault("protocols.says_nothing", ("scoring", "pass_all", index, key), value=key)
    if any(point.ko for point in shape.points) and not any("ko" in rule.deduct for rule in shape.scoring.pass_all):
        first = next(index for index, point in enumerate(shape.points) if point.ko)
        yield source.fault("protocols.says_nothing", ("points", first, "ko"), value="ko")


def _review(shape: ModuleShape, source: Source) -> Iterator[Reason]:
    """Flags that an expert has yet to clear: one warning for each, with its points."""
    flagged: dict[str, list[int]] = {}
    for index, point in enumerate(shape.points):
        for flag in point.review:
            flagged.setdefault(flag.value, []).append(index)
    for name, places in flagged.items():
        ids = [shape.points[place].id for place in places]
        listed = ", ".join(ids[:6]) + (", …" if len(ids) > 6 else "")
        yield source.fault(
            "protocols.review_open", ("points", places[0], "review"), flag=name, count=len(ids), points=listed
        )


def _placeholders(text: Source) -> Iterator[Reason]:
    """Sentences that the draft came with: one warning for each point."""
    for point, kind in dict(reversed(list(left(text.data)))).items():
        path: Path = ("points", point, kind)
        yield text.fault("protocols.placeholder", path, words=str(text.data["points"][point][kind])[:40])


def _untranslated(module: Module, language: str, text: Source) -> Iterator[Reason]:
    """One warning for each id, with the words that it lacks."""
    lacking: dict[tuple[str, ...], list[str]] = {}
    for path in sorted(module.texts[language].untranslated):
        whole = path[:2] if path[0] == "points" else path[:1]
        lacking.setdefault(whole, []).append(path[-1])
    for whole, names in lacking.items():
        yield text.fault("protocols.words_untranslated", whole, words=", ".join(names), language=language)
