"""Cosignatures of witnesses: C2SP tlog-cosignature, ``cosignature/v1`` by Ed25519, strict. Pure.

    cosignature/v1
    time 1679315147                  POSIX seconds, decimal, no leading zero
    sello.example/a/aysen            the whole text of the cosigned checkpoint, extension lines included
    42
    CsUYapGGPo4dkMgIAUqom/Xajj7…=

is what a witness signs; in the note it adds the line ``— name base64(4 bytes of key hash || 8 bytes of time || 64 bytes
of signature)``. The key hash is the first four bytes of SHA-256(name || 0A || 04 || raw public key), so that a witness
and a log of one name and key are still two; a verifier key is written ``name+hash+base64(04 || raw public key)``.

It says: as of that time, this is the largest tree head of that origin that the witness has seen, and it extends
every earlier one. The message does not bind the witness's name: a witness has a key of its own for nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from seal.errors import BadInput
from seal.transparency import note as notes
from seal.transparency.note import Note, NoteSignature

COSIGNATURE = b"\x04"
HEADER = "cosignature/v1"
TIME_MAX = 2**63 - 1
_TIME_BYTES = 8
_SIGNATURE_BYTES = 64


@dataclass(frozen=True)
class WitnessKey:
    """A witness's name and raw Ed25519 public key."""

    name: str
    raw: bytes

    def __post_init__(self) -> None:
        notes.check_name(self.name)
        if len(self.raw) != 32:
            raise ValueError("an Ed25519 public key has 32 bytes")

    @property
    def hash(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + COSIGNATURE + self.raw).digest()[:4]

    @property
    def text(self) -> str:
        """``name+8d66cf3f+BA…``, as logs and verifiers are given it."""
        return f"{self.name}+{self.hash.hex()}+{base64.b64encode(COSIGNATURE + self.raw).decode()}"


def parse_witness_key(text: str) -> WitnessKey:
    """Read ``name+hash+key``. Raises ``BadInput('cosignature.key')`` (a log's own key, of type 1, included)."""
    name, _, rest = text.partition("+")
    hashed, _, encoded = rest.partition("+")
    data = notes.strict_base64(encoded, "cosignature.key")
    if len(data) != 33 or data[:1] != COSIGNATURE:
        raise BadInput("cosignature.key")
    key = WitnessKey(name, data[1:])
    if key.hash.hex() != hashed:
        raise BadInput("cosignature.key")
    return key


def message(text: str, timestamp: int) -> bytes:
    """The exact bytes that a witness signs for a checkpoint's ``text`` at ``timestamp`` (POSIX seconds)."""
    if not 0 <= timestamp <= TIME_MAX:
        raise ValueError("a cosignature's time is a count of seconds below 2^63")
    return f"{HEADER}\ntime {timestamp}\n{text}".encode()


def cosignature(key: WitnessKey, timestamp: int, signature: bytes) -> NoteSignature:
    """The line of a signature that was made elsewhere over :func:`message`."""
    if len(signature) != _SIGNATURE_BYTES or not 0 <= timestamp <= TIME_MAX:
        raise ValueError("a cosignature has 64 bytes and a time below 2^63")
    return NoteSignature(key.name, key.hash, timestamp.to_bytes(_TIME_BYTES, "big") + signature)


def lines_of(note: Note, key: WitnessKey) -> tuple[NoteSignature, ...]:
    """The lines that say they are this witness's, right or wrong."""
    return tuple(line for line in note.signatures if line.name == key.name and line.hash == key.hash)


def timestamp_of(line: NoteSignature) -> int | None:
    """The time that a line says, unverified; ``None`` for what has not the form of a cosignature."""
    if len(line.signature) != _TIME_BYTES + _SIGNATURE_BYTES:
        return None
    timestamp = int.from_bytes(line.signature[:_TIME_BYTES], "big")
    return timestamp if timestamp <= TIME_MAX else None


def verified_line(text: str, line: NoteSignature, key: WitnessKey) -> int | None:
    """The time at which ``key`` cosigned ``text``, if this line is its and right."""
    timestamp = timestamp_of(line)
    if timestamp is None or line.name != key.name or line.hash != key.hash:
        return None
    try:
        public = Ed25519PublicKey.from_public_bytes(key.raw)
        public.verify(line.signature[_TIME_BYTES:], message(text, timestamp))
    except (InvalidSignature, ValueError):
        return None
    return timestamp


def cosigned_at(note: Note, key: WitnessKey) -> int | None:
    """The latest time (POSIX seconds) at which ``key`` cosigned this note; ``None`` if it did not.

    Lines of other keys are ignored. One wrong line under the known name and hash makes the note malformed, as
    signed-note has it: then nothing counts.
    """
    times = [verified_line(note.text, line, key) for line in lines_of(note, key)]
    known = [time for time in times if time is not None]
    return max(known) if known and len(known) == len(times) else None


def with_lines(note: Note, lines: Iterable[NoteSignature]) -> Note:
    """The same note with more signature lines, each once, in order."""
    return replace(note, signatures=tuple(dict.fromkeys((*note.signatures, *lines))))


def parse_lines(data: bytes) -> tuple[NoteSignature, ...]:
    """Signature lines without a note, as a witness answers. Raises ``BadInput('note.*')``."""
    note = notes.parse_note(b"x\n\n" + data)
    if note.text != "x\n":
        raise BadInput("note.signature_line")
    return note.signatures
