"""A server that lies: what an honest one showed before and after a recall, and everything that can be turned in it.

The association is a real one in a real database. On the first day its batch is sound; later it is recalled, and a
town's witness has cosigned both. Then the address answers with whatever an attack makes of these two.
"""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seal.batches import service as batches
from seal.certificates import service as certificates
from seal.certificates import status_list
from seal.clock import rfc3339
from seal.db import engine
from seal.ids import Code
from seal.keys import jws
from seal.keys import service as keys
from seal.public import gathering, layout, page
from seal.settings import Settings
from seal.transparency import merkle, proof_file, tiles, witnessing
from seal.transparency.cosignature import WitnessKey
from seal.transparency.model import PREFIX, LeafType, leaf_hash
from seal.verification import bundle_format
from seal.verification import service as verification
from seal.verification.facts import BatchState
from seal.witness import key as witness_keys
from seal.witness import running
from tests.conftest import Database
from tests.verification import world
from tests.verification.sealed import DAY, sealed
from tests.verification.test_pages import Site, site
from tests.walks.test_stolen_key import steal
from tests.witness.conftest import CHEAP, PASSPHRASE
from tests.witness.rogue import Rogue

FIRST, LATER = DAY + timedelta(hours=2), DAY + timedelta(days=3)
ASKED = LATER + timedelta(minutes=5)
"""When every client asks."""


@dataclass(frozen=True)
class Shown:
    """Everything public that a server shows at one moment. ``lists`` and ``archive`` by path."""

    at: datetime
    keys: bytes
    checkpoint: bytes
    bundle: bytes
    openings: bytes
    proof: bytes
    entries: tuple[bytes, ...]
    lists: dict[str, bytes]
    archive: dict[str, bytes]

    def serve(self, rogue: Rogue) -> None:
        """On the association's own address, to witness and monitor."""
        rogue.entries = list(self.entries)
        rogue.answers = {
            "/keys": self.keys,
            "/log/checkpoint": self.checkpoint,
            "/log/openings": self.openings,
            "/bundle": self.bundle,
            **self.lists,
        }

    def proof_file(self) -> bytes:
        """The recalled certificate's place under this checkpoint, as far as these entries have one."""
        honest = proof_file.parse(self.proof)
        size = int(self.checkpoint.split(b"\n")[1])
        hashes = [leaf_hash(entry) for entry in self.entries[:size]]
        path = honest.path
        if honest.index < len(hashes):
            path = merkle.proof(
                merkle.inclusion_ranges(honest.index, len(hashes)),
                lambda name: merkle.root(hashes[name[1] << name[0] : (name[1] + 1) << name[0]]),
            )
        return replace(honest, path=path, checkpoint=self.checkpoint).encoded

    def packed(self) -> bytes:
        """An archive that says the same, with a page and a manifest that fit."""
        found = {path: data for path, data in self.archive.items() if not path.startswith("log/tile/")}
        found.pop(layout.MANIFEST)
        count = len(self.entries)
        for tile in (*tiles.entries_of(count), *tiles.tiles_of(count)):
            some = self.entries[tile.start : tile.start + tile.width]
            found[f"log/tile/{tile.path}"] = (
                tiles.pack(some) if tile.level is None else b"".join(leaf_hash(one) for one in some)
            )
        found |= {layout.BUNDLE: self.bundle, layout.CHECKPOINT: self.checkpoint}
        found |= {f"{path.removeprefix('/')}.jwt": data for path, data in self.lists.items()}
        found["index.html"] = page.of_archive(found, "#7a4b12")
        said = json.loads(self.archive[layout.MANIFEST])
        contents = bundle_format.parse(jws.parse(self.bundle, typ=jws.BUNDLE).payload)
        found[layout.MANIFEST] = layout.manifest(
            found, did=said["did"], base=said["base"], name=said["name"], as_of=rfc3339(contents.as_of),
            fingerprint=said["fingerprint"],
        )  # fmt: skip
        return layout.pack(found)


