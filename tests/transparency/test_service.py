"""The stored log: dense under concurrency, provable, and checked before it is signed."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from seal.associations.model import Association
from seal.db import unit_of_work
from seal.errors import Conflict, NotFound, Refused
from seal.ids import uuid7
from seal.transparency import merkle, store
from seal.transparency import service as log
from seal.transparency.model import Checkpoint, LeafType, verify_object
from seal.transparency.tables import LogHead, LogLeaf, LogTile
from tests.transparency.conftest import NOW, make

Object = tuple[UUID, bytes, bytes]


async def append(association: Association, number: int) -> Object:
    object_id, data, salt = uuid7(NOW), f"object {number}".encode(), log.new_salt()
    await log.append(association.id, LeafType.BATCH, object_id, data, salt, NOW)
    return object_id, data, salt


async def sign(association: Association) -> Checkpoint:
    """A checkpoint whose signature is of no interest here."""
    text = await log.checked_head(association.id, association.log_origin)
    assert text is not None
    checkpoint = Checkpoint(association.id, text.size, text.root, b"note", NOW)
    await log.save_checkpoint(checkpoint)
    return checkpoint


async def test_an_empty_log(association: Association) -> None:
    assert await log.head(association.id) == (await log.head(association.id))
    head = await log.head(association.id)
    assert (head.size, head.root) == (0, merkle.EMPTY_ROOT)
    assert await log.checked_head(association.id, association.log_origin) is None
    assert await log.faults(association.id) == ()


async def test_every_leaf_is_proven_in_every_tree(association: Association) -> None:
    objects = []
    roots = [merkle.EMPTY_ROOT]
    for number in range(14):
        objects.append(await append(association, number))
        head = await log.head(association.id)
        assert head.size == number + 1
        roots.append(head.root)
    leaves = await log.leaves(association.id, 0, 14)
    assert [leaf.index for leaf in leaves] == list(range(14))
    assert roots[14] == merkle.root([leaf.hash for leaf in leaves])
    for size in range(1, 15):
        for index in range(size):
            path = await log.inclusion(association.id, index, size)
            assert merkle.verify_inclusion(leaves[index].hash, index, size, path, roots[size])
        for old in range(1, size + 1):
            proof = await log.consistency(association.id, old, size)
            assert merkle.verify_consistency(old, size, proof, roots[old], roots[size])
    assert await log.faults(association.id) == ()


async def test_an_object_is_proven_with_its_salt(association: Association) -> None:
    for number in range(4):
        await append(association, number)
    object_id, data, salt = await append(association, 5)
    assert await log.prove(association.id, LeafType.BATCH, object_id) is None, "no checkpoint covers it yet"
    checkpoint = await sign(association)
    found = await log.prove(association.id, LeafType.BATCH, object_id)
    assert found is not None
    proof, under = found
    assert under == checkpoint
    assert verify_object(LeafType.BATCH, object_id, salt, data, proof, checkpoint.root)
    assert not verify_object(LeafType.CERTIFICATION, object_id, salt, data, proof, checkpoint.root)


async def test_the_same_again_is_the_same_leaf(association: Association) -> None:
    object_id, data, salt = await append(association, 1)
    assert await log.append(association.id, LeafType.BATCH, object_id, data, salt, NOW) == 0
    assert (await log.head(association.id)).size == 1


async def test_other_bytes_for_a_logged_object(association: Association) -> None:
    object_id, data, salt = await append(association, 1)
    for bytes_, of_salt in ((b"other", salt), (data, log.new_salt())):
        with pytest.raises(Conflict) as caught:
            await log.append(association.id, LeafType.BATCH, object_id, bytes_, of_salt, NOW)
        assert caught.value.code == "transparency.already_logged"


async def test_indices_are_dense_under_concurrency(association: Association) -> None:
    await asyncio.gather(*(append(association, number) for number in range(30)))
    leaves = await log.leaves(association.id, 0, 100)
    assert [leaf.index for leaf in leaves] == list(range(30))
    assert await log.faults(association.id) == ()


async def test_a_unit_of_work_that_fails_leaves_no_gap(association: Association) -> None:
    await append(association, 1)

    async def fail() -> None:
        async with unit_of_work():
            await append(association, 2)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    await append(association, 3)
    assert [leaf.index for leaf in await log.leaves(association.id, 0, 9)] == [0, 1]
    assert await log.faults(association.id) == ()


async def test_two_appends_in_one_unit_of_work(association: Association) -> None:
    async with unit_of_work():
        await append(association, 1)
        await append(association, 2)
    assert (await log.head(association.id)).size == 2


async def test_logs_of_two_associations_are_apart(association: Association) -> None:
    other = await make("other")
    object_id, _, _ = await append(association, 1)
    await append(other, 1)
    assert (await log.head(association.id)).size == (await log.head(other.id)).size == 1
    assert await log.leaf_of(other.id, LeafType.BATCH, object_id) is None


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (0, 2), (-1, 1)])
async def test_no_such_leaf(association: Association, index: int, size: int) -> None:
    await append(association, 1)
    with pytest.raises(NotFound):
        await log.inclusion(association.id, index, size)


async def test_no_such_consistency(association: Association) -> None:
    await append(association, 1)
    for old, new in ((0, 1), (1, 2), (2, 1)):
        with pytest.raises(NotFound):
            await log.consistency(association.id, old, new)


async def test_nothing_to_sign_until_it_grows(association: Association) -> None:
    await append(association, 1)
    await sign(association)
    assert await log.checked_head(association.id, association.log_origin) is None
    await append(association, 2)
    assert (await sign(association)).size == 2


async def _break(association: Association, breach: str) -> None:
    async with unit_of_work():
        if breach == "entry":
            row = await LogLeaf.select().where(LogLeaf.leaf_index == 5).first()
            entry = bytearray(row["entry"])
            entry[-1] ^= 1
            await LogLeaf.update({LogLeaf.entry: bytes(entry)}).where(LogLeaf.leaf_index == 5)
        elif breach == "type":
            await LogLeaf.update({LogLeaf.leaf_type: 3}).where(LogLeaf.leaf_index == 5)
        elif breach == "owner":
            await LogLeaf.update({LogLeaf.object_id: uuid7(NOW)}).where(LogLeaf.leaf_index == 5)
        elif breach == "gap":
            await LogLeaf.delete().where(LogLeaf.leaf_index == 5)
        elif breach == "cut":
            await LogLeaf.delete().where(LogLeaf.leaf_index == 6)
        elif breach == "head":
            await LogHead.update({LogHead.size: 6}).where(LogHead.association_id == association.id)
        elif breach == "frontier":
            await LogHead.update({LogHead.frontier: bytes(96)}).where(LogHead.association_id == association.id)


BREACHES = ["entry", "type", "owner", "gap", "cut", "head", "frontier"]


@pytest.mark.parametrize("breach", BREACHES)
async def test_a_broken_log_is_not_signed(association: Association, breach: str) -> None:
    for number in range(7):
        await append(association, number)
        if number == 3:
            await sign(association)
    await _break(association, breach)
    assert await log.faults(association.id) != ()
    with pytest.raises(Refused) as caught:
        await log.checked_head(association.id, association.log_origin)
    assert caught.value.code in ("transparency.leaf_broken", "transparency.tree_broken")


@pytest.fixture
async def wide(association: Association) -> Association:
    """A log whose first tile of leaves is whole."""
    async with unit_of_work():
        for number in range(300):
            await append(association, number)
    return association


async def test_altered_tiles_are_named(wide: Association) -> None:
    assert await log.faults(wide.id) == ()
    async with unit_of_work():
        await LogTile.update({LogTile.hashes: bytes(32)}).where(LogTile.level == 1)
        await LogTile.delete().where(LogTile.level == 0)
    found = await log.faults(wide.id)
    assert [(reason.code, reason.params["level"]) for reason in found] == [
        ("transparency.tile_broken", 0),
        ("transparency.tile_broken", 1),
    ]


async def test_no_leaf_is_added_to_a_broken_tile(wide: Association) -> None:
    async with unit_of_work():
        for number in range(300, 511):
            await append(wide, number)
        await LogTile.delete().where(LogTile.level == 1)
    with pytest.raises(Refused) as caught:
        await append(wide, 511)
    assert caught.value.code == "transparency.tree_broken"
    assert (await log.head(wide.id)).size == 511


async def test_proofs_across_tiles(wide: Association) -> None:
    leaves = [leaf.hash for leaf in await log.leaves(wide.id, 0, 300)]
    roots = {size: merkle.root(leaves[:size]) for size in (1, 255, 256, 257, 299, 300)}
    for size, root in roots.items():
        for index in {0, 1, 127, 128, 254, 255, 256, 257, 298, 299} & set(range(size)):
            path = await log.inclusion(wide.id, index, size)
            assert merkle.verify_inclusion(leaves[index], index, size, path, root)
        for old in (one for one in roots if one <= size):
            proof = await log.consistency(wide.id, old, size)
            assert merkle.verify_consistency(old, size, proof, roots[old], root)


async def test_a_past_that_no_longer_leads_to_the_last_checkpoint(association: Association) -> None:
    for number in range(4):
        await append(association, number)
    await log.save_checkpoint(Checkpoint(association.id, 4, bytes(32), b"note", NOW))
    await append(association, 5)
    with pytest.raises(Refused) as caught:
        await log.checked_head(association.id, association.log_origin)
    assert caught.value.code == "transparency.tree_broken"
    assert [reason.code for reason in await log.faults(association.id)] == ["transparency.checkpoint_broken"]


async def test_a_checkpoint_ahead_of_the_log(association: Association) -> None:
    """What is left after the end of the log was cut off, or an old copy of the database restored."""
    await append(association, 1)
    await log.save_checkpoint(Checkpoint(association.id, 9, bytes(32), b"note", NOW))
    assert [reason.code for reason in await log.faults(association.id)] == ["transparency.checkpoint_broken"]


async def test_the_first_checkpoint_of_a_size_stays(association: Association) -> None:
    await append(association, 1)
    first = await sign(association)
    await log.save_checkpoint(Checkpoint(association.id, 1, bytes(32), b"other", NOW))
    assert await log.latest_checkpoint(association.id) == first
    assert [one async for one in store.checkpoints(association.id)] == [first]
