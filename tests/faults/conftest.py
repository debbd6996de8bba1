"""One database an engine, with everything ready to be decided, sealed and labelled."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio

from seal.batches.model import Batch
from seal.cli import fsck
from seal.clock import SystemClock
from seal.db import engine
from seal.db.migrate import migrate
from seal.identity import system
from seal.people import service as people
from seal.people.model import Person
from seal.settings import settings
from tests import world
from tests.certificates import certified
from tests.certificates.certified import Certified
from tests.cli.kept import kept_environment
from tests.faults.servers import Launcher, Program, Server, serving, sign_in

AUDITS = 4
BATCHES = 9


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of this module's servers; the SEAL_ variables name the database."""
    with kept_environment(request, tmp_path_factory) as path:
        yield path


@dataclass
class Ready:
    """Sealed once, so that labels can be made; batches tested and not yet sealed; audits passed and not decided."""

    folder: Path
    launcher: Launcher
    made: Certified
    sealed: Batch
    batches: list[Batch]
    audits: list[UUID]

    async def program(self, server: Server, person: Person) -> Program:
        """Somebody signed in at a server."""
        now = SystemClock().now()
        link = await people.make_link(system(person.association_id, now), person.id, lasts=timedelta(hours=1))
        return await sign_in(server, link)

    @property
    def owner(self) -> Person:
        return self.made.world.member.owner

    @property
    def manager(self) -> Person:
        return self.made.world.staff.manager

    @property
    def certifier(self) -> Person:
        return self.made.world.staff.certifier

    def serving(
        self, failpoint: str | None = None, *, from_nothing: bool = False
    ) -> AbstractAsyncContextManager[Server]:
        """A server on the database; ``from_nothing`` runs the program itself, not a fork of the launcher."""
        return serving(self.folder, None if from_nothing else self.launcher, failpoint)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ready(folder: Path) -> AsyncIterator[Ready]:
    await migrate(settings())
    await engine.start(settings())
    now = SystemClock().now() - timedelta(minutes=5)
    made = await certified.certified(at=now)
    group, crew = made.world.association, made.world.staff
    audits = []
    for number in range(AUDITS):
        one = await world.member(group, crew.manager, f"Colmenar {number}", at=now)
        audits.append((await world.concluded(crew, one, made.world.version, at=now)).audit_id)
    batches = [await certified.declared(made, lot=f"F-{number}", units=60, at=now) for number in range(BATCHES)]
    for batch in batches:
        await certified.pass_tests(made, batch, at=now)
    sealed = await certified.sealed(made, lot="F-S", units=1_000, at=now)
    async with Launcher() as launcher:
        yield Ready(folder, launcher, made, sealed, batches, audits)
    await engine.stop()


async def clean() -> None:
    """``seal fsck`` finds nothing."""
    for report in await fsck.inspect():
        assert report.breaches == ()
