"""A face as HTML: one page of the label's size, with links to ``seal:symbol`` and samples where labels differ."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from seal.errors import BadInput, Refused
from seal.labels.faces import rect, round, tag
from seal.labels.faces.pieces import Face
from seal.labels.formats import Format
from seal.labels.sheet import LabelView
from seal.printing.stationery import Branding, paper

_DAY = date(2027, 9, 30)
INK = "#10242a"
SHEET_EDGE_MM = 4.0
"""Printers leave about that much of a page blank; labels that fill the sheet keep their words inside it."""


BUILT_IN_TEMPLATES = ("sheet24", "jar", "tag", "round")


def fits_built_in(format: Format) -> bool:
    """Whether a built-in face can be set on such labels at all, with names of ordinary length."""
    view = LabelView("Miel de flores", "500 g", "Colmenas del Sur", "Río Ibáñez", "CC-26V-03", 999, _DAY, _DAY)
    try:
        built_in(format, view, Branding("Sabores del Sur", "https://sello.ejemplo.cl", "Aysén"))
    except Refused:
        return False
    return True


def built_in(format: Format, view: LabelView, branding: Branding) -> Face:
    """A built-in template's face on a format. Raises ``Refused('labels.face_no_room')``; ``BadInput`` if unknown."""
    match format.template:
        case "sheet24":
            return rect.face(view, branding, format.label_mm, format.space_mm, edge=SHEET_EDGE_MM)
        case "jar":
            return rect.face(view, branding, format.label_mm, format.space_mm)
        case "tag":
            return tag.face(view, branding, format.label_mm, format.space_mm)
        case "round":
            return round.face(view, branding, format.label_mm, format.space_mm)
    raise BadInput("labels.template_unknown", field="template", template=format.template[:40])


def html(
    face: Face,
    branding: Branding,
    *,
    title: str,
    side_mm: float,
    code: Markup | str,
    unit: Markup | str,
    symbol: Markup | str = "",
    guides: bool = False,
) -> str:
    """The face as a page of the label's size, with ``code`` and ``unit`` where those of each label will stand.

    ``side_mm`` is the symbol's, quiet zone included, in the middle of its square; ``symbol`` its drawing if it is
    shown already. ``guides`` draws corner ticks for plain paper.
    """
    return paper(
        "labels/faces/face.html",
        face=face,
        branding=branding,
        title=title,
        ink=INK,
        side=side_mm,
        shown={"code": code, "unit": unit, "symbol": symbol},
        guides=guides,
    )
