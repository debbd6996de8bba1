"""Versions by the name that a person gives: of the library, published, or a draft; and the two side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from seal.db import reading
from seal.errors import BadInput, NotFound
from seal.identity import Acting
from seal.people import service as people
from seal.protocols import life_store, loader, resolving, sources, store
from seal.protocols.diff import Diff, compare
from seal.protocols.loader import Key
from seal.protocols.model import Protocol

_NAME = re.compile(r"([a-z][a-z0-9_]{1,40})[@/: ]([0-9]+\.[0-9]+\.[0-9]+)")


@dataclass(frozen=True)
class Comparison:
    before: Protocol
    after: Protocol
    diff: Diff

    @property
    def understated(self) -> bool:
        """The newer file declares a milder class of change than there is."""
        declared = self.after.edition.change
        return self.diff.understated(declared.value if declared else None)


def key_of(name: str) -> Key:
    """``miel@0.1.0``, ``miel/0.1.0`` or ``miel 0.1.0``. Raises ``BadInput('protocols.version_name')``."""
    found = _NAME.fullmatch(name.strip())
    if found is None:
        raise BadInput("protocols.version_name", field="version", name=name[:80])
    return found[1], found[2]


def from_files(name: str, library: Path | None = None) -> Protocol:
    """A folder ``…/<id>/<version>``, or a version of the library. ``BadInput`` with every fault, ``NotFound``."""
    folder = Path(name)
    if (folder / "protocol.yaml").is_file():
        home = folder.resolve()
        return loader.load(home.parent.parent, home.parent.name, home.name)
    return sources.from_library(library or loader.shipped(), key_of(name))


async def named(association_id: UUID, name: str, library: Path | None = None) -> Protocol:
    """The version of that name as the association has it: published, a draft, or of the library.

    For verbs that have asked for a role. Raises ``BadInput`` with every fault, ``NotFound``.
    """
    key = key_of(name)
    async with reading():
        kept = await store.by_name(association_id, *key)
        life = await life_store.by_name(association_id, *key)
    if kept is not None:
        return kept.protocol
    try:
        return await resolving.protocol_of(association_id, key, life, library or loader.shipped())
    except NotFound:
        raise NotFound("protocols.not_found") from None


async def compared(acting: Acting, before: str, after: str) -> Comparison:
    """Two versions side by side. Anyone signed in."""
    await people.authorise(acting)
    old, new = [await named(acting.association_id, name) for name in (before, after)]
    return Comparison(old, new, compare(old, new))


async def names(acting: Acting) -> list[tuple[str, str]]:
    """Every version that can be compared, as a form offers it: ``(miel@0.1.0, miel 0.1.0)``. Anyone signed in."""
    await people.authorise(acting)
    async with reading():
        lives = await life_store.of_association(acting.association_id)
    keys = {*loader.versions(loader.shipped()), *((life.protocol_id, life.version) for life in lives)}
    modules = _modules(loader.shipped())
    return [(f"{key[0]}@{key[1]}", f"{key[0]} {key[1]}") for key in sorted(keys) if key not in modules]


@cache
def _modules(folder: Path) -> frozenset[Key]:
    """The modules of a library, which nobody publishes alone; read once a process, like the library itself."""
    return frozenset(loader.load_each(folder).modules)
