"""What the server engine promises when its server, pool or replica does not."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from seal.db import engine, in_unit_of_work, reading, unit_of_work
from seal.db import postgres as postgres_module
from seal.db.postgres import SealPostgresEngine
from seal.db.tables import Lease
from seal.db.violations import Contention
from seal.errors import Unavailable
from seal.settings import Settings, settings
from tests.conftest import Database, PostgresServer, on
from tests.db.test_unit_of_work import add, names

pytestmark = on("postgres")


async def _cut(database: Database) -> None:
    """End every session of this database from outside."""
    server = await asyncpg.connect(database.settings.database_url)
    await server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'seal'")
    await server.close()


async def test_a_connection_cut_in_a_unit_of_work_writes_nothing_and_the_next_works(database: Database) -> None:
    async def cut_off() -> None:
        async with unit_of_work():
            await add("lost")
            await _cut(database)
            await add("refused")

    with pytest.raises(Unavailable, match=r"db\.unreachable"):
        await cut_off()
    await in_unit_of_work(lambda: add("next"))
    assert await names() == {"next"}


async def test_a_connection_cut_before_commit_is_never_acknowledged(database: Database) -> None:
    async def cut_off() -> None:
        async with unit_of_work():
            await add("lost")
            await _cut(database)

    with pytest.raises(Unavailable, match=r"db\.(unknown|unreachable)"):
        await cut_off()
    await in_unit_of_work(lambda: add("next"))
    assert await names() == {"next"}


async def test_a_full_pool_is_busy(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_module, "ACQUIRE_SECONDS", 0.1)
    release = asyncio.Event()

    async def hold() -> None:
        async with unit_of_work():
            await release.wait()

    holders = [asyncio.create_task(hold()) for _ in range(postgres_module.POOL_MAX)]
    await asyncio.sleep(0.5)
    with pytest.raises(Contention):
        await asyncio.create_task(_empty_unit())
    release.set()
    await asyncio.gather(*holders)
    await _empty_unit()


async def _empty_unit() -> None:
    async with unit_of_work():
        pass


async def test_without_its_synchronous_standby_a_commit_is_unknown_and_reads_go_on(
    database: Database, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_module, "COMMIT_SECONDS", 0.5)
    server = await asyncpg.connect(postgres_server.url("postgres"))
    await server.execute("SET synchronous_commit = local")
    await server.execute("ALTER SYSTEM SET synchronous_standby_names = 'ghost'")
    await server.execute("SELECT pg_reload_conf()")
    await asyncio.sleep(0.2)
    try:
        with pytest.raises(Unavailable, match=r"db\.unknown"):
            await in_unit_of_work(lambda: add("unknown"))
        async with asyncio.timeout(1):
            await names()
    finally:
        await server.execute("ALTER SYSTEM RESET synchronous_standby_names")
        await server.execute("SELECT pg_reload_conf()")
        await server.close()
    await asyncio.sleep(0.2)
    await in_unit_of_work(lambda: add("next"))
    assert "next" in await names()


async def test_a_database_that_may_lose_commits_is_refused(storage: Settings) -> None:
    server = await asyncpg.connect(storage.database_url)
    await server.execute(
        f"ALTER DATABASE {await server.fetchval('SELECT current_database()')} SET synchronous_commit = off"
    )
    await server.close()
    with pytest.raises(Unavailable, match=r"db\.not_durable"):
        await engine.start(storage)
    with pytest.raises(RuntimeError, match="not started"):
        engine.current()


async def test_a_server_that_is_not_there_is_unreachable(storage: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEAL_DATABASE_URL", "postgres://seal@/x?host=/nowhere")
    settings.cache_clear()
    with pytest.raises(Unavailable, match=r"db\.unreachable"):
        await engine.start(settings())
    await engine.stop()


@pytest.fixture
async def with_replicas(storage: Settings, postgres_server: PostgresServer) -> object:
    """An engine whose first replica is down and whose second holds other rows, to tell who answered."""
    name = postgres_server.take("template_seal")
    made = SealPostgresEngine(
        storage.database_url, {"down": "postgres://seal@/x?host=/nowhere", "second": postgres_server.url(name)}
    )
    await made.open()
    engine.bind(made)
    monkey = pytest.MonkeyPatch()
    monkey.setattr(engine._Running, "engine", made)
    yield made
    monkey.undo()
    engine.bind(None)
    await made.close()
    postgres_server.give_back(name, "template_seal")


async def test_a_read_that_may_be_old_goes_to_a_replica_that_answers(with_replicas: SealPostgresEngine) -> None:
    await in_unit_of_work(lambda: add("primary"))
    assert await names() == {"primary"}
    async with reading(fresh=False):
        assert await names() == set()
        async with unit_of_work():
            assert await names() == {"primary"}, "a unit of work never leaves the primary"
    async with reading(fresh=True):
        assert await names() == {"primary"}


async def test_when_every_replica_is_gone_the_primary_answers(with_replicas: SealPostgresEngine) -> None:
    await in_unit_of_work(lambda: add("primary"))
    await with_replicas.extra_nodes["second"].close_connection_pool()
    async with reading(fresh=False):
        assert await names() == {"primary"}


async def test_values_come_back_as_they_went_in(database: Database) -> None:
    row = Lease(id=uuid4(), name="ñandú", epoch=2**60)
    await in_unit_of_work(lambda: Lease.insert(row))
    assert (await Lease.select())[0]["epoch"] == 2**60