@dataclass
class Drill:
    """The two moments, who watches, and what was stolen."""

    rogue: Rogue
    folder: Path
    fingerprint: str
    did: str
    label: str
    certificate: bytes
    first: Shown
    later: Shown
    town: WitnessKey
    pen: Ed25519PrivateKey
    """The log key, as the thief copied it."""

    def contents(self, shown: Shown) -> bundle_format.Contents:
        return bundle_format.parse(jws.parse(shown.bundle, typ=jws.BUNDLE).payload)

    def hidden(self, shown: Shown) -> bundle_format.Contents:
        """As ``shown``, but that the recalled batch is sound."""
        contents = self.contents(shown)
        lots = tuple(
            replace(lot, facts=replace(lot.facts, state=BatchState.SEALED, since=None, reason_class=""))
            if lot.facts.state is BatchState.RECALLED
            else lot
            for lot in contents.batches
        )
        return replace(contents, batches=lots)

    def sign(self, contents: bundle_format.Contents, **changes: Any) -> bytes:
        """A bundle under the stolen log key."""
        changed = replace(contents, **changes)
        return world.sign_jws(bundle_format.payload(changed), self.pen, did=self.did, typ=jws.BUNDLE)

    def head(self, entries: tuple[bytes, ...]) -> bytes:
        """A checkpoint over any entries under the stolen log key, stamped by it."""
        self.rogue.stamped = int(ASKED.timestamp())
        return self.rogue.head(of=entries)

    def lists_without(self, shown: Shown, at: datetime) -> dict[str, bytes]:
        """Empty status lists of a later time, under the stolen log key."""
        made = {}
        for path in shown.lists:
            purpose, number = path.removeprefix("/status/").split("/")
            assert purpose in status_list.PURPOSES
            document = status_list.document(
                base=self.rogue.base, did=self.did, purpose=purpose, number=int(number), slots=[],
                valid_from=at, until=at + timedelta(days=1),
            )  # fmt: skip
            made[path] = world.sign_jws(rfc8785.dumps(document), self.pen, did=self.did, typ=jws.VC)
        return made

    def rewritten(self) -> tuple[bytes, ...]:
        """The later log with one decision that was never taken."""
        entries = list(self.later.entries)
        place = next(i for i, one in enumerate(entries) if one[len(PREFIX)] == LeafType.DECISION)
        entries[place] = entries[place][:-32] + bytes(32)
        return tuple(entries)


async def build(storage: Settings, rogue: Rogue, folder: Path, forget: Callable[[], None]) -> Drill:
    """Both moments, by the product's own verbs. ``forget`` takes the server's variables out of the environment."""
    await engine.start(storage)
    try:
        made = await sealed()
        association = made.association
        assert association.base == rogue.base
        thief, _ = await steal(made.certified)
        forget()
        town = witness_keys.make(folder / "town", "municipio.example/w1", PASSPHRASE, FIRST, cost=CHEAP)
        await witnessing.add(association.id, town.text, None, FIRST)
        fingerprint = (await keys.public_keys(association.id)).fingerprint
        async with site(Database(storage.engine, storage), made, FIRST) as here:
            first = await _moment(here, rogue, folder, FIRST, fingerprint)
            await batches.recall(
                made.certifier(LATER), made.batch.id, reason_class="food_safety", reason="Vidrio", advice="return"
            )
            here.clock.move_to(LATER)
            later = await _moment(here, rogue, folder, LATER, fingerprint)
        assert made.batch.jws is not None
        rogue.keeper = _Thief(thief.log)  # type: ignore[assignment]
        return Drill(
            rogue, folder, fingerprint, association.did, made.labels[0].digits, made.batch.jws, first, later, town,
            thief.log,
        )  # fmt: skip
    finally:
        await engine.stop()


@dataclass
class _Thief:
    """What ``Rogue`` needs of a keeper to sign heads."""

    log: Ed25519PrivateKey


async def _moment(here: Site, rogue: Rogue, folder: Path, at: datetime, fingerprint: str) -> Shown:
    """Published, cosigned by the town, and read as anybody reads it."""
    owner = here.made.association
    await certificates.publish_status(owner.id, at)
    await keys.checkpoint(owner.id, at)
    await keys.keep_fresh(owner.id, at)
    (await _read(here, at, {})).serve(rogue)
    if not (folder / "town" / "witness.db").exists():
        running.add(folder / "town", rogue.base, fingerprint, None)
    signer = witness_keys.unlock(folder / "town", PASSPHRASE)
    (seen,) = running.visit_all(folder / "town", signer, int(at.timestamp()))
    assert seen.cosigned, seen.reasons
    await witnessing.accept(owner.id, rogue.posted[-1], at)
    await verification.bundle(owner.id, at)
    with zipfile.ZipFile(io.BytesIO(await gathering.archive(owner.id, at))) as packed:
        archive = {name: packed.read(name) for name in packed.namelist()}
    return await _read(here, at, archive)


async def _read(here: Site, at: datetime, archive: dict[str, bytes]) -> Shown:
    async def get(path: str) -> bytes:
        answer = await here.get(path)
        assert answer.status_code == 200, (path, answer.text)
        return answer.content

    made = here.made
    assert made.batch.public_id is not None
    shown = json.loads(await get("/log/entries"))["entries"]
    (number, _) = status_list.place(made.batch.status_index or 0)
    other, _ = status_list.place(made.certified.certification.status_index)
    lists = {f"/status/{purpose}/{one}" for purpose in status_list.PURPOSES for one in (number, other)}
    return Shown(
        at=at,
        keys=await get("/keys"),
        checkpoint=await get("/log/checkpoint"),
        bundle=await get("/bundle"),
        openings=await get("/log/openings?start=0&count=100"),
        proof=await get(f"/c/{Code(made.batch.public_id).plain}/proof"),
        entries=tuple(base64.b64decode(one) for one in shown),
        lists={path: await get(path) for path in sorted(lists)},
        archive=archive,
    )
