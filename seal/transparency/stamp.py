"""How a stranger sees that a checkpoint is not old. Pure.

A checkpoint has no time: a mirror could serve last month's for ever. So the log key also cosigns it, as C2SP
tlog-cosignature allows (``cosignature/v1``, under the log's own name): "as of this time, this is the largest tree head
of this log". The line stands below the log's signature and is made anew every half minute while the key is open;
clients that do not know it ignore it. Whoever holds a checkpoint knows from it until when it was the latest; a
verifier that wants the present refuses one whose stamp is missing or old.

The log key never says this of a smaller tree after a larger one, and goes back in time only from a time that is
itself in the future, which no verifier takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from seal.transparency.cosignature import WitnessKey, cosigned_at
from seal.transparency.note import Note, NoteSignature, VerifierKey, parse_note

EVERY = timedelta(seconds=30)
"""How often a stamp is made anew."""
FRESH = timedelta(minutes=1)
"""A checkpoint served by an open log is never older than this."""
SKEW = timedelta(minutes=5)
"""How far ahead of the verifier's a log's clock may be."""


@dataclass(frozen=True)
class Stamp:
    """The latest stamp of a log: which tree head, when, and the exact line below the note."""

    size: int
    at: datetime
    line: bytes

    @property
    def signature(self) -> NoteSignature:
        (found,) = parse_note(b"x\n\n" + self.line).signatures
        return found


def stamp_key(key: VerifierKey) -> WitnessKey:
    """The log's key as its stamps are checked with: same name, same key, another type."""
    return WitnessKey(key.name, key.raw)


def stamped_at(note: Note, key: VerifierKey) -> datetime | None:
    """When the log itself last said that this is its latest checkpoint; ``None`` without a stamp that holds."""
    seconds = cosigned_at(note, stamp_key(key))
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def is_fresh(note: Note, key: VerifierKey, at: datetime, within: timedelta = FRESH) -> bool:
    """Was this the latest checkpoint at most ``within`` before ``at``? False without a stamp, or for one of a far
    future: such a clock proves nothing."""
    stamped = stamped_at(note, key)
    return stamped is not None and at - within <= stamped <= at + SKEW
