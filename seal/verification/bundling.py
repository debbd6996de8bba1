"""Making the bundle of an association: gather, take an epoch with the intent, sign, serve."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from seal.associations import service as associations
from seal.associations.model import Association
from seal.db import in_unit_of_work, reading
from seal.db.engine import data_version
from seal.errors import Refused, Unavailable
from seal.ids import uuid7
from seal.keys import jws
from seal.keys import service as keys
from seal.keys.model import IntentKind, KeyRole, KeySet
from seal.protocols import service as protocols
from seal.transparency import marks, witnessing
from seal.transparency.note import VerifierKey, parse_checkpoint_text, parse_note
from seal.verification import bundle_format, gathering, recovering, seal_gathering, seal_store, store

EPOCH = "bundle_epoch"
"""Its name among the marks outside the database."""
BUNDLE_EVERY = timedelta(minutes=10)
"""A bundle is made again when something changed, and after this long in any case."""
LOOK_EVERY = timedelta(minutes=1)
"""What time alone changes is looked for this often; what is committed, each time."""


async def bundle(association_id: UUID, at: datetime) -> bytes:
    """The signed bundle, made again when something changed or the last is ten minutes old; its epoch only grows.

    With a log key that is not open here the last one is served, with its honest time, and nothing is committed.
    Raises ``Unavailable('keys.locked' | 'keys.missing')`` while there is none, ``NotFound('associations.not_found')``.
    """
    owner = await associations.get(association_id)
    if await recovering.is_on(association_id):  # an older database: what was signed last goes on being served
        newest = marks.kept(association_id, IntentKind.BUNDLE.value)
        if newest is None:
            raise Unavailable("keys.recovery")
        return newest
    version = await data_version()
    async with reading():
        served = await store.served(association_id)
    recent = served is not None and served.as_of is not None and at - served.as_of < BUNDLE_EVERY
    if served is not None and served.jws is not None:
        if not keys.can_sign(owner.id, KeyRole.LOG):
            return served.jws
        if recent and _same_since(owner.id, version, served.epoch, at):
            return served.jws
    try:
        await _require_key(owner)
        contents = await contents_of(owner, at)
        digest = _digest(contents)
        if served is not None and served.jws is not None and recent and served.content_sha256 == digest:
            _looked[owner.id] = (version, served.epoch, at)
            return served.jws
        return await _make(owner, contents, digest, at)
    except (Unavailable, Refused) as error:
        waits = isinstance(error, Unavailable) or error.code == "keys.key_not_current"
        if served is None or served.jws is None or not waits:
            raise
        return served.jws


_looked: dict[UUID, tuple[str, int, datetime]] = {}
"""By association: the database's version at which the bundle of that epoch was found to say what is so, and when."""


def _same_since(association_id: UUID, version: str, epoch: int, at: datetime) -> bool:
    """True if nobody has committed anything since the last look, which was less than a minute ago."""
    looked = _looked.get(association_id)
    return looked is not None and looked[:2] == (version, epoch) and timedelta() <= at - looked[2] < LOOK_EVERY


async def _require_key(owner: Association) -> None:
    """Raises ``Unavailable('keys.missing' | 'keys.locked')`` before an epoch is taken for nothing."""
    if not keys.can_sign(owner.id, KeyRole.LOG):
        await keys.public_keys(owner.id)
        raise Unavailable("keys.locked")


async def _make(owner: Association, contents: bundle_format.Contents, digest: str, at: datetime) -> bytes:
    async def commit() -> tuple[int, UUID]:
        epoch = await store.take_epoch(owner.id, at)
        payload = bundle_format.payload(replace(contents, epoch=epoch))
        return epoch, await keys.commit_intent(owner.id, IntentKind.BUNDLE, uuid7(at), payload, at)

    epoch, intent = await in_unit_of_work(commit)
    compact = await keys.sign_intent(owner.id, intent, at, {EPOCH: epoch})

    async def keep() -> None:
        await store.serve(owner.id, epoch, at, digest, compact)

    await in_unit_of_work(keep)
    return compact


