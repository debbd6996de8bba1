"""The picture of a trace: what a lot came from above it, what came of it below, and at the end whose hands it is in.

Drawn for a width of 288, which a telephone has: two boxes beside each other, thirteen points, no script. Every box
stands in the list beside the picture as well; where a step has more than there is room for, the last says how many.

A line to the row below goes straight; any other goes round the boxes, in a lane at the edge that is its parent's alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from markupsafe import Markup

from seal.traceability.tracing import Trace

WIDTH, HIGH, GAP, BETWEEN, EDGE = 288, 46, 14, 30, 13
ACROSS = 2
ROWS_MOST = 3
"""Rows of boxes that one step may take."""
STEPS_MOST = 7
"""Steps that are drawn each way; the list has all of them."""
_BOX = (WIDTH - 2 * EDGE - (ACROSS - 1) * GAP) / ACROSS
LANES = 6
"""Parents with lines of their own that go round; more than these share."""
_LETTERS = 15


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
    lines = [(edge.parent, edge.child) for edge in trace.edges] + list(at_places)
    parts = [Markup('<path class="l" d="{}"/>').format(way) for way in ways(drawn, lines)]
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


def ways(drawn: Drawn, lines: Iterable[tuple[object, object]]) -> list[str]:
    """The path of each line from the lower edge of its parent to the upper edge of its child, behind no box."""
    spot = {box.id: (x + _BOX / 2, y) for x, y, box in drawn.boxes if box.id is not None}
    tops = sorted({y for _, y, _ in drawn.boxes})
    lanes: dict[object, int] = {}
    found = []
    for one, other in dict.fromkeys(lines):
        if one not in spot or other not in spot:
            continue
        (x, y), (to_x, to_y) = spot[one], spot[other]
        if tops.index(to_y) == tops.index(y) + 1:
            found.append(f"M{x:.1f} {y + HIGH:.1f}v3L{to_x:.1f} {to_y - 2:.1f}v2")
            continue
        lane = lanes.setdefault(one, len(lanes)) % LANES
        aside = 4 * (lane // 2) + 1
        gutter = aside if lane % 2 == 0 else WIDTH - aside
        down, up = y + HIGH + 2 + 2 * lane, to_y - 2 - 2 * lane
        found.append(f"M{x + 4:.1f} {y + HIGH:.1f}V{down:.1f}H{gutter:.1f}V{up:.1f}H{to_x + 4 + lane:.1f}V{to_y:.1f}")
    return found


def _text(x: float, y: float, words: str, kind: str) -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}">{}</text>').format(kind, x + _BOX / 2, y, short(words))


def short(words: str) -> str:
    """As much as a box has room for."""
    return words if len(words) <= _LETTERS else words[: _LETTERS - 1].rstrip() + "…"
