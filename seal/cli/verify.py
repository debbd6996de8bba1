"""``seal verify``: no database, no network; the work is in ``verification``, ``foreign`` and ``public``."""

from __future__ import annotations

import argparse

from seal.cli.words import language
from seal.foreign import command as foreign
from seal.public import command as archives
from seal.public import register_command as register
from seal.verification import command as work


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("verify", help="judge a label, an address or a file without any server")
    work.add_arguments(command, needed=False)
    foreign.add_arguments(command)
    command.add_argument("--archive", metavar="FILE", help="check an archive; with a label, judge it by the archive")
    command.set_defaults(run=run)


def run(words: argparse.Namespace) -> int:
    """What belongs to this kind of service by its own rules, a credential of anybody else by the W3C's."""
    if words.archive:
        return archives.run(words, language())
    if words.what is None:
        return work.run(words, language())
    if foreign.is_meant(words):
        return foreign.run(words, language())
    snapshot = register.snapshot_in(words.what)
    return work.run(words, language()) if snapshot is None else register.run(snapshot, words, language())
