"""Generalised maps: the region's outline and a dot on the commune, never finer.

One JSON file a region under ``territories/``: outlines in degrees, a commune's dot at its main town, hand-made
and coarse on purpose. A region without a file has no map, and pages leave the place for it out.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

_FOLDER = Path(__file__).with_name("territories")
_Point = tuple[float, float]


@dataclass(frozen=True)
class Territory:
    """Path data in the map's own units, and where each commune's dot goes."""

    region: str
    names: tuple[str, ...]
    box: tuple[int, int, int, int]
    land: str
    lakes: str
    communes: dict[str, tuple[int, int]]

    def dot(self, commune: str) -> tuple[int, int] | None:
        """The dot of a commune, spelled with or without accents."""
        return self.communes.get(_plain(commune))


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFD", name.casefold())
    return "".join(letter for letter in folded if letter.isalnum() or letter == " ").strip()


def _curve(points: list[_Point], tension: float) -> str:
    """A closed Catmull-Rom curve in whole numbers, relative: two bytes a figure and coarse by design."""
    path, o = f"M{round(points[0][0])} {round(points[0][1])}c", []
    here: _Point = (round(points[0][0]), round(points[0][1]))
    for i, start in enumerate(points):
        before, end, after = points[i - 1], points[(i + 1) % len(points)], points[(i + 2) % len(points)]
        k = tension / 3
        first = (start[0] + (end[0] - before[0]) * k, start[1] + (end[1] - before[1]) * k)
        second = (end[0] - (after[0] - start[0]) * k, end[1] - (after[1] - start[1]) * k)
        stop: _Point = (round(end[0]), round(end[1]))
        o.append(" ".join(str(round(p[axis] - here[axis])) for p in (first, second, stop) for axis in (0, 1)))
        here = stop
    return path + " ".join(o).replace(" -", "-") + "z"


@cache
def _all() -> tuple[Territory, ...]:
    return tuple(_read(path) for path in sorted(_FOLDER.glob("*.json")))


def _read(path: Path) -> Territory:
    data = json.loads(path.read_text("utf-8"))
    (west, north), (across, down) = data["origin"], data["scale"]

    def place(lon: float, lat: float) -> _Point:
        return ((lon - west) * across, (north - lat) * down)

    def outline(shapes: list[list[list[float]]], tensions: tuple[float, float]) -> str:
        return "".join(
            _curve([place(*point) for point in shape], tensions[0] if n == 0 else tensions[1])
            for n, shape in enumerate(shapes)
        )

    x, y, width, height = data["box"]
    return Territory(
        data["region"],
        tuple(data["names"]),
        (x, y, width, height),
        outline(data["land"], (0.45, 0.62)),
        outline(data["lakes"], (0.55, 0.55)),
        {_plain(name): (round(place(*at)[0]), round(place(*at)[1])) for name, at in data["communes"].items()},
    )


def territory(region: str) -> Territory | None:
    """The map of a region by its name, or ``None`` if nobody has drawn it."""
    wanted = _plain(region)
    return next((one for one in _all() if wanted in one.names), None)


def small_map(region: str, commune: str, label: str) -> Markup | None:
    """A 104 px map with a dot on ``commune``, or ``None`` when region or commune is not on any map."""
    drawn = territory(region)
    dot = drawn.dot(commune) if drawn else None
    if drawn is None or dot is None:
        return None
    return Markup(  # noqa: S704 - numbers and an escaped label
        f'<svg class="map" viewBox="{" ".join(map(str, drawn.box))}" role="img" aria-label="{escape(label)}">'
        f'<path class="ld" d="{drawn.land}"/><path class="lk" d="{drawn.lakes}"/>'
        f'<circle class="d1" cx="{dot[0]}" cy="{dot[1]}" r="12"/>'
        f'<circle class="d2" cx="{dot[0]}" cy="{dot[1]}" r="4.5"/></svg>'
    )


def commune_map(commune: str, label: str) -> Markup | None:
    """The map of the one region that has a commune of this name, or ``None``."""
    regions = [one.region for one in _all() if one.dot(commune)]
    return small_map(regions[0], commune, label) if len(regions) == 1 else None
