"""Results that batches are sealed without, read together with what is known of them now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from seal.associations.model import Association
from seal.batches import conditions, gates, gating, release_store, verdict
from seal.batches.conditions import Condition, Standing
from seal.batches.gates import RequiredTest
from seal.batches.model import Batch
from seal.certificates import service as certificates
from seal.clock import local_day
from seal.errors import Reason
from seal.protocols import service as protocols


@dataclass(frozen=True)
class Awaited:
    """A condition of a batch, how it stands today, and the test that it is about (``None``: no longer asked for)."""

    condition: Condition
    standing: Standing
    test: RequiredTest | None

    @property
    def name(self) -> str:
        return self.test.name if self.test is not None else self.condition.test_id

    @property
    def why(self) -> Reason:
        """Why a sealed batch is stopped, or what is waited for."""
        about: dict[str, str | int] = {"test": self.condition.test_id, "name": self.name}
        counted = gates.counted(self.test) if self.test is not None else None
        if self.standing is Standing.FAILED and self.test is not None and counted is not None:
            value = f"{counted[0].value} {counted[0].unit}".strip()
            return Reason("batch.result_failed", about | {"value": value, "limit": self.test.limit or "absent"})
        about |= {"laboratory": self.condition.laboratory, "day": self.condition.due_on.isoformat()}
        code = "batch.result_overdue" if self.standing is Standing.OVERDUE else "batch.result_awaited"
        return Reason(code, about)


async def open_for(association_id: UUID, batch_id: UUID, test_id: str) -> bool:
    """Whether a batch was let go, or is to be, without the result of a test, and still waits for it."""
    found = (await release_store.conditions(association_id, [batch_id])).get(batch_id, ())
    one = conditions.latest(found, test_id)
    return one is not None and one.lifted_at is None


async def of_batch(association: Association, batch: Batch, at: datetime) -> tuple[Awaited, ...]:
    """The condition that counts for each test, as it stands; in the caller's transaction."""
    found = (await release_store.conditions(association.id, [batch.id])).get(batch.id, ())
    return await standings(association, batch, found, local_day(at, association.zone))


async def standings(
    association: Association, batch: Batch, found: tuple[Condition, ...], today: date
) -> tuple[Awaited, ...]:
    """The same for conditions that were read already."""
    if not found or batch.certification_id is None:
        return tuple(
            Awaited(one, Standing.AWAITED if one.awaited(today) else Standing.OVERDUE, None) for one in _latest(found)
        )
    held = await certificates.certification_of(association.id, batch.certification_id)
    protocol = (await protocols.pinned(association.id, held.version_id)).protocol
    tests = await gating.tests(association.id, batch, protocol)
    return tuple(
        Awaited(
            one,
            verdict.standing(one, tests, today),
            next((test for test in _worst_first(tests) if test.id == one.test_id), None),
        )
        for one in _latest(found)
    )


def _latest(found: tuple[Condition, ...]) -> list[Condition]:
    kept = (conditions.latest(found, test_id) for test_id in dict.fromkeys(one.test_id for one in found))
    return [one for one in kept if one is not None]


def _worst_first(tests: tuple[RequiredTest, ...]) -> list[RequiredTest]:
    """Of several consignments the one that failed speaks."""

    def good(test: RequiredTest) -> bool:
        counted = gates.counted(test)
        return counted is None or counted[1] is gates.Passed.YES

    return sorted(tests, key=good)
