"""One credential or presentation from anybody: taken out, held against every rule, its status read. Pure.

``verified`` is true only if a signature by a key of the issuer holds, the document keeps every rule of the data model,
its time has come and not gone, and no status list at hand says otherwise. What could not be checked is a warning with
its own sentence, never silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from seal.foreign import contexts, presentation, securing, status, values, vcdm
from seal.foreign.faults import Fault, Kind, malformed, shown, under
from seal.foreign.keyring import Key, Keyring
from seal.foreign.presentation import ENVELOPED_CREDENTIAL, ENVELOPED_PRESENTATION
from seal.foreign.securing import CREDENTIAL, PRESENTATION, Expected, Secured
from seal.foreign.status import Status, StatusList

MOST_LISTS = 20
MOST_FAULTS = 50
"""Faults told of one document: nobody reads more, and a small question must not have a huge answer."""


@dataclass(frozen=True)
class Asked:
    """What is wanted besides the signature and the rules of form, which are always checked."""

    validity: bool = True
    status: bool = True
    expected: Expected = field(default_factory=Expected)


@dataclass(frozen=True)
class Judged:
    """The answer. ``document`` is what was signed; without ``key`` nothing in it is known to be true."""

    document: Any
    key: Key | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...] = ()
    statuses: tuple[Status, ...] = ()
    enveloped: bool = False
    credentials: tuple[Judged, ...] = ()
    """Of a presentation: each credential in its order."""

    @property
    def verified(self) -> bool:
        return self.key is not None and not self.faults

    @property
    def issuer(self) -> str:
        return vcdm.issuer_of(self.document) if isinstance(self.document, dict) else ""


def credential(
    value: object, keys: Keyring, lists: Mapping[str, StatusList], at: datetime, asked: Asked | None = None
) -> Judged:
    """Judge a credential: an object with a proof, an envelope, or a compact JWS."""
    asked = asked or Asked()
    secured, enveloped = _open(value, keys, at, CREDENTIAL, Expected())
    document = secured.document
    faults, warnings = [*secured.faults], [*secured.warnings]
    statuses: list[Status] = []
    if isinstance(document, dict):
        if presentation.is_envelope(document, ENVELOPED_CREDENTIAL):
            faults.append(malformed("envelope_twice", "/type"))
        form = vcdm.faults(document)
        faults += form
        warnings += _unchecked(document)
        if asked.validity:
            faults += _time(document, at)
        else:
            warnings.append(Fault(Kind.RANGE, "validity_unasked"))
        if asked.status and not form:
            checked = status.check(document, lists, at)
            faults += checked.faults
            warnings += checked.warnings
            statuses = checked.statuses
        elif status.entries(document):
            warnings.append(Fault(Kind.STATUS_RETRIEVAL, "status_unasked", "/credentialStatus"))
    elif document is not None:
        faults.append(malformed("not_object"))
    return Judged(document, secured.key, _once(faults), _once(warnings), tuple(statuses), enveloped)


def present(
    value: object, keys: Keyring, lists: Mapping[str, StatusList], at: datetime, asked: Asked | None = None
) -> Judged:
    """Judge a presentation and each credential in it; its faults hold those of the credentials, at their places."""
    asked = asked or Asked()
    secured, enveloped = _open(value, keys, at, PRESENTATION, asked.expected)
    document = secured.document
    faults, warnings = [*secured.faults], [*secured.warnings]
    inside: list[Judged] = []
    if isinstance(document, dict):
        faults += presentation.faults(document)
        for pointer, one in presentation.credentials(document):
            if not isinstance(one, dict):
                continue  # said already
            if enveloped and not presentation.is_envelope(one, ENVELOPED_CREDENTIAL):
                # VC-JOSE-COSE 3.1.2: what a vp+jwt presents is enveloped as well
                faults.append(malformed("credential_not_enveloped", pointer))
            judged = credential(one, keys, lists, at, asked)
            inside.append(judged)
            faults += under(pointer, judged.faults)
            warnings += under(pointer, judged.warnings)
    elif document is not None:
        faults.append(malformed("not_object"))
    return Judged(document, secured.key, _once(faults), _once(warnings), (), enveloped, tuple(inside))


def status_lists(given: Iterable[object], keys: Keyring, at: datetime) -> dict[str, StatusList]:
    """The lists that were handed in, each verified, by the address that they have."""
    found: dict[str, StatusList] = {}
    for value in list(given)[:MOST_LISTS]:
        judged = credential(value, keys, {}, at, Asked(validity=False, status=False))
        one = StatusList(judged.document, judged.faults)
        if one.address:
            # Of two lists with one address neither is the one: a list that says less must not hide the other.
            twice = (malformed("list_twice", "/id"),) if one.address in found else ()
            found[one.address] = StatusList(one.document, (*one.faults, *twice))
    return found


def _open(value: object, keys: Keyring, at: datetime, what: str, expected: Expected) -> tuple[Secured, bool]:
    kind = ENVELOPED_CREDENTIAL if what == CREDENTIAL else ENVELOPED_PRESENTATION
    if isinstance(value, str):
        return securing.open_jws(value, keys, at, what, expected), True
    if not isinstance(value, dict):
        return Secured(faults=[Fault(Kind.PARSING, "not_secured")]), False
    if presentation.is_envelope(value, kind):
        compact, faults = presentation.opened(value, kind)
        if not compact:
            return Secured(faults=faults), True
        secured = securing.open_jws(compact, keys, at, what, expected)
        return Secured(secured.document, None if faults else secured.key, [*faults, *secured.faults]), True
    if "proof" not in value:
        return Secured(value, None, [Fault(Kind.SECURITY, "not_secured")]), False
    return securing.open_proofs(value, keys, at, what, expected), False


def _time(document: dict[str, Any], at: datetime) -> list[Fault]:
    since, until = (values.moment(document.get(name)) for name in ("validFrom", "validUntil"))
    found = []
    if since is not None and at < since:
        found.append(Fault(Kind.RANGE, "not_yet_valid", "/validFrom", {"moment": shown(document["validFrom"])}))
    if until is not None and at > until:
        found.append(Fault(Kind.RANGE, "no_longer_valid", "/validUntil", {"moment": shown(document["validUntil"])}))
    return found


def _unchecked(document: dict[str, Any]) -> list[Fault]:
    """What the rules leave to mechanisms that are not understood or not at hand."""
    found = [
        malformed("context_not_held", "/@context", context=shown(one))
        for one in contexts.unknown(document.get("@context"))
    ]
    found += [malformed("context_nested", pointer) for pointer in contexts.nested(document)]
    if "credentialSchema" in document:
        found.append(malformed("schema_not_checked", "/credentialSchema"))
    resources = values.as_list(document.get("relatedResource", []))
    if any(isinstance(one, dict) and str(one.get("id")) not in contexts.DIGESTS for one in resources):
        found.append(malformed("related_not_checked", "/relatedResource"))
    return found


def _once(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Each fault once, in the order found; of more than ``MOST_FAULTS`` the first, and how many there are."""
    found: dict[tuple[str, str], Fault] = {}
    for fault in faults:
        found.setdefault((fault.code, fault.pointer), fault)
    if len(found) <= MOST_FAULTS:
        return tuple(found.values())
    return (*islice(found.values(), MOST_FAULTS), malformed("faults_many", shown=MOST_FAULTS, count=len(found)))
