"""The one Piccolo app: every table of every slice.

``python -m seal.schema NAME "What it does"`` drafts the next migration from what changed in ``tables.py``.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
from importlib.util import find_spec

from piccolo.conf.apps import AppConfig
from piccolo.table import Table

from seal.db.draft import draft
from seal.db.history import APP_NAME, default_folder

SLICES = (
    "db",
    "associations",
    "people",
    "notices",
    "files",
    "printing",
    "transparency",
    "keys",
    "protocols",
    "members",
    "progress",
    "audits",
    "certificates",
    "batches",
    "batches.book",
    "labels",
    "labels.own",
    "labels.rolls",
    "labels.boxes",
    "traceability",
    "traceability.epcis",
    "verification",
    "public",
)


def tables_of(slice_name: str) -> list[type[Table]]:
    """The tables of ``seal/<slice>/tables.py`` (a dot: a folder in a room), as written; none if there is no file."""
    module_name = f"seal.{slice_name}.tables"
    if find_spec(module_name) is None:
        return []
    module = importlib.import_module(module_name)
    return [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, Table) and thing.__module__ == module_name
    ]


def tables() -> list[type[Table]]:
    """Every table of Seal."""
    return [table for slice_name in SLICES for table in tables_of(slice_name)]


APP_CONFIG = AppConfig(app_name=APP_NAME, migrations_folder_path=str(default_folder()), table_classes=list(tables()))


def main(arguments: list[str]) -> int:
    """Draft a migration. Returns an exit status: 0 written, 1 nothing changed, 2 wrong use."""
    if len(arguments) != 2 or not arguments[0].isidentifier():
        sys.stderr.write('usage: python -m seal.schema NAME "What it does"\n')
        return 2
    slices = {slice_name: tables_of(slice_name) for slice_name in SLICES}
    path = asyncio.run(draft(default_folder(), arguments[0], slices, arguments[1]))
    sys.stdout.write(f"wrote {path}: read it, then run the tests of storage\n" if path else "nothing changed\n")
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
