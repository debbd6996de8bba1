"""Labels as a file to print: the face of the batch drawn once, then each unit's symbol, code and number stamped."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial

from seal.errors import Refused, Unavailable
from seal.labels import sheet
from seal.labels.faces import drawing as faces
from seal.labels.faces import words
from seal.labels.faces.pieces import Face
from seal.labels.formats import Format, Pair, Place
from seal.labels.own import faces as own_faces
from seal.labels.own import judging
from seal.labels.own.model import Template
from seal.labels.sheet import Fit, LabelView
from seal.printing import labels as printing
from seal.printing.labels import Layout, Printed, Sample
from seal.printing.stationery import Branding

LANGUAGE = "es"
PIECE = 480
"""Labels in a piece of a run, in whole pages: what is done at once, and lost at most when a process dies."""
OWN_SECONDS = 10.0
"""CPU time for a face that an association wrote."""
_CODE_CHARS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ-"
_UNIT_CHARS = "0123456789/"


@dataclass(frozen=True)
class UnitLabel:
    """One label: its number, the code for people, the signed token's digits, and the address that the QR carries."""

    number: int
    code: str
    digits: str
    address: str


@dataclass(frozen=True)
class Plan:
    """All that makes a run of labels look as it does, but for the labels themselves."""

    face: printing.Face
    layout: Layout
    signed: bool
    units: int
    qr_prefix: str
    start: int
    batch_digits: str = ""
    """The batch's token, where the symbol has no room for each unit's."""

    def pages(self, count: int) -> int:
        return -(-(count + self.start - 1) // len(self.layout.places_mm))

    @property
    def numbered(self) -> bool:
        """False where a product is sealed by the lot: then no label bears a number."""
        return any(spot["name"] == "unit" for spot in self.face.parts["spots"])

    @property
    def per_piece(self) -> int:
        """Places in a piece: whole pages of about ``PIECE`` labels."""
        per_page = len(self.layout.places_mm)
        return max(1, PIECE // per_page) * per_page


def samples(label: LabelView, code: str, face: Face | None) -> tuple[Sample, ...]:
    """Code and number as long as the longest, and like no other words of the label; no number where none is printed.

    Without ``face`` (an association's own template) both keep to the middle of their place.
    """
    words = {label.product, label.net_content, label.maker, label.commune, label.lot}
    aligned: dict[str, str] = {"code": "center", "unit": "center"} if face is None else {}
    aligned |= {spot.name: spot.align for spot in face.spots} if face else {}
    codes = ["".join(digit if char != "-" else char for char in code) for digit in "8690"]
    units = [f"{digit * len(str(label.units))}/{label.units}" for digit in "8690"]
    found = [Sample("code", next(one for one in codes if one not in words), _CODE_CHARS, aligned["code"])]
    if label.numbered:
        found.append(Sample("unit", next(one for one in units if one not in words), _UNIT_CHARS, aligned["unit"]))
    return tuple(found)


def face_html(face: Face, label: LabelView, branding: Branding, drawn: Fit, code: str, *, guides: bool = False) -> str:
    """A built-in face with samples in the places of what varies."""
    shown = {one.name: one.markup() for one in samples(label, code, face)}
    return faces.html(
        face,
        branding,
        title=words.ES("labels_print.title"),
        side_mm=drawn.side_mm,
        code=shown["code"],
        unit=shown.get("unit", ""),
        guides=guides,
    )


async def plan(
    format: Format,
    label: LabelView,
    branding: Branding,
    example: UnitLabel,
    *,
    at: datetime,
    title: str,
    start: int = 1,
    offset_mm: Pair = (0.0, 0.0),
    guides: bool = False,
    template: Template | None = None,
    dots_per_mm: float | None = None,
    batch_token: Callable[[], Awaitable[str]] | None = None,
) -> Plan:
    """Draw the face, with the symbol's size reckoned for ``example`` (all codes of a batch are of one length).

    ``template``: the association's own in place of a built-in one; its labels are looked at before any is printed, and
    whatever is wrong raises ``Refused`` with every reason. ``dots_per_mm``: of a thermal printer. ``batch_token`` gives
    the batch's own token, asked for where a unit's does not fit and before the short code is taken. ``ValueError`` for
    a start or an offset that the format does not have. Raises as ``sheet.fit``, ``faces.built_in`` and
    ``printing.labels.face`` do.
    """
    places: list[Place] = [format.place(position, offset_mm) for position in range(1, format.per_page + 1)]
    format.place(start)
    fit = partial(sheet.fit, space_mm=format.space_mm, dots_per_mm=dots_per_mm)
    drawn, of_batch = fit(branding.qr_prefix, example.digits, example.code), ""
    if not drawn.signed and batch_token is not None and (digits := await batch_token()):
        other = fit(branding.qr_prefix, digits, example.code)
        drawn, of_batch = (other, digits) if other.signed else (drawn, "")
    if template is None:
        face = faces.built_in(format, label, branding)
        html = face_html(face, label, branding, drawn, example.code, guides=guides)
        made = await printing.face(html, samples(label, example.code, face), at=at, lang=LANGUAGE, title=title)
    else:
        made = await _own(template, label, branding, drawn, example, at=at, title=title)
    layout = Layout(
        format.page_mm,
        tuple((place.left, place.top) for place in places),
        format.label_mm[1],
        drawn.module_mm,
        drawn.symbol.version,
        len(branding.qr_prefix) if drawn.signed else len(drawn.symbol.text),
    )
    planned = Plan(made, layout, drawn.signed, label.units, branding.qr_prefix, start, of_batch)
    if template is not None:
        (shown,) = printed(planned, [example])
        assert shown is not None  # an example is a label
        if against := await judging.faults(made, layout, format, shown, label, branding):
            raise Refused.because(against)
    return planned


async def _own(
    template: Template,
    label: LabelView,
    branding: Branding,
    drawn: Fit,
    example: UnitLabel,
    *,
    at: datetime,
    title: str,
) -> printing.Face:
    """The face of an association's own template. Raises ``Refused('labels.template_undrawn')`` if it is no label."""
    stamped = samples(label, example.code, None)
    shown = {one.name: one.markup() for one in stamped}
    html = own_faces.html(
        template,
        label,
        branding,
        title=title,
        side_mm=drawn.side_mm,
        code=shown["code"],
        unit=shown.get("unit", ""),
    )
    try:
        return await printing.face(html, stamped, at=at, lang=LANGUAGE, title=title, seconds=OWN_SECONDS)
    except Unavailable as error:
        if error.code in ("printing.failed", "printing.timeout"):
            raise Refused("labels.template_undrawn", field="html") from error
        raise


def printed(plan: Plan, units: Sequence[UnitLabel | None]) -> list[Printed]:
    """The labels as they are stamped; ``None`` (a number out of use) leaves its place blank."""
    found: list[Printed] = []
    for one in units:
        if one is None:
            found.append(None)
            continue
        said = (plan.batch_digits or one.digits) if plan.signed else one.code.replace("-", "")
        unit = (f"{one.number}/{plan.units}",) if plan.numbered else ()
        found.append((plan.qr_prefix + said, one.code, *unit))
    return found


def blank(plan: Plan) -> list[Printed]:
    """The places before the first label, used already."""
    return [None] * (plan.start - 1)


async def pdf(plan: Plan, units: Sequence[UnitLabel | None]) -> bytes:
    """A run that is made at once."""
    return await printing.whole(plan.face, plan.layout, [*blank(plan), *printed(plan, units)])


def written_plan(plan: Plan) -> str:
    """All of a plan but its face, for keeping."""
    return json.dumps(asdict(replace(plan, face=printing.Face({}, b""))) | {"face": None}, sort_keys=True)


def read_plan(text: str, face: printing.Face) -> Plan:
    """A plan that was kept, with its face."""
    found = json.loads(text)
    layout = found.pop("layout")
    layout["page_mm"] = tuple(layout["page_mm"])
    layout["places_mm"] = tuple((left, top) for left, top in layout["places_mm"])
    return Plan(**found | {"face": face, "layout": Layout(**layout)})
