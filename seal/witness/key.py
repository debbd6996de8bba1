"""The witness's own key: one Ed25519 key for nothing but cosignatures, encrypted at rest like the server's keys."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seal.clock import rfc3339
from seal.errors import BadInput, Refused, Unavailable
from seal.keys import ed25519, envelope, jws
from seal.transparency.cosignature import WitnessKey, cosignature, message, parse_witness_key
from seal.transparency.note import NoteSignature
from seal.witness import apart

MARKER = "witness.json"
KEY_FILE = "witness.key.json"
FORMAT = "seal-witness/1"
ROLE = "witness"
PASSPHRASE_LEAST = 12


@dataclass(frozen=True)
class Signer:
    """The open key."""

    key: WitnessKey
    private: Ed25519PrivateKey

    def cosign(self, text: str, timestamp: int) -> NoteSignature:
        """The line for a checkpoint's text. Whether it may be made is for ``cosigning`` alone."""
        signature = self.private.sign(message(text, timestamp))
        if not ed25519.verify(self.key.raw, signature, message(text, timestamp)):  # a fault could give the key away
            raise Unavailable("keys.signing_fault")
        return cosignature(self.key, timestamp, signature)


def make(
    folder: Path, name: str, passphrase: str, at: datetime, *, cost: envelope.Cost = envelope.STRONG
) -> WitnessKey:
    """Make folder and key. Raises ``Refused('witness.folder_*')``, ``BadInput('keys.passphrase_short' |
    'note.key_name')``."""
    if len(passphrase) < PASSPHRASE_LEAST:
        raise BadInput("keys.passphrase_short", least=PASSPHRASE_LEAST)
    private = Ed25519PrivateKey.generate()
    key = WitnessKey(name, private.public_key().public_bytes_raw())
    apart.make_folder(folder, MARKER)
    kid, x = ed25519.key_id(key.raw), jws.encode(key.raw)
    label = envelope.Label(ROLE, name, "", name, kid, x, rfc3339(at))
    write(folder / KEY_FILE, envelope.wrap(private.private_bytes_raw(), label, passphrase, cost))
    about = {"seal": FORMAT, "name": name, "verifier_key": key.text, "made_at": rfc3339(at)}
    write(folder / MARKER, json.dumps(about, indent=1).encode() + b"\n")
    return key


def read(folder: Path) -> WitnessKey:
    """The public key of a witness's folder. Raises ``Refused('witness.folder_server')``,
    ``Unavailable('witness.no_witness')``."""
    apart.require_folder(folder)
    try:
        about = json.loads((folder / MARKER).read_text("utf-8"))
        if about["seal"] != FORMAT:
            raise KeyError
        return parse_witness_key(about["verifier_key"])
    except (OSError, ValueError, KeyError, TypeError, BadInput):
        raise Unavailable("witness.no_witness", folder=str(folder)) from None


def unlock(folder: Path, passphrase: str) -> Signer:
    """The open key. Raises as :func:`read`, ``BadInput('envelope.*')``, ``Refused('keys.other_owner')``."""
    key = read(folder)
    try:
        data = (folder / KEY_FILE).read_bytes()
    except OSError:
        raise Unavailable("witness.no_witness", folder=str(folder)) from None
    seed, label = envelope.unwrap(data, passphrase)
    private = Ed25519PrivateKey.from_private_bytes(seed)
    if label.role != ROLE or private.public_key().public_bytes_raw() != key.raw:
        raise Refused("keys.other_owner", path=str(folder / KEY_FILE))
    return Signer(key, private)


def write(path: Path, data: bytes) -> None:
    """A new file, readable by its owner only, on the disk before this returns."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
