"""``seal keys ceremony | rotate | compromise``."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from uuid import UUID

from seal.associations.model import Association
from seal.cli.keys import asking
from seal.cli.session import opened, the_association
from seal.cli.words import translator
from seal.clock import SystemClock, rfc3339
from seal.errors import BadInput
from seal.keys import inquiry, papers
from seal.keys import service as keys
from seal.keys.ceremony import CeremonyRecord
from seal.keys.inquiry import Logged

LISTED = 200
"""Lines of a list that people read on a terminal."""


def add_ceremony(parser: argparse.ArgumentParser) -> None:
    asking.add_people(parser)
    asking.add_token(parser)


def add_rotate(parser: argparse.ArgumentParser) -> None:
    asking.add_next(parser)
    asking.add_people(parser)
    asking.add_token(parser)


def add_compromise(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--show", action="store_true", help="only list checkpoints, or with --before what came after")
    parser.add_argument(
        "--before", metavar="SIZE|FILE", help="trust what the log held below this size, or a checkpoint's file"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--issuing", action="store_true", help="only the issuing key was stolen")
    which.add_argument("--log", action="store_true", help="only the log key was stolen")
    which.add_argument("--key", metavar="FINGERPRINT", action="append", help="another key, such as a replaced one")
    parser.add_argument("--reason", default="", help="what happened, for the record")
    parser.add_argument("--yes", action="store_true", help="do not ask to confirm what is no longer trusted")
    add_rotate(parser)


async def run_ceremony(words: argparse.Namespace) -> int:
    """Makes key files under the data folder, readable by their owner only, and logs the first key statement."""
    async with opened() as given:
        association = await the_association(words.association)
        people = asking.attendance(words)
        made = await keys.ceremony(
            association.id,
            asking.passphrase(given),
            SystemClock().now(),
            allow_localhost=False,
            attendance=people,
            in_token=words.token,
        )
        await _say(association, made, asking.lang(words))
    return 0


async def _say(association: Association, made: CeremonyRecord, lang: str) -> None:
    for line in made.lines():
        print(line)
    for path in await papers.write_record(association, made.record, lang):
        print(f"record      {path}")
    print(translator()("cli.keys.carry_off", path=str(made.next_path)))


async def run_rotate(words: argparse.Namespace) -> int:
    """The old keys sign nothing more from here on; what they signed goes on verifying."""
    async with opened() as given:
        association = await the_association(words.association)
        seed = await asking.next_seed(association.id, words, given)
        people = asking.attendance(words)
        at = SystemClock().now()
        phrase = asking.passphrase(given)
        made = await keys.rotate(association.id, seed, phrase, at, attendance=people, in_token=words.token)
        await _say(association, made, asking.lang(words))
    return 0


async def run_compromise(words: argparse.Namespace) -> int:
    async with opened() as given:
        association = await the_association(words.association)
        if words.before is None:
            await _say_choices(association)
            return 0 if words.show else 1
        size = await _size(association.id, words.before)
        after = await inquiry.logged_since(association.id, size)
        if words.show:
            _say_logged(size, after)
            return 0
        if not words.reason.strip():
            raise BadInput("cli.keys.reason_needed")
        asking.require_next(words)
        _say_logged(size, after)
        asking.confirm(len(after), yes=words.yes)
        seed = await asking.next_seed(association.id, words, given)
        known = (await keys.public_keys(association.id)).history
        named = words.key
        if words.issuing or words.log:
            named = [known.current.fingerprint if words.issuing else known.current.log_kid]
        made = await keys.compromise(
            association.id,
            seed,
            asking.passphrase(given),
            SystemClock().now(),
            tree_size=size,
            reason=words.reason,
            kids=named,
            attendance=asking.attendance(words),
            in_token=words.token,
        )
        await _say(association, made, asking.lang(words))
    return 0


async def _size(association_id: UUID, text: str) -> int:
    if text.isascii() and text.isdecimal():
        return int(text)
    path = Path(text)
    if not path.is_file():
        raise BadInput("cli.keys.before", text=text[:60])
    return await inquiry.size_of(association_id, path.read_bytes())


async def _say_choices(association: Association) -> None:
    said = translator()
    print(said("cli.keys.choices"))
    for one in await inquiry.choices(association.id):
        print(said("cli.keys.choice", size=one.size, at=rfc3339(one.signed_at), since=one.since))


def _say_logged(size: int, after: tuple[Logged, ...]) -> None:
    said = translator()
    counts = Counter(one.kind.name.lower() for one in after)
    print(said("cli.keys.before_size", size=size, since=len(after)))
    for kind, count in sorted(counts.items()):
        print(f"  {said(f'cli.keys.leaf.{kind}')}: {count}")
    dying = [one for one in after if one.address is not None]
    if dying:
        print(said("cli.keys.to_decide"))
    for one in dying[:LISTED]:
        print(f"  {one.index}  {rfc3339(one.at)}  {said(f'cli.keys.leaf.{one.kind.name.lower()}')}  {one.address}")
    if len(dying) > LISTED:
        print(said("cli.keys.and_more", count=len(dying) - LISTED))
