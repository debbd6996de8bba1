"""In the printing child: one label as laid out becomes a form XObject, and the places of what varies are read off it.

The face is a page of the label's size, drawn once with a sample in the place of each varying text (``spots``). Its
content is read operator by operator: a sample's font, size, matrix and colour are noted and the sample is taken out,
and so is the line with every character that may be stamped, which is there to have them all in the subset font.
Boxes are those of links to ``seal:NAME``, ``seal:symbol`` the square for the symbol; the links go. What is left is
the form that every label draws.

The answer is a small PDF without pages that others are appended to (``appending.py``), and its parts by number.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
_FILLS = ("g", "rg", "k")
LINK = "seal:"
POINTS_PER_PIXEL = 0.75
_START = re.compile(rb"startxref\s+(\d+)")
_CHARS = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


class NoPlace(ValueError):
    """The layout lacks a sample, has it twice, or has it where it cannot be read."""


@dataclass(frozen=True)
class Font:
    """What a font of the face can write: two-byte codes and widths (thousandths) by character."""

    codes: dict[str, str]
    texts: dict[bytes, str]
    widths: dict[bytes, float]


@dataclass(frozen=True)
class Shown:
    """One text as drawn: where its operator stands, and how it looks."""

    index: int
    text: str
    font: str
    size: float
    matrix: Matrix
    fill: str
    width: float
    tracking: float
    first: bool


def times(one: Matrix, other: Matrix) -> Matrix:
    """``one`` applied before ``other``."""
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def read_font(found: Any) -> Font:
    """The character map and widths of a Type 0 font as WeasyPrint embeds it."""
    texts = {}
    for line in _CHARS.finditer(found.ToUnicode.read_bytes().decode("ascii")):
        if len(line[1]) == 4:
            texts[bytes.fromhex(line[1])] = bytes.fromhex(line[2]).decode("utf-16-be")
    widths: dict[bytes, float] = {}
    given = list(found.DescendantFonts[0].W)
    for first, listed in zip(given[::2], given[1::2], strict=True):
        for place, width in enumerate(listed):
            widths[(int(first) + place).to_bytes(2)] = float(width)
    codes = {text: code.hex() for code, text in texts.items() if len(text) == 1}
    return Font(codes, texts, widths)


def shown(instructions: list[Any], fonts: dict[str, Font]) -> Iterator[Shown]:
    """Every text that the content draws."""
    matrix, fill, kept = IDENTITY, "0 g", []
    font, size, text_matrix, first = "", 0.0, IDENTITY, True
    for index, (operands, operator) in enumerate(instructions):
        name = str(operator)
        if name == "q":
            kept.append((matrix, fill, font, size))
        elif name == "Q":
            matrix, fill, font, size = kept.pop()
        elif name == "cm":
            matrix = times(_matrix(operands), matrix)
        elif name in _FILLS:
            fill = " ".join(f"{float(part):.5g}" for part in operands) + f" {name}"
        elif name == "Tf":
            font, size = str(operands[0]), float(operands[1])
        elif name == "BT":
            text_matrix, first = IDENTITY, True
        elif name == "Tm":
            text_matrix, first = _matrix(operands), True
        elif name in ("Tj", "TJ"):
            parts = list(operands[0]) if name == "TJ" else [operands[0]]
            yield _one(index, parts, font, size, times(text_matrix, matrix), fill, first, fonts[font])
            first = False


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = (float(part) for part in operands)
    return (a, b, c, d, e, f)


def _one(
    index: int, parts: list[Any], name: str, size: float, matrix: Matrix, fill: str, first: bool, font: Font
) -> Shown:
    codes, moved = [], 0.0
    for part in parts:
        if isinstance(part, pikepdf.String):
            data = bytes(part)
            codes += [data[at : at + 2] for at in range(0, len(data), 2)]
        else:
            moved -= float(part)
    bare = sum(font.widths.get(code, 1000.0) for code in codes)
    return Shown(
        index,
        "".join(font.texts.get(code, "") for code in codes),
        name,
        size,
        matrix,
        fill,
        (bare + moved) / 1000 * size,
        moved / 1000 * size / max(1, len(codes)),
        first,
    )


def take_boxes(document: Any) -> dict[str, tuple[float, ...]]:
    """Left, top, right and bottom of the boxes of ``seal:`` links in points from the top left; the links are undone."""
    boxes = {}
    for page in document.pages:
        for _, target, box, _ in page.links:
            if target.startswith(LINK):
                boxes[target.removeprefix(LINK)] = tuple(side * POINTS_PER_PIXEL for side in box)
        page.links = [link for link in page.links if not link[1].startswith(LINK)]
    return boxes


def cut(drawn: bytes, boxes: dict[str, tuple[float, ...]], head: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The parts (JSON) and the PDF without pages. ``head`` has ``spots`` (name, sample, chars, align) and ``lang``.

    Raises ``NoPlace`` when the page is not one, or a spot cannot be found exactly once.
    """
    opened = pikepdf.open(io.BytesIO(drawn))
    if len(opened.pages) != 1:
        raise NoPlace("the face is more than a page")
    if "symbol" not in boxes:
        raise NoPlace("no place for the symbol")
    page = opened.pages[0]
    resources = page.obj.get("/Resources", Dictionary())
    fonts = {str(name): read_font(font) for name, font in dict(resources.get("/Font", {})).items()}
    instructions = list(pikepdf.parse_content_stream(page))
    texts = list(shown(instructions, fonts))
    away, spots = set(), []
    for spot in head["spots"]:
        every = [one for one in texts if one.text == spot["chars"]]
        found = [one for one in texts if one.text == spot["sample"] and one.first]
        if len(found) != 1:
            raise NoPlace(f"{spot['name']}: {len(found)} times in the face")
        one = found[0]
        if missing := set(spot["chars"]) - set(fonts[one.font].codes):
            raise NoPlace(f"{spot['name']}: the font lacks {''.join(sorted(missing))}")
        away |= {one.index, *(line.index for line in every)}
        spots.append(_spot(spot, one, fonts[one.font]))
    left = [instruction for index, instruction in enumerate(instructions) if index not in away]
    parts, base = _base(opened, pikepdf.unparse_content_stream(left), resources, spots, head["lang"])
    return {"spots": spots, "symbol": boxes["symbol"], **parts}, base


