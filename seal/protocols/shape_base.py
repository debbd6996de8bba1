"""Kinds of values that the shapes of files share, and the way in which they are read at the edge."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from seal.protocols.edge import Number

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")]
Version = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})$")]
PointId = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,9}-[A-Z][0-9]{2}$")]
Sentence = Annotated[str, Field(min_length=1, max_length=600)]
Paragraph = Annotated[str, Field(min_length=1, max_length=3000)]
Year = Annotated[int, Field(ge=1, le=100)]
Count = Annotated[int, Field(ge=0, le=100_000)]


class NotADateError(ValueError):
    """Not written as 2027-01-31."""


def _day(value: Any) -> Any:
    """Days are text in a file: 20270101 would otherwise be read as seconds since 1970."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise NotADateError


Percent = Annotated[Number, Field(ge=0, le=100)]
Day = Annotated[date, BeforeValidator(_day)]


class Shape(BaseModel):
    """A map of a file: its keys and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)
