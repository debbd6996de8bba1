"""Everything that an archive can prove, proved: one report with counts and every fault by name. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from seal.certificates import credential, status_list
from seal.clock import parse_rfc3339, rfc3339
from seal.errors import BadInput
from seal.ids import Code
from seal.keys import data_integrity, jws
from seal.public import layout
from seal.public.opening import Fault, Opened
from seal.transparency import merkle, tiles
from seal.transparency.model import LeafType, entry_bytes
from seal.transparency.note import CheckpointText, VerifierKey, parse_checkpoint_text, parse_note
from seal.verification import bundle as bundles
from seal.verification.bundle import Bundle
from seal.verification.witnessed import Pinned

_REVOKED = frozenset({"withdrawn", "recalled", "revoked"})


@dataclass
class Report:
    """What was found. ``bundle`` is ``None`` when it does not hold: then nothing can be judged."""

    bundle: Bundle | None = None
    counts: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return self.bundle is not None and not self.faults


def check(opened: Opened, fingerprint: str | None, witnesses: Pinned | None = None) -> Report:
    """The report on an opened archive under a pinned ``fingerprint``, or trusted on first use.

    With ``witnesses`` no bundle holds that they have not cosigned.
    """
    report = Report(faults=list(opened.faults), counts={"members": len(opened.members)})
    members = opened.members
    if layout.BUNDLE not in members:
        return report
    try:
        bundle = report.bundle = bundles.read(members[layout.BUNDLE], fingerprint=fingerprint, witnesses=witnesses)
    except BadInput as error:
        report.faults.append(Fault(layout.BUNDLE, "public.bundle", error.code))
        return report
    report.faults += _about(opened.manifest, bundle)
    head, entries, faults = _log(members, bundle)
    report.faults += faults
    report.counts |= {"log entries": len(entries), "key statements": len(bundle.contents.statements)}
    if head is not None:
        report.faults += _objects(members, bundle, entries, report.counts)
    report.faults += [*_protocols(members, bundle), *_status(members, bundle, report.counts)]
    return report


def _about(manifest: Mapping[str, Any], bundle: Bundle) -> Iterator[Fault]:
    """The manifest may say nothing that the signed bundle does not."""
    one = bundle.contents
    said = {"did": one.did, "base": one.base, "name": one.name, "as_of": rfc3339(one.as_of)}
    if manifest and {**said, "fingerprint": bundle.fingerprint} != {
        name: value for name, value in manifest.items() if name not in ("seal", "members")
    }:
        yield Fault(layout.MANIFEST, "public.altered")


def _log(members: layout.Members, bundle: Bundle) -> tuple[CheckpointText | None, list[bytes], list[Fault]]:
    """Every entry, the root made anew, every tile made anew."""
    origin = bundle.contents.base.partition("://")[2]
    try:
        note = parse_note(members[layout.CHECKPOINT])
        head = parse_checkpoint_text(note.text)
        keys = [VerifierKey(origin, period.raw) for period in bundle.keys.log]
        if head.origin != origin or not any(note.verified_by(key) for key in keys):
            raise BadInput("public.signature")
    except (BadInput, KeyError):
        return None, [], [Fault(layout.CHECKPOINT, "public.signature")]
    entries: list[bytes] = []
    for tile in tiles.entries_of(min(head.size, 256 * layout.MEMBERS_MAX)):
        path = f"log/tile/{tile.path}"
        if path not in members:
            return head, entries, [Fault(path, "public.missing")]
        found = _unpacked(members[path])
        if len(found) != tile.width:
            return head, entries, [Fault(path, "public.damaged")]
        entries += found
    faults = []
    levels = [[merkle.leaf_hash(entry) for entry in entries]]
    if merkle.root(levels[0]) != head.root:
        faults.append(Fault(layout.CHECKPOINT, "public.log_root"))
    before = bundle.checkpoint
    if before and (before.size > len(entries) or merkle.root(levels[0][: before.size]) != before.root):
        faults.append(Fault(layout.BUNDLE, "public.log_root"))
    for tile in tiles.tiles_of(head.size):
        while len(levels) <= (tile.level or 0):
            below = levels[-1]
            whole = range(0, len(below) - tiles.WIDTH + 1, tiles.WIDTH)
            levels.append([merkle.root(below[start : start + tiles.WIDTH]) for start in whole])
        made = b"".join(levels[tile.level or 0][tile.start : tile.start + tile.width])
        if members.get(f"log/tile/{tile.path}") != made:
            faults.append(Fault(f"log/tile/{tile.path}", "public.tile"))
    return head, entries, faults


def _unpacked(data: bytes) -> list[bytes]:
    """Entries of an entry bundle, each behind its length in two bytes; empty for a broken one."""
    found, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 2])
        if at + 2 + size > len(data):
            return []
        found.append(data[at + 2 : at + 2 + size])
        at += 2 + size
    return found


def _objects(members: layout.Members, bundle: Bundle, entries: list[bytes], counts: dict[str, int]) -> Iterator[Fault]:
    """Every object byte by byte in the log, signed by a key of the chain, and none missing that the bundle names."""
    try:
        rows = [_row(row) for row in jws.strict_json(members[layout.OBJECTS])]
    except (BadInput, KeyError, ValueError, TypeError):
        yield Fault(layout.OBJECTS, "public.damaged")
        return
    recorded: dict[int, int] = {}
    statements = []
    for index, kind, object_id, salt, path in rows:
        exact = members.get(path)
        if exact is None:
            yield Fault(path, "public.missing")
            continue
        if index >= len(entries) or entry_bytes(kind, object_id, salt, exact) != entries[index]:
            yield Fault(path, "public.not_in_log")
        elif kind is LeafType.KEY_STATEMENT:
            statements.append(exact)
        elif kind in (LeafType.CERTIFICATION, LeafType.BATCH):
            public_id = _signed(exact, bundle)
            if public_id is None:
                yield Fault(path, "public.signature")
                continue
            recorded[public_id] = index
            secured = members.get(path.removesuffix(".jwt") + ".json")
            if secured is not None and data_integrity.fault(
                secured, jws.parse(exact, typ=jws.VC).payload, bundle.contents.did, bundle.keys.issuing
            ):
                yield Fault(path.removesuffix(".jwt") + ".json", "public.signature")
    if tuple(statements) != bundle.contents.statements:
        yield Fault("keys", "public.keys")
    counts["credentials"] = len(recorded)
    for public_id, leaf in _leaves(bundle):
        if leaf is not None and leaf < len(entries) and recorded.get(public_id) != leaf:
            yield Fault(f"credentials/{Code(public_id).plain}.jwt", "public.no_credential")


def _leaves(bundle: Bundle) -> Iterator[tuple[int, int | None]]:
    """Public id and log index of every credential that the bundle names."""
    for one in bundle.contents.certifications:
        yield one.facts.public_id, one.leaf
    for lot in bundle.contents.batches:
        yield lot.facts.public_id, lot.leaf


def _row(row: Any) -> tuple[int, LeafType, UUID, bytes, str]:
    index, kind, object_id, salt, path = row
    if type(index) is not int or index < 0 or not isinstance(path, str) or len(salt) != 32:
        raise ValueError("an object's index, path and salt expected")
    return index, LeafType(kind), UUID(object_id), bytes.fromhex(salt), path


def _signed(compact: bytes, bundle: Bundle) -> int | None:
    """The public id of a credential signed by an issuing key of the chain; ``None`` for any other."""
    try:
        token = jws.parse(compact, typ=jws.VC)
        document = jws.strict_json(token.payload)
    except BadInput:
        return None
    key = bundle.keys.issuing_key(token.key)
    if key is None or token.did != bundle.contents.did or not jws.verify(token, key.raw):
        return None
    return credential.parse_public_id(document) if isinstance(document, dict) else None


def _protocols(members: layout.Members, bundle: Bundle) -> Iterator[Fault]:
    """The requirements have the digest that bundle and log name, and the kept copy that of its publication."""
    for one in {entry.protocol.digest: entry.protocol for entry in bundle.contents.certifications}.values():
        folder = f"protocols/{one.id}/{one.version}"
        if layout.sha256(members.get(f"{folder}/document.json", b"")) != one.digest:
            yield Fault(f"{folder}/document.json", "public.protocol")
        try:
            published = json.loads(members.get(f"{folder}/publication.json", b""))["package_sha256"]
        except (ValueError, KeyError, TypeError):
            published = None
        if layout.sha256(members.get(f"{folder}/package.json", b"")) != published:
            yield Fault(f"{folder}/package.json", "public.protocol")


def _status(members: layout.Members, bundle: Bundle, counts: dict[str, int]) -> Iterator[Fault]:
    """Lists signed by a log key; none as old as the bundle may show a revocation that the bundle hides."""
    facts = [
        *((one.facts.public_id, one.facts.status_index, one.facts.state) for one in bundle.contents.certifications),
        *((one.facts.public_id, one.facts.status_index, one.facts.state) for one in bundle.contents.batches),
    ]
    lists = [path for path in sorted(members) if path.startswith("status/")]
    counts["status lists"] = len(lists)
    for path in lists:
        try:
            purpose, number = path.removeprefix("status/").removesuffix(".jwt").split("/")
            token = jws.parse(members[path], typ=jws.VC)
            key = bundle.keys.log_key(token.key)
            if key is None or not jws.verify(token, key.raw):
                raise BadInput("public.signature")
            at = f"{bundle.contents.base}/status/{purpose}/{number}"
            if purpose not in status_list.PURPOSES:
                raise BadInput("status_list.other")
            bits = status_list.read_document(token.payload, at=at, issuer=bundle.contents.did, purpose=purpose)
            made = parse_rfc3339(jws.strict_json(token.payload)["validFrom"])
        except (BadInput, ValueError, KeyError, TypeError):
            yield Fault(path, "public.signature")
            continue
        if purpose != "revocation" or made > bundle.contents.as_of:
            continue
        for public_id, index, state in facts:
            list_number, slot = status_list.place(index)
            if str(list_number) == number and status_list.is_set(bits, slot) and state.value not in _REVOKED:
                yield Fault(path, "public.hidden", Code(public_id).printed)
