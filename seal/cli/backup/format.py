"""What stands inside a backup once it is decrypted: a tar of JSON lines, readable without Seal.

seal-backup/README.txt                     these words
seal-backup/head.json                      format, when, migrations, tables with their columns, what is left out
seal-backup/tables/<table>/<number>.jsonl  one row a line (types: ``seal.db.shape``), parts in order
seal-backup/blobs/<sha256>                 values above 64 KiB (evidence), each before the part that names it
seal-backup/manifest.json                  rows and SHA-256 of each table's parts put together; the last file
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import asdict
from typing import IO, Any

from seal.db.shape import INLINE_BYTES, Shape, Tally, line, row
from seal.db.sides import Rows
from seal.errors import BadInput

ROOT = "seal-backup"
FORMAT = "seal-backup/1"
PART_MOST = 64_000_000
"""Bytes of one part or blob at most, when reading: more than any writer makes."""

README = f"""A backup of Seal, format {FORMAT}.

Decrypt and unpack without Seal:   age -d -i KEYFILE backup.seal | tar x
Rows of a table, in order:         cat {ROOT}/tables/batch/*.jsonl
Its digest (compare manifest.json): cat {ROOT}/tables/batch/*.jsonl | sha256sum
head.json says the type of each column. Bytes are base64; long ones are {{"sha256": …}}: the file of
that name under {ROOT}/blobs. Times are UTC.
Not inside: private keys, passphrases, sessions, sign-in links. Keys have a backup of their own.
With Seal, into an empty database:  seal restore backup.seal --identity KEYFILE
"""


class Writer:
    """Writes the members one after the other; nothing is held but the part at hand."""

    def __init__(self, out: IO[bytes], head: Mapping[str, Any], mtime: int) -> None:
        self._tar = tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - closed by close()
        self._mtime = mtime
        self._tallies: dict[str, Tally] = {}
        self._add("README.txt", README.encode())
        self._add("head.json", _json(head))

    def _add(self, name: str, data: bytes) -> None:
        member = tarfile.TarInfo(f"{ROOT}/{name}")
        member.size, member.mtime, member.mode = len(data), self._mtime, 0o600
        self._tar.addfile(member, io.BytesIO(data))

    async def table(self, shape: Shape, chunks: AsyncIterator[Rows]) -> Tally:
        """Every row of a table."""
        tally = self._tallies[shape.table] = Tally()
        number = 0
        async for chunk in chunks:
            lines = [line(shape, one) for one in chunk]
            for one in chunk:
                for value in one:
                    if isinstance(value, bytes | memoryview) and len(value) > INLINE_BYTES:
                        self._add(f"blobs/{hashlib.sha256(value).hexdigest()}", bytes(value))
            number += 1
            self._add(f"tables/{shape.table}/{number:06}.jsonl", b"".join(lines))
            tally.add(lines)
        return tally

    def close(self) -> None:
        """Write the manifest and the end of the tar."""
        tables = {name: {"rows": tally.count, "sha256": tally.sha256} for name, tally in self._tallies.items()}
        self._add("manifest.json", _json({"format": FORMAT, "tables": tables}))
        self._tar.close()


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def columns(shape: Shape) -> dict[str, Any]:
    """A shape as ``head.json`` has it."""
    return {**asdict(shape), "columns": [list(column) for column in shape.columns]}


class Reader:
    """Reads the members in order. Raises ``BadInput('backup.damaged')`` for anything that is not as written."""

    def __init__(self, source: IO[bytes]) -> None:
        self._members = _members(source)
        self._next: tuple[str, bytes] | None = None
        self._blobs: dict[str, bytes] = {}
        self.tallies: dict[str, Tally] = {}
        name, _ = self._take()
        second, data = self._take()
        if (name, second) != ("README.txt", "head.json"):
            raise BadInput("backup.damaged", where=name)
        try:
            self.head: dict[str, Any] = json.loads(data)
            if self.head["format"] != FORMAT:
                raise BadInput("backup.format", format=str(self.head["format"])[:40])
            self.tables = tuple(
                Shape(str(one["table"]), str(one["key"]), tuple((str(a), str(b)) for a, b in one["columns"]))
                for one in self.head["tables"]
            )
            self.migrations = tuple(str(one) for one in self.head["migrations"])
        except (ValueError, KeyError, TypeError):
            raise BadInput("backup.damaged", where="head.json") from None

    def _peek(self) -> tuple[str, bytes]:
        if self._next is None:
            self._next = next(self._members, None)
            if self._next is None:
                raise BadInput("backup.damaged", where="manifest.json")
        return self._next

    def _take(self) -> tuple[str, bytes]:
        found = self._peek()
        self._next = None
        return found

    async def table(self, shape: Shape) -> AsyncIterator[Rows]:
        """The rows of the table that comes next, counted and digested as they pass."""
        tally = self.tallies[shape.table] = Tally()
        blobs = self._blobs
        while True:
            name, data = self._peek()
            if name.startswith("blobs/"):
                if hashlib.sha256(data).hexdigest() != name.removeprefix("blobs/"):
                    raise BadInput("backup.damaged", where=name)
                blobs[name.removeprefix("blobs/")] = data
                self._take()
            elif name.startswith(f"tables/{shape.table}/"):
                lines = data.splitlines(keepends=True)  # a line feed inside a text is written as \\n
                tally.add(lines)
                yield [row(shape, one, blobs) for one in lines]
                blobs.clear()
                self._take()
            else:
                return

    def finish(self) -> None:
        """After the last table: the manifest must say what was read."""
        name, data = self._take()
        if name != "manifest.json":
            raise BadInput("backup.damaged", where=name)
        read = {one: {"rows": tally.count, "sha256": tally.sha256} for one, tally in self.tallies.items()}
        try:
            said = json.loads(data)["tables"]
        except (ValueError, KeyError, TypeError):
            raise BadInput("backup.damaged", where=name) from None
        if said != read:
            wrong = next((one for one in read if said.get(one) != read[one]), name)
            raise BadInput("backup.damaged", where=wrong)


def _members(source: IO[bytes]) -> Iterator[tuple[str, bytes]]:
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            for member in tar:
                held = tar.extractfile(member) if member.isreg() and member.size <= PART_MOST else None
                if held is None or not member.name.startswith(f"{ROOT}/"):
                    raise BadInput("backup.damaged", where=member.name[:80])
                yield member.name.removeprefix(f"{ROOT}/"), held.read()
    except tarfile.TarError as error:
        raise BadInput("backup.damaged", where=str(error)[:80]) from None
