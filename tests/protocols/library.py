"""A copy of the shipped library that a test may spoil."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pytest

from seal.errors import BadInput, Reason
from seal.identity import Acting, system
from seal.protocols import loader, service
from seal.protocols.model import Protocol
from seal.protocols.publication import PublishedProtocol

MIEL = ("miel", "0.1.0")

TYPICAL = {
    "blends_lots": False,
    "buys_local_inputs": False,
    "buys_outside_inputs": False,
    "chilled_product": False,
    "chlorinates_water": True,
    "handles_allergens": False,
    "has_employees": False,
    "honeydew_claim": False,
    "hosts_visitors": False,
    "indigenous_heritage": False,
    "monofloral_claim": False,
    "transhumance": False,
    "treats_varroa": True,
    "uses_firewood": False,
}
"""Facts of a small apiary."""


@cache
def miel() -> Protocol:
    return loader.load(loader.shipped(), *MIEL)


async def published(acting: Acting, key: tuple[str, str] = MIEL, *, folder: Path | None = None) -> PublishedProtocol:
    """Proposed at the server, published by ``acting``."""
    await service.propose(system(acting.association_id, acting.at), *key, folder=folder)
    return await service.publish(acting, *key, folder=folder)


class Copy:
    """``copy.edit("miel", "protocol.yaml", old, new)`` and read it again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, protocol_id: str, name: str) -> Path:
        return self.folder / protocol_id / "0.1.0" / name

    def edit(self, protocol_id: str, name: str, old: str, new: str) -> None:
        path = self.path(protocol_id, name)
        text = path.read_text("utf-8")
        assert text.count(old) >= 1, f"{old!r} is not in {path}"
        path.write_text(text.replace(old, new, 1), "utf-8")

    def unpin(self) -> None:
        """Drop the pinned digests, so that modules may be edited."""
        path = self.path("miel", "protocol.yaml")
        lines = [
            line.split(", sha256:")[0] + "}" if "sha256:" in line else line
            for line in path.read_text("utf-8").splitlines()
        ]
        path.write_text("\n".join(lines) + "\n", "utf-8")

    def load(self) -> Protocol:
        return loader.load(self.folder, *MIEL)

    def faults(self) -> tuple[Reason, ...]:
        with pytest.raises(BadInput) as refused:
            self.load()
        return refused.value.reasons


def copy_to(folder: Path, *, home: bool = True) -> Copy:
    """In a folder ``protocols`` of its own, or without ``home`` as ``folder`` itself."""
    place = folder / "protocols" if home else folder
    shutil.copytree(loader.shipped(), place)
    return Copy(place)
