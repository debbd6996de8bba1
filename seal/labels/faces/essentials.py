"""What must be read on every label, and what may stand on the product's own label instead. Pure."""

from __future__ import annotations

from seal.labels.faces import words
from seal.labels.sheet import LabelView
from seal.printing.stationery import Branding

ELSEWHERE = ("product", "place", "use_by")
"""On tags and round labels these may stand on the product's own label."""


def of(view: LabelView, branding: Branding, *, code: str, unit: str, small: bool) -> dict[str, str]:
    """What must be read, by its name. ``small``: a tag or a round label. ``unit`` is empty where none is printed."""
    found = {
        "association": branding.name,
        "maker": view.maker,
        "lot": view.lot,
        "code": code,
        "address": branding.address,
        "certified_until": words.day(view.certified_until),
    }
    if view.numbered:
        found["unit"] = unit
    if branding.demonstration:
        found["demonstration"] = words.ES("labels_print.demonstration")
    if not small:
        found |= {"product": view.product, "place": view.commune}
        if view.use_by is not None:
            found["use_by"] = words.day(view.use_by)
    return found
