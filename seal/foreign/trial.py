"""A throw-away issuer for outside test suites. What it signs is worth nothing, and says so.

It exists only where ``SEAL_VC_API_TEST_ISSUER`` is on. Its key is made in memory when the application starts, is a
``did:key`` of its own and is gone when the process ends. It knows no association, no database and no key room: an
import contract holds it to that, so it cannot sign for anybody.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seal.foreign import presentation, vcdm
from seal.foreign.faults import Fault, malformed
from seal.keys import data_integrity, jws
from seal.keys import did as dids

HEADER = "Seal-Test-Issuer"
WORTHLESS = "worthless; made by a test issuer whose key is thrown away"


class TrialIssuer:
    """One key, made here and never written down."""

    def __init__(self) -> None:
        self._private = Ed25519PrivateKey.generate()
        self._multikey = dids.multikey(self._private.public_key().public_bytes_raw())
        self.did = f"did:key:{self._multikey}"
        self.method = f"{self.did}#{self._multikey}"

    def issue(self, given: Any, at: datetime, *, enveloped: bool = False) -> dict[str, Any] | list[Fault]:
        """The credential, secured; or every rule that it breaks. Whatever issuer it names, this one takes its place."""
        if not isinstance(given, dict):
            return [malformed("not_object")]
        document = dict(given)
        faults = [malformed("trial_proof", "/proof")] if "proof" in document else []
        document.setdefault("issuer", self.did)
        issuer = document["issuer"]
        if isinstance(issuer, dict):
            document["issuer"] = {"id": self.did, **issuer}
        faults += vcdm.faults(document)  # of what was sent, before the issuer is replaced
        if faults:
            return faults
        document["issuer"] = {**document["issuer"], "id": self.did} if isinstance(issuer, dict) else self.did
        if enveloped:
            signed = jws.signing_input(data_integrity.canonical(document), kid=self.method, typ=jws.VC)
            return presentation.envelope(jws.compact(signed, self._private.sign(signed)).decode("ascii"))
        config = data_integrity.proof_config(document, created=at, verification_method=self.method)
        signature = self._private.sign(data_integrity.hash_data(document, config))
        return data_integrity.add_proof(document, config, signature)
