"""Verifiers that no one here wrote, against a live server: npm ``@digitalbazaar/vc`` and ``jose``, PyPI ``joserfc``,
WebCrypto in Chromium. Each accepts what we issued and refuses every tampered twin.

The npm packages are pinned in ``tests/js`` (``deploy/test`` installs them); only this machine's own server is asked.
"""

from __future__ import annotations

import base64
import copy
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jws as joserfc_jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from seal.ids import Code

from .conftest import Opener
from .served import Served

JS = Path(__file__).parents[1] / "js"
Document = dict[str, Any]

GOOD = ("VE-1", "PV-1")
REVOKED = {"LC-1": "revoked with its certification", "AB-1": "recalled"}


def ask(address: str, accept: str) -> str:
    answer = httpx.get(address, headers={"Accept": accept}, timeout=20)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].split(";")[0] == accept
    return answer.text


def address_of(served: Served, lot: str) -> str:
    return served.at(f"/c/{Code(served.labels[lot].public_id).plain}")


def jwt_of(served: Served, lot: str) -> str:
    return ask(address_of(served, lot), "application/vc+jwt")


def document_of(served: Served, lot: str) -> Document:
    found: Document = json.loads(ask(address_of(served, lot), "application/vc"))
    return found


def certification_of(served: Served, lot: str) -> str:
    """The address of the certification that a batch was sealed under, as its credential names it."""
    return str(document_of(served, lot)["credentialSubject"]["auditableEvidence"]["linkURL"])


def node(served: Served, items: list[Document]) -> dict[str, Document]:
    """What the npm verifiers say of each item, by name."""
    assert (JS / "node_modules").is_dir(), "the npm packages are missing: run deploy/test, or npm ci in tests/js"
    done = subprocess.run(
        ["node", "outside.mjs"],
        cwd=JS, input=json.dumps({"base": served.origin, "items": items}), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {said["name"]: said for said in map(json.loads, done.stdout.splitlines())}


def _changed(**members: object) -> Callable[[Document], None]:
    return lambda document: document.update(members)


def _other_lot(document: Document) -> None:
    document["credentialSubject"]["assessment"][0]["assessedProduct"][0]["product"]["batchNumber"] = "OTHER"


def _other_slot(document: Document) -> None:
    document["credentialStatus"][0]["statusListIndex"] = "1"


def _no_status(document: Document) -> None:
    del document["credentialStatus"]


def _proof(**members: object) -> Callable[[Document], None]:
    return lambda document: document["proof"].update(members)


def _flipped_value(document: Document) -> None:
    value = document["proof"]["proofValue"]
    document["proof"]["proofValue"] = value[:-4] + ("2" if value[-4] != "2" else "3") + value[-3:]


EMBEDDED: dict[str, Callable[[Document], None]] = {
    "earlier": _changed(validFrom="2026-01-01T00:00:00Z"),
    "another id": _changed(id="https://elsewhere.example/c/1"),
    "a further member": _changed(name="x"),
    "another lot": _other_lot,
    "another status slot": _other_slot,
    "without status": _no_status,
    "another purpose": _proof(proofPurpose="authentication"),
    "signed at another time": _proof(created="2026-01-01T00:00:00Z"),
    "another value": _flipped_value,
}


def _flip(part: int, place: int) -> Callable[[str], str]:
    def change(compact: str) -> str:
        parts = compact.split(".")
        old = parts[part][place]
        parts[part] = parts[part][:place] + ("A" if old != "A" else "B") + parts[part][place + 1 :]
        return ".".join(parts)

    return change


def _header(**members: str) -> Callable[[str], str]:
    def change(compact: str) -> str:
        head, rest = compact.split(".", 1)
        header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))) | members
        return base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=") + "." + rest

    return change


JWT: dict[str, Callable[[str], str]] = {
    "one symbol of the payload": _flip(1, 40),
    "the end of the payload": _flip(1, -3),
    "one symbol of the signature": _flip(2, 10),
    "no algorithm": _header(alg="none"),
    "another algorithm": _header(alg="HS256"),
    "another type": _header(typ="JWT"),
    "without signature": lambda compact: compact.rsplit(".", 1)[0] + ".",
}


