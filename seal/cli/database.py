"""``seal migrate``."""

from __future__ import annotations

import argparse

from seal.cli.session import configure
from seal.db.migrate import migrate


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("migrate", help="bring the database to this version's schema")
    command.add_argument("--data", metavar="DIR", help="data folder (default: $SEAL_DATA or ./seal-data)")
    command.set_defaults(run=run)


async def run(words: argparse.Namespace) -> int:
    """Migrates under a lock; on SQLite a copy of the file is kept first."""
    given = configure(data=words.data)
    given.data.mkdir(parents=True, exist_ok=True)
    done = await migrate(given)
    if done.copy:
        print(f"copy of the database before: {done.copy}")
    print("\n".join(f"migrated {name}" for name in done.ran) if done.ran else "the schema is up to date")
    return 0
