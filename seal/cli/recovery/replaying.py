"""Bringing back, after a restore, what strangers hold against this server: leaves, numbers, states.

From what is kept beside the marks: the log's entries, the last bundle, the last status lists. What cannot come back is
the content of objects made after the backup: their leaves stay, and they are named as lost.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx

from seal.associations import service as associations
from seal.associations.model import Association, CodeKind
from seal.batches import holding
from seal.batches import service as batches
from seal.batches.model import Advice, Batch, State
from seal.certificates import status, status_list
from seal.certificates.model import ReasonClass
from seal.clock import rfc3339
from seal.errors import BadInput, Reason, Refused
from seal.identity import Acting, system
from seal.ids import Code, uuid7
from seal.keys import jws, recovery
from seal.labels import service as labels
from seal.transparency import losses, marks, readmitting, tiles
from seal.transparency import service as log
from seal.transparency.marks import Place
from seal.transparency.model import Leaf, leaf_hash
from seal.verification import bundle as bundles
from seal.verification import bundling, recovering
from seal.verification.bundle_format import BatchEntry, CertificationEntry
from seal.verification.facts import BatchState

FETCH_SECONDS = 30
WHY = "Recuperado de lo publicado / restored from what was published"


@dataclass
class Replayed:
    """What came back, counted; ``lost`` are the leaves of objects that the database does not have."""

    leaves: int = 0
    codes: int = 0
    labels: int = 0
    voids: int = 0
    acts: int = 0
    lost: list[Leaf] = field(default_factory=list)


async def reasons(association: Association) -> tuple[Reason, ...]:
    """Why nothing is signed, epochs included."""
    return await recovery.faults(association.id, {status.EPOCH: await status.epoch(association.id)})


def _bundle(association: Association) -> bundles.Bundle | None:
    data = marks.kept(association.id, "bundle")
    if data is None:
        return None
    found = bundles.read(data, fingerprint=None)
    if found.contents.did != association.did:
        raise BadInput("bundle.identity", did=found.contents.did)
    return found


def _entries(kept: bundles.Bundle) -> list[BatchEntry | CertificationEntry]:
    return [*kept.contents.certifications, *kept.contents.batches]


async def replay(association: Association, at: datetime, tiles_at: str | None = None) -> Replayed:
    """The log first, then numbers and states. Safe to run again.

    Raises ``Refused('recovery.nothing')`` in normal mode, ``Refused('transparency.entries_short' |
    'transparency.other_history')``, ``BadInput`` for kept evidence that does not hold.
    """
    if not await reasons(association):
        raise Refused("recovery.nothing")
    found = marks.highest(association.id)
    if found is None:
        raise Refused("recovery.nothing")
    folder, mark = found
    done = Replayed()
    size = (await log.head(association.id)).size
    if tiles_at is None:
        start, to, entries = mark.entries_from, mark.head, marks.entries(folder, mark)
    else:
        start, to = size, mark.checkpoint
        entries = _from_tiles(tiles_at, start, to.size)
    if size >= start:  # before they come back: what is interrupted in between loses no account of them
        coming = entries[size - start : to.size - start]
        losses.add(association.id, leaves=((size + n, leaf_hash(entry).hex()) for n, entry in enumerate(coming)))
    came = await readmitting.readmit(association.id, start, entries, to, at)
    done.leaves, done.lost = len(came), came
    recovery.resume(association.id, unsettled=True)
    kept = _bundle(association)
    if kept is not None:
        await _numbers(association, kept, done, at)
    free = await undecided(association)
    losses.add(association.id, slots=(index for index, _ in free))
    for index, purpose in free:
        await status.reserve_lost(  # free: of an object that is not here at all
            association.id, index, uuid7(at), purpose == "revocation", purpose == "suspension", at
        )
    await status.raise_epoch(association.id, mark.counters.get(status.EPOCH, 0), at)
    await bundling.raise_epoch(association.id, mark.counters.get(bundling.EPOCH, 0), at)
    recovering.look_again()
    return done


async def _numbers(association: Association, kept: bundles.Bundle, done: Replayed, at: datetime) -> None:
    acting = system(association.id, at)
    here = {one.public_id: one for one in await batches.batches(acting)}
    gone = [one for one in _entries(kept) if await associations.resolve_code(one.facts.public_id) is None]
    losses.add(association.id, slots=(one.facts.status_index for one in gone))
    for entry in gone:
        await _reserve_lost(association, entry, at)
    done.codes += len(gone)
    done.codes += await _seals(association, kept, at)
    for lot in kept.contents.batches:
        batch = here.get(lot.facts.public_id)
        if batch is not None:
            await _labels(acting, batch, lot, done)
            done.acts += await _state(acting, batch, lot)


async def _reserve_lost(association: Association, entry: BatchEntry | CertificationEntry, at: datetime) -> None:
    kind = CodeKind.BATCH if isinstance(entry, BatchEntry) else CodeKind.CERTIFICATION
    object_id = uuid7(at)
    if entry.leaf is not None:
        leaves = await log.leaves(association.id, entry.leaf, entry.leaf + 1)
        object_id = leaves[0].object_id if leaves else object_id
    await associations.reserve_lost_code(association.id, kind, entry.facts.public_id, object_id, at)
    index = entry.facts.status_index
    bits = [index in _published(association, purpose, index >> 17) for purpose in status_list.PURPOSES]
    await status.reserve_lost(association.id, index, object_id, bits[0], bits[1], at)


async def _seals(association: Association, kept: bundles.Bundle, at: datetime) -> int:
    """Codes of rolls and boxes that are lost are never given out again; their printed seals stand on nothing here, so
    nothing good is said of them. How many."""
    named = [(CodeKind.ROLL, roll.facts.public_id, roll.leaf) for roll in kept.contents.rolls]
    named += [(CodeKind.BOX, box.public_id, box.leaf) for box in kept.contents.boxes]
    gone = [one for one in named if await associations.resolve_code(one[1]) is None]
    for kind, public_id, leaf in gone:
        leaves = await log.leaves(association.id, leaf, leaf + 1) if leaf is not None else ()
        object_id = leaves[0].object_id if leaves else uuid7(at)
        await associations.reserve_lost_code(association.id, kind, public_id, object_id, at)
    return len(gone)


async def _labels(acting: Acting, batch: Batch, lot: BatchEntry, done: Replayed) -> None:
    again = await labels.reserve_again(acting, batch.id, lot.facts.highest_reserved)
    done.labels += len(again.span) if again else 0
    known = {number for one in (await labels.labels(acting, batch.id)).voids for number in _numbers_of(one.span)}
    for spans, reason in ((lot.facts.void, "damaged"), (lot.facts.lost, "lost")):
        for first, last in spans:
            for number in range(first, last + 1):
                if number not in known:
                    await labels.void(acting, batch.id, number, number, reason=reason)
                    done.voids += 1


def _numbers_of(span: labels.Span) -> range:
    return range(span.first, span.last + 1)


async def _state(acting: Acting, batch: Batch, lot: BatchEntry) -> int:
    """A published stop of a lot, taken again in Seal's own name; 1 if something was done."""
    why = lot.facts.reason_class or next(iter(ReasonClass)).value
    if lot.facts.state is BatchState.RECALLED and batch.state is not State.RECALLED:
        await holding.recall(acting, batch.id, reason_class=why, reason=WHY, advice=Advice.DO_NOT_EAT.value)
    elif lot.facts.state is BatchState.REVOKED and batch.state in (State.SEALED, State.ON_HOLD):
        await holding.revoke(acting, batch.id, reason_class=why, reason=WHY)
    elif lot.facts.state is BatchState.ON_HOLD and batch.state is State.SEALED:
        await holding.hold(acting, batch.id, reason_class=why, reason=WHY)
    else:
        return 0
    return 1


