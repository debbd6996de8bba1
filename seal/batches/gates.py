"""The gates of a batch: what must hold before it may be sealed. All reasons at once, never just the first.

Nothing here is stored: whether a suspension, a lapsed permit or a failed test stops a batch is asked each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from seal.batches.book.reconciling import Balance, Scope, Verdict, words
from seal.batches.conditions import Condition
from seal.batches.model import RANK, TRANSITIONS, USE_BY_YEARS, Action, State, TestResult, use_by_far
from seal.batches.waivers import Waiver
from seal.certificates.model import State as CertificationState
from seal.errors import Reason
from seal.protocols.model import Tester

REASONS = frozenset(
    {
        "batch.held",
        "batch.transition",
        "batch.never_certified",
        "batch.right_suspended",
        "batch.right_withdrawn",
        "batch.right_ended",
        "batch.certificate_pending",
        "batch.site_out_of_scope",
        "batch.product_out_of_scope",
        "batch.made_during_suspension",
        "batch.day_affected",
        "batch.not_certified_when_made",
        "batch.not_a_member",
        "batch.agreement_missing",
        "batch.permit_missing",
        "batch.permit_lapsed",
        "batch.critical_finding_open",
        "batch.audit_voided",
        "batch.grade_without_seal",
        "batch.test_missing",
        "batch.test_by_wrong_tester",
        "batch.test_failed",
        "batch.test_unreadable",
        "batch.too_young",
        "batch.past_use_by",
        "batch.use_by_far",
        "batch.over_capacity",
        "batch.quantity_unexplained",
        "batch.inputs_missing",
        "batch.stock_negative",
        "batch.input_uncertified",
        "batch.input_stopped",
        "batch.custody_mixed",
        "batch.keys_not_ready",
    }
)
"""Every gate's code."""


class Passed(StrEnum):
    """What a measured value is against the limits that apply to it."""

    YES = "yes"
    NO = "no"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class RequiredTest:
    """A test that the protocol asks for. ``results`` are those that count for this batch, each with its outcome;
    for a frequency of season they may come from another batch of the same product and site.

    ``tester`` is the weakest that may do it, ``limit`` and ``name`` words for the sentence, ``lot`` the consignment
    that is tested where each is.
    """

    id: str
    tester: Tester
    limit: str
    name: str = ""
    results: Sequence[tuple[TestResult, Passed]] = ()
    override: bool = False
    """Two persons may let it be missing or failed."""
    conditional: bool = False
    """The batch may be sealed while the result is awaited."""
    lot: str = ""


@dataclass(frozen=True)
class PermitTerm:
    """A permit that the producer must hold. ``valid_until`` is inclusive; None: without end. ``held`` is whether any
    of its kind is on file."""

    kind: str
    held: bool
    valid_until: date | None = None


@dataclass(frozen=True)
class Right:
    """The certification that a batch would be sealed under, as seen today.

    ``state`` is NONE when the producer has no certification for the protocol at all.
    """

    state: CertificationState
    pending: bool = False
    site_in_scope: bool = True
    product_in_scope: bool = True
    in_force_on_production_day: bool = True
    suspended_on_production_day: bool = False
    day_affected: bool = False
    """A decision names today in its window: what is sealed today would be revoked at birth."""


@dataclass(frozen=True)
class Origin:
    """What the batch book says of a batch: what it was made of, and what stands against it.

    ``known`` is whether anybody wrote down what it was made of; ``needed`` whether the protocol asks for it.
    """

    needed: bool = False
    known: bool = True
    negative: Sequence[tuple[str, date, str]] = ()
    """Lots below nothing: name, the day, and by how much in words."""
    uncertified: Sequence[str] = ()
    stopped: Sequence[tuple[str, str]] = ()
    """Batches among what it was made of that are held, recalled or revoked: lot and state."""
    mixed: Sequence[str] = ()
    """Lots blended under a protocol that keeps each lot apart (ISO 22095, identity preserved)."""


