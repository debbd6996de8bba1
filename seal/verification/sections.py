"""The parts of the public page below its panel: what each says of an answer, or nothing. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from markupsafe import Markup

from seal.certificates.credential import PublicTest
from seal.clock import parse_rfc3339
from seal.printing import art
from seal.printing.territory import commune_map
from seal.verification.answer import Answer, BatchRecord, BoxRecord, Record, Rules
from seal.verification.dateline import Days, dateline
from seal.verification.facts import Source
from seal.verification.model import Code, Line
from seal.verification.panel import Panel, line
from seal.web.i18n import Translator

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_DATED = frozenset({"valid", "expiring", "ended", "past_use_by", "suspended", "maker_withdrawn", "unusual", "offline"})
"""States with the date line: the batch stands, and its certificate's days explain why."""
_TO_DO = {
    "recalled": 3,
    "withdrawn": 2,
    "affected": 2,
    "suspended": 2,
    "maker_withdrawn": 2,
    "unusual": 3,
    "on_hold": 2,
    "label_void": 2,
    "label_lost": 2,
    "label_out_of_range": 2,
    "forged": 2,
    "not_sealed": 2,
    "cannot_check": 2,
    "newer": 1,
}
"""How many sentences on what to do each state has (``verification.do.<state>.1`` …)."""
_ANSWER_ICONS = {"y": "ok", "a": "clock", "n": "slash", "q": "ask"}
_TONE = {
    "authentic": {"signed": "y", "recorded": "y", "no": "q", "not_sealed": "q"},
    "made": {"in_force": "y", "granted": "y", "not_sealed": "n"},
    "batch": {"sealed": "y", "on_hold": "a", "not_sealed": "a"},
    "maker": {"active": "y", "suspended": "a", "ended": "a", "withdrawn": "n"},
}
"""Tick, look or stop beside each answer; a batch line that is not listed is a stop, any other a question mark."""


@dataclass(frozen=True)
class AnswerLine:
    """One of the five separate answers."""

    tone: str
    icon: str
    question: str
    says: str


def todo(top: Panel, record: Record | None, advised: str, t: Translator) -> tuple[str, ...]:
    """What a person can do, in order; sentences of the state with this record's words; ``advised`` is of a recall."""
    words: dict[str, str | int] = {}
    if record and record.batch:
        batch = record.batch
        words = {"product": _name(batch, t), "maker": record.maker.trade_name, "lot": batch.lot, "units": batch.units}
        words |= {"content": batch.net_content, "unit": record.unit or ""}
    sentences = [f"verification.do.{top.state}.{n}" for n in range(1, _TO_DO.get(top.state, 0) + 1)]
    if top.state == "recalled" and advised != "do_not_eat":
        sentences[0] = f"verification.do.recalled.{advised}"
    if top.state == "unusual" and (record is None or record.unit is None):
        sentences = sentences[1:]
    return tuple(t(key, **words) for key in sentences)


def _name(batch: BatchRecord, t: Translator) -> str:
    return batch.product.get(t.lang) or next(iter(batch.product.values()), "")


def facts(record: Record, code: str, t: Translator) -> tuple[tuple[str, str, bool], ...]:
    """What to compare with the thing in the hand: (name, value, written as a code)."""
    batch, rows = record.batch, []
    if batch is not None:
        rows = [
            ("product", _name(batch, t), False),
            ("maker", record.maker.trade_name, False),
            ("content", batch.net_content, False),
            ("lot", batch.lot, True),
        ]
        if record.unit is not None:
            unit = t("verification.fact.unit_of", unit=t.number(record.unit), units=t.number(batch.units))
            rows.append(("unit", unit, False))
        if batch.use_by:
            rows.append(("use_by", t.day(batch.use_by), False))
    else:
        one = record.certification
        names = ", ".join(product.get(t.lang) or next(iter(product.values()), "") for product in one.products)
        rows = [("maker", record.maker.trade_name, False), ("products", names, False)]
        rows.append(("until", t.day(one.valid_until), False))
    rows.append(("code", code, True))
    return tuple((t(f"verification.fact.{key}"), value, mono) for key, value, mono in rows if value)


def inside(box: BoxRecord | None, t: Translator) -> tuple[AnswerLine, ...]:
    """What stands in a box, lot by lot, each with its own verdict."""
    lines = []
    for lot in box.lots if box else ():
        tone = "y" if lot.verdict is Code.AUTHENTIC else "a" if lot.verdict is Code.ON_HOLD else "n"
        name = lot.product.get(t.lang) or next(iter(lot.product.values()), "")
        verdict = t(f"verification.inside.{lot.verdict.value}")
        says = t("verification.inside.line", count=t.number(lot.count), lot=lot.lot, verdict=verdict)
        lines.append(AnswerLine(tone, _ANSWER_ICONS[tone], name, says))
    return tuple(lines)


