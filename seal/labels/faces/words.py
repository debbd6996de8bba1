"""The words that stand on labels, in both languages: Spanish first, English beside it or under it. Pure."""

from __future__ import annotations

from datetime import date

from seal.labels.sheet import LabelView
from seal.protocols.model import Protocol
from seal.web.i18n import translator

ES, EN = translator("es"), translator("en")


def both(key: str) -> str:
    """``Lote · Batch``; one word where both are the same."""
    one, other = ES(f"labels_print.{key}"), EN(f"labels_print.{key}")
    return one if one == other else f"{one} · {other}"


def day(value: date) -> str:
    """With the month in letters, so that no reader takes it for another day."""
    return ES.day(value)


def notes(protocol: Protocol) -> tuple[tuple[str, str], ...]:
    """What a protocol's label rules say of allergens, storage and what to do once opened, in Spanish and English."""
    rules = protocol.rules.label
    found = []
    if rules.allergens:
        listed = [", ".join(said(f"protocols.allergen.{one.value}") for one in rules.allergens) for said in (ES, EN)]
        found.append(
            (ES("labels_print.contains", allergens=listed[0]), EN("labels_print.contains", allergens=listed[1]))
        )
    spanish, english = protocol.text("es").notes, protocol.text("en").notes
    for id in (*rules.storage, *((rules.after_opening,) if rules.after_opening else ())):
        if id in spanish:
            found.append((spanish[id], english.get(id, spanish[id])))
    return tuple(found)


def rows(view: LabelView) -> list[tuple[tuple[str, ...], str]]:
    """What a label's foot lists, as (words, longest first; value); the unit's value is empty, as it differs."""
    found = [(_shorter("lot"), view.lot)]
    if view.numbered:
        found.append((_shorter("piece" if view.serial == "piece" else "number"), ""))
    if view.use_by is not None:
        found.append((_shorter("use_by"), day(view.use_by)))
    return [*found, (_until(), day(view.certified_until))]


def _shorter(key: str) -> tuple[str, ...]:
    return both(key), ES(f"labels_print.{key}")


def _until() -> tuple[str, ...]:
    ends = EN("labels_print.certified_until")
    shorter = (f"{ES(f'labels_print.{key}')} · {ends}" for key in ("until_short", "until_word"))
    return both("certified_until"), *shorter


def until(view: LabelView) -> tuple[str, ...]:
    """How long the certificate is in force, longest first; the shortest in Spanish alone."""
    shown = day(view.certified_until)
    return *(f"{said} {shown}" for said in _until()), f"{ES('labels_print.until_word')} {shown}"
