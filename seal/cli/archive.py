"""``seal archive --out FILE`` and ``seal archive serve FILE``: words here, work in ``seal.public``."""

from __future__ import annotations

import argparse
from pathlib import Path

from seal.cli.session import add_association, add_data, opened, the_association, unlock
from seal.cli.words import translator
from seal.clock import SystemClock
from seal.errors import BadInput
from seal.public import gathering, hosting, opening


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("archive", help="one file that verifies for ever without this server")
    command.add_argument("--out", metavar="FILE", type=Path, help="the zip to write; nothing is overwritten")
    command.add_argument("--for", dest="handed_to", metavar="NAME", default="", help="a successor or a library")
    add_association(command)
    add_data(command)
    command.set_defaults(run=run)
    serve = command.add_subparsers(dest="what", metavar="serve").add_parser("serve", help="host an archive")
    serve.add_argument("file", metavar="FILE", type=Path)
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8080)
    serve.set_defaults(run=run_serve)


async def run(words: argparse.Namespace) -> int:
    """Raises ``BadInput('public.out_needed' | 'public.out_exists')``."""
    if words.out is None:
        raise BadInput("public.out_needed")
    if words.out.exists():
        raise BadInput("public.out_exists", file=str(words.out))
    async with opened() as given:
        association = await the_association(words.association)
        await unlock(association, given)
        data = await gathering.archive(association.id, SystemClock().now(), handed_to=words.handed_to.strip())
    words.out.write_bytes(data)
    print(translator()("cli.archive_written", file=str(words.out), bytes=len(data)))
    return 0


def run_serve(words: argparse.Namespace) -> int:
    """Serves until it is stopped; an archive with faults says so itself. Raises ``BadInput('public.no_zip')``."""
    found = opening.read(words.file)
    if "index.html" not in found.members:
        raise BadInput("public.no_zip", file=str(words.file))
    with hosting.server(found.members, words.host, words.port) as running:
        print(f"http://{words.host}:{running.server_address[1]}/", flush=True)
        running.serve_forever()
    return 0
