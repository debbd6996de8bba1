"""age encryption (age-encryption.org/v1) as a stream: recipients, identities, and two pipes."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import pyrage

from seal.errors import BadInput, Refused

LEAST = 2
"""Recipients: with one, a lost key file is a lost association."""


def recipients(words: Sequence[str]) -> list[Any]:
    """``age1…`` or ``ssh-ed25519 …``, ``ssh-rsa …``.

    Raises ``BadInput('backup.recipient')``, ``Refused('backup.one_recipient')``.
    """
    found: dict[str, Any] = {}
    for word in words:
        text = " ".join(word.split()[:2]) if word.startswith("ssh-") else word.strip()
        try:
            kind = pyrage.ssh.Recipient if text.startswith("ssh-") else pyrage.x25519.Recipient
            found[text] = kind.from_str(text)
        except (pyrage.RecipientError, ValueError):
            raise BadInput("backup.recipient", text=word[:80]) from None
    if len(found) < LEAST:
        raise Refused("backup.one_recipient", given=len(found), least=LEAST)
    return list(found.values())


def recipients_in(path: Path) -> list[str]:
    """One a line; empty lines and those that begin with ``#`` are left out."""
    lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def identities(path: Path) -> list[Any]:
    """The secret keys of an age identity file, or an SSH private key. ``BadInput('backup.identity_file')``."""
    data = path.read_bytes()
    try:
        if b"PRIVATE KEY-----" in data:
            return [pyrage.ssh.Identity.from_buffer(data)]
        lines = [line.strip() for line in data.decode("utf-8").splitlines()]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (pyrage.IdentityError, ValueError):
        found = []
    if not found:
        raise BadInput("backup.identity_file", file=str(path))
    return found


def keygen(path: Path) -> str:
    """Write a new identity file, its owner's alone, and return its recipient. ``FileExistsError`` if there is one."""
    identity = pyrage.x25519.Identity.generate()
    recipient = str(identity.to_public())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"# public key: {recipient}\n{identity}\n")
        file.flush()
        os.fsync(file.fileno())
    return recipient


class _Worker(threading.Thread):
    """Runs one side of a pipe and keeps what went wrong."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self.work = work
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.work()
        except BaseException as error:
            self.error = error


@contextmanager
def encrypted(out: IO[bytes], to: Sequence[Any]) -> Iterator[IO[bytes]]:
    """A file to write plain bytes to; they stand encrypted in ``out`` after the block."""
    read, write = os.pipe()
    reader, writer = os.fdopen(read, "rb"), os.fdopen(write, "wb")

    def work() -> None:
        with reader:
            pyrage.encrypt_io(reader, out, to)

    worker = _Worker(work)
    worker.start()
    try:
        with writer:
            yield writer
    except BrokenPipeError:  # the other side gave up: say why it did
        worker.join()
        raise (worker.error or OSError("the encryption stopped")) from None
    finally:
        worker.join()
    if worker.error is not None:
        raise worker.error


@contextmanager
def decrypted(source: IO[bytes], keys: Sequence[Any]) -> Iterator[IO[bytes]]:
    """A file of plain bytes. Once it has been read to its end, the block's end says whether every byte was true.

    Raises ``BadInput('backup.cannot_open')``: not for this identity, cut off or altered.
    """
    read, write = os.pipe()
    reader, writer = os.fdopen(read, "rb"), os.fdopen(write, "wb")

    def work() -> None:
        with writer:
            pyrage.decrypt_io(source, writer, keys)

    worker = _Worker(work)
    worker.start()
    try:
        yield reader
        while reader.read(1_000_000):  # to the end, or the last part would go unchecked
            pass
    except BaseException:
        with suppress(OSError):
            reader.close()
        worker.join()
        if isinstance(worker.error, pyrage.DecryptError):
            raise BadInput("backup.cannot_open", why=str(worker.error)) from None
        raise
    reader.close()
    worker.join()
    if worker.error is not None:
        raise BadInput("backup.cannot_open", why=str(worker.error)) from None
