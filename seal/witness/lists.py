"""What a log's owner publishes beside it, held against the log: bundle, labels, status lists."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from seal.certificates import credential, status_list
from seal.clock import parse_rfc3339
from seal.errors import BadInput
from seal.ids import Code
from seal.keys import jws
from seal.keys.statement import KeyHistory
from seal.transparency.model import LeafType
from seal.verification import bundle as bundles
from seal.verification.bundle import Bundle, LastSeen
from seal.verification.bundle_format import BatchEntry, CertificationEntry
from seal.verification.facts import BatchState, CertificationState
from seal.witness.findings import Finding
from seal.witness.http import Source
from seal.witness.monitor_state import MonitorState

BUNDLE_MAX_BYTES = 16_000_000
STALE = timedelta(days=1)
SPARE_PERCENT_MOST = 10
"""The most that an association's rules may add to a batch's units for spare labels."""
SETTLED_SECONDS = 120
"""After this long what a bundle says of labels must stand in the log."""
FINAL = frozenset({"revoked", "recalled", "withdrawn"})


def check(
    state: MonitorState, source: Source, history: KeyHistory, fingerprint: str, at: int, found: list[Finding]
) -> None:
    """Everything; what was seen is kept for the next run. Raises ``Unavailable('witness.unreachable')``."""
    bundle = _bundle(state, source, fingerprint, at, found)
    if bundle is None:
        return
    found += _listed(state, bundle)
    found += _labels(state, bundle, at)
    found += _status(state, source, history, bundle, at)


def _bundle(state: MonitorState, source: Source, fingerprint: str, at: int, found: list[Finding]) -> Bundle | None:
    data = source.get("/bundle", BUNDLE_MAX_BYTES)
    before = state.fact("bundle")
    if data is None:
        if before is not None:
            found.append(Finding("monitor.bundle", {"why": "HTTP 404"}))
        return None
    last = bundles.read(before, fingerprint=fingerprint) if before else None
    files = {"bundle.jwt": data} | ({"bundle-before.jwt": before} if before else {})
    try:
        bundle = bundles.read(data, fingerprint=fingerprint, last=LastSeen.of(last) if last else None)
    except BadInput as error:
        code = "monitor.bundle_older" if error.code == "bundle.older" else "monitor.bundle"
        found.append(Finding(code, {"why": error.code}, files))
        return None
    if last and last.contents.epoch == bundle.contents.epoch and before != data:
        found.append(Finding("monitor.bundle_fork", {"epoch": bundle.contents.epoch}, files))
        return None
    if datetime.fromtimestamp(at, UTC) - bundle.contents.as_of > STALE:
        found.append(Finding("monitor.stale", {"as_of": bundle.contents.as_of.isoformat()}))
    if bundle.checkpoint is not None:
        found += _checkpoint(state, bundle, files)
    ended = {code for code, standing in _states(bundle) if standing in FINAL}
    for code in sorted(set(state.kept("final", [])) - ended):
        found.append(Finding("monitor.unrevoked", {"code": code}, files))
    state.keep_json("final", sorted(ended | set(state.kept("final", []))))
    state.keep("bundle", data)
    return bundle


def _checkpoint(state: MonitorState, bundle: Bundle, files: dict[str, bytes]) -> Iterator[Finding]:
    """The tree head in the bundle is one of the tree that was read entry by entry."""
    head = bundle.checkpoint
    if head is None or head.size > int(state.kept("size", 0)):
        return
    if state.root(head.size) != head.root:
        seen = {"seen.txt": state.fact("note") or b""}
        yield Finding("monitor.fork", {"size": head.size, "seen": state.kept("size", 0)}, files | seen)


def _entries(bundle: Bundle) -> list[CertificationEntry | BatchEntry]:
    return [*bundle.contents.certifications, *bundle.contents.batches]


def _states(bundle: Bundle) -> Iterator[tuple[str, str]]:
    for one in _entries(bundle):
        yield Code(one.facts.public_id).plain, one.facts.state.value


def _listed(state: MonitorState, bundle: Bundle) -> Iterator[Finding]:
    """Every listed credential has its leaf, and every leaf of a credential is listed."""
    size = int(state.kept("size", 0))
    pending = (CertificationState.PENDING, BatchState.PENDING)
    listed: dict[str, int | None] = {}
    for one in _entries(bundle):
        kind = LeafType.BATCH if isinstance(one, BatchEntry) else LeafType.CERTIFICATION
        code = Code(one.facts.public_id).plain
        listed[code] = one.leaf
        if one.leaf is None:
            if one.facts.state not in pending:
                yield Finding("monitor.credential_without_leaf", {"code": code})
            continue
        if one.leaf >= size:
            continue  # logged after the checkpoint that was read; the next run sees it
        leaf = state.leaf(one.leaf)
        if leaf is None or leaf.type != kind or (leaf.content is not None and _code(leaf.content) != code):
            yield Finding("monitor.credential_without_leaf", {"code": code})
    covered = bundle.checkpoint.size if bundle.checkpoint else 0
    for leaf in state.leaves(LeafType.CERTIFICATION, LeafType.BATCH):
        if leaf.place >= covered:
            break
        named = _code(leaf.content) if leaf.content is not None else None
        if named is None and leaf.place in listed.values():
            continue
        if named is None or listed.get(named) != leaf.place:
            files = {"credential.jwt": leaf.content} if leaf.content else {}
            yield Finding("monitor.not_listed", {"place": leaf.place, "code": named or "?"}, files)


def _document(content: bytes) -> dict[str, Any]:
    try:
        found = jws.strict_json(jws.parse(content, typ=credential.TYP, max_bytes=200_000).payload)
    except BadInput:
        return {}
    return found if isinstance(found, dict) else {}


def is_signed(content: bytes, history: KeyHistory) -> bool:
    """Is it a credential under an issuing key of the chain?"""
    try:
        token = jws.parse(content, typ=credential.TYP, max_bytes=200_000)
    except BadInput:
        return False
    period = history.issuing_key(token.key)
    return period is not None and jws.verify(token, period.raw)


def _code(content: bytes) -> str | None:
    public_id = credential.parse_public_id(_document(content))
    return None if public_id is None else Code(public_id).plain


def _units(content: bytes) -> int | None:
    """The units that a batch's credential declares."""
    try:
        declared = _document(content)["credentialSubject"]["assessment"][0]["declaredValue"]
        return next(int(one["metricValue"]["value"]) for one in declared if one["metricName"] == "units")
    except (KeyError, TypeError, ValueError, IndexError, StopIteration):
        return None


