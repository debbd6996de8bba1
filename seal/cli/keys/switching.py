"""``seal keys show | record | stop | start``."""

from __future__ import annotations

import argparse
from pathlib import Path

from seal.cli.keys import asking
from seal.cli.session import opened, the_association
from seal.cli.words import translator
from seal.clock import SystemClock, rfc3339
from seal.keys import papers
from seal.keys import service as keys
from seal.web.i18n import Translator


def add_record(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", nargs="?", type=int, help="which record; default: the last")
    parser.add_argument("--list", action="store_true", help="one line for each record")
    parser.add_argument("--out", metavar="DIR", type=Path, help="where its papers go; default: the key folder")
    parser.add_argument("--lang", choices=asking.LANGUAGES, help="language that the paper leads with")


def add_stop(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reason", required=True, help="why, for the record")
    asking.add_people(parser)


def add_start(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reason", help="why, for the record; default: that signing goes on")
    asking.add_people(parser)


async def run_show(words: argparse.Namespace) -> int:
    said = translator()
    async with opened():
        association = await the_association(words.association)
        held = await keys.public_keys(association.id)
        health = await keys.health(association.id, SystemClock().now())
        print(f"{association.did}")
        print(f"fingerprint {held.issuing.key_id}")
        print(f"log key     {held.log.key_id}")
        print(f"next key    {held.history.current.next_sha256}")
        print(f"in use for  {said('cli.keys.days', days=health.age_days)}")
        for advice in health.advice:
            print(said.told(f"keys.advice.{advice.code}", advice.params))
    return 0


async def run_record(words: argparse.Namespace) -> int:
    said = translator()
    async with opened():
        association = await the_association(words.association)
        if words.list:
            for one in await keys.book(association.id):
                print(f"{one.seq:3}  {rfc3339(one.at)}  {said(f'keys.act.{one.act.value}')}")
            return 0
        record = await keys.record(association.id, words.number)
        print(papers.record_text(record, asking.lang(words)), end="")
        for path in await papers.write_record(association, record, asking.lang(words), words.out):
            print(f"record      {path}")
    return 0


async def run_stop(words: argparse.Namespace) -> int:
    return await _turn(words, stop=True)


async def run_start(words: argparse.Namespace) -> int:
    return await _turn(words, stop=False)


async def _turn(words: argparse.Namespace, *, stop: bool) -> int:
    async with opened():
        association = await the_association(words.association)
        turn = keys.stop if stop else keys.start
        reason = Translator(asking.lang(words))("cli.keys.start_reason") if words.reason is None else words.reason
        record = await turn(association.id, reason, asking.attendance(words), SystemClock().now())
        print(translator()("cli.keys.stopped" if stop else "cli.keys.started"))
        for path in await papers.write_record(association, record, asking.lang(words)):
            print(f"record      {path}")
    return 0
