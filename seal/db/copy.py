"""Copy a whole database into an empty one, of the same engine or the other, and compare what arrived."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from seal.db.migrate import require_migrated
from seal.db.shape import Shape, Tally, line
from seal.db.sides import Rows, Source, Tell, filling, finish, migrations_of, moment
from seal.errors import Refused
from seal.settings import Settings


@dataclass(frozen=True)
class Copied:
    """One table: rows, and the digest that both sides gave."""

    table: str
    count: int
    sha256: str


async def counted(chunks: AsyncIterator[Rows], shape: Shape, tally: Tally, tell: Tell | None) -> AsyncIterator[Rows]:
    """The same chunks, counted and digested as they pass."""
    async for chunk in chunks:
        tally.add([line(shape, one) for one in chunk])
        if tell:
            tell(shape.table, tally.count)
        yield chunk


async def read_through(source: Source, shape: Shape) -> Tally:
    """Count and digest of one table."""
    tally = Tally()
    async for _ in counted(source.chunks(shape), shape, tally, None):
        pass
    return tally


async def copy(source: Settings, target: Settings, tables: Sequence[Shape], tell: Tell) -> tuple[Copied, ...]:
    """Every row of ``source``, as it stood at the start, into the empty ``target``.

    Raises ``Unavailable('db.not_migrated' | 'db.newer' | 'db.unfinished')`` for the source,
    ``Refused('db.not_empty')`` for the target, ``BadInput('db.nul')``, ``Refused('db.copy_differs')``. Until it has
    compared both sides the target says that it is unfinished; a copy that is killed leaves it so.
    """
    await require_migrated(source)
    tallies: dict[str, Tally] = {}
    async with moment(source) as here, filling(target, await migrations_of(source)) as there:
        for shape in tables:
            tallies[shape.table] = tally = Tally()
            await there.load(shape, counted(here.chunks(shape), shape, tally, tell))
            tell(shape.table, tally.count)
    return await compare(target, tables, tallies)


async def compare(target: Settings, tables: Sequence[Shape], tallies: dict[str, Tally]) -> tuple[Copied, ...]:
    """Read the target again, table by table; finished only if each equals what was sent."""
    done = []
    async with moment(target) as there:
        for shape in tables:
            sent, found = tallies[shape.table], await read_through(there, shape)
            if (sent.count, sent.sha256) != (found.count, found.sha256):
                raise Refused("db.copy_differs", table=shape.table, sent=sent.count, found=found.count)
            done.append(Copied(shape.table, found.count, found.sha256))
    await finish(target)
    return tuple(done)
