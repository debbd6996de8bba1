"""Which characters a text may have: what nobody sees, or what turns the reading direction, is refused."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from litestar import Request
from litestar.exceptions import SerializationException

from seal.errors import BadInput, Reason

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls, but for tab and line breaks
    "\u200b-\u200f\u202a-\u202e\u2066-\u2069"  # no width, and changes of direction
    "\ud800-\udfff]"  # halves of a character: no database takes them
)

MOST_VALUES = 50_000
"""Values of one JSON body: the longest that the API takes has some thousand."""
_MOST_FAULTS = 50


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(text: str) -> str:
    """``text`` for a CSV that a spreadsheet opens: none of it is taken for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def is_plain(text: str) -> bool:
    """True if ``text`` has only characters that a reader sees; tabs and line breaks count as seen."""
    return _UNSEEN.search(text) is None


def folded(text: str) -> str:
    """``text`` as one looks for it: without accents, capitals and doubled spaces."""
    bare = "".join(one for one in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(one))
    return " ".join(bare.split())


def plain(field: str, text: str) -> str:
    """``text`` itself. Raises ``BadInput('web.text_characters')`` unless it :func:`is_plain`."""
    if not is_plain(text):
        raise BadInput("web.text_characters", field=field)
    return text


def clean_strings(body: Any) -> None:
    """Every string of a parsed JSON body, keys too, is plain.

    Raises ``BadInput`` naming the places that are not (fifty at most), or ``web.values`` for more than is looked at.
    """
    faults: list[Reason] = []
    waiting: list[tuple[str, Any]] = [("", body)]
    seen = 0
    while waiting and len(faults) < _MOST_FAULTS:
        place, value = waiting.pop()
        seen += 1
        if seen + len(waiting) + (len(value) if isinstance(value, dict | list) else 0) > MOST_VALUES:
            raise BadInput("web.values", max=MOST_VALUES)
        if isinstance(value, str):
            if not is_plain(value):
                faults.append(Reason("web.text_characters", {"field": place}))
        elif isinstance(value, dict):
            for key, inner in value.items():
                if not is_plain(key):
                    faults.append(Reason("web.text_characters", {"field": place}))
                else:
                    waiting.append((f"{place}.{key}" if place else key, inner))
        elif isinstance(value, list):
            waiting += [(f"{place}.{number}" if place else str(number), inner) for number, inner in enumerate(value)]
    if faults:
        raise BadInput.because(faults[::-1])


async def check_json(request: Request[Any, Any, Any]) -> None:
    """The JSON body of a request, read once and kept by Litestar. Raises ``BadInput``; a body that is no JSON passes,
    since the handler says so if it wants one."""
    try:
        body = await request.json()
    except RecursionError:
        raise BadInput("web.bad_input") from None
    except SerializationException:
        return
    clean_strings(body)
