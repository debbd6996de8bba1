"""``seal verify --proof``: is this certificate in the log? From two files and a pinned fingerprint. Pure.

No server and no bundle is asked. It says nothing of the certificate's status: one that was withdrawn since is in the
log as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from seal.clock import rfc3339
from seal.errors import BadInput, Reason
from seal.keys import jws, statement
from seal.keys.statement import KeyHistory
from seal.transparency import proof_file
from seal.transparency.merkle import leaf_hash, verify_inclusion
from seal.transparency.model import LeafType, entry_bytes
from seal.transparency.note import CheckpointText, Note, VerifierKey, parse_checkpoint_text, parse_note
from seal.transparency.stamp import is_fresh, stamped_at
from seal.verification import reading, witnessed
from seal.verification.facts import Kind, Signature
from seal.verification.model import STALE


@dataclass(frozen=True)
class Logged:
    """A certificate that is in the log of ``did``, whose key signed the checkpoint. ``as_of``: when the log last said
    that this was its latest checkpoint, ``None`` if it did not say. ``stale``: not in the seven days before it was
    asked, or at a time yet to come, which proves nothing. ``pinned`` is false on first use."""

    did: str
    origin: str
    index: int
    size: int
    as_of: datetime | None
    stale: bool
    fingerprint: str
    pinned: bool
    witnessed: tuple[witnessed.Seen, ...] = ()

    @property
    def document(self) -> dict[str, Any]:
        """For JSON answers."""
        as_of = rfc3339(self.as_of) if self.as_of else None
        return {"origin": self.origin, "index": self.index, "size": self.size, "as_of": as_of, "stale": self.stale}

    @property
    def sentences(self) -> tuple[Reason, ...]:
        """What is said of it to people."""
        place: dict[str, str | int] = {"index": self.index, "size": self.size, "origin": self.origin}
        logged = Reason("proof.logged", place)
        if self.as_of is None:
            return (logged, Reason("proof.no_time"))
        code = "proof.as_of_stale" if self.stale else "proof.as_of"
        return (logged, Reason(code, {"at": rfc3339(self.as_of), "days": STALE.days}))


def check(
    data: bytes, compact: bytes, fingerprint: str | None, witnesses: witnessed.Pinned | None, at: datetime
) -> Logged:
    """The place of a credential (compact JWS) in the log that a ``tlog-proof`` names.

    ``fingerprint`` is of any issuing key of the association; without one the proof's own chain is taken, and
    ``pinned`` says so; ``witnesses`` must have cosigned the checkpoint. Raises ``BadInput``: ``proof.*``, ``note.*``,
    ``checkpoint.*``, ``chain.*``, ``statement.*``, ``jws.*`` for what cannot be read or does not hold together,
    ``proof.checkpoint`` for a checkpoint of another log or key, ``bundle.witness_*`` where a pinned witness is missing,
    ``proof.credential`` for a certificate that its issuing key did not sign, ``proof.not_included`` for one that is
    not at that place of the log.
    """
    proof = proof_file.parse(data)
    if proof.extra is None or len(proof.extra) > proof_file.EXTRA_MAX_BYTES:
        raise BadInput("proof.extra")
    extra = proof_file.parse_extra(jws.strict_json(proof.extra))
    if not extra.statements:
        raise BadInput("chain.empty")
    last = jws.parse(extra.statements[-1], typ=jws.KEYS, max_bytes=statement.MAX_BYTES)
    newest = statement.read_payload(last.payload).fingerprint
    keys = statement.verify_chain(extra.statements, fingerprint or newest)
    note, head, key = _checkpoint(proof.checkpoint, keys)
    _check_credential(compact, keys, extra.leaf_type, proof.index)
    leaf = leaf_hash(entry_bytes(extra.leaf_type, extra.object_id, extra.salt, compact))
    if not verify_inclusion(leaf, proof.index, head.size, proof.path, head.root):
        raise BadInput("proof.not_included", index=proof.index, size=head.size)
    as_of = stamped_at(note, key)
    seen = witnessed.check(note, head.size, as_of, witnesses) if witnesses else ()
    stale = not is_fresh(note, key, at, within=STALE)
    return Logged(keys.did, head.origin, proof.index, head.size, as_of, stale, newest, fingerprint is not None, seen)


def _checkpoint(data: bytes, keys: KeyHistory) -> tuple[Note, CheckpointText, VerifierKey]:
    """The note, and the log key of the chain that signed it; a key that was ended only for what stood by then."""
    note = parse_note(data)
    head = parse_checkpoint_text(note.text)
    origin = keys.base.split("://", 1)[1]
    if head.origin != origin:
        raise BadInput("proof.checkpoint")
    for period in reversed(keys.log):
        key = VerifierKey(origin, period.raw)
        if note.verified_by(key) and (period.ended is None or head.size <= period.ended.tree_size):
            return note, head, key
    raise BadInput("proof.checkpoint")


def _check_credential(compact: bytes, keys: KeyHistory, leaf_type: LeafType, index: int) -> None:
    """Is it one of the two credentials, of the leaf's kind, signed by an issuing key that could at its day?"""
    held = reading.read_credential(compact)
    if held is None:
        raise BadInput("proof.credential")
    periods = tuple(reading.HeldKey(keys.did, period) for period in keys.issuing)
    asked = reading.ask(held, periods, reading.Owner(keys.did, "UTC", index))
    kind = {LeafType.BATCH: Kind.BATCH, LeafType.CERTIFICATION: Kind.PLAQUE}.get(leaf_type)
    if asked.kind is not kind or asked.signature is not Signature.GOOD:
        raise BadInput("proof.credential")
