"""``seal keys shares | restore | retire``."""

from __future__ import annotations

import argparse
from pathlib import Path

from seal.cli.keys import asking
from seal.cli.session import opened, the_association
from seal.cli.words import translator
from seal.clock import SystemClock
from seal.keys import papers
from seal.keys import service as keys
from seal.keys.model import KeyRole

_ROLES = (KeyRole.NEXT.value, KeyRole.ISSUING.value)


def add_shares(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--of", choices=_ROLES, required=True, help="which key")
    parser.add_argument("--file", metavar="FILE", type=Path, help="its file; default: where the ceremony put it")
    parser.add_argument("--needed", metavar="K", type=int, default=2, help="sheets that are enough (default 2)")
    parser.add_argument("--total", metavar="N", type=int, default=3, help="sheets in all (default 3)")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="where the sheets go")
    parser.add_argument("--passphrase-file", metavar="FILE", type=Path, help="what opens the key")
    asking.add_people(parser)


def add_restore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--of", choices=_ROLES, default=KeyRole.NEXT.value, help="which key (default next)")
    parser.add_argument("--shares", metavar="FILE", type=Path, nargs="*", default=[], help="sheets; typed without")
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help="the key file to write")
    asking.add_people(parser)


def add_retire(parser: argparse.ArgumentParser) -> None:
    asking.add_people(parser)


async def run_shares(words: argparse.Namespace) -> int:
    """Writes secrets into a folder that the person names; they are to be printed and then destroyed."""
    async with opened() as given:
        association = await the_association(words.association)
        shared = await keys.share(
            association.id,
            KeyRole(words.of),
            asking.old_passphrase(given, words.passphrase_file),
            SystemClock().now(),
            file=words.file,
            needed=words.needed,
            total=words.total,
            attendance=asking.attendance(words),
        )
        for path in await papers.write_sheets(association, shared, asking.lang(words), words.out):
            print(f"sheet       {path}")
        for path in await papers.write_record(association, shared.record, asking.lang(words)):
            print(f"record      {path}")
        print(translator()("cli.keys.destroy_sheets", folder=str(words.out)))
    return 0


async def run_restore(words: argparse.Namespace) -> int:
    async with opened() as given:
        association = await the_association(words.association)
        texts = asking.texts(words.shares)
        role = KeyRole(words.of)
        await keys.joined(association.id, texts, role)  # before anybody types a passphrase for nothing
        phrase, at = asking.passphrase(given), SystemClock().now()
        people = asking.attendance(words)
        record = await keys.restore(association.id, texts, role, words.out, phrase, at, attendance=people)
        print(f"file        {words.out}")
        for path in await papers.write_record(association, record, asking.lang(words)):
            print(f"record      {path}")
    return 0


async def run_retire(words: argparse.Namespace) -> int:
    async with opened():
        association = await the_association(words.association)
        people = asking.attendance(words)
        record = await keys.retire(association.id, SystemClock().now(), attendance=people)
        for what, value in record.entries:
            print(f"{what}   {value}")
        for path in await papers.write_record(association, record, asking.lang(words)):
            print(f"record      {path}")
    return 0
