"""Paper shares of a private key: SLIP-39 words; any ``needed`` of ``total`` sheets give it back. Pure but for chance.

A sheet has 33 English words of a list of 1,024, no two of which begin with the same four letters; the last three are a
checksum that finds any three wrong words. Fewer sheets than needed say nothing at all of the key. Any program that
knows SLIP-39 joins them (one group, no passphrase): the master secret is the 32-byte Ed25519 seed.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.share import Share
from shamir_mnemonic.wordlist import WORDLIST

from seal.errors import BadInput

WORDS = 33
PREFIX = 4
"""Letters that tell a word from every other."""
MOST_SHEETS = 16
_EXPONENT = 1
_NUMBERED = re.compile(r"(\d{1,2})\.\s+([A-Za-z]+)")
_LINE = re.compile(rf"\s*(?:{_NUMBERED.pattern}\s*)+")
"""A line of a sheet's own file: nothing but numbered words."""
_BY_PREFIX = {word[:PREFIX]: word for word in WORDLIST}


@dataclass(frozen=True)
class Sheet:
    """One sheet: its place among the others, and its words. ``set_id`` is the same on all sheets of one making."""

    number: int
    needed: int
    total: int
    set_id: int
    words: tuple[str, ...]


def split(seed: bytes, needed: int, total: int) -> tuple[Sheet, ...]:
    """New sheets of a key. Raises ``BadInput('shares.counts')`` unless 2 <= needed <= total <= 16."""
    if not 2 <= needed <= total <= MOST_SHEETS:
        raise BadInput("shares.counts", needed=needed, total=total, most=MOST_SHEETS)
    (lines,) = generate_mnemonics(1, [(needed, total)], seed, iteration_exponent=_EXPONENT)
    shares = [Share.from_mnemonic(line) for line in lines]
    return tuple(
        Sheet(place, needed, total, share.identifier, tuple(line.split()))
        for place, (line, share) in enumerate(zip(lines, shares, strict=True), start=1)
    )


def words_of(text: str) -> tuple[str, ...]:
    """The words of a sheet as a person typed them or as the sheet's file has them (``1. academic  2. acid …``)."""
    lines = [line for line in text.splitlines() if _LINE.fullmatch(line)]
    numbered = [found for line in lines for found in _NUMBERED.findall(line)]
    if numbered:
        return tuple(word.lower() for _, word in sorted(numbered, key=lambda found: int(found[0])))
    return tuple(re.findall(r"[a-z]+", text.lower()))


def _share(place: int, text: str) -> Share:
    said = words_of(text)
    words = []
    for number, word in enumerate(said, start=1):
        known = _BY_PREFIX.get(word[:PREFIX])
        if known is None or not known.startswith(word):
            near = difflib.get_close_matches(word, WORDLIST, n=1)
            raise BadInput("shares.word", sheet=place, number=number, word=word[:20], near=near[0] if near else "?")
        words.append(known)
    if len(words) != WORDS:
        raise BadInput("shares.length", sheet=place, words=len(words), wanted=WORDS)
    try:
        return Share.from_mnemonic(" ".join(words))
    except MnemonicError:
        raise BadInput("shares.checksum", sheet=place) from None


def join(texts: Sequence[str]) -> bytes:
    """The seed, from the words of enough sheets in any order; whose key it is has to be proved by the caller.

    Raises ``BadInput``: ``shares.word`` (with the nearest one), ``shares.length``, ``shares.checksum``,
    ``shares.mixed`` (of another making), ``shares.twice``, ``shares.few``.
    """
    shares = [_share(place, text) for place, text in enumerate(texts, start=1)]
    if not shares:
        raise BadInput("shares.few", given=0, needed=2)
    first = shares[0]
    for place, share in enumerate(shares[1:], start=2):
        if share.group_parameters() != first.group_parameters():
            raise BadInput("shares.mixed", sheet=place)
    if len({share.index for share in shares}) != len(shares):
        raise BadInput("shares.twice")
    if len(shares) < first.member_threshold:
        raise BadInput("shares.few", given=len(shares), needed=first.member_threshold)
    try:
        seed = combine_mnemonics([share.mnemonic() for share in shares[: first.member_threshold]])
    except MnemonicError:
        raise BadInput("shares.mixed", sheet=len(shares)) from None
    if len(seed) != 32:
        raise BadInput("shares.mixed", sheet=1)
    return bytes(seed)
