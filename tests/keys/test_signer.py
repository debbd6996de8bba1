"""Only committed intents are signed, by the key that is named for them."""

from __future__ import annotations

import ast
import asyncio
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import rfc8785

import seal
from seal.associations.model import Association
from seal.db import unit_of_work
from seal.errors import Conflict, NotFound, Refused, Unavailable
from seal.keys import data_integrity, ed25519, jws, keyring
from seal.keys import service as keys
from seal.keys.ceremony import CeremonyRecord
from seal.keys.model import IntentKind, IntentState, KeyRole, digest
from seal.keys.qr import Range
from seal.keys.tables import KeyIntent
from seal.transparency import service as log
from seal.transparency.model import LeafType
from seal.transparency.note import open_checkpoint
from tests.keys.conftest import LIGHT, NOW, PASSPHRASE
from tests.keys.test_generations import make
from tests.keys.test_lint import BATCH, STATUS_LIST


def batch(association: Association, **changes: object) -> bytes:
    return rfc8785.dumps({**BATCH, "issuer": association.did, **changes})


async def commit(association: Association, payload: bytes, kind: IntentKind = IntentKind.BATCH) -> UUID:
    return await keys.commit_intent(association.id, kind, uuid4(), payload, NOW)


async def refused(association: Association, intent_id: UUID, error: type[Exception]) -> str:
    with pytest.raises(error) as caught:
        await keys.sign_intent(association.id, intent_id, NOW)
    return str(caught.value.code)  # type: ignore[attr-defined]


async def test_a_credential_is_signed_by_the_issuing_key(association: Association, record: CeremonyRecord) -> None:
    payload = batch(association)
    intent_id = await commit(association, payload)
    compact = await keys.sign_intent(association.id, intent_id, NOW)
    held = await keys.public_keys(association.id)
    token = jws.parse(compact, typ=jws.VC)
    assert (token.payload, token.did) == (payload, association.did)
    assert jws.verify(token, held.issuing.raw)
    assert not jws.verify(token, held.log.raw)
    row = await KeyIntent.select().where(KeyIntent.id == intent_id).first()
    assert (row["state"], row["result"], row["key_id"]) == ("signed", compact, record.fingerprint)


async def test_a_status_list_is_signed_by_the_log_key(association: Association, record: CeremonyRecord) -> None:
    keys.lock(association.id, KeyRole.ISSUING)
    payload = rfc8785.dumps({**STATUS_LIST, "issuer": association.did})
    compact = await keys.sign_intent(association.id, await commit(association, payload, IntentKind.STATUS_LIST), NOW)
    token = jws.parse(compact, typ=jws.VC)
    assert token.key == record.log_kid


async def test_every_label_of_a_range_is_signed(association: Association, record: CeremonyRecord) -> None:
    payload = bytes([0x11]) + ed25519.hint(record.fingerprint) + bytes(12)
    asked = Range(1, payload, "", 1, 24)
    result = await keys.sign_intent(association.id, await commit(association, asked.encoded, IntentKind.QR_RANGE), NOW)
    held = await keys.public_keys(association.id)
    signatures = [result[start : start + 64] for start in range(0, len(result), 64)]
    assert len(signatures) == 24
    assert all(
        ed25519.verify(held.issuing.raw, signature, message)
        for signature, message in zip(signatures, asked.messages(), strict=True)
    )


async def test_again_gives_the_same_bytes(association: Association, record: CeremonyRecord) -> None:
    intent_id = await commit(association, batch(association))
    first = await keys.sign_intent(association.id, intent_id, NOW)
    assert await keys.sign_intent(association.id, intent_id, NOW + timedelta(days=1)) == first
    keys.lock(association.id)
    assert await keys.sign_intent(association.id, intent_id, NOW) == first, "what is signed needs no key"


async def test_two_at_once_give_the_same_bytes(association: Association, record: CeremonyRecord) -> None:
    intent_id = await commit(association, batch(association))
    one, two = await asyncio.gather(*(keys.sign_intent(association.id, intent_id, NOW) for _ in range(2)))
    assert one == two


async def test_an_intent_that_is_not_yet_committed(association: Association, record: CeremonyRecord) -> None:
    async with unit_of_work():
        intent_id = await commit(association, batch(association))
        assert await refused(association, intent_id, Refused) == "keys.intent_not_committed"


async def test_an_intent_that_was_rolled_back(association: Association, record: CeremonyRecord) -> None:
    intents: list[UUID] = []

    async def fail() -> None:
        async with unit_of_work():
            intents.append(await commit(association, batch(association)))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await refused(association, intents[0], NotFound) == "keys.no_intent"


async def test_another_associations_intent(association: Association, record: CeremonyRecord) -> None:
    other = await make("other", "https://sello.example/a/other")
    await keys.ceremony(other.id, PASSPHRASE, NOW, allow_localhost=False, cost=LIGHT)
    intent_id = await commit(association, batch(association))
    assert await refused(other, intent_id, NotFound) == "keys.no_intent"