def _labels(state: MonitorState, bundle: Bundle, at: int) -> Iterator[Finding]:
    """Label ranges as logged: in order, once each, and never more live ones than the batch and the most spare allow."""
    units = {}
    for leaf in state.leaves(LeafType.BATCH):
        if leaf.content is not None:
            units[_code(leaf.content)] = _units(leaf.content)
    highest: dict[str, int] = {}
    void: dict[str, int] = {}
    for leaf in state.leaves(LeafType.LABEL_RANGE):
        if leaf.content is None:
            continue
        document = json.loads(leaf.content)
        if "batch" not in document:
            continue  # of a roll or a box, which stand on no batch yet
        code, first, last = document["batch"], document["first"], document["last"]
        files = {"range.json": leaf.content}
        if document["kind"] == "label_void":
            void[code] = void.get(code, 0) + last - first + 1
            continue
        if first != highest.get(code, 0) + 1 or last < first:
            yield Finding("monitor.labels_order", {"code": code, "first": first, "last": last}, files)
        highest[code] = max(highest.get(code, 0), last)
        most = units.get(code)
        if most is None:
            yield Finding("monitor.labels_without_batch", {"code": code, "first": first, "last": last}, files)
        elif highest[code] - void.get(code, 0) > most + most * SPARE_PERCENT_MOST // 100:
            live = highest[code] - void.get(code, 0)
            yield Finding("monitor.labels_beyond", {"code": code, "live": live, "units": most}, files)
    said = {Code(lot.facts.public_id).plain: lot.facts.highest_reserved for lot in bundle.contents.batches}
    waiting: dict[str, list[int]] = state.kept("labels waiting", {})
    still = {}
    for code, high in said.items():
        if high > highest.get(code, 0):
            since = waiting.get(code, [high, at])[1]
            still[code] = [high, since]
            if at - since >= SETTLED_SECONDS:
                yield Finding("monitor.labels_unlogged", {"code": code, "said": high, "logged": highest.get(code, 0)})
    state.keep_json("labels waiting", still)


