"""Verbs on an association's own paper: describe a format, give a template, see how it looks, take it out of use.

Nothing here changes a row: another size is another format, another look another version, so that what was printed can
be told and printed again. A template is drawn, looked at and read before it is kept.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast
from uuid import UUID

from seal import ids
from seal.associations import service as associations
from seal.certificates.papers import branding
from seal.db import in_unit_of_work, reading
from seal.errors import BadInput, NotFound
from seal.files import pictures
from seal.identity import Acting, Role
from seal.ids import Code
from seal.labels import drawing, formats
from seal.labels.drawing import UnitLabel
from seal.labels.faces.drawing import built_in
from seal.labels.formats import BUILT_IN, Format, Pair
from seal.labels.own import judging, markup, store
from seal.labels.own.model import OWN, OwnFormat, Template, own_reasons
from seal.labels.sheet import LabelView
from seal.people import service as people
from seal.printing import cleaning
from seal.printing.stationery import Branding

PRINTERS = (Role.MANAGER, Role.PRODUCER)
ART_MOST = 1_000_000
_SAMPLE_ID = 0x3A8923F521
_SAMPLE_NUMBER = 87
SAMPLE = LabelView(
    product="Miel de flores silvestres",
    net_content="500 g",
    maker="Colmenas Cárcamo",
    commune="Río Ibáñez",
    lot="CC-26V-03",
    units=212,
    use_by=date(2028, 3, 3),
    certified_until=date(2027, 3, 30),
    notes=(("Guardar en un lugar fresco y oscuro", "Keep in a cool and dark place"),),
)
"""What stands on labels that are shown as an example."""


@dataclass(frozen=True)
class Paper:
    """What a label is printed on: a format, under which name, with the association's own template or none."""

    format: Format
    name: str
    template: Template | None = None


async def paper(association_id: UUID, format_id: str) -> Paper:
    """The built-in format of that id, or the association's own. Raises ``BadInput('label.format_unknown')``, also for
    one that is out of use: what was printed on it is kept with its run."""
    if format_id in BUILT_IN:
        return Paper(BUILT_IN[format_id], "")
    try:
        wanted = UUID(format_id)
    except ValueError:
        return Paper(formats.known(format_id), "")  # refused there
    async with reading():
        found = await store.format(association_id, wanted)
        if found is None or found.retired_at is not None:
            raise BadInput("label.format_unknown", field="format", format=format_id[:40])
        template = await store.template(association_id, found.template_id) if found.template_id else None
    return Paper(found.format, found.name, template)


async def papers(acting: Acting) -> tuple[Paper, ...]:
    """Everything that labels may be printed on today: the association's own first."""
    async with reading():
        found = await store.formats(acting.association_id)
        kept = {one.id: one for one in await store.templates(acting.association_id)}
    own = [
        Paper(one.format, one.name, kept[one.template_id] if one.template_id else None)
        for one in found
        if one.retired_at is None
    ]
    return (*own, *(Paper(one, "") for one in BUILT_IN.values()))


async def own_formats(acting: Acting) -> tuple[OwnFormat, ...]:
    """Every format that the association described, also those out of use. Whoever may print."""
    await people.authorise(acting, *PRINTERS)
    async with reading():
        return await store.formats(acting.association_id)


async def templates(acting: Acting) -> tuple[Template, ...]:
    """Every version of every template. Whoever may print."""
    await people.authorise(acting, *PRINTERS)
    async with reading():
        return await store.templates(acting.association_id)


async def template(acting: Acting, template_id: UUID) -> Template:
    """One version. Raises ``NotFound('labels.template_not_found')``."""
    await people.authorise(acting, *PRINTERS)
    async with reading():
        found = await store.template(acting.association_id, template_id)
    if found is None:
        raise NotFound("labels.template_not_found")
    return found


async def add_format(
    acting: Acting, name: str, format: Format, *, template_id: UUID | None = None, id: UUID | None = None
) -> OwnFormat:
    """Describe the association's own stock. Managers. ``format.id`` is given here; with ``template_id`` its template is
    the association's own. Raises ``BadInput`` with everything that is wrong, ``NotFound`` for an unknown template."""
    await people.authorise(acting, Role.MANAGER)
    wanted = await template(acting, template_id) if template_id else None
    key = id or ids.uuid7(acting.at)
    described = Format(**{**vars(format), "id": str(key), "template": OWN if wanted else format.template})

    async def write() -> OwnFormat:
        before = await store.formats(acting.association_id)
        for one in before:
            if one.id == key and one.name == name and one.format == described:
                return one
        taken = [one.name for one in before if one.retired_at is None]
        if against := own_reasons(name, described, wanted, taken):
            raise BadInput.because(against)
        made = OwnFormat(key, name, described, template_id, acting.at)
        await store.insert_format(acting.association_id, made, acting.person_id)
        return made

    return await in_unit_of_work(write)


