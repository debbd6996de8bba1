"""Pages of paper: what labels are printed on, a format of one's own, a template of one's own, and how each looks."""

from __future__ import annotations

from typing import Any, Literal, cast
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.errors import BadInput, Conflict, Refused, SealError
from seal.identity import Acting, Role
from seal.labels.faces.drawing import BUILT_IN_TEMPLATES
from seal.labels.formats import A4, BUILT_IN, LETTER, Format
from seal.labels.own import markup, service, starter
from seal.labels.own.model import NAME_MOST, Template
from seal.labels.own.service import Paper, Wish
from seal.web import forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_PRINTERS = Roles(Role.MANAGER, Role.PRODUCER)
_MANAGER = Roles(Role.MANAGER)
FORM_ERRORS = (BadInput, Refused, Conflict)
SHAPES = ("rect", "round", "tag")
PAGES = {"a4": A4, "letter": LETTER}
Web = Request[Any, Any, Any]


@policy(_PRINTERS)
@get("/desk/labels/paper")
async def list_paper(request: Web, acting: Actor) -> Response[str]:
    """Every kind of paper, the association's own first; and its templates."""
    return render.page(
        request,
        "labels/paper/list.html",
        formats=await service.own_formats(acting),
        built_in=list(BUILT_IN.values()),
        templates=await service.templates(acting),
    )


@policy(_PRINTERS)
@get("/desk/labels/paper/formats/{format_id:str}")
async def show_format(request: Web, acting: Actor, format_id: FromPath[str]) -> Response[str]:
    """One kind of paper: its measures, its page as a picture, and a label on it as an example."""
    found = await service.paper(acting.association_id, format_id)
    return render.page(request, "labels/paper/format.html", paper=found, format=found.format)


@policy(_PRINTERS)
@get("/desk/labels/paper/formats/{format_id:str}/preview.png")
async def format_picture(acting: Actor, format_id: FromPath[str]) -> Response[bytes]:
    """A label as an example, 300 dots an inch."""
    made = await service.preview(acting, await service.paper(acting.association_id, format_id))
    return Response(made, media_type="image/png")


@policy(_MANAGER)
@get("/desk/labels/paper/formats/new")
async def new_format(request: Web, acting: Actor) -> Response[str]:
    return await _format_form(request, acting, Form())


async def _format_form(request: Web, acting: Acting, form: Form, error: SealError | None = None) -> Response[str]:
    given: dict[str, Any] = {
        "shapes": SHAPES,
        "built_in": BUILT_IN_TEMPLATES,
        "templates": await service.templates(acting),
    }
    if error is not None:
        return form.again(request, "labels/paper/new_format.html", error, **given)
    return render.page(request, "labels/paper/new_format.html", form=form, **given)


@policy(_MANAGER)
@post("/desk/labels/paper/formats/new")
async def add_format(request: Web, acting: Actor) -> Response[Any]:
    form = await forms.read(request)
    name = form.text("name", most=NAME_MOST)
    described, template_id = _described(form)

    async def run() -> dict[str, Any]:
        return {"id": str((await service.add_format(acting, name, described, template_id=template_id)).id)}

    try:
        form.check()
        done = await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _format_form(request, acting, form, error)
    return render.to(request, f"/desk/labels/paper/formats/{done['id']}")


def _described(form: Form) -> tuple[Format, UUID | None]:
    """The format as typed, and the association's own template if one was chosen."""
    medium = cast(Literal["sheet", "roll"], form.choice("medium", ("sheet", "roll")) or "sheet")
    shape = cast(Literal["rect", "round", "tag"], form.choice("shape", SHAPES) or "rect")
    label = _millimetres(form, "label_width"), _millimetres(form, "label_height")
    space = _millimetres(form, "space", needed=False) or usual_space(shape, label)
    template, template_id = form.value("template"), None
    if template not in BUILT_IN_TEMPLATES:
        template_id = form.uuid("template")
    if medium == "roll":
        return Format("", medium, label, label, 1, 1, label, (0.0, 0.0), shape, space, template), template_id
    kind = form.choice("page", (*PAGES, "other"))
    page = PAGES.get(kind) or (_millimetres(form, "page_width"), _millimetres(form, "page_height"))
    columns, rows = form.integer("columns", low=1, high=100), form.integer("rows", low=1, high=100)
    pitch = (
        _millimetres(form, "pitch_x", needed=columns > 1) or label[0],
        _millimetres(form, "pitch_y", needed=rows > 1) or label[1],
    )
    margin = _millimetres(form, "margin_left"), _millimetres(form, "margin_top")
    return Format("", medium, page, label, columns, rows, pitch, margin, shape, space, template), template_id


