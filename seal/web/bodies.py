"""Forms as they come in, held to a size before they are taken apart: a megabyte of ``&`` costs seconds to parse."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.datastructures import FormMultiDict

from seal.errors import BadInput

MOST_FIELDS = 5_000
"""Fields of one form; the longest page has some hundred. Parts of a multipart form are limited by Litestar."""


async def form(request: Request[Any, Any, Any]) -> FormMultiDict:
    """The fields and files that were sent, read once and kept by Litestar. Raises ``BadInput('web.fields')``."""
    encoded = request.content_type[0] == "application/x-www-form-urlencoded"
    if encoded and (await request.body()).count(b"&") >= MOST_FIELDS:
        raise BadInput("web.fields", max=MOST_FIELDS)
    return await request.form()
