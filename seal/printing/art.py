"""Drawings made by rule: the ring mark, the rings behind a certificate, icons.

The mark is growth rings that a fjord enters, one ring for each year in a row under the seal. It is
decoration and a record of years, not a security feature. Pure: numbers in, SVG text out.
"""

from __future__ import annotations

import hashlib
import math

from markupsafe import Markup, escape

_MEANDER = (118, 106, 112, 126, 140, 150, 142)
"""Degrees at which each ring opens, from the outer one inwards: the fjord winds."""
MOST_RINGS = 5
"""More years than this are told by a figure."""


def _ring(
    radius: float,
    opening: float,
    gap: float,
    *,
    x: float = 50,
    y: float = 50,
    seed: float = 0,
    points: int = 14,
    wobble: float = 0.035,
) -> str:
    """Path data of one open, slightly irregular ring, as a Catmull-Rom curve with one decimal."""
    places = []
    for step in range(points):
        angle = math.radians(opening + gap / 2 + step * (360 - gap) / (points - 1))
        out = 1 + wobble * math.sin(2 * angle + 0.9 + seed) + wobble / 2 * math.sin(3 * angle + 2.1 - seed)
        places.append((x + radius * out * math.cos(angle), y + radius * out * math.sin(angle) * 0.985))
    path = f"M{places[0][0]:.1f} {places[0][1]:.1f}"
    for i in range(points - 1):
        before, here, there, after = places[max(i - 1, 0)], places[i], places[i + 1], places[min(i + 2, points - 1)]
        first = (here[0] + (there[0] - before[0]) / 6, here[1] + (there[1] - before[1]) / 6)
        second = (there[0] - (after[0] - here[0]) / 6, there[1] - (after[1] - here[1]) / 6)
        path += "C" + " ".join(f"{a:.1f} {b:.1f}" for a, b in (first, second, there))
    return path.replace(" -", "-")


def rings_path(rings: int, *, points: int = 8, inner: float = 13, outer: float = 45) -> str:
    """Path data of ``rings`` rings in a 100 x 100 box; two rings keep the breadth of four."""
    path = ""
    for i in range(rings):
        radius = outer - (outer - inner) * i / max(rings - 1, 3)
        gap = math.degrees((9.5 + i * 1.2) / radius)
        path += _ring(radius, _MEANDER[i % len(_MEANDER)], gap, seed=0.12 * i, points=points)
    return path


def mark(
    size: int | None = 40,
    *,
    rings: int = 4,
    stroke: float = 5.6,
    colour: str = "currentColor",
    css: str = "mk",
    label: str = "",
    points: int = 8,
    core: bool = True,
) -> Markup:
    """The mark as inline SVG, ``size`` CSS pixels or as the style sheet says. ``label`` if it means years.

    Without ``core`` it is the large decoration behind a verdict, with as many rings as asked.
    """
    shown = max(1, min(rings, MOST_RINGS)) if core else rings
    spoken = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    dot = f'<circle cx="50" cy="50" r="4.6" fill="{escape(colour)}"/>' if core else ""
    measure = f' width="{size}" height="{size}"' if size else ""
    return Markup(  # noqa: S704 - numbers and escaped text
        f'<svg class="{css}" viewBox="0 0 100 100"{measure} {spoken}>'
        f'<path d="{rings_path(shown, points=points)}" fill="none" stroke="{escape(colour)}" stroke-width="{stroke}" '
        f'stroke-linecap="round"/>{dot}</svg>'
    )


def ground(seed: str, *, width: int = 794, height: int = 1123, colour: str = "#0b5566") -> Markup:
    """Fine growth rings that fill the ground of a certificate, drawn from its number."""
    noise = hashlib.sha256(seed.encode()).digest()
    paths, radius = [], 10.0
    for i in range(30):
        radius += 20 * (0.55 + noise[i % 32] / 255)
        opening, gap = 112 + 10 * math.sin(i / 3), math.degrees(26 / radius)
        wander = 0.05 * i + noise[3] / 80
        paths.append(_ring(radius, opening, gap, x=640, y=210, seed=wander, points=26, wobble=0.03))
    return Markup(  # noqa: S704 - numbers and a fixed colour
        f'<svg class="bg" viewBox="0 0 {width} {height}" aria-hidden="true"><path d="{"".join(paths)}" fill="none" '
        f'stroke="{escape(colour)}" stroke-opacity=".1" stroke-width="1.1"/></svg>'
    )


