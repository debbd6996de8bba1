"""The whole-database check of keys and signatures names each breach."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from seal.associations.model import Association
from seal.db import unit_of_work
from seal.keys import ed25519
from seal.keys import service as keys
from seal.keys.ceremony import CeremonyRecord
from seal.keys.model import IntentKind
from seal.keys.qr import Range
from seal.keys.tables import KeyIntent, KeyStatement
from tests.keys.conftest import LIGHT, NOW, PASSPHRASE
from tests.keys.test_signer import batch


@pytest.fixture
async def signed(association: Association, record: CeremonyRecord) -> UUID:
    """A batch certificate; beside it a label range, a checkpoint and a succession, all sound."""
    payload = bytes([0x11]) + ed25519.hint(record.fingerprint) + bytes(12)
    await _sign(association, IntentKind.QR_RANGE, Range(1, payload, "", 1, 3).encoded)
    intent_id = await _sign(association, IntentKind.BATCH, batch(association))
    await keys.checkpoint(association.id, NOW)
    await keys.succeed(association.id, record.next_path, PASSPHRASE, NOW + timedelta(days=1), cost=LIGHT)
    return intent_id


async def _sign(association: Association, kind: IntentKind, payload: bytes) -> UUID:
    intent_id = await keys.commit_intent(association.id, kind, uuid4(), payload, NOW)
    await keys.sign_intent(association.id, intent_id, NOW)
    return intent_id


async def codes(association: Association) -> list[str]:
    return [reason.code for reason in await keys.faults(association.id)]


async def test_all_is_sound(association: Association, signed: UUID) -> None:
    assert await codes(association) == []


async def _change(signed: UUID, **values: object) -> None:
    async with unit_of_work():
        await KeyIntent.update(values).where(KeyIntent.id == signed)  # type: ignore[arg-type]


async def test_a_payload_that_changed(association: Association, signed: UUID) -> None:
    await _change(signed, payload=b"{}")
    assert await codes(association) == ["keys.intent_changed"]


async def test_a_false_signature(association: Association, signed: UUID) -> None:
    row = await KeyIntent.select().where(KeyIntent.kind == "qr_range").first()
    await _change(row["id"], result=row["result"][:-64] + bytes(64))
    await _change(signed, result=b"x")
    assert await codes(association) == ["keys.signature_false"] * 2


async def test_a_signature_after_the_key_was_replaced(association: Association, signed: UUID) -> None:
    await _change(signed, signed_at=NOW + timedelta(days=2))
    assert await codes(association) == ["keys.signed_by_inactive_key"]


async def test_a_credential_signed_by_the_log_key(
    association: Association, signed: UUID, record: CeremonyRecord
) -> None:
    await _change(signed, key_id=record.log_kid)
    assert await codes(association) == ["keys.signed_by_inactive_key"]


async def test_a_statement_that_changed(association: Association, signed: UUID) -> None:
    async with unit_of_work():
        await KeyStatement.update({KeyStatement.salt: bytes(16)}).where(KeyStatement.seq == 1)
    assert await codes(association) == ["keys.statement_unlogged"]
    async with unit_of_work():
        await KeyStatement.delete().where(KeyStatement.seq == 1)
    assert await codes(association) == ["keys.chain_broken"]


async def test_an_embedded_document_that_changed(association: Association, signed: UUID) -> None:
    row = await KeyIntent.select().where(KeyIntent.id == signed).first()
    for changed in (b"{}", row["embedded"].replace(b"2026-11-21T12", b"2026-11-21T13"), row["embedded"] + b" "):
        await _change(signed, embedded=changed)
        assert await codes(association) == ["keys.signature_false"]


async def test_an_embedded_document_of_a_kind_that_has_none(association: Association, signed: UUID) -> None:
    row = await KeyIntent.select().where(KeyIntent.id == signed).first()
    other = await KeyIntent.select().where(KeyIntent.kind == "qr_range").first()
    await _change(other["id"], embedded=row["embedded"])
    assert await codes(association) == ["keys.signature_false"]
