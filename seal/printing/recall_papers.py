"""Papers of a recall: the notice for each shop, with its own jars, and the report when it is closed. Pure.

Black on white, plain words, read at a counter. Words about the danger are there only if a competent person approved
them, with that person's name; Seal names no symptom and no illness.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from seal.printing.stationery import Branding, paper


@dataclass(frozen=True)
class NoticeLine:
    """One lot that a shop has. ``amount`` is written out with its unit; ``numbers`` and ``code`` may be empty."""

    product: str
    maker: str
    lot: str
    amount: str
    numbers: str = ""
    code: str = ""
    use_by: date | None = None


@dataclass(frozen=True)
class ApprovedWords:
    """What a competent person approved, in one language."""

    text: str
    approved_by: str
    approved_as: str


@dataclass(frozen=True)
class Notice:
    """The notice for one place."""

    branding: Branding
    number: int
    drill: bool
    place: str
    commune: str
    opened_on: date
    advice: str
    reason_class: str
    lines: tuple[NoticeLine, ...]
    words_es: ApprovedWords | None = None
    words_en: ApprovedWords | None = None


@dataclass(frozen=True)
class ReportItem:
    """A batch that was reached. ``act`` recall, hold or none."""

    lot: str
    product: str
    units: int
    act: str
    sibling: bool
    done_at: datetime | None


@dataclass(frozen=True)
class ReportPlace:
    """One lot at one place, amounts written out with their unit."""

    place: str
    lot: str
    expected: str
    back: str
    found: str
    destroyed: str
    sold: str
    missing: str
    told_at: datetime | None
    answered_at: datetime | None
    note: str = ""


@dataclass(frozen=True)
class RecallReport:
    """A recall or a drill, told whole. Times in ``zone``; ``answer_minutes`` None while a place is silent."""

    branding: Branding
    number: int
    drill: bool
    cause: str
    subject: str
    reason_class: str
    reason: str
    advice: str
    opened_by: str
    opened_at: datetime
    closed_by: str
    closed_at: datetime | None
    closing: str
    zone: str
    items: tuple[ReportItem, ...]
    places: tuple[ReportPlace, ...]
    store: tuple[tuple[str, str], ...]
    units: int
    shops: int
    list_minutes: int
    answer_minutes: int | None
    effectiveness: str
    digest: str


def notices_html(notices: tuple[Notice, ...], *, lang: str = "es") -> str:
    """Notices as HTML for ``printing.service.pdf``, a new page for each, led by ``lang`` with the other beneath."""
    return paper("traceability/print/notice.html", lang, notices=notices, branding=notices[0].branding)


def report_html(view: RecallReport, *, lang: str = "es") -> str:
    """The report as HTML for ``printing.service.pdf``."""
    return paper("traceability/print/report.html", lang, view=view, branding=view.branding)
