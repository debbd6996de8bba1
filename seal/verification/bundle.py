"""The signed bundle: everything that a verifier without a network needs (FORMATS A8). Pure.

Its members are listed in ``bundle_format``. Keys are reached from a pinned fingerprint through the chain of key
statements alone: the log key that signs the bundle can end a key and never add one. Without a pin the bundle is trusted
on first use, and says so. A verifier with storage refuses one that is behind what it accepted before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from seal.clock import LAST, is_zone
from seal.errors import BadInput
from seal.keys import jws, statement
from seal.keys.statement import Ended, KeyHistory
from seal.transparency.note import CheckpointText, Note, VerifierKey, parse_checkpoint_text, parse_note
from seal.verification import bundle_format, reading, witnessed
from seal.verification.bundle_format import CertificationEntry, Contents
from seal.verification.bundle_seals import BoxEntry, RollEntry
from seal.verification.facts import Asked, BoxFacts, Evidence, Part, Signature, Source
from seal.verification.witnessed import Pinned, Seen

TYP = jws.BUNDLE


@dataclass(frozen=True)
class Bundle:
    """A bundle whose signature and chain hold. ``pinned`` is false when it was trusted on first use: then
    ``fingerprint`` is what a person has to compare with a certificate on paper."""

    contents: Contents
    keys: KeyHistory
    fingerprint: str
    pinned: bool
    checkpoint: CheckpointText | None = None
    witnessed: tuple[Seen, ...] = ()
    """The pinned witnesses that cosigned the checkpoint; empty where none was pinned."""

    @property
    def held_keys(self) -> tuple[reading.HeldKey, ...]:
        return tuple(reading.HeldKey(self.keys.did, period) for period in self.keys.issuing)


@dataclass(frozen=True)
class LastSeen:
    """What a verifier with storage keeps of the last bundle that it accepted from an association."""

    did: str
    epoch: int
    as_of: datetime
    statements: tuple[bytes, ...]
    checkpoint: CheckpointText | None = None

    @classmethod
    def of(cls, bundle: Bundle) -> LastSeen:
        one = bundle.contents
        return cls(one.did, one.epoch, one.as_of, one.statements, bundle.checkpoint)


def read(
    data: bytes, *, fingerprint: str | None, last: LastSeen | None = None, witnesses: Pinned | None = None
) -> Bundle:
    """A bundle that holds under ``fingerprint`` (64 hex digits), or trusted on first use when that is ``None``.

    Raises ``BadInput``: ``jws.*``, ``statement.*``, ``chain.*``, ``bundle.members``, ``bundle.field``,
    ``bundle.identity``, ``bundle.key`` (not by a log key of the chain that was active then), ``bundle.signature``,
    ``bundle.zone`` (days cannot be told: a zone that is not known here, or the calendar's last year),
    ``note.*``, ``checkpoint.*`` and ``bundle.checkpoint`` (not the log's own), ``bundle.older`` (an epoch, time or log
    behind ``last``), ``bundle.other_history`` (other statements, or another log of the same size). That a larger log
    extends the one of ``last`` takes a consistency proof from its server: see ``/log/consistency``. With ``witnesses``
    also ``bundle.witness_*`` unless enough of them cosigned the checkpoint lately.
    """
    token = jws.parse(data.strip(), typ=jws.BUNDLE)
    contents = bundle_format.parse(token.payload)
    keys = statement.verify_chain(contents.statements, fingerprint or _newest_fingerprint(contents.statements))
    if contents.did != keys.did or token.did != keys.did:
        raise BadInput("bundle.identity", did=contents.did)
    period = keys.log_key(token.key)
    if period is None or period.ended is not None or not period.active_at(contents.as_of):
        # A bundle stands in no log: whoever stole its key may write any day into it.
        raise BadInput("bundle.key", kid=token.key)
    if not jws.verify(token, period.raw):
        raise BadInput("bundle.signature")
    if contents.as_of.year == LAST.year or not is_zone(contents.zone):
        raise BadInput("bundle.zone", zone=contents.zone)
    note = parse_note(contents.checkpoint.encode("utf-8")) if contents.checkpoint is not None else None
    checkpoint = _checkpoint(contents, keys, note)
    if last is not None:
        _check_not_older(contents, checkpoint, last)
    size = checkpoint.size if checkpoint else 0
    seen = witnessed.check(note, size, contents.as_of, witnesses) if witnesses else ()
    ended = _with_ended(keys, contents.ended)
    return Bundle(contents, ended, keys.current.fingerprint, fingerprint is not None, checkpoint, seen)


def evidence(bundle: Bundle, text: str) -> Evidence:
    """What the bundle knows about a code, token, address or credential; for ``model.judge``.

    With witnesses pinned, raises ``BadInput('bundle.witness_newer')`` for what was logged after what they saw.
    """
    contents = bundle.contents
    held = reading.read_embedded(text) if text.startswith("{") else reading.read(text)
    found = Evidence(Source.BUNDLE, contents.as_of, contents.zone)
    if held is None:
        return found
    public_id = reading.public_id_of(held)
    roll = next((one for one in contents.rolls if one.facts.public_id == public_id), None)
    box = next((one for one in contents.boxes if one.public_id == public_id), None)
    wanted = _bound_to(held, roll) if roll else public_id
    batch = next((one for one in contents.batches if one.facts.public_id == wanted), None)
    one = _certification(contents, batch.certification if batch else wanted)
    known = roll or box or batch or one
    leaf = known.leaf if known else None
    witnessed.require_covered(leaf, bundle.witnessed)
    # The bundle is one association's: whatever it does not list, it does not own.
    owner = reading.Owner(contents.did, contents.zone, leaf)
    return replace(
        found,
        asked=_as_far_as_listed(held, reading.ask(held, bundle.held_keys, owner), bundle.keys),
        batch=batch.facts if batch else None,
        certification=one.facts if one else None,
        roll=roll.facts if roll else None,
        box=_box(contents, box) if box else None,
    )


def _bound_to(held: reading.Held, roll: RollEntry) -> int | None:
    """The batch that the seal stands on, if any."""
    bound = roll.facts.bound_at(reading.number_of(held))
    return bound.batch if bound else None


def _certification(contents: Contents, public_id: int | None) -> CertificationEntry | None:
    return next((one for one in contents.certifications if one.facts.public_id == public_id), None)


def _box(contents: Contents, box: BoxEntry) -> BoxFacts:
    lots = {one.facts.public_id: one for one in contents.batches}
    inside = [(lots[batch], units) for batch, units in box.inside]
    parts = []
    for lot, units in inside:
        one = _certification(contents, lot.certification)
        parts.append(Part(lot.facts, one.facts if one else None, units))
    return BoxFacts(box.public_id, box.issued_on, box.state, tuple(parts), box.leaf is not None)


def _as_far_as_listed(held: reading.Held, asked: Asked, keys: KeyHistory) -> Asked:
    """An ended key vouches for what the log held, byte for byte. A label's every field is compared with the record; of
    a credential a list holds too little to tell an honest one from what a thief wrote over it: it cannot be checked."""
    if not isinstance(held, reading.SignedCredential) or asked.signature is not Signature.GOOD:
        return asked
    ended = any(one.ended is not None for one in keys.issuing if held.names(keys.did, one))
    return replace(asked, signature=Signature.KEY_NOT_HELD) if ended else asked


def _checkpoint(contents: Contents, keys: KeyHistory, note: Note | None) -> CheckpointText | None:
    if note is None:
        return None
    text = parse_checkpoint_text(note.text)
    origin = contents.base.partition("://")[2]
    standing = [key for key in keys.log if key.stands_for(text.size)]
    if text.origin != origin or not any(note.verified_by(VerifierKey(origin, key.raw)) for key in standing):
        raise BadInput("bundle.checkpoint")
    return text


def _check_not_older(contents: Contents, checkpoint: CheckpointText | None, last: LastSeen) -> None:
    if contents.did != last.did:
        raise BadInput("bundle.identity", did=contents.did)
    if contents.statements[: len(last.statements)] != last.statements:
        raise BadInput("bundle.other_history")
    if contents.epoch < last.epoch or contents.as_of < last.as_of:
        raise BadInput("bundle.older", epoch=contents.epoch, last=last.epoch)
    if last.checkpoint is not None:
        if checkpoint is None or checkpoint.size < last.checkpoint.size:
            raise BadInput("bundle.older", epoch=contents.epoch, last=last.epoch)
        if checkpoint.size == last.checkpoint.size and checkpoint.root != last.checkpoint.root:
            raise BadInput("bundle.other_history")


def _newest_fingerprint(statements: Sequence[bytes]) -> str:
    if not statements:
        raise BadInput("chain.empty")
    token = jws.parse(statements[-1], typ=jws.KEYS, max_bytes=statement.MAX_BYTES)
    return statement.read_payload(token.payload).fingerprint


def _with_ended(keys: KeyHistory, ended: Sequence[Ended]) -> KeyHistory:
    """The log key may end a key: the earlier end counts."""
    by_kid = {end.kid: end for end in ended}
    periods = []
    for period in keys.issuing:
        end = by_kid.get(period.kid)
        if end is not None and (period.ended is None or end.tree_size < period.ended.tree_size):
            period = replace(period, ended=end)
        periods.append(period)
    return replace(keys, issuing=tuple(periods))