def checked(record: Record, t: Translator) -> tuple[tuple[str, str, str], ...]:
    """Who checked it: (icon, what, what it is not or since when)."""
    one, mode = record.certification, record.certification.mode
    title = one.rules.titles.get(t.lang) or next(iter(one.rules.titles.values()), one.rules.protocol_id)
    return (
        ("person", t(f"verification.mode.{mode}.what"), t(f"verification.mode.{mode}.not")),
        (
            "cal",
            t("verification.checked.granted", day=t.day(one.granted_on)),
            t("verification.checked.term", first=t.day(one.valid_from), last=t.day(one.valid_until)),
        ),
        ("book", t("verification.checked.rules", title=title, version=one.rules.version), ""),
    )


def drawn_dateline(answer: Answer, batch: BatchRecord | None, state: str, zone: str, t: Translator) -> Markup | None:
    """The date line, for states in which the batch stands."""
    if batch is None or answer.record is None or state not in _DATED:
        return None
    one = answer.record.certification
    since = line(answer.verdict, "maker").params.get("since") if state in ("suspended", "maker_withdrawn") else None
    days = Days(
        one.valid_from,
        one.valid_until,
        batch.sealed_on,
        answer.verdict.as_of.astimezone(ZoneInfo(zone)).date(),
        batch.use_by,
        date.fromisoformat(str(since)) if since else None,
    )
    return dateline(days, t)


def place_map(record: Record, t: Translator) -> Markup | None:
    """The generalised map, if the commune is on one."""
    return commune_map(record.maker.commune, t("verification.map", commune=record.maker.commune))


def years(years: int, t: Translator) -> str:
    """What the rings of the mark mean, in words."""
    return t(f"verification.years.{years}" if years <= art.MOST_RINGS else "verification.years.many", years=years)


def answers(answer: Answer, t: Translator, zone: str) -> tuple[AnswerLine, ...]:
    """The five answers; one that is not known, or not asked about, is left out."""
    found = []
    for one in answer.verdict.lines:
        if one.code in ("not_known", "none"):
            continue
        if one.name == "as_of":
            tone, icon = "q", "cloud" if answer.verdict.source is not Source.SERVER else "clock"
        else:
            tone = _TONE[one.name].get(one.code, "n" if one.name == "batch" else "q")
            icon = _ANSWER_ICONS[tone]
        asked = "granted" if one.code == "granted" else one.name
        found.append(AnswerLine(tone, icon, t(f"verification.ask.{asked}"), _says(answer, one, t, zone)))
    return tuple(found)


def _says(answer: Answer, one: Line, t: Translator, zone: str) -> str:
    words: dict[str, str] = {
        name: t.day(date.fromisoformat(str(one.params[name])))
        for name in ("on", "until", "since")
        if name in one.params
    }
    if "at" in one.params:
        words["moment"] = t.moment(parse_rfc3339(str(one.params["at"])), zone)
    words["association"] = answer.association.name if answer.association else t("verification.an_association")
    key = f"verification.answer.{one.name}.{one.code}"
    if one.name == "batch" and one.code == "sealed" and answer.verdict.source is not Source.SERVER:
        key += "_list"
    said = t(key + ("_since" if "since" in words and t.has(f"{key}_since") else ""), **words)
    reason = one.params.get("reason_class")
    shown = one.name in ("batch", "maker") and one.code not in ("sealed", "active") and reason
    if shown and answer.verdict.code is not Code.FORGED:
        said += " " + t("verification.answer.reason", reason=t(f"verification.reason.{reason}"))
    return said


def trace(record: Record, batch: BatchRecord, t: Translator) -> tuple[tuple[str, str], ...]:
    """Where it comes from, as far as the record says: made, then sealed."""
    made = t("verification.trace.made", commune=record.maker.commune)
    return (
        (made, t.day(batch.produced_on)),
        (t("verification.trace.sealed", units=t.number(batch.units)), t.day(batch.sealed_on)),
    )


def _part(value: str, t: Translator) -> str:
    if t.has(f"verification.tests.{value}"):
        return t(f"verification.tests.{value}")
    return t.number(value) if _NUMBER.fullmatch(value) else value


def measured(test: PublicTest, rules: Rules, t: Translator) -> tuple[str, str, str]:
    """(name, result with unit, limit) of a public test, as signed; name and numbers written for the language. The
    units of a sampling plan follow each other."""
    shown = "; ".join(_part(part, t) for part in test.value.split(";"))
    return rules.tests.get(t.lang, {}).get(test.id) or test.name, f"{shown} {test.unit}".strip(), test.limit


def proofs(answer: Answer, record: Record | None, t: Translator) -> tuple[tuple[str, str], ...]:
    """What a program or a careful reader can check: (name, digest or number)."""
    if record is None:
        return ()
    rows = [(t("verification.proof.certification"), record.certification.code.printed)]
    if record.log is not None:
        rows.append((t("verification.proof.log"), t.number(record.log.index)))
        rows.append((t("verification.proof.credential"), record.log.sha256))
    rows.append((t("verification.proof.protocol"), record.certification.rules.digest))
    if answer.association:
        rows.append((t("verification.proof.key"), answer.association.fingerprint))
    return tuple(rows)
