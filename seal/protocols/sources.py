"""From the text of a version on its way to its protocol: files of the library, or a draft kept in the database.

A draft is read in a folder made for the moment, beside copies of the modules that it includes, by the same loader as
the library: one way of reading, one set of faults.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from seal.errors import BadInput, NotFound, Reason
from seal.protocols import examples, loader
from seal.protocols.drafts import STRUCTURE, Files
from seal.protocols.loader import Key
from seal.protocols.model import Protocol
from seal.protocols.shapes import IncludeShape
from seal.protocols.source import parse


@dataclass(frozen=True)
class Read:
    """What a draft says now: its protocol, or every fault (files named ``<id>/<version>/…``); of a protocol of its own
    without a fault, what still deserves a look."""

    protocol: Protocol | None
    faults: tuple[Reason, ...]
    warnings: tuple[Reason, ...] = ()


def from_library(folder: Path, key: Key) -> Protocol:
    """A version of the library. ``BadInput`` with every fault, ``NotFound('protocols.not_in_library')``."""
    if key not in loader.versions(folder):  # never a path from outside
        raise NotFound("protocols.not_in_library", id=key[0][:60], version=key[1][:20])
    return _unchanged(folder, key, _stamp(folder))


@lru_cache(maxsize=64)
def _unchanged(folder: Path, key: Key, stamp: tuple[tuple[str, int, int], ...]) -> Protocol:
    """Read once as long as no file of the library changes: a draft is checked at every pause in typing."""
    return loader.load(folder, *key)


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, time and size of every file of a library."""
    seen = ((path, path.stat()) for path in sorted(folder.rglob("*")))
    return tuple((str(path), about.st_mtime_ns, about.st_size) for path, about in seen)


async def read_own(key: Key, files: Files, library: Path) -> Read:
    """A draft that is a protocol of its own. Writes only into a folder that is thrown away."""
    return await asyncio.to_thread(read_files, key, files, library)


def read_files(key: Key, files: Files, library: Path) -> Read:
    """The same, for whom nobody waits."""
    with tempfile.TemporaryDirectory(prefix="seal-draft-") as name:
        folder = Path(name)
        home = folder.joinpath(*key)
        for file, text in files.items():
            path = home / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="\n")
        for include in _includes(files):
            source = library.joinpath(*include)
            if include in loader.versions(library) and include != key:
                shutil.copytree(source, folder.joinpath(*include))
        try:
            protocol = loader.load(folder, *key)
        except BadInput as error:
            return Read(None, error.reasons)
        faults = examples.faults(folder, protocol)
        if faults:
            return Read(protocol, faults)
        return Read(protocol, (), (*loader.warnings(folder, *key), *examples.warnings(folder, protocol)))


def _includes(files: Files) -> list[Key]:
    """The modules that a structure names, as far as it can be read; its own faults are the loader's to say."""
    try:
        data = parse(STRUCTURE, files.get(STRUCTURE, "").encode()).data
    except BadInput:
        return []
    found: list[Key] = []
    named = data.get("includes")
    for each in named if isinstance(named, list) else ():
        try:
            include = IncludeShape.model_validate(each)
        except ValueError:
            continue
        found.append((include.id, include.version))
    return list(dict.fromkeys(found))