def usual_space(shape: str, label: tuple[float, float]) -> float:
    """The square for the symbol where nobody says: what the built-in faces of that shape have room for."""
    width, height = label
    if shape == "round":
        return round(width * 0.519, 2)
    return round(max(10.0, min(22.0, width - 8) if shape == "tag" else min(24.9, height - 8, width - 4)), 2)


def _millimetres(form: Form, name: str, *, needed: bool = True) -> float:
    return float(form.decimal(name, required=needed) or 0)


@policy(_MANAGER)
@post("/desk/labels/paper/formats/{format_id:uuid}/retire")
async def retire_format(request: Web, acting: Actor, format_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)

    async def run() -> dict[str, Any]:
        await service.retire_format(acting, format_id)
        return {}

    await form.once(request, acting, run, atomic=True)
    return render.to(request, "/desk/labels/paper")


@policy(_MANAGER)
@get("/desk/labels/paper/templates/new")
async def new_template(request: Web, acting: Actor) -> Response[str]:
    """The form; ``?from=`` a version to begin with."""
    begun = request.query_params.get("from", "")
    found = [one for one in await service.templates(acting) if str(one.id) == begun]
    return _template_form(request, Form(), found[0] if found else None)


def _template_form(request: Web, form: Form, begun: Template | None, error: SealError | None = None) -> Response[str]:
    given: dict[str, Any] = {"shapes": SHAPES, "names": markup.NAMES, "begun": begun, "starter": starter}
    if error is not None:
        return form.again(request, "labels/paper/new_template.html", error, **given)
    return render.page(request, "labels/paper/new_template.html", form=form, **given)


@policy(Roles(Role.MANAGER, upload=True))
@post("/desk/labels/paper/templates/new")
async def add_template(request: Web, acting: Actor) -> Response[Any]:
    form = await forms.read(request)
    shape = form.choice("shape", SHAPES)
    label = _millimetres(form, "label_width"), _millimetres(form, "label_height")
    art = form.upload("art", required=False)
    wish = Wish(
        name=form.text("name", most=NAME_MOST),
        shape=shape,
        label_mm=label,
        space_mm=_millimetres(form, "space", needed=False) or usual_space(shape, label),
        html=form.text("html", most=markup.MOST_LETTERS),
        css=form.text("css", required=False, most=markup.MOST_LETTERS),
        art=art.data if art and art.data else None,
    )

    async def run() -> dict[str, Any]:
        return {"id": str((await service.add_template(acting, wish)).id)}

    try:
        form.check()
        done = await form.once(request, acting, run)
    except FORM_ERRORS as error:
        return _template_form(request, form, None, error)
    return render.to(request, f"/desk/labels/paper/templates/{done['id']}")


@policy(_PRINTERS)
@get("/desk/labels/paper/templates/{template_id:uuid}")
async def show_template(request: Web, acting: Actor, template_id: FromPath[UUID]) -> Response[str]:
    """A version of a template: its example, its text, and the versions beside it."""
    found = await service.template(acting, template_id)
    others = [one for one in await service.templates(acting) if one.name == found.name]
    return render.page(request, "labels/paper/template.html", shown=found, versions=others)


@policy(_PRINTERS)
@get("/desk/labels/paper/templates/{template_id:uuid}/preview.png")
async def template_picture(acting: Actor, template_id: FromPath[UUID]) -> Response[bytes]:
    """A label of the template as an example, 300 dots an inch."""
    found = await service.template(acting, template_id)
    made = await service.preview(acting, Paper(service.alone_of(found), found.name, found))
    return Response(made, media_type="image/png")


routes: list[Any] = [
    list_paper, new_format, add_format, show_format, format_picture, retire_format,
    new_template, add_template, show_template, template_picture,
]  # fmt: skip
