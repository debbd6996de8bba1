"""Answers of a server whose database is older than what it signed: never better than what was already said.

The last signed bundle and status lists are kept outside the database (``transparency.marks``). While a server is behind
them, what it says of a code is the worse of its own record and the kept evidence, dated as that evidence; what it does
not know at all "cannot be checked", since it may have been issued after the backup.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from seal.associations.model import Association
from seal.certificates import status_list
from seal.certificates.status_list import Purpose
from seal.db import engine
from seal.errors import BadInput
from seal.keys import jws, recovery
from seal.transparency import marks
from seal.verification import bundle as bundles
from seal.verification.facts import BatchFacts, BatchState, CertificationFacts, CertificationState, Evidence
from seal.verification.model import RANK, Code, Verdict, judge

LOOK_EVERY_SECONDS = 2.0
FINAL = (Code.MISTYPED, Code.FORGED, Code.RECALLED, Code.REVOKED, Code.UNIT_VOID, Code.UNIT_LOST, Code.WITHDRAWN)
"""True whatever has happened since."""
BEHIND = (Code.UNKNOWN, Code.UNIT_OUT_OF_RANGE, Code.NOT_SEALED)
"""What an older record says of things that came after it: the kept list, signed and dated, knows better."""
_looked: dict[UUID, tuple[float, Any, bool]] = {}


async def is_on(association_id: UUID) -> bool:
    """True while this database is behind its marks; looked at again every two seconds."""
    running = engine.current()
    before = _looked.get(association_id)
    if before is not None and before[1] is running and time.monotonic() - before[0] < LOOK_EVERY_SECONDS:
        return before[2]
    found = bool(await recovery.faults(association_id))
    _looked[association_id] = (time.monotonic(), running, found)
    return found


def look_again() -> None:
    """Forget what was seen: something was just mended."""
    _looked.clear()


@dataclass(frozen=True)
class _Floor:
    """What is kept of one association."""

    owner: Association

    def bit(self, purpose: Purpose, index: int) -> bool | None:
        """One published bit; ``None`` if a list that must be there cannot be read."""
        number, slot = status_list.place(index)
        data = marks.kept(self.owner.id, recovery.status_name(purpose, number))
        if data is None:
            return None
        at = status_list.address(self.owner.base, purpose, number)
        try:
            payload = jws.parse(data, typ=jws.VC).payload
            field = status_list.read_document(payload, at=at, issuer=self.owner.did, purpose=purpose)
        except BadInput:
            return None
        return status_list.is_set(field, slot)

    def bundle(self) -> bundles.Bundle | None:
        data = marks.kept(self.owner.id, "bundle")
        try:
            return bundles.read(data, fingerprint=None) if data is not None else None
        except BadInput:
            return None

    def under(self, evidence: Evidence) -> Evidence | None:
        """The same evidence, no state better than the published bits; ``None`` if these cannot be read."""
        found = self._pair(evidence.batch, evidence.certification)
        inside = [self._pair(part.batch, part.certification) for part in evidence.box.parts] if evidence.box else []
        if found is None or None in inside:
            return None
        box = evidence.box
        if box is not None:
            floored = [pair for pair in inside if pair is not None]
            parts = [
                replace(part, batch=batch, certification=one)
                for part, (batch, one) in zip(box.parts, floored, strict=True)
                if batch is not None
            ]
            box = replace(box, parts=tuple(parts))
        return replace(evidence, batch=found[0], certification=found[1], box=box)

    def _pair(
        self, batch: BatchFacts | None, one: CertificationFacts | None
    ) -> tuple[BatchFacts | None, CertificationFacts | None] | None:
        for facts in (batch, one):
            if facts is None or facts.status_index is None:
                continue
            revoked, suspended = (self.bit(purpose, facts.status_index) for purpose in status_list.PURPOSES)
            if revoked is None or suspended is None:
                return None
            if isinstance(facts, BatchFacts):
                batch = replace(facts, state=_batch_state(facts.state, revoked, suspended))
            else:
                one = replace(facts, state=_certification_state(facts, revoked, suspended))
        return batch, one


def _batch_state(state: BatchState, revoked: bool, suspended: bool) -> BatchState:
    if revoked and state is not BatchState.RECALLED:
        return BatchState.REVOKED
    return BatchState.ON_HOLD if suspended and state is BatchState.SEALED else state


def _certification_state(facts: CertificationFacts, revoked: bool, suspended: bool) -> CertificationState:
    if revoked:
        return CertificationState.WITHDRAWN
    active = facts.state is CertificationState.ACTIVE
    return CertificationState.SUSPENDED if suspended and active else facts.state


def verdict(owner: Association, own: Evidence, text: str, at: datetime) -> Verdict:
    """The verdict in recovery mode; ``own`` is the evidence of this database."""
    cannot = judge(replace(own, readable=False), at)
    floor = _Floor(owner)
    kept = floor.bundle()
    ours, theirs = floor.under(own), floor.under(bundles.evidence(kept, text)) if kept else None
    if ours is None or theirs is None:
        said = judge(own, at)
        return said if said.code in FINAL else cannot
    mine, listed = judge(ours, at), judge(theirs, at)
    if listed.code is Code.UNKNOWN:
        return mine if mine.code in FINAL else cannot
    if mine.code in BEHIND or RANK[listed.code] <= RANK[mine.code]:
        return listed
    return mine
