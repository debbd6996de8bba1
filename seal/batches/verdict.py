"""What stands against a seal once waivers and awaited results are taken in. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from seal.batches import conditions, gates
from seal.batches.conditions import Condition, Standing
from seal.batches.gates import Gate, Passed, RequiredTest
from seal.batches.waivers import Waiver, covering
from seal.errors import Reason

_AWAITABLE = frozenset({"batch.test_missing", "batch.test_by_wrong_tester"})


@dataclass(frozen=True)
class Verdict:
    """``standing`` is empty when the batch may be sealed; the others say with what it would be sealed."""

    standing: tuple[Reason, ...]
    waived: tuple[tuple[Reason, Waiver], ...] = ()
    awaited: tuple[tuple[Reason, Condition], ...] = ()


def verdict(gate: Gate) -> Verdict:
    """Every reason of the gates, sorted into what still stands, what two persons let stand and what is awaited."""
    standing: list[Reason] = []
    waived: list[tuple[Reason, Waiver]] = []
    awaited: list[tuple[Reason, Condition]] = []
    for reason in gates.reasons(gate):
        condition = awaiting(reason, gate)
        waiver = covering(reason, gate.waivers)
        if waiver is not None:
            waived.append((reason, waiver))
        elif condition is not None:
            awaited.append((reason, condition))
        else:
            standing.append(reason)
    return Verdict(tuple(standing), tuple(waived), tuple(awaited))


def awaiting(reason: Reason, gate: Gate) -> Condition | None:
    """The open condition under which the reason does not stop a seal: a result that is not there yet, never a bad
    one, and none where whoever measured so far, though not entitled to, found a failure."""
    if reason.code not in _AWAITABLE:
        return None
    about = [test for test in gate.tests if test.id == reason.params["test"]]
    if not about or any(not test.conditional or _bad(test) for test in about):
        return None
    found = conditions.latest(gate.conditions, about[0].id)
    return found if found is not None and found.awaited(gate.today) else None


def _bad(test: RequiredTest) -> bool:
    return any(passed is not Passed.YES for _, passed in test.results)


def standing(condition: Condition, tests: Sequence[RequiredTest], today: date) -> Standing:
    """How a condition stands, by the results that count now for the batch that was sealed with it."""
    if condition.lifted_at is not None:
        return Standing.LIFTED
    counted = [gates.counted(test) for test in tests if test.id == condition.test_id]
    if any(pair is not None and pair[1] is not Passed.YES for pair in counted):
        return Standing.FAILED
    if counted and all(pair is not None for pair in counted):
        return Standing.LIFTED
    return Standing.AWAITED if condition.awaited(today) else Standing.OVERDUE
