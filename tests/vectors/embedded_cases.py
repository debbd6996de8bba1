"""Cases of documents with an embedded proof (eddsa-jcs-2022): both credentials, a status list, and their defects."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from seal.certificates import status_list
from seal.clock import rfc3339
from seal.keys import data_integrity, did, jws
from tests.certificates.credential_examples import ISSUER, batch, certification
from tests.keys.examples import NOON, key, raw
from tests.vectors.plain_cases import Case, case

OF = ISSUER.did


def signed(document: dict[str, Any], by: str = "issuing-1", of: str = OF, **changes: Any) -> dict[str, Any]:
    """The document with its proof; ``changes`` are made before it is signed."""
    method = did.multikey_url(of, raw(by))
    config = data_integrity.proof_config(document, created=NOON, verification_method=method) | changes
    return data_integrity.add_proof(document, config, key(by).sign(data_integrity.hash_data(document, config)))


def text(secured: dict[str, Any]) -> str:
    return data_integrity.canonical(secured).decode()


def listed() -> dict[str, Any]:
    return status_list.document(
        base=ISSUER.base, did=OF, purpose="suspension", number=0, slots=[7], valid_from=NOON,
        until=NOON + timedelta(days=1),
    )  # fmt: skip


def embedded() -> Iterator[Case]:
    for name, document, by in (
        ("certification", certification(), "issuing-1"),
        ("batch", batch(), "issuing-1"),
        ("status list", listed(), "log-1"),
    ):
        payload = data_integrity.canonical(document)
        yield case(
            name,
            document=text(signed(document, by)),
            did=OF,
            by=by,
            expect={
                "created": rfc3339(NOON),
                "verification_method": did.multikey_url(OF, raw(by)),
                "payload_sha256": hashlib.sha256(payload).hexdigest(),
            },
        )
    plain, good = batch(), signed(batch())
    proof = good["proof"]

    def with_proof(**changes: Any) -> dict[str, Any]:
        return {**good, "proof": {**proof, **changes}}

    without = {name: value for name, value in proof.items() if name != "created"}
    value = proof["proofValue"]
    defects: dict[str, tuple[str, str]] = {
        "a member changed": (text({**good, "validFrom": "2026-04-21T14:30:00Z"}), "embedded.false"),
        "a member added": (text({**good, "name": "x"}), "embedded.false"),
        "another time of the proof": (text(with_proof(created="2026-11-21T12:00:01Z")), "embedded.false"),
        "by another key": (text(signed(plain, "issuing-2")), "embedded.false"),
        "signed by another key under this name": (
            text(with_proof(proofValue=signed(plain, "issuing-2")["proof"]["proofValue"])),
            "embedded.false",
        ),
        "of another DID": (text(signed(plain, of="did:web:other.example")), "embedded.false"),
        "a proof of another document": (text({**certification(), "proof": proof}), "embedded.false"),
        "another context": (
            text({**good, "@context": [*plain["@context"], "https://example.org/more"]}),
            "embedded.context",
        ),
        "another purpose": (text(signed(plain, proofPurpose="authentication")), "embedded.suite"),
        "another cryptosuite": (text(with_proof(cryptosuite="eddsa-rdfc-2022")), "embedded.suite"),
        "no proof": (text(plain), "embedded.members"),
        "a proof in a list": (text({**good, "proof": [proof]}), "embedded.members"),
        "a proof without its time": (text({**good, "proof": without}), "embedded.members"),
        "a member too many in the proof": (text(signed(plain, nonce="x")), "embedded.members"),
        "signature cut short": (text(with_proof(proofValue=value[:-3])), "embedded.value"),
        "signature in base64": (
            text(with_proof(proofValue="u" + jws.encode(data_integrity.signature_of(proof)))),
            "embedded.value",
        ),
        "signature with a letter that is none": (text(with_proof(proofValue=value[:-1] + "0")), "multibase.symbol"),
        "written with spaces": (text(good).replace(":", ": ", 1), "embedded.not_canonical"),
        "a member twice": (text(good).replace('"proof":', '"proof":{},"proof":', 1), "jws.json"),
    }
    for name, (broken, code) in defects.items():
        yield case(name, code, document=broken, did=OF, by="issuing-1")
