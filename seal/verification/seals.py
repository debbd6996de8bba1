"""Seals of a roll, and boxes: the evidence on them, and what is shown beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from seal.associations.model import Association
from seal.ids import Code as TypedCode
from seal.labels.boxes import model as boxes
from seal.verification import answer, gathering, scans, seal_gathering, seal_store, store
from seal.verification import reading as holdings
from seal.verification.facts import Evidence, Part
from seal.verification.model import parts
from seal.verification.seal_store import FoundBox, FoundRoll
from seal.verification.store import Found

Keys = tuple[holdings.HeldKey, ...]


@dataclass(frozen=True)
class Gathered:
    """``batch`` is what the seal stands on, ``unit`` its number there; ``inside`` are a box's batches by public id."""

    evidence: Evidence
    batch: Found | None = None
    unit: int | None = None
    seal: answer.RollSeal | None = None
    inside: tuple[tuple[int, Found], ...] = ()


async def load(public_id: int) -> FoundRoll | FoundBox | None:
    """The roll or box of a code, whichever association made it."""
    return await seal_store.roll(public_id) or await seal_store.box(public_id)


async def gather(
    evidence: Evidence, held: holdings.Held, found: FoundRoll | FoundBox, owner: Association, keys: Keys, at: datetime
) -> Gathered:
    """The evidence on a seal or a box; in the caller's read."""
    if isinstance(found, FoundBox):
        return await _box(evidence, held, found, owner, keys, at)
    entry, number = seal_gathering.roll_entry(found, owner), holdings.number_of(held)
    bound = entry.facts.bound_at(number)
    lot = await store.load(bound.batch) if bound else None
    part = _part(lot, owner, keys, at) if lot else None
    code = TypedCode(entry.facts.public_id, number)
    evidence = replace(
        evidence,
        asked=holdings.ask(held, keys, holdings.Owner(owner.did, owner.zone, entry.leaf)),
        roll=entry.facts,
        batch=part.batch if part else None,
        certification=part.certification if part else None,
        seen_often=bool(number and await scans.seen_often(owner, code, at)),
    )
    unit = bound.unit + number - bound.first if bound and number else None
    return Gathered(evidence, lot, unit, answer.RollSeal(TypedCode(entry.facts.public_id), number))


async def _box(
    evidence: Evidence, held: holdings.Held, found: FoundBox, owner: Association, keys: Keys, at: datetime
) -> Gathered:
    ids = await seal_store.public_ids(owner.id, boxes.inside(found.moves))
    entry = seal_gathering.box_entry(found, owner, ids)
    lots = [(batch, lot) for batch, _ in entry.inside if (lot := await store.load(batch)) is not None]
    evidence = replace(
        evidence,
        asked=holdings.ask(held, keys, holdings.Owner(owner.did, owner.zone, entry.leaf)),
        box=seal_gathering.box_facts(entry, {batch: _part(lot, owner, keys, at) for batch, lot in lots}),
    )
    return Gathered(evidence, inside=tuple(lots))


def _part(lot: Found, owner: Association, keys: Keys, at: datetime) -> Part:
    one = gathering.certification_facts(lot, owner, keys, at) if lot.row["ce_id"] else None
    return Part(gathering.batch_facts(lot, owner, keys, one), one, ())


def box_record(gathered: Gathered) -> answer.BoxRecord | None:
    """What stands in the box, each lot with its own verdict; an allow-list."""
    box = gathered.evidence.box
    if box is None:
        return None
    lots = dict(gathered.inside)
    inside = [
        answer.BoxLine(
            TypedCode(part.batch.public_id),
            gathering.product_names(lots[part.batch.public_id]),
            lots[part.batch.public_id].row["net_content"],
            lots[part.batch.public_id].row["lot"],
            lots[part.batch.public_id].row["trade_name"],
            part.units,
            code,
            part.batch.since,
            part.batch.reason_class,
            gathering.advice(lots[part.batch.public_id]),
        )
        for part, code in parts(gathered.evidence)
    ]
    return answer.BoxRecord(TypedCode(box.public_id), box.state.value, tuple(inside))
