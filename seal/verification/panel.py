"""Which panel a verdict wears, and its words. Pure.

A panel is told apart by its icon's shape, its words, its colour and the cut of its lower edge; each of them
suffices alone. Solid green belongs to a plain ``authentic`` and to nothing else. Rings appear only while the
association stands behind what is asked about. Nothing here accuses anybody: people compare and decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from seal.verification.answer import Answer, BoxLine
from seal.verification.facts import Source
from seal.verification.model import Code, Line, Note, Verdict
from seal.web.i18n import Translator


@dataclass(frozen=True)
class Look:
    """CSS class of the panel, its icon, and whether rings appear."""

    tone: str
    icon: str
    rings: bool = False


LOOKS = {
    "valid": Look("", "ok", True),
    "expiring": Look("look", "clock", True),
    "ended": Look("was", "ended", True),
    "past_use_by": Look("was", "cal", True),
    "suspended": Look("look", "pause", True),
    "maker_withdrawn": Look("look", "pause", True),
    "unusual": Look("note", "pair", True),
    "offline": Look("note", "cloud", True),
    "newer": Look("note", "cloud"),
    "recalled": Look("stop", "stop"),
    "withdrawn": Look("over", "slash"),
    "affected": Look("over", "slash"),
    "label_void": Look("over", "slash"),
    "label_lost": Look("over", "slash"),
    "label_out_of_range": Look("over", "slash"),
    "on_hold": Look("look", "pause"),
    "not_sealed": Look("ask", "open_ring"),
    "forged": Look("ask", "unsigned"),
    "unknown": Look("ask", "ask"),
    "mistyped": Look("ask", "ask"),
    "cannot_check": Look("ask", "cloud_empty"),
    "plaque_in_force": Look("was", "ok", True),
    "plaque_expiring": Look("look", "clock", True),
    "plaque_suspended": Look("look", "pause"),
    "plaque_withdrawn": Look("over", "slash"),
    "plaque_ended": Look("was", "ended"),
    "plaque_offline": Look("note", "cloud", True),
}
"""Every state of a page; each has ``verification.<state>.title`` and ``.says`` in every language."""

_BY_CODE = {
    Code.CANNOT_CHECK: "cannot_check",
    Code.MISTYPED: "mistyped",
    Code.FORGED: "forged",
    Code.UNKNOWN: "unknown",
    Code.NEWER_THAN_LIST: "newer",
    Code.RECALLED: "recalled",
    Code.REVOKED: "withdrawn",
    Code.UNIT_VOID: "label_void",
    Code.UNIT_LOST: "label_lost",
    Code.UNIT_OUT_OF_RANGE: "label_out_of_range",
    Code.ON_HOLD: "on_hold",
    Code.NOT_SEALED: "not_sealed",
    Code.AFFECTED: "affected",
    Code.WITHDRAWN: "plaque_withdrawn",
    Code.SUSPENDED: "plaque_suspended",
    Code.ENDED: "plaque_ended",
}
_BY_NOTE = (  # the first that is there names the panel; the others are said in a sentence more
    (Note.STATUS_AS_OF, "offline"),
    (Note.SEEN_OFTEN, "unusual"),
    (Note.CERTIFICATION_WITHDRAWN, "maker_withdrawn"),
    (Note.CERTIFICATION_SUSPENDED, "suspended"),
    (Note.CERTIFICATION_ENDED, "ended"),
    (Note.PAST_USE_BY, "past_use_by"),
    (Note.ENDING_SOON, "expiring"),
)


def state_of(verdict: Verdict) -> str:
    """The state of the page: a key of ``LOOKS``."""
    if verdict.code is Code.AUTHENTIC:
        return next((state for note, state in _BY_NOTE if note in verdict.notes), "valid")
    if verdict.code is Code.IN_FORCE:
        if Note.STATUS_AS_OF in verdict.notes:
            return "plaque_offline"
        return "plaque_expiring" if Note.ENDING_SOON in verdict.notes else "plaque_in_force"
    return _BY_CODE[verdict.code]


@dataclass(frozen=True)
class Panel:
    """What the panel shows. ``also`` are sentences for further notes; ``when`` always carries a date."""

    state: str
    look: Look
    title: str
    says: str
    also: tuple[str, ...]
    when: str
    when_icon: str


def panel(answer: Answer, t: Translator, zone: str) -> Panel:
    """The panel of an answer in the translator's language; times in the IANA ``zone``."""
    verdict, state = answer.verdict, state_of(answer.verdict)
    words = _words(answer, t, zone)
    title, says = f"verification.{state}.title", f"verification.{state}.says"
    if state == "recalled":
        title = f"verification.recalled.title.{advice(answer)}"
    if state in ("suspended", "maker_withdrawn") and not _sealed_before(answer):
        says += "_later"
    if state in ("recalled", "withdrawn") and not words["since"]:
        says += "_undated"
    if state == "offline" and line(verdict, "authentic").code == "recorded":
        says += "_recorded"  # a typed code carries no signature: none was checked
    if state == "not_sealed" and (answer.seal or answer.box):
        says += "_roll" if answer.seal else "_box"
    when = "verification.when.list" if verdict.source is not Source.SERVER else "verification.when.server"
    return Panel(
        state,
        LOOKS[state],
        t(title, **words),
        t(says, **words).strip(),
        tuple(t(f"verification.also.{key}", **words) for key in _also(answer, state)),
        t(when, moment=t.moment(verdict.as_of, zone)),
        "off" if verdict.source is not Source.SERVER else "clock",
    )


