"""The one engine of this process: opened by ``start``, bound to every table, closed by ``stop``."""

from __future__ import annotations

import os

from piccolo.table import TABLE_REGISTRY

from seal.db.postgres import SealPostgresEngine
from seal.db.sqlite import SealSQLiteEngine
from seal.settings import Settings

Engine = SealSQLiteEngine | SealPostgresEngine

# Tables imported after `start` ask Piccolo's configuration, which asks `current`.
os.environ.setdefault("PICCOLO_CONF", "seal.piccolo_conf")


class _Running:
    """Who holds the engine open: a web application inside a test that already has it counts twice."""

    engine: Engine | None = None
    url: str = ""
    holders: int = 0


def make(settings: Settings) -> Engine:
    """An engine for ``settings``, not yet open. Touches no file and no server."""
    if settings.engine == "sqlite":
        return SealSQLiteEngine(settings.sqlite_path)
    return SealPostgresEngine(settings.database_url)


async def start(settings: Settings) -> None:
    """Open the database and bind Piccolo's tables to it. Safe to call again with the same database.

    Raises ``Unavailable('db.unreachable' | 'db.not_durable')``; ``RuntimeError`` when another is open.
    """
    if _Running.engine is not None:
        if _Running.url != settings.database_url:
            raise RuntimeError("another database is open in this process: stop() it first")
        _Running.holders += 1
        return
    engine = make(settings)
    try:
        await engine.open()
    except BaseException:
        await engine.close()
        raise
    _Running.engine, _Running.url, _Running.holders = engine, settings.database_url, 1
    bind(engine)


async def stop() -> None:
    """Close the database once everyone who started it has stopped it."""
    if _Running.engine is None:
        return
    _Running.holders -= 1
    if _Running.holders:
        return
    engine, _Running.engine = _Running.engine, None
    bind(None)
    await engine.close()


def bind(engine: Engine | None) -> None:
    """Make every known table use ``engine``."""
    for table in TABLE_REGISTRY:
        table._meta._db = engine


def current() -> Engine:
    """The open engine. ``RuntimeError`` before ``start``."""
    if _Running.engine is None:
        raise RuntimeError("the database engine is not started: await seal.db.engine.start(settings)")
    return _Running.engine


async def data_version() -> str:
    """A text that changes whenever any process has committed to this database; for caches to compare."""
    return await current().data_version()
