"""That a checkpoint is new can be seen: the log stamps its latest one with the time, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from seal.associations.model import Association
from seal.cli import jobs
from seal.db import unit_of_work
from seal.errors import NotFound, Refused, Unavailable
from seal.keys import service as keys
from seal.keys import signer, store
from seal.keys.chain import history, setting
from seal.keys.model import IntentKind
from seal.transparency import cosignature, stamp
from seal.transparency import service as log
from seal.transparency.model import LeafType
from seal.transparency.note import CheckpointText, Note, VerifierKey, parse_note, sign_text
from seal.transparency.stamp import EVERY, FRESH, is_fresh, stamped_at
from tests.conftest import Database
from tests.keys.examples import key, raw
from tests.keys.test_api import hold
from tests.web.support import AT, client, make_association, serving

SECOND = timedelta(seconds=1)
KEY = VerifierKey("sello.example", raw("log-1"))
TEXT = CheckpointText(KEY.name, 42, bytes(32)).text
SIGNED = sign_text(TEXT, KEY, key("log-1").sign(TEXT.encode()))


def stamped(at: datetime, by: str = "log-1", name: str = KEY.name) -> Note:
    seconds = int(at.timestamp())
    line = cosignature.cosignature(
        cosignature.WitnessKey(name, raw(by)), seconds, key(by).sign(cosignature.message(TEXT, seconds))
    )
    return cosignature.with_lines(SIGNED, [line])


def test_an_old_checkpoint_is_seen_to_be_old() -> None:
    note = stamped(AT)
    assert stamped_at(note, KEY) == AT
    assert is_fresh(note, KEY, AT + FRESH)
    assert not is_fresh(note, KEY, AT + FRESH + SECOND)
    assert is_fresh(note, KEY, AT + timedelta(days=1), within=timedelta(days=1))


def test_a_stamp_of_the_far_future_proves_nothing() -> None:
    assert is_fresh(stamped(AT + stamp.SKEW), KEY, AT)
    assert not is_fresh(stamped(AT + stamp.SKEW + SECOND), KEY, AT)
    huge = cosignature.cosignature(stamp.stamp_key(KEY), 2**62, key("log-1").sign(cosignature.message(TEXT, 2**62)))
    assert stamped_at(cosignature.with_lines(SIGNED, [huge]), KEY) is None


@pytest.mark.parametrize("note", [SIGNED, stamped(AT, "log-2"), stamped(AT, "log-1", "other.example")])
def test_no_stamp_of_the_log_itself(note: Note) -> None:
    assert stamped_at(note, KEY) is None
    assert not is_fresh(note, KEY, AT)


def test_the_time_of_a_stamp_cannot_be_changed() -> None:
    (line,) = stamped(AT).signatures[1:]
    later = int((AT + SECOND).timestamp()).to_bytes(8, "big") + line.signature[8:]
    altered = cosignature.NoteSignature(line.name, line.hash, later)
    assert stamped_at(cosignature.with_lines(SIGNED, [altered]), KEY) is None


@pytest.fixture
async def held(database: Database) -> AsyncIterator[Association]:
    association = await make_association()
    await hold(association)
    yield association
    keys.lock(association.id)


async def append(association: Association, number: int) -> None:
    await log.append(association.id, LeafType.DECISION, UUID(int=number), b"{}", bytes(16), AT)


async def served_at(association: Association) -> tuple[int, datetime | None]:
    latest = await log.latest_checkpoint(association.id)
    assert latest is not None
    note = parse_note((await log.stamped(latest)).note)
    return latest.size, stamped_at(note, await keys.verifier_key(association))


async def test_every_leaf_is_covered_and_the_stamp_is_young(held: Association) -> None:
    at = AT + SECOND
    await keys.keep_fresh(held.id, at)
    assert await served_at(held) == (1, at)
    await append(held, 1)
    await keys.keep_fresh(held.id, at + SECOND)
    assert await served_at(held) == (2, at + SECOND), "a new head is stamped at once"
    await keys.keep_fresh(held.id, at + EVERY)
    assert await served_at(held) == (2, at + SECOND), "an old one when half a minute has passed"
    await keys.keep_fresh(held.id, at + EVERY + SECOND)
    assert await served_at(held) == (2, at + EVERY + SECOND)
    await keys.keep_fresh(held.id, at)
    assert await served_at(held) == (2, at + EVERY + SECOND), "never back in time"


async def test_a_head_of_the_same_second_is_stamped_too(held: Association) -> None:
    await keys.keep_fresh(held.id, AT)
    await append(held, 1)
    await keys.keep_fresh(held.id, AT)
    assert await served_at(held) == (2, AT)


async def test_a_clock_that_was_wrong_is_forgiven(held: Association) -> None:
    await keys.keep_fresh(held.id, AT + timedelta(days=300))
    await keys.keep_fresh(held.id, AT + SECOND)
    assert await served_at(held) == (1, AT + SECOND)


async def test_stamps_leave_no_rows_behind(held: Association) -> None:
    await keys.keep_fresh(held.id, AT)
    before = len(await store.signed_intents(held.id, None, 100))
    for minute in range(1, 6):
        await keys.keep_fresh(held.id, AT + timedelta(minutes=minute))
    assert len(await store.signed_intents(held.id, None, 100)) == before


async def test_with_a_locked_key_the_last_stamp_says_how_old_it_is(held: Association) -> None:
    await keys.keep_fresh(held.id, AT)
    keys.lock(held.id)
    with pytest.raises(Unavailable):
        await keys.keep_fresh(held.id, AT + timedelta(hours=1))
    assert await served_at(held) == (1, AT)


async def test_only_the_latest_checkpoint_is_stamped(held: Association) -> None:
    await keys.keep_fresh(held.id, AT)
    first = await log.latest_checkpoint(held.id)
    await append(held, 1)
    await keys.keep_fresh(held.id, AT + SECOND)
    assert first is not None
    chain = await history(held.id)
    assert chain is not None
    given = setting(held, chain)
    intents = {one.kind: one for one in reversed(await store.signed_intents(held.id, None, 100))}
    old = intents[IntentKind.CHECKPOINT]
    assert old.payload.decode() == parse_note(first.note).text
    for intent in (old, intents[IntentKind.KEY_STATEMENT]):
        with pytest.raises(Refused) as caught:
            await signer.stamp(held.id, intent.id, given, chain, AT)
        assert caught.value.code == "keys.not_the_latest"
    with pytest.raises(NotFound):
        await signer.stamp(held.id, UUID(int=3), given, chain, AT)


async def test_the_checkpoint_comes_soon_after_the_leaf(held: Association) -> None:
    assert await jobs.sign_soon(AT) == 1
    assert await jobs.sign_soon(AT + SECOND) == 0, "nothing to do"
    await append(held, 1)
    assert await jobs.sign_soon(AT + 2 * SECOND) == 1
    assert await served_at(held) == (2, AT + 2 * SECOND)
    assert await jobs.sign_soon(AT + EVERY + 3 * SECOND) == 1
    keys.lock(held.id)
    await append(held, 2)
    assert await jobs.sign_soon(AT + timedelta(minutes=5)) == 0, "it waits for the key"


async def test_it_is_served_with_the_stamp(database: Database) -> None:
    async with serving(database.settings) as app, client(app) as browser:
        association = await make_association()
        await hold(association)
        await keys.keep_fresh(association.id, AT)
        note = parse_note((await browser.get("/log/checkpoint")).content)
        assert is_fresh(note, await keys.verifier_key(association), AT)
        assert note.verified_by(await keys.verifier_key(association)), "who does not know stamps ignores it"
        async with unit_of_work():
            await append(association, 1)
        await keys.checkpoint(association.id, AT)
        note = parse_note((await browser.get("/log/checkpoint")).content)
        assert len(note.signatures) == 1, "a stamp stands below its own head only"
