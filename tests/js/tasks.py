"""What both verifiers are asked: every golden vector, and seeded mutants of everything that a verifier is handed."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

from seal.clock import parse_rfc3339
from tests.js.curve import unusual
from tests.js.engine import Task
from tests.vectors.test_vectors import CONTENT, KEYS

VECTORS = Path(__file__).parent.parent / "vectors"


def of_vectors() -> Iterator[tuple[str, Task]]:
    """(name, task) for each case of each file under ``tests/vectors`` that a verifier reads."""
    keys = {name: base64.b64encode(raw).decode() for name, raw in KEYS.items()}
    for name, content in CONTENT.items():
        for case in content["cases"]:
            yield f"{name}: {case['name']}", {"do": "vector", "format": name, "case": case, "keys": keys}
    for case in json.loads((VECTORS / "judge" / "cases.json").read_text("utf-8")):
        at = int(parse_rfc3339(case["at"]).timestamp())
        yield f"judge: {case['name']}", {"do": "evidence", "evidence": case["evidence"], "at": at}
    for path in sorted((VECTORS / "credential").glob("*.json")):
        yield f"credential: {path.name}", {"do": "credential", "text": path.read_text("utf-8")}
    cases = json.loads((VECTORS / "bundle" / "cases.json").read_text("utf-8"))
    for number, path in enumerate(sorted((VECTORS / "bundle").glob("*.jwt"))):
        yield f"bundle: {path.name}", bundle(-number, path.read_bytes(), cases["fingerprint"])
        if path.name == "valid.jwt":
            at = int(parse_rfc3339(cases["at"]).timestamp())
            for token in cases["tokens"]:
                yield f"bundle: {token['name']}", judge(-number, token["text"], at)
        if path.name == "seals.jwt":
            at = int(parse_rfc3339(cases["at"]).timestamp())
            for token in cases["seals"]:
                yield f"bundle: {token['name']}", judge(-number, token["text"], at)


def of_signatures() -> Iterator[tuple[str, Task]]:
    """Signatures on which libraries differ."""
    for name, raw, signature, message in unusual():
        given = {"raw": raw.hex(), "signature": signature.hex(), "message": message.hex()}
        yield f"signature: {name}", {"do": "signature", **given}


def bundle(number: int, data: bytes, fingerprint: str | None, last: int | None = None) -> Task:
    encoded = base64.b64encode(data).decode()
    return {"do": "bundle", "id": number, "jws": encoded, "fingerprint": fingerprint, "last": last}


def judge(number: int, text: str, at: int, source: str = "bundle") -> Task:
    return {"do": "judge", "bundle": number, "text": text, "at": at, "source": source}
