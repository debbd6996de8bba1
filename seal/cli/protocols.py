"""``seal protocols list | check | print | publish``: words here, work in ``seal.protocols.commands``."""

from __future__ import annotations

import argparse

from seal.cli.session import add_association, add_data, opened, owner, the_association
from seal.cli.words import language
from seal.protocols import commands as work


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = commands.add_parser("protocols", help="the library of protocols").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    group.add_parser("list", help="what the library holds").set_defaults(
        run=lambda words: work.show_library(language())
    )
    check = group.add_parser("check", help="read protocol folders and name every fault")
    check.add_argument("folders", nargs="*", metavar="FOLDER", help="protocols/<id>/<version> (default: the library)")
    check.set_defaults(run=lambda words: work.check(words.folders, language()))
    show = group.add_parser("print", help="the checklist of a protocol, as text")
    show.add_argument("protocol")
    show.add_argument("version")
    show.set_defaults(run=lambda words: work.show(words.protocol, words.version, language()))
    publish = group.add_parser("publish", help="freeze a version for an association and log it")
    publish.add_argument("protocol")
    publish.add_argument("version")
    add_association(publish)
    add_data(publish)
    publish.set_defaults(run=run_publish)


async def run_publish(words: argparse.Namespace) -> int:
    async with opened():
        association = await the_association(words.association)
        return await work.publish(owner(association), words.protocol, words.version)
