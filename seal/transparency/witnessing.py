"""The verbs of witnessing on the log's side: who is known, what they cosigned, what is served with it.

A cosignature is taken from anybody who brings it: it is worth what its signature is worth. It must be by a witness that
stands on the list, over the exact text of a checkpoint that this log signed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from seal.db import in_unit_of_work, reading
from seal.errors import BadInput, Conflict, NotFound, Refused
from seal.transparency import store as log_store
from seal.transparency import witness_store as store
from seal.transparency.cosignature import lines_of, parse_witness_key, verified_line, with_lines
from seal.transparency.model import Checkpoint
from seal.transparency.note import NoteSignature, parse_checkpoint_text, parse_note
from seal.transparency.witness import Act, Cosigned, Witness, check_url, fold

AHEAD = timedelta(minutes=10)
"""How far a witness's clock may be ahead of ours."""
LATE = timedelta(days=1)
"""A bundle names the newest *witnessed* checkpoint unless that is older than this."""
WITNESSES_MAX = 20


async def witnesses(association_id: UUID) -> tuple[Witness, ...]:
    """The witnesses that stand now."""
    return fold(await store.acts(association_id))


async def acts(association_id: UUID) -> tuple[Act, ...]:
    """Everything that was ever done to the list, oldest first."""
    return await store.acts(association_id)


async def add(association_id: UUID, key_text: str, url: str | None, at: datetime) -> Witness:
    """Put a witness on the list. Who may is the caller's business.

    Raises ``BadInput('cosignature.key' | 'note.key_name' | 'transparency.witness_url')``,
    ``Conflict('transparency.witness_known')``, ``Refused('transparency.witnesses_many')``.
    """
    key = parse_witness_key(key_text)
    act = Act(True, key.text, check_url(url) if url else None, "", at)

    async def write() -> Witness:
        await log_store.lock_head(association_id, at)
        standing = await witnesses(association_id)
        if any(one.key.text == key.text or one.key.name == key.name for one in standing):
            raise Conflict("transparency.witness_known", name=key.name)
        if len(standing) >= WITNESSES_MAX:
            raise Refused("transparency.witnesses_many", most=WITNESSES_MAX)
        await store.save_act(association_id, act)
        return Witness(key, act.url, at)

    return await in_unit_of_work(write)


async def remove(association_id: UUID, name: str, reason: str, at: datetime) -> Witness:
    """Take a witness off the list, for a reason; what it cosigned is kept and no longer served.

    Raises ``NotFound('transparency.no_witness')``, ``BadInput('transparency.reason_needed')``.
    """
    if not reason.strip():
        raise BadInput("transparency.reason_needed")

    async def write() -> Witness:
        await log_store.lock_head(association_id, at)
        found = next((one for one in await witnesses(association_id) if name in (one.key.name, one.key.text)), None)
        if found is None:
            raise NotFound("transparency.no_witness", name=name)
        await store.save_act(association_id, Act(False, found.key.text, None, reason.strip(), at))
        return found

    return await in_unit_of_work(write)


async def accept(association_id: UUID, data: bytes, at: datetime) -> tuple[tuple[Witness, Cosigned], ...]:
    """Keep the cosignatures of a checkpoint note; the same again changes nothing. Returns those of known witnesses.

    Raises ``BadInput('note.*' | 'checkpoint.*' | 'cosignature.signature')``,
    ``Refused('transparency.not_our_checkpoint' | 'transparency.unknown_witness' | 'cosignature.future')``.
    """
    note = parse_note(data)
    text = parse_checkpoint_text(note.text)
    signed = await store.checkpoint_of(association_id, text.size)
    if signed is None or parse_note(signed.note).text != note.text:
        raise Refused("transparency.not_our_checkpoint", size=text.size)
    found: list[tuple[Witness, Cosigned, NoteSignature]] = []
    for witness in await witnesses(association_id):
        for line in lines_of(note, witness.key):
            timestamp = verified_line(note.text, line, witness.key)
            if timestamp is None or timestamp == 0:
                raise BadInput("cosignature.signature", name=witness.key.name)
            if timestamp > (at + AHEAD).timestamp():
                raise Refused("cosignature.future", name=witness.key.name)
            found.append((witness, Cosigned(text.size, timestamp), line))
    if not found:
        raise Refused("transparency.unknown_witness")

    async def write() -> None:
        for witness, cosigned, line in found:
            await store.save(association_id, cosigned.size, witness.key.text, cosigned.at, line, at)

    await in_unit_of_work(write)
    return tuple((witness, cosigned) for witness, cosigned, _ in found)


async def _with_cosignatures(checkpoint: Checkpoint, standing: tuple[Witness, ...]) -> Checkpoint:
    keys = [one.key.text for one in standing]
    lines = await store.newest_of(checkpoint.association_id, keys, checkpoint.size)
    return replace(checkpoint, note=with_lines(parse_note(checkpoint.note), lines).encoded) if lines else checkpoint


async def served(association_id: UUID) -> Checkpoint | None:
    """The newest checkpoint, its note with the newest cosignature of each witness that has cosigned it."""
    async with reading():
        newest = await log_store.latest_checkpoint(association_id)
        return await _with_cosignatures(newest, await witnesses(association_id)) if newest else None


async def last_cosigned(association_id: UUID) -> tuple[tuple[Witness, Cosigned | None], ...]:
    """Each standing witness with the largest size that it cosigned and when it did so last."""
    async with reading():
        return tuple(
            [(one, await store.last_of(association_id, one.key.text)) for one in await witnesses(association_id)]
        )


async def witnessed(association_id: UUID) -> tuple[Checkpoint, Cosigned] | None:
    """The newest checkpoint that a standing witness has cosigned, with its lines, and the newest such cosignature."""
    async with reading():
        pairs = await last_cosigned(association_id)
        newest = max((one for _, one in pairs if one), key=lambda one: (one.size, one.at), default=None)
        checkpoint = await store.checkpoint_of(association_id, newest.size) if newest else None
        if newest is None or checkpoint is None:
            return None
        return await _with_cosignatures(checkpoint, tuple(one for one, _ in pairs)), newest


async def for_bundle(association_id: UUID, at: datetime, least: int = 0) -> Checkpoint | None:
    """The checkpoint that a bundle made at ``at`` names: the newest witnessed one, as long as witnesses come.

    The newest of all where there is no witness, where the last cosignature is older than a day, or where the
    witnessed one is smaller than ``least``, the size that the bundle before has named: it never shrinks.
    """
    newest, found = await served(association_id), await witnessed(association_id)
    if found is None or newest is None:
        return newest
    checkpoint, cosigned = found
    late = cosigned.at < (at - LATE).timestamp()
    return newest if late or checkpoint.size < least else checkpoint
