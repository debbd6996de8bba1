"""``seal log witnesses list | add | remove``: whose cosignatures the log takes and serves."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from seal.cli.session import add_association, add_data, opened, the_association
from seal.cli.words import translator
from seal.clock import SystemClock, rfc3339
from seal.errors import Refused, Unavailable
from seal.keys import service as keys
from seal.transparency import witnessing
from seal.transparency.cosignature import parse_witness_key


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = commands.add_parser("log", help="the public log").add_subparsers(dest="what", required=True, metavar="WHAT")
    acts = group.add_parser("witnesses", help="who cosigns the log's checkpoints").add_subparsers(
        dest="act", required=True, metavar="ACT"
    )
    add = acts.add_parser("add", help="take and serve the cosignatures of a witness")
    add.add_argument("key", metavar="VKEY", help="its verifier key, as `seal witness show` prints it")
    add.add_argument("--url", help="where it takes checkpoints (add-checkpoint), if it does not come for them")
    remove = acts.add_parser("remove", help="stop taking and serving them")
    remove.add_argument("name", metavar="NAME")
    remove.add_argument("--reason", required=True, help="why; it is kept")
    show = acts.add_parser("list", help="who they are, and what they cosigned last")
    for command, run in ((add, run_add), (remove, run_remove), (show, run_list)):
        add_association(command)
        add_data(command)
        command.set_defaults(run=run)


async def run_add(words: argparse.Namespace) -> int:
    """Raises ``Refused('transparency.witness_own_key')`` for a key of the association: nobody witnesses himself."""
    async with opened():
        association = await the_association(words.association)
        try:
            chain = (await keys.public_keys(association.id)).history
            own = {period.raw for period in (*chain.issuing, *chain.log)}
        except Unavailable:
            own = set()
        if parse_witness_key(words.key).raw in own:
            raise Refused("transparency.witness_own_key")
        added = await witnessing.add(association.id, words.key, words.url, SystemClock().now())
        print(translator()("cli.witness_added", name=added.key.name))
    return 0


async def run_remove(words: argparse.Namespace) -> int:
    async with opened():
        association = await the_association(words.association)
        gone = await witnessing.remove(association.id, words.name, words.reason, SystemClock().now())
        print(translator()("cli.witness_removed", name=gone.key.name))
    return 0


async def run_list(words: argparse.Namespace) -> int:
    async with opened():
        association = await the_association(words.association)
        for one, last in await witnessing.last_cosigned(association.id):
            print(one.key.text)
            print(f"  since {rfc3339(one.since)}" + (f", {one.url}" if one.url else ""))
            print(f"  {_last(last.size, last.at)}" if last else "  -")
    return 0


def _last(size: int, at: int) -> str:
    return f"size {size} at {rfc3339(datetime.fromtimestamp(at, UTC))}"
