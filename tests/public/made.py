"""An archive of an honest association in memory: one certification, a good batch and a revoked one. No database."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from seal.certificates import status_list
from seal.clock import rfc3339
from seal.ids import Code
from seal.keys import jws
from seal.public import layout, page
from seal.transparency import merkle, tiles
from seal.transparency.model import LeafType, entry_bytes
from seal.verification import bundle_format
from seal.verification.facts import BatchState
from tests.certificates import credential_examples
from tests.verification import world

HOME = world.Keeper()
REVOKED = 0x0987654321
REVOKED_INDEX = 7
DOCUMENT, PACKAGE = b'{"id":"miel"}', b'{"texts":{}}'
FOLDER = "protocols/miel/1.0.0"


def _signed_list(purpose: status_list.Purpose, number: int, slots: list[int]) -> bytes:
    document = status_list.document(
        base=HOME.base, did=HOME.did, purpose=purpose, number=number, slots=slots,
        valid_from=world.later(hours=-1), until=world.later(hours=23),
    )  # fmt: skip
    return world.sign_jws(world.canonical(document), HOME.log, did=HOME.did, typ=jws.VC)


def members(hide: bool = False) -> dict[str, bytes]:
    """Every member but the page and the manifest. ``hide``: the bundle says that the revoked batch is sound."""
    publication = world.canonical({"package_sha256": layout.sha256(PACKAGE)})
    other = credential_examples.batch(public_id=REVOKED, status_index=REVOKED_INDEX, lot="L2612")
    objects = [
        (LeafType.KEY_STATEMENT, "keys/0001.jwt", HOME.statements[0]),
        (LeafType.PROTOCOL, f"{FOLDER}/publication.json", publication),
        (LeafType.CERTIFICATION, _path(world.CERTIFICATION), HOME.credential(credential_examples.certification())),
        (LeafType.BATCH, _path(world.BATCH), HOME.credential(credential_examples.batch())),
        (LeafType.BATCH, _path(REVOKED), HOME.credential(other)),
    ]
    rows, entries = [], []
    for index, (kind, path, exact) in enumerate(objects):
        salt = hashlib.sha256(path.encode()).digest()[:16]
        object_id = UUID(int=index + 1)
        entries.append(entry_bytes(kind, object_id, salt, exact))
        rows.append([index, int(kind), str(object_id), salt.hex(), path])
    hashes = [merkle.leaf_hash(entry) for entry in entries]
    note = world.checkpoint(HOME, len(entries), root=merkle.root(hashes))
    found = {path: exact for _, path, exact in objects}
    found |= {
        layout.BUNDLE: world.signed(HOME, _contents(note, hide)),
        layout.OBJECTS: world.canonical(rows),
        layout.CHECKPOINT: note.encode(),
        f"{FOLDER}/document.json": DOCUMENT,
        f"{FOLDER}/package.json": PACKAGE,
        "status/revocation/0.jwt": _signed_list("revocation", 0, [REVOKED_INDEX]),
        "status/suspension/0.jwt": _signed_list("suspension", 0, []),
        "log/tile/0/000.p/5": b"".join(hashes),
        "log/tile/entries/000.p/5": tiles.pack(entries),
        "README.md": b"# about\n",
    }
    return found


def _path(public_id: int) -> str:
    return f"credentials/{Code(public_id).plain}.jwt"


def _contents(note: str, hide: bool) -> bundle_format.Contents:
    content = world.contents(HOME, checkpoint=note)
    rules = replace(content.certifications[0].protocol, digest=layout.sha256(DOCUMENT))
    good = replace(content.batches[0], leaf=3)
    state = BatchState.SEALED if hide else BatchState.REVOKED
    gone = replace(good.facts, public_id=REVOKED, status_index=REVOKED_INDEX, state=state, reason_class="quality",
                   since=world.SEALED + timedelta(days=9))  # fmt: skip
    return replace(
        content,
        certifications=(replace(content.certifications[0], protocol=rules, leaf=2),),
        batches=(good, replace(good, facts=gone, lot="L2612", leaf=4)),
    )


def finished(found: dict[str, bytes]) -> dict[str, bytes]:
    """With page and manifest."""
    found = dict(found)
    found["index.html"] = page.of_archive(found, "#7a4b12")
    found[layout.MANIFEST] = layout.manifest(
        found, did=HOME.did, base=HOME.base, name="Sabores de prueba", as_of=rfc3339(world.NOW),
        fingerprint=HOME.fingerprint,
    )  # fmt: skip
    return found


def written(folder: Path, found: dict[str, bytes], change: Callable[[bytes], bytes] = lambda data: data) -> Path:
    path = folder / "archive.zip"
    path.write_bytes(change(layout.pack(found)))
    return path


def raw_zip(names: list[tuple[str, bytes]]) -> bytes:
    """A zip with exactly these names, sane or not."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in names:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
