"""``seal verify``: exit codes, trust, and no way to be told more than the evidence says."""

from __future__ import annotations

import copy
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from seal import cli
from seal.clock import local_day, rfc3339
from seal.ids import Code as TypedCode
from seal.keys import data_integrity
from seal.keys import did as dids
from seal.verification import command
from seal.verification.facts import BatchState, CertificationState
from tests.certificates import credential_examples

from . import world

HOME = world.Keeper()
UNIT = HOME.token().digits
AT = ["--at", rfc3339(world.NOW)]
TODAY = local_day(world.NOW, world.ZONE)
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


def test_a_demonstration_says_so_of_a_label_and_of_its_bundle(run: Run, tmp_path: Path) -> None:
    demo = world.Keeper("demo", "http://localhost:8080")
    path = tmp_path / "demo.jwt"
    path.write_bytes(world.signed(demo, world.contents(demo)))
    for words in ((demo.token().digits, "--bundle", str(path)), (str(path),)):
        code, said = run(*words)
        assert code == 0
        assert "DEMONSTRATION" in said
        assert json.loads(run(*words, "--json")[1])["demonstration"] is True
    honest = written(tmp_path)
    assert "DEMONSTRATION" not in run(UNIT, "--bundle", honest)[1]
    assert "demonstration" not in run(UNIT, "--bundle", honest, "--json")[1]


def embedded(document: dict[str, Any], key: Any = None) -> dict[str, Any]:
    """The document as Seal serves it with its proof inside."""
    key = key or HOME.issuing
    method = dids.multikey_url(HOME.did, world.raw(key))
    config = data_integrity.proof_config(document, created=world.NOW, verification_method=method)
    return data_integrity.add_proof(document, config, key.sign(data_integrity.hash_data(document, config)))


def test_a_certificate_with_its_proof_inside_is_judged_by_the_bundle_like_its_jwt(run: Run, tmp_path: Path) -> None:
    whole = embedded(credential_examples.batch())
    other = copy.deepcopy(whole)
    other["credentialSubject"]["name"] = "Otra"
    thief = world.private_key("thief")
    revoked = tmp_path / "revoked.jwt"
    revoked.write_bytes(world.signed(HOME, world.contents(HOME, batch=world.batch(state=BatchState.RECALLED))))
    bundle = written(tmp_path)
    cases = [
        (whole, bundle, 0, "authentic"),
        (embedded(credential_examples.certification()), bundle, 0, "in_force"),
        (whole, str(revoked), 1, "recalled"),
        (other, bundle, 1, "forged"),
        (embedded(credential_examples.batch(), thief), bundle, 3, "cannot_check"),
    ]
    for document, against, code, verdict in cases:
        for indent in (None, 2):
            file = tmp_path / "c.json"
            file.write_text(json.dumps(document, indent=indent))
            found, said = run(str(file), "--bundle", against, "--trust", HOME.fingerprint)
            assert (found, said.split()[0].rstrip(":")) == (code, verdict), document


def test_a_document_without_a_proof_of_ours_is_no_signature(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    for document in (credential_examples.batch(), {"proof": {}}, {}):
        file.write_text(json.dumps(document))
        code, said = run(str(file), "--bundle", written(tmp_path))
        assert (code, "carries no signature" in said) == (3, True)


def test_a_log_proof_is_of_the_jwt_and_is_never_passed_over(run: Run, tmp_path: Path, capsys: Any) -> None:
    file, proof = tmp_path / "c.json", tmp_path / "c.tlog-proof"
    file.write_text(json.dumps(embedded(credential_examples.batch())))
    proof.write_text("x")
    for words in ((), ("--bundle", written(tmp_path))):
        code, said = run(str(file), "--proof", str(proof), *words)
        assert (code, "?as=jwt" in said) == (1, True)
    for words in (("--proof", str(proof)), ("--bundle", written(tmp_path))):
        keys = tmp_path / "did.json"
        keys.write_text("{}")
        assert cli.main(["verify", str(file), "--keys", str(keys), *words]) == 3
        assert "--proof" in capsys.readouterr().out
    assert cli.main(["verify", str(file), "--proof", str(proof)]) == 1
    assert "?as=jwt" in capsys.readouterr().out


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
    ended = world.contents(HOME, as_of=world.later(hours=20), certification=world.certification(valid_until=TODAY))
    path = tmp_path / "bundle.jwt"
    path.write_bytes(world.signed(HOME, ended))
    plaque = HOME.plaque(days=(TODAY - world.GRANTED).days).digits
    assert command.main([plaque, "--bundle", str(path), *AT]) == 1
    assert capsys.readouterr().out.startswith("ended")


@pytest.mark.parametrize("text", [UNIT, TypedCode(world.BATCH).plain, HOME.plaque().digits])
def test_a_list_later_than_at_judges_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str) -> None:
    before = ["--at", "2026-04-01T00:00:00Z"]  # the batch was sealed on 20 April
    assert command.main([text, "--bundle", written(tmp_path), *before]) == 3
    assert "later than --at" in capsys.readouterr().out


