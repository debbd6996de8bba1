"""``seal keys``: making keys, replacing them, ending stolen ones, stopping, putting them on paper.

seal keys ceremony     the first keys, once, before witnesses
seal keys show         public keys, ages, what is due
seal keys record       the book of what was done; prints a record again
seal keys rotate       the next key takes over, as planned
seal keys compromise   the next key ends a stolen or lost one, but for what the log held before a checkpoint
seal keys retire       destroys the private halves of replaced keys on this machine
seal keys stop, start  no process signs anything; signing is allowed again
seal keys shares       a key on paper, any two of three sheets (or others) give it back
seal keys restore      a key from its sheets into a file

Nothing here signs what it is given: a signature is only ever made over an intent that Seal committed.
"""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable

from seal.cli.keys import making, safekeeping, switching
from seal.cli.session import add_association, add_data

Run = Callable[[argparse.Namespace], Awaitable[int]]
Add = Callable[[argparse.ArgumentParser], None]

VERBS: tuple[tuple[str, str, Add | None, Run], ...] = (
    ("ceremony", "make the issuing, log and next keys; once, with witnesses", making.add_ceremony, making.run_ceremony),
    ("show", "public keys, their age, and the fingerprint to pin", None, switching.run_show),
    ("record", "what was done with the keys; print a record again", switching.add_record, switching.run_record),
    ("rotate", "put the next key in the issuing key's place", making.add_rotate, making.run_rotate),
    ("compromise", "end a stolen or lost key by the next one", making.add_compromise, making.run_compromise),
    ("retire", "destroy the private halves of replaced keys", safekeeping.add_retire, safekeeping.run_retire),
    ("stop", "stop all signing, in every process", switching.add_stop, switching.run_stop),
    ("start", "allow signing again", switching.add_start, switching.run_start),
    ("shares", "put a key on paper, as sheets of words", safekeeping.add_shares, safekeeping.run_shares),
    ("restore", "bring a key back from its sheets", safekeeping.add_restore, safekeeping.run_restore),
)


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    group = commands.add_parser("keys", help="the signing keys").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    for name, text, add, run in VERBS:
        verb = group.add_parser(name, help=text)
        add_association(verb)
        add_data(verb)
        if add is not None:
            add(verb)
        verb.set_defaults(run=run)
