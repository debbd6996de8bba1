"""Both verifiers over the same tasks: Python here, JavaScript in one node process; answers as plain JSON values."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from seal.certificates import credential
from seal.clock import rfc3339
from seal.errors import BadInput
from seal.keys import ed25519, jws
from seal.verification import bundle as bundles
from seal.verification.facts import Source
from seal.verification.model import Verdict, judge
from tests.vectors.test_vectors import READERS
from tests.verification import vectors

Task = dict[str, Any]
SCRIPT = Path(__file__).parent / "judge.mjs"


def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.fail("node is not installed (18 or newer): apt-get install nodejs")
    return found


def by_javascript(tasks: list[Task], folder: Path, *, arithmetic: bool = False) -> list[Any]:
    """The answers of the verifier that pages use, in one process."""
    asked, told = folder / "tasks.jsonl", folder / "answers.jsonl"
    asked.write_text("\n".join(json.dumps(task) for task in tasks), "utf-8")
    how = ["arithmetic"] if arithmetic else []
    subprocess.run([node(), str(SCRIPT), str(asked), str(told), *how], check=True, timeout=120)
    return [json.loads(line) for line in told.read_text("utf-8").splitlines()]


def by_python(tasks: list[Task]) -> list[Any]:
    """The answers of ``seal.verification``."""
    held: dict[int, bundles.Bundle] = {}
    return [_answer(task, held) for task in tasks]


def _answer(task: Task, held: dict[int, bundles.Bundle]) -> Any:
    try:
        return json.loads(json.dumps({"is": _TASKS[task["do"]](task, held)}))
    except BadInput as refused:
        return {"refused": refused.code}


def _verdict(verdict: Verdict) -> Any:
    return {
        "code": verdict.code.value,
        "notes": [note.value for note in verdict.notes],
        "as_of": rfc3339(verdict.as_of),
        "source": verdict.source.value,
        "lines": [[line.name, line.code, dict(line.params)] for line in verdict.lines],
        "next_change": rfc3339(verdict.next_change) if verdict.next_change else None,
        "stale": verdict.stale,
    }


def _bundle(task: Task, held: dict[int, bundles.Bundle]) -> Any:
    last = None if task["last"] is None else bundles.LastSeen.of(held[task["last"]])
    found = bundles.read(base64.b64decode(task["jws"]), fingerprint=task["fingerprint"], last=last)
    held[task["id"]] = found
    contents = found.contents
    return {
        "did": contents.did,
        "epoch": contents.epoch,
        "fingerprint": found.fingerprint,
        "pinned": found.pinned,
        "checkpoint": found.checkpoint and found.checkpoint.size,
        "certifications": len(contents.certifications),
        "batches": len(contents.batches),
    }


def _judge(task: Task, held: dict[int, bundles.Bundle]) -> Any:
    if task["bundle"] not in held:
        return "no bundle"
    evidence = bundles.evidence(held[task["bundle"]], task["text"])
    at = datetime.fromtimestamp(task["at"], UTC)
    return _verdict(judge(replace(evidence, source=Source(task["source"])), at))


def _evidence(task: Task, held: dict[int, bundles.Bundle]) -> Any:
    return _verdict(judge(vectors.from_json(task["evidence"]), datetime.fromtimestamp(task["at"], UTC)))


def _vector(task: Task, held: dict[int, bundles.Bundle]) -> Any:
    found = READERS[task["format"]](task["case"])
    if task["format"] == "checkpoint" and found:
        found["size"] = str(found["size"])  # beyond what a JSON number holds everywhere
    return found


def _signature(task: Task, held: dict[int, bundles.Bundle]) -> Any:
    return ed25519.verify(*(bytes.fromhex(task[name]) for name in ("raw", "signature", "message")))


def _credential(task: Task, held: dict[int, bundles.Bundle]) -> Any:
    return credential.parse_public_id(jws.strict_json(task["text"].encode()))


_TASKS = {
    "bundle": _bundle,
    "judge": _judge,
    "evidence": _evidence,
    "vector": _vector,
    "signature": _signature,
    "credential": _credential,
}
