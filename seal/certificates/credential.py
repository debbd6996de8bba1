"""The two credentials, as documents ready to be signed: pure builders, values in, document out.

W3C VCDM 2.0 in the shape of the UNTP 0.6.1 Digital Conformity Credential; secured elsewhere as a compact JWS with
``typ`` ``vc+jwt`` over exactly ``encode(document)``. The bytes can never change once one is out.

| what                          | where it stands                                                                  |
|-------------------------------|----------------------------------------------------------------------------------|
| public code                   | ``id`` = ``<base>/c/<code>``                                                     |
| status bits                   | ``credentialStatus``: revocation then suspension, list ``index >> 17``           |
| trade name, producer code     | ``issuedToParty`` ``name``, ``registeredId``; the commune is its ``description`` |
| protocol, version             | ``scope``; its digest in ``relatedResource`` (Subresource Integrity notation)    |
| chapters met                  | ``assessment[0].assessmentCriteria``                                             |
| units, net grams, use-by days | ``assessment[0].declaredValue`` (batch), integers in UN/ECE Rec 20 units         |
| batch tests that are public   | ``assessment[1].assessmentCriteria``: the value as typed in ``performanceLevel`` |
| certification of a batch      | ``auditableEvidence``: its address and the SHA-256 of its JWS                    |

Never here: a score, a finding, a failed criterion, a person, a phone, a place finer than the commune (FORMATS A3).
``MEMBERS`` is the list of every member name that may appear; ``unlisted`` names the ones that do not belong.
There is no ``validUntil`` on a batch: jars outlive certifications.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import rfc8785

from seal.clock import rfc3339
from seal.errors import BadInput
from seal.ids import Code, parse_code

Document = dict[str, Any]

TYP = "vc+jwt"
CONTEXTS = ("https://www.w3.org/ns/credentials/v2", "https://test.uncefact.org/vocabulary/untp/dcc/0.6.1/")
LINK_TO_CREDENTIAL = "https://test.uncefact.org/vocabulary/linkTypes/dcc"
TOPIC = "governance.compliance"
"""The nearest of UNTP's fifteen topics: conformity with the rules of a scheme."""

STATUS_LIST_BITS = 17
"""A status index is ``list << 17 | slot``: 131,072 slots a list (W3C Bitstring Status List)."""

ASSESSOR_LEVEL = {"self": "Self", "peer": "Membership", "association": "Membership", "third_party": "3rdParty"}
"""Assurance mode -> UNTP ``assessorLevel``: members who audit members are a membership body."""

ASSESSMENT_LEVEL = "Unspecified"
"""No accreditation is claimed; the other values of UNTP 0.6.1 would all say more than is true."""

_MEMBER_NAMES = (
    "@context type id issuer name validFrom validUntil relatedResource digestSRI credentialStatus statusPurpose"
    " statusListIndex statusListCredential credentialSubject assessorLevel assessmentLevel attestationType description"
    " issuedToParty registeredId auditableEvidence linkURL linkName linkType hashDigest hashMethod encryptionMethod"
    " scope version owner assessment assessmentDate assessmentCriteria conformance conformityTopic status"
    " performanceLevel declaredValue metricName metricValue value unit assessedProduct product batchNumber"
    " productionDate IDverifiedByCAB assessedFacility facility"
)
MEMBERS = frozenset(_MEMBER_NAMES.split())
"""Every member name that a credential may hold, at any depth."""


@dataclass(frozen=True)
class Issuer:
    """The association: ``base`` like ``https://host`` or ``https://host/a/slug``, its ``did:web`` and its name."""

    base: str
    did: str
    name: str


@dataclass(frozen=True)
class Holder:
    """The producer as the public may know it: producer code (``014``), consented trade name, commune."""

    code: str
    trade_name: str
    commune: str


@dataclass(frozen=True)
class Scheme:
    """A published protocol version. ``digest`` is the protocol digest of FORMATS A9, 64 hexadecimal digits."""

    protocol_id: str
    version: str
    digest: str
    name: str
    description: str
    valid_from: date


@dataclass(frozen=True)
class Chapter:
    """A chapter of the protocol that was met: ``A``, ``Registro y apiario``."""

    id: str
    name: str


@dataclass(frozen=True)
class PublicSite:
    """A site in scope, no finer than the commune."""

    kind: str
    commune: str


