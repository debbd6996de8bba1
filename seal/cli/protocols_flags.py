"""``seal protocols flags | clear``: what an expert must still clear in a version, and that somebody did."""

from __future__ import annotations

import argparse
import sys
from datetime import date

from seal.cli.protocols_life import shared
from seal.cli.words import translator
from seal.identity import Acting
from seal.protocols import service
from seal.protocols.flags import Standing
from seal.web.i18n import Translator


def add_to(group: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    listing = group.add_parser("flags", help="the review flags of a version, open and cleared")
    _version(listing)
    shared(listing, run_flags)
    clear = group.add_parser("clear", help="note who read what a review flag asks for")
    _version(clear)
    clear.add_argument("place", help="a point, or a section such as capacity")
    clear.add_argument("flag", help="national_text, calibrate or source_unread")
    clear.add_argument("--name", required=True, help="who read it; shown on the public page")
    clear.add_argument("--note", required=True, help="what was read")
    clear.add_argument("--on", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the day (default: today)")
    clear.add_argument("--reopen", action="store_true", help="it must be read again")
    shared(clear, run_clear)


def _version(command: argparse.ArgumentParser) -> None:
    command.add_argument("protocol")
    command.add_argument("version")


async def run_flags(acting: Acting, words: argparse.Namespace) -> int:
    t = translator()
    for one in await service.flags_of_version(acting, f"{words.protocol}@{words.version}"):
        _say(one, t)
    return 0


async def run_clear(acting: Acting, words: argparse.Namespace) -> int:
    done = await service.clear(
        acting,
        f"{words.protocol}@{words.version}",
        f"{words.place} {words.flag}",
        name=words.name,
        on=words.on,
        note=words.note,
        reopen=words.reopen,
    )
    _say(done, translator())
    return 0


def _say(one: Standing, t: Translator) -> None:
    told = [f"{one.flag.place}  {t(f'protocols.review.{one.flag.flag}')}"]
    told += [
        "  " + t(f"protocols.flags.act.{act.act.value}", name=act.name, on=t.day(act.on), note=act.note)
        for act in one.acts
    ]
    sys.stdout.write("".join(line + "\n" for line in told))
