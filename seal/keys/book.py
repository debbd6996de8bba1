"""The book of keys: writing down what was done, and the switch that stops all signing at once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from seal.associations import service as associations
from seal.associations.model import Association
from seal.db import in_unit_of_work, reading
from seal.db.violations import Contention, integrity
from seal.errors import BadInput, NotFound, Refused
from seal.ids import uuid7
from seal.keys import records, store
from seal.keys.records import Act, Attendance, Entries, Record

REASON_MAX = 500


async def write(association: Association, act: Act, entries: Entries, attendance: Attendance, at: datetime) -> Record:
    """Put an act into the book, in the caller's unit of work (or its own)."""

    async def keep() -> Record:
        made = records.new(uuid7(at), association, await store.next_seq(association.id), act, at, attendance, entries)
        async with integrity({"key_record_one_book": Contention("db.busy")}):
            await store.save_record(made)
        return made

    return await in_unit_of_work(keep)


async def book(association_id: UUID) -> tuple[Record, ...]:
    """Every record, first to last. Raises ``BadInput('keys.record_unreadable')``."""
    async with reading():
        return tuple(await store.book(association_id))


async def record(association_id: UUID, seq: int | None = None) -> Record:
    """One record by its number, or the last. Raises ``NotFound('keys.no_record')``."""
    every = await book(association_id)
    found = next((one for one in reversed(every) if seq in (None, one.seq)), None)
    if found is None:
        raise NotFound("keys.no_record", seq=seq or 0)
    return found


async def stopped(association_id: UUID) -> Record | None:
    """The stop that holds now, ``None`` while signing is allowed."""
    async with reading():
        last = await store.switch(association_id)
    return last if last is not None and last.act is Act.STOP else None


def reason_said(text: str) -> str:
    """A reason in one line. Raises ``BadInput('keys.reason')`` for none or a long one."""
    said = " ".join(text.split())
    if not said or len(said) > REASON_MAX or not said.isprintable():
        raise BadInput("keys.reason", field="reason", most=REASON_MAX)
    return said


async def _turn(
    association_id: UUID, act: Act, unless: str, reason: str, attendance: Attendance, at: datetime
) -> Record:
    said = reason_said(reason)
    association = await associations.get(association_id)

    async def turn() -> Record:
        if await store.is_stopped(association_id) == (act is Act.STOP):
            raise Refused(unless)
        return await write(association, act, (("reason", said),), attendance, at)

    return await in_unit_of_work(turn)


async def stop(association_id: UUID, reason: str, attendance: Attendance, at: datetime) -> Record:
    """Stop all signing of an association, in every process that uses this database, from the next signature on.

    Key statements alone may still be signed: they are the way out. Raises ``Refused('keys.already_stopped')``,
    ``BadInput('keys.reason')``.
    """
    return await _turn(association_id, Act.STOP, "keys.already_stopped", reason, attendance, at)


async def start(association_id: UUID, reason: str, attendance: Attendance, at: datetime) -> Record:
    """Allow signing again. Raises ``Refused('keys.not_stopped')``, ``BadInput('keys.reason')``."""
    return await _turn(association_id, Act.START, "keys.not_stopped", reason, attendance, at)