async def test_an_altered_payload(association: Association, record: CeremonyRecord) -> None:
    intent_id = await commit(association, batch(association))
    async with unit_of_work():
        await KeyIntent.update({KeyIntent.payload: batch(association, name="x")}).where(KeyIntent.id == intent_id)
    assert await refused(association, intent_id, Refused) == "keys.intent_altered"


async def test_an_altered_payload_with_its_digest_is_still_linted(
    association: Association, record: CeremonyRecord
) -> None:
    intent_id = await commit(association, batch(association))
    worse = batch(association, score="9000")
    async with unit_of_work():
        await KeyIntent.update({KeyIntent.payload: worse, KeyIntent.payload_sha256: digest(worse)}).where(
            KeyIntent.id == intent_id
        )
    assert await refused(association, intent_id, Refused) == "lint.private_member"


async def test_a_faulty_payload_is_not_even_committed(association: Association) -> None:
    with pytest.raises(Refused) as caught:
        await commit(association, batch(association, validUntil="x", score="1"))
    assert [reason.code for reason in caught.value.reasons] == ["lint.private_member", "lint.valid_until"]


async def test_one_intent_for_each_object(association: Association) -> None:
    object_id = uuid4()
    one = await keys.commit_intent(association.id, IntentKind.BATCH, object_id, batch(association), NOW)
    assert await keys.commit_intent(association.id, IntentKind.BATCH, object_id, batch(association), NOW) == one
    with pytest.raises(Conflict) as caught:
        await keys.commit_intent(association.id, IntentKind.BATCH, object_id, batch(association, name="x"), NOW)
    assert caught.value.code == "keys.intent_differs"
    found = await keys.intent_of(association.id, IntentKind.BATCH, object_id)
    assert found is not None
    assert (found.id, found.state) == (one, IntentState.COMMITTED)


async def test_without_keys_an_intent_waits(association: Association) -> None:
    intent_id = await commit(association, batch(association))
    assert await refused(association, intent_id, Unavailable) == "keys.missing"
    await keys.ceremony(association.id, PASSPHRASE, NOW, allow_localhost=False, cost=LIGHT)
    assert await keys.sign_intent(association.id, intent_id, NOW)


async def test_with_a_locked_key_an_intent_waits(association: Association, record: CeremonyRecord) -> None:
    intent_id = await commit(association, batch(association))
    keys.lock(association.id)
    assert await refused(association, intent_id, Unavailable) == "keys.locked"
    await keys.unlock(association.id, PASSPHRASE)
    assert await keys.sign_intent(association.id, intent_id, NOW)


async def test_a_replaced_key_signs_nothing_more(association: Association, record: CeremonyRecord) -> None:
    old = keyring.take(association.id, KeyRole.ISSUING)
    assert old is not None
    at = NOW + timedelta(days=1)
    await keys.succeed(association.id, record.next_path, PASSPHRASE, at, cost=LIGHT)
    keyring.put(association.id, KeyRole.ISSUING, old)
    intent_id = await commit(association, batch(association))
    with pytest.raises(Refused) as caught:
        await keys.sign_intent(association.id, intent_id, at)
    assert caught.value.code == "keys.key_not_current"


async def test_before_the_key_was_made(association: Association, record: CeremonyRecord) -> None:
    intent_id = await commit(association, batch(association))
    with pytest.raises(Refused) as caught:
        await keys.sign_intent(association.id, intent_id, NOW - timedelta(days=1))
    assert caught.value.code == "keys.not_yet_active"


async def test_a_label_with_the_hint_of_another_key(association: Association, record: CeremonyRecord) -> None:
    payload = bytes([0x11]) + b"\0\0\0\0" + bytes(12)
    with pytest.raises(Refused) as caught:
        await commit(association, Range(1, payload, "", 1, 1).encoded, IntentKind.QR_RANGE)
    assert caught.value.code == "lint.key_hint"


async def test_checkpoints_follow_the_log(association: Association, record: CeremonyRecord) -> None:
    first = await keys.checkpoint(association.id, NOW)
    assert first is not None
    assert first.size == 1
    key = await keys.verifier_key(association)
    assert open_checkpoint(first.note, key).root == (await log.head(association.id)).root
    assert await keys.checkpoint(association.id, NOW + timedelta(minutes=1)) == first
    await log.append(association.id, LeafType.PROTOCOL, uuid4(), b"{}", log.new_salt(), NOW)
    second = await keys.checkpoint(association.id, NOW + timedelta(minutes=2))
    assert second is not None
    assert open_checkpoint(second.note, key).size == 2
    assert await log.faults(association.id) == ()


async def test_a_checkpoint_without_keys(association: Association) -> None:
    assert await keys.checkpoint(association.id, NOW) is None
    await log.append(association.id, LeafType.PROTOCOL, uuid4(), b"{}", log.new_salt(), NOW)
    with pytest.raises(Unavailable):
        await keys.checkpoint(association.id, NOW)
    await keys.ceremony(association.id, PASSPHRASE, NOW, allow_localhost=False, cost=LIGHT)
    found = await keys.checkpoint(association.id, NOW)
    assert found is not None
    assert found.size == 2


