"""What a frozen dataclass tells the validator of files that fills it. Nothing here imports the validator."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

CLOSED = {"extra": "forbid"}
"""Read by the file's validator: a key that a class does not have is a fault, never ignored."""

KEYWORDS = {**CLOSED, "alias_generator": lambda name: name.rstrip("_")}
"""The same for a class with keys that are words of Python: ``pass`` in the file is ``pass_`` here."""

_PLAIN = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")


def is_plain_number(text: str) -> bool:
    """Whether ``text`` is digits, with a point at most."""
    return _PLAIN.fullmatch(text) is not None


class PlainNumberError(ValueError):
    """Not digits and a point."""


def plain_number(value: Any) -> Any:
    """Refuses what is no number written out: ``1e999999999`` would be a small file and a huge value."""
    if isinstance(value, str) and not is_plain_number(value):
        raise PlainNumberError
    return value


class _Plain:
    """Makes the validator look at a number before it builds one, and describe it in the published schema."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return {
            "type": "function-before",
            "function": {"type": "no-info", "function": plain_number},
            "schema": handler(source),
        }

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {"type": "number"}


Number = Annotated[Decimal, _Plain()]
"""A number exactly as typed: digits and a point, no exponent, at most 18 digits on each side."""
