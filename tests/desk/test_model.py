"""Today: by deadline, each thing once, to those whose act it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from seal.audits.model import Assigned, Audit, AuditAction, AuditKind, AuditStep
from seal.batches.model import Action as BatchAction
from seal.batches.model import Batch
from seal.batches.model import Step as BatchStep
from seal.desk.model import Task, audit_tasks, batch_tasks, by_urgency
from seal.identity import Acting, Role

DAY = date(2026, 3, 3)
AT = datetime(2026, 3, 3, 12, tzinfo=UTC)
ME, OTHER, MAKER = UUID(int=1), UUID(int=2), UUID(int=3)
NAMES = {MAKER: "Colmenas Ñirre"}

tasks = st.builds(
    Task,
    kind=st.sampled_from(["a", "b"]),
    producer=st.sampled_from(["x", "y"]),
    due=st.none() | st.dates(DAY - timedelta(days=30), DAY + timedelta(days=30)),
    room=st.just("/desk/audits"),
    object_id=st.uuids(version=4),
)


@given(st.lists(tasks))
def test_every_task_is_told_once_and_in_order(given_tasks: list[Task]) -> None:
    today = by_urgency([*given_tasks, *given_tasks], DAY)
    told = [*today.now, *today.week, *today.later]
    assert sorted(map(repr, told)) == sorted({repr(task) for task in given_tasks})
    assert today.count == len(told)
    dues = [task.due or date.min for task in told]
    assert dues == sorted(dues)


def test_deadline_decides_the_group() -> None:
    days = {name: DAY + timedelta(days=n) for name, n in (("past", -1), ("today", 0), ("week", 7), ("later", 8))}
    made = {name: Task(name, "", day, "/desk/audits", UUID(int=0)) for name, day in days.items()}
    today = by_urgency(made.values(), DAY)
    assert [task.kind for task in today.now] == ["past", "today"]
    assert [task.kind for task in today.week] == ["week"]
    assert [task.kind for task in today.later] == ["later"]


def acting(person: UUID, *roles: Role) -> Acting:
    return Acting(UUID(int=9), person, frozenset(roles), AT)


def audit(*actions: AuditAction, team: tuple[Assigned, ...] = ()) -> Audit:
    return Audit(
        id=UUID(int=5), association_id=UUID(int=9), producer_id=MAKER, version_id=UUID(int=6), protocol_id="miel",
        kind=AuditKind.INITIAL, programme_year=1, first_audit=True, unannounced=False, planned_for=DAY, planned_by=None,
        planned_at=AT, sites=(), products=(), assigned=team, declarations=(),
        steps=tuple(AuditStep(action, AT, AT) for action in (AuditAction.PLAN, *actions)),
    )  # fmt: skip


def kinds(who: Acting, one: Audit) -> list[str]:
    return [task.kind for task in audit_tasks(who, [one], NAMES)]


def test_visit_without_a_team_is_the_manager_s() -> None:
    assert kinds(acting(ME, Role.MANAGER), audit()) == ["audit_team"]
    assert kinds(acting(ME, Role.AUDITOR), audit()) == []


def test_a_planned_visit_asks_its_auditors_to_declare_first() -> None:
    one = audit(team=(Assigned(ME, AT), Assigned(OTHER, AT, AT)))
    assert kinds(acting(ME, Role.AUDITOR), one) == ["audit_declare"]
    assert kinds(acting(OTHER, Role.AUDITOR), one) == []
    assert kinds(acting(OTHER, Role.MANAGER), one) == [], "it has a team"


def test_visit_is_told_to_its_own_auditors_while_they_are_on_the_team() -> None:
    one = audit(AuditAction.ASSIGN, team=(Assigned(ME, AT), Assigned(OTHER, AT, AT)))
    assert kinds(acting(ME, Role.AUDITOR), one) == ["audit_visit"]
    assert kinds(acting(OTHER, Role.AUDITOR), one) == []


def test_two_lots_that_wait_are_told_apart() -> None:
    maker = Acting(UUID(int=9), ME, frozenset({Role.PRODUCER}), AT)
    declared = (BatchStep(BatchAction.DECLARE, AT, AT, ME),)
    waiting = [
        Batch(UUID(int=number), UUID(int=9), MAKER, ME, ME, "miel", lot, 10, DAY, None, AT, steps=declared)
        for number, lot in ((11, "L2611"), (12, "L2612"))
    ]
    told = [task.producer for task in batch_tasks(maker, waiting, NAMES)]
    assert told == ["Colmenas Ñirre · L2611", "Colmenas Ñirre · L2612"]
