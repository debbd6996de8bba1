"""The checklist and the report of an audit as values for printing, from its work. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from seal.associations.model import Association
from seal.audits import beginning, field_views
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
from seal.protocols.applicability import Situation
from seal.protocols.facts import Value, as_json
from seal.protocols.measure import effective
from seal.protocols.model import ControlPoint, Protocol
from seal.web.i18n import translator


def checklist(
    work: Work, association: Association, dossier: Dossier, names: Mapping[UUID, str], language: str
) -> Checklist:
    """The checklist to carry: the frozen one, or before the start what the facts of now would give."""
    points, told = asked(work, dossier)
    return Checklist(
        head=head(work, association, dossier, names),
        facts=facts(work.protocol, told, language),
        chapters=tuple(
            PaperChapter(
                *titles(work.protocol, chapter),
                tuple(_point(work.protocol, one, language, work.situation) for one in inside),
            )
            for chapter, inside in groupby(points, key=lambda point: point.chapter)
        ),
    )


def asked(work: Work, dossier: Dossier) -> tuple[tuple[ControlPoint, ...], dict[str, Value]]:
    """The points to be answered and the facts behind them: as frozen, or before the start as they would be now."""
    if work.checklist is not None:
        return work.points(), dict(work.checklist.facts)
    now = beginning.derive(work.audit, work.protocol, dossier, dossier.fact_values())
    return replace(work, checklist=now).points(), dict(now.facts)


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
        given = tuple(
            _answer(work, point, answer, language) for point in inside for answer in work.answers_of(point.id)
        )
        chapters.append(AnsweredChapter(*titles(work.protocol, chapter), given))
    return AuditReport(
        head=head(work, association, dossier, names),
        started_on=_day(work.audit.moment_of(AuditAction.START), association),
        submitted_on=_day(work.audit.moment_of(AuditAction.SUBMIT), association),
        concluded_on=_day(work.audit.moment_of(AuditAction.CONCLUDE), association),
        facts=facts(work.protocol, dict(work.checklist.facts), language),
        chapters=tuple(chapters),
        findings=_findings(work, association, counted),
        conclusion_digest=conclusion_digest,
    )


def head(work: Work, association: Association, dossier: Dossier, names: Mapping[UUID, str]) -> AuditHead:
    """Who and what the paper is about."""
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


def facts(protocol: Protocol, told: Mapping[str, Value], language: str) -> tuple[PaperFact, ...]:
    """Facts in words of a language, by name; choices by their own words."""
    texts = protocol.text(language)
    return tuple(
        PaperFact(texts.facts.get(name, name), _spoken(as_json(value), texts.choices.get(name, {})))
        for name, value in sorted(told.items())
    )


def _spoken(value: bool | str | list[str] | None, words: Mapping[str, str]) -> bool | str | None:
    if isinstance(value, list):
        return ", ".join(words.get(one, one) for one in value)
    return words.get(value, value) if isinstance(value, str) else value


def titles(protocol: Protocol, chapter: str) -> tuple[str, str]:
    """The title of a chapter in Spanish and in English."""
    return protocol.text("es").chapters.get(chapter, chapter), protocol.text("en").chapters.get(chapter, chapter)


def _point(protocol: Protocol, point: ControlPoint, language: str, situation: Situation) -> PaperPoint:
    texts = {lang: protocol.text(lang).points[point.id] for lang in ("es", "en")}
    measure = effective(point.measure, situation) if point.measure else None
    return PaperPoint(
        id=point.id,
        level=point.level.value,
        requirement_es=texts["es"].requirement,
        requirement_en=texts["en"].requirement,
        look_at=texts["en" if language == "en" else "es"].look_for,
        limit=field_views.limit_of(measure) if measure else "",
        unit=measure.unit if measure else "",
    )


def _answer(work: Work, point: ControlPoint, answer: Answer, language: str) -> PaperAnswer:
    said = field_views.told(answer, point, work.protocol.text(language), translator(language))
    return PaperAnswer(
        point=_point(work.protocol, point, language, work.situation),
        outcome=answer.outcome.value,
        measured=": ".join(filter(None, (work.units_of(point).get(answer.unit, answer.unit), said))),
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