def _published(association: Association, purpose: status_list.Purpose, number: int) -> frozenset[int]:
    """Status indexes whose bit is set in a kept list."""
    data = marks.kept(association.id, recovery.status_name(purpose, number))
    if data is None:
        return frozenset()
    at = status_list.address(association.base, purpose, number)
    payload = jws.parse(data, typ=jws.VC).payload
    bits = status_list.read_document(payload, at=at, issuer=association.did, purpose=purpose)
    base = number * status_list.SLOTS
    return frozenset(
        base + (place << 3) + bit
        for place, byte in enumerate(bits) if byte
        for bit in range(8) if byte & 0x80 >> bit
    )  # fmt: skip


async def undecided(association: Association) -> list[tuple[int, str]]:
    """Published bits that the database does not have: (status index, purpose). A revocation covers a suspension."""
    found: list[tuple[int, str]] = []
    for name in marks.kept_names(association.id):
        _, _, rest = name.partition("status-")
        word, _, number = rest.partition("-")
        for purpose in status_list.PURPOSES:
            if word == purpose:
                own = await status.bits(association.id, purpose, int(number))
                ended = await status.bits(association.id, "revocation", int(number))
                missing = _published(association, purpose, int(number)) - own - ended
                found += [(index, purpose) for index in sorted(missing)]
    return found


