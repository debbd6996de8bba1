"""The rules of the data model for a presentation (4.13), and the envelopes in which secured documents travel. Pure.

An envelope: ``{"@context": …, "type": "EnvelopedVerifiableCredential", "id": "data:application/vc+jwt,<JWS>"}``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seal.foreign import contexts, vcdm
from seal.foreign.faults import Fault, malformed, shown, step
from seal.foreign.values import as_list, is_url

ENVELOPED_CREDENTIAL = "EnvelopedVerifiableCredential"
ENVELOPED_PRESENTATION = "EnvelopedVerifiablePresentation"
MOST_CREDENTIALS = 50
"""Credentials of one presentation; each costs a signature or more."""
_MEDIA = {ENVELOPED_CREDENTIAL: "application/vc+jwt", ENVELOPED_PRESENTATION: "application/vp+jwt"}


def faults(document: object) -> list[Fault]:
    """Every rule that a presentation breaks; the credentials inside are looked at one by one elsewhere."""
    if not isinstance(document, dict):
        return [malformed("not_object")]
    return [*_faults(document)]


def _faults(document: dict[str, Any]) -> Iterator[Fault]:
    yield from contexts.faults(document.get("@context"))
    yield from vcdm.type_faults(document, "", vcdm.PRESENTATION)
    yield from vcdm.identifiers(document)
    yield from vcdm.terms_of_use(document)
    if "holder" in document:
        holder = document["holder"]
        if isinstance(holder, dict):
            if "id" not in holder:
                yield malformed("holder_id", "/holder/id")
        elif not is_url(holder):
            yield malformed("holder", "/holder", value=shown(holder))
    for pointer, one in credentials(document):
        if not isinstance(one, dict):
            yield malformed("credential_form", pointer)
    if len(as_list(document.get("verifiableCredential"))) > MOST_CREDENTIALS:
        yield malformed("too_many_credentials", "/verifiableCredential", max=MOST_CREDENTIALS)


def credentials(document: dict[str, Any]) -> list[tuple[str, Any]]:
    """Pointer and value of each credential that is presented, up to the most that are looked at."""
    if "verifiableCredential" not in document:
        return []
    value = document["verifiableCredential"]
    if not isinstance(value, list):
        return [("/verifiableCredential", value)]
    return [(f"/verifiableCredential{step(place)}", one) for place, one in enumerate(value[:MOST_CREDENTIALS])]


def is_envelope(document: object, kind: str) -> bool:
    """Does it say that it is one, rightly or not?"""
    return isinstance(document, dict) and kind in as_list(document.get("type"))


def opened(document: dict[str, Any], kind: str) -> tuple[str, list[Fault]]:
    """The compact JWS inside an envelope (empty if there is none), and the rules that the envelope breaks."""
    found = [*_envelope(document, kind)]
    address = document.get("id")
    media, comma, inside = address.partition(",") if isinstance(address, str) else ("", "", "")
    if not media.startswith("data:") or not comma:
        found.append(malformed("envelope_data", "/id"))
        return "", found
    if media.removeprefix("data:").partition(";")[0].strip().lower() != _MEDIA[kind] or ";base64" in media.lower():
        said = shown(media.removeprefix("data:"))
        found.append(malformed("envelope_media", "/id", media=said, expected=_MEDIA[kind]))
        return "", found
    return inside, found


def _envelope(document: dict[str, Any], kind: str) -> Iterator[Fault]:
    given = as_list(document.get("@context"))
    if contexts.BASE not in given:
        yield malformed("envelope_context", "/@context")
    if as_list(document.get("type")) != [kind]:
        yield malformed("envelope_type", "/type", expected=kind)


def envelope(compact: str, kind: str = ENVELOPED_CREDENTIAL) -> dict[str, Any]:
    """A compact JWS as an object that other documents may hold."""
    return {"@context": contexts.BASE, "type": kind, "id": f"data:{_MEDIA[kind]},{compact}"}
