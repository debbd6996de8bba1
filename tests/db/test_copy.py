"""Whole databases carried over between the engines: every type, nasty values, killed copies, filled targets."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

import pytest

from seal.db.copy import copy, read_through
from seal.db.migrate import migrate, require_migrated
from seal.db.shape import INLINE_BYTES, Shape, Tally, line, row, shapes
from seal.db.sides import filling, moment
from seal.errors import BadInput, Refused, Unavailable
from seal.schema import tables
from seal.settings import Settings, settings
from tests.conftest import PostgresServer
from tests.db.processes import ROOT

Value = object
ASSOCIATION = UUID(int=7)
TEXTS = ["", "ñandú «añejo»", "🐝👩‍🌾", "a\nb\r\n\tc", "'; DROP TABLE x; --", "\u2028\x7f\\u0000 \\n", "x" * 300_000]
NUMBERS = [0, -1, 2**60, 2**63 - 1, -(2**63)]
BYTES = [b"\x00", bytes(range(256)), b"\xff" * INLINE_BYTES, b"\x01" * (INLINE_BYTES + 1)]
MOMENTS = [
    datetime(2026, 11, 25, 18, 51, 29, 1, tzinfo=UTC),
    datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=-3))),
]


def _association(shape: Shape) -> tuple[Value, ...]:
    known: dict[str, Value] = {"id": ASSOCIATION, "slug": "aysen", "demonstration": True, "created_at": MOMENTS[0]}
    return tuple(known.get(name, f"{name} ñ") for name in shape.names)


def _file(shape: Shape, number: int) -> tuple[Value, ...]:
    known: dict[str, Value] = {
        "id": UUID(int=1000 - number), "association_id": ASSOCIATION, "sha256": "a" * 64, "received_sha256": "b" * 64,
        "size": max(1, NUMBERS[number % len(NUMBERS)]), "content": BYTES[number % len(BYTES)],
        "media_type": TEXTS[number % len(TEXTS)], "author_id": None if number % 2 else UUID(int=number),
        "stored_at": MOMENTS[number % len(MOMENTS)],
    }  # fmt: skip
    return tuple(known[name] for name in shape.names)


def _scan(shape: Shape, number: int) -> tuple[Value, ...]:
    known: dict[str, Value] = {
        "id": UUID(int=number + 1), "association_id": ASSOCIATION, "public_id": NUMBERS[2] - number, "unit": number,
        "day": date(2026, 1, 1) + timedelta(days=number), "times": 1,
    }  # fmt: skip
    return tuple(known[name] for name in shape.names)


async def _only(found: Sequence[tuple[Value, ...]]):  # type: ignore[no-untyped-def]
    yield list(found)


async def fill(target: Settings, scans: int = 5) -> None:
    """Rows of every type, nasty ones among them; finished."""
    from seal.db.history import default_folder, history
    from seal.db.sides import finish

    known = {shape.table: shape for shape in shapes(tables())}
    ids = [one.migration_id for one in await history(default_folder())]
    async with filling(target, ids) as there:
        await there.load(known["association"], _only([_association(known["association"])]))
        await there.load(known["stored_file"], _only([_file(known["stored_file"], n) for n in range(len(TEXTS))]))
        await there.load(known["scan_count"], _only([_scan(known["scan_count"], n) for n in range(scans)]))
    await finish(target)


@pytest.fixture
def sqlite_at(data_dir: Path) -> Settings:
    return settings()


@pytest.fixture
def postgres_at(data_dir: Path, postgres_server: PostgresServer) -> Iterator[Settings]:
    name = postgres_server.take("template_empty")
    yield Settings.model_validate({**settings().model_dump(), "database_url": postgres_server.url(name)})
    postgres_server.give_back(name, "template_empty")


def other(here: Settings, name: str) -> Settings:
    return Settings.model_validate({**here.model_dump(), "database_url": f"sqlite:///{here.data / name}"})


def quiet(table: str, count: int) -> None:
    pass


async def _digests(where: Settings) -> dict[str, str]:
    async with moment(where) as there:
        return {shape.table: (await read_through(there, shape)).sha256 for shape in shapes(tables())}


async def test_there_and_back_again_with_equal_digests(sqlite_at: Settings, postgres_at: Settings) -> None:
    await fill(sqlite_at)
    across = await copy(sqlite_at, postgres_at, shapes(tables()), quiet)
    back = other(sqlite_at, "back.db")
    home = await copy(postgres_at, back, shapes(tables()), quiet)
    assert across == home
    counts = {one.table: one.count for one in home}
    assert (counts["association"], counts["stored_file"], counts["scan_count"]) == (1, len(TEXTS), 5)
    assert await _digests(sqlite_at) == await _digests(postgres_at) == await _digests(back)
    for one in (postgres_at, back):
        await require_migrated(one)


async def test_what_is_read_is_what_was_written(sqlite_at: Settings, postgres_at: Settings) -> None:
    await fill(sqlite_at)
    await copy(sqlite_at, postgres_at, shapes(tables()), quiet)
    shape = next(one for one in shapes(tables()) if one.table == "stored_file")
    async with moment(postgres_at) as there:
        found = [one async for chunk in there.chunks(shape) for one in chunk]
    assert sorted(found, key=str) == sorted((_file(shape, n) for n in range(len(TEXTS))), key=str)


async def test_more_rows_than_an_engine_binds_at_once(sqlite_at: Settings, postgres_at: Settings) -> None:
    await fill(sqlite_at, scans=9_000)  # six values each: more than 32,767
    done = await copy(sqlite_at, postgres_at, shapes(tables()), quiet)
    assert next(one.count for one in done if one.table == "scan_count") == 9_000


def test_a_line_gives_back_its_row() -> None:
    shape = next(one for one in shapes(tables()) if one.table == "stored_file")
    for number in range(12):
        values = _file(shape, number)
        text = line(shape, values)
        assert text.endswith(b"\n")
        assert text.count(b"\n") == 1
        blobs = {hashlib.sha256(data).hexdigest(): data for data in BYTES}
        assert row(shape, text, blobs) == values


def test_text_that_postgresql_cannot_hold_is_named() -> None:
    shape = Shape("t", "id", (("id", "INTEGER"), ("name", "TEXT")))
    with pytest.raises(BadInput) as caught:
        line(shape, (3, "a\0b"))
    assert (caught.value.code, dict(caught.value.params)) == ("db.nul", {"table": "t", "column": "name", "row": "3"})


@pytest.mark.parametrize("text", [b"{}", b"[]", b'{"id":1,"more":2}', b"x", b'{"id":1,"name":"a","x":1}'])
def test_a_line_of_another_form_is_refused(text: bytes) -> None:
    with pytest.raises(BadInput, match=r"db.line"):
        row(Shape("t", "id", (("id", "INTEGER"), ("name", "TEXT"))), text, {})


async def test_nothing_is_written_over(sqlite_at: Settings, postgres_at: Settings) -> None:
    await fill(sqlite_at)
    await migrate(postgres_at)
    before = await _digests(postgres_at)
    with pytest.raises(Refused, match=r"db.not_empty"):
        await copy(sqlite_at, postgres_at, shapes(tables()), quiet)
    assert await _digests(postgres_at) == before
    with pytest.raises(Refused, match=r"db.not_empty"):
        await copy(postgres_at, sqlite_at, shapes(tables()), quiet)


async def test_a_row_that_refers_to_nothing_leaves_the_target_unfinished(
    sqlite_at: Settings, postgres_at: Settings
) -> None:
    await fill(sqlite_at)
    with closing(sqlite3.connect(sqlite_at.sqlite_path)) as database:
        database.execute(
            "INSERT INTO log_head (id, association_id, size, frontier, changed_at) VALUES (?, ?, 0, x'', ?)",
            (str(UUID(int=3)), str(UUID(int=99)), "2026-01-01 00:00:00+00:00"),
        )
        database.commit()
    for target in (other(sqlite_at, "to.db"), postgres_at):
        with pytest.raises(Exception, match=r"refer|foreign"):
            await copy(sqlite_at, target, shapes(tables()), quiet)
        with pytest.raises(Unavailable, match=r"db.unfinished"):
            await require_migrated(target)
        with pytest.raises(Unavailable, match=r"db.unfinished"):
            await migrate(target)


async def test_a_difference_after_the_copy_is_found(sqlite_at: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    await fill(sqlite_at)
    honest = Tally.add
    sums = iter(range(10_000))

    def add(tally: Tally, lines: Sequence[bytes]) -> None:
        honest(tally, [b"%d" % next(sums), *lines])  # each reading gives another digest

    monkeypatch.setattr(Tally, "add", add)
    target = other(sqlite_at, "to.db")
    with pytest.raises(Refused, match=r"db.copy_differs"):
        await copy(sqlite_at, target, shapes(tables()), quiet)
    with pytest.raises(Unavailable, match=r"db.unfinished"):
        await require_migrated(target)


_SLOW = """
import asyncio, sys, time
from seal.db.copy import copy
from seal.db.shape import shapes
from seal.schema import tables
from seal.settings import Settings, settings
def tell(table, count):
    if table == "stored_file" and count:
        print("now", flush=True); time.sleep(60)
here = settings()
there = Settings.model_validate({**here.model_dump(), "database_url": sys.argv[1]})
asyncio.run(copy(here, there, shapes(tables()), tell))
"""


async def test_a_killed_copy_says_that_it_is_unfinished(sqlite_at: Settings, postgres_at: Settings) -> None:
    await fill(sqlite_at)
    for target in (other(sqlite_at, "to.db"), postgres_at):
        copying = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _SLOW, target.database_url,
            cwd=ROOT, env=dict(os.environ), stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert copying.stdout is not None
        assert await asyncio.wait_for(copying.stdout.readline(), 60) == b"now\n"
        copying.send_signal(signal.SIGKILL)
        await copying.wait()
        with pytest.raises(Unavailable, match=r"db.unfinished"):
            await require_migrated(target)
