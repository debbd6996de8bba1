"""What is wrong with limits: units that Seal cannot convert, bounds that cross."""

from __future__ import annotations

from collections.abc import Iterator

from seal.errors import Reason
from seal.protocols.measure import Measure
from seal.protocols.measures import UNITS
from seal.protocols.reading import misspelt
from seal.protocols.source import Path, Source


def check_measure(measure: Measure, source: Source, path: Path) -> Iterator[Reason]:
    """Every fault of ``measure``, which is written at ``path``."""
    if measure.unit not in UNITS:
        yield misspelt(source, "protocols.unknown_unit", (*path, "unit"), measure.unit, UNITS)
    for low, high in (("min", "max"), ("target_min", "target_max"), ("min", "target_min"), ("target_max", "max")):
        least, most = getattr(measure, low), getattr(measure, high)
        if least is not None and most is not None and least > most:
            yield source.fault("protocols.bounds_crossed", (*path, high), low=low, high=high)