async def contents_of(owner: Association, at: datetime) -> bundle_format.Contents:
    """Everything that a bundle says at ``at``, epoch 0. Raises ``Unavailable('keys.missing')``."""
    key_set = await keys.public_keys(owner.id)
    held_keys = gathering.held_keys(owner, key_set)
    async with reading(long=True):
        statements = await keys.statements(owner.id)
        certifications, batches = await store.everything(owner.id)
        rolls, boxes = await seal_store.rolls(owner.id), await seal_store.boxes(owner.id)
        products = await store.certified_products(owner.id)
        checkpoint = await witnessing.for_bundle(owner.id, at, await _named_before(owner.id))
    entries = {}
    for found in certifications:
        row = found.row
        protocol = (await protocols.pinned(owner.id, row["ce_version_id"])).protocol
        facts = gathering.certification_facts(found, owner, held_keys, at)
        entries[facts.public_id] = bundle_format.CertificationEntry(
            facts,
            bundle_format.ProducerEntry(f"{row['producer_number']:03d}", row["trade_name"], row["commune"]),
            bundle_format.ProtocolEntry(
                protocol.id,
                protocol.version,
                protocol.digest,
                {lang: text.title for lang, text in protocol.texts.items()},
            ),
            tuple(_product(one) for one in products.get(row["ce_id"], ())),
            row["ce_mode"],
            row["ce_leaf_index"] if facts.logged and facts.bound else None,
        )
    lots = []
    for found in batches:
        row = found.row
        one = entries[row["ce_public_id"]].facts
        lot = gathering.batch_facts(found, owner, held_keys, one)
        leaf = row["b_leaf_index"] if lot.logged and lot.bound else None
        lots.append(bundle_format.BatchEntry(lot, one.public_id, _product(row), row["lot"], leaf))
    numbers = {found.row["b_id"]: found.row["b_public_id"] for found in batches}
    return bundle_format.Contents(
        did=owner.did,
        base=owner.base,
        name=owner.name,
        zone=owner.zone,
        as_of=at,
        epoch=0,
        statements=statements,
        certifications=tuple(entries.values()),
        batches=tuple(lots),
        checkpoint=_standing(owner, key_set, checkpoint.note) if checkpoint else None,
        rolls=tuple(seal_gathering.roll_entry(found, owner) for found in rolls),
        boxes=tuple(seal_gathering.box_entry(found, owner, numbers) for found in boxes),
    )


def _product(row: Mapping[str, Any]) -> bundle_format.ProductEntry:
    return bundle_format.ProductEntry(json.loads(row["names"]), row["net_content"])


def _digest(contents: bundle_format.Contents) -> str:
    """Of everything that a bundle says but when: a checkpoint says something new when witnesses have cosigned it."""
    same = replace(contents, as_of=datetime(2020, 1, 1, tzinfo=UTC), epoch=0, checkpoint=_cosigned(contents.checkpoint))
    return hashlib.sha256(bundle_format.payload(same)).hexdigest()


def _standing(owner: Association, key_set: KeySet, signed: bytes) -> str | None:
    """The checkpoint's text, ``None`` if its log key was ended before it: a new one follows within seconds."""
    note = parse_note(signed)
    size = parse_checkpoint_text(note.text).size
    standing = [VerifierKey(owner.log_origin, key.raw) for key in key_set.history.log if key.stands_for(size)]
    return signed.decode("utf-8") if any(note.verified_by(key) for key in standing) else None


def _cosigned(checkpoint: str | None) -> str | None:
    """Which tree head was cosigned by whom; ``None`` while nobody has."""
    note = parse_note(checkpoint.encode()) if checkpoint else None
    witnesses = sorted({line.name for line in note.signatures[1:]}) if note else []
    return f"{note.text}{witnesses}" if note and witnesses else None


async def _named_before(association_id: UUID) -> int:
    """The size of the checkpoint that the bundle served now names, 0 without one."""
    served = await store.served(association_id)
    if served is None or served.jws is None:
        return 0
    checkpoint = json.loads(jws.parse(served.jws, typ=jws.BUNDLE).payload)["checkpoint"]
    return parse_checkpoint_text(parse_note(checkpoint.encode()).text).size if checkpoint else 0


async def raise_epoch(association_id: UUID, least: int, at: datetime) -> None:
    """After a restore: no epoch up to ``least`` is taken again."""

    async def change() -> None:
        while await store.take_epoch(association_id, at) < least:
            pass

    await in_unit_of_work(change)