def test_npm_verifiers_accept_ours_and_refuse_each_tampered_twin(served: Served) -> None:
    items: list[Document] = []
    expected: dict[str, bool] = {}

    def add(name: str, form: str, body: object, good: bool) -> None:
        items.append({"name": name, "form": form, "body": body})
        expected[name] = good

    for lot in GOOD:
        document, compact = document_of(served, lot), jwt_of(served, lot)
        add(f"{lot} embedded", "embedded", document, True)
        add(f"{lot} jwt", "jwt", compact, True)
        for name, change in EMBEDDED.items():
            twin = copy.deepcopy(document)
            change(twin)
            add(f"{lot} embedded, {name}", "embedded", twin, False)
        for name, alter in JWT.items():
            add(f"{lot} jwt, {name}", "jwt", alter(compact), False)
    address = certification_of(served, "VE-1")
    add("certification embedded", "embedded", json.loads(ask(address, "application/vc")), True)
    add("certification jwt", "jwt", ask(address, "application/vc+jwt"), True)
    for lot in REVOKED:
        add(f"{lot} embedded", "embedded", document_of(served, lot), False)
        add(f"{lot} jwt", "jwt", jwt_of(served, lot), True)  # the signature stands; jose knows nothing of status
    for purpose in ("revocation", "suspension"):
        at = served.at(f"/status/{purpose}/0")
        add(f"{purpose} embedded", "embedded", json.loads(ask(at, "application/vc")), True)
        add(f"{purpose} jwt", "jwt", ask(at, "application/vc+jwt"), True)
    said = node(served, items)
    assert {name: said[name]["verified"] for name in expected} == expected, said
    for lot in REVOKED:
        assert (said[f"{lot} embedded"]["why"], said[f"{lot} embedded"]["set"]) == ("", ["revocation"])
    assert said["VE-1 embedded"]["set"] == []


def keys_of(served: Served) -> KeySet:
    return KeySet.import_key_set(httpx.get(served.at("/.well-known/jwks.json"), timeout=20).json())


def test_joserfc_verifies_the_certificate(served: Served) -> None:
    read = joserfc_jws.deserialize_compact(jwt_of(served, "VE-1"), keys_of(served), algorithms=["EdDSA"])
    assert json.loads(read.payload)["id"] == address_of(served, "VE-1")


@pytest.mark.parametrize("name", sorted(set(JWT) - {"another type"}))
def test_joserfc_refuses_the_twin(served: Served, name: str) -> None:
    twin = JWT[name](jwt_of(served, "VE-1"))
    with pytest.raises((JoseError, ValueError)):
        joserfc_jws.deserialize_compact(twin, keys_of(served), algorithms=["EdDSA"])


WEBCRYPTO = """async ([compact, keys]) => {
  const bytes = text => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0));
  const [head, payload, signature] = compact.split('.');
  const {kid, alg, typ} = JSON.parse(new TextDecoder().decode(bytes(head)));
  const jwk = keys.keys.find(one => one.kid === kid);
  if(!jwk || alg !== 'EdDSA' || typ !== 'vc+jwt') { return false; }
  const raw = {kty: jwk.kty, crv: jwk.crv, x: jwk.x};
  const key = await crypto.subtle.importKey('jwk', raw, 'Ed25519', false, ['verify']);
  const signed = new TextEncoder().encode(`${head}.${payload}`);
  return crypto.subtle.verify('Ed25519', key, bytes(signature), signed);
}"""


def test_webcrypto_in_chromium_verifies_and_refuses(served: Served, open_reader: Opener) -> None:
    reader = open_reader(script=True)
    reader.page.goto(served.at("/api/health"))
    keys = httpx.get(served.at("/.well-known/jwks.json"), timeout=20).json()
    compact = jwt_of(served, "VE-1")
    assert reader.page.evaluate(WEBCRYPTO, [compact, keys]) is True
    for name, alter in JWT.items():
        assert reader.page.evaluate(WEBCRYPTO, [alter(compact), keys]) is False, name
