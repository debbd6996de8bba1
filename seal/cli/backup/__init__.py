"""``seal backup``, ``seal restore`` and ``seal db copy``: whole databases, written out, brought back, carried over."""

from __future__ import annotations

import argparse
from pathlib import Path

from seal.associations import service as associations
from seal.cli.backup import age, making
from seal.cli.progress import Progress
from seal.cli.recovery import replaying
from seal.cli.session import add_data, configure, opened
from seal.cli.words import translator
from seal.clock import SystemClock
from seal.db.copy import copy
from seal.db.shape import shapes
from seal.db.sides import Tell
from seal.errors import BadInput, NotFound
from seal.schema import tables
from seal.settings import Settings


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    backup = commands.add_parser("backup", help="the whole database in one encrypted file, while the server runs")
    backup.add_argument("what", nargs="?", choices=("keygen",), help="make a key file that can open backups")
    backup.add_argument("--out", metavar="FILE", type=Path, required=True, help="the file to make")
    backup.add_argument("--to", metavar="RECIPIENT", action="append", default=[], help="age1… or ssh-…; at least two")
    backup.add_argument("--to-file", metavar="FILE", type=Path, action="append", default=[], help="one a line")
    add_data(backup)
    backup.set_defaults(run=run_backup)
    restore = commands.add_parser("restore", help="a backup into an empty database")
    restore.add_argument("file", metavar="FILE", type=Path)
    restore.add_argument("--identity", metavar="FILE", type=Path, action="append", required=True, help="the key file")
    restore.add_argument("--into", metavar="URL", help="default: $SEAL_DATABASE_URL or the data folder's seal.db")
    add_data(restore)
    restore.set_defaults(run=run_restore)
    group = commands.add_parser("db", help="whole databases").add_subparsers(dest="what", required=True, metavar="WHAT")
    copying = group.add_parser("copy", help="everything into an empty database of the same engine or the other")
    copying.add_argument("--from", dest="source", metavar="URL", required=True)
    copying.add_argument("--to", dest="target", metavar="URL", required=True)
    copying.set_defaults(run=run_copy)


async def run_backup(words: argparse.Namespace) -> int:
    """Reads at one moment; writes ``--out`` whole or not at all."""
    said = translator()
    if words.what == "keygen":
        print(said("cli.backup.keygen", file=str(words.out), recipient=age.keygen(words.out)))
        return 0
    to = age.recipients([*words.to, *(line for path in words.to_file for line in age.recipients_in(path))])
    given = configure(data=words.data)
    with Progress(said("cli.backup.making")) as progress:
        made = await making.backup(given, words.out, to, shapes(tables()), SystemClock().now(), _steps(progress))
    print(said("cli.backup.made", file=str(made.path), rows=made.rows, size=f"{made.size / 1e6:.1f}", count=len(to)))
    return 0


async def run_restore(words: argparse.Namespace) -> int:
    """Fills an empty database, compares every table, migrates."""
    said = translator()
    given = configure(data=words.data, database_url=words.into)
    keys = [key for path in words.identity for key in age.identities(path)]
    with Progress(said("cli.restore.reading")) as progress:
        done = await making.restore(words.file, keys, given, _steps(progress))
    rows = sum(one.count for one in done.tables)
    print(said("cli.restore.done", made_at=done.made_at, tables=len(done.tables), rows=rows))
    if done.migrated:
        print(said("cli.restore.migrated", names=", ".join(done.migrated)))
    print(said("cli.restore.next", data=str(given.data)))
    if any((place / "marks").is_dir() for place in (given.data, *given.marks)):
        async with opened(given):
            if any([await replaying.reasons(one) for one in await associations.all_associations()]):
                print(said("cli.restore.behind"))
    return 0


async def run_copy(words: argparse.Namespace) -> int:
    """Prints rows and digest of each table, equal on both sides."""
    said = translator()
    here = configure()
    source, target = (_at(here, url) for url in (words.source, words.target))
    if source.database_url == target.database_url:
        raise BadInput("db.same", url=words.source)
    if source.engine == "sqlite" and not source.sqlite_path.exists():
        raise NotFound("db.no_file", file=str(source.sqlite_path))
    with Progress(said("cli.copy.copying")) as progress:
        done = await copy(source, target, shapes(tables()), _steps(progress))
    for one in done:
        print(f"  {one.table}\t{one.count}\t{one.sha256}")
    print(said("cli.copy.done", tables=len(done), rows=sum(one.count for one in done)))
    return 0


def _at(here: Settings, url: str) -> Settings:
    if "://" not in url:
        raise BadInput("db.url", url=url[:80])
    return Settings.model_validate({**here.model_dump(), "database_url": url})


def _steps(progress: Progress) -> Tell:
    """Shows on a terminal which table is under way."""
    return lambda table, count: progress.doing(f"{table}: {count}")
