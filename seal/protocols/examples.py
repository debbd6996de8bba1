"""The examples that ship with a protocol are its tests: a producer's facts and answers, and what must come out.

What comes out is everything that an audit makes of the same answers: checklist, outcomes, score, failed rules with
what would mend them, findings by level, grade and right to seal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seal.errors import BadInput, Reason
from seal.protocols import loader, response_forms
from seal.protocols.checklist import Checklist, build
from seal.protocols.example_shapes import ExampleShape, ExpectShape
from seal.protocols.measure import effective
from seal.protocols.measures import outcome_of_measure
from seal.protocols.model import Level, Outcome, Part, Protocol
from seal.protocols.nonconformities import findings
from seal.protocols.reading import misspelt, read
from seal.protocols.responses import Judged
from seal.protocols.scoring import Score, score
from seal.protocols.source import Path as Place
from seal.protocols.source import Source

MOST_VISIT = 40
"""More points than a person can look at in half a day (CERTIFICATION B)."""


@dataclass(frozen=True)
class Run:
    """What an example comes to."""

    checklist: Checklist
    score: Score
    outcomes: Mapping[str, Outcome]
    findings: Mapping[Level, tuple[str, ...]]


def paths(folder: Path, protocol: Protocol) -> tuple[Path, ...]:
    """The example files of a protocol in the library ``folder``."""
    return tuple(sorted((folder / protocol.id / protocol.version / "examples").glob("*.yaml")))


def faults(folder: Path, protocol: Protocol) -> tuple[Reason, ...]:
    """Everything in which the examples and the protocol differ; empty if all of them come out as written."""
    found: list[Reason] = []
    for path in paths(folder, protocol):
        try:
            source = loader.read(folder, path)
            example = read(ExampleShape, source)
        except BadInput as error:
            found.extend(error.reasons)
            continue
        found.extend(differences(protocol, example, source))
    return tuple(found)


def warnings(folder: Path, protocol: Protocol) -> tuple[Reason, ...]:
    """Examples of producers about whom all is known and whose visit would be too long; for one without faults."""
    found: list[Reason] = []
    for path in paths(folder, protocol):
        source = loader.read(folder, path)
        example = read(ExampleShape, source)
        if all(example.facts.get(fact.id) is not None for fact in protocol.asked()):
            checklist, _ = run(protocol, example)
            visit = len(checklist.of(Part.VISIT))
            if visit > MOST_VISIT:
                found.append(source.fault("protocols.visit_crowded", (), count=visit, most=MOST_VISIT))
    return tuple(found)


def run(protocol: Protocol, example: ExampleShape) -> tuple[Checklist, Score]:
    """The checklist and the score of an example. Every point is compliant unless the example says otherwise."""
    found = play(protocol, example)
    return found.checklist, found.score


def play(protocol: Protocol, example: ExampleShape) -> Run:
    """Everything that an example comes to. ``BadInput`` with every answer that cannot be read, each by its point."""
    checklist = build(protocol, example.facts, year=example.year, products=example.products, sites=example.sites)
    answers: dict[str, Outcome | Judged] = {point.id: Outcome.COMPLIANT for point in checklist.points}
    for outcome, points in example.answers.items():
        answers |= dict.fromkeys(points, outcome)
    wrong: list[Reason] = []
    for point_id in (*example.measures, *example.responses):
        try:
            answers[point_id] = _judged(protocol, example, checklist, point_id)
        except BadInput as error:
            wrong += [Reason(reason.code, {**reason.params, "point": point_id}) for reason in error.reasons]
    if wrong:
        raise BadInput.because(wrong)
    outcomes = {point: answer.outcome if isinstance(answer, Judged) else answer for point, answer in answers.items()}
    scored = score(
        protocol,
        checklist,
        answers,
        year=example.year,
        open_majors=example.open_majors,
        after_corrections=example.after_corrections,
        open_minors=example.open_minors,
        open_by_level=example.open_by_level,
        previous=example.previous,
        plan=example.plan,
    )
    return Run(checklist, scored, outcomes, findings(protocol, checklist, outcomes, example.repeated))


def _judged(protocol: Protocol, example: ExampleShape, checklist: Checklist, point_id: str) -> Outcome | Judged:
    point, situation = protocol.point(point_id), checklist.situation
    written = example.responses.get(point_id)
    if written is not None:
        credit = protocol.rules.scoring.credit
        return response_forms.judge(point, situation, written, on=example.on, credit=credit)
    assert point.measure is not None
    typed = example.measures[point_id]
    return outcome_of_measure(effective(point.measure, situation), typed.value, typed.unit)


def differences(protocol: Protocol, example: ExampleShape, source: Source) -> Iterator[Reason]:
    """Where ``example`` names what the protocol has not, or expects what does not come out."""
    unknown = list(_unknown(protocol, example, source))
    yield from unknown
    if unknown:
        return
    try:
        found = play(protocol, example)
    except BadInput as error:
        for reason in error.reasons:
            point = str(reason.params["point"])
            place: Place = ("responses" if point in example.responses else "measures", point)
            yield Reason(reason.code, {"file": source.name, "line": source.line(place), **reason.params})
        return
    got = _got(found)
    for key in ExpectShape.model_fields:
        if key not in example.expect.model_fields_set:
            continue
        for inside, wanted, came in _compared(key, getattr(example.expect, key), got[key]):
            if wanted != came:
                where = ("expect", key, *inside)
                yield source.fault("protocols.example_differs", where, wanted=_words(wanted), got=_words(came))


def _unknown(protocol: Protocol, example: ExampleShape, source: Source) -> Iterator[Reason]:
    known = {point.id for point in protocol.points}
    facts = {fact.id for fact in protocol.facts}
    named: list[tuple[Place, str]] = [
        (("answers", outcome.value, place), point_id)
        for outcome, points in example.answers.items()
        for place, point_id in enumerate(points)
    ]
    named += [(("responses", point_id), point_id) for point_id in example.responses]
    named += [(("repeated", place), point_id) for place, point_id in enumerate(example.repeated)]
    for path, point_id in named:
        if point_id not in known:
            yield misspelt(source, "protocols.unknown_point", path, point_id, known)
    for point_id in example.measures:
        if point_id not in known or protocol.point(point_id).measure is None:
            yield misspelt(source, "protocols.unknown_point", ("measures", point_id), point_id, known)
    for fact in example.facts:
        if fact not in facts:
            yield misspelt(source, "protocols.unknown_fact", ("facts", fact), fact, facts)
    for rule in protocol.facts:
        value = example.facts.get(rule.id)
        if value is not None and not rule.takes(value):
            told = {"value": str(value)[:60], "type": rule.type.value}
            yield source.fault("protocols.fact_value", ("facts", rule.id), **told)


def _got(found: Run) -> dict[str, Any]:
    checklist, scored = found.checklist, found.score
    return {
        "points": len(checklist.points),
        "desk": len(checklist.of(Part.DESK)),
        "visit": len(checklist.of(Part.VISIT)),
        "left_out": checklist.left_out,
        "passed": scored.passed,
        "seal": scored.seal,
        "weighted": scored.weighted,
        "grade": scored.grade,
        "levels": {level.level: level.percent for level in scored.levels},
        "chapters": {chapter.chapter: chapter.percent for chapter in scored.chapters},
        "outcomes": found.outcomes,
        "deferred": scored.deferred,
        "not_audited": scored.not_audited,
        "failed_rules": scored.failed_rules,
        "findings": dict(found.findings),
    }


def _compared(key: str, wanted: Any, came: Any) -> Iterator[tuple[Place, Any, Any]]:
    """What is expected beside what came out, in the same form. Of a map only what the example names is compared,
    except for findings, where one that nobody expected is a difference."""
    if key == "failed_rules":
        told = [(rule.rule, rule.subject, rule.points) for rule in wanted]
        yield (), told, [(rule.rule, rule.subject, rule.points) for rule in came]
        for place, (rule, real) in enumerate(zip(wanted, came, strict=False)):
            if rule.mend is not None and (rule.rule, rule.subject) == (real.rule, real.subject):
                yield (place, "mend"), rule.mend, real.mend
    elif key == "findings" and wanted is not None:
        yield (), {level: points for level, points in wanted.items() if points}, came
    elif isinstance(wanted, Mapping):
        for name, value in wanted.items():
            yield (name,), value, came.get(name)
    elif wanted is not None or key in ("grade", "weighted"):
        yield (), wanted, came


def _words(value: Any) -> str:
    """A value as it is written in an example."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_words(inside)}" for key, inside in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_words(one) for one in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)
