"""``seal epcis export | import``: trace events as a file for others, and a file from others."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from seal.cli.session import add_association, add_data, opened, owner, the_association
from seal.cli.words import translator
from seal.traceability.epcis import service as epcis


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = commands.add_parser("epcis", help="trace events (EPCIS 2.0) in and out").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    out = group.add_parser("export", help="every event of the association as an EPCISDocument")
    out.add_argument("--out", metavar="FILE", default="-", help="where to (default: the terminal)")
    out.add_argument("--claims", action="store_true", help="also what others sent")
    add_association(out)
    add_data(out)
    out.set_defaults(run=run_export)
    bring = group.add_parser("import", help="a file of events: all of it or nothing")
    bring.add_argument("file", metavar="FILE")
    add_association(bring)
    add_data(bring)
    bring.set_defaults(run=run_import)


async def run_export(words: argparse.Namespace) -> int:
    async with opened():
        data = await epcis.export(owner(await the_association(words.association)), claims=words.claims)
    if words.out == "-":
        sys.stdout.buffer.write(data + b"\n")
    else:
        Path(words.out).write_bytes(data)
        print(translator()("epcis.written", file=words.out, bytes=len(data)))
    return 0


async def run_import(words: argparse.Namespace) -> int:
    data = Path(words.file).read_bytes()
    async with opened():
        done = await epcis.capture(owner(await the_association(words.association)), data, way="import")
    print(translator()("epcis.counted", stored=done.stored, known=done.known))
    return 0
