"""``seal verify``: exit codes, trust, and no way to be told more than the evidence says."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seal.clock import rfc3339
from seal.ids import Code as TypedCode
from seal.verification import command
from seal.verification.facts import BatchState, CertificationState

from . import world

HOME = world.Keeper()
UNIT = HOME.token().digits
AT = ["--at", rfc3339(world.NOW)]
Run = Callable[..., tuple[int, str]]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("seal verify opened a socket")

    monkeypatch.setattr(socket, "socket", refuse)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def go(*words: str) -> tuple[int, str]:
        code = command.main([*words, *AT])
        return code, capsys.readouterr().out

    return go


def written(folder: Path, **changes: Any) -> str:
    path = folder / "bundle.jwt"
    path.write_bytes(world.signed(HOME, world.contents(HOME, **changes)))
    return str(path)


def test_pinned_and_authentic_is_0(run: Run, tmp_path: Path) -> None:
    code, said = run(UNIT, "--bundle", written(tmp_path), "--trust", HOME.fingerprint)
    assert code == 0
    assert said.startswith("authentic\nnote: status_as_of\n")
    assert "trust: pinned" in said


def test_first_use_is_judged_and_says_what_to_compare(run: Run, tmp_path: Path) -> None:
    code, said = run(UNIT, "--bundle", written(tmp_path))
    assert code == 0
    assert "trust: first use" in said
    assert HOME.fingerprint in said


def test_printed_fingerprint_with_spaces_and_capitals(run: Run, tmp_path: Path) -> None:
    printed = " ".join(HOME.fingerprint[start : start + 4].upper() for start in range(0, 64, 4))
    assert run(UNIT, "--bundle", written(tmp_path), "--trust", printed)[0] == 0


@pytest.mark.parametrize(
    "text", [UNIT, TypedCode(world.BATCH).printed, f"https://sello.example/{UNIT}", "no code at all"]
)
def test_with_neither_bundle_nor_key_it_cannot_judge(run: Run, text: str) -> None:
    code, said = run(text)
    assert code == 3
    assert said.startswith("cannot_check")


def test_a_fingerprint_alone_is_no_key(run: Run) -> None:
    assert run(UNIT, "--trust", HOME.fingerprint)[0] == 3


def test_a_bundle_of_someone_else_under_our_fingerprint_cannot_judge(run: Run, tmp_path: Path) -> None:
    thief = world.Keeper("thief")
    path = tmp_path / "bundle.jwt"
    path.write_bytes(world.signed(thief, world.contents(thief)))
    assert run(thief.token().digits, "--bundle", str(path), "--trust", HOME.fingerprint)[0] == 3


def test_key_that_the_bundle_does_not_hold_cannot_be_judged(run: Run, tmp_path: Path) -> None:
    neighbour = world.Keeper("neighbour", "https://other.example")
    assert run(neighbour.token().digits, "--bundle", written(tmp_path), "--trust", HOME.fingerprint)[0] == 3


@pytest.mark.parametrize(
    ("text", "changes", "verdict"),
    [
        (UNIT, {"batch": world.batch(state=BatchState.RECALLED)}, "recalled"),
        (UNIT, {"batch": world.batch(state=BatchState.ON_HOLD)}, "on_hold"),
        (HOME.token(number=11).digits, {}, "unit_void"),
        (UNIT[:-1] + str((int(UNIT[-1]) + 1) % 10), {}, "forged"),
        (UNIT[:-1], {}, "mistyped"),
        (TypedCode(1).plain, {}, "unknown"),
        (HOME.plaque().digits, {"certification": world.certification(state=CertificationState.SUSPENDED)}, "suspended"),
    ],
)
def test_any_worse_verdict_is_1(run: Run, tmp_path: Path, text: str, changes: dict[str, Any], verdict: str) -> None:
    code, said = run(text, "--bundle", written(tmp_path, **changes), "--trust", HOME.fingerprint)
    assert (code, said.splitlines()[0]) == (1, verdict)


@pytest.mark.parametrize("which", ["certification", "batch"])
def test_credential_file(run: Run, tmp_path: Path, which: str) -> None:
    path = tmp_path / "batch-certificate.jwt"
    path.write_bytes(HOME.credential(getattr(world.credential_examples, which)()) + b"\n")
    code, said = run(str(path), "--bundle", written(tmp_path), "--trust", HOME.fingerprint)
    assert (code, said.splitlines()[0]) == (0, {"certification": "in_force", "batch": "authentic"}[which])
    assert run(str(path))[0] == 3


def test_bundle_file_itself(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path)
    code, said = run(path, "--trust", HOME.fingerprint)
    assert code == 0
    assert "epoch 5" in said
    assert run(path, "--trust", "0" * 64)[0] == 1


def test_json_says_the_same(run: Run, tmp_path: Path) -> None:
    code, said = run(UNIT, "--bundle", written(tmp_path), "--json")
    found = json.loads(said)
    assert code == 0
    assert (found["verdict"], found["notes"], found["trust"]) == ("authentic", ["status_as_of"], "first_use")
    assert found["fingerprint"] == HOME.fingerprint
    code, said = run(UNIT, "--json")
    assert (code, json.loads(said)["verdict"]) == (3, "cannot_check")


@pytest.mark.parametrize(
    "words",
    [
        [UNIT, "--bundle", "/no/such/file"],
        [UNIT, "--trust", "short"],
        [UNIT, "--bundle", "/"],
        [str(Path(__file__)), "--bundle", str(Path(__file__))],
    ],
)
def test_nothing_readable_is_3(run: Run, words: list[str]) -> None:
    assert run(*words)[0] == 3


@pytest.mark.parametrize("at", ["yesterday", "2026-06-01T00:00:00"])
def test_time_without_sense_is_3(at: str) -> None:
    assert command.main([UNIT, "--at", at]) == 3


def test_wrong_words_are_3() -> None:
    with pytest.raises(SystemExit) as caught:
        command.main([])
    assert caught.value.code == 3


def test_a_clock_turned_back_revives_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    ended = world.contents(HOME, as_of=world.later(days=400))
    path = tmp_path / "bundle.jwt"
    path.write_bytes(world.signed(HOME, ended))
    assert command.main([HOME.plaque().digits, "--bundle", str(path), *AT]) == 1
    assert capsys.readouterr().out.startswith("ended")
