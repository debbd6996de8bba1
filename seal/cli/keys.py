"""``seal keys ceremony | show``."""

from __future__ import annotations

import argparse
import getpass
import sys

from seal.cli.session import add_association, add_data, opened, the_association
from seal.cli.words import translator
from seal.clock import SystemClock
from seal.errors import BadInput
from seal.keys import service as keys
from seal.settings import Settings

SHORTEST = 12


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = commands.add_parser("keys", help="the signing keys").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    ceremony = group.add_parser("ceremony", help="make the issuing, log and next keys; once, with witnesses")
    add_association(ceremony)
    add_data(ceremony)
    ceremony.set_defaults(run=run_ceremony)
    show = group.add_parser("show", help="public keys and the fingerprint to pin")
    add_association(show)
    add_data(show)
    show.set_defaults(run=run_show)


def _passphrase(given: Settings) -> str:
    """From ``SEAL_KEY_PASSPHRASE``, else typed twice. Raises ``BadInput`` if short or different."""
    words = translator()
    if given.key_passphrase is not None:
        typed = given.key_passphrase.get_secret_value()
    else:
        try:
            typed = getpass.getpass(words("cli.passphrase"))
            again = getpass.getpass(words("cli.passphrase_again"))
        except EOFError:
            print(file=sys.stderr)  # the prompt has its own line
            raise BadInput("cli.no_terminal") from None
        if again != typed:
            raise BadInput("cli.passphrases_differ")
    if len(typed) < SHORTEST:
        raise BadInput("cli.passphrase_short", least=SHORTEST)
    return typed


async def run_ceremony(words: argparse.Namespace) -> int:
    """Makes key files under the data folder, readable by their owner only, and logs the first key statement."""
    async with opened() as given:
        association = await the_association(words.association)
        record = await keys.ceremony(association.id, _passphrase(given), SystemClock().now(), allow_localhost=False)
        for line in record.lines():
            print(line)
    return 0


async def run_show(words: argparse.Namespace) -> int:
    async with opened():
        association = await the_association(words.association)
        held = await keys.public_keys(association.id)
        print(f"{association.did}")
        print(f"fingerprint {held.issuing.key_id}")
        print(f"log key     {held.log.key_id}")
    return 0
