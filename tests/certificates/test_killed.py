"""The process is killed at each named place of each verb; the same key then gives one effect and a whole record."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from uuid import UUID

import pytest

from seal.batches import service as batches
from seal.certificates import service as certificates
from seal.labels import service as labels
from seal.transparency import service as log
from seal.transparency.model import LeafType
from tests import world
from tests.certificates.certified import Certified, certified, declared, pass_tests, passed, sealed
from tests.certificates.killed import run
from tests.conftest import Database

WHOLE = ["after_intent", "after_signature", "after_leaf", "before_answer"]
POINTS = [
    *(("decide", point) for point in WHOLE),
    *(("seal", point) for point in WHOLE),
    ("reserve", "after_reservation"),
    ("recall", "after_intent"),
    ("recall", "before_answer"),
    ("suspend", "before_answer"),
]


async def _killed(verb: str, point: str, ids: tuple[UUID, UUID, UUID]) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.certificates.killed", verb, *map(str, ids),
        env=os.environ | {"SEAL_FAILPOINT": point},
    )  # fmt: skip
    assert await process.wait() == -signal.SIGKILL


@pytest.mark.parametrize("storage", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("verb", "point"), POINTS)
async def test_a_killed_verb_is_finished_by_the_same_key(database: Database, verb: str, point: str) -> None:
    await _try(verb, point)


@pytest.mark.parametrize("storage", ["postgres"], indirect=True)
@pytest.mark.parametrize(("verb", "point"), [("decide", "after_signature"), ("seal", "after_leaf")])
async def test_and_on_postgres(database: Database, verb: str, point: str) -> None:
    await _try(verb, point)


async def _try(verb: str, point: str) -> None:
    if verb == "decide":
        made = await passed()
        ids = (made.association.id, made.staff.certifier.id, made.conclusion.audit_id)
        await _killed(verb, point, ids)
        answer = await run(verb, *ids)
        held = await certificates.certifications(world.acting(made.staff.manager))
        assert [(str(one.id), one.public_id, one.pending) for one in held] == [(answer["id"], answer["code"], False)]
        assert await log.leaf_of(ids[0], LeafType.CERTIFICATION, held[0].id)
    else:
        ids = await _prepare(await certified(), verb)
        await _killed(verb, point, ids)
        answer = await run(verb, *ids)
    size = (await log.head(ids[0])).size
    assert await run(verb, *ids) == answer
    assert (await log.head(ids[0])).size == size
    assert await log.faults(ids[0]) == ()


async def _prepare(made: Certified, verb: str) -> tuple[UUID, UUID, UUID]:
    group, crew = made.world.association, made.world.staff
    if verb == "suspend":
        return group.id, crew.certifier.id, made.certification.id
    if verb == "seal":
        batch = await declared(made)
        await pass_tests(made, batch)
        return group.id, made.world.member.owner.id, batch.id
    batch = await sealed(made)
    return group.id, (crew.manager.id if verb == "recall" else made.world.member.owner.id), batch.id


@pytest.mark.parametrize("storage", ["sqlite"], indirect=True)
async def test_what_a_kill_left_pending_is_finished_without_anybody_asking(database: Database) -> None:
    made = await certified()
    ids = await _prepare(made, "seal")
    await _killed("seal", "after_intent", ids)
    assert await batches.finish_pending(ids[0], world.START) == 1
    assert (await labels.reserve(made.owner(), ids[2], 1)).first == 1
