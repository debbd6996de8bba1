"""Who witnesses a log: the list, folded from what was done to it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from seal.errors import BadInput
from seal.transparency.cosignature import WitnessKey, parse_witness_key


@dataclass(frozen=True)
class Act:
    """A witness was added to the list or removed from it, when, and why it was removed."""

    added: bool
    verifier_key: str
    url: str | None
    reason: str
    at: datetime


@dataclass(frozen=True)
class Witness:
    """A witness whose cosignatures are taken. ``url``: where checkpoints are sent; none for one that comes for them."""

    key: WitnessKey
    url: str | None
    since: datetime


@dataclass(frozen=True)
class Cosigned:
    """What a witness cosigned: a size, and its own time in POSIX seconds."""

    size: int
    at: int


def fold(acts: Iterable[Act]) -> tuple[Witness, ...]:
    """The witnesses that stand now, in the order in which they were added; ``acts`` is oldest first."""
    standing: dict[str, Witness] = {}
    for act in acts:
        if act.added:
            standing[act.verifier_key] = Witness(parse_witness_key(act.verifier_key), act.url, act.at)
        else:
            standing.pop(act.verifier_key, None)
    return tuple(standing.values())


def check_url(text: str) -> str:
    """A witness's address without its last slash. Raises ``BadInput('transparency.witness_url')``."""
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
    except ValueError:
        good = False
    if not good or parts.username:
        raise BadInput("transparency.witness_url", url=text)
    return text.rstrip("/")
