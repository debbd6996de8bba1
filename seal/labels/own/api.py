"""JSON: what labels may be printed on, and the association's own formats and templates."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel, ConfigDict, Field

from seal.errors import BadInput
from seal.identity import Role
from seal.labels.formats import Format
from seal.labels.own import service
from seal.labels.own.model import NAME_MOST, Template
from seal.labels.own.service import Paper, Wish
from seal.web import once
from seal.web.context import Actor
from seal.web.policy import Roles, policy

_PRINTERS = Roles(Role.MANAGER, Role.PRODUCER)
_MANAGER = Roles(Role.MANAGER)
Shape = Literal["rect", "round", "tag"]
Millimetres = tuple[float, float]


class FormatOut(BaseModel):
    """Lengths in millimetres, pairs across and down. ``id`` is what a run names; ``name`` is empty for a built-in."""

    id: str
    name: str
    medium: Literal["sheet", "roll"]
    page_mm: Millimetres
    label_mm: Millimetres
    columns: int
    rows: int
    pitch_mm: Millimetres
    margin_mm: Millimetres
    shape: Shape
    space_mm: float
    template: str
    template_id: UUID | None


class FormatIn(BaseModel):
    """``template``: sheet24, jar, tag or round; or ``template_id`` of one of the association's own."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=NAME_MOST)
    medium: Literal["sheet", "roll"]
    page_mm: Millimetres
    label_mm: Millimetres
    columns: int = 1
    rows: int = 1
    pitch_mm: Millimetres
    margin_mm: Millimetres = (0.0, 0.0)
    shape: Shape = "rect"
    space_mm: float
    template: str = "jar"
    template_id: UUID | None = None
    id: UUID | None = None


class TemplateOut(BaseModel):
    id: UUID
    name: str
    version: int
    shape: Shape
    label_mm: Millimetres
    space_mm: float
    html: str
    css: str
    art_type: str | None
    recorded_at: datetime


class TemplateIn(BaseModel):
    """``art``: PNG, JPEG or SVG in base64; without, that of the version before."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=NAME_MOST)
    shape: Shape = "rect"
    label_mm: Millimetres
    space_mm: float
    html: str
    css: str = ""
    art: str | None = None
    id: UUID | None = None


def _format(paper: Paper) -> FormatOut:
    return FormatOut(
        **{**vars(paper.format), "name": paper.name, "template_id": paper.template.id if paper.template else None}
    )


def _template(found: Template) -> TemplateOut:
    return TemplateOut(**{**vars(found), "art_type": found.art[0] if found.art else None})


@policy(_PRINTERS)
@get("/api/v1/label-formats")
async def formats(acting: Actor) -> list[FormatOut]:
    """Everything that labels may be printed on today."""
    return [_format(one) for one in await service.papers(acting)]


@policy(_MANAGER)
@post("/api/v1/label-formats")
async def add_format(request: Request[Any, Any, Any], acting: Actor, data: JSONBody[FormatIn]) -> FormatOut:
    """Describe the association's own stock; refused with every reason if labels overlap or leave the page."""

    async def run() -> dict[str, Any]:
        given = data.model_dump(exclude={"name", "template_id", "id"})
        described = Format(id="", **given)
        made = await service.add_format(acting, data.name, described, template_id=data.template_id, id=data.id)
        return _format(await service.paper(acting.association_id, str(made.id))).model_dump(mode="json")

    return FormatOut.model_validate(await once.api(request, acting, run, atomic=True))


@policy(_PRINTERS)
@get("/api/v1/label-templates")
async def templates(acting: Actor) -> list[TemplateOut]:
    """Every version of every template, newest first of each name."""
    return [_template(one) for one in await service.templates(acting)]


@policy(_MANAGER)
@post("/api/v1/label-templates")
async def add_template(request: Request[Any, Any, Any], acting: Actor, data: JSONBody[TemplateIn]) -> TemplateOut:
    """A new version of a template; drawn, looked at and read first, and refused with every reason."""
    try:
        art = base64.b64decode(data.art, validate=True) if data.art else None
    except binascii.Error:
        raise BadInput("labels.art_kind", field="art") from None
    wish = Wish(data.name, data.shape, data.label_mm, data.space_mm, data.html, data.css, art)

    async def run() -> dict[str, Any]:
        return _template(await service.add_template(acting, wish, id=data.id)).model_dump(mode="json")

    return TemplateOut.model_validate(await once.api(request, acting, run))


@policy(_PRINTERS)
@get("/api/v1/label-templates/{template_id:uuid}/preview")
async def preview(acting: Actor, template_id: FromPath[UUID]) -> Response[bytes]:
    """A label of the template as PNG, with an example's words and a code that nobody signed."""
    found = await service.template(acting, template_id)
    made = await service.preview(acting, Paper(service.alone_of(found), found.name, found))
    return Response(made, media_type="image/png")


routes: list[Any] = [formats, add_format, templates, add_template, preview]
