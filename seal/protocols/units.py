"""Units in which limits are stated and values typed, and the exact factors between them.

A factor is written only where it is exact by definition or by the table's own words (honey weighs 1.42 kg a litre);
a unit that would need a guess (CFU into MPN, ppm of what?) has none and is refused, naming those that will do.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final

from seal.errors import BadInput

_ONE = Fraction(1)


def _same(*units: str) -> dict[str, dict[str, Fraction]]:
    """Units that nothing else converts into."""
    return {unit: {unit: _ONE} for unit in units}


_SCALES: Final[dict[str, dict[str, Fraction]]] = {
    # unit of the protocol: unit as typed -> factor into the protocol's unit
    "g/100g": {"g/100g": _ONE, "%": _ONE, "g/kg": Fraction(1, 10), "mg/kg": Fraction(1, 10_000)},
    "g/kg": {"g/kg": _ONE, "g/100g": Fraction(10), "%": Fraction(10), "mg/kg": Fraction(1, 1000)},
    "mg/kg": {
        "mg/kg": _ONE,
        "g/kg": Fraction(1000),
        "g/100g": Fraction(10_000),
        "%": Fraction(10_000),
        "ug/kg": Fraction(1, 1000),
    },
    "ug/kg": {"ug/kg": _ONE, "ng/g": _ONE, "mg/kg": Fraction(1000), "ug/100g": Fraction(10)},
    "ug/100g": {"ug/100g": _ONE, "ug/kg": Fraction(1, 10), "mg/kg": Fraction(100)},
    "g/100g_water": {"g/100g_water": _ONE, "%": _ONE},
    "g/100mL": {"g/100mL": _ONE, "g/L": Fraction(1, 10)},
    "mg/L": {"mg/L": _ONE, "g/L": Fraction(1000), "ug/L": Fraction(1, 1000)},
    "degBrix": {"degBrix": _ONE, "%": _ONE, "g/100g": _ONE},
    "meq/kg": {"meq/kg": _ONE},
    "mS/cm": {"mS/cm": _ONE, "uS/cm": Fraction(1, 1000)},
    "mU/L": {"mU/L": _ONE, "U/L": Fraction(1000), "mU/mL": Fraction(1000)},
    "CFU/g": {"CFU/g": _ONE, "CFU/100g": Fraction(1, 100), "CFU/kg": Fraction(1, 1000)},
    "CFU/mL": {"CFU/mL": _ONE, "CFU/100mL": Fraction(1, 100), "CFU/L": Fraction(1, 1000)},
    "CFU/100mL": {"CFU/100mL": _ONE, "CFU/mL": Fraction(100)},
    "MPN/100g": {"MPN/100g": _ONE, "MPN/g": Fraction(100)},
    "cells/mL": {"cells/mL": _ONE, "1000cells/mL": Fraction(1000), "cells/uL": Fraction(1000)},
    "%": {"%": _ONE},
    "%_of_mass": {"%_of_mass": _ONE, "%": _ONE, "g/100g": _ONE, "g/kg": Fraction(1, 10)},
    "%_of_cells": {"%_of_cells": _ONE, "%": _ONE},
    "%_of_fruit": {"%_of_fruit": _ONE, "%": _ONE},
    "%_of_fillet": {"%_of_fillet": _ONE, "%": _ONE},
    "%_dry_basis": {"%_dry_basis": _ONE, "%": _ONE},
    "mites/100bees": {"mites/100bees": _ONE, "%": _ONE},
    "km": {"km": _ONE, "m": Fraction(1, 1000)},
    "m": {"m": _ONE, "km": Fraction(1000), "cm": Fraction(1, 100)},
    "cm": {"cm": _ONE, "m": Fraction(100), "mm": Fraction(1, 10)},
    "mm": {"mm": _ONE, "cm": Fraction(10), "um": Fraction(1, 1000)},
    "um": {"um": _ONE, "mm": Fraction(1000)},
    "ha": {"ha": _ONE, "m2": Fraction(1, 10_000)},
    "m2": {"m2": _ONE, "ha": Fraction(10_000)},
    "s": {"s": _ONE, "min": Fraction(60), "h": Fraction(3600)},
    "min": {"min": _ONE, "h": Fraction(60), "s": Fraction(1, 60)},
    "h": {"h": _ONE, "min": Fraction(1, 60), "days": Fraction(24)},
    "days": {"days": _ONE, "weeks": Fraction(7), "h": Fraction(1, 24)},
    "months": {"months": _ONE, "years": Fraction(12)},
    "years": {"years": _ONE, "months": Fraction(1, 12)},
    "kg": {"kg": _ONE, "g": Fraction(1, 1000)},
    "g": {"g": _ONE, "kg": Fraction(1000), "mg": Fraction(1, 1000)},
    "kg_honey": {"kg_honey": _ONE, "kg": _ONE, "g": Fraction(1, 1000), "L": Fraction(142, 100)},
    "L": {"L": _ONE, "mL": Fraction(1, 1000), "hL": Fraction(100)},
    "mL": {"mL": _ONE, "L": Fraction(1000)},
    "L/kg": {"L/kg": _ONE, "mL/g": _ONE},
    "g/h": {"g/h": _ONE, "kg/h": Fraction(1000)},
    "h/kg": {"h/kg": _ONE, "h/100g": Fraction(10), "min/100g": Fraction(1, 6)},
    "kg/hive": {"kg/hive": _ONE, "g/hive": Fraction(1, 1000)},
    "kg/sheep": {"kg/sheep": _ONE, "g/sheep": Fraction(1, 1000)},
    "kg/person/day": {"kg/person/day": _ONE, "g/person/day": Fraction(1, 1000)},
    **_same("%/year", "pp", "pH", "aw", "degC", "Schade", "grey_scale", "score_1_10", "demerits", "defects/piece"),
    **_same("pieces", "pieces/kg", "people", "animals", "sheep", "hives", "looms", "uses", "units", "days/year"),
    **_same("kg/hive/year", "kg/sheep/year", "kg/year", "L/day", "L/animal/day", "kWh/unit", "kWh/kg"),
}

SPELLINGS: Final[Mapping[str, str]] = {
    "% dry basis": "%_dry_basis",
    "% of cells": "%_of_cells",
    "% of fibre mass": "%_of_mass",
    "% of fillet in": "%_of_fillet",
    "% of fruit": "%_of_fruit",
    "% of mass": "%_of_mass",
    "-": "aw",
    "1-10": "score_1_10",
    "CFU/100 mL": "CFU/100mL",
    "MPN/100 g": "MPN/100g",
    "Schade units": "Schade",
    "demerit points": "demerits",
    "g/100g water": "g/100g_water",
    "grey scale 1-5": "grey_scale",
    "mites/100 bees": "mites/100bees",
    "per piece": "defects/piece",
    "percentage points": "pp",
    "piece": "pieces",
    "ug STX eq/100g": "ug/100g",
    "°Bx": "degBrix",
    "°C": "degC",
    "µg/kg": "ug/kg",
    "UFC/g": "CFU/g",
    "UFC/mL": "CFU/mL",
    "NMP/100g": "MPN/100g",
}
"""Other ways in which people and laboratories write a unit; read when typed, never needed in a protocol."""

SIGNED: Final = frozenset({"degC", "%/year", "pp"})
"""Units in which less than nothing can be measured."""

UNITS: Final = frozenset(_SCALES)
"""Units in which a protocol may state a limit."""

_PHYSICAL: Final[dict[str, tuple[int, int]]] = {
    "pH": (0, 14),
    "aw": (0, 1),
    "grey_scale": (1, 5),
    "score_1_10": (1, 10),
    "degBrix": (0, 100),
    "degC": (-90, 300),
    "g/100g": (0, 100),
    "g/kg": (0, 1000),
    "mg/kg": (0, 1_000_000),
    "%_of_mass": (0, 100),
    "%_of_cells": (0, 100),
    "%_of_fruit": (0, 100),
    "days/year": (0, 366),
}


def accepted_units(unit: str) -> tuple[str, ...]:
    """Units that can be typed where the protocol states ``unit``."""
    return tuple(_SCALES.get(unit, {unit: _ONE}))


def convert(value: Decimal, typed: str, into: str) -> Fraction:
    """``value`` in the unit ``into``, exactly. ``BadInput('protocols.unit')`` names the accepted units."""
    scale = _SCALES.get(into, {into: _ONE})
    bare = typed.strip()
    factor = scale.get(bare, scale.get(SPELLINGS.get(bare, "")))
    if factor is None:
        raise BadInput("protocols.unit", field="unit", unit=typed[:40], accepted=", ".join(accepted_units(into)))
    return Fraction(value) * factor


def possible(unit: str) -> tuple[int, int] | None:
    """The band outside which no value of ``unit`` exists in nature; ``None``: nothing is known."""
    return _PHYSICAL.get(unit)
