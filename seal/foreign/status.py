"""Status of a foreign credential by lists that are at hand (Bitstring Status List 1.0, section 3.2). Pure.

A list is a credential of its own, checked like any other: its signature, its issuer (the one of the credential that
names it: a list of somebody else revokes and un-revokes nothing), its dates. A list that is not at hand is never taken
for a clear one: the answer says *not checked*. ``revocation`` and ``suspension`` make a credential invalid, ``refresh``
and ``message`` say something about it. What the W3C does not name is passed on as a warning when it is set.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from seal.foreign import values, vcdm
from seal.foreign.faults import Fault, Kind, shown, step, under
from seal.foreign.values import as_list

ENTRIES_MIN = 131_072
BYTES_MAX = 4_194_304
"""Unpacked bytes of one list, 33 million bits; a bomb is not unpacked further."""
MOST_ENTRIES = 20
INVALIDATES = frozenset({"revocation", "suspension"})
_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True)
class StatusList:
    """A list that was handed in or is this server's own, after its own verification."""

    document: Any
    faults: tuple[Fault, ...] = ()
    """What its verification found; a list with a fault answers nothing."""

    @property
    def address(self) -> str:
        found = self.document.get("id") if isinstance(self.document, dict) else None
        return found if isinstance(found, str) else ""


@dataclass(frozen=True)
class Status:
    """What one entry came to. ``value`` is ``None`` where it could not be read."""

    purpose: str
    list_address: str
    value: int | None
    message: str = ""


@dataclass
class Checked:
    """All entries of a credential: statuses, faults that make it invalid, and what is only said."""

    statuses: list[Status]
    faults: list[Fault]
    warnings: list[Fault]


def entries(document: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Pointer and value of each ``credentialStatus`` entry."""
    if "credentialStatus" not in document:
        return []
    value = document["credentialStatus"]
    if not isinstance(value, list):
        return [("/credentialStatus", value)]
    return [(f"/credentialStatus{step(place)}", one) for place, one in enumerate(value)]


def check(document: Mapping[str, Any], lists: Mapping[str, StatusList], at: datetime) -> Checked:
    """Read every entry. The data model's rules are taken as kept: call it for a document without such faults."""
    done = Checked([], [], [])
    found = entries(document)
    for pointer, entry in found[:MOST_ENTRIES]:
        if not isinstance(entry, dict) or vcdm.ENTRY not in as_list(entry.get("type")):
            kind = shown(entry.get("type")) if isinstance(entry, dict) else ""
            done.warnings.append(Fault(Kind.STATUS_RETRIEVAL, "status_kind", pointer, {"type": kind}))
            continue
        address = str(entry.get("statusListCredential"))
        held = lists.get(address)
        purpose = str(entry.get("statusPurpose"))
        if held is None:
            params = {"list": shown(address), "purpose": shown(purpose)}
            done.warnings.append(Fault(Kind.STATUS_RETRIEVAL, "status_not_checked", pointer, params))
            done.statuses.append(Status(purpose, address, None))
            continue
        _one(done, pointer, entry, held, vcdm.issuer_of(dict(document)), at)
    if len(found) > MOST_ENTRIES:
        done.faults.append(Fault(Kind.MALFORMED, "status_many", "/credentialStatus", {"max": MOST_ENTRIES}))
    return done


def _one(done: Checked, pointer: str, entry: dict[str, Any], held: StatusList, issuer: str, at: datetime) -> None:
    purpose, address = str(entry["statusPurpose"]), held.address
    faults = [*_list_faults(entry, held, issuer, at)]
    value: int | Fault = 0
    if not faults:
        value = read_value(held.document["credentialSubject"]["encodedList"], entry)
        if isinstance(value, Fault):
            faults.append(value)
    if faults or isinstance(value, Fault):
        done.faults += under(pointer, faults)
        done.statuses.append(Status(purpose, address, None))
        return
    message = _message(entry, value)
    done.statuses.append(Status(purpose, address, value, message))
    if value == 0:
        return
    params = {"purpose": shown(purpose), "value": hex(value), "message": shown(message)}
    if purpose in INVALIDATES:
        done.faults.append(Fault(Kind.STATUS_VERIFICATION, f"status_{purpose}", pointer, {"list": shown(address)}))
    else:
        code = "status_refresh" if purpose == "refresh" else "status_says"
        done.warnings.append(Fault(Kind.STATUS_VERIFICATION, code, pointer, params))


def _list_faults(entry: dict[str, Any], held: StatusList, issuer: str, at: datetime) -> Iterator[Fault]:
    document = held.document
    named = {"list": shown(held.address)}
    if held.faults:
        first = held.faults[0]
        yield Fault(Kind.STATUS_VERIFICATION, "list_unverified", "", {**named, "why": first.code})
        return
    if vcdm.LIST not in as_list(document.get("type")):
        yield Fault(Kind.STATUS_VERIFICATION, "list_type", "", named)
        return
    if vcdm.issuer_of(document) != issuer:
        yield Fault(Kind.STATUS_VERIFICATION, "list_issuer", "", named)
    subject = document["credentialSubject"]
    if entry["statusPurpose"] not in as_list(subject["statusPurpose"]):
        yield Fault(Kind.STATUS_VERIFICATION, "list_purpose", "", named)
    since, until = (values.moment(document.get(name)) for name in ("validFrom", "validUntil"))
    if since is not None and at < since:
        yield Fault(Kind.STATUS_VERIFICATION, "list_early", "", named)
    if until is not None and at > until:
        # An old list cannot say that nothing happened since.
        yield Fault(Kind.STATUS_VERIFICATION, "list_ended", "", named)


def read_value(encoded: object, entry: Mapping[str, Any]) -> int | Fault:
    """The status at an entry's place: ``statusSize`` bits from ``statusListIndex * statusSize``, the first highest."""
    field = unpack(encoded)
    if isinstance(field, Fault):
        return field
    size, index = int(entry.get("statusSize", 1)), int(entry["statusListIndex"])
    bits = len(field) * 8
    if bits // size < ENTRIES_MIN:
        return Fault(Kind.STATUS_LENGTH, "list_short", "", {"entries": bits // size, "min": ENTRIES_MIN})
    if (index + 1) * size > bits:
        return Fault(Kind.RANGE, "status_range", "/statusListIndex", {"entries": bits // size})
    value = 0
    for place in range(index * size, (index + 1) * size):
        value = value << 1 | (field[place >> 3] >> (7 - (place & 7)) & 1)
    return value


def unpack(encoded: object) -> bytes | Fault:
    """The bitstring of an ``encodedList``: multibase base64url of gzip, never unpacked beyond ``BYTES_MAX``."""
    packed = values.unbase64(encoded[1:]) if isinstance(encoded, str) and encoded.startswith("u") else None
    if packed is None or "=" in str(encoded):
        return Fault(Kind.MALFORMED, "list_encoding", "")
    unpacker = zlib.decompressobj(_GZIP)
    try:
        field = unpacker.decompress(packed, BYTES_MAX + 1)
    except zlib.error:
        return Fault(Kind.MALFORMED, "list_gzip", "")
    if len(field) > BYTES_MAX:
        return Fault(Kind.STATUS_LENGTH, "list_long", "", {"max": BYTES_MAX})
    if not unpacker.eof or unpacker.unused_data:
        return Fault(Kind.MALFORMED, "list_gzip", "")
    return field


def _message(entry: Mapping[str, Any], value: int) -> str:
    for one in entry.get("statusMessage") or ():
        if int(one["status"], 16) == value:
            return str(one["message"])
    return ""
