"""``seal protocols diff A B``: what changes from one version to another, in words, and whom it would touch."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from seal.certificates.impact import impact
from seal.cli.session import add_association, add_data, opened, owner, the_association
from seal.cli.words import language
from seal.protocols import comparing, diff_words
from seal.protocols.diff import compare
from seal.protocols.model import Protocol
from seal.web.i18n import Translator, translator


def add_to(group: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = group.add_parser("diff", help="what changes from one version to another, in words")
    command.add_argument("before", metavar="A", help="id@version, or a folder")
    command.add_argument("after", metavar="B", help="id@version, or a folder")
    command.add_argument(
        "--producers", action="store_true", help="score the producers in force of an association again, under B"
    )
    add_association(command)
    add_data(command)
    command.set_defaults(run=run)


async def run(words: argparse.Namespace) -> int:
    """Without ``--producers`` no database is opened: A and B are of the library, or folders."""
    t = translator(language())
    if not words.producers:
        before, after = comparing.from_files(words.before), comparing.from_files(words.after)
        _say(_report(before, after, t))
        return 0
    async with opened():
        association = await the_association(words.association)
        acting = owner(association)
        before, after = [
            comparing.from_files(name)
            if (Path(name) / "protocol.yaml").is_file()
            else await comparing.named(association.id, name)
            for name in (words.before, words.after)
        ]
        standings = await impact(acting, after, of=before.id)
        failing = [one for one in standings if not one.passes]
        _say(_report(before, after, t, failing=len(failing), in_force=len(standings)))
        for one in standings:
            said = t("protocols.diff.passes" if one.passes else "protocols.diff.fails")
            why = [t("protocols.diff.because", points=", ".join(one.because))] if one.because else []
            left = [t("protocols.diff.open", points=", ".join(one.open))] if one.open else []
            _say([f"  {one.trade_name}: {'; '.join([said, *why, *left])}"])
    return 0


def _report(
    before: Protocol, after: Protocol, t: Translator, *, failing: int | None = None, in_force: int = 0
) -> list[str]:
    found = compare(before, after)
    declared = after.edition.change
    told = [diff_words.sentence(found, t, failing=failing, in_force=in_force)]
    told += [f"  {line}" for line in diff_words.lines(found, before, after, t)]
    if found.understated(declared.value if declared else None):
        told.append(
            t("protocols.diff.understated", declared=declared.value if declared else "", found=found.effect.value)
        )
    return told


def _say(lines: list[str]) -> None:
    sys.stdout.write("".join(line + "\n" for line in lines))
