"""The examples that ship with a protocol are its tests: a producer's facts and answers, and what must come out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from seal.errors import BadInput, Reason
from seal.protocols import loader
from seal.protocols.checklist import Checklist, build
from seal.protocols.example_shapes import ExampleShape
from seal.protocols.measures import outcome_of_measure
from seal.protocols.model import Outcome, Part, Protocol
from seal.protocols.reading import misspelt, read
from seal.protocols.scoring import Score, score
from seal.protocols.source import Source


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
        found.extend(_differences(protocol, example, source))
    return tuple(found)


def run(protocol: Protocol, example: ExampleShape) -> tuple[Checklist, Score]:
    """The checklist and the score of an example. Every point is compliant unless the example says otherwise."""
    checklist = build(protocol, example.facts, year=example.year, products=example.products, sites=example.sites)
    answers = {point.id: Outcome.COMPLIANT for point in checklist.points}
    for outcome, points in example.answers.items():
        answers |= dict.fromkeys(points, outcome)
    for point_id, typed in example.measures.items():
        measure = protocol.point(point_id).measure
        if measure is not None:
            answers[point_id] = outcome_of_measure(measure, typed.value, typed.unit)
    scored = score(
        protocol,
        checklist,
        answers,
        year=example.year,
        open_majors=example.open_majors,
        after_corrections=example.after_corrections,
    )
    return checklist, scored


def _differences(protocol: Protocol, example: ExampleShape, source: Source) -> Iterator[Reason]:
    known = {point.id for point in protocol.points}
    facts = {fact.id for fact in protocol.facts}
    unknown = [
        misspelt(source, "protocols.unknown_point", ("answers", outcome.value, place), point_id, known)
        for outcome, points in example.answers.items()
        for place, point_id in enumerate(points)
        if point_id not in known
    ]
    unknown += [
        misspelt(source, "protocols.unknown_point", ("measures", point_id), point_id, known)
        for point_id in example.measures
        if point_id not in known or protocol.point(point_id).measure is None
    ]
    unknown += [
        misspelt(source, "protocols.unknown_fact", ("facts", fact), fact, facts)
        for fact in example.facts
        if fact not in facts
    ]
    unknown += [
        source.fault(
            "protocols.fact_value", ("facts", fact.id), value=str(example.facts[fact.id])[:60], type=fact.type.value
        )
        for fact in protocol.facts
        if example.facts.get(fact.id) is not None and not fact.takes(example.facts[fact.id])
    ]
    yield from unknown
    if unknown:
        return
    try:
        checklist, scored = run(protocol, example)
    except BadInput as error:
        for reason in error.reasons:
            yield Reason(reason.code, {"file": source.name, "line": source.line(("measures",)), **reason.params})
        return
    got: dict[str, Any] = {
        "points": len(checklist.points),
        "desk": len(checklist.of(Part.DESK)),
        "visit": len(checklist.of(Part.VISIT)),
        "left_out": checklist.left_out,
        "passed": scored.passed,
        "weighted": scored.weighted,
        "grade": scored.grade,
        "failed_rules": tuple((rule.rule, rule.subject, rule.points) for rule in scored.failed_rules),
    }
    for key, written in example.expect:
        if key not in example.expect.model_fields_set:
            continue
        wanted = tuple((rule.rule, rule.subject, rule.points) for rule in written) if key == "failed_rules" else written
        if wanted != got[key]:
            yield source.fault("protocols.example_differs", ("expect", key), wanted=str(wanted), got=str(got[key]))
