"""``seal monitor``: one run over a log that is somebody else's: every entry, every credential, every list.

The order: key statements, checkpoint against the last, new entries from the tiles, what the leaves record
(``/log/openings``), bundle, labels, status lists. What cannot be seen: documents of leaf types 2 and 5 (a protocol's is
public, without its salt; a decision's holds votes and reasons of persons), so of these only their place is watched.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from seal.errors import BadInput, Reason, Unavailable
from seal.keys import statement
from seal.keys.statement import KeyHistory
from seal.transparency import merkle
from seal.transparency.cosignature import WitnessKey, cosigned_at
from seal.transparency.model import LeafType, entry_bytes, leaf_hash
from seal.transparency.note import CheckpointText, parse_checkpoint_text, parse_note
from seal.transparency.stamp import is_fresh, stamped_at
from seal.transparency.tiles import WIDTH
from seal.witness import apart, lists, remote
from seal.witness.findings import Finding, save
from seal.witness.http import Source
from seal.witness.monitor_state import MonitorState
from seal.witness.remote import Head, Tiles, Trusted

WITNESSED_SECONDS = 86_400
"""A pinned witness's cosignature on the newest checkpoint it has seen should be younger."""
OPENINGS = 100
_OPENINGS_BYTES = 20_000_000
_OPENED = (LeafType.CERTIFICATION, LeafType.BATCH, LeafType.LABEL_RANGE)


@dataclass(frozen=True)
class Report:
    """What one run saw. ``unreachable`` is why it could not see everything; ``findings`` with their kept files."""

    origin: str
    size: int
    findings: tuple[tuple[Finding, tuple[Path, ...]], ...]
    unreachable: tuple[Reason, ...] = ()


def once(folder: Path, url: str, fingerprint: str, witnesses: tuple[WitnessKey, ...], at: int) -> Report:
    """One run at ``at`` (POSIX seconds). Raises ``Refused('witness.*')`` for a folder or database that is not apart."""
    state = MonitorState(folder)
    found: list[Finding] = []
    reasons: tuple[Reason, ...] = ()
    origin = url.split("://")[-1].rstrip("/")
    try:
        apart.require_other_database(origin)
        with Source(url) as source, state.change():
            _same_log(state, source.base, fingerprint)
            try:
                _follow(state, source, fingerprint, witnesses, at, found)
            except Unavailable as error:
                reasons = error.reasons
        size = int(state.kept("size", 0))
    finally:
        state.close()
    return Report(origin, size, tuple((one, save(folder, one, at)) for one in found), reasons)


def _same_log(state: MonitorState, base: str, fingerprint: str) -> None:
    """A folder follows one log for ever. Raises ``BadInput('monitor.other_log')``."""
    before = state.kept("log", [base, fingerprint])
    if before != [base, fingerprint]:
        raise BadInput("monitor.other_log", base=before[0])
    state.keep_json("log", [base, fingerprint])


def _follow(
    state: MonitorState, source: Source, fingerprint: str, witnesses: tuple[WitnessKey, ...], at: int,
    found: list[Finding],
) -> None:  # fmt: skip
    trusted = _keys(state, source, fingerprint, found)
    if trusted is None:
        return
    head = _head(state, source, trusted, found)
    if head is None or not _grow(state, source, head, found):
        return
    history = statement.verify_chain(trusted.statements, fingerprint)
    _statement_leaves(state, source, found)
    _open(state, source, history, found)
    _time(head, trusted, at, found)
    _witnesses(head, witnesses, at, found)
    lists.check(state, source, history, fingerprint, at, found)


def _keys(state: MonitorState, source: Source, fingerprint: str, found: list[Finding]) -> Trusted | None:
    before = tuple(one.encode() for one in state.kept("statements", []))
    try:
        trusted = remote.reach_keys(source, fingerprint, before)
    except BadInput as error:
        code = "monitor.keys_changed" if error.code == "witness.keys_changed" else "monitor.keys"
        files = {"keys-before.txt": b"\n".join(before)} if before else {}
        found.append(Finding(code, {"why": error.code}, files))
        return None
    state.keep_json("statements", [one.decode() for one in trusted.statements])
    return trusted


def _head(state: MonitorState, source: Source, trusted: Trusted, found: list[Finding]) -> Head | None:
    """The checkpoint served now, unless it says less than or other than the last."""
    try:
        head = remote.checkpoint(source, trusted)
    except BadInput as error:
        found.append(Finding("monitor.checkpoint", {"why": error.code}))
        return None
    last = state.fact("note")
    if head is None:
        if last is not None:
            found.append(Finding("monitor.rollback", {"size": 0, "seen": _text(last).size}, {"seen.txt": last}))
        return None
    if last is None:
        return head
    before, now = _text(last), head.text
    both = {"seen.txt": last, "offered.txt": head.note.encoded}
    if now.size < before.size:
        prefix = merkle.fold(state.frontier(now.size)) == now.root
        params = {"size": now.size, "seen": before.size}
        found.append(Finding("monitor.rollback" if prefix else "monitor.fork", params, both))
        return None
    if now.size == before.size and now.root != before.root:
        found.append(Finding("monitor.fork", {"size": now.size, "seen": before.size}, both))
        return None
    return head


