"""What commands about keys ask of the people at the table: passphrases, names, where the next key is."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path
from uuid import UUID

from seal.cli.words import language, translator
from seal.errors import BadInput
from seal.keys import records
from seal.keys import service as keys
from seal.keys.model import KeyRole
from seal.keys.records import Attendance, Present
from seal.settings import Settings

SHORTEST = 12
LANGUAGES = ("es", "en")


def add_people(parser: argparse.ArgumentParser) -> None:
    """Who did it, before whom, in which language the paper leads."""
    parser.add_argument("--by", metavar='"NAME, ROLE"', help="who does it")
    parser.add_argument("--witness", metavar='"NAME, ROLE"', action="append", default=[], help="who is present; repeat")
    parser.add_argument("--lang", choices=LANGUAGES, help="language that the paper leads with")


def add_next(parser: argparse.ArgumentParser) -> None:
    """Where the next key comes from."""
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--next", metavar="FILE", type=Path, help="the next key's file, brought back from its place")
    source.add_argument("--shares", metavar="FILE", type=Path, nargs="*", help="sheets of paper shares; typed without")
    parser.add_argument("--next-passphrase-file", metavar="FILE", type=Path, help="if another passphrase opens it")


def add_token(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--token",
        metavar="ROLES",
        type=_roles,
        default=frozenset(),
        help="keys to keep in the PKCS#11 token: issuing, log, or issuing,log",
    )


def _roles(text: str) -> frozenset[KeyRole]:
    try:
        roles = frozenset(KeyRole(word.strip()) for word in text.split(","))
    except ValueError:
        roles = frozenset({KeyRole.NEXT})
    if KeyRole.NEXT in roles:
        raise argparse.ArgumentTypeError("issuing, log, or issuing,log")
    return roles


def passphrase(given: Settings) -> str:
    """From ``SEAL_KEY_PASSPHRASE``, else typed twice. Raises ``BadInput`` if short or different."""
    words = translator()
    if given.key_passphrase is not None:
        typed = given.key_passphrase.get_secret_value()
    else:
        typed = _typed(words("cli.passphrase"))
        if _typed(words("cli.passphrase_again")) != typed:
            raise BadInput("cli.passphrases_differ")
    if len(typed) < SHORTEST:
        raise BadInput("cli.passphrase_short", least=SHORTEST)
    return typed


def old_passphrase(given: Settings, file: Path | None = None) -> str:
    """What opens a key that exists: a file, ``SEAL_KEY_PASSPHRASE``, else typed once."""
    if file is not None:
        return file.read_text("utf-8").rstrip("\n")
    if given.key_passphrase is not None:
        return given.key_passphrase.get_secret_value()
    return _typed(translator()("cli.passphrase_old"))


def _typed(prompt: str) -> str:
    try:
        return getpass.getpass(prompt)
    except EOFError:
        print(file=sys.stderr)  # the prompt has its own line
        raise BadInput("cli.no_terminal") from None


def attendance(words: argparse.Namespace) -> Attendance:
    """Who is there: from the words, else asked at a terminal, else nobody. Raises ``BadInput('keys.witness')``."""
    by = records.present(words.by) if words.by else None
    witnesses = tuple(records.present(one) for one in words.witness)
    if not by and not witnesses and sys.stdin.isatty():
        by = _asked("cli.keys.who_does")
        while one := _asked("cli.keys.who_sees"):
            witnesses = (*witnesses, one)
    return Attendance(by, witnesses)


def _asked(key: str) -> Present | None:
    print(translator()(key), end=" ", file=sys.stderr, flush=True)
    typed = sys.stdin.readline().strip()
    return records.present(typed) if typed else None


def texts(files: list[Path]) -> list[str]:
    """The words of sheets: from their files, else typed, one sheet a line, until an empty line."""
    if files:
        return [file.read_text("utf-8") for file in files]
    found: list[str] = []
    while True:
        print(translator()("cli.keys.sheet", number=len(found) + 1), end=" ", file=sys.stderr, flush=True)
        typed = sys.stdin.readline()
        if not typed.strip():
            return found
        found.append(typed)


def require_next(words: argparse.Namespace) -> None:
    """Raises ``BadInput('cli.keys.next_needed')`` if it is not said where the next key comes from."""
    if words.shares is None and words.next is None:
        raise BadInput("cli.keys.next_needed")


def confirm(count: int, *, yes: bool) -> None:
    """Whoever ends keys types how many entries lose their trust. Raises ``BadInput('cli.keys.not_confirmed')``."""
    if yes or not count:
        return
    print(translator()("cli.keys.confirm", count=count), end=" ", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip() != str(count):
        raise BadInput("cli.keys.not_confirmed", count=count)


async def next_seed(association_id: UUID, words: argparse.Namespace, given: Settings) -> bytes:
    """The next key, from its file or from its sheets. Raises ``BadInput('cli.keys.next_needed')`` without either."""
    require_next(words)
    if words.shares is not None:
        return await keys.joined(association_id, texts(words.shares), KeyRole.NEXT)
    return await keys.read_next(association_id, words.next, old_passphrase(given, words.next_passphrase_file))


def lang(words: argparse.Namespace) -> str:
    return words.lang or language()
