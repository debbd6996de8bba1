"""Making keys: three of them, once, on purpose. Files only; the statement is the service's.

A generation of keys is a folder ``keys/<slug>/<n>/`` with ``issuing.key.json``, ``log.key.json`` and
``next.key.json``, readable by their owner only. It appears whole (by a rename) or not at all, and nothing ever
overwrites it. The next key is to be carried off to two places offline; the server never needs it until the
succession. A key that lives in a token has ``issuing.token.json`` or ``log.token.json`` instead, which only says where.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seal import clock
from seal.errors import BadInput, Refused, Unavailable
from seal.keys import ed25519, envelope, hsm, jws, keyring
from seal.keys.hsm import TokenKey
from seal.keys.model import KeyRole
from seal.keys.records import Record
from seal.keys.symbol import PREFIX_ADVISED, Symbol

PASSPHRASE_FILE = "passphrase"  # noqa: S105 - a file name
PASSPHRASE_LEAST = 12


@dataclass(frozen=True)
class Owner:
    """Whose keys they are, as every key file says."""

    association_id: UUID
    did: str
    base: str


@dataclass(frozen=True)
class CeremonyRecord:
    """What came of a ceremony or a succession. ``paths`` are the files made; the next key's is to be moved away.

    ``record`` is what witnesses sign: see ``papers``.
    """

    fingerprint: str
    log_kid: str
    next_sha256: str
    paths: tuple[Path, ...]
    statement_jws: bytes
    symbol: Symbol
    record: Record

    def lines(self) -> tuple[str, ...]:
        """One fact a line, by name, for a terminal and for the protocol that witnesses sign."""
        size = f"version {self.symbol.version}, {self.symbol.aim_tenths_mm / 10:.1f} mm"
        return (
            f"fingerprint {self.fingerprint}",
            f"log key     {self.log_kid}",
            f"next key    {self.next_sha256}",
            *(f"file        {path}" for path in self.paths),
            f"QR prefix   {self.symbol.prefix} ({len(self.symbol.prefix)}; advised: at most {PREFIX_ADVISED})",
            f"QR symbol   {size}",
        )

    @property
    def next_path(self) -> Path:
        """The file to carry offline."""
        return next(path for path in self.paths if path.name == file_name(KeyRole.NEXT))


def file_name(role: KeyRole) -> str:
    return f"{role.value}.key.json"


def token_file_name(role: KeyRole) -> str:
    return f"{role.value}.token.json"


def files_of(folder: Path) -> tuple[Path, ...]:
    """The files of a generation, in order of name."""
    return tuple(sorted(folder.iterdir()))


def generate() -> bytes:
    """A new private key, as its 32-byte seed."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_of(key: bytes | TokenKey) -> bytes:
    """The raw public key of a seed, or of a key in a token."""
    return keyring.SeedKey(key).raw if isinstance(key, bytes) else key.raw


def write_generation(
    folder: Path,
    keys: Mapping[KeyRole, bytes | TokenKey],
    owner: Owner,
    passphrase: str,
    at: datetime,
    *,
    cost: envelope.Cost,
    keep_passphrase: bool = False,
) -> tuple[Path, ...]:
    """Write the key files of one generation into the new folder ``folder``, all or none, and sync them to disk.

    ``keep_passphrase`` (demonstrations only) writes the passphrase beside them. Slow: run it in a thread.
    Raises ``Refused('keys.files_exist')``.
    """
    if folder.exists():
        raise Refused("keys.files_exist", folder=str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", suffix=".partial", dir=folder.parent))
    names = []
    for role, key in keys.items():
        label = _label(role, key, owner, at)
        names.append(file_name(role) if isinstance(key, bytes) else token_file_name(role))
        data = envelope.wrap(key, label, passphrase, cost) if isinstance(key, bytes) else hsm.describe(label)
        _write(partial / names[-1], data)
    if keep_passphrase:
        names.append(PASSPHRASE_FILE)
        _write(partial / PASSPHRASE_FILE, passphrase.encode() + b"\n")
    _sync(partial)
    try:
        partial.rename(folder)
    except OSError:
        raise Refused("keys.files_exist", folder=str(folder)) from None
    _sync(folder.parent)
    return tuple(folder / name for name in names)


def _label(role: KeyRole, key: bytes | TokenKey, owner: Owner, at: datetime) -> envelope.Label:
    raw = public_of(key)
    return envelope.Label(
        role=role.value,
        association=str(owner.association_id),
        did=owner.did,
        base=owner.base,
        kid=ed25519.key_id(raw),
        x=jws.encode(raw),
        made_at=clock.rfc3339(at),
    )


def write_key(
    path: Path, role: KeyRole, seed: bytes, owner: Owner, passphrase: str, at: datetime, cost: envelope.Cost
) -> None:
    """One key into a new file, readable by its owner only. Slow. Raises ``Refused('keys.file_exists')``."""
    data = envelope.wrap(seed, _label(role, seed, owner, at), passphrase, cost)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        _write(path, data)
    except FileExistsError:
        raise Refused("keys.file_exists", path=str(path)) from None
    _sync(path.parent)


def _write(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_key(folder: Path, role: KeyRole, owner: Owner, passphrase: str) -> tuple[bytes | TokenKey, envelope.Label]:
    """A key of a generation, from its file or in its token. Slow: run it in a thread.

    Raises as :func:`read_key`, and ``Unavailable('hsm.*')``.
    """
    place = folder / token_file_name(role)
    if not place.exists():
        return read_key(folder / file_name(role), role, owner, passphrase)
    label = hsm.read_description(place.read_bytes())
    key = hsm.find(label.kid)
    _check_label(place, label, role, owner, key.raw)
    return key, label


def read_key(path: Path, role: KeyRole, owner: Owner, passphrase: str) -> tuple[bytes, envelope.Label]:
    """Open one key file and check that it is this role's and this association's. Slow: run it in a thread.

    Raises ``Unavailable('keys.missing')`` without the file, ``Unavailable('keys.unreadable')``,
    ``BadInput('envelope.*')``, ``Refused('keys.other_owner')``.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise Unavailable("keys.missing") from None
    except OSError as error:
        raise Unavailable("keys.unreadable", path=str(path), why=error.strerror or "") from None
    seed, label = envelope.unwrap(data, passphrase)
    _check_label(path, label, role, owner, public_of(seed))
    return seed, label


def _check_label(path: Path, label: envelope.Label, role: KeyRole, owner: Owner, raw: bytes) -> None:
    said = (label.role, label.association, label.did)
    if said != (role.value, str(owner.association_id), owner.did):
        raise Refused("keys.other_owner", path=str(path))
    if (label.kid, label.x) != (ed25519.key_id(raw), jws.encode(raw)):
        raise BadInput("envelope.unreadable")


def kept_passphrase(folder: Path) -> str | None:
    """The passphrase that a demonstration keeps beside its keys, ``None`` if there is none.

    Raises ``Refused('keys.file_mode')`` if others than its owner may read it.
    """
    path = folder / PASSPHRASE_FILE
    if not path.is_file():
        return None
    if path.stat().st_mode & 0o077:
        raise Refused("keys.file_mode", path=str(path))
    return path.read_text("utf-8").rstrip("\n")
