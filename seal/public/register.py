"""The public register: who holds or held the seal, for what, since when, and what was decided about it. Pure.

Allow-listed (CERTIFICATION A8): trade name, producer code, commune, products, protocol and version, assurance mode,
state, days, and the *kind* of each sanction while it is in force and for 24 months. Never a score, a finding, a person,
a number to call or a place finer than the commune.

The signed snapshot is a compact JWS, ``typ`` ``seal-register+jwt``, by the log key over RFC 8785 JSON:

    seal            "seal-register/1"
    did, base, name whose register it is
    day, as_of      the day in the association's zone, and the moment
    epoch           how often status bits had changed by then; only grows
    statements      the chain of key statements (compact JWS): verifiers reach the log key by a pinned fingerprint
    certifications  sorted by code; each has exactly the members of ``ENTRY``
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import rfc8785

from seal import clock
from seal.certificates.model import Action, State, Step, add_months, state_at
from seal.errors import BadInput
from seal.keys import jws, statement
from seal.web.text import cell

FORMAT = "seal-register/1"
HISTORY_MONTHS = 24
_MEMBERS = {"seal", "did", "base", "name", "day", "as_of", "epoch", "statements", "certifications"}
ENTRY = (
    *("code", "producer", "name", "commune", "products", "protocol", "version", "protocol_sha256", "title"),
    *("assurance_mode", "state", "granted_on", "valid_from", "valid_until", "sanctions"),
)
"""Members of one certification."""
SANCTION = ("act", "reason_class", "from", "recorded_on", "until")
"""Members of one sanction; ``until`` is null while it is in force, and for ever of a withdrawal."""


@dataclass(frozen=True)
class Sanction:
    """A suspension or withdrawal: its kind, never its story."""

    act: str
    reason_class: str
    since: date
    recorded_on: date
    until: date | None = None


@dataclass(frozen=True)
class Entry:
    """One certification as the public may know it. ``products`` and ``title`` are texts by language."""

    code: str
    producer: str
    name: str
    commune: str
    products: tuple[Mapping[str, str], ...]
    protocol: str
    version: str
    protocol_sha256: str
    title: Mapping[str, str]
    assurance_mode: str
    state: str
    granted_on: date
    valid_from: date
    valid_until: date
    sanctions: tuple[Sanction, ...]

    @property
    def document(self) -> dict[str, Any]:
        return {
            **{name: getattr(self, name) for name in ENTRY if name not in ("products", "title", "sanctions")},
            "products": [dict(names) for names in self.products],
            "title": dict(self.title),
            "granted_on": self.granted_on.isoformat(),
            "valid_from": self.valid_from.isoformat(),
            "valid_until": self.valid_until.isoformat(),
            "sanctions": [
                {
                    "act": one.act,
                    "reason_class": one.reason_class,
                    "from": one.since.isoformat(),
                    "recorded_on": one.recorded_on.isoformat(),
                    "until": one.until.isoformat() if one.until else None,
                }
                for one in self.sanctions
            ],
        }


def state_of(steps: Sequence[Step], valid_until: date, at: datetime, zone: str) -> State:
    """As ``Certification.state``, of its parts: withdrawn is stronger than ended, ended than suspended."""
    folded = state_at(steps, at)
    if folded in (State.NONE, State.WITHDRAWN):
        return folded
    return State.ENDED if clock.local_day(at, zone) > valid_until else folded


def sanctions_of(steps: Sequence[Step], at: datetime, zone: str) -> tuple[Sanction, ...]:
    """Suspensions and withdrawals in order: those in force, and those that ended or came in the last 24 months."""
    found: list[Sanction] = []
    for step in steps:
        since, recorded = clock.local_day(step.effective_at, zone), clock.local_day(step.recorded_at, zone)
        if step.effective_at > at:
            continue
        if found and found[-1].act == Action.SUSPEND and found[-1].until is None:  # lifted, or withdrawn on top
            found[-1] = Sanction(found[-1].act, found[-1].reason_class, found[-1].since, found[-1].recorded_on, since)
        if step.action in (Action.SUSPEND, Action.WITHDRAW):
            reason = step.reason_class.value if step.reason_class else ""
            found.append(Sanction(step.action.value, reason, since, recorded))
    oldest = add_months(clock.local_day(at, zone), -HISTORY_MONTHS)
    return tuple(one for one in found if (one.until or one.since) >= oldest or _in_force(one, found))


def _in_force(one: Sanction, found: Sequence[Sanction]) -> bool:
    return one is found[-1] and one.until is None


def is_shown(state: str, last_day: date, today: date) -> bool:
    """In force or suspended, or over for 24 months at most."""
    return state in (State.ACTIVE, State.SUSPENDED) or last_day >= add_months(today, -HISTORY_MONTHS)


@dataclass(frozen=True)
class Register:
    """The whole register of one association at one moment."""

    did: str
    base: str
    name: str
    day: date
    as_of: datetime
    epoch: int
    statements: tuple[bytes, ...]
    entries: tuple[Entry, ...]

    @property
    def document(self) -> dict[str, Any]:
        return {
            "seal": FORMAT,
            "did": self.did,
            "base": self.base,
            "name": self.name,
            "day": self.day.isoformat(),
            "as_of": clock.rfc3339(self.as_of),
            "epoch": self.epoch,
            "statements": [compact.decode() for compact in self.statements],
            "certifications": [entry.document for entry in sorted(self.entries, key=lambda entry: entry.code)],
        }

    @property
    def payload(self) -> bytes:
        """The bytes to sign."""
        return rfc8785.dumps(self.document)

    @property
    def content(self) -> bytes:
        """Everything that it says but when: equal for two registers that say the same."""
        same = {name: value for name, value in self.document.items() if name not in ("as_of", "day", "epoch")}
        return rfc8785.dumps(same)


@dataclass(frozen=True)
class Snapshot:
    """A snapshot whose signature and key chain hold. ``pinned``: under a fingerprint that somebody compared."""

    document: Mapping[str, Any]
    as_of: datetime
    fingerprint: str
    pinned: bool


def read(data: bytes, *, fingerprint: str | None) -> Snapshot:
    """A signed snapshot that holds, under ``fingerprint`` or, when that is ``None``, trusted on first use.

    Raises ``BadInput``: ``jws.*``, ``statement.*``, ``chain.*``, ``register.members``, ``register.identity``,
    ``register.key`` (not by a log key of the chain that was active then), ``register.signature``.
    """
    token = jws.parse(data.strip(), typ=jws.REGISTER)
    document = jws.strict_json(token.payload)
    if not isinstance(document, dict) or document.keys() != _MEMBERS or document["seal"] != FORMAT:
        raise BadInput("register.members")
    entries, chain = document["certifications"], document["statements"]
    well_formed = isinstance(entries, list) and all(
        isinstance(entry, dict) and entry.keys() == set(ENTRY) for entry in entries
    )
    if not well_formed or not isinstance(chain, list) or not all(isinstance(one, str) for one in chain):
        raise BadInput("register.members")
    try:
        as_of, compacts = clock.parse_rfc3339(str(document["as_of"])), [one.encode("ascii") for one in chain]
    except ValueError:
        raise BadInput("register.members") from None
    keys = statement.verify_chain(compacts, fingerprint or _newest(compacts))
    if document["did"] != keys.did or token.did != keys.did:
        raise BadInput("register.identity", did=str(document["did"])[:200])
    period = keys.log_key(token.key)
    if period is None or not period.active_at(as_of):
        raise BadInput("register.key", kid=token.key[:64])
    if not jws.verify(token, period.raw):
        raise BadInput("register.signature")
    return Snapshot(document, as_of, keys.current.fingerprint, fingerprint is not None)


def _newest(compacts: Sequence[bytes]) -> str:
    if not compacts:
        raise BadInput("chain.empty")
    last = jws.parse(compacts[-1], typ=jws.KEYS, max_bytes=statement.MAX_BYTES)
    return statement.read_payload(last.payload).fingerprint


def as_csv(entries: Sequence[Entry], lang: str) -> str:
    """The register for a spreadsheet: UTF-8, commas, a line of names. No cell can be taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([name for name in ENTRY if name != "title"])
    for entry in sorted(entries, key=lambda one: one.code):
        products = "; ".join(names.get(lang) or next(iter(names.values()), "") for names in entry.products)
        sanctions = "; ".join(
            f"{one.act} {one.since}{f'..{one.until}' if one.until else ''} {one.reason_class}".strip()
            for one in entry.sanctions
        )
        document = entry.document | {"products": products, "sanctions": sanctions}
        writer.writerow([cell(str(document[name])) for name in ENTRY if name != "title"])
    return out.getvalue()
