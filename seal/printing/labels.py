"""Runs of labels: the face drawn once, then pages by the hundred, piece by piece, in the fenced child.

    face   = await labels.face(html, samples, at=…, lang=…, title=…)    once a run, by WeasyPrint
    piece  = await labels.piece(face, layout, first_page, printed)      as often as there are pieces
    file   = face.base + each piece's data + labels.closing(face, lengths)

Every step gives the same bytes for the same input, so a run that was interrupted goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape

from seal.clock import rfc3339
from seal.printing import appending
from seal.printing.appending import Piece
from seal.printing.fence import Errand
from seal.printing.service import POINTS_PER_MM, in_turn
from seal.printing.worker import read_frame, write_frame


@dataclass(frozen=True)
class Sample:
    """What stands in a varying text's place while the face is drawn: as long as the longest that will be stamped.

    ``chars`` are all that may be stamped; ``align`` is to where shorter texts keep: left, center or right.
    """

    name: str
    text: str
    chars: str
    align: str

    def markup(self) -> Markup:
        """The sample for the HTML, with a line of every character far outside the page, so that the font has them."""
        beside = "position:absolute;left:-900mm;white-space:nowrap;font-style:normal"
        return Markup('{}<i style="{}" aria-hidden="true">{}</i>').format(escape(self.text), beside, self.chars)


@dataclass(frozen=True)
class Layout:
    """A page in millimetres: its size, left and top of each place, the label's height, and the symbol.

    ``prefix``: characters of an address before the token's digits; ``version`` is that of every symbol of the run.
    """

    page_mm: tuple[float, float]
    places_mm: tuple[tuple[float, float], ...]
    label_height_mm: float
    module_mm: float
    version: int
    prefix: int

    def in_points(self) -> dict[str, Any]:
        height = self.page_mm[1]
        return {
            "page_pt": [side * POINTS_PER_MM for side in self.page_mm],
            "places_pt": [
                [left * POINTS_PER_MM, (height - top - self.label_height_mm) * POINTS_PER_MM]
                for left, top in self.places_mm
            ],
            "module_pt": self.module_mm * POINTS_PER_MM,
            "version": self.version,
            "prefix": self.prefix,
        }


@dataclass(frozen=True)
class Face:
    """A face as drawn: the file's beginning, and what is known of it. ``packed`` is for keeping it."""

    parts: dict[str, Any]
    base: bytes

    def packed(self) -> bytes:
        out = io.BytesIO()
        write_frame(out, json.dumps(self.parts, sort_keys=True).encode())
        write_frame(out, self.base)
        return out.getvalue()


Printed = tuple[str, ...] | None
"""A label: what its symbol says, then the text of each sample in order; ``None`` is a blank place."""


def unpacked(kept: bytes) -> Face:
    parts, base = _two(kept)
    return Face(json.loads(parts), base)


async def face(
    html: str, samples: Sequence[Sample], *, at: datetime, lang: str, title: str, seconds: float | None = None
) -> Face:
    """The face of a run: ``html`` is one page of the label's size, with each sample's markup and a link to
    ``seal:symbol`` where the symbol goes. ``seconds``: CPU time at most, where an association
    wrote the HTML. Raises ``Unavailable`` as ``service.pdf`` does.
    """
    spots = [{"name": one.name, "sample": one.text, "chars": one.chars, "align": one.align} for one in samples]
    words: dict[str, object] = {"lang": lang, "title": title, "created": rfc3339(at), "spots": spots}
    return unpacked(await in_turn(Errand("face", words, (html.encode(),), seconds)))


async def piece(face: Face, layout: Layout, first_page: int, printed: Sequence[Printed]) -> Piece:
    """Pages from ``first_page`` (0 is the first of the file) with these labels from the first place of the first one.

    Raises ``Unavailable`` as ``service.pdf`` does.
    """
    words: dict[str, object] = {"parts": face.parts, "layout": layout.in_points(), "first_page": first_page}
    lengths, data = _two(await in_turn(Errand("labels", words, (json.dumps(printed).encode(),))))
    return Piece(data, tuple(json.loads(lengths)))


def closing(face: Face, lengths: Sequence[int]) -> bytes:
    """The end of the file whose pieces have these lengths."""
    identifier = hashlib.sha256(face.base + json.dumps(list(lengths)).encode()).hexdigest()[:32]
    return appending.closing(face.parts, len(face.base), lengths, identifier)


async def whole(face: Face, layout: Layout, printed: Sequence[Printed]) -> bytes:
    """A run in one piece."""
    made = await piece(face, layout, 0, printed)
    return face.base + made.data + closing(face, made.lengths)


def _two(packed: bytes) -> tuple[bytes, bytes]:
    stream = io.BytesIO(packed)
    one, other = read_frame(stream), read_frame(stream)
    if one is None or other is None:
        raise ValueError("not two frames")
    return one, other