ICONS = {
    "ok": '<circle cx="12" cy="12" r="10"/><path d="m7 12.5 3.4 3.4L17 9"/>',
    "clock": '<circle cx="12" cy="12" r="10"/><path d="M12 6.5V12l4 2.5"/>',
    "ended": '<path d="M21.5 9A10 10 0 1 0 22 12"/><path d="m7 12.5 3.4 3.4L21 5"/>',
    "pause": '<rect x="2.5" y="2.5" width="19" height="19" rx="3"/><path d="M9 8v8M15 8v8"/>',
    "slash": '<circle cx="12" cy="12" r="10"/><path d="m5 5 14 14"/>',
    "stop": '<path d="M7.9 2h8.2L22 7.9v8.2L16.1 22H7.9L2 16.1V7.9z"/><path d="M12 6.5v7M12 17v.3"/>',
    "ask": '<circle cx="12" cy="12" r="10" stroke-dasharray="3.4 2.9"/>'
    '<path d="M9.2 9.3a2.9 2.9 0 1 1 4.3 2.5c-1 .6-1.5 1.1-1.5 2.2M12 17v.3"/>',
    "pair": '<rect x="2" y="6" width="12" height="16" rx="2"/><path d="M8 2h12a2 2 0 0 1 2 2v14h-4M5.5 14l2 2 3.5-4"/>',
    "cloud": '<path d="M7 18.5a4.5 4.5 0 0 1-.6-9A6 6 0 0 1 17.8 8.8 4.9 4.9 0 0 1 17.5 18.5z"/>'
    '<path d="m8.8 13.3 2.4 2.4 4.3-4.6"/>',
    "cloud_empty": '<path d="M7 18.5a4.5 4.5 0 0 1-.6-9A6 6 0 0 1 17.8 8.8 4.9 4.9 0 0 1 17.5 18.5z"/>',
    "unsigned": '<path d="M3 18c3-8 5-8 6-4s2 4 4 1 3-2 4 0M3 21.5h18" stroke-dasharray="3.4 2.9"/>'
    '<path d="m16 3 5 5M21 3l-5 5"/>',
    "open_ring": '<path d="M20 6A10 10 0 1 0 22 12"/><path d="M12 7v6M12 16.5v.3"/>',
    "off": '<path d="M3 3l18 18M8.5 16a5 5 0 0 1 7 0M5 12.5a10 10 0 0 1 4-2.3M12 19.5v.3M19 12.5a10 10 0 0 0-5-2.6'
    'M2 9a15 15 0 0 1 4-2.6M22 9a15 15 0 0 0-9.5-4"/>',
    "phone": '<path d="M5 3h4l2 5-2.5 1.5a11 11 0 0 0 6 6L16 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 5a2 2 0 0 1 2-2z"/>',
    "mail": '<path d="M3 5h18v14H3zM3 6l9 7 9-7"/>',
    "flag": '<path d="M5 21V4M5 4h13l-2.5 4.5L18 13H5"/>',
    "doc": '<path d="M6 2h8l5 5v15H6zM14 2v5h5M9.5 12h6M9.5 16h6"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 21c0-4.5 3.6-7 8-7s8 2.5 8 7"/>',
    "cal": '<path d="M4 5h16v16H4zM4 10h16M8 2.5V7M16 2.5V7"/>',
    "book": '<path d="M4 4h6a2 2 0 0 1 2 2v14a2 2 0 0 0-2-2H4zM20 4h-6a2 2 0 0 0-2 2v14a2 2 0 0 1 2-2h6z"/>',
}
"""Icons on a 24 px grid, 2 px stroke, always beside words. Each verdict has its own silhouette."""


def icon(name: str, size: int = 24, stroke: float = 2) -> Markup:
    """An icon as inline SVG in the colour of its words, hidden from screen readers. ``KeyError`` if unknown."""
    return Markup(  # noqa: S704 - a drawing from the table above
        f'<svg viewBox="0 0 24 24" width="{size}" height="{size}" fill="none" stroke="currentColor" '
        f'stroke-width="{stroke}" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{ICONS[name]}</svg>'
    )
