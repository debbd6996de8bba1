"""A batch certificate as a UNTP 0.6.1 Digital Product Passport: an unsigned projection. Pure.

Only what was committed is signed, so a projection carries no proof and says so in its ``description``: whoever must
rely on it verifies the certificate that it names. It keeps to what the signed document says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from seal.certificates import credential

Document = dict[str, Any]

CONTEXT = "https://test.uncefact.org/vocabulary/untp/dpp/0.6.1/"
UNSIGNED = "Unsigned projection: verify the certificate at {address} instead of this document."


def passport(document: Mapping[str, Any], compact: bytes) -> Document | None:
    """The Digital Product Passport of a batch; ``None`` for a certification, which is of no one product."""
    if "validUntil" in document:
        return None
    subject, here = document["credentialSubject"], str(document["id"])
    product = dict(subject["assessment"][0]["assessedProduct"][0]["product"])
    party = subject["issuedToParty"]
    product["producedByParty"] = {name: party[name] for name in ("id", "name", "registeredId")}
    product["furtherInformation"] = [
        {"linkURL": here, "linkName": subject["name"], "linkType": credential.LINK_TO_CREDENTIAL}
    ]
    return {
        "@context": [credential.CONTEXTS[0], CONTEXT],
        "type": ["DigitalProductPassport", "VerifiableCredential"],
        "id": f"{here}/dpp",
        "description": UNSIGNED.format(address=here),
        "issuer": document["issuer"],
        "validFrom": document["validFrom"],
        "credentialSubject": {
            "type": ["ProductPassport"],
            "id": product["id"],
            "product": product,
            "granularityLevel": "batch",
            "conformityClaim": [_claim(subject, here, compact)],
        },
    }


def _claim(subject: Mapping[str, Any], here: str, compact: bytes) -> Document:
    assessed, scheme = subject["assessment"][0], subject["scope"]
    return {
        "type": ["Claim", "Declaration"],
        "id": f"{here}#attestation",
        "description": subject["name"],
        "referenceStandard": {
            "type": ["Standard"],
            "id": scheme["id"],
            "name": scheme["name"],
            "issuingParty": scheme["owner"],
            "issueDate": scheme["validFrom"],
        },
        "assessmentDate": assessed["assessmentDate"],
        "conformance": True,
        "conformityTopic": assessed["conformityTopic"],
        "conformityEvidence": {
            "type": ["SecureLink", "Link"],
            "linkURL": here,
            "linkName": subject["name"],
            "linkType": credential.LINK_TO_CREDENTIAL,
            "hashDigest": hashlib.sha256(compact).hexdigest(),
            "hashMethod": "SHA-256",
            "encryptionMethod": "none",
        },
    }
