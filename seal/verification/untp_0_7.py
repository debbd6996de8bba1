"""A certificate in the shape of UNTP 0.7.0, **pre-release**: the schema of April 2026. Pure.

An unsigned projection like the passport. UNTP 0.7 wants ``statusListIndex`` as a number and a single status entry; the
W3C wants a string. The W3C is followed, with the revocation entry; the signed certificate has both entries.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from seal.certificates import credential
from seal.keys import jws
from seal.verification.passport import UNSIGNED

Document = dict[str, Any]

CONTEXT = "https://vocabulary.uncefact.org/untp/0.7.0/context/"
PRE_RELEASE = "UNTP 0.7.0 pre-release of April 2026"
_ASSESSOR = {"Self": "self", "Membership": "membership", "3rdParty": "3rdParty"}


def conformity_credential(document: Mapping[str, Any], compact: bytes) -> Document:
    """The certificate in the shape of UNTP 0.7, marked as a pre-release."""
    subject, here, issuer = document["credentialSubject"], str(document["id"]), document["issuer"]
    found: Document = {
        "@context": [credential.CONTEXTS[0], CONTEXT],
        "type": ["DigitalConformityCredential", "VerifiableCredential"],
        "id": f"{here}/untp-0.7",
        "name": f"{subject['name']} ({PRE_RELEASE})",
        "description": f"{PRE_RELEASE}. {UNSIGNED.format(address=here)}",
        "issuer": {"type": ["CredentialIssuer"], "id": issuer["id"], "name": issuer["name"]},
        "validFrom": document["validFrom"],
        "credentialStatus": document["credentialStatus"][0],
        "credentialSubject": _attestation(subject, here, compact),
    }
    return found | ({"validUntil": document["validUntil"]} if "validUntil" in document else {})


def _attestation(subject: Mapping[str, Any], here: str, compact: bytes) -> Document:
    party, scheme = subject["issuedToParty"], subject["scope"]
    return {
        "type": ["ConformityAttestation"],
        "id": subject["id"],
        "name": subject["name"],
        "description": f"{PRE_RELEASE}. {subject['description']}",
        "assessorLevel": _ASSESSOR[subject["assessorLevel"]],
        "assessmentLevel": "no-endorsement",
        "attestationType": subject["attestationType"],
        "issuedToParty": {"type": ["Party"], **{name: party[name] for name in ("id", "name", "registeredId")}},
        "referenceScheme": {"type": ["ConformityScheme"], "id": scheme["id"], "name": scheme["name"]},
        "conformityCertificate": {
            "type": ["Link"],
            "linkURL": here,
            "linkName": subject["name"],
            "digestMultibase": "u" + jws.encode(b"\x12\x20" + hashlib.sha256(compact).digest()),
            "mediaType": f"application/{credential.TYP}",
            "linkType": credential.LINK_TO_CREDENTIAL,
        },
        "conformityAssessment": [_assessment(one, scheme) for one in subject["assessment"]],
    }


def _assessment(one: Mapping[str, Any], scheme: Mapping[str, Any]) -> Document:
    criteria = one.get("assessmentCriteria") or [{"id": scheme["id"], "name": scheme["name"]}]
    found: Document = {
        "type": ["ConformityAssessment"],
        "id": one["id"],
        "name": one["name"],
        "assessmentCriteria": [{"type": ["Criterion"], "id": each["id"], "name": each["name"]} for each in criteria],
        "assessmentDate": one["assessmentDate"],
        "assessedPerformance": [_performance(each, scheme) for each in one.get("declaredValue", ())],
        "conformityTopic": [
            {"type": ["ConformityTopic"], "id": f"{scheme['id']}#topic-compliance", "name": one["conformityTopic"]}
        ],
        "conformance": one["conformance"],
    }
    for name, inner in (("assessedProduct", "product"), ("assessedFacility", "facility")):
        if name in one:
            found[name] = [_verified(each, inner) for each in one[name]]
    return found


def _verified(one: Mapping[str, Any], inner: str) -> Document:
    what, kind = one[inner], inner.capitalize()
    kept = {name: what[name] for name in ("id", "name", "batchNumber") if name in what}
    return {"type": [f"{kind}Verification"], inner: {"type": [kind], **kept}, "idVerifiedByCAB": one["IDverifiedByCAB"]}


def _performance(one: Mapping[str, Any], scheme: Mapping[str, Any]) -> Document:
    name, measured = one["metricName"], one["metricValue"]
    return {
        "type": ["Performance"],
        "metric": {"type": ["PerformanceMetric"], "id": f"{scheme['id']}#metric-{name}", "name": name},
        "measure": {"type": ["Measure"], "value": measured["value"], "unit": measured["unit"]},
    }
