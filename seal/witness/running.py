"""``seal witness once | run``: go to each log, verify, cosign, deliver. What is wrong is kept as evidence and told."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from seal.errors import BadInput, Reason, Refused, SealError, Unavailable
from seal.transparency import merkle
from seal.transparency.cosignature import cosigned_at, parse_lines, with_lines
from seal.transparency.note import parse_note, parse_verifier_key
from seal.witness import apart, cosigning, key, remote
from seal.witness.http import Source
from seal.witness.key import Signer
from seal.witness.remote import Head, Trusted
from seal.witness.state import Log, State

AGAIN_SECONDS = 3_600
"""A head that did not grow is cosigned again after this long, so that verifiers see a young cosignature."""
_ANSWER_MAX = 100_000


@dataclass(frozen=True)
class Result:
    """What came of one visit. ``reasons`` is empty if all is well; ``evidence`` are the files that were kept."""

    origin: str
    size: int
    cosigned: bool
    reasons: tuple[Reason, ...] = ()
    evidence: tuple[Path, ...] = field(default=())


def add(folder: Path, url: str, fingerprint: str | None, log_key: str | None) -> Trusted:
    """Witness a log, from a pinned fingerprint by its chain of key statements, or from a pinned log key.

    Raises ``Refused('witness.own_log' | 'witness.database_named')``, ``Conflict('witness.log_known')``,
    ``Unavailable('witness.unreachable')``, ``BadInput``.
    """
    key.read(folder)
    with Source(url) as source:
        if log_key is not None:
            one = parse_verifier_key(log_key)
            trusted = Trusted(one.name, (one,))
            if one.name != source.base.split("://", 1)[1]:
                raise BadInput("witness.other_address", base=one.name, address=source.base)
        elif fingerprint is not None:
            trusted = remote.reach_keys(source, fingerprint)
        else:
            raise BadInput("witness.trust_needed")
        apart.require_other_database(trusted.origin)
        state = State(folder)
        try:
            state.add(source.base, fingerprint, trusted)
        finally:
            state.close()
    return trusted


def visit_all(folder: Path, signer: Signer, at: int) -> list[Result]:
    """Every log once; one that fails stops no other."""
    state = State(folder)
    try:
        return [_visit(state, folder, signer, one, at) for one in state.logs()]
    finally:
        state.close()


def _visit(state: State, folder: Path, signer: Signer, one: Log, at: int) -> Result:
    offered: Head | None = None
    try:
        apart.require_other_database(one.origin)
        with Source(one.url) as source:
            if one.fingerprint is not None:
                trusted = remote.reach_keys(source, one.fingerprint, one.trusted.statements)
                state.trust(trusted)
            else:
                trusted = one.trusted
            offered = remote.checkpoint(source, trusted)
            if offered is None:
                return Result(one.origin, one.size, cosigned=False)
            return _cosign(state, signer, source, one, offered, at)
    except SealError as error:
        kept = _evidence(folder, one, offered, at) if offered is not None and _is_proof(error) else ()
        return Result(one.origin, one.size, cosigned=False, reasons=error.reasons, evidence=kept)


def _cosign(state: State, signer: Signer, source: Source, one: Log, head: Head, at: int) -> Result:
    size = head.text.size
    if size < one.size:
        _check_older(source, one, head)
    if (
        size == one.size
        and head.text.root == one.root
        and one.line is not None
        and at - one.cosigned_at < AGAIN_SECONDS
    ):
        shown = cosigned_at(head.note, signer.key)
        if shown != one.cosigned_at:  # it was lost on the way, or the log took it and a cache has not
            _deliver(source, head, one.line)
        return Result(one.origin, size, cosigned=False)
    proof = remote.consistency(source, one.size, size) if 0 < one.size < size else ()
    line, _ = cosigning.cosign(state, signer, head, one.size, proof, at)
    _deliver(source, head, line.line.encode())
    return Result(one.origin, size, cosigned=True)


def _check_older(source: Source, one: Log, head: Head) -> None:
    """A smaller head than was seen: an old one served again, or another history. Always raises."""
    text = head.text
    proof = remote.consistency(source, text.size, one.size) if text.size else ()
    if merkle.verify_consistency(text.size, one.size, proof, text.root, one.root):
        raise Refused("witness.rollback", size=text.size, seen=one.size)
    raise BadInput("witness.inconsistent", old=one.size, size=text.size)


def _deliver(source: Source, head: Head, line: bytes) -> None:
    body = with_lines(parse_note(head.note.encoded), parse_lines(line)).encoded
    if source.post("/log/cosignatures", body, _ANSWER_MAX) is None:
        raise Unavailable("witness.unreachable", address=f"{source.base}/log/cosignatures", why="HTTP 404")


def _is_proof(error: SealError) -> bool:
    return error.code in ("witness.fork", "witness.inconsistent", "witness.rollback")


def _evidence(folder: Path, one: Log, offered: Head, at: int) -> tuple[Path, ...]:
    """Both heads, as the log signed them, once for each pair."""
    if one.note is None:
        return ()
    place = folder / "evidence"
    place.mkdir(exist_ok=True, mode=0o700)
    stem = hashlib.sha256(one.note + offered.note.encoded).hexdigest()[:16]
    seen, shown, about = (place / f"{stem}.{name}" for name in ("seen.txt", "offered.txt", "about.txt"))
    if not about.exists():
        for path, data in ((seen, one.note), (shown, offered.note.encoded), (about, _about(one, offered, at))):
            path.unlink(missing_ok=True)
            key.write(path, data)
    return (seen, shown, about)


def _about(one: Log, offered: Head, at: int) -> bytes:
    keys = "\n".join(key.text for key in one.trusted.keys)
    return (
        f"{one.origin}: two checkpoints, both signed by the log's key, {datetime.fromtimestamp(at, UTC).isoformat()}\n"
        f"seen before: size {one.size}; offered now: size {offered.text.size}\n"
        f"Of one size with two roots they prove by themselves that the log has two histories. Of two sizes they do,\n"
        f"unless the log can give a consistency proof (RFC 6962 2.1.2) between them.\n"
        f"The log's verifier key:\n{keys}\n"
    ).encode()
