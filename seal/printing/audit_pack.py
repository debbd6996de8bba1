"""The paper of a visit: every point with boxes to fill by hand, a QR on each page back to its place on screen.

Pages are laid out by whoever makes the view (``audits.pack``), so that a page on paper and its screen hold the same
points for good. Both languages stand on it: the requirement, what to look for, and the words of the boxes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from seal.printing.audit_papers import AuditHead, PaperFact
from seal.printing.stationery import paper

Both = tuple[str, str]
"""The same words in Spanish and in English."""


@dataclass(frozen=True)
class PackBox:
    """One thing to fill. ``options``: squares to tick; ``lines``: empty lines; ``columns`` and ``rows``: a table;
    none of them: one short line, with ``after`` behind it (a unit of measure)."""

    label: Both
    options: tuple[Both, ...] = ()
    columns: tuple[Both, ...] = ()
    rows: int = 0
    lines: int = 0
    after: str = ""


@dataclass(frozen=True)
class PackPoint:
    """One point. ``units`` are the names of what it is asked of, empty ones to be written in; ``("",)``: of the whole
    producer. ``outcomes`` are the squares of the scale; ``notes``: empty lines for what was seen."""

    number: int
    id: str
    level: str
    requirement: Both
    look_for: Both
    limit: str
    boxes: tuple[PackBox, ...]
    outcomes: tuple[str, ...]
    units: tuple[str, ...] = ("",)
    unit_word: str = ""
    notes: int = 2
    before: str = ""
    """What the last audit found, or which finding is open; in the language that leads."""


@dataclass(frozen=True)
class PackPage:
    """One page: its part (``desk`` or ``visit``), its number in it, and where it is on screen."""

    part: str
    number: int
    of: int
    address: str
    points: tuple[tuple[Both, tuple[PackPoint, ...]], ...]
    """By chapter: its title and its points."""

    @property
    def code(self) -> str:
        """``D-1`` for documents, ``V-1`` for the visit."""
        return f"{self.part[0].upper()}-{self.number}"


@dataclass(frozen=True)
class Pack:
    """The whole paper. ``frozen`` is false before the start: the checklist may still change."""

    head: AuditHead
    facts: tuple[PaperFact, ...]
    pages: tuple[PackPage, ...]
    frozen: bool
    commitment: str = ""
    """SHA-256 of what samples are drawn by."""
    carried: tuple[str, ...] = field(default=())
    """Points that a gap audit takes over."""

    @property
    def points(self) -> int:
        return sum(len(points) for page in self.pages for _, points in page.points)

    def pages_of(self, part: str) -> int:
        return sum(page.part == part for page in self.pages)


def pack_html(view: Pack, *, lang: str = "es") -> str:
    """The paper as HTML for ``printing.service.pdf``, led by ``lang``. Pure."""
    return paper("audits/print/pack.html", lang, view=view, head=view.head, branding=view.head.branding)
