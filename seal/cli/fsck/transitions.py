"""Transitions (invariant 14): every stored step is one that its machine has, with a known actor, time and reason."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from seal.audits import findings
from seal.audits import model as audits
from seal.batches import model as batches
from seal.certificates import model as certificates
from seal.cli.fsck.breach import Breach, breach
from seal.cli.fsck.scope import SKEW, Row, Scope
from seal.labels.boxes import model as boxes
from seal.members import model as members
from seal.protocols import life as protocols

STATUS = ("hold", "release", "recall", "revoke")
LOGGED_IN = frozenset({batches.State.SEALED, batches.State.ON_HOLD})


@dataclass(frozen=True)
class Machine:
    """One table of steps. ``opening`` is the first step where the table of transitions does not have it."""

    table: str
    parent: str
    of: str
    start: StrEnum
    transitions: Mapping[Any, Mapping[Any, Any]]
    opening: str | None = None
    reasoned: frozenset[str] = frozenset()
    """Actions that say why."""
    dated: bool = False
    """``effective_at`` never runs behind the step before."""


MACHINES = (
    Machine(
        "audit_action", "audit", "audit_id",
        audits.AuditState.PLANNED, audits.TRANSITIONS, "plan",
        frozenset({"return", "abort", "void"}),
    ),
    Machine(
        "finding_action", "finding", "finding_id",
        findings.FindingState.OPEN, findings.TRANSITIONS, "raise",
        frozenset({"accept", "reject", "dispute", "uphold", "change", "remove", "regrade", "extend"}),
    ),
    Machine(
        "batch_action", "batch", "batch_id",
        batches.State.NONE, batches.TRANSITIONS,
        reasoned=frozenset(STATUS), dated=True,
    ),
    Machine(
        "certification_change", "certification", "certification_id",
        certificates.State.NONE, certificates.TRANSITIONS, dated=True,
    ),
    Machine("label_box_move", "label_box", "box_id", boxes.State.NONE, boxes.TRANSITIONS),
    Machine(
        "producer_action", "producer", "producer_id",
        members.Membership.PROSPECT, members.TRANSITIONS, "register",
        frozenset({"take_leave", "come_back", "leave", "expel", "die", "transfer"}),
    ),
    Machine(
        "protocol_action", "protocol_draft", "draft_id",
        protocols.State.DRAFT, protocols.TRANSITIONS, "begin", protocols.REASONED,
    ),
)  # fmt: skip

ACTORS = (
    ("audit_action", "actor_id"),
    ("finding_action", "actor_id"),
    ("batch_action", "actor_id"),
    ("producer_action", "actor_id"),
    ("protocol_action", "actor_id"),
    ("protocol_clearance", "recorded_by"),
    ("protocol_revision", "revised_by"),
    ("answer", "answered_by"),
    ("answer", "keyed_by"),
    ("evidence", "recorded_by"),
    ("label_range", "reserved_by"),
    ("label_void", "voided_by"),
    ("label_roll", "made_by"),
    ("label_allotment", "allotted_by"),
    ("label_binding", "bound_by"),
    ("label_roll_void", "voided_by"),
    ("label_loss", "reported_by"),
    ("label_count", "counted_by"),
    ("label_box", "made_by"),
    ("label_box_move", "actor_id"),
    ("recall", "opened_by"),
    ("recall", "closed_by"),
    ("recall_answer", "recorded_by"),
    ("recall_wording", "entered_by"),
    ("conclusion", "concluded_by"),
    ("vote", "person_id"),
)
"""Where people are named who acted. Null is Seal itself: jobs, and the owner at the command line."""


async def check(scope: Scope) -> AsyncIterator[Breach]:
    for machine in MACHINES:
        steps = await scope.grouped(machine.table, machine.of, order="sequence, id")
        for parent in await scope.all(machine.parent, columns="id"):
            taken = steps.get(parent["id"], [])
            if not taken:
                yield breach(14, machine.parent, parent["id"], "transitions.nothing")
            for found in _fold(machine, taken):
                yield found
    people = {row["id"] for row in await scope.all("person", columns="id")}
    for table, column in ACTORS:
        for row in await scope.all(table, columns=f"id, {column} AS actor"):
            if row["actor"] is not None and row["actor"] not in people:
                yield breach(14, table, row["id"], "transitions.actor", actor=str(row["actor"]))
    async for found in _batches(scope):
        yield found
    async for found in _decided(scope):
        yield found


def _fold(machine: Machine, taken: list[Row]) -> Iterator[Breach]:
    state = machine.start
    before: Row | None = None
    for place, row in enumerate(taken):
        named = {"action": row["action"], "state": str(state)}
        if row["sequence"] != place:
            yield breach(14, machine.table, row["id"], "transitions.sequence", sequence=row["sequence"], expected=place)
        if place > 0 or machine.opening is None:
            after = machine.transitions.get(state, {}).get(row["action"])  # a word equals its enumeration's member
            if after is None:
                yield Breach(14, machine.table, str(row["id"]), "transitions.illegal", named)
            else:
                state = after
        elif row["action"] != machine.opening:
            yield Breach(14, machine.table, str(row["id"]), "transitions.illegal", named)
        if row["action"] in machine.reasoned and not row["reason"].strip():
            yield breach(14, machine.table, row["id"], "transitions.reason", action=row["action"])
        if "effective_at" in row and _untimely(machine, row, before):
            yield breach(14, machine.table, row["id"], "transitions.time", action=row["action"])
        before = row


def _untimely(machine: Machine, row: Row, before: Row | None) -> bool:
    if machine.dated and before is not None and row["effective_at"] + SKEW < before["effective_at"]:
        return True
    return bool(row["effective_at"] > row["recorded_at"])


async def _batches(scope: Scope) -> AsyncIterator[Breach]:
    """A batch's columns agree with its folded state, and what changed a public status was logged."""
    actions = await scope.grouped("batch_action", "batch_id", order="sequence, id")
    columns = "id, intent_id, sealed_at, CASE WHEN jws IS NULL THEN 0 ELSE 1 END AS is_signed"
    async for row in scope.pages("batch", columns=columns):
        state: batches.State | None = batches.State.NONE
        for taken in actions.get(row["id"], ()):
            if state in LOGGED_IN and taken["action"] in STATUS and taken["document"] is None:
                yield breach(1, "batch_action", taken["id"], "log.change_unlogged", action=taken["action"])
            if state not in LOGGED_IN and taken["document"] is not None:
                yield breach(14, "batch_action", taken["id"], "transitions.state", state=str(state))
            steps: Mapping[Any, batches.State] = batches.TRANSITIONS[state] if state is not None else {}
            state = steps.get(taken["action"])
        if state is None:
            continue  # an illegal step, named above
        wanted = (state in batches.WITH_SEAL, state in batches.WITH_SEAL | {batches.State.PENDING})
        if (row["is_signed"] == 1, row["intent_id"] is not None) != wanted:
            yield breach(14, "batch", row["id"], "transitions.state", state=state.value)


