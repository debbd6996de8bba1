"""Rotation and compromise: who may, what is logged, what follows; labels that waited; the stop switch; retirement."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from seal.associations.model import Association
from seal.errors import BadInput, NotFound, Refused, SealError, Unavailable
from seal.keys import ceremony as making
from seal.keys import ed25519, inquiry, keyring, records, store
from seal.keys import service as keys
from seal.keys.ceremony import CeremonyRecord
from seal.keys.model import IntentKind, KeyRole
from seal.keys.qr import Range, message, read_range
from seal.keys.records import Act, Attendance, Present
from seal.settings import settings
from seal.transparency import service as log
from seal.transparency.model import LeafType
from tests.keys.conftest import LIGHT, NOW, PASSPHRASE

LATER = NOW + timedelta(days=300)
PEOPLE = Attendance(Present("Ana Pérez", "tesorera"), (Present("Juan Soto", "apicultor"),))


async def seed_of(association: Association, record: CeremonyRecord) -> bytes:
    return await keys.read_next(association.id, record.next_path, PASSPHRASE)


async def rotate(association: Association, record: CeremonyRecord, **changes: object) -> CeremonyRecord:
    given = {"cost": LIGHT, "attendance": PEOPLE} | changes
    return await keys.rotate(association.id, await seed_of(association, record), PASSPHRASE, LATER, **given)  # type: ignore[arg-type]


async def end(association: Association, record: CeremonyRecord, size: int, **changes: object) -> CeremonyRecord:
    given = {"cost": LIGHT, "tree_size": size, "reason": "Robo."} | changes
    return await keys.compromise(association.id, await seed_of(association, record), PASSPHRASE, LATER, **given)  # type: ignore[arg-type]


async def label_intent(association: Association, first: int = 1) -> UUID:
    """A range of three unit labels under the key of today."""
    hint = ed25519.hint((await keys.public_keys(association.id)).fingerprint)
    asked = Range(1, bytes([0x11]) + hint + bytes(12), "", first, first + 2)
    return await keys.commit_intent(association.id, IntentKind.QR_RANGE, uuid4(), asked.encoded, NOW)


async def test_a_rotation_is_logged_and_written_down(association: Association, record: CeremonyRecord) -> None:
    after = await rotate(association, record)
    assert after.fingerprint == record.next_sha256
    assert (await log.head(association.id)).size == 2
    first, second = await keys.book(association.id)
    assert (first.act, second.act) == (Act.CEREMONY, Act.ROTATION)
    assert second.attendance == PEOPLE
    assert second.value("previous_fingerprint") == record.fingerprint
    assert second == after.record
    assert (await keys.record(association.id, 1)).value("fingerprint") == record.fingerprint


async def test_no_secret_in_the_book(association: Association, record: CeremonyRecord) -> None:
    seed = await seed_of(association, record)
    await rotate(association, record)
    said = b"".join(records.document(one) for one in await keys.book(association.id))
    assert PASSPHRASE.encode() not in said
    assert seed.hex().encode() not in said


async def test_an_interrupted_rotation_is_finished_by_the_next(
    association: Association, record: CeremonyRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seal.keys import generations

    async def killed(*_: object) -> bytes:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(generations, "sign_intent", killed)
        with pytest.raises(ConnectionError):
            await rotate(association, record)
    assert len(await keys.statements(association.id)) == 1
    assert (await rotate(association, record)).fingerprint == record.next_sha256
    assert len(await keys.statements(association.id)) == 2


async def test_only_the_promised_key_rotates(association: Association, record: CeremonyRecord) -> None:
    with pytest.raises(Refused) as caught:
        await keys.rotate(association.id, making.generate(), PASSPHRASE, LATER, cost=LIGHT)
    assert caught.value.code == "keys.not_the_next_key"


async def test_a_range_that_waited_is_signed_by_the_new_key(association: Association, record: CeremonyRecord) -> None:
    """Reserved before the succession and never printed: nothing is reserved anew, nothing is lost."""
    waiting, printed = await label_intent(association), await label_intent(association, 10)
    before = await keys.sign_intent(association.id, printed, NOW)
    await rotate(association, record)
    signatures = await keys.sign_intent(association.id, waiting, LATER)
    held = await keys.public_keys(association.id)
    found = await store.intent(association.id, waiting)
    assert found is not None
    asked = read_range(found.payload)
    assert asked.payload[1:5] == ed25519.hint(held.fingerprint)
    assert (asked.first, asked.last, found.key_id) == (1, 3, held.fingerprint)
    assert ed25519.verify(held.issuing.raw, signatures[:64], message(asked.payload + (1).to_bytes(2)))
    assert await keys.sign_intent(association.id, printed, LATER) == before, "what was signed stays as it was"


async def test_a_running_server_follows_a_rotation(
    association: Association, record: CeremonyRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was made by the command line: the server still holds the old keys, and has the passphrase in its settings."""
    old = {role: keyring.take(association.id, role) for role in (KeyRole.ISSUING, KeyRole.LOG)}
    await rotate(association, record)
    for role, key in old.items():
        assert key is not None
        keyring.put(association.id, role, key)
    monkeypatch.setenv("SEAL_KEY_PASSPHRASE", PASSPHRASE)
    settings.cache_clear()
    assert await keys.sign_intent(association.id, await label_intent(association), LATER)
    assert await keys.checkpoint(association.id, LATER)