@dataclass(frozen=True)
class PublicTest:
    """A batch test that the protocol marks public: the value and unit as typed, the limit in words."""

    id: str
    name: str
    value: str
    unit: str
    limit: str


def certification_document(
    *,
    issuer: Issuer,
    public_id: int,
    holder: Holder,
    scheme: Scheme,
    mode: str,
    chapters: Sequence[Chapter],
    products: Sequence[str],
    sites: Sequence[PublicSite],
    assessed_on: date,
    valid_from: datetime,
    valid_until: datetime,
    status_index: int,
) -> Document:
    """The credential of a certification (producer x protocol x scope).

    ``mode`` is the assurance mode (``self | peer | association | third_party``; ``KeyError`` for another),
    ``products`` are product names, ``assessed_on`` is the day on which the audit was concluded.
    """
    here = _address(issuer, public_id)
    assessment = _assessment(issuer, scheme, here, 1, assessed_on)
    assessment["assessmentCriteria"] = [_criterion(_scheme_id(issuer, scheme), "chapter", one) for one in chapters]
    assessment["assessedProduct"] = [
        {"product": {"type": ["Product"], "id": f"{here}#product-{place}", "name": name}, "IDverifiedByCAB": True}
        for place, name in enumerate(products, start=1)
    ]
    assessment["assessedFacility"] = [
        {"facility": {"id": f"{here}#site-{place}", "name": f"{site.kind} · {site.commune}"}, "IDverifiedByCAB": True}
        for place, site in enumerate(sites, start=1)
    ]
    subject = _attestation(issuer, holder, scheme, here, mode, f"{scheme.name} · {holder.trade_name}")
    subject["assessment"] = [assessment]
    return _credential(issuer, scheme, here, status_index, valid_from, subject) | {"validUntil": rfc3339(valid_until)}


def batch_document(
    *,
    issuer: Issuer,
    public_id: int,
    holder: Holder,
    scheme: Scheme,
    mode: str,
    certification_public_id: int,
    certification_sha256: str,
    product_name: str,
    net_grams: int,
    lot: str,
    units: int,
    produced_on: date,
    sealed_on: date,
    sealed_at: datetime,
    use_by_days: int,
    tests: Sequence[PublicTest],
    status_index: int,
) -> Document:
    """The credential of a sealed batch.

    ``sealed_on`` is the day of ``sealed_at`` in the association's zone; ``use_by_days`` counts from it, 0 = none, and
    both equal what the labels' tokens carry. ``certification_sha256`` is of the certification's JWS bytes (64 hex).
    """
    here = _address(issuer, public_id)
    assessment = _assessment(issuer, scheme, here, 1, sealed_on)
    product = {
        "type": ["Product"],
        "id": f"{here}#product",
        "name": product_name,
        "batchNumber": lot,
        "productionDate": produced_on.isoformat(),
    }
    assessment["assessedProduct"] = [{"product": product, "IDverifiedByCAB": True}]
    declared = [("units", units, "H87"), ("netContent", net_grams, "GRM")]
    if use_by_days:
        declared.append(("useByDays", use_by_days, "DAY"))
    assessment["declaredValue"] = [
        {"metricName": name, "metricValue": {"value": value, "unit": unit}} for name, value, unit in declared
    ]
    assessments = [assessment]
    if tests:
        tested = _assessment(issuer, scheme, here, 2, sealed_on)
        tested["assessmentCriteria"] = [
            _criterion(_scheme_id(issuer, scheme), "test", Chapter(test.id, test.name))
            | {"description": test.limit, "performanceLevel": f"{test.value} {test.unit}".strip()}
            for test in tests
        ]
        assessments.append(tested)
    subject = _attestation(issuer, holder, scheme, here, mode, f"{product_name} · {lot}")
    subject["auditableEvidence"] = {
        "type": ["SecureLink", "Link"],
        "linkURL": _address(issuer, certification_public_id),
        "linkName": Code(certification_public_id).printed,
        "linkType": LINK_TO_CREDENTIAL,
        "hashDigest": certification_sha256,
        "hashMethod": "SHA-256",
        "encryptionMethod": "none",
    }
    subject["assessment"] = assessments
    return _credential(issuer, scheme, here, status_index, sealed_at, subject)


def encode(document: Mapping[str, Any]) -> bytes:
    """The exact payload to sign: RFC 8785. Floats are refused: no number here may depend on a printer of floats."""
    _refuse_floats(document)
    return rfc8785.dumps(dict(document))


