"""Verification of what others issued, with what this server knows of its own: its keys and its status lists.

Nothing is fetched, for nobody. Keys and lists of others come with the question; those of associations here come from
the database, and nothing that is handed in takes their place. The work itself is pure and runs in a thread, a few
at a time: a purpose-made document costs its sender a wait and nobody else anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from seal.associations import service as associations
from seal.associations.model import Association
from seal.certificates.credential import parse_public_id
from seal.db import reading
from seal.errors import NotFound, Unavailable
from seal.foreign import presentation, turns, values, verifying
from seal.foreign.keyring import Key, Keyring, own_keys
from seal.foreign.securing import Expected
from seal.foreign.status import MOST_ENTRIES, StatusList
from seal.foreign.verifying import Asked, Judged
from seal.keys import jws
from seal.keys import service as keys
from seal.verification import service as verification


@dataclass(frozen=True)
class Handed:
    """What came with the question: keys of others, and status lists (each a credential in any secured form)."""

    keys: tuple[Key, ...] = ()
    lists: tuple[Any, ...] = ()


async def verify_credential(value: Any, handed: Handed, asked: Asked, at: datetime) -> Judged:
    """Judge one credential. Never raises for anything in it; ``Unavailable`` if the database is away."""
    return await _verify(verifying.credential, value, handed, asked, at)


async def verify_presentation(value: Any, handed: Handed, asked: Asked, at: datetime) -> Judged:
    """Judge a presentation and every credential in it."""
    return await _verify(verifying.present, value, handed, asked, at)


async def _verify(judge: Any, value: Any, handed: Handed, asked: Asked, at: datetime) -> Judged:
    async with reading(fresh=False):
        everyone = await associations.all_associations()
        ring = (await _own(everyone)).with_keys(handed.keys)
    # Read once without lists to learn which are named; a list of ours is then taken from the database.
    first: Judged = await turns.take(partial(judge, value, ring, {}, at, asked))
    logged = await _logged(first)
    ours = await _own_lists(first, everyone)
    if not ours and not handed.lists and not logged:
        return first
    ring = ring.with_logged(logged)
    return await turns.take(partial(_with_lists, judge, value, ring, handed.lists, ours, at, asked))


def _with_lists(
    judge: Any, value: Any, ring: Keyring, given: Sequence[Any], ours: Sequence[str], at: datetime, asked: Asked
) -> Judged:
    lists: dict[str, StatusList] = verifying.status_lists(given, ring, at)
    lists |= verifying.status_lists(ours, ring, at)
    judged: Judged = judge(value, ring, lists, at, asked)
    return judged


async def _own(everyone: Sequence[Association]) -> Keyring:
    """The keys of all associations here, each for its own purposes only. An ended issuing key speaks for nothing yet
    (see :func:`_logged`), an ended log key for nothing any more."""
    found: list[Key] = []
    for one in everyone:
        try:
            history = (await keys.public_keys(one.id)).history
        except Unavailable as error:
            if error.code != "keys.missing":
                raise
            continue
        periods = [(period, False) for period in history.issuing] + [(period, True) for period in history.log]
        found += own_keys(one.did, {period.raw: flag for period, flag in periods if period.ended is None}.items())
        gone = {period.raw: False for period in history.issuing if period.ended is not None}
        found += own_keys(one.did, gone.items(), ended=True)
    return Keyring(tuple(found), frozenset(one.did for one in everyone))


async def _logged(judged: Judged) -> dict[bytes, frozenset[str]]:
    """Of what an ended key of ours signed: digests of the documents that the log held before its end, by the key."""
    found: dict[bytes, frozenset[str]] = {}
    for one in (judged, *judged.credentials):
        if not any(fault.code == "key_ended" for fault in one.faults) or not isinstance(one.document, dict):
            continue
        public_id = parse_public_id(one.document)
        kept = await verification.credential(public_id) if public_id is not None else None
        if kept is None or kept.compact is None or kept.leaf is None:
            continue
        token = jws.parse(kept.compact, typ=jws.VC)
        period = (await keys.public_keys(kept.owner.id)).history.issuing_key(token.key)
        if period is not None and period.ended is not None and kept.leaf < period.ended.tree_size:
            mine = frozenset({hashlib.sha256(token.payload).hexdigest()})
            found[period.raw] = found.get(period.raw, frozenset()) | mine
    return found


async def _own_lists(judged: Judged, everyone: Sequence[Association]) -> list[str]:
    """The lists of this server that the credentials name, as published."""
    named = {status.list_address for one in (judged, *judged.credentials) for status in one.statuses}
    found = []
    for address in sorted(named)[: MOST_ENTRIES * presentation.MOST_CREDENTIALS]:
        for one in everyone:
            purpose, _, number = address.removeprefix(f"{one.base}/status/").partition("/")
            if address.startswith(f"{one.base}/status/") and number.isascii() and number.isdigit():
                try:
                    served = await verification.status_list(one.id, purpose, int(number[:20]))
                except NotFound:
                    continue
                found.append(served.jws.decode("ascii"))
    return found[: verifying.MOST_LISTS]


def wanted(options: Any) -> Asked | None:
    """What VC-API options ask for; ``None`` if they cannot be read. Without ``checks`` everything is checked."""
    if not isinstance(options, dict):
        return None
    checks = options.get("checks")
    if checks is not None and not (isinstance(checks, list) and all(isinstance(one, str) for one in checks)):
        return None
    challenge, domain = options.get("challenge"), options.get("domain")
    domains = None if domain is None else values.as_list(domain)
    if not isinstance(challenge, str | None) or not all(isinstance(one, str) for one in domains or ()):
        return None
    wanted_checks = {"validity", "status"} if checks is None else set(checks)
    return Asked(
        validity="validity" in wanted_checks,
        status=bool(wanted_checks & {"status", "credentialStatus"}),
        expected=Expected(challenge, None if domains is None else tuple(domains)),
    )
