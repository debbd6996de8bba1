"""A trace as a page shows it: the picture's boxes, the list's lines, and the same as a spreadsheet. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from markupsafe import Markup

from seal.batches.book.model import Lot, said
from seal.traceability import picture, saying
from seal.traceability.picture import Box
from seal.traceability.service import Spot, Told
from seal.traceability.tracing import Node, Place, Trace, by_place
from seal.web.i18n import Translator

STOPPED = frozenset({"held", "on_hold", "recalled", "revoked", "discarded"})
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    *(
        "depth",
        "lot",
        "material",
        "producer",
        "code",
        "state",
        "share_percent",
        "made",
        "made_on",
        "held",
        "lost",
        "unit",
    ),
    *("where", "place", "sent", "back", "there", "numbers"),
)


@dataclass(frozen=True)
class Line:
    """One lot in the list. ``facts`` are sentences; ``places`` are (name, what is there, numbers)."""

    lot: Lot
    name: str
    about: str
    state: str
    facts: tuple[str, ...]
    places: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Shown:
    """One trace: its picture and its lists, the subject's line first."""

    subject: Line
    picture: Markup
    before: tuple[Line, ...]
    after: tuple[Line, ...]
    at_places: tuple[tuple[str, tuple[str, ...]], ...]


def amount(value: int, lot: Lot, t: Translator) -> str:
    """``24 unidades``, ``12,5 kg``."""
    words, unit = said(value, lot.dimension)
    return f"{t.number(words)} {t(f'book.unit.{unit}')}"


def material(lot: Lot, t: Translator) -> str:
    key = f"book.material.{lot.material}"
    return t(key) if t.has(key) else lot.material


def percent(share: object, t: Translator) -> str:
    text = str(share)
    return f"< {t.number(text[1:])}" if text.startswith("<") else t.number(text)


def shown(told: Told, trace: Trace, t: Translator) -> Shown:
    """The page's view of one trace."""
    boxes = {node.lot.id: _box(told, node, t) for node in trace.nodes}
    boxes[trace.subject.lot.id] = Box(
        trace.subject.lot.id,
        trace.subject.lot.name,
        amount(trace.subject.made, trace.subject.lot, t),
        "subject",
    )
    spots = by_place((trace.subject, *trace.after))
    places, at_places = [], []
    for spot, lots in spots.items():
        held = [(lot, there) for lot, there in lots.items()]
        name = told.names.spots.get(spot, "")
        first = next(node.lot for node in trace.nodes if node.lot.id == held[0][0])
        says = amount(held[0][1], first, t) if len(held) == 1 else t("traceability.lots", count=len(held))
        places.append(Box(spot, name, says, "place"))
        at_places += [(lot, spot) for lot, _ in held]
    drawn = picture.svg(
        trace,
        picture.rows(trace, boxes, places, t("traceability.more", count="{count}")),
        at_places,
        t("traceability.picture", lot=trace.subject.lot.name),
    )
    return Shown(
        _line(told, trace, trace.subject, t),
        drawn,
        tuple(_line(told, trace, node, t) for node in trace.before),
        tuple(_line(told, trace, node, t) for node in trace.after),
        tuple((told.names.spots.get(spot, ""), tuple(_at(told, trace, lots, spot, t))) for spot, lots in spots.items()),
    )


def _at(told: Told, trace: Trace, lots: dict[UUID, int], spot: Spot, t: Translator) -> Iterator[str]:
    """What of each lot is at a place, with the numbers that are known."""
    known = {node.lot.id: node.lot for node in trace.nodes}
    for lot, there in lots.items():
        says = f"{known[lot].name}: {amount(there, known[lot], t)}"
        numbers = saying.numbers(told.numbers.get((lot, spot), ()))
        yield f"{says} · {t('traceability.numbers', numbers=numbers)}" if numbers else says


def _box(told: Told, node: Node, t: Translator) -> Box:
    stopped = _state(told, node) in STOPPED
    share = saying.percent(node.share)
    return Box(
        node.lot.id,
        node.lot.name,
        f"{material(node.lot, t)} {percent(share, t)} %" if node.lot.batch_id is None else f"{percent(share, t)} %",
        "stopped" if stopped else "lot",
    )


def _state(told: Told, node: Node) -> str:
    return told.names.states[node.lot.id].value if node.lot.id in told.names.states else ""


def _line(told: Told, trace: Trace, node: Node, t: Translator) -> Line:
    lot, facts = node.lot, []
    if node.depth:
        key = "traceability.share_before" if node.depth < 0 else "traceability.share_after"
        facts.append(t(key, percent=percent(saying.percent(node.share), t), lot=trace.subject.lot.name))
    if node.made_on is not None:
        facts.append(t("traceability.made_on", amount=amount(node.made, lot, t), day=t.day(node.made_on)))
    if node.held:
        facts.append(t("traceability.held", amount=amount(node.held, lot, t)))
    if node.lost:
        facts.append(t("traceability.lost", amount=amount(node.lost, lot, t)))
    return Line(
        lot,
        lot.name,
        f"{material(lot, t)} · {told.names.producers.get(lot.producer_id, '')}",
        _state(told, node),
        tuple(facts),
        tuple(_place(told, lot, place, t) for place in node.places),
    )


def _place(told: Told, lot: Lot, place: Place, t: Translator) -> tuple[str, str, str]:
    spot = (place.where, place.id)
    says = amount(place.amount, lot, t)
    if place.back:
        says += f" ({t('traceability.back', amount=amount(place.back, lot, t))})"
    return told.names.spots.get(spot, ""), says, saying.numbers(told.numbers.get((lot.id, spot), ()))


def as_csv(told: Told, t: Translator) -> str:
    """Every lot and place of the traces under headers in the reader's language: UTF-8, commas, amounts in
    base units. No cell can be taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([t(f"traceability.column.{name}") for name in COLUMNS])
    for trace in told.traces:
        for node in trace.nodes:
            lot, batch = node.lot, told.names.batches.get(node.lot.id)
            row = [
                str(node.depth),
                lot.name,
                lot.material,
                told.names.producers.get(lot.producer_id, ""),
                batch.code if batch is not None else "",
                _state(told, node),
                saying.percent(node.share),
                str(node.made),
                node.made_on.isoformat() if node.made_on else "",
                str(node.held),
                str(node.lost),
                said(0, lot.dimension)[1],
            ]
            places = [_cells(told, lot, place) for place in node.places] or [[""] * 6]
            writer.writerows([[_cell(text) for text in (*row, *cells)] for cells in places])
    return out.getvalue()


def _cells(told: Told, lot: Lot, place: Place) -> list[str]:
    spot = (place.where, place.id)
    return [
        place.where.value,
        told.names.spots.get(spot, ""),
        str(place.sent),
        str(place.back),
        str(place.amount),
        saying.numbers(told.numbers.get((lot.id, spot), ())),
    ]


def _cell(text: str) -> str:
    number = text.lstrip("-").isdecimal()
    return text if number or not text.startswith(_FORMULA) else f"'{text}"
