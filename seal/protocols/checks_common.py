"""Faults that many kinds of value share: out of range, crossed, listed twice, read by nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from seal.errors import Reason
from seal.protocols.document import number
from seal.protocols.source import Path, Source


def within(
    value: Decimal | int | None, source: Source, path: Path, *, most: Decimal | int, least: int = 0
) -> Iterator[Reason]:
    """Nothing if there is no value, or it is from ``least`` to ``most``."""
    if value is not None and not least <= value <= most:
        yield source.fault("protocols.out_of_range", path, value=number(value), bound=f"{least} … {number(most)}")


def crossed(thing: Any, low: str, high: str, source: Source, path: Path) -> Iterator[Reason]:
    """The attribute ``low`` of ``thing`` above ``high``, where it has both."""
    least, most = getattr(thing, low), getattr(thing, high)
    if least is not None and most is not None and least > most:
        yield source.fault("protocols.bounds_crossed", (*path, high), low=low, high=high)


def band(values: tuple[Decimal, Decimal] | None, source: Source, path: Path) -> Iterator[Reason]:
    """``[from, to]`` the wrong way round."""
    if values is not None and values[0] > values[1]:
        yield source.fault("protocols.bounds_crossed", path, low=number(values[0]), high=number(values[1]))


def repeated(values: Sequence[str], source: Source, path: Path) -> Iterator[Reason]:
    """Whatever is listed again."""
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            yield source.fault("protocols.repeated", (*path, index), value=value)
        seen.add(value)


def unread(keys: Sequence[str], source: Source, path: Path) -> Iterator[Reason]:
    """Keys that are written where nobody reads them: a rule that is not one is worse than none."""
    for key in keys:
        yield source.fault("protocols.unread_key", (*path, key), value=key)


def one_of(thing: Any, keys: Sequence[str], source: Source, path: Path) -> Iterator[Reason]:
    """Exactly one of ``keys`` must be given: neither none nor false counts as given."""
    if sum(getattr(thing, key) not in (None, False) for key in keys) != 1:
        yield source.fault("protocols.one_of", path, keys=", ".join(keys))
