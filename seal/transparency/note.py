"""Signed notes and checkpoints: C2SP signed-note v1 and tlog-checkpoint, strict. Pure.

    sello.example/a/aysen            origin, which is also the name of the log's key
    42                               size, decimal, no leading zero
    CsUYapGGPo4dkMgIAUqom/Xajj7…=    root, standard base64
                                     (a blank line)
    — sello.example/a/aysen Az3grl…  em dash, key name, base64(4 bytes of key hash || Ed25519 signature)

The key hash is the first four bytes of SHA-256(name || 0A || 01 || raw public key); a verifier key is
written ``name+hash+base64(01 || raw public key)``. The private key lives elsewhere: a signature is given.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from seal.errors import BadInput

ED25519 = b"\x01"
MARK = "\u2014 "
NOTE_MAX_BYTES = 64_000
SIGNATURES_MAX = 64
SIZE_MAX = 2**63 - 1


def strict_base64(text: str, code: str) -> bytes:
    """Standard base64 in its one spelling. Raises ``BadInput(code)``."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadInput(code) from None
    if base64.b64encode(data).decode() != text:
        raise BadInput(code)
    return data


def check_name(name: str) -> str:
    """A key's name as signed-note allows it. Raises ``BadInput('note.key_name')``."""
    if not name or "+" in name or any(symbol.isspace() or not symbol.isprintable() for symbol in name):
        raise BadInput("note.key_name", name=name)
    return name


@dataclass(frozen=True)
class VerifierKey:
    """A name and a raw Ed25519 public key; the name is part of what the hash binds."""

    name: str
    raw: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.raw) != 32:
            raise ValueError("an Ed25519 public key has 32 bytes")

    @property
    def hash(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.raw).digest()[:4]

    @property
    def text(self) -> str:
        """``name+530d903a+Ae…``, as witnesses and other verifiers are given it."""
        return f"{self.name}+{self.hash.hex()}+{base64.b64encode(ED25519 + self.raw).decode()}"


def parse_verifier_key(text: str) -> VerifierKey:
    """Read ``name+hash+key``. Raises ``BadInput('note.verifier_key')`` (or ``note.key_name``)."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise BadInput("note.verifier_key")
    name, hashed, encoded = parts
    data = strict_base64(encoded, "note.verifier_key")
    if len(data) != 33 or data[:1] != ED25519:
        raise BadInput("note.verifier_key")
    key = VerifierKey(name, data[1:])
    if key.hash.hex() != hashed:
        raise BadInput("note.verifier_key")
    return key


@dataclass(frozen=True)
class NoteSignature:
    """One signature line: who says they signed, and the bytes."""

    name: str
    hash: bytes
    signature: bytes

    @property
    def line(self) -> str:
        return f"{MARK}{self.name} {base64.b64encode(self.hash + self.signature).decode()}\n"


@dataclass(frozen=True)
class Note:
    """A text and its signatures. ``text`` ends with a newline and is what is signed."""

    text: str
    signatures: tuple[NoteSignature, ...]

    @property
    def encoded(self) -> bytes:
        return (self.text + "\n" + "".join(signature.line for signature in self.signatures)).encode()

    def verified_by(self, key: VerifierKey) -> bool:
        """True if a line of this very key is there and right. Lines of unknown keys are ignored,
        a wrong line under the known name and hash is not."""
        lines = [line for line in self.signatures if line.name == key.name and line.hash == key.hash]
        if not lines:
            return False
        public = Ed25519PublicKey.from_public_bytes(key.raw)
        try:
            for line in lines:
                public.verify(line.signature, self.text.encode())
        except InvalidSignature:
            return False
        return True


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise BadInput("note.text")
    if any(ord(symbol) < 0x20 and symbol != "\n" for symbol in text):
        raise BadInput("note.text")


def sign_text(text: str, key: VerifierKey, signature: bytes) -> Note:
    """A note of ``text`` with one signature, made elsewhere over ``text.encode()``."""
    _check_text(text)
    if len(signature) != 64:
        raise ValueError("an Ed25519 signature has 64 bytes")
    return Note(text, (NoteSignature(key.name, key.hash, signature),))


def parse_note(data: bytes) -> Note:
    """Read a signed note. Raises ``BadInput('note.*')`` naming the defect; trusts nothing yet."""
    if len(data) > NOTE_MAX_BYTES:
        raise BadInput("note.too_long", bytes=len(data))
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError:
        raise BadInput("note.text") from None
    _check_text(whole)
    text, gap, lines = whole.rpartition("\n\n")
    if not gap:
        raise BadInput("note.no_signature")
    signatures = tuple(_parse_line(line) for line in lines.removesuffix("\n").split("\n"))
    if len(signatures) > SIGNATURES_MAX:
        raise BadInput("note.too_long", bytes=len(data))
    note = Note(text + "\n", signatures)
    if note.encoded != data:
        raise BadInput("note.text")
    return note


def _parse_line(line: str) -> NoteSignature:
    parts = line.removeprefix(MARK).split(" ")
    if not line.startswith(MARK) or len(parts) != 2:
        raise BadInput("note.signature_line")
    data = strict_base64(parts[1], "note.signature_line")
    if len(data) < 5:
        raise BadInput("note.signature_line")
    return NoteSignature(check_name(parts[0]), data[:4], data[4:])


@dataclass(frozen=True)
class CheckpointText:
    """The three lines of a checkpoint. Extension lines of others are kept, ours has none."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        lines: Sequence[str] = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions)
        return "".join(line + "\n" for line in lines)


def parse_checkpoint_text(text: str) -> CheckpointText:
    """Read a checkpoint's text. Raises ``BadInput('checkpoint.text' | 'checkpoint.size' | 'checkpoint.root')``."""
    _check_text(text)
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3 or not all(lines):
        raise BadInput("checkpoint.text")
    origin, written, encoded, *extensions = lines
    if not (written.isascii() and written.isdigit()) or len(written) > 19 or str(int(written)) != written:
        raise BadInput("checkpoint.size")
    if int(written) > SIZE_MAX:
        raise BadInput("checkpoint.size")
    tree_root = strict_base64(encoded, "checkpoint.root")
    if len(tree_root) != 32:
        raise BadInput("checkpoint.root")
    return CheckpointText(origin, int(written), tree_root, tuple(extensions))


def open_checkpoint(data: bytes, key: VerifierKey) -> CheckpointText:
    """Read a signed checkpoint and check it against the log's own key, whose name is its origin.

    Raises ``BadInput``: ``note.*`` or ``checkpoint.*`` if it cannot be read, ``checkpoint.signature`` if the
    key did not sign it, ``checkpoint.origin`` if it is another log's.
    """
    note = parse_note(data)
    checkpoint = parse_checkpoint_text(note.text)
    if checkpoint.origin != key.name:
        raise BadInput("checkpoint.origin", origin=checkpoint.origin)
    if not note.verified_by(key):
        raise BadInput("checkpoint.signature")
    return checkpoint