def unlisted(document: Any) -> frozenset[str]:
    """Member names of ``document``, at any depth, that no credential may hold; empty for a good one."""
    if isinstance(document, Mapping):
        here = frozenset(document) - MEMBERS
        return here.union(*(unlisted(value) for value in document.values()))
    if isinstance(document, list | tuple):
        return frozenset().union(*(unlisted(value) for value in document))
    return frozenset()


def public_code(credential_id: str) -> str:
    """The code at the end of a credential's ``id``; empty if there is none."""
    _, mark, code = credential_id.rpartition("/c/")
    return code if mark else ""


def parse_public_id(document: Mapping[str, Any]) -> int | None:
    """The public id that a credential's ``id`` names; ``None`` for anything that is not exactly ours."""
    address = document.get("id")
    code = public_code(address) if isinstance(address, str) else ""
    try:
        parsed = parse_code(code)
    except BadInput:
        return None
    return parsed.public_id if parsed.unit is None and parsed.plain == code else None


def _credential(
    issuer: Issuer, scheme: Scheme, here: str, status_index: int, valid_from: datetime, subject: Document
) -> Document:
    return {
        "@context": list(CONTEXTS),
        "type": ["DigitalConformityCredential", "VerifiableCredential"],
        "id": here,
        "issuer": {"type": ["CredentialIssuer"], "id": issuer.did, "name": issuer.name},
        "validFrom": rfc3339(valid_from),
        "relatedResource": [{"id": f"{_scheme_id(issuer, scheme)}/document", "digestSRI": _sri(scheme.digest)}],
        "credentialStatus": [_status(issuer, here, purpose, status_index) for purpose in ("revocation", "suspension")],
        "credentialSubject": subject,
    }


def _status(issuer: Issuer, here: str, purpose: str, index: int) -> Document:
    # The index is a base-10 string: W3C demands it, whatever other schemas say.
    return {
        "id": f"{here}#{purpose}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index & (1 << STATUS_LIST_BITS) - 1),
        "statusListCredential": f"{issuer.base}/status/{purpose}/{index >> STATUS_LIST_BITS}",
    }


def _attestation(issuer: Issuer, holder: Holder, scheme: Scheme, here: str, mode: str, name: str) -> Document:
    return {
        "type": ["ConformityAttestation", "Attestation"],
        "id": f"{here}#attestation",
        "name": name,
        "assessorLevel": ASSESSOR_LEVEL[mode],
        "assessmentLevel": ASSESSMENT_LEVEL,
        "attestationType": "certification",
        "description": f"assurance mode: {mode}",
        "issuedToParty": {
            "id": f"{issuer.base}/producers/{holder.code}",
            "name": holder.trade_name,
            "registeredId": holder.code,
            "description": holder.commune,
        },
        "scope": {
            "type": ["ConformityScheme"],
            "id": _scheme_id(issuer, scheme),
            "name": scheme.name,
            "description": scheme.description,
            "version": scheme.version,
            "validFrom": scheme.valid_from.isoformat(),
            "owner": {"id": issuer.did, "name": issuer.name},
        },
    }


def _assessment(issuer: Issuer, scheme: Scheme, here: str, place: int, on: date) -> Document:
    return {
        "type": ["ConformityAssessment", "Declaration"],
        "id": f"{here}#assessment-{place}",
        "name": f"{scheme.protocol_id} {scheme.version}",
        "assessmentDate": on.isoformat(),
        "conformance": True,
        "conformityTopic": TOPIC,
    }


def _criterion(scheme_id: str, kind: str, item: Chapter) -> Document:
    return {
        "type": ["Criterion"],
        "id": f"{scheme_id}#{kind}-{item.id}",
        "name": item.name,
        "description": f"{kind} {item.id}",
        "conformityTopic": TOPIC,
        "status": "active",
    }


def _address(issuer: Issuer, public_id: int) -> str:
    return f"{issuer.base}/c/{Code(public_id).plain}"


def _scheme_id(issuer: Issuer, scheme: Scheme) -> str:
    return f"{issuer.base}/protocols/{scheme.protocol_id}/{scheme.version}"


def _sri(digest: str) -> str:
    return "sha256-" + base64.b64encode(bytes.fromhex(digest)).decode("ascii")


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise ValueError("a credential holds integers and strings, never a float")
    if isinstance(value, Mapping):
        for inner in value.values():
            _refuse_floats(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_floats(inner)
