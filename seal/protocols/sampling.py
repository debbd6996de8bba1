"""What a point asks to be sampled: how many of how many, and how many may fail. The draw is in ``responses.py``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from seal.protocols.edge import CLOSED, Number
from seal.protocols.terms import SampleOf


@dataclass(frozen=True)
class Take:
    """How many are taken: the square root, all, a count, or a percentage with a least number. Rounded up."""

    __pydantic_config__ = CLOSED
    by: Literal["sqrt", "all", "count", "percent"]
    count: int = 0
    percent: Number | None = None
    min: int = 1


@dataclass(frozen=True)
class Sampling:
    """``accept``: so many of the sample may fail. With ``proportion`` the share that does not fail is the credit."""

    __pydantic_config__ = CLOSED
    of: SampleOf
    take: Take
    accept: int = 0
    proportion: bool = False
