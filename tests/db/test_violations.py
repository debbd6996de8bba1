"""A broken constraint has the same name on both engines, and becomes the domain's own error."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import pytest

from seal.db import in_unit_of_work, unit_of_work
from seal.db.tables import Idempotency, Lease
from seal.db.violations import Contention, integrity, plain, violated, violation
from seal.errors import Conflict, Unavailable
from tests.conftest import Database


async def broken(*statements: str) -> BaseException:
    """The error of the last statement."""

    async def run() -> None:
        for statement in statements:
            await Lease.raw(statement)

    try:
        await in_unit_of_work(run)
    except Exception as error:
        return error
    raise AssertionError("nothing was broken")


def row(name: str = "'a'", epoch: str = "0") -> str:
    return f"INSERT INTO lease (id, name, epoch, place, beat) VALUES ('{uuid4()}', {name}, {epoch}, '', 0)"


async def test_a_uniqueness_has_its_name(database: Database) -> None:
    assert violated(await broken(row(), row())) == "lease_one_name"


async def test_a_primary_key_has_its_name(database: Database) -> None:
    same = row()
    assert violated(await broken(same, same.replace("'a'", "'b'"))) == "lease_pkey"


async def test_a_check_has_its_name(database: Database) -> None:
    assert violated(await broken(row(epoch="-1"))) == "lease_growing"


async def test_a_missing_value_has_its_column(database: Database) -> None:
    assert violated(await broken(row(name="NULL"))) == "lease_name"


async def test_a_reference_is_known_as_one(database: Database) -> None:
    error = await broken(
        "CREATE TABLE parent (association_id UUID, id UUID, UNIQUE (association_id, id))",
        "CREATE TABLE child (association_id UUID, parent_id UUID, CONSTRAINT child_parent "
        "FOREIGN KEY (association_id, parent_id) REFERENCES parent (association_id, id))",
        f"INSERT INTO child VALUES ('{uuid4()}', '{uuid4()}')",
    )
    found = violation(error)
    assert found is not None
    assert found.kind == "reference"
    assert violated(error) in ("reference", "child_parent")


async def test_a_partial_unique_index_has_its_name(database: Database) -> None:
    error = await broken(
        "CREATE UNIQUE INDEX lease_one_free ON lease (epoch) WHERE holder IS NULL", row(), row(name="'b'")
    )
    assert violated(error) is None or violated(error) == "lease_one_free"


async def test_an_error_of_another_kind_is_none(database: Database) -> None:
    assert violated(await broken("SELECT nonsense FROM nowhere")) is None
    assert violated(ValueError()) is None


async def insert() -> None:
    await Lease.insert(Lease(id=uuid4(), name="same"))


async def test_it_becomes_the_error_given_for_its_name(database: Database) -> None:
    async def twice() -> None:
        errors = {"lease_other": Conflict("test.wrong"), "lease_one_name": Conflict("test.taken")}
        async with unit_of_work(), integrity(errors):
            await insert()
            await insert()

    with pytest.raises(Conflict, match=r"test\.taken"):
        await twice()
    assert await Lease.count() == 0


async def test_one_that_nobody_named_passes(database: Database) -> None:
    async def twice() -> None:
        async with unit_of_work(), integrity({"lease_other": Conflict("test.wrong")}):
            await insert()
            await insert()

    with pytest.raises((sqlite3.IntegrityError, asyncpg.UniqueViolationError)):
        await twice()


async def test_the_digest_of_a_body_has_32_bytes(database: Database) -> None:
    async def short() -> None:
        nobody = uuid4()
        await Idempotency.insert(
            Idempotency(
                id=uuid4(), association_id=nobody, person_id=nobody, key="k", verb="v", body_sha256=b"short",
                started_at=datetime(2026, 11, 21, tzinfo=UTC),
            )
        )  # fmt: skip

    with pytest.raises((sqlite3.IntegrityError, asyncpg.CheckViolationError)) as caught:
        await in_unit_of_work(short)
    assert violated(caught.value) == "idempotency_digest"


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        (asyncpg.SerializationError(), "db.busy"),
        (asyncpg.DeadlockDetectedError(), "db.busy"),
        (asyncpg.DiskFullError(), "db.full"),
        (asyncpg.TooManyConnectionsError(), "db.unreachable"),
        (asyncpg.InterfaceError("connection is closed"), "db.unreachable"),
        (ConnectionResetError(), "db.unreachable"),
    ],
)
def test_what_is_not_the_callers_fault_is_unavailable(error: Exception, wanted: str) -> None:
    better = plain(error)
    assert isinstance(better, Unavailable)
    assert better.code == wanted
    assert isinstance(better, Contention) == (wanted == "db.busy")


@pytest.mark.parametrize("error", [asyncpg.UndefinedTableError(), asyncpg.InterfaceError("another"), KeyError()])
def test_a_mistake_of_ours_stays_itself(error: Exception) -> None:
    assert plain(error) is error
