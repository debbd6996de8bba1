"""Formats and templates of an association's own: what they are, and what a format must be. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from seal.errors import Reason
from seal.labels.faces.drawing import BUILT_IN_TEMPLATES, fits_built_in
from seal.labels.formats import Format, format_reasons

NAME_MOST = 60
OWN = "own"


@dataclass(frozen=True)
class Template:
    """One version of a template for labels of one size. ``art`` is (media type, cleaned bytes)."""

    id: UUID
    name: str
    version: int
    shape: str
    label_mm: tuple[float, float]
    space_mm: float
    html: str
    css: str
    art: tuple[str, bytes] | None
    recorded_at: datetime


@dataclass(frozen=True)
class OwnFormat:
    """A kind of paper under the association's own name. ``format.id`` is the row's id as text."""

    id: UUID
    name: str
    format: Format
    template_id: UUID | None
    recorded_at: datetime
    retired_at: datetime | None = None


def own_reasons(name: str, format: Format, template: Template | None, taken: Sequence[str]) -> tuple[Reason, ...]:
    """Everything that is wrong with a format that an association describes."""
    reasons = list(format_reasons(format))
    if name.casefold() in (one.casefold() for one in taken):
        reasons.append(Reason("labels.format_name_taken", {"field": "name", "name": name}))
    if template is None and format.template not in BUILT_IN_TEMPLATES:
        reasons.append(Reason("labels.template_unknown", {"field": "template", "template": format.template[:40]}))
    elif template is None and not reasons and not fits_built_in(format):
        told = {"width": f"{format.label_mm[0]:g}", "height": f"{format.label_mm[1]:g}"}
        reasons.append(Reason("labels.format_no_face", {"field": "template", **told}))
    if template is not None and (template.label_mm, template.shape) != (format.label_mm, format.shape):
        told = {"width": f"{template.label_mm[0]:g}", "height": f"{template.label_mm[1]:g}"}
        reasons.append(Reason("labels.template_other_size", {"field": "template", **told}))
    return tuple(reasons)
