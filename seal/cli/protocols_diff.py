"""``seal protocols diff A B``: what changes from one version to another, in words, and whom it would touch."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from uuid import UUID

from seal.certificates.impact import impact
from seal.cli.session import add_association, add_data, opened, owner, the_association
from seal.cli.words import language
from seal.errors import NotFound
from seal.protocols import comparing, diff_words
from seal.protocols.diff import compare
from seal.protocols.model import Protocol
from seal.settings import SettingsError
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
    """A name means the version as the association keeps it; without a database, or without an association in it, the
    one of the library, which is said. Two folders need neither."""
    t = translator(language())
    if not words.producers:
        before, after = await _both(words, t)
        _say(_report(before, after, t))
        return 0
    async with opened():
        association = await the_association(words.association)
        acting = owner(association)
        before, after = [await _one(association.id, name) for name in (words.before, words.after)]
        standings = await impact(acting, after, of=before.id)
        failing = [one for one in standings if not one.passes]
        unasked = len({point for one in standings for point in one.open})
        _say(_report(before, after, t, failing=len(failing), in_force=len(standings), unasked=unasked))
        for one in standings:
            said = t("protocols.diff.passes" if one.passes else "protocols.diff.fails")
            why = [t("protocols.diff.because", points=", ".join(one.because))] if one.because else []
            left = [t("protocols.diff.open", points=", ".join(one.open))] if one.open else []
            _say([f"  {one.trade_name}: {'; '.join([said, *why, *left])}"])
    return 0


def _is_folder(name: str) -> bool:
    return (Path(name) / "protocol.yaml").is_file()


async def _one(association_id: UUID, name: str) -> Protocol:
    return comparing.from_files(name) if _is_folder(name) else await comparing.named(association_id, name)


async def _both(words: argparse.Namespace, t: Translator) -> tuple[Protocol, Protocol]:
    if not (_is_folder(words.before) and _is_folder(words.after)):
        try:
            async with opened():
                association = await the_association(words.association)
                return await _one(association.id, words.before), await _one(association.id, words.after)
        except (SettingsError, NotFound) as error:
            if words.association or (isinstance(error, NotFound) and error.code != "cli.no_association"):
                raise
        sys.stderr.write(t("protocols.diff.of_library") + "\n")
    return comparing.from_files(words.before), comparing.from_files(words.after)


def _report(
    before: Protocol, after: Protocol, t: Translator, *, failing: int | None = None, in_force: int = 0, unasked: int = 0
) -> list[str]:
    found = compare(before, after)
    declared = after.edition.change
    told = [diff_words.sentence(found, t, failing=failing, in_force=in_force, unasked=unasked)]
    told += [f"  {line}" for line in diff_words.lines(found, before, after, t)]
    if found.understated(declared.value if declared else None):
        told.append(
            t("protocols.diff.understated", declared=declared.value if declared else "", found=found.effect.value)
        )
    return told


def _say(lines: list[str]) -> None:
    sys.stdout.write("".join(line + "\n" for line in lines))