def test_no_other_module_touches_private_keys() -> None:
    """``signer`` signs, ``ceremony`` makes, ``keyring`` keeps, ``opening`` fills it. Nobody else names one, but for two
    that have keys of their own and cannot reach an association's (import contracts): a witness, the test issuer."""
    root = Path(seal.__file__).parent
    found = set()
    for path in root.rglob("*.py"):
        names = {
            f"{node.module}.{alias.name}" if isinstance(node, ast.ImportFrom) else alias.name
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        if any("PrivateKey" in name or name.startswith("seal.keys.keyring") for name in names):
            found.add(str(path.relative_to(root)))
    inside = {"keys/signer.py", "keys/ceremony.py", "keys/keyring.py", "keys/generations.py", "keys/opening.py"}
    assert found == inside | {"witness/key.py", "foreign/trial.py"}


async def test_the_same_signing_makes_the_document_with_an_embedded_proof(
    association: Association, record: CeremonyRecord
) -> None:
    payload, held = batch(association), await keys.public_keys(association.id)
    intent_id, object_id = await commit(association, payload), uuid4()
    await keys.sign_intent(association.id, intent_id, NOW)
    row = await KeyIntent.select().where(KeyIntent.id == intent_id).first()
    found = await keys.embedded(association.id, IntentKind.BATCH, row["object_id"])
    assert found is not None
    embedded = data_integrity.read(found)
    assert (embedded.payload, embedded.created) == (payload, NOW)
    assert embedded.holds(association.did, held.issuing.raw)
    methods = {method["id"]: method for method in (await keys.did_document(association))["verificationMethod"]}
    assert methods[embedded.proof["verificationMethod"]]["type"] == "Multikey"
    assert await keys.embedded(association.id, IntentKind.BATCH, object_id) is None
    assert await keys.embedded(association.id, IntentKind.CERTIFICATION, row["object_id"]) is None


async def test_a_status_list_is_embedded_by_the_log_key(association: Association, record: CeremonyRecord) -> None:
    payload = rfc8785.dumps({**STATUS_LIST, "issuer": association.did})
    object_id = uuid4()
    intent_id = await keys.commit_intent(association.id, IntentKind.STATUS_LIST, object_id, payload, NOW)
    assert await keys.embedded(association.id, IntentKind.STATUS_LIST, object_id) is None
    await keys.sign_intent(association.id, intent_id, NOW)
    found = await keys.embedded(association.id, IntentKind.STATUS_LIST, object_id)
    held = await keys.public_keys(association.id)
    assert found is not None
    assert data_integrity.read(found).holds(association.did, held.log.raw)


async def test_what_was_signed_before_gets_its_embedded_document_once(
    association: Association, record: CeremonyRecord
) -> None:
    intent_id = await commit(association, batch(association))
    compact = await keys.sign_intent(association.id, intent_id, NOW)
    waiting = await commit(association, batch(association, name="x"))
    async with unit_of_work():
        await KeyIntent.update({KeyIntent.embedded: None}).where(KeyIntent.id == intent_id)
    later = NOW + timedelta(days=3)
    keys.lock(association.id)
    with pytest.raises(Unavailable, match=r"keys\.locked"):
        await keys.embed_missing(association.id, later)
    await keys.unlock(association.id, PASSPHRASE)
    assert await keys.embed_missing(association.id, later) == 1
    assert await keys.embed_missing(association.id, later + timedelta(days=1)) == 0
    row = await KeyIntent.select().where(KeyIntent.id == intent_id).first()
    assert row["result"] == compact, "the JWS is the evidence and never changes"
    assert data_integrity.read(row["embedded"]).created == later
    assert await keys.faults(association.id) == ()
    unsigned = await KeyIntent.select().where(KeyIntent.id == waiting).first()
    assert (unsigned["state"], unsigned["embedded"]) == ("committed", None)


async def test_an_altered_payload_is_not_embedded_either(association: Association, record: CeremonyRecord) -> None:
    intent_id, sound = await commit(association, batch(association)), await commit(association, batch(association))
    for one in (intent_id, sound):
        await keys.sign_intent(association.id, one, NOW)
    async with unit_of_work():
        await KeyIntent.update({KeyIntent.embedded: None}).where(KeyIntent.association_id == association.id)
        await KeyIntent.update({KeyIntent.payload: batch(association, name="x")}).where(KeyIntent.id == intent_id)
    with pytest.raises(Refused, match=r"keys\.intent_altered"):
        await keys.embed_missing(association.id, NOW)
    rows = {row["id"]: row["embedded"] for row in await KeyIntent.select(KeyIntent.id, KeyIntent.embedded)}
    assert rows[intent_id] is None
    assert rows[sound] is not None, "one that is refused stops no other"