def _text(note: bytes) -> CheckpointText:
    return parse_checkpoint_text(parse_note(note).text)


def _grow(state: MonitorState, source: Source, head: Head, found: list[Finding]) -> bool:
    """Read the new entries; do they and the old ones make the signed root?"""
    old, new = int(state.kept("size", 0)), head.text.size
    grown = state.frontier(old)
    tiles = Tiles(source, new)
    for index in range(old // WIDTH, -(-new // WIDTH)):
        skip = max(old - index * WIDTH, 0)
        entries = tiles.entries(index)[skip:]
        start = index * WIDTH + skip
        for place, entry in enumerate(entries, start):
            grown, _ = merkle.grow(place, grown, leaf_hash(entry))
        if merkle.fold(grown) != head.text.root and start + len(entries) == new:
            found.append(_other_history(state, tiles, head))
            state.forget(old)
            return False
        state.append(start, entries)
    state.keep_json("size", new)
    state.keep("note", head.note.encoded)
    state.keep(f"frontier {new}", b"".join(grown))
    if old != new:
        state.drop(f"frontier {old}")
    return True


def _other_history(state: MonitorState, tiles: Tiles, head: Head) -> Finding:
    """The new tree read whole: another history under the log's key, or tiles that are not what was signed."""
    last, new = state.fact("note"), head.text.size
    both = {"offered.txt": head.note.encoded} | ({"seen.txt": last} if last else {})
    grown: tuple[bytes, ...] = ()
    first: int | None = None
    size = int(state.kept("size", 0))
    whole = []
    for index in range(-(-new // WIDTH)):
        for place, entry in enumerate(tiles.entries(index), index * WIDTH):
            grown, _ = merkle.grow(place, grown, leaf_hash(entry))
            whole.append(leaf_hash(entry).hex())
            before = state.leaf(place) if place < size else None
            if first is None and before is not None and before.entry != entry:
                first = place
    if merkle.fold(grown) == head.text.root and first is not None:
        hashes = "\n".join(whole).encode() + b"\n"
        return Finding("monitor.fork", {"size": new, "seen": size}, both | {"offered-leaf-hashes.txt": hashes})
    return Finding("monitor.gap", {"size": new}, both)


def _statement_leaves(state: MonitorState, source: Source, found: list[Finding]) -> None:
    logged = {row.entry for row in state.leaves(LeafType.KEY_STATEMENT)}
    for number, (compact, object_id, salt) in enumerate(remote.statement_leaves(source), start=1):
        try:
            entry = entry_bytes(LeafType.KEY_STATEMENT, UUID(object_id), bytes.fromhex(salt), compact)
        except ValueError:
            entry = b""
        if entry not in logged:
            found.append(Finding("monitor.statement_without_leaf", {"number": number}, {"statement.jwt": compact}))


def _open(state: MonitorState, source: Source, history: KeyHistory, found: list[Finding]) -> None:
    """Ask what the credentials' and labels' leaves record, and recompute each from its exact bytes and salt."""
    closed = {row.place: row for row in state.leaves(*_OPENED) if row.content is None}
    told = set(state.kept("closed", []))
    for start in sorted({place - place % OPENINGS for place in closed}):
        for one in remote.openings(source, start, OPENINGS, _OPENINGS_BYTES):
            row = closed.get(one.place)
            if row is None:
                continue
            if entry_bytes(LeafType(row.type), UUID(bytes=row.object), one.salt, one.content) != row.entry:
                files = {"shown.txt": one.content, "leaf.bin": row.entry}
                found.append(Finding("monitor.leaf_differs", {"place": row.place}, files))
                continue
            if row.type != LeafType.LABEL_RANGE and not lists.is_signed(one.content, history):
                found.append(Finding("monitor.forged", {"place": row.place}, {"credential.jwt": one.content}))
            state.open(row.place, one.content)
            del closed[row.place]
    for place in closed:
        if place not in told:
            found.append(Finding("monitor.leaf_closed", {"place": place, "type": closed[place].type}))
    state.keep_json("closed", sorted(closed))


def _time(head: Head, trusted: Trusted, at: int, found: list[Finding]) -> None:
    """The log itself stamps its latest checkpoint with the time; one without a young stamp may be an old one."""
    now = datetime.fromtimestamp(at, UTC)
    if any(is_fresh(head.note, key, now, within=lists.STALE) for key in trusted.keys):
        return
    stamps = [stamped for key in trusted.keys if (stamped := stamped_at(head.note, key)) is not None]
    then = stamps[0].isoformat() if stamps else "-"
    found.append(Finding("monitor.checkpoint_stale", {"size": head.text.size, "at": then}))


def _witnesses(head: Head, witnesses: tuple[WitnessKey, ...], at: int, found: list[Finding]) -> None:
    for key in witnesses:
        second = cosigned_at(head.note, key)
        if second is None or second < at - WITNESSED_SECONDS:
            then = datetime.fromtimestamp(second, UTC).isoformat() if second else "-"
            found.append(Finding("monitor.unwitnessed", {"name": key.name, "size": head.text.size, "at": then}))
