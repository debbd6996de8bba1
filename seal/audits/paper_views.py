"""The checklist and the report of an audit as values for printing, from its work. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from seal.associations.model import Association
from seal.audits.access import Work
from seal.audits.answers import Answer
from seal.audits.model import AuditAction
from seal.clock import local_day
from seal.members.model import Dossier
from seal.printing.audit_papers import (
    AnsweredChapter,
    AuditHead,
    AuditReport,
    Checklist,
    PaperAnswer,
    PaperChapter,
    PaperFact,
    PaperFinding,
    PaperPoint,
)
from seal.printing.stationery import Branding
from seal.protocols import checklist as checklists
from seal.protocols.facts import Facts
from seal.protocols.model import ControlPoint, Measure, Protocol


def checklist(
    work: Work, association: Association, dossier: Dossier, names: Mapping[UUID, str], language: str
) -> Checklist:
    """The checklist to carry: the frozen one, or before the start what the facts of now would give."""
    frozen = work.checklist or checklists.build(work.protocol, dossier.fact_values(), year=work.audit.programme_year)
    by_id = {point.id: point for point in work.protocol.points}
    points = [by_id[place.id] for place in frozen.points]
    return Checklist(
        head=_head(work, association, dossier, names),
        facts=_facts(work.protocol, dict(frozen.facts), language),
        chapters=tuple(
            PaperChapter(
                *_titles(work.protocol, chapter), tuple(_point(work.protocol, one, language) for one in inside)
            )
            for chapter, inside in groupby(points, key=lambda point: point.chapter)
        ),
    )


def report(
    work: Work,
    association: Association,
    dossier: Dossier,
    names: Mapping[UUID, str],
    language: str,
    conclusion_digest: str = "",
) -> AuditReport:
    """The report of an audit that has begun: facts, answers and findings, no decision (ISO 19011 6.5)."""
    assert work.checklist is not None
    counted = work.counted()
    chapters = []
    for chapter, inside in groupby(work.points(), key=lambda point: point.chapter):
        given = tuple(_answer(work, point, counted[point.id], language) for point in inside if point.id in counted)
        chapters.append(AnsweredChapter(*_titles(work.protocol, chapter), given))
    return AuditReport(
        head=_head(work, association, dossier, names),
        started_on=_day(work.audit.moment_of(AuditAction.START), association),
        submitted_on=_day(work.audit.moment_of(AuditAction.SUBMIT), association),
        concluded_on=_day(work.audit.moment_of(AuditAction.CONCLUDE), association),
        facts=_facts(work.protocol, dict(work.checklist.facts), language),
        chapters=tuple(chapters),
        findings=_findings(work, association, counted),
        conclusion_digest=conclusion_digest,
    )


def _head(work: Work, association: Association, dossier: Dossier, names: Mapping[UUID, str]) -> AuditHead:
    audit = work.audit
    return AuditHead(
        branding=Branding(
            association.name, association.base, association.region, association.colour, association.demonstration
        ),
        producer=dossier.producer.trade_name,
        commune=dossier.producer.commune,
        kind=audit.kind.value,
        protocol_es=work.protocol.title("es"),
        protocol_en=work.protocol.title("en"),
        version=work.protocol.version,
        protocol_digest=work.protocol_digest,
        planned_for=audit.planned_for,
        auditors=tuple(names.get(person, "") for person in audit.team),
        sites=tuple(f"{site.name} ({site.commune})" for site in dossier.sites if site.id in audit.sites),
        products=tuple(product.named("es") for product in dossier.products if product.id in audit.products),
        checklist_digest=work.frozen[-1].document_sha256 if work.frozen else "",
    )


def _facts(protocol: Protocol, facts: Facts, language: str) -> tuple[PaperFact, ...]:
    """The yes or no facts."""
    questions = protocol.text(language).facts
    return tuple(
        PaperFact(questions.get(name, name), value)
        for name, value in sorted(facts.items())
        if value is None or isinstance(value, bool)
    )


def _titles(protocol: Protocol, chapter: str) -> tuple[str, str]:
    return protocol.text("es").chapters.get(chapter, chapter), protocol.text("en").chapters.get(chapter, chapter)


def _point(protocol: Protocol, point: ControlPoint, language: str) -> PaperPoint:
    texts = {lang: protocol.text(lang).points[point.id] for lang in ("es", "en")}
    measure = point.measure
    return PaperPoint(
        id=point.id,
        level=point.level.value,
        requirement_es=texts["es"].requirement,
        requirement_en=texts["en"].requirement,
        look_at=texts["en" if language == "en" else "es"].look_for,
        limit=limit_of(measure) if measure else "",
        unit=measure.unit if measure else "",
    )


def limit_of(measure: Measure) -> str:
    """``≥ 1 km``, ``≤ 10 %`` or both; empty where a value is only recorded."""
    low = f"≥ {measure.min} {measure.unit}" if measure.min is not None else ""
    high = f"≤ {measure.max} {measure.unit}" if measure.max is not None else ""
    return " · ".join(filter(None, (low, high)))


def _answer(work: Work, point: ControlPoint, answer: Answer, language: str) -> PaperAnswer:
    return PaperAnswer(
        point=_point(work.protocol, point, language),
        outcome=answer.outcome.value,
        measured=" ".join(answer.measured) if answer.measured else "",
        justification=answer.justification,
        evidence=len(work.evidence_of(answer.id)),
        revised=answer.revision - 1,
    )


def _findings(work: Work, association: Association, counted: Mapping[str, Answer]) -> tuple[PaperFinding, ...]:
    found = []
    for number, finding in enumerate(work.findings, start=1):
        answer = next((one for one in work.answers if one.id == finding.answer_id), counted.get(finding.point_id))
        response = finding.response
        found.append(
            PaperFinding(
                number=number,
                point_id=finding.point_id,
                grade=finding.grade.value,
                statement=answer.justification if answer else "",
                raised_on=local_day(finding.raised_at, association.zone),
                due_on=finding.due_on,
                state=finding.state.value,
                response=" · ".join((response.cause, response.correction, response.prevention)) if response else "",
            )
        )
    return tuple(found)


def _day(moment: datetime | None, association: Association) -> date | None:
    return local_day(moment, association.zone) if moment else None
