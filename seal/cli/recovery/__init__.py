"""``seal recovery show | replay | settle | accept``: going on with an older database than was signed."""

from __future__ import annotations

import argparse

from seal.cli.recovery import replaying
from seal.cli.session import add_association, add_data, opened, the_association
from seal.cli.words import explain, translator
from seal.clock import SystemClock
from seal.errors import BadInput, Refused, Unavailable
from seal.transparency import marks

SIGNERS = 2


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = commands.add_parser("recovery", help="go on with an older database").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    for name, text, run in (
        ("show", "why nothing is signed, and what is missing", run_show),
        ("replay", "bring back the log, the numbers and the states that were published", run_replay),
        ("settle", "end the recovery once what was published is decided here again", run_settle),
        ("accept", "go on without leaves that no signed checkpoint covers; two people", run_accept),
    ):
        one = group.add_parser(name, help=text)
        if name == "replay":
            one.add_argument("--tiles", metavar="DIR|URL", help="entries from a mirror, when the kept ones are lost")
        if name == "accept":
            one.add_argument("--reason", required=True)
            one.add_argument("--by", action="append", required=True, metavar="NAME", help="twice: two people")
        add_association(one)
        add_data(one)
        one.set_defaults(run=run)


async def run_show(words: argparse.Namespace) -> int:
    """0 in normal mode, 1 in recovery."""
    said = translator()
    async with opened():
        association = await the_association(words.association)
        for folder in marks.folders(association.id):
            mark = marks.read(folder, association.id)
            size, signed = (mark.head.size, mark.checkpoint.size) if mark else (0, 0)
            print(said("cli.recovery.mark", folder=str(folder), size=size, checkpoint=signed))
        reasons = await replaying.reasons(association)
        if not reasons:
            print(said("cli.recovery.normal"))
            return 0
        for line in explain(Unavailable.because(reasons)):
            print(line)
        for index, purpose in await replaying.undecided(association):
            print(said("cli.recovery.undecided", what=replaying.named(association, index), purpose=purpose))
        return 1


async def run_replay(words: argparse.Namespace) -> int:
    """Names every object that is lost: in the log, not in the database."""
    said = translator()
    async with opened():
        association = await the_association(words.association)
        done = await replaying.replay(association, SystemClock().now(), words.tiles)
        print(said("cli.recovery.replayed", leaves=done.leaves, codes=done.codes, labels=done.labels))
        print(said("cli.recovery.acts", acts=done.acts, voids=done.voids))
        for leaf in done.lost:
            kind, object_id = said(f"cli.recovery.leaf_{int(leaf.leaf_type)}"), str(leaf.object_id)
            print(said("cli.recovery.lost", index=leaf.index, kind=kind, object=object_id))
    return await run_settle(words)


async def run_settle(words: argparse.Namespace) -> int:
    """0 when signing goes on, 1 while something is undecided."""
    said = translator()
    async with opened():
        association = await the_association(words.association)
        open_ones = await replaying.settle(association)
        for index, purpose in open_ones:
            print(said("cli.recovery.undecided", what=replaying.named(association, index), purpose=purpose))
        print(said("cli.recovery.unsettled" if open_ones else "cli.recovery.normal"))
        return 1 if open_ones else 0


async def run_accept(words: argparse.Namespace) -> int:
    """Refused below a signed checkpoint: that would be a second history."""
    if len({" ".join(name.split()).casefold() for name in words.by}) < SIGNERS:
        raise Refused("recovery.two_people")
    if not words.reason.strip():
        raise BadInput("recovery.reason", field="reason")
    async with opened():
        association = await the_association(words.association)
        given_up = await replaying.accept(association, words.reason.strip(), tuple(words.by), SystemClock().now())
        print(translator()("cli.recovery.accepted", leaves=given_up))
    return 0
