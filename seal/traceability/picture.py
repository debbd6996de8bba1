"""The picture of a trace: what a lot came from above it, what came of it below, and at the end whose hands it is in.

Drawn for a width of 288, which a telephone has: two boxes beside each other, thirteen points, no script. Every box
stands in the list beside the picture as well; where a step has more than there is room for, the last says how many.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from markupsafe import Markup

from seal.traceability.tracing import Trace

WIDTH, HIGH, GAP, BETWEEN = 288, 46, 8, 26
ACROSS = 2
ROWS_MOST = 3
"""Rows of boxes that one step may take."""
STEPS_MOST = 7
"""Steps that are drawn each way; the list has all of them."""
_BOX = (WIDTH - (ACROSS - 1) * GAP) / ACROSS
_LETTERS = 16


@dataclass(frozen=True)
class Box:
    """One box: ``title`` and ``says`` in words, ``kind`` is its look (lot, subject, stopped, place, more)."""

    id: object
    title: str
    says: str
    kind: str = "lot"


@dataclass(frozen=True)
class Drawn:
    """Where the boxes stand, and how high the picture is."""

    boxes: tuple[tuple[float, float, Box], ...]
    height: float


def rows(trace: Trace, boxes: Mapping[UUID, Box], places: Sequence[Box], more: str) -> list[list[Box]]:
    """The boxes step by step, the farthest before the subject first, places last. ``more`` has ``{count}``."""
    by_step: dict[int, list[Box]] = {}
    for node in trace.nodes:
        if abs(node.depth) <= STEPS_MOST:
            by_step.setdefault(node.depth, []).append(boxes[node.lot.id])
    found = [_few(by_step[step], more) for step in sorted(by_step)]
    return [*found, _few(list(places), more)] if places else found


def _few(step: list[Box], more: str) -> list[Box]:
    most = ACROSS * ROWS_MOST
    if len(step) <= most:
        return step
    return [*step[: most - 1], Box(None, more.replace("{count}", str(len(step) - most + 1)), "", "more")]


def placed(steps: Iterable[Sequence[Box]]) -> Drawn:
    """A place for each box: rows of two, each row in the middle."""
    found: list[tuple[float, float, Box]] = []
    top = 1.0
    for step in steps:
        for start in range(0, len(step), ACROSS):
            row = step[start : start + ACROSS]
            left = (WIDTH - len(row) * _BOX - (len(row) - 1) * GAP) / 2
            found += [(left + place * (_BOX + GAP), top, box) for place, box in enumerate(row)]
            top += HIGH + GAP
        top += BETWEEN - GAP
    return Drawn(tuple(found), max(1.0, top - BETWEEN + 1))


def svg(trace: Trace, steps: Sequence[Sequence[Box]], at_places: Iterable[tuple[UUID, object]], title: str) -> Markup:
    """The picture as inline SVG. ``at_places``: lots and the places that some of them are at."""
    drawn = placed(steps)
    spot = {box.id: (x + _BOX / 2, y) for x, y, box in drawn.boxes if box.id is not None}
    lines = [(edge.parent, edge.child) for edge in trace.edges] + list(at_places)
    parts = [
        Markup('<path class="l" d="M{:.0f} {:.0f}V{:.0f}L{:.0f} {:.0f}"/>').format(
            spot[one][0], spot[one][1] + HIGH, spot[one][1] + HIGH + 5, spot[other][0], spot[other][1]
        )
        for one, other in lines
        if one in spot and other in spot
    ]
    for x, y, box in drawn.boxes:
        middle = y + (27 if not box.says else 19)
        parts.append(
            Markup('<g class="{}"><rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{}" rx="{}"/>').format(
                box.kind, x, y, _BOX, HIGH, 0 if box.kind == "place" else 6
            )
        )
        parts.append(_text(x, middle, box.title, "b"))
        if box.says:
            parts.append(_text(x, y + 36, box.says, "s"))
        parts.append(Markup("</g>"))
    return Markup('<svg class="trace" viewBox="0 0 {} {:.0f}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, drawn.height, title, Markup("").join(parts)
    )


def _text(x: float, y: float, words: str, kind: str) -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>').format(kind, x + _BOX / 2, y, short(words))


def short(words: str) -> str:
    """As much as a box has room for."""
    return words if len(words) <= _LETTERS else words[: _LETTERS - 1].rstrip() + "…"
