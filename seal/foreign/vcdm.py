"""The rules of the W3C Verifiable Credentials Data Model 2.0 for a credential, each with its fault. Pure.

Only what a document says of itself is looked at: no signature, no clock, no network. Every fault is given at once.
What is inside the subject is the issuer's own vocabulary; of it only identifiers and types are held to a form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from seal.foreign import contexts, values
from seal.foreign.faults import Fault, Kind, malformed, shown, step
from seal.foreign.values import as_list, is_url

Document = dict[str, Any]

CREDENTIAL = "VerifiableCredential"
PRESENTATION = "VerifiablePresentation"
LIST = "BitstringStatusListCredential"
ENTRY = "BitstringStatusListEntry"
STATUS_SIZE_MAX = 16
"""Bits of one status: 65,536 messages are more than any list describes."""
_INDEX = re.compile(r"0|[1-9][0-9]*", re.ASCII)
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]{1,8}", re.ASCII)


def faults(document: object) -> list[Fault]:
    """Every rule that a credential breaks."""
    if not isinstance(document, dict):
        return [malformed("not_object")]
    return [*_faults(document)]


def _faults(document: Document) -> Iterator[Fault]:
    yield from contexts.faults(document.get("@context"))
    yield from type_faults(document, "", CREDENTIAL)
    yield from identifiers(document)
    yield from _issuer(document)
    yield from subjects(document)
    yield from validity(document)
    for name in ("name", "description"):
        if name in document:
            yield from values.text_faults(document[name], step(name))
    for name, id_needed in (("credentialSchema", True), ("evidence", False), ("refreshService", False)):
        yield from typed(document, name, id_needed=id_needed)
    yield from terms_of_use(document)
    yield from _status(document)
    yield from related(document)
    if LIST in as_list(document.get("type")):
        yield from status_list(document)


def type_faults(document: Document, at: str, needed: str) -> Iterator[Fault]:
    """4.5: one or more types, ``needed`` among them, each a URL or a term that a context maps."""
    kinds = document.get("type")
    if kinds is None or kinds == []:
        yield malformed("type_missing", f"{at}/type", needed=needed)
        return
    listed = as_list(kinds)
    for place, kind in enumerate(listed):
        here = f"{at}/type" + (step(place) if isinstance(kinds, list) else "")
        if not isinstance(kind, str) or not kind:
            yield malformed("type_form", here)
        elif isinstance(document.get("@context"), list) and not contexts.maps(document["@context"], kind):
            yield malformed("type_unmapped", here, type=shown(kind))
    if needed not in listed:
        yield malformed("type_needed", f"{at}/type", needed=needed)


def identifiers(document: Document) -> Iterator[Fault]:
    """4.4: every ``id``, at any depth, is one URL. Contexts and embedded credentials have their own rules."""
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:
        pointer, one = waiting.pop()
        if isinstance(one, dict):
            if "id" in one and not is_url(one["id"]):
                yield malformed("id", f"{pointer}/id", value=shown(one["id"]))
            skip = ("@context", "verifiableCredential")
            waiting += [(pointer + step(name), inner) for name, inner in one.items() if name not in skip]
        elif isinstance(one, list):
            waiting += [(pointer + step(place), inner) for place, inner in enumerate(one)]


def _issuer(document: Document) -> Iterator[Fault]:
    """4.7: a URL, or an object with an ``id`` that is one."""
    issuer = document.get("issuer")
    if "issuer" not in document:
        yield malformed("issuer_missing", "/issuer")
    elif isinstance(issuer, dict):
        if "id" not in issuer:
            yield malformed("issuer_id", "/issuer/id")
        for name in ("name", "description"):
            if name in issuer:
                yield from values.text_faults(issuer[name], f"/issuer/{name}")
    elif not is_url(issuer):
        yield malformed("issuer", "/issuer", value=shown(issuer))


def issuer_of(document: Document) -> str:
    """The issuer's URL; empty if it says none."""
    return _named(document.get("issuer"))


def holder_of(document: Document) -> str:
    """The holder's URL; empty if a presentation says none."""
    return _named(document.get("holder"))


def _named(value: object) -> str:
    named = value.get("id") if isinstance(value, dict) else value
    return named if isinstance(named, str) else ""


def subjects(document: Document) -> Iterator[Fault]:
    """4.8: one subject or several, each with at least one claim."""
    if "credentialSubject" not in document:
        yield malformed("subject_missing", "/credentialSubject")
        return
    value = document["credentialSubject"]
    if value == []:
        yield malformed("subject_empty", "/credentialSubject")
    for place, one in enumerate(as_list(value)):
        here = "/credentialSubject" + (step(place) if isinstance(value, list) else "")
        if not isinstance(one, dict):
            yield malformed("subject_form", here)
        elif not one:
            yield malformed("subject_empty", here)


def validity(document: Document) -> Iterator[Fault]:
    """4.9: moments with a zone, in order."""
    moments = {}
    for name in ("validFrom", "validUntil"):
        if name in document:
            moments[name] = values.moment(document[name])
            if moments[name] is None:
                yield malformed("moment", step(name), value=shown(document[name]))
    since, until = moments.get("validFrom"), moments.get("validUntil")
    if since is not None and until is not None and until < since:
        yield malformed("validity_order", "/validUntil")


