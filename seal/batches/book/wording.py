"""A reconciliation worked out in words, step by step, for the one who made the batch."""

from __future__ import annotations

from fractions import Fraction

from seal.batches.book.following import Used, reading
from seal.batches.book.model import Dimension
from seal.batches.book.reconciling import BRIX, PLAIN, Balance, Scope, Verdict, words
from seal.protocols.terms import Formula
from seal.web.i18n import Translator

_HOW = {
    PLAIN: "book.sum.plain",
    Formula.YIELD.value: "book.sum.yield",
    Formula.LITRES_PER_KG.value: "book.sum.litres",
    Formula.SOLUBLE_SOLIDS.value: "book.sum.solids",
}


def steps(t: Translator, one: Balance, packed: str = "") -> tuple[str, ...]:
    """What went in; what that can give; what was declared (``packed``: ``120 × 350 g``) and whether it fits."""
    return tuple(part for part in (_went_in(t, one), _gives(t, one), _declared(t, one, packed)) if part)


def _went_in(t: Translator, one: Balance) -> str:
    if one.basis:
        params = {"count": t.number(_plain(one.count or Fraction(0))), "basis": _word(t, "basis", one.basis)}
        return "" if one.count is None else t("book.sum.basis", **params)
    parts = [_part(t, used) for used in one.used]
    return t("book.sum.in", parts=_and(t, parts)) if parts else t("book.sum.in_none")


def _part(t: Translator, used: Used) -> str:
    what = _word(t, "material", used.lot.material).lower()
    brix = reading(used.lot, BRIX)
    said = t("book.sum.part", amount=_amount(t, used), what=what, lot=used.lot.name)
    return said if brix is None else t("book.sum.part_brix", part=said, brix=t.number(_plain(brix)))


def _amount(t: Translator, used: Used) -> str:
    if used.lot.dimension is Dimension.COUNT:
        key = "book.sum.piece" if used.amount == 1 else "book.sum.pieces"
        return t(key, count=t.number(_plain(used.amount)))
    if used.lot.dimension is Dimension.VOLUME:
        return f"{t.number(_plain(used.amount / 1000))} {t('book.unit.l')}"
    return said(t, used.amount)


def _gives(t: Translator, one: Balance) -> str:
    if one.cap is None:
        return " ".join([t("book.sum.no_cap"), *(t.reason(reason) for reason in one.missing)])
    bounds = {"cap": said(t, one.cap), "high": "" if one.high is None else said(t, one.high)}
    if one.basis:
        return t("book.sum.basis_gives" if one.high is not None else "book.sum.basis_cap", **bounds)
    low = "" if one.low is None else said(t, one.low)
    brix = "" if one.final_brix is None else t.number(_plain(one.final_brix))
    if one.scope is Scope.YEAR:
        return t("book.sum.together", **bounds)
    return t(_HOW[one.formula], low=low, brix=brix, **bounds)


def _declared(t: Translator, one: Balance, packed: str) -> str:
    made = f"{packed} = {said(t, one.made)}" if packed and one.scope is Scope.BATCH else said(t, one.made)
    if one.since is not None and one.until is not None:
        days = {"since": t.day(one.since), "until": t.day(one.until)}
        made = t("book.sum.period_made", made=made, batches=one.batches, **days)
    else:
        made = t("book.sum.made", made=made)
    if one.verdict is Verdict.UNKNOWN:
        return f"{made}."
    side = ""
    if one.verdict is Verdict.ASK:
        side = ".less" if one.low is not None and one.made < one.low else ".more"
    return f"{made}: {t(f'book.sum.verdict.{one.verdict.value}{side}')}"


def said(t: Translator, grams: Fraction) -> str:
    """``43,5 kg`` in Spanish, ``43.5 kg`` in English."""
    number, _, unit = words(grams).partition(" ")
    return f"{t.number(number)} {unit}"


def _plain(number: Fraction) -> str:
    return f"{round(float(number), 2):g}"


def _word(t: Translator, kind: str, word: str) -> str:
    key = f"book.{kind}.{word}"
    return t(key) if t.has(key) else word


def _and(t: Translator, parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else t("book.sum.and", most=", ".join(parts[:-1]), last=parts[-1])