async def test_a_compromise_ends_both_keys_below_a_size(association: Association, record: CeremonyRecord) -> None:
    await log.append(association.id, LeafType.PROTOCOL, uuid4(), b"{}", log.new_salt(), NOW)
    after = await end(association, record, 2)
    known = (await keys.public_keys(association.id)).history
    ended = {period.kid: period.ended for period in (*known.issuing, *known.log) if period.ended}
    assert {kid: one.tree_size for kid, one in ended.items() if one} == {record.fingerprint: 2, record.log_kid: 2}
    document = await keys.did_document(association)
    assert [one for one in document["assertionMethod"] if record.fingerprint in one or record.log_kid in one] == []
    assert any(after.fingerprint in one for one in document["assertionMethod"])
    assert after.record.value("reason") == "Robo."
    assert after.record.value("tree_size") == "2"


async def test_one_key_alone_and_a_replaced_one(association: Association, record: CeremonyRecord) -> None:
    after = await rotate(association, record)
    last = await end(association, after, 1, kids=[record.fingerprint])
    known = (await keys.public_keys(association.id)).history
    assert {period.kid for period in known.issuing if period.ended} == {record.fingerprint}
    with pytest.raises(Refused) as caught:
        await end(association, last, 2, kids=[record.fingerprint])
    assert caught.value.code == "keys.already_ended"
    await end(association, last, 0, kids=[record.fingerprint])
    known = (await keys.public_keys(association.id)).history
    assert [period.ended.tree_size for period in known.issuing if period.ended] == [0]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"tree_size": 9}, "keys.tree_size"),
        ({"tree_size": -1}, "keys.tree_size"),
        ({"kids": ["a" * 64]}, "keys.no_such_key"),
        ({"reason": " "}, "keys.reason"),
    ],
)
async def test_a_compromise_that_makes_no_sense(
    association: Association, record: CeremonyRecord, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(BadInput) as caught:
        await end(association, record, 1, **changes)
    assert caught.value.code == code
    assert len(await keys.statements(association.id)) == 1


async def test_what_was_logged_since_each_checkpoint(association: Association, record: CeremonyRecord) -> None:
    first = await keys.checkpoint(association.id, NOW)
    assert first is not None
    await log.append(association.id, LeafType.PROTOCOL, uuid4(), b"{}", log.new_salt(), NOW)
    (choice,) = await inquiry.choices(association.id)
    assert (choice.size, choice.since) == (1, 1)
    (one,) = await inquiry.logged_since(association.id, 1)
    assert (one.index, one.kind) == (1, LeafType.PROTOCOL)
    assert await inquiry.size_of(association.id, first.note) == 1
    other = first.note.replace(b"\n1\n", b"\n2\n", 1)
    with pytest.raises(SealError) as caught:
        await inquiry.size_of(association.id, other)
    assert caught.value.code == "keys.checkpoint_other"


async def test_stop_and_start(association: Association, record: CeremonyRecord) -> None:
    signed, waiting = await label_intent(association), await label_intent(association, 10)
    before = await keys.sign_intent(association.id, signed, NOW)
    await keys.stop(association.id, "Se perdió un equipo.", PEOPLE, NOW)
    with pytest.raises(Unavailable) as caught:
        await keys.sign_intent(association.id, waiting, NOW)
    assert caught.value.code == "keys.stopped"
    assert await keys.sign_intent(association.id, signed, NOW) == before, "what is signed can be read again"
    with pytest.raises(Refused) as twice:
        await keys.stop(association.id, "Otra vez.", PEOPLE, NOW)
    assert twice.value.code == "keys.already_stopped"
    await rotate(association, record)  # a succession is the way out, not what is stopped
    with pytest.raises(Unavailable):
        await keys.sign_intent(association.id, waiting, LATER)
    await keys.start(association.id, "Apareció.", PEOPLE, LATER)
    assert await keys.sign_intent(association.id, waiting, LATER)
    with pytest.raises(Refused) as again:
        await keys.start(association.id, "Apareció.", PEOPLE, LATER)
    assert again.value.code == "keys.not_stopped"
    assert [one.act.value for one in await keys.book(association.id)] == ["ceremony", "stop", "rotation", "start"]


async def test_retired_keys_are_gone_and_still_verify(association: Association, record: CeremonyRecord) -> None:
    with pytest.raises(NotFound) as caught:
        await keys.retire(association.id, LATER)
    assert caught.value.code == "keys.nothing_to_retire"
    intent = await label_intent(association)
    signature = await keys.sign_intent(association.id, intent, NOW)
    after = await rotate(association, record)
    made = await keys.retire(association.id, LATER, attendance=PEOPLE)
    assert [path for path in record.paths if path.exists()] == []
    assert all(path.exists() for path in after.paths)
    assert len([one for one in made.entries if one[0] == "destroyed"]) == 3
    assert await keys.sign_intent(association.id, intent, LATER) == signature
    keys.lock(association.id)
    await keys.unlock(association.id, PASSPHRASE)


async def test_health_says_what_is_due(association: Association, record: CeremonyRecord) -> None:
    def codes(found: keys.Health) -> set[str]:
        return {one.code for one in found.advice}

    assert codes(await keys.health(association.id, NOW)) == {"next_here", "no_shares"}
    record.next_path.rename(record.next_path.parent.parent / "away")
    assert codes(await keys.health(association.id, NOW)) == {"no_shares"}
    assert "rotate_soon" in codes(await keys.health(association.id, NOW + timedelta(days=700)))
    assert "rotate" in codes(await keys.health(association.id, NOW + timedelta(days=731)))


@pytest.mark.parametrize("text", ["", "Ana", "Ana,", ", tesorera", "A\x07na, tesorera", "x" * 300 + ", y"])
def test_a_witness_says_who_they_are(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        records.present(text)
    assert caught.value.code == "keys.witness"


async def test_a_changed_record_is_not_read(association: Association, record: CeremonyRecord) -> None:
    one = await keys.record(association.id)
    data = records.document(one)
    assert records.read(one.id, one.association_id, one.seq, data) == one
    for spoilt in (data + b" ", data.replace(b"ceremony", b"ceremonx"), b"[]", b"x"):
        with pytest.raises(BadInput):
            records.read(one.id, one.association_id, one.seq, spoilt)