@dataclass(frozen=True)
class Gate:
    """Everything that decides whether a batch may be sealed on ``today`` (a local day).

    ``grams_made`` counts this batch with the others of the season; ``grams_cap`` is None when the facts give no basis.
    """

    today: date
    state: State
    produced_on: date
    use_by: date | None
    right: Right
    tests: Sequence[RequiredTest] = ()
    permits: Sequence[PermitTerm] = ()
    member: bool = True
    agreement_signed: bool = True
    keys_ready: bool = True
    open_critical: int = 0
    audit_voided: bool = False
    grade_without_seal: str | None = None
    """The grade of the conclusion that the right rests on, in words, if it carries no right to seal."""
    release_on: date | None = None
    """The first day on which what was made may be sealed: it must ripen or rest until then."""
    origin: Origin = Origin()
    grams_made: int = 0
    grams_cap: int | None = None
    sums: Sequence[Balance] = ()
    """Every sum of the reconciliation; of the period's only the typical range counts here, its cap stands above."""
    explained: bool = False
    """The producer has said why the quantity is unusual."""
    waivers: Sequence[Waiver] = ()
    conditions: Sequence[Condition] = ()


def reasons(gate: Gate) -> tuple[Reason, ...]:
    """Every reason why the batch may not be sealed, the lasting ones first; empty when it may."""
    return (
        *_state(gate),
        *_right(gate),
        *_papers(gate),
        *(reason for test in gate.tests for reason in _test(test)),
        *_origin(gate.origin),
        *_quantity(gate),
        *(() if gate.keys_ready else (Reason("batch.keys_not_ready"),)),
    )


def _state(gate: Gate) -> list[Reason]:
    if gate.state is State.HELD:
        return [Reason("batch.held")]
    if Action.SEAL not in TRANSITIONS[gate.state]:
        return [Reason("batch.transition", {"lot_state": gate.state.value, "lot_action": Action.SEAL.value})]
    return []


def _right(gate: Gate) -> list[Reason]:
    right = gate.right
    if right.state is CertificationState.NONE:
        return [Reason("batch.never_certified")]
    found = []
    if right.state is not CertificationState.ACTIVE:
        found.append(Reason(f"batch.right_{right.state.value}"))
    if right.pending:
        found.append(Reason("batch.certificate_pending"))
    if not right.site_in_scope:
        found.append(Reason("batch.site_out_of_scope"))
    if not right.product_in_scope:
        found.append(Reason("batch.product_out_of_scope"))
    if right.suspended_on_production_day:
        found.append(Reason("batch.made_during_suspension", {"day": gate.produced_on.isoformat()}))
    elif not right.in_force_on_production_day:
        found.append(Reason("batch.not_certified_when_made", {"day": gate.produced_on.isoformat()}))
    if right.day_affected:
        found.append(Reason("batch.day_affected", {"day": gate.today.isoformat()}))
    return found


def _papers(gate: Gate) -> list[Reason]:
    found = []
    if not gate.member:
        found.append(Reason("batch.not_a_member"))
    if not gate.agreement_signed:
        found.append(Reason("batch.agreement_missing"))
    for permit in gate.permits:
        if not permit.held:
            found.append(Reason("batch.permit_missing", {"permit": permit.kind}))
        elif permit.valid_until is not None and permit.valid_until < gate.today:
            found.append(Reason("batch.permit_lapsed", {"permit": permit.kind, "day": permit.valid_until.isoformat()}))
    if gate.open_critical:
        found.append(Reason("batch.critical_finding_open", {"count": gate.open_critical}))
    if gate.audit_voided:
        found.append(Reason("batch.audit_voided"))
    if gate.grade_without_seal is not None:
        found.append(Reason("batch.grade_without_seal", {"grade_name": gate.grade_without_seal}))
    return found


def counted(test: RequiredTest) -> tuple[TestResult, Passed] | None:
    """The result that counts: of those with the most standing the latest; None if nobody allowed has tested.

    So a producer cannot wash out a laboratory's result by measuring again at home. Nor by its own word on another
    laboratory: a pass recorded by the maker never replaces a failure recorded by staff, nor any failure of a
    laboratory; only a later result recorded by staff, by a tester of the same standing at least, does. Without a
    report file the maker's pass counts only until staff has recorded a result that counts.
    """
    allowed = [pair for pair in test.results if RANK[pair[0].by] >= RANK[test.tester]]
    if any(result.by_staff for result, _ in allowed):
        allowed = [pair for pair in allowed if pair[0].by_staff or pair[0].file_id or pair[1] is not Passed.YES]
    if not allowed:
        return None
    found = _latest(allowed)
    if found[0].by_staff or found[1] is not Passed.YES:
        return found
    standing = [pair for pair in allowed if _stands_against(pair, allowed)]
    return _latest(standing) if standing else found


