"""Label runs by the product's own verbs: made in pieces, taken up again, stopped, and the same bytes each time."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import chain
from pathlib import Path
from uuid import UUID

import pypdfium2
import pytest

from seal import ids
from seal.batches.model import Batch
from seal.certificates import service as certificates
from seal.errors import BadInput, Conflict, NotFound, Refused
from seal.labels import drawing, run_files, run_making, run_model, run_service
from seal.labels import service as labels
from seal.labels.rolls import service as rolls
from seal.labels.run_model import Run, RunState
from tests import world
from tests.certificates.certified import DAY, Certified, certified, sealed
from tests.certificates.test_sanctions import WHY
from tests.conftest import Database, on
from tests.labels.rolled import allotted

START = world.START
LATER = START + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "PIECE", 24)


async def reserved(count: int = 100) -> tuple[Certified, Batch]:
    made = await certified()
    batch = await sealed(made, units=count)
    await labels.reserve(made.owner(), batch.id, count)
    return made, batch


async def printed(made: Certified, run: Run) -> tuple[Run, bytes]:
    await run_service.print_waiting(made.world.association.id, START)
    found, path = await run_service.file(made.owner(), run.id)
    return found, path.read_bytes()


def numbers(document: bytes) -> list[list[int]]:
    """The unit numbers that stand on each page."""
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(document)]
    return [[int(found) for found in re.findall(r"\b(\d+)/\d+\b", page)] for page in pages]


@on("sqlite")
async def test_a_run_is_printed_and_its_voided_numbers_and_used_places_are_blank(database: Database) -> None:
    made, batch = await reserved()
    await labels.void(made.owner(), batch.id, 5, 6, reason="damaged")
    run = await run_service.ask(made.owner(), batch.id, start=7)
    assert (run.first, run.last, run.state) == (1, 100, RunState.WAITING)
    with pytest.raises(Conflict, match=r"label.run_not_ready"):
        await run_service.file(made.owner(), run.id)
    run, document = await printed(made, run)
    assert (run.state, run.done, run.size) == (RunState.READY, 100, len(document))
    pages = numbers(document)
    assert len(pages) == 5  # 106 places
    assert [*chain(*pages)] == [number for number in range(1, 101) if number not in (5, 6)]
    assert pages[0][-1] == 18  # so many places were left on the first page


@on("sqlite")
async def test_the_same_run_is_the_same_bytes_and_comes_back_when_its_file_is_gone(database: Database) -> None:
    made, batch = await reserved(30)
    run, document = await printed(made, await run_service.ask(made.owner(), batch.id))
    path = run_files.finished(batch.association_id, run.id)
    path.write_bytes(document[:-1] + b"x")
    assert (await run_service.file(made.owner(LATER), run.id))[1].read_bytes() == document  # damaged on the disk
    path.unlink()
    again, other = await run_service.file(made.owner(LATER), run.id)
    assert (other.read_bytes(), again.sha256) == (document, run.sha256)
    assert 7 in numbers(document)[0]
    await labels.void(made.owner(LATER), batch.id, 7, 7, reason="stolen")
    again, other = await run_service.file(made.owner(LATER), run.id)
    assert 7 not in numbers(other.read_bytes())[0]  # a void is never handed out again
    assert (again.sha256 != run.sha256, again.size) == (True, other.stat().st_size)
    for refused in (
        run_service.file(made.owner(START + 400 * DAY), run.id),
        run_service.ask(made.owner(START + 400 * DAY), batch.id),
    ):
        with pytest.raises(Refused, match=r"label.right_ended"):
            await refused
    await run_service.print_waiting(batch.association_id, START + run_model.FILE_KEPT + DAY)
    assert not path.exists()  # swept after a week


async def test_a_killed_run_goes_on_in_another_process_with_the_same_bytes(database: Database) -> None:
    made, batch = await reserved()
    _, expected = await printed(made, await run_service.ask(made.owner(), batch.id))
    run = await run_service.ask(made.owner(), batch.id)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.labels.run_killed", str(batch.association_id), START.isoformat(), "24",
        env=os.environ | {"SEAL_FAILPOINT": "after_piece"},
    )  # fmt: skip
    assert await process.wait() == -signal.SIGKILL
    part = run_files.finished(batch.association_id, run.id).with_suffix(".part")
    left = part.read_bytes()
    assert (await run_service.run_of(made.owner(), run.id)).state is RunState.PRINTING
    assert await run_service.print_soon(START + timedelta(seconds=30)) == 0  # it may be alive still
    assert await run_service.print_soon(START + timedelta(seconds=90)) == 1
    found, path = await run_service.file(made.owner(LATER), run.id)
    document = path.read_bytes()
    assert document == expected
    assert document.startswith(left)
    assert (found.done, 0 < len(left) < len(document)) == (100, True)


async def in_the_middle(made: Certified, run: Run, do: Callable[[], Awaitable[object]], at: timedelta) -> None:
    """Print ``run`` and ``do`` something once its first piece is done."""
    acting, done = made.manager(START + at), asyncio.Event()
    keep = run_files.Draft.add

    def add(self: run_files.Draft, piece: object) -> None:
        keep(self, piece)  # type: ignore[arg-type]
        loop.call_soon_threadsafe(done.set)

    loop = asyncio.get_running_loop()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_files.Draft, "add", add)
        printing = asyncio.create_task(run_making.print_run(acting, made.world.association, run.id))
        await done.wait()
        await do()
        await printing


def files_of(batch: Batch, run: Run) -> list[Path]:
    return sorted(run_files.folder(batch.association_id).glob(f"{run.id}*"))


@on("sqlite")
async def test_a_cancelled_run_stops_and_leaves_nothing(database: Database) -> None:
    made, batch = await reserved()
    run = await run_service.ask(made.owner(), batch.id)

    async def cancel() -> None:
        assert (await run_service.cancel(made.owner(LATER), run.id)).state is RunState.CANCELLED

    await in_the_middle(made, run, cancel, timedelta())
    found = await run_service.run_of(made.owner(), run.id)
    assert (found.state, found.sha256) == (RunState.CANCELLED, None)
    assert found.done < 100
    assert files_of(batch, run) == []
    assert (await run_service.cancel(made.owner(), run.id)).state is RunState.CANCELLED  # again is free
    with pytest.raises(Conflict, match=r"label.run_not_ready"):
        await run_service.file(made.owner(), run.id)


@on("sqlite")
async def test_printing_stops_when_the_right_ends_in_the_middle(database: Database) -> None:
    made, batch = await reserved()
    run = await run_service.ask(made.owner(), batch.id)

    async def suspend() -> None:
        await certificates.suspend(made.certifier(START + DAY), made.certification.id, **WHY)

    await in_the_middle(made, run, suspend, 2 * DAY)
    found = await run_service.run_of(made.owner(), run.id)
    assert (found.state, [one.code for one in found.faults]) == (RunState.FAILED, ["label.right_suspended"])
    assert files_of(batch, run) == []
    with pytest.raises(Conflict, match=r"label.run_over"):
        await run_service.cancel(made.owner(), run.id)


@on("sqlite")
async def test_a_number_voided_in_the_middle_is_blank(database: Database) -> None:
    made, batch = await reserved()
    run = await run_service.ask(made.owner(), batch.id)

    async def void() -> None:
        await labels.void(made.owner(), batch.id, 2, 2, reason="lost")

    await in_the_middle(made, run, void, timedelta())
    found, path = await run_service.file(made.owner(LATER), run.id)
    assert [*chain(*numbers(path.read_bytes()))] == [1, *range(3, 101)]
    assert found.size == path.stat().st_size


@on("sqlite")
async def test_what_cannot_be_printed_is_said_at_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    made, batch = await reserved(10)
    for given, error, code in (
        ({"first": 1, "last": 11}, Refused, "label.not_reserved"),
        ({"first": 5, "last": 4}, Refused, "label.span"),
        ({"first": 0, "last": 4}, Refused, "label.span"),
        ({"start": 25}, BadInput, "label.start"),
        ({"offset_mm": (5.2, 0.0)}, BadInput, "label.offset"),
        ({"format": "a5"}, BadInput, "label.format_unknown"),
    ):
        with pytest.raises(error, match=code):
            await run_service.ask(made.owner(), batch.id, **given)  # type: ignore[arg-type]
    run_id = ids.uuid7(START)
    first = await run_service.ask(made.owner(), batch.id, 1, 5, id=run_id)
    assert await run_service.ask(made.owner(LATER), batch.id, 1, 5, id=run_id) == first
    with pytest.raises(Conflict, match=r"label.id_taken"):
        await run_service.ask(made.owner(), batch.id, 1, 6, id=run_id)
    monkeypatch.setattr(run_model, "MOST_OPEN", 1)
    with pytest.raises(Refused, match=r"label.run_too_many"):
        await run_service.ask(made.owner(), batch.id, 1, 5)


@on("sqlite")
async def test_units_on_seals_of_a_roll_are_not_printed_again(database: Database) -> None:
    made = await certified()
    roll = await allotted(made, 30)
    batch = await sealed(made, units=40)
    await labels.reserve(made.owner(), batch.id, 10)
    await rolls.bind(made.owner(), roll.id, 1, 5, batch.id)  # units 11 to 15
    await labels.reserve(made.owner(), batch.id, 3)
    run, document = await printed(made, await run_service.ask(made.owner(), batch.id))
    assert (run.first, run.last) == (1, 18)
    assert numbers(document) == [[*range(1, 11), 16, 17, 18]]
    with pytest.raises(Refused, match=r"label.nothing_to_print"):
        await run_service.ask(made.owner(), batch.id, 11, 15)


@on("sqlite")
async def test_another_associations_run_does_not_exist(database: Database) -> None:
    made, batch = await reserved(5)
    other = await certified("otra")
    run = await run_service.ask(made.owner(), batch.id)
    attempts: list[Awaitable[object]] = [
        run_service.run_of(other.owner(), run.id),
        run_service.file(other.owner(), run.id),
        run_service.cancel(other.owner(), run.id),
        run_service.ask(other.owner(), batch.id),
        run_service.runs_of(other.owner(), batch.id),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound):
            await attempt


def test_the_oldest_files_go_when_there_are_too_many(data_dir: Path) -> None:
    association_id = UUID(int=1)
    place = run_files.folder(association_id)
    place.mkdir(parents=True)
    for age in range(4):
        path = place / f"{UUID(int=age)}.pdf"
        path.write_bytes(bytes(100))
        os.utime(path, (1000 - age, 1000 - age))
    assert run_files.shrink(association_id, 250) == 2
    assert sorted(path.stem for path in place.iterdir()) == [str(UUID(int=0)), str(UUID(int=1))]