def _words(answer: Answer, t: Translator, zone: str) -> dict[str, str]:
    """Everything that a panel's sentence may name; empty where it is not known."""
    verdict, record = answer.verdict, answer.record
    batch = record.batch if record else None
    certification = record.certification if record else None
    about = line(verdict, "batch" if batch and verdict.code is not Code.AUTHENTIC else "maker")
    since, reason = about.params.get("since"), about.params.get("reason_class")
    if lot := recalled_in(answer):
        since, reason = lot.since.isoformat() if lot.since else None, lot.reason_class
    local = ZoneInfo(zone)
    days = (answer.at.astimezone(local).date() - verdict.as_of.astimezone(local).date()).days
    return {
        "association": answer.association.name if answer.association else t("verification.an_association"),
        "since": t.day(date.fromisoformat(str(since))) if since else "",
        "reason": t(f"verification.reason.{reason}") if reason else t("verification.reason.none"),
        "until": t.day(certification.valid_until) if certification else "",
        "sealed": t.day(batch.sealed_on) if batch else "",
        "use_by": t.day(batch.use_by) if batch and batch.use_by else "",
        "copy": t.day(verdict.as_of.astimezone(local).date()),
        "age": t("verification.age.today") if days <= 0 else t("verification.age.one") if days == 1
        else t("verification.age.many", days=days),
    }  # fmt: skip


def _also(answer: Answer, state: str) -> list[str]:
    """Sentences beside the panel's own: the notes that did not name it, and what a careful reader must not miss."""
    notes = answer.verdict.notes
    found = [
        note.value for note, named in _BY_NOTE if note in notes and named != state and note is not Note.STATUS_AS_OF
    ]
    if state in ("plaque_expiring", "plaque_in_force"):
        found = []
    if answer.verdict.stale:
        found.append("stale")
    if answer.box and answer.box.lots:
        code = answer.verdict.code
        found.append(f"box_{code.value}" if code in (Code.AUTHENTIC, Code.RECALLED) else "box")
    if state in ("withdrawn", "affected"):
        reason = line(answer.verdict, "batch").params.get("reason_class")
        if reason:  # without a reason nothing is said about health, neither way
            found.append("health" if reason == "food_safety" else "no_health")
    return found


def line(verdict: Verdict, name: str) -> Line:
    """One of the five answers by its name."""
    return next(one for one in verdict.lines if one.name == name)


def recalled_in(answer: Answer) -> BoxLine | None:
    """The recalled lot that the page of a box speaks of."""
    return answer.box.recalled if answer.box and answer.verdict.code is Code.RECALLED else None


def advice(answer: Answer) -> str:
    """What to do with a recalled lot, or with the box that it is in; without an advice the most careful one."""
    told = recalled_in(answer) or (answer.record.batch if answer.record else None)
    return (told.advice if told else "") or "do_not_eat"


def _sealed_before(answer: Answer) -> bool:
    """True if the batch was sealed on or before the day since when the maker's state holds."""
    since = line(answer.verdict, "maker").params.get("since")
    batch = answer.record.batch if answer.record else None
    return bool(since and batch and batch.sealed_on <= date.fromisoformat(str(since)))