async def retire_format(acting: Acting, format_id: UUID) -> None:
    """Take a format out of use; again is free. Managers. Raises ``NotFound('labels.format_not_found')``."""
    await people.authorise(acting, Role.MANAGER)

    async def write() -> None:
        if await store.format(acting.association_id, format_id) is None:
            raise NotFound("labels.format_not_found")
        await store.retire(acting.association_id, format_id, acting.at)

    await in_unit_of_work(write)


@dataclass(frozen=True)
class Wish:
    """A template as it was sent. ``art`` is (declared type, bytes); without, the version before lends its own."""

    name: str
    shape: str
    label_mm: Pair
    space_mm: float
    html: str
    css: str
    art: bytes | None = None


async def add_template(acting: Acting, wish: Wish, *, id: UUID | None = None) -> Template:
    """Keep a new version of a template, drawn and judged with an example first. Managers.

    Raises ``BadInput`` for markup that is not allowed and for art that cannot be cleaned, ``Refused`` with every reason
    why such a label may not be printed, ``Unavailable`` as printing does.
    """
    await people.authorise(acting, Role.MANAGER)
    art = await asyncio.to_thread(cleaned, wish.art) if wish.art else await _art_before(acting, wish.name)
    made = Template(
        id=id or ids.uuid7(acting.at),
        name=wish.name,
        version=1,
        shape=wish.shape,
        label_mm=wish.label_mm,
        space_mm=wish.space_mm,
        html=wish.html,
        css=wish.css,
        art=art,
        recorded_at=acting.at,
    )
    markup.clean(made.html, made.css, art=art is not None)
    alone = formats.checked(alone_of(made))
    association = await associations.get(acting.association_id)
    await _example(acting, Paper(alone, wish.name, made), branding(association))

    async def write() -> Template:
        if (before := await store.template(acting.association_id, made.id)) is not None:
            return before
        version = await store.last_version(acting.association_id, wish.name) + 1
        kept = Template(**{**vars(made), "version": version})
        await store.insert_template(acting.association_id, kept, acting.person_id)
        return kept

    return await in_unit_of_work(write)


def alone_of(template: Template) -> Format:
    """A page of one label of the template's size."""
    shape = cast(Literal["rect", "round", "tag"], template.shape)
    return formats.roll(str(template.id), *template.label_mm, shape, template.space_mm, OWN)


def cleaned(data: bytes) -> tuple[str, bytes]:
    """Art as it is kept: PNG and JPEG written anew without metadata, drawings with their shapes only. Blocking.

    Raises ``BadInput`` (``labels.art_kind``, ``labels.art_big``, and as the two cleaners).
    """
    if len(data) > ART_MOST:
        raise BadInput("labels.art_big", field="art", kilobytes=ART_MOST // 1000)
    for media_type, begins in (("image/png", b"\x89PNG\r\n"), ("image/jpeg", b"\xff\xd8\xff")):
        if data.startswith(begins):
            return media_type, pictures.written_anew(data, media_type)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return "image/svg+xml", cleaning.clean_svg(data)
    raise BadInput("labels.art_kind", field="art")


async def _art_before(acting: Acting, name: str) -> tuple[str, bytes] | None:
    async with reading():
        kept = [one for one in await store.templates(acting.association_id) if one.name == name]
    return kept[0].art if kept else None


async def preview(acting: Acting, paper: Paper) -> bytes:
    """A label as PNG, with an example's words and a code that nobody signed. Whoever may print."""
    await people.authorise(acting, *PRINTERS)
    association = await associations.get(acting.association_id)
    planned = await _example(acting, paper, branding(association))
    (shown,) = drawing.printed(planned, [example(paper)])
    return await judging.picture(planned.face, planned.layout, paper.format, shown)


async def _example(acting: Acting, paper: Paper, house: Branding) -> drawing.Plan:
    return await drawing.plan(
        paper.format, SAMPLE, house, example(paper), at=acting.at, title=paper.name, template=paper.template
    )


def example(paper: Paper) -> UnitLabel:
    """A label that is signed by nobody: its code is well formed and not of any batch."""
    code = Code(_SAMPLE_ID, _SAMPLE_NUMBER).printed
    digits = str(int.from_bytes(b"\x01" + b"\x11" + _SAMPLE_NUMBER.to_bytes(2) * 41))
    return UnitLabel(_SAMPLE_NUMBER, code, digits, "")


async def setting(acting: Acting, format_id: str) -> Pair:
    """How far the person last moved this format's labels, in millimetres to the right and down."""
    if acting.person_id is None:
        return 0.0, 0.0
    async with reading():
        right, down = await store.setting(acting.association_id, acting.person_id, format_id)
    return right / 10, down / 10


async def keep_setting(acting: Acting, format_id: str, offset_mm: Pair) -> None:
    """Remember it for the next time."""
    if acting.person_id is None:
        return
    person, tenths = acting.person_id, (round(offset_mm[0] * 10), round(offset_mm[1] * 10))
    await in_unit_of_work(lambda: store.keep_setting(acting.association_id, person, format_id, tenths, acting.at))


def left_out(paper: Paper, view: LabelView, house: Branding) -> tuple[str, ...]:
    """What a built-in face has no room for on this paper; the product's own label says it."""
    return built_in(paper.format, view, house).left_out if paper.template is None else ()
