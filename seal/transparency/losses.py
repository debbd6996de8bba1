"""What a restore lost for good, kept beside the marks: leaves that came back without their objects, and status indexes
that stay taken for them. Written by the recovery before it brings them back; ``seal fsck`` names them and calls only
others a breach.

    lost.json   {"seal": "seal-lost/1", "leaves": [[log index, leaf hash], …], "slots": [status index, …]}
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from seal.transparency import marks

FORMAT = "seal-lost/1"
NAME = "lost.json"


@dataclass(frozen=True)
class Losses:
    """``leaves`` are (log index, leaf hash in hexadecimal): another leaf at that place is not excused."""

    leaves: frozenset[tuple[int, str]] = frozenset()
    slots: frozenset[int] = frozenset()


def read(association_id: UUID) -> Losses:
    """What every folder of marks says together. A file that cannot be read excuses nothing."""
    leaves: set[tuple[int, str]] = set()
    slots: set[int] = set()
    for folder in marks.folders(association_id):
        try:
            said = json.loads((folder / "kept" / NAME).read_bytes())
            if said["seal"] != FORMAT:
                continue
            here = {(int(index), str(digest)) for index, digest in said["leaves"]}
            slots |= {int(slot) for slot in said["slots"]}
        except (OSError, ValueError, KeyError, TypeError):
            continue
        leaves |= here
    return Losses(frozenset(leaves), frozenset(slots))


def add(association_id: UUID, leaves: Iterable[tuple[int, str]] = (), slots: Iterable[int] = ()) -> None:
    """Keep these beside what was kept before. Raises ``Unavailable('marks.unwritable')``."""
    before = read(association_id)
    after = Losses(before.leaves | set(leaves), before.slots | set(slots))
    if after == before:
        return
    said = {"seal": FORMAT, "leaves": sorted(after.leaves), "slots": sorted(after.slots)}
    marks.keep(association_id, NAME, json.dumps(said).encode() + b"\n")
