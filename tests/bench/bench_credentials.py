"""Signing and verifying one batch credential beside raw Ed25519 here, and beside npm ``@digitalbazaar/vc`` and ``jose``
on Node with its own raw Ed25519, in one run. Aims: JWS issue at most 2.5 raw signatures, verify at most 1.5 raw ones.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
from pathlib import Path

from seal.certificates import credential
from seal.keys import data_integrity, did, jws
from tests.bench.measure import Figure, cpu, table
from tests.certificates.credential_examples import batch
from tests.keys.examples import DID, NOON, key, kid, raw

TIMES = 300
JS = Path(__file__).parents[1] / "js"


async def main() -> None:
    document = batch()
    private, public = key("issuing-1"), key("issuing-1").public_key()
    payload = credential.encode(document)
    signature = private.sign(payload)
    named = did.key_url(DID, kid("issuing-1"))
    method = did.multikey_url(DID, raw("issuing-1"))

    def as_jws() -> bytes:
        signed = jws.signing_input(payload, kid=named, typ=jws.VC)
        return jws.compact(signed, private.sign(signed))

    def embedded() -> data_integrity.Document:
        config = data_integrity.proof_config(document, created=NOON, verification_method=method)
        return data_integrity.add_proof(document, config, private.sign(data_integrity.hash_data(document, config)))

    compact, secured = as_jws(), embedded()

    async def raw_sign() -> None:
        private.sign(payload)

    async def sign_jws() -> None:
        as_jws()

    async def sign_embedded() -> None:
        embedded()

    async def sign_both() -> None:
        as_jws()
        embedded()

    async def raw_verify() -> None:
        public.verify(signature, payload)

    async def verify_jws() -> None:
        assert jws.verify(jws.parse(compact, typ=jws.VC), raw("issuing-1"))

    async def verify_embedded() -> None:
        assert data_integrity.verify_proof(secured, secured["proof"], raw("issuing-1"))

    signing = [
        await cpu("raw sign", raw_sign, times=TIMES),
        await cpu("vc+jwt", sign_jws, times=TIMES),
        await cpu("embedded eddsa-jcs-2022", sign_embedded, times=TIMES),
        await cpu("both, as issued", sign_both, times=TIMES),
    ]
    verifying = [
        await cpu("raw verify", raw_verify, times=TIMES),
        await cpu("vc+jwt", verify_jws, times=TIMES),
        await cpu("embedded eddsa-jcs-2022", verify_embedded, times=TIMES),
    ]
    peers = _node(document)
    print()
    print(table("Signing a batch credential (Python)", signing, ["raw sign"]))
    print()
    print(table("Verifying it (Python)", verifying, ["raw verify"]))
    if peers:
        signers = [peers["node raw sign"], peers["jose sign"], peers["@digitalbazaar/vc issue"]]
        verifiers = [peers["node raw verify"], peers["jose verify"], peers["@digitalbazaar/vc verify"]]
        print()
        print(table("The same document on Node: signing", signers, ["node raw sign"]))
        print()
        print(table("The same document on Node: verifying", verifiers, ["node raw verify"]))


def _node(document: credential.Document) -> dict[str, Figure]:
    """The peers' figures, by name; none, saying so, where their packages are not installed."""
    if not (JS / "node_modules").is_dir():
        print("npm peers are left out: run deploy/test once, or npm ci in tests/js")
        return {}
    done = subprocess.run(
        ["node", "bench.mjs"],
        cwd=JS, input=json.dumps({"document": document, "times": TIMES}), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {name: Figure(name, found, found, found) for name, found in json.loads(done.stdout).items()}


if __name__ == "__main__":
    asyncio.run(main())
