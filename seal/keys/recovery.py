"""The no-signing recovery mode: a database that is behind its marks (``transparency.marks``) signs nothing.

Checked afresh before each signature, on every row that the marks speak of: the log, the last signed intents, the chain
of key statements, and the counters that upper rooms hand in (epochs of status and bundle).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from seal import db
from seal.errors import BadInput, Reason, Unavailable
from seal.keys import store
from seal.keys.model import Intent, IntentKind
from seal.transparency import marks, rollback
from seal.transparency.marks import Mark, Place
from seal.transparency.note import parse_checkpoint_text

KEY_SEQ = "key_seq"


async def faults(association_id: UUID, counters: Mapping[str, int] | None = None) -> tuple[Reason, ...]:
    """Why nothing may be signed, in the order in which a person should read it; empty in normal mode.

    ``counters`` are the database's own epochs by name. A mark that cannot be read is a reason too.
    """
    try:
        found = [mark for _, mark in marks.every(association_id)]
    except Unavailable as error:
        return error.reasons
    if not found:
        return ()
    async with db.reading(fresh=True):
        reasons = [*await rollback.behind(association_id, found)]
        known = dict(counters or {}) | {KEY_SEQ: len(await store.statements(association_id))}
        reasons += await _lost_intents(association_id, found)
    for name, value in known.items():
        marked = max(mark.counters.get(name, 0) for mark in found)
        if value < marked:
            reasons.append(Reason(f"marks.{name}", {"found": value, "marked": marked}))
    if any(mark.unsettled for mark in found):
        reasons.append(Reason("marks.unsettled"))
    return tuple(reasons)


async def _lost_intents(association_id: UUID, found: list[Mark]) -> list[Reason]:
    wanted = {one for mark in found for one in mark.intents}
    there = await store.known_intents(association_id, wanted)
    missing = len(wanted - there)
    return [Reason("marks.intents_lost", {"missing": missing})] if missing else []


async def require_level(association_id: UUID, counters: Mapping[str, int] | None = None) -> None:
    """``Unavailable('keys.recovery')`` with every reason, in recovery mode."""
    if reasons := await faults(association_id, counters):
        raise Unavailable.because((Reason("keys.recovery"), *reasons))


async def before_signing(intent: Intent, counters: Mapping[str, int], key_seq: int) -> None:
    """Refuse in recovery mode, else raise the marks. Raises ``Unavailable('keys.recovery' | 'marks.unwritable')``."""
    await require_level(intent.association_id, counters)
    checkpoint = None
    if intent.kind is IntentKind.CHECKPOINT:
        text = parse_checkpoint_text(intent.payload.decode())
        checkpoint = Place(text.size, text.root)
    async with db.reading(fresh=True):
        await rollback.raise_marks(intent.association_id, intent.id, checkpoint, {**counters, KEY_SEQ: key_seq})


def after_signing(intent: Intent, result: bytes) -> None:
    """Keep what strangers will hold against this server: the last checkpoint, bundle and status lists."""
    name = _name(intent)
    if name:
        marks.keep(intent.association_id, name, result)


def _name(intent: Intent) -> str | None:
    if intent.kind in (IntentKind.CHECKPOINT, IntentKind.BUNDLE):
        return intent.kind.value
    if intent.kind is not IntentKind.STATUS_LIST:
        return None
    try:
        purpose, number = str(json.loads(intent.payload)["id"]).rsplit("/", 2)[1:]
        return status_name(purpose, int(number))
    except (ValueError, KeyError, TypeError):
        raise BadInput("marks.status_name") from None


def status_name(purpose: str, number: int) -> str:
    """Under which a status list is kept."""
    if not purpose.isalpha():
        raise ValueError(purpose)
    return f"status-{purpose}-{number}"


def resume(association_id: UUID, *, unsettled: bool, level: Place | None = None) -> None:
    """Tell every folder of marks that its leaves are back: lost intents are given up, counters and places stay.

    ``level`` lowers the head to where a log without its unpublished leaves goes on (never below a signed checkpoint).
    Raises ``Unavailable('marks.unwritable')``.
    """
    for number, folder in enumerate(marks.folders(association_id)):
        mark = marks.read(folder, association_id)
        if mark is None:
            continue
        if level is not None and level.size < mark.checkpoint.size:
            raise ValueError("a signed checkpoint is never given up")
        new = replace(mark, intents=() if unsettled else mark.intents, unsettled=unsettled, head=level or mark.head)
        try:
            with marks.writing(folder):
                marks.write(folder, association_id, new)
        except OSError as error:
            marks.missed(folder, error, first=number == 0)