def _status(state: MonitorState, source: Source, history: KeyHistory, bundle: Bundle, at: int) -> Iterator[Finding]:
    """Status lists only grow: later each time, and no revocation taken back; they say what the bundle says."""
    facts = [one.facts for one in _entries(bundle)]
    for number in sorted({status_list.place(one.status_index)[0] for one in facts}):
        for purpose in status_list.PURPOSES:
            yield from _list(state, source, history, bundle, purpose, number, at)


def _list(
    state: MonitorState, source: Source, history: KeyHistory, bundle: Bundle, purpose: status_list.Purpose, number: int,
    at: int,
) -> Iterator[Finding]:  # fmt: skip
    name = f"status {purpose} {number}"
    which = {"purpose": purpose, "number": number}
    data, before = source.get(f"/status/{purpose}/{number}", 200_000), state.fact(name)
    if data is None:
        if before is not None:
            yield Finding("monitor.status", which | {"why": "HTTP 404"})
        return
    files = {"list.jwt": data} | ({"list-before.jwt": before} if before else {})
    try:
        bits, since, until = _read_list(data, history, bundle.contents.base, purpose, number)
    except (BadInput, KeyError, ValueError, TypeError) as error:
        why = error.code if isinstance(error, BadInput) else "status_list.other"
        yield Finding("monitor.status", which | {"why": why}, files)
        return
    if until < datetime.fromtimestamp(at, UTC):
        yield Finding("monitor.status_stale", which | {"until": until.isoformat()})
    if before is not None:
        old, then, _ = _read_list(before, history, bundle.contents.base, purpose, number)
        if since < then:
            yield Finding("monitor.status_older", which, files)
            return
        if purpose == "revocation" and any(one & ~two for one, two in zip(old, bits, strict=True)):
            yield Finding("monitor.unrevoked", {"code": f"{purpose}/{number}"}, files)
            return
    state.keep(name, data)
    if purpose == "revocation":
        for one in _entries(bundle):
            listed, slot = status_list.place(one.facts.status_index)
            final = one.facts.state.value in FINAL
            if listed != number or status_list.is_set(bits, slot) == final:
                continue
            newer_list = since > bundle.contents.as_of
            if newer_list == final:  # the later of the two should know of it
                code = Code(one.facts.public_id).plain
                other = {"bundle.jwt": state.fact("bundle") or b""}
                yield Finding("monitor.status_differs", {"code": code}, files | other)


def _read_list(
    data: bytes, history: KeyHistory, base: str, purpose: status_list.Purpose, number: int
) -> tuple[bytes, datetime, datetime]:
    """``(bits, valid from, valid until)`` under a log key of the chain."""
    token = jws.parse(data, typ=credential.TYP, max_bytes=200_000)
    period = history.log_key(token.key)
    document = jws.strict_json(token.payload)
    since = parse_rfc3339(document["validFrom"])
    if period is None or not period.active_at(since) or not jws.verify(token, period.raw):
        raise BadInput("bundle.signature")
    address = status_list.address(base, purpose, number)
    bits = status_list.read_document(token.payload, at=address, issuer=history.did, purpose=purpose)
    return bits, since, parse_rfc3339(document["validUntil"])