async def _decided(scope: Scope) -> AsyncIterator[Breach]:
    """Each step of a certification was decided, and each decision to take one was carried out, at the same times."""
    decisions = await scope.by_id("decision")
    changes = await scope.all("certification_change")
    for row in changes:
        decision: Mapping[str, Any] = decisions.get(row["decision_id"], {})
        granted = row["action"] == "grant"
        wanted = ("certify", "grant") if granted else (row["action"], "approve")
        same = (decision.get("recorded_at"), decision.get("effective_at")) == (row["recorded_at"], row["effective_at"])
        on = granted or decision.get("subject_id") == row["certification_id"]
        if (decision.get("kind"), decision.get("outcome")) != wanted or not same or not on:
            yield breach(14, "certification_change", row["id"], "transitions.no_decision", action=row["action"])
    carried: set[UUID] = {row["decision_id"] for row in changes}
    for decision_id, decision in decisions.items():
        if decision["outcome"] in ("grant", "approve") and decision_id not in carried:
            yield breach(14, "decision", decision_id, "transitions.not_carried_out", kind=decision["kind"])
        reason_wanted = decision["kind"] != "certify" or decision["outcome"] == "refuse"
        if decision["outcome"] is not None and reason_wanted and not decision["reason"].strip():
            yield breach(14, "decision", decision_id, "transitions.reason", action=decision["kind"])