CODE = TypedCode(world.BATCH).plain


@pytest.mark.parametrize(
    "held",
    [
        f'{{"id": "https://sello.example/c/{CODE}"}}',
        f'{{"id":\n "x"}}\nhttps://sello.example/c/{CODE}',
        f"see\n{CODE}",
        f"https://sello.example/a\nhttps://sello.example/{CODE}",
        f"https://sello.example/{'a' * 5000}/{CODE}",
        b"\x89PNG\r\n\x1a\n\xff" + CODE.encode(),
    ],
)
@pytest.mark.parametrize("bundle", [True, False])
def test_a_file_without_a_signature_is_never_authentic(
    run: Run, tmp_path: Path, held: str | bytes, bundle: bool
) -> None:
    path = tmp_path / "certificate.json"
    path.write_bytes(held if isinstance(held, bytes) else held.encode())
    code, said = run(str(path), *(["--bundle", written(tmp_path)] if bundle else []))
    assert code == 3
    assert "carries no signature" in said


def test_a_credential_given_as_words_is_read(run: Run, tmp_path: Path) -> None:
    compact = HOME.credential(world.credential_examples.batch()).decode()
    assert run(compact, "--bundle", written(tmp_path))[0] == 0


@pytest.mark.parametrize("text", [f"see https://sello.example/{CODE}", f"ftp://sello.example/{CODE}", "https://[x/"])
def test_a_line_that_is_no_address_is_mistyped(run: Run, tmp_path: Path, text: str) -> None:
    code, said = run(text, "--bundle", written(tmp_path))
    assert (code, said.splitlines()[0]) == (1, "mistyped")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([UNIT, "--bundle", "/no/such/file"], "The file /no/such/file cannot be read"),
        (["missing.jwt"], "The file missing.jwt cannot be read"),
        (["/"], "The file / cannot be read"),
        ([UNIT, "--trust", "short"], "64 hexadecimal digits"),
    ],
)
def test_faults_are_said_in_plain_sentences(run: Run, words: list[str], says: str) -> None:
    code, said = run(*words)
    assert code == 3
    assert says in said
    assert "Errno" not in said


@pytest.mark.parametrize("at", ["yesterday", "9999-12-31T23:59:59-04:00", "2026-06-01"])
def test_time_without_sense_is_said_plainly(capsys: pytest.CaptureFixture[str], at: str) -> None:
    assert command.main([UNIT, "--at", at]) == 3
    assert "is written like" in capsys.readouterr().out


def test_address_of_another_host_is_said(run: Run, tmp_path: Path) -> None:
    bundle = written(tmp_path)
    code, said = run(f"https://evil.example/{UNIT}", "--bundle", bundle)
    assert code == 0
    assert "note: the address is of evil.example" in said
    assert "the address is of" not in run(f"HTTPS://SELLO.EXAMPLE/{UNIT}", "--bundle", bundle)[1]
    said = run(f"https://evil.example/{UNIT}", "--bundle", bundle, "--json")[1]
    assert json.loads(said)["other_host"] == "evil.example"


def test_use_by_at_the_end_of_the_calendar_is_judged(run: Run, tmp_path: Path) -> None:
    for days in ((date.max - world.SEALED).days, 10**9):
        bundle = written(tmp_path, batch=world.batch(use_by_days=days))
        assert run(CODE, "--bundle", bundle)[0] == 0


@pytest.mark.parametrize(("text", "code"), [(UNIT, 0), (UNIT[:-1], 1)])
def test_a_reader_who_leaves_changes_no_exit_code(tmp_path: Path, text: str, code: int) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    words = [sys.executable, "-m", "seal.verification.command", text, "--bundle", written(tmp_path), *AT]
    done = subprocess.run(words, stdout=writes, stderr=subprocess.PIPE, check=False)
    os.close(writes)
    assert (done.returncode, done.stderr) == (code, b"")


def test_a_device_without_an_end_is_not_read_for_ever(run: Run) -> None:
    code, said = run("/dev/zero")
    assert (code, said.startswith("cannot_check")) == (3, True)