def typed(document: Document, name: str, *, id_needed: bool = False) -> Iterator[Fault]:
    """One object or several, each with a type (4.11, 5.4, 5.5, 5.6), and for schemas with an ``id``."""
    if name not in document:
        return
    value = document[name]
    if value == []:
        yield malformed("object", step(name))
    for place, one in enumerate(as_list(value)):
        here = step(name) + (step(place) if isinstance(value, list) else "")
        if not isinstance(one, dict):
            yield malformed("object", here)
            continue
        kinds = as_list(one.get("type"))
        if not kinds or not all(isinstance(kind, str) and kind for kind in kinds):
            yield malformed("object_type", f"{here}/type")
        if id_needed and "id" not in one:
            yield malformed("object_id", f"{here}/id")


def terms_of_use(document: Document) -> Iterator[Fault]:
    """5.5, for credentials and presentations."""
    return typed(document, "termsOfUse")


def _status(document: Document) -> Iterator[Fault]:
    """4.10, and for entries of Bitstring Status List 1.0 its section 2.1."""
    yield from typed(document, "credentialStatus")
    if "credentialStatus" not in document:
        return
    value = document["credentialStatus"]
    for place, one in enumerate(as_list(value)):
        here = "/credentialStatus" + (step(place) if isinstance(value, list) else "")
        if isinstance(one, dict) and ENTRY in as_list(one.get("type")):
            yield from _entry(one, here)


def _entry(entry: Document, here: str) -> Iterator[Fault]:
    if not isinstance(entry.get("statusPurpose"), str) or not entry["statusPurpose"]:
        yield malformed("status_purpose", f"{here}/statusPurpose")
    index = entry.get("statusListIndex")
    if not isinstance(index, str) or len(index) > 40 or not _INDEX.fullmatch(index):
        yield malformed("status_index", f"{here}/statusListIndex", value=shown(index))
    if not is_url(entry.get("statusListCredential")):
        yield malformed("status_list_url", f"{here}/statusListCredential")
    size = entry.get("statusSize", 1)
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= STATUS_SIZE_MAX:
        yield malformed("status_size", f"{here}/statusSize", max=STATUS_SIZE_MAX)
        return
    yield from _messages(entry, size, here)
    if "statusReference" in entry:
        references = as_list(entry["statusReference"])
        if not references or not all(is_url(one) for one in references):
            yield malformed("status_reference", f"{here}/statusReference")


def _messages(entry: Document, size: int, here: str) -> Iterator[Fault]:
    messages = entry.get("statusMessage")
    if messages is None:
        if size > 1:
            yield malformed("status_messages", f"{here}/statusMessage", count=2**size)
        return
    if not isinstance(messages, list) or len(messages) != 2**size:
        yield malformed("status_messages", f"{here}/statusMessage", count=2**size)
        return
    for place, one in enumerate(messages):
        status = one.get("status") if isinstance(one, dict) else None
        said = one.get("message") if isinstance(one, dict) else None
        if not isinstance(status, str) or not _HEXADECIMAL.fullmatch(status) or not isinstance(said, str):
            yield malformed("status_message", f"{here}/statusMessage/{place}")


def status_list(document: Document) -> Iterator[Fault]:
    """The subject of a BitstringStatusListCredential (Bitstring Status List 1.0, 2.2)."""
    subject = document.get("credentialSubject")
    if not isinstance(subject, dict) or "BitstringStatusList" not in as_list(subject.get("type")):
        yield malformed("list_subject", "/credentialSubject/type")
        return
    purposes = as_list(subject.get("statusPurpose"))
    if not purposes or not all(isinstance(one, str) and one for one in purposes):
        yield malformed("status_purpose", "/credentialSubject/statusPurpose")
    encoded = subject.get("encodedList")
    if not isinstance(encoded, str) or not encoded.startswith("u"):
        yield malformed("list_encoding", "/credentialSubject/encodedList")
    ttl = subject.get("ttl", 1)
    if isinstance(ttl, bool) or not isinstance(ttl, int) or ttl < 1:
        yield malformed("list_ttl", "/credentialSubject/ttl")


def related(document: Document) -> Iterator[Fault]:
    """5.3: each related resource has its own address and a digest; a digest of a known context must be its own."""
    if "relatedResource" not in document:
        return
    value = document["relatedResource"]
    if value == []:
        yield malformed("object", "/relatedResource")
    seen: set[str] = set()
    for place, one in enumerate(as_list(value)):
        here = "/relatedResource" + (step(place) if isinstance(value, list) else "")
        if not isinstance(one, dict):
            yield malformed("object", here)
            continue
        address = one.get("id")
        if "id" not in one:
            yield malformed("object_id", f"{here}/id")
        elif isinstance(address, str):
            if address in seen:
                yield malformed("related_twice", f"{here}/id", value=shown(address))
            seen.add(address)
        yield from _digests(one, address, here)


def _digests(one: Document, address: object, here: str) -> Iterator[Fault]:
    if not one.keys() & {"digestSRI", "digestMultibase"}:
        yield malformed("related_digest", here)
    if "mediaType" in one and not isinstance(one["mediaType"], str):
        yield malformed("related_media", f"{here}/mediaType")
    known = contexts.DIGESTS.get(address) if isinstance(address, str) else None
    read = {"digestSRI": values.sri(one.get("digestSRI")), "digestMultibase": one.get("digestMultibase")}
    for name, value in read.items():
        if name not in one:
            continue
        digest = value[1] if isinstance(value, tuple) else values.multibase_digest(value)
        if digest is None:
            yield malformed("digest", f"{here}/{name}", value=shown(one[name]))
        elif known is not None and digest not in known:
            yield Fault(Kind.SECURITY, "digest_differs", f"{here}/{name}")
