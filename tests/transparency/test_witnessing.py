"""The log's side of witnessing: whose cosignatures are taken, and what is served with them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from seal.associations.model import Association
from seal.errors import BadInput, Conflict, NotFound, Refused, SealError
from seal.transparency import service as log
from seal.transparency import witnessing
from seal.transparency.cosignature import WitnessKey, cosignature, cosigned_at, message, with_lines
from seal.transparency.model import Checkpoint, LeafType
from seal.transparency.note import CheckpointText, VerifierKey, parse_note, sign_text
from tests.conftest import Database
from tests.keys.examples import key, raw
from tests.transparency.conftest import NOW

TOWN = WitnessKey("municipio.example/w1", raw("witness-1"))
SISTER = WitnessKey("hermana.example", raw("witness-2"))
SECOND = int(NOW.timestamp())


async def grown(association: Association, size: int) -> Checkpoint:
    """The log with ``size`` leaves and a checkpoint over them."""
    for number in range((await log.head(association.id)).size, size):
        await log.append(association.id, LeafType.DECISION, UUID(int=number + 1), b"{}", bytes(16), NOW)
    head = await log.head(association.id)
    text = CheckpointText(association.log_origin, head.size, head.root).text
    note = sign_text(text, VerifierKey(association.log_origin, raw("log-1")), key("log-1").sign(text.encode()))
    checkpoint = Checkpoint(association.id, head.size, head.root, note.encoded, NOW)
    await log.save_checkpoint(checkpoint)
    return checkpoint


def cosigned(note: bytes, at: int = SECOND, by: str = "witness-1", witness: WitnessKey = TOWN) -> bytes:
    parsed = parse_note(note)
    return with_lines(parsed, [cosignature(witness, at, key(by).sign(message(parsed.text, at)))]).encoded


async def refused(association: Association, note: bytes) -> SealError:
    with pytest.raises(SealError) as caught:
        await witnessing.accept(association.id, note, NOW)
    return caught.value


async def test_a_cosignature_is_served_with_its_checkpoint(association: Association) -> None:
    await witnessing.add(association.id, TOWN.text, None, NOW)
    first = await grown(association, 3)
    assert await witnessing.witnessed(association.id) is None
    for _ in range(2):  # the same again changes nothing
        ((witness, kept),) = await witnessing.accept(association.id, cosigned(first.note), NOW)
        assert (witness.key, kept.size, kept.at) == (TOWN, 3, SECOND)
    served = await witnessing.served(association.id)
    assert served is not None
    assert cosigned_at(parse_note(served.note), TOWN) == SECOND
    assert len(parse_note(served.note).signatures) == 2
    second = await grown(association, 5)
    served, found = await witnessing.served(association.id), await witnessing.witnessed(association.id)
    assert served is not None
    assert found is not None
    assert served.note == second.note
    assert (found[0].size, cosigned_at(parse_note(found[0].note), TOWN)) == (3, SECOND)


async def test_a_bundle_names_the_newest_witnessed_checkpoint_and_never_a_smaller_one(association: Association) -> None:
    first = await grown(association, 3)

    async def named(hours: float = 0, least: int = 0) -> int:
        found = await witnessing.for_bundle(association.id, NOW + timedelta(hours=hours), least)
        assert found is not None
        return found.size

    assert await named() == 3
    await witnessing.add(association.id, TOWN.text, None, NOW)
    await witnessing.accept(association.id, cosigned(first.note), NOW)
    await grown(association, 5)
    assert await named() == 3
    assert await named(least=4) == 5
    assert await named(hours=25) == 5


async def test_only_the_newest_line_of_each_standing_witness_is_served(association: Association) -> None:
    await witnessing.add(association.id, TOWN.text, None, NOW)
    await witnessing.add(association.id, SISTER.text, "https://hermana.example/", NOW)
    first = await grown(association, 3)
    both = cosigned(cosigned(first.note), by="witness-2", witness=SISTER)
    assert len(await witnessing.accept(association.id, both, NOW)) == 2
    await witnessing.accept(association.id, cosigned(first.note, SECOND + 60), NOW)
    served = await witnessing.served(association.id)
    assert served is not None
    assert cosigned_at(parse_note(served.note), TOWN) == SECOND + 60
    assert len(parse_note(served.note).signatures) == 3
    await witnessing.remove(association.id, TOWN.name, "sin respuesta", NOW)
    served = await witnessing.served(association.id)
    assert served is not None
    assert [line.name for line in parse_note(served.note).signatures[1:]] == [SISTER.name]
    assert (await refused(association, cosigned(first.note))).code == "transparency.unknown_witness"
    acts = await witnessing.acts(association.id)
    assert [(act.added, act.reason) for act in acts] == [(True, ""), (True, ""), (False, "sin respuesta")]


async def test_what_is_not_taken(association: Association) -> None:
    first = await grown(association, 3)
    assert (await refused(association, cosigned(first.note))).code == "transparency.unknown_witness"
    await witnessing.add(association.id, TOWN.text, None, NOW)
    assert (await refused(association, first.note)).code == "transparency.unknown_witness"
    forged = await refused(association, cosigned(first.note, by="witness-2"))
    assert (type(forged), forged.code) == (BadInput, "cosignature.signature")
    assert (await refused(association, cosigned(first.note, SECOND + 601))).code == "cosignature.future"
    assert (await refused(association, cosigned(first.note, 0))).code == "cosignature.signature"
    assert (await refused(association, b"x")).code == "note.text"
    other = CheckpointText(association.log_origin, 3, bytes(32)).text
    fork = sign_text(other, VerifierKey(association.log_origin, raw("log-1")), key("log-1").sign(other.encode()))
    assert (await refused(association, cosigned(fork.encoded))).code == "transparency.not_our_checkpoint"
    ahead = CheckpointText(association.log_origin, 9, bytes(32)).text
    note = sign_text(ahead, VerifierKey(association.log_origin, raw("log-1")), key("log-1").sign(ahead.encode()))
    assert (await refused(association, cosigned(note.encoded))).code == "transparency.not_our_checkpoint"


async def test_the_list_of_witnesses(association: Association, database: Database) -> None:
    await witnessing.add(association.id, TOWN.text, None, NOW)
    with pytest.raises(Conflict):
        await witnessing.add(association.id, TOWN.text, None, NOW)
    with pytest.raises(Conflict):
        await witnessing.add(association.id, WitnessKey(TOWN.name, raw("witness-3")).text, None, NOW)
    with pytest.raises(BadInput):
        await witnessing.add(association.id, VerifierKey("log.example", raw("log-1")).text, None, NOW)
    with pytest.raises(BadInput):
        await witnessing.add(association.id, SISTER.text, "ftp://x", NOW)
    with pytest.raises(BadInput):
        await witnessing.remove(association.id, TOWN.name, " ", NOW)
    with pytest.raises(NotFound):
        await witnessing.remove(association.id, "nadie", "x", NOW)
    for number in range(witnessing.WITNESSES_MAX - 1):
        await witnessing.add(association.id, WitnessKey(f"w{number}", raw(f"witness-{number}")).text, None, NOW)
    with pytest.raises(Refused):
        await witnessing.add(association.id, SISTER.text, None, NOW)
