"""``seal``: the command line. Thin: each command parses its words and calls verbs of the rooms.

seal up            migrate, make the worked example if the database is empty, serve (what ``deploy/run`` calls)
seal serve         serve what is there
seal demo          the main job once, from nothing, into a folder
seal migrate       bring the database to this version's schema
seal associations  create | list
seal people        add | list | link       (a one-time sign-in link, printed on this terminal)
seal keys          ceremony | show | record | rotate | compromise | retire | stop | start | shares | restore
seal log           witnesses list | add | remove
seal witness       init | show | add | list | once | run | serve   (cosign another log, apart from its server)
seal monitor       follow another log, apart from its server, and report what is wrong
seal protocols     list | check | print | new | explain | simulate | export | import     (files)
                   propose | publish | return | withdraw | states | drafts | adapt | flags | clear | diff
seal jobs          run the periodic jobs once, or keep running them
seal verify        judge a label, an address or a file without any server; check an archive
seal archive       write one file that verifies for ever without this server | serve it
seal epcis         export | import   (trace events, EPCIS 2.0)
seal fsck          check the invariants on a database and name each row that breaks one
seal backup        the whole database in one file, encrypted to two recipients or more; keygen
seal restore       a backup into an empty database
seal recovery      show | replay | settle | accept   (an older database than what was signed)
seal db copy       everything from SQLite to PostgreSQL or back

Exit codes: 0 done, 1 refused or a fault found, 2 wrong words, 3 cannot be judged (``verify``).
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
import sqlite3
import sys
from collections.abc import Awaitable, Callable

from seal.cli.words import explain
from seal.errors import BadInput, SealError, Unavailable
from seal.settings import SettingsError, settings

Command = Callable[[argparse.Namespace], int | Awaitable[int]]

MODULES = {
    "up": "serve",
    "serve": "serve",
    "demo": "demo",
    "migrate": "database",
    "associations": "associations",
    "people": "people",
    "keys": "keys",
    "log": "log",
    "witness": "witness",
    "monitor": "monitor",
    "protocols": "protocols",
    "jobs": "jobs",
    "verify": "verify",
    "archive": "archive",
    "epcis": "epcis",
    "fsck": "fsck",
    "backup": "backup",
    "restore": "backup",
    "db": "backup",
    "recovery": "recovery",
}
"""Command -> the module under ``seal.cli`` that has it."""


def parser(argv: list[str]) -> argparse.ArgumentParser:
    """The command that is asked for, else all of them: ``seal verify`` must not load a web application."""
    top = argparse.ArgumentParser(prog="seal", description="Certification and traceability for small producers.")
    top.add_argument("--traceback", action="store_true", help="show where an error came from")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    asked = next((MODULES[word] for word in argv if word in MODULES), None)
    for name in (asked,) if asked else dict.fromkeys(MODULES.values()):
        importlib.import_module(f"seal.cli.{name}").add_to(commands)
    return top


def parsed(given: list[str]) -> argparse.Namespace:
    """The words of a command line. A command may take one ``last_word`` behind its options: argparse alone takes
    words that may be left out only right behind the ones before them."""
    top = parser(given)
    words, left = top.parse_known_args(given)
    name, allowed = getattr(words, "last_word", ("", ()))
    if len(left) == 1 and left[0] in allowed:
        setattr(words, name, left[0])
    elif left:
        top.error(f"unrecognized arguments: {' '.join(left)}")
    return words


def main(argv: list[str] | None = None) -> int:
    """Entry point. Prints errors as sentences with a remedy; returns the exit code."""
    given = sys.argv[1:] if argv is None else argv
    words = parsed(given)
    command: Command = words.run
    try:
        if getattr(words, "data", None) and words.command != "demo":
            os.environ["SEAL_DATA"] = words.data
            settings.cache_clear()
        result = command(words)
        code = result if isinstance(result, int) else asyncio.run(_finish(result))
        sys.stdout.flush()
        return code
    except SettingsError as error:
        print(f"seal: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read has enough; what is left goes nowhere, so that the exit is quiet too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (SealError, OSError, sqlite3.DatabaseError, EOFError) as error:
        if words.traceback:
            raise
        for line in explain(_told(error)):
            print(f"seal: {line}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


async def _finish(result: Awaitable[int]) -> int:
    return await result


def _told(error: SealError | OSError | sqlite3.DatabaseError | EOFError) -> SealError:
    """A fault of the machine, as something that a person can mend."""
    if isinstance(error, SealError):
        return error
    if isinstance(error, EOFError):
        return BadInput("cli.no_terminal")
    if isinstance(error, OSError):
        return Unavailable("cli.file", file=str(error.filename or "?"), why=error.strerror or type(error).__name__)
    return Unavailable("cli.database_unreadable", why=str(error))
