"""Two papers of an audit: the checklist to carry into the field, and the report of what was found.

The report holds facts, answers and findings and no decision (ISO 19011 6.5): deciding is another act, by others.
Both are internal: they may name auditors, and the public never sees them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from seal.printing.stationery import Branding, paper

LEVELS = ("critical", "major", "minor", "recommendation")
OUTCOMES = ("compliant", "partial", "non_compliant", "not_applicable", "not_audited", "deferred")


@dataclass(frozen=True)
class AuditHead:
    """What both papers say first. Digests are 64 hexadecimal digits; ``checklist_digest`` is empty before the start."""

    branding: Branding
    producer: str
    commune: str
    kind: str
    protocol_es: str
    protocol_en: str
    version: str
    protocol_digest: str
    planned_for: date
    auditors: tuple[str, ...]
    sites: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    checklist_digest: str = ""


@dataclass(frozen=True)
class PaperFact:
    """A fact about the producer in words of the language that leads; ``value`` is ``None`` while nobody knows, and
    text for a number or for choices."""

    name: str
    value: bool | str | None


@dataclass(frozen=True)
class PaperPoint:
    """One control point to check. ``look_at`` says where to look, ``limit`` what a measured value must meet."""

    id: str
    level: str
    requirement_es: str
    requirement_en: str
    look_at: str = ""
    limit: str = ""
    unit: str = ""


@dataclass(frozen=True)
class PaperChapter:
    title_es: str
    title_en: str
    points: tuple[PaperPoint, ...]


@dataclass(frozen=True)
class Checklist:
    """The checklist of one audit, in protocol order."""

    head: AuditHead
    facts: tuple[PaperFact, ...]
    chapters: tuple[PaperChapter, ...]

    @property
    def points(self) -> int:
        return sum(len(chapter.points) for chapter in self.chapters)


@dataclass(frozen=True)
class PaperAnswer:
    """What was answered on a point. ``measured`` with its unit as typed; ``revised`` counts later revisions."""

    point: PaperPoint
    outcome: str
    measured: str = ""
    justification: str = ""
    evidence: int = 0
    revised: int = 0


@dataclass(frozen=True)
class AnsweredChapter:
    title_es: str
    title_en: str
    answers: tuple[PaperAnswer, ...]


@dataclass(frozen=True)
class PaperFinding:
    """A nonconformity with its deadline and how far its correction has come (``state`` as in the findings' machine)."""

    number: int
    point_id: str
    grade: str
    statement: str
    raised_on: date
    due_on: date | None
    state: str
    response: str = ""


@dataclass(frozen=True)
class AuditReport:
    """The report of one audit. ``concluded_on`` and ``conclusion_digest`` are missing while it is open."""

    head: AuditHead
    started_on: date | None
    submitted_on: date | None
    concluded_on: date | None
    facts: tuple[PaperFact, ...]
    chapters: tuple[AnsweredChapter, ...]
    findings: tuple[PaperFinding, ...]
    conclusion_digest: str = ""

    def count(self, outcome: str) -> int:
        """Answers with an outcome."""
        return sum(answer.outcome == outcome for chapter in self.chapters for answer in chapter.answers)


def checklist_html(view: Checklist, *, lang: str = "es") -> str:
    """The checklist as HTML for ``printing.service.pdf``, led by ``lang`` with the other language beneath. Pure."""
    return paper("audits/print/checklist.html", lang, view=view, head=view.head, branding=view.head.branding)


def audit_report_html(view: AuditReport, *, lang: str = "es") -> str:
    """The audit report as HTML for ``printing.service.pdf``. Pure."""
    return paper(
        "audits/print/report.html", lang, view=view, head=view.head, branding=view.head.branding, outcomes=OUTCOMES
    )
