"""An honest association's log on a socket: key statement, certification, batch, labels, bundle, status lists. Then a
test turns one thing, as a thief of the log key can: everything is signed anew."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import rfc8785

from seal.certificates import status_list
from seal.ids import Code
from seal.keys import jws
from seal.transparency.model import LeafType, entry_bytes
from seal.verification.facts import BatchFacts, CertificationFacts
from tests.certificates import credential_examples
from tests.verification import world
from tests.witness.rogue import Rogue

NOW = world.NOW
SECOND = int(NOW.timestamp())
BATCH = Code(world.BATCH).plain
CERTIFICATION = Code(world.CERTIFICATION).plain


@dataclass
class Leaf:
    kind: LeafType
    content: bytes
    object: UUID
    salt: bytes = b"s" * 16

    @property
    def entry(self) -> bytes:
        return entry_bytes(self.kind, self.object, self.salt, self.content)


@dataclass
class Honest:
    rogue: Rogue
    leaves: list[Leaf] = field(default_factory=list)
    epoch: int = 5
    as_of: datetime = NOW
    revoked: set[int] = field(default_factory=set)
    certification: CertificationFacts | None = field(default_factory=world.certification)
    batch: BatchFacts | None = field(default_factory=lambda: replace(world.batch(), highest_reserved=0))
    leaf_of_batch: int | None = 3

    def __post_init__(self) -> None:
        keeper = self.rogue.keeper
        self.log(LeafType.KEY_STATEMENT, keeper.statements[0])
        self.log(LeafType.DECISION, b'{"private":"votes"}')
        self.log(LeafType.CERTIFICATION, keeper.credential(credential_examples.certification()))
        self.log(LeafType.BATCH, keeper.credential(credential_examples.batch()))
        self.rogue.leaf_salts = [(str(self.leaves[0].object), self.leaves[0].salt.hex())]
        self.labels(1, 100)
        self.labels(10, 12, "label_void")

    def log(self, kind: LeafType, content: bytes) -> Leaf:
        self.leaves.append(Leaf(kind, content, UUID(int=len(self.leaves) + 1)))
        return self.leaves[-1]

    def labels(self, first: int, last: int, kind: str = "label_range", batch: str = BATCH) -> None:
        self.log(LeafType.LABEL_RANGE, rfc8785.dumps({"kind": kind, "batch": batch, "first": first, "last": last}))
        if kind == "label_range" and self.batch is not None:
            self.batch = replace(self.batch, highest_reserved=last)

    def later(self, **delta: float) -> int:
        """Time goes on: the next bundle and lists; the moment in POSIX seconds."""
        self.as_of += timedelta(**delta)
        self.epoch += 1
        return int(self.as_of.timestamp())

    def publish(self) -> None:
        """Sign and serve everything as it now stands."""
        rogue, keeper = self.rogue, self.rogue.keeper
        rogue.stamped = int(self.as_of.timestamp())
        rogue.entries = [leaf.entry for leaf in self.leaves]
        shown = [
            {"index": place, "salt": leaf.salt.hex(), "content": leaf.content.decode()}
            for place, leaf in enumerate(self.leaves)
            if leaf.kind in (3, 4, 6)
        ]
        rogue.answers["/log/openings"] = json.dumps({"openings": shown}).encode()
        content = world.contents(
            keeper, certification=self.certification, batch=self.batch, epoch=self.epoch, as_of=self.as_of,
            checkpoint=rogue.head().decode(),
        )  # fmt: skip
        content = replace(
            content,
            certifications=tuple(replace(one, leaf=2) for one in content.certifications),
            batches=tuple(replace(one, leaf=self.leaf_of_batch) for one in content.batches),
        )
        rogue.answers["/bundle"] = world.signed(keeper, content)
        for purpose in status_list.PURPOSES:
            for number in (0, 1):
                rogue.answers[f"/status/{purpose}/{number}"] = self.status(purpose, number)

    def status(self, purpose: status_list.Purpose, number: int, **delta: float) -> bytes:
        keeper = self.rogue.keeper
        slots = [index & 0x1FFFF for index in self.revoked if index >> 17 == number] if purpose == "revocation" else []
        document: dict[str, Any] = status_list.document(
            base=keeper.base, did=keeper.did, purpose=purpose, number=number, slots=slots,
            valid_from=self.as_of + timedelta(**delta), until=self.as_of + timedelta(days=1),
        )  # fmt: skip
        return world.sign_jws(rfc8785.dumps(document), keeper.log, did=keeper.did, typ=jws.VC)


__all__ = ["BATCH", "CERTIFICATION", "NOW", "SECOND", "Honest", "Leaf"]
