"""What a database says about its own tables, as plain values that two databases can be compared by."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import asyncpg

from seal.settings import Settings

Catalog = dict[str, dict[str, Any]]


async def catalog(settings: Settings) -> Catalog:
    """Columns, constraints and indexes of every table but the record of migrations."""
    if settings.engine == "sqlite":
        with closing(sqlite3.connect(settings.sqlite_path)) as database:
            return _sqlite(database)
    server = await asyncpg.connect(settings.database_url)
    try:
        return await _postgres(server)
    finally:
        await server.close()


def _sqlite(database: sqlite3.Connection) -> Catalog:
    found: Catalog = {}
    for name, sql in database.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name != 'migration'"
    ).fetchall():
        indexes = database.execute(f'PRAGMA index_list("{name}")').fetchall()
        found[name] = {
            "text": " ".join(sql.split()),
            "columns": [row[1:] for row in database.execute(f'PRAGMA table_xinfo("{name}")')],
            "references": sorted(row[2:] for row in database.execute(f'PRAGMA foreign_key_list("{name}")')),
            "indexes": sorted(
                (index[1:], tuple(row[2] for row in database.execute(f'PRAGMA index_info("{index[1]}")')))
                for index in indexes
            ),
            "index text": sorted(
                row[0] or "" for row in database.execute("SELECT sql FROM sqlite_master WHERE tbl_name = ?", (name,))
            ),
        }
    return found


async def _postgres(server: asyncpg.Connection) -> Catalog:
    found: Catalog = {}
    names = await server.fetch(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename != 'migration'"
    )
    for (name,) in names:
        columns = await server.fetch(
            "SELECT column_name, data_type, is_nullable, column_default FROM information_schema.columns "
            "WHERE table_name = $1 ORDER BY ordinal_position",
            name,
        )
        constraints = await server.fetch(
            "SELECT conname, contype, convalidated, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = $1::regclass ORDER BY conname",
            f'"{name}"',
        )
        indexes = await server.fetch("SELECT indexdef FROM pg_indexes WHERE tablename = $1 ORDER BY indexname", name)
        found[name] = {
            "columns": [tuple(row) for row in columns],
            "constraints": [tuple(row) for row in constraints],
            "indexes": [row[0] for row in indexes],
        }
    return found