def _spot(spot: dict[str, Any], one: Shown, font: Font) -> dict[str, Any]:
    return {
        "name": spot["name"],
        "align": spot["align"],
        "font": one.font,
        "size": one.size,
        "matrix": one.matrix,
        "fill": one.fill,
        "width": one.width,
        "tracking": one.tracking,
        "codes": {char: font.codes[char] for char in spot["chars"]},
        "widths": {char: font.widths[bytes.fromhex(font.codes[char])] / 1000 * one.size for char in spot["chars"]},
    }


def _base(
    opened: Pdf, content: bytes, resources: Any, spots: list[dict[str, Any]], lang: str
) -> tuple[dict[str, Any], bytes]:
    box = [float(side) for side in opened.pages[0].mediabox]
    made = pikepdf.new()
    form = made.make_stream(content)
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array(box)
    form.Resources = made.copy_foreign(opened.make_indirect(resources))
    used = {spot["font"]: form.Resources.Font[spot["font"]] for spot in spots}
    shared = Dictionary(XObject=Dictionary(L=form), Font=Dictionary(used))
    made.Root.Lang = pikepdf.String(lang)
    made.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    made.Root.SealShared = made.make_indirect(shared)  # kept in the file until pages name it
    made.trailer.Info = made.make_indirect(made.copy_foreign(opened.make_indirect(opened.trailer.Info)))
    out = io.BytesIO()
    made.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=True, deterministic_id=True)
    base = out.getvalue()
    again = pikepdf.open(io.BytesIO(base))
    numbers = {
        "shared": again.Root.SealShared.objgen[0],
        "pages": again.Root.Pages.objgen[0],
        "root": again.Root.objgen[0],
        "info": again.trailer.Info.objgen[0],
        "size": int(again.trailer.Size),
        "startxref": int(_START.findall(base)[-1]),
        "height_pt": box[3] - box[1],
    }
    return numbers, base
