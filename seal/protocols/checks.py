"""What a well-formed file may still get wrong: ids, conditions, units, limits and rules that do not fit together.

Every check yields faults with file, line, place and remedy; nothing here raises for a wrong protocol.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from seal.errors import Reason
from seal.protocols.checks_answers import check_answer
from seal.protocols.checks_batches import check_batches
from seal.protocols.checks_common import band, crossed, repeated, unread
from seal.protocols.checks_conditions import Names, check_condition, names
from seal.protocols.checks_measure import check_measure
from seal.protocols.checks_rules import check_scoring
from seal.protocols.checks_terms import check_terms
from seal.protocols.drafts import RESERVED
from seal.protocols.model import Evidence, Module
from seal.protocols.reading import misspelt
from seal.protocols.shapes import FactShape, ModuleShape, PointShape, ProtocolShape
from seal.protocols.source import Path, Source
from seal.protocols.terms import FactType, Level, NotApplicable

EVIDENCE_KINDS = frozenset(
    {"audio", "batch_test", "count", "data", "doc", "exercise", "geo", "gps_private", "interview", "invoice", "lab"}
    | {"list", "measure", "observation", "panel", "photo", "plan", "record", "sample", "signature", "system", "table"}
    | {"text", "video", "witness"}
)
_EVIDENCE = re.compile(r"([a-z_]+)(?::([a-z_]+))?(!expires)?")


def evidence(text: str) -> Evidence:
    """``doc:sag_register!expires``; ``ValueError`` for any other form."""
    found = _EVIDENCE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return Evidence(found[1], found[2] or "", found[3] is not None)


def check_protocol(shape: ModuleShape, source: Source, included: Mapping[str, Module]) -> Iterator[Reason]:
    """Every fault of a structure file that has the right shape."""
    yield from _check_includes(shape, source, included)
    if shape.id in RESERVED:  # where Seal has a page
        yield source.fault("protocols.id_taken", ("id",), id=shape.id, by=f"/protocols/{shape.id}")
    yield from _check_edition(shape, source)
    yield from _check_ids(shape, source, included)
    known = names(shape, included)
    for fact, rule in shape.facts.items():
        yield from _check_fact(rule, source, ("facts", fact))
    for index, point in enumerate(shape.points):
        yield from _check_point(shape, point, source, ("points", index), known)
    if isinstance(shape, ProtocolShape):
        yield from check_terms(shape, source)
        yield from check_scoring(shape, included, source)
        yield from check_batches(shape, known, source)


def _check_includes(shape: ModuleShape, source: Source, included: Mapping[str, Module]) -> Iterator[Reason]:
    if shape.kind == "module" and shape.includes:
        yield source.fault("protocols.module_includes", ("includes",))
    yield from repeated([include.id for include in shape.includes], source, ("includes",))
    for index, include in enumerate(shape.includes):
        found = included.get(include.id)
        if found is not None and include.sha256 not in (None, found.digest):
            path = ("includes", index, "sha256")
            yield source.fault(
                "protocols.include_changed", path, id=include.id, version=include.version, digest=found.digest
            )


def _check_edition(shape: ModuleShape, source: Source) -> Iterator[Reason]:
    if (shape.change is None) != (shape.previous is None):
        said = "change" if shape.previous is None else "previous"
        yield source.fault("protocols.change_previous", (said,))
    if shape.previous is not None and _ordered(shape.previous) >= _ordered(shape.version):
        yield source.fault("protocols.previous_newer", ("previous",), value=shape.previous, version=shape.version)
    yield from crossed(shape, "valid_from", "mandatory_from", source, ())
    yield from repeated(shape.retired, source, ("retired",))


def _ordered(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _check_fact(rule: FactShape, source: Source, path: Path) -> Iterator[Reason]:
    if rule.type in (FactType.CHOICE, FactType.MULTI):
        if len(rule.choices) < 2:
            yield source.fault("protocols.choices_few", path)
        yield from repeated(rule.choices, source, (*path, "choices"))
    else:
        yield from unread(["choices"] if rule.choices else [], source, path)
    if rule.type is FactType.NUMBER:
        yield from band(rule.plausible, source, (*path, "plausible"))
    else:
        yield from unread([key for key in ("unit", "plausible") if getattr(rule, key)], source, path)


def _check_ids(shape: ModuleShape, source: Source, included: Mapping[str, Module]) -> Iterator[Reason]:
    seen = {point.id: each.id for each in included.values() for point in each.points}
    gone = {shape.id: set(shape.retired), **{each.id: set(each.edition.retired) for each in included.values()}}
    for index, point in enumerate(shape.points):
        if point.id in seen:
            yield source.fault("protocols.id_taken", ("points", index, "id"), id=point.id, by=seen[point.id])
        seen.setdefault(point.id, shape.id)
        retired = next((name for name, ids in gone.items() if point.id in ids), None)
        if retired is not None:
            yield source.fault("protocols.retired_used", ("points", index, "id"), id=point.id, by=retired)
    chapters: set[str] = set()
    for index, chapter in enumerate(shape.chapters):
        if chapter.id in chapters:
            yield source.fault("protocols.id_taken", ("chapters", index, "id"), id=chapter.id, by=shape.id)
        chapters.add(chapter.id)
    for each in included.values():
        for fact in each.facts:
            own = shape.facts.get(fact.id)
            if own is not None and (own.type, own.choices) != (fact.type, fact.choices):
                yield source.fault("protocols.fact_differs", ("facts", fact.id), fact=fact.id, module=each.id)


def _check_point(shape: ModuleShape, point: PointShape, source: Source, path: Path, known: Names) -> Iterator[Reason]:
    chapters = [chapter.id for chapter in shape.chapters]
    if point.chapter not in chapters:
        yield misspelt(source, "protocols.unknown_chapter", (*path, "chapter"), point.chapter, chapters)
    if point.applies_if is not None:
        yield from check_condition(point.applies_if, known, source, (*path, "applies_if"))
    if (point.applies_if is not None) != (point.na is NotApplicable.DERIVED):
        yield source.fault("protocols.na_derived", (*path, "na"))
    if Level.CRITICAL in (point.level, *point.level_by_year.values()) and point.na is NotApplicable.JUSTIFY:
        yield source.fault("protocols.na_critical", (*path, "na"))
    for index, text in enumerate(point.evidence):
        found = _EVIDENCE.fullmatch(text)
        if found is None or found[1] not in EVIDENCE_KINDS:
            where = (*path, "evidence", index)
            yield misspelt(source, "protocols.unknown_evidence", where, found[1] if found else text, EVIDENCE_KINDS)
    if point.measure is not None:
        yield from check_measure(point.measure, known, source, (*path, "measure"))
    yield from check_answer(point, known, source, path)