def not_counted(test: RequiredTest) -> frozenset[UUID]:
    """Passes recorded by the maker that cannot count until staff records a result: see :func:`counted`."""
    allowed = [pair for pair in test.results if RANK[pair[0].by] >= RANK[test.tester]]
    found = counted(test)
    if found is None:
        return frozenset()
    staff, failed = any(result.by_staff for result, _ in allowed), _stands_against(found, allowed)
    return frozenset(
        result.id
        for result, passed in allowed
        if passed is Passed.YES and not result.by_staff and (failed or (staff and not result.file_id))
    )


def _stands_against(pair: tuple[TestResult, Passed], others: Sequence[tuple[TestResult, Passed]]) -> bool:
    """A failure that the maker cannot take back, and that staff has not replaced since."""
    result, passed = pair
    if passed is Passed.YES or not (result.by_staff or result.by is not Tester.SELF):
        return False
    return not any(
        other.by_staff and RANK[other.by] >= RANK[result.by] and _when(other) > _when(result) for other, _ in others
    )


def _when(result: TestResult) -> tuple[date, datetime]:
    return result.tested_on, result.recorded_at


def _latest(allowed: Sequence[tuple[TestResult, Passed]]) -> tuple[TestResult, Passed]:
    highest = max(RANK[result.by] for result, _ in allowed)
    latest = [pair for pair in allowed if RANK[pair[0].by] == highest]
    # of two in the same second, the one that does not pass
    return max(latest, key=lambda pair: (*_when(pair[0]), pair[1] is not Passed.YES))


def _test(test: RequiredTest) -> list[Reason]:
    about = {"test": test.id, "name": test.name or test.id} | ({"lot": test.lot} if test.lot else {})
    if not test.results:
        return [Reason("batch.test_missing", about)]
    found = counted(test)
    if found is None:
        return [Reason("batch.test_by_wrong_tester", about | {"tester": test.tester.value})]
    result, passed = found
    value = f"{result.value} {result.unit}".strip()
    if passed is Passed.NO:
        return [Reason("batch.test_failed", about | {"value": value, "limit": test.limit or "absent"})]
    if passed is Passed.UNREADABLE:
        return [Reason("batch.test_unreadable", about | {"value": value})]
    return []


def _origin(origin: Origin) -> list[Reason]:
    if not origin.known:
        return [Reason("batch.inputs_missing")] if origin.needed else []
    return [
        *(Reason("batch.stock_negative", {"lot": lot, "day": str(on), "short": by}) for lot, on, by in origin.negative),
        *(Reason("batch.input_uncertified", {"lot": lot}) for lot in origin.uncertified),
        *(Reason("batch.input_stopped", {"lot": lot, "lot_state": state}) for lot, state in origin.stopped),
        *(Reason("batch.custody_mixed", {"lots": ", ".join(origin.mixed)}) for _ in origin.mixed[:1]),
    ]


def _quantity(gate: Gate) -> list[Reason]:
    found = []
    if gate.release_on is not None and gate.today < gate.release_on:
        found.append(
            Reason(
                "batch.too_young",
                {"day": gate.release_on.isoformat(), "days": (gate.release_on - gate.produced_on).days},
            )
        )
    # on its last day too: a token could not carry it, 0 days being "no use-by"
    if gate.use_by is not None and gate.use_by <= gate.today:
        found.append(Reason("batch.past_use_by", {"day": gate.use_by.isoformat()}))
    if use_by_far(gate.produced_on, gate.use_by):
        found.append(Reason("batch.use_by_far", {"day": str(gate.use_by), "most": USE_BY_YEARS}))
    if gate.grams_cap is not None and gate.grams_made > gate.grams_cap:
        found.append(
            Reason("batch.over_capacity", {"scope": "period", "grams": gate.grams_made, "cap": gate.grams_cap})
        )
    return [*found, *(reason for one in gate.sums for reason in _sum(one, gate.explained))]


def _sum(one: Balance, explained: bool) -> list[Reason]:
    """Above a cap always, outside the typical range until it is explained. Twelve months outside the range ask nobody
    again: each batch in them was asked by itself."""
    if one.verdict is Verdict.DECIDE and one.scope is not Scope.PERIOD and one.cap is not None:
        told: dict[str, str | int] = {"scope": one.scope.value, "grams": int(one.made), "cap": int(one.cap)}
        return [Reason("batch.over_capacity", told)]
    low = one.low is not None and one.made < one.low
    bound = one.low if low else one.high
    if one.verdict is not Verdict.ASK or one.scope is Scope.YEAR or explained or bound is None:
        return []
    said = {"scope": one.scope.value, "made": words(one.made), "side": "least" if low else "most"}
    return [Reason("batch.quantity_unexplained", {**said, "usual": words(bound)})]
