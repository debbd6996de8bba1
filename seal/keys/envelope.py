"""A private key at rest: Argon2id and AES-256-GCM in a small JSON file. Pure but for random bytes.

    {"header": {"seal": "seal-key/1", "role", "association", "did", "base", "kid", "x", "made_at",
                "kdf": {"name": "argon2id", "memory_kib", "iterations", "lanes", "salt"}, "nonce"},
     "ciphertext": base64url of AES-256-GCM(seed), its 16-byte tag included}

The header, as RFC 8785 bytes, is the additional authenticated data: a file cannot be relabelled as another
association's, another role's or another address's key. The passphrase is taken in Unicode form NFC, since
keyboards differ in how they send "ñ".
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from seal.errors import BadInput
from seal.keys import jws

FORMAT = "seal-key/1"
FILE_MAX_BYTES = 10_000
_SEED_BYTES = 32


@dataclass(frozen=True)
class Cost:
    """What one guess of the passphrase costs: memory in KiB, passes, parallel lanes."""

    memory_kib: int = 65_536
    iterations: int = 3
    lanes: int = 4

    def __post_init__(self) -> None:
        in_range = 8 * self.lanes <= self.memory_kib <= 1_048_576 and 1 <= self.iterations <= 20
        if not in_range or not 1 <= self.lanes <= 16:
            raise ValueError("Argon2id: 8 KiB a lane up to 1 GiB, 1 to 20 passes, 1 to 16 lanes")


STRONG = Cost()
"""64 MiB and three passes: about a quarter of a second on a small machine."""


@dataclass(frozen=True)
class Label:
    """What a key file says of its key, in clear and authenticated. ``made_at`` is RFC 3339."""

    role: str
    association: str
    did: str
    base: str
    kid: str
    x: str
    made_at: str


def _derive(passphrase: str, cost: Cost, salt: bytes) -> bytes:
    secret = unicodedata.normalize("NFC", passphrase).encode()
    kdf = Argon2id(salt=salt, length=32, iterations=cost.iterations, lanes=cost.lanes, memory_cost=cost.memory_kib)
    return kdf.derive(secret)


def wrap(seed: bytes, label: Label, passphrase: str, cost: Cost = STRONG) -> bytes:
    """The bytes of a key file. Takes about a quarter of a second with :data:`STRONG`: run it in a thread."""
    if len(seed) != _SEED_BYTES:
        raise ValueError("an Ed25519 private key has 32 bytes")
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    header = {
        "seal": FORMAT,
        **vars(label),
        "kdf": {
            "name": "argon2id",
            "memory_kib": cost.memory_kib,
            "iterations": cost.iterations,
            "lanes": cost.lanes,
            "salt": jws.encode(salt),
        },
        "nonce": jws.encode(nonce),
    }
    ciphertext = AESGCM(_derive(passphrase, cost, salt)).encrypt(nonce, seed, rfc8785.dumps(header))
    return rfc8785.dumps({"header": header, "ciphertext": jws.encode(ciphertext)}) + b"\n"


def _header(data: bytes) -> tuple[dict[str, Any], Label, bytes]:
    if len(data) > FILE_MAX_BYTES:
        raise BadInput("envelope.unreadable")
    document = jws.strict_json(data)
    try:
        header, ciphertext = document["header"], jws.decode(document["ciphertext"])
        label = Label(**{name: str(header[name]) for name in Label.__dataclass_fields__})
        if header["seal"] != FORMAT or header["kdf"]["name"] != "argon2id":
            raise BadInput("envelope.format")
    except (KeyError, TypeError, AttributeError):
        raise BadInput("envelope.unreadable") from None
    return header, label, ciphertext


def read_label(data: bytes) -> Label:
    """What the file says of itself, *unauthenticated* until :func:`unwrap`. Raises ``BadInput('envelope.*')``."""
    return _header(data)[1]


def unwrap(data: bytes, passphrase: str) -> tuple[bytes, Label]:
    """The private seed and its authenticated label.

    Raises ``BadInput``: ``envelope.unreadable``, ``envelope.format``, ``envelope.passphrase`` (which also
    stands for an altered file: the two cannot be told apart). As slow as :func:`wrap`.
    """
    header, label, ciphertext = _header(data)
    try:
        kdf = header["kdf"]
        cost = Cost(int(kdf["memory_kib"]), int(kdf["iterations"]), int(kdf["lanes"]))
        salt, nonce = jws.decode(kdf["salt"]), jws.decode(header["nonce"])
        seed = AESGCM(_derive(passphrase, cost, salt)).decrypt(nonce, ciphertext, rfc8785.dumps(header))
    except InvalidTag:
        raise BadInput("envelope.passphrase") from None
    except (KeyError, TypeError, ValueError, rfc8785.CanonicalizationError):
        raise BadInput("envelope.unreadable") from None
    return seed, label
