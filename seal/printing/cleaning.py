"""Drawings that people send (SVG), written anew: shapes and paint only, nothing that runs, links, loads or animates.

What changes how a drawing looks and cannot be kept (text, pictures inside, style sheets) is refused by name, so that
nobody prints a mark that lost a part; what carries no look (metadata of editors) is left out. Pure.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from seal.errors import BadInput

MOST_BYTES, MOST_PARTS = 300_000, 4000
SVG = "http://www.w3.org/2000/svg"


def names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_KEPT = names("svg g path rect circle ellipse line polyline polygon defs linearGradient radialGradient stop clipPath")
_QUIET = names("title desc metadata")
_PAINT = names(
    "fill stroke fill-opacity stroke-opacity opacity fill-rule clip-rule stroke-width stroke-linecap stroke-linejoin"
    " stroke-miterlimit stroke-dasharray stroke-dashoffset stop-color stop-opacity clip-path color display"
)
_GEOMETRY = names(
    "id d x y width height r rx ry cx cy x1 y1 x2 y2 fx fy points transform viewBox offset gradientUnits"
    " gradientTransform spreadMethod clipPathUnits preserveAspectRatio version"
)
_VALUE = re.compile(r"[\w\s.,#%()+\-*/;:]*")
_ADDRESS = re.compile(r"url\s*\(\s*(?!#[\w-]+\s*\))", re.IGNORECASE)


def clean_svg(data: bytes) -> bytes:
    """The drawing written anew, as UTF-8.

    Raises ``BadInput``: ``files.svg_unreadable`` (no SVG, or with a document type), ``files.svg_too_big``,
    ``files.svg_part`` (something that must be turned into shapes first).
    """
    if len(data) > MOST_BYTES:
        raise BadInput("files.svg_too_big", field="art", kilobytes=MOST_BYTES // 1000)
    try:
        text = data.decode("utf-8-sig")
        if re.search(r"<!(?!--)", text):  # document types carry entities, which can grow without end
            raise BadInput("files.svg_unreadable", field="art")
        root = ElementTree.fromstring(text)  # noqa: S314 - no document type, so no entities, and few bytes
    except (UnicodeDecodeError, ElementTree.ParseError):
        raise BadInput("files.svg_unreadable", field="art") from None
    if root.tag != f"{{{SVG}}}svg":
        raise BadInput("files.svg_unreadable", field="art")
    if sum(1 for _ in root.iter()) > MOST_PARTS:
        raise BadInput("files.svg_too_big", field="art", kilobytes=MOST_BYTES // 1000)
    ElementTree.register_namespace("", SVG)
    return bytes(ElementTree.tostring(_kept(root), encoding="utf-8"))


def _kept(element: ElementTree.Element) -> ElementTree.Element:
    made = ElementTree.Element(element.tag, _attributes(element))
    for child in element:
        if not isinstance(child.tag, str):  # a comment or an instruction
            continue
        space, _, name = child.tag.rpartition("}")
        if space != f"{{{SVG}" or name in _QUIET:
            continue
        if name not in _KEPT:
            raise BadInput("files.svg_part", field="art", part=name[:40])
        made.append(_kept(child))
    return made


def _attributes(element: ElementTree.Element) -> dict[str, str]:
    given = dict(element.attrib)
    for declared in given.pop("style", "").split(";"):
        name, colon, value = declared.partition(":")
        if colon and name.strip() in _PAINT:
            given[name.strip()] = value.strip()
    return {
        name: value
        for name, value in given.items()
        if name in _GEOMETRY | _PAINT and _VALUE.fullmatch(value) and not _ADDRESS.search(value)
    }
