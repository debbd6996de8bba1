"""Making an archive: everything public of one moment, read in one snapshot, then packed."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import rfc8785

from seal.associations import service as associations
from seal.clock import rfc3339
from seal.db.snapshot import snapshot
from seal.errors import Unavailable
from seal.ids import Code
from seal.keys import service as keys
from seal.protocols import assembly
from seal.protocols import service as protocols
from seal.protocols.publication import PublishedProtocol
from seal.public import layout, page, script, store
from seal.transparency import service as log
from seal.transparency import tiles
from seal.transparency.model import LeafType
from seal.verification import bundle as bundles
from seal.verification import service as verification

_ROOT = Path(__file__).resolve().parent.parent
_LICENCE = next((path for path in (_ROOT / "LICENSE", _ROOT.parent / "LICENSE") if path.exists()), None)


async def archive(association_id: UUID, at: datetime, *, handed_to: str = "") -> bytes:
    """The archive of an association at ``at``: one zip, the same bytes for the same content.

    Makes a bundle and a checkpoint first where the log key is unlocked, else takes the last ones. ``handed_to`` names a
    successor or a library. Raises ``Unavailable('keys.missing' | 'keys.locked' | 'public.no_checkpoint')``.
    """
    with suppress(Unavailable):  # with locked keys the last one serves
        await keys.checkpoint(association_id, at)
    bundle = await verification.bundle(association_id, at)
    async with snapshot():
        members = await _members(association_id, bundle)
    if handed_to:
        record = {"seal": "seal-handover/1", "to": handed_to, "at": rfc3339(at), "bundle_sha256": layout.sha256(bundle)}
        members[layout.HANDOVER] = rfc8785.dumps(record)
    owner = await associations.get(association_id)
    read = bundles.read(bundle, fingerprint=None)
    members["index.html"] = page.of_archive(members, owner.colour, demonstration=owner.demonstration)
    members[layout.MANIFEST] = layout.manifest(
        members,
        did=read.contents.did,
        base=read.contents.base,
        name=read.contents.name,
        as_of=rfc3339(read.contents.as_of),
        fingerprint=read.fingerprint,
    )
    return layout.pack(members)


async def _members(association_id: UUID, bundle: bytes) -> dict[str, bytes]:
    checkpoint = await log.latest_checkpoint(association_id)
    if checkpoint is None:
        raise Unavailable("public.no_checkpoint")
    found = {layout.BUNDLE: bundle, layout.CHECKPOINT: checkpoint.note, **_fixed()}
    published = {one.id: one for one in await protocols.published_here(association_id)}
    rows: list[Any] = []
    seq = 0
    for one in await store.logged(association_id):
        if one.index >= checkpoint.size:
            continue
        seq += one.kind is LeafType.KEY_STATEMENT
        path = _path(one, seq, published)
        found[path] = one.exact
        if one.embedded is not None:
            found[path.removesuffix(".jwt") + ".json"] = one.embedded
        rows.append([one.index, int(one.kind), str(one.id), one.salt.hex(), path])
    found[layout.OBJECTS] = rfc8785.dumps(rows)
    for protocol in published.values():
        found |= _protocol(protocol)
    for (purpose, number), compact in (await store.status_lists(association_id)).items():
        found[f"status/{purpose}/{number}.jwt"] = compact
    for tile in (*tiles.tiles_of(checkpoint.size), *tiles.entries_of(checkpoint.size)):
        found[f"log/tile/{tile.path}"] = await log.tile(association_id, tile)
    return found


def _path(one: store.Logged, seq: int, published: dict[UUID, PublishedProtocol]) -> str:
    if one.kind is LeafType.KEY_STATEMENT:
        return f"keys/{seq:04d}.jwt"
    if one.kind is LeafType.PROTOCOL:
        return f"{_folder(published[one.id])}/publication.json"
    return f"credentials/{Code(one.public_id).plain}.jwt"


def _folder(one: PublishedProtocol) -> str:
    return f"protocols/{one.protocol_id}/{one.version}"


def _protocol(one: PublishedProtocol) -> dict[str, bytes]:
    """The exact bytes of the digest, and the words, of a protocol and its modules."""
    package = assembly.package(one.protocol)
    return {
        f"{_folder(one)}/document.json": rfc8785.dumps(dict(one.protocol.modules[0].document)),
        f"{_folder(one)}/package.json": rfc8785.dumps(package),
    }


def _fixed() -> dict[str, bytes]:
    """What is the same in every archive of this version."""
    found = {
        f"verifier/{path.relative_to(script.HOME).as_posix()}": path.read_bytes()
        for path in script.HOME.rglob("*")
        if path.is_file()
    }
    found["README.md"] = (_ROOT / "templates" / "public" / "README.md").read_bytes()
    if _LICENCE is not None:
        found["LICENSE"] = _LICENCE.read_bytes()
    return found
