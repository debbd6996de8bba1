"""W3C Data Integrity with the cryptosuite ``eddsa-jcs-2022``: a proof inside the document itself. Pure; no private key.

    what is signed = SHA-256(JCS(proof without proofValue)) || SHA-256(JCS(document without proof))
    proofValue     = "z" and base58btc of the 64 bytes of the Ed25519 signature

(Verifiable Credentials: Data Integrity EdDSA Cryptosuites 1.0, section 3.3.) The proof repeats the document's
``@context``. ``verificationMethod`` is the DID URL of the key as a Multikey, as the DID document lists it.

``verify_proof`` follows the specification and serves documents of anybody; ``read`` is for our own: canonical bytes,
exactly the members that we write, so that one signed document has one spelling.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785

from seal import clock
from seal.errors import BadInput
from seal.keys import did as dids
from seal.keys import ed25519, jws
from seal.keys.statement import KeyPeriod

Document = dict[str, Any]

PROOF_TYPE = "DataIntegrityProof"
SUITE = "eddsa-jcs-2022"
PURPOSE = "assertionMethod"
_OURS = {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"}
_VALUE_MAX = 100
"""Characters: 64 bytes are at most 88 in base58, and decoding is quadratic."""


def canonical(value: Any) -> bytes:
    """RFC 8785 bytes. Raises ``BadInput('embedded.not_canonical')`` for what has none (a huge integer, NaN)."""
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, RecursionError, UnicodeError):
        raise BadInput("embedded.not_canonical") from None


def proof_config(
    document: Mapping[str, Any], *, created: datetime, verification_method: str, purpose: str = PURPOSE
) -> Document:
    """The proof of ``document`` without its value. ``created`` is written in whole seconds, UTC."""
    config: Document = {
        "type": PROOF_TYPE,
        "cryptosuite": SUITE,
        "created": clock.rfc3339(created),
        "verificationMethod": verification_method,
        "proofPurpose": purpose,
    }
    if "@context" in document:
        config["@context"] = document["@context"]
    return config


def hash_data(document: Mapping[str, Any], config: Mapping[str, Any]) -> bytes:
    """The 64 bytes to sign. ``proof`` of the document and ``proofValue`` of the configuration are left out."""
    bare = {name: value for name, value in document.items() if name != "proof"}
    options = {name: value for name, value in config.items() if name != "proofValue"}
    return hashlib.sha256(canonical(options)).digest() + hashlib.sha256(canonical(bare)).digest()


def add_proof(document: Mapping[str, Any], config: Mapping[str, Any], signature: bytes) -> Document:
    """The secured document. ``ValueError`` unless the signature has 64 bytes."""
    if len(signature) != ed25519.SIGNATURE_BYTES:
        raise ValueError("an Ed25519 signature has 64 bytes")
    return {**document, "proof": {**config, "proofValue": "z" + dids.base58(signature)}}


def signature_of(proof: Mapping[str, Any]) -> bytes:
    """The 64 bytes of ``proofValue``. Raises ``BadInput('embedded.value' | 'multibase.*')``."""
    value = proof.get("proofValue")
    if not isinstance(value, str) or not value.startswith("z") or len(value) > _VALUE_MAX:
        raise BadInput("embedded.value")
    signature = dids.from_base58(value[1:])
    if len(signature) != ed25519.SIGNATURE_BYTES:
        raise BadInput("embedded.value")
    return signature


def verify_proof(document: Mapping[str, Any], proof: Mapping[str, Any], raw: bytes) -> bool:
    """True if ``proof`` holds for ``document`` (its own ``proof`` member is left out) under the raw public key.

    Whether ``verificationMethod`` names that key, and the purpose, time and issuer are right, is the caller's to
    check. Raises ``BadInput``: ``embedded.suite``, ``embedded.value``, ``embedded.context`` when the document does
    not begin with the proof's contexts, ``embedded.not_canonical``, ``multibase.*``.
    """
    if (proof.get("type"), proof.get("cryptosuite")) != (PROOF_TYPE, SUITE):
        raise BadInput("embedded.suite", suite=str(proof.get("cryptosuite"))[:60])
    signature = signature_of(proof)
    signed = dict(document)
    if "@context" in proof:
        named, held = _listed(proof["@context"]), _listed(document.get("@context"))
        if held[: len(named)] != named:
            raise BadInput("embedded.context")
        signed["@context"] = proof["@context"]
    return ed25519.verify(raw, signature, hash_data(signed, proof))


def _listed(contexts: object) -> list[object]:
    return contexts if isinstance(contexts, list) else [contexts]


@dataclass(frozen=True)
class Embedded:
    """One of our documents that could be read. Nothing is trusted until :meth:`holds` says so."""

    payload: bytes
    """The document without its proof: the very bytes that the JWS of the same signing carries."""
    document: Document
    proof: Document
    created: datetime

    @property
    def did(self) -> str:
        """``verificationMethod`` without its fragment."""
        return str(self.proof["verificationMethod"]).rpartition("#")[0]

    def holds(self, did: str, raw: bytes) -> bool:
        """True if this key of this DID made the proof."""
        return self.proof["verificationMethod"] == dids.multikey_url(did, raw) and verify_proof(
            self.document, self.proof, raw
        )


def read(data: bytes) -> Embedded:
    """Read one of our own secured documents, strictly; checks no signature.

    Raises ``BadInput``: ``jws.json``, ``embedded.not_canonical``, ``embedded.members``, ``embedded.suite``,
    ``embedded.context``, ``embedded.value``, ``multibase.*``.
    """
    if len(data) > jws.MAX_BYTES:
        raise BadInput("embedded.members")
    secured = jws.strict_json(data)
    if canonical(secured) != data:
        raise BadInput("embedded.not_canonical")
    proof = secured.get("proof") if isinstance(secured, dict) else None
    if not isinstance(proof, dict):
        raise BadInput("embedded.members")
    document = {name: value for name, value in secured.items() if name != "proof"}
    wanted = _OURS | ({"@context"} if "@context" in document else set())
    if proof.keys() != wanted or not all(isinstance(proof[name], str) for name in _OURS):
        raise BadInput("embedded.members")
    if (proof["type"], proof["cryptosuite"], proof["proofPurpose"]) != (PROOF_TYPE, SUITE, PURPOSE):
        raise BadInput("embedded.suite", suite=proof["cryptosuite"][:60])
    if proof.get("@context") != document.get("@context"):
        raise BadInput("embedded.context")
    signature_of(proof)
    try:
        created = clock.parse_rfc3339(proof["created"])
    except ValueError:
        raise BadInput("embedded.members") from None
    return Embedded(canonical(document), document, proof, created)


def fault(data: bytes, payload: bytes, did: str, known: Sequence[KeyPeriod]) -> str | None:
    """What is wrong with a kept document, ``None`` if it says exactly ``payload`` under a true proof by one of the
    ``known`` keys in the time when that was the one to use.

    ``embedded_unread``, ``embedded_differs``, ``embedded_false``, ``embedded_inactive``. Times are whole seconds: a key
    may still sign in the second in which it is replaced.
    """
    try:
        embedded = read(data)
        if embedded.payload != payload:
            return "embedded_differs"
        made = [period for period in known if embedded.holds(did, period.raw)]
    except BadInput:
        return "embedded_unread"
    if not made:
        return "embedded_false"
    return None if any(_active(period, embedded.created) for period in made) else "embedded_inactive"


def _active(period: KeyPeriod, at: datetime) -> bool:
    ends = [moment for moment in (period.until, period.ended.at if period.ended else None) if moment is not None]
    return period.since <= at and all(at <= end for end in ends)
