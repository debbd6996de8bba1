"""Pinned witnesses: what a bundle's checkpoint must carry before anything it says is believed. Pure.

With witnesses pinned, a bundle counts only if enough of them cosigned its checkpoint, each at most seven days before it
is judged and at most a day before the time that the bundle gives itself. That proves that the log whose tree head the
bundle names is the one that they have watched grow, with no earlier entry changed: a second history made with a stolen
log key has no such line, and an old tree head under a new date has none that is young enough.
It does not prove that the bundle's other members are complete: whoever holds the log key can still leave one out.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from seal.clock import rfc3339
from seal.errors import BadInput, Reason
from seal.transparency.cosignature import WitnessKey, cosigned_at, parse_witness_key
from seal.transparency.note import Note

OLDEST = timedelta(days=7)
"""An older cosignature counts for nothing: a list offline is stale after the same time."""
BEHIND = timedelta(days=1)
"""How much older than the list a cosignature may be: an honest server names the newest checkpoint instead, once its
witnesses have not come for this long."""
AHEAD = timedelta(minutes=10)
"""How far a witness's clock may be ahead."""


@dataclass(frozen=True)
class Pinned:
    """The witnesses that a verifier trusts, how many of them must have cosigned, and when it judges."""

    keys: tuple[WitnessKey, ...]
    needed: int
    at: datetime


@dataclass(frozen=True)
class Seen:
    """A pinned witness that cosigned: the size of the tree, and when."""

    name: str
    size: int
    at: datetime


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``--witness`` and ``--witnesses-needed``."""
    parser.add_argument(
        "--witness", metavar="VKEY", action="append", default=[],
        help="verifier key of a witness that must have cosigned the list in the last seven days; several: all of them",
    )  # fmt: skip
    parser.add_argument(
        "--witnesses-needed", metavar="K", type=int, help="any K of the witnesses are enough (default: all of them)"
    )


def pinned(texts: Sequence[str], needed: int | None, at: datetime) -> Pinned | None:
    """``None`` without any; one key under two names is one witness.

    Raises ``BadInput('cosignature.key' | 'note.key_name' | 'verification.witnesses_needed')``.
    """
    keys = tuple({key.raw: key for key in map(parse_witness_key, map(str.strip, texts))}.values())
    count = len(keys) if needed is None else needed
    if (needed is not None and not keys) or not (1 <= count <= len(keys) or not keys):
        raise BadInput("verification.witnesses_needed", most=len(keys))
    return Pinned(keys, count, at) if keys else None


def check(note: Note | None, size: int, as_of: datetime | None, wanted: Pinned) -> tuple[Seen, ...]:
    """The pinned witnesses that cosigned ``note``, enough of them and lately. ``as_of``: when what names the note says
    that it was the latest, ``None`` if it does not say.

    Raises ``BadInput`` with a reason for each that did not: ``bundle.witness_missing``, ``bundle.witness_old``,
    ``bundle.witness_behind``, ``bundle.witness_ahead``.
    """
    now = max(wanted.at, as_of) if as_of else wanted.at
    seen: list[Seen] = []
    wrong: list[Reason] = []
    for key in wanted.keys:
        second = cosigned_at(note, key) if note else None
        if second is None:
            wrong.append(Reason("bundle.witness_missing", {"name": key.name}))
        elif second > (now + AHEAD).timestamp():
            wrong.append(Reason("bundle.witness_ahead", {"name": key.name}))
        elif second < (now - OLDEST).timestamp():
            then = rfc3339(datetime.fromtimestamp(second, UTC))
            wrong.append(Reason("bundle.witness_old", {"name": key.name, "at": then, "days": OLDEST.days}))
        elif as_of is not None and second < (as_of - BEHIND).timestamp():
            then = rfc3339(datetime.fromtimestamp(second, UTC))
            wrong.append(Reason("bundle.witness_behind", {"name": key.name, "at": then, "as_of": rfc3339(as_of)}))
        else:
            seen.append(Seen(key.name, size, datetime.fromtimestamp(second, UTC)))
    if len(seen) < wanted.needed:
        raise BadInput.because(wrong)
    return tuple(seen)


def require_covered(leaf: int | None, seen: Sequence[Seen]) -> None:
    """Refuse to judge what was logged after the tree that the witnesses saw: ``BadInput('bundle.witness_newer')``."""
    if seen and leaf is not None and leaf >= seen[0].size:
        raise BadInput("bundle.witness_newer", leaf=leaf, size=seen[0].size)