def named(association: Association, index: int) -> str:
    """What a person calls the owner of a status index: its printed code, from the kept bundle."""
    kept = _bundle(association)
    for entry in _entries(kept) if kept else ():
        if entry.facts.status_index == index:
            return Code(entry.facts.public_id).printed
    return f"#{index}"


async def settle(association: Association) -> list[tuple[int, str]]:
    """End the recovery if nothing is left open; what is open otherwise. Raises ``Refused('recovery.replay_first')``."""
    still = [one for one in await reasons(association) if one.code != "marks.unsettled"]
    if still:
        raise Refused.because((Reason("recovery.replay_first"), *still))
    left = await undecided(association)
    if not left and marks.every(association.id):
        recovery.resume(association.id, unsettled=False)
    recovering.look_again()
    return left


async def accept(association: Association, reason: str, by: tuple[str, ...], at: datetime) -> int:
    """Give up leaves that were never under a signed checkpoint; how many. The act is kept beside the marks.

    Raises ``Refused('recovery.fork')`` for a log that is behind a signed checkpoint: it can only be replayed or closed.
    """
    found = marks.highest(association.id)
    if found is None or not await reasons(association):
        raise Refused("recovery.nothing")
    _, mark = found
    head = await log.head(association.id)
    if not await readmitting.has(association.id, mark.checkpoint):
        raise Refused("recovery.fork", size=head.size, signed=mark.checkpoint.size)
    document = {"at": rfc3339(at), "by": list(by), "reason": reason, "from": head.size, "to": mark.head.size}
    marks.keep(association.id, f"accepted-{mark.head.size}.json", json.dumps(document, ensure_ascii=False).encode())
    recovery.resume(association.id, unsettled=True, level=Place(head.size, head.root))
    recovering.look_again()
    return max(0, mark.head.size - head.size)


def _from_tiles(where: str, start: int, size: int) -> list[bytes]:
    """Entries ``[start, size)`` from a mirror laid out as C2SP tlog-tiles: a folder, or a log's address."""
    found: list[bytes] = []
    for index in range(start // tiles.WIDTH, -(-size // tiles.WIDTH)):
        tile = tiles.Tile(None, index, min(tiles.WIDTH, size - index * tiles.WIDTH))
        found += tiles.unpack(_read(where, f"tile/{tile.path}"))
    return found[start % tiles.WIDTH :]


def _read(where: str, path: str) -> bytes:
    if "://" not in where:
        return (Path(where) / path).read_bytes()
    try:
        answer = httpx.get(f"{where.rstrip('/')}/{path}", timeout=FETCH_SECONDS)
        return answer.raise_for_status().content
    except httpx.HTTPError as error:
        raise Refused("recovery.no_tiles", where=where[:200], why=str(error)[:120]) from None
