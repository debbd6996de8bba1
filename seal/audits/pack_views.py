"""The paper of a visit as values for printing, from an audit's work. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from uuid import UUID

from seal.associations.model import Association
from seal.audits import entry, field_views, pack, paper_views
from seal.audits.access import Work
from seal.audits.entry import Field, Kind
from seal.audits.pack import Page
from seal.members.model import Dossier
from seal.printing.audit_pack import Both, Pack, PackBox, PackPage, PackPoint
from seal.protocols.checklist import allowed_outcomes
from seal.protocols.draw import commitment
from seal.protocols.measure import effective
from seal.protocols.model import ControlPoint, Grain, Outcome
from seal.web.i18n import Translator, translator

LANGUAGES = ("es", "en")


def view(work: Work, association: Association, dossier: Dossier, names: Mapping[UUID, str], lang: str) -> Pack:
    """The paper of an audit; before the start, of what the facts of now would give."""
    points, facts = paper_views.asked(work, dossier)
    t = translator(lang)
    return Pack(
        head=paper_views.head(work, association, dossier, names),
        facts=paper_views.facts(work.protocol, facts, lang),
        pages=tuple(
            PackPage(
                page.part.value,
                page.number,
                page.of,
                f"{association.base}{address(work.audit.id, page)}",
                tuple(
                    (
                        paper_views.titles(work.protocol, chapter),
                        tuple(_point(work, number, point, t) for number, point in inside),
                    )
                    for chapter, inside in groupby(page.points, key=lambda numbered: numbered[1].chapter)
                ),
            )
            for page in pack.pages(work.protocol, points, work.units_of)
        ),
        frozen=work.checklist is not None,
        commitment=commitment(work.seed) if work.seed and any(map(entry.sampled, points)) else "",
        carried=tuple(work.carried.outcomes) if work.carried is not None else (),
    )


def address(audit_id: UUID, page: Page) -> str:
    """Where a page of the paper is keyed in, on the desk."""
    return f"/desk/audits/{audit_id}/paper/{page.part.value}/{page.number}"


def _point(work: Work, number: int, point: ControlPoint, t: Translator) -> PackPoint:
    es, en = (work.protocol.text(language).points[point.id] for language in LANGUAGES)
    fields = entry.fields(point)
    outcomes = allowed_outcomes(work.protocol, point)
    if fields:
        outcomes = tuple(outcome for outcome in outcomes if outcome not in field_views.COMPUTED)
    places = pack.places(point, work.units_of(point))
    return PackPoint(
        number=number,
        id=point.id,
        level=point.level.value,
        requirement=(es.requirement, en.requirement),
        look_for=(es.look_for, en.look_for),
        limit=field_views.limit_of(effective(point.measure, work.situation)) if point.measure else "",
        boxes=tuple(_box(work, point, field) for field in fields if field.name != "unit"),
        outcomes=tuple(one.value for one in outcomes if one is not Outcome.NOT_AUDITED or not fields),
        units=places,
        unit_word="" if point.grain is Grain.PRODUCER else t(f"audits.unit.{point.grain}"),
        notes=pack.NOTE_LINES if len(places) == 1 else 1,
        before=_before(work, point, t),
    )


def _box(work: Work, point: ControlPoint, field: Field) -> PackBox:
    named = "chosen_sample" if field.name == "chosen" and field.kind is Kind.LINES else field.name
    label = _both(f"audits.typed.label.{named}")
    if field.kind is Kind.GRID:
        return PackBox(label, columns=tuple(_words(work, point, field, one) for one in field.columns), rows=field.rows)
    if field.kind is Kind.LINES:
        return PackBox(label, lines=2)
    if field.options:
        fixed = tuple((one, one) for one in field.options)
        return PackBox(label, fixed if field.fixed else tuple(_words(work, point, field, one) for one in field.options))
    unit = point.measure.unit if point.measure and field.name in ("value", "uncertainty") else ""
    return PackBox(label, after=unit)


def _both(key: str) -> Both:
    return translator("es")(key), translator("en")(key)


def _words(work: Work, point: ControlPoint, field: Field, option: str) -> Both:
    es, en = (
        field_views.word(point, field, option, work.protocol.text(language), translator(language))
        for language in LANGUAGES
    )
    return es, en


def _before(work: Work, point: ControlPoint, t: Translator) -> str:
    """What the last audit found at a point, in one short line."""
    told = [t(f"audits.outcome.{answer.outcome}") for answer in work.past.answers.get(point.id, ())]
    said = [t("audits_print.before", outcome=", ".join(dict.fromkeys(told)))] if told else []
    said += [
        t("audits.before.finding", grade=t(f"param.grade.{finding.grade}"))
        for finding in work.past.open_findings.get(point.id, ())
    ]
    return " · ".join(said)
