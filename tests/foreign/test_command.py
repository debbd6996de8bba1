"""``seal verify`` for credentials of others: files in, exit codes and sentences out."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from seal.cli import main
from seal.keys import did as dids
from tests.certificates import credential_examples
from tests.verification.world import CERTIFICATION, Keeper

from .examples import LIST, STRANGER, THIEF, entry, plain, presentation, status_list

WEB = "did:web:feria.example"
AT = ["--at", "2026-06-01T15:00:00Z"]


@pytest.fixture(autouse=True)
def english_and_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*given: Any, **named: Any) -> Any:
        raise AssertionError("the network was used")

    monkeypatch.setenv("SEAL_LANG", "en")
    monkeypatch.setattr(socket, "getaddrinfo", never)


def put(folder: Path, name: str, content: Any) -> str:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(path)


def test_a_credential_of_a_did_key_is_told_from_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, content in (("c.jwt", STRANGER.jwt(plain())), ("c.json", STRANGER.sign(plain()))):
        assert main(["verify", put(tmp_path, name, content), *AT]) == 0
        assert capsys.readouterr().out.startswith("verified: The issuer signed it")
    assert main(["verify", put(tmp_path, "vp.json", STRANGER.sign(presentation(STRANGER.sign(plain())))), *AT]) == 0
    assert capsys.readouterr().out.count("verified: ") == 2


def test_each_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    token = STRANGER.jwt(plain(issuer=WEB), kid=f"{WEB}#{dids.multikey(STRANGER.raw)}")
    file = put(tmp_path, "c.jwt", token)
    keys = put(tmp_path, "did.json", dids.document(WEB, [STRANGER.raw]))
    thief = put(tmp_path, "thief.json", dids.document(WEB, [THIEF.raw]))
    assert main(["verify", file]) == 3
    assert "cannot_check" in capsys.readouterr().out
    assert main(["verify", file, "--keys", keys]) == 0
    assert main(["verify", file, "--keys", thief]) == 1
    assert main(["verify", file, "--keys", str(tmp_path / "absent.json")]) == 3
    assert main(["verify", file, "--keys", put(tmp_path, "no.json", "{}")]) == 3
    assert main(["verify", file, "--foreign", "--at", "yesterday"]) == 3
    assert main(["verify", put(tmp_path, "no.txt", "{"), "--foreign"]) == 1


def test_a_status_list_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = put(tmp_path, "c.json", STRANGER.sign(plain(credentialStatus=entry())))
    assert main(["verify", file, *AT]) == 3
    assert capsys.readouterr().out.startswith("verified_unchecked: ")
    clear = put(tmp_path, "clear.jwt", STRANGER.jwt(status_list()))
    revoked = put(tmp_path, "revoked.json", STRANGER.sign(status_list(94_567)))
    assert main(["verify", file, "--status", clear, *AT]) == 0
    assert capsys.readouterr().out.startswith("verified: ")
    assert main(["verify", file, "--status", revoked, *AT]) == 1
    assert "It was revoked" in capsys.readouterr().out


TWO = [entry(), entry(id=None, statusPurpose="suspension", statusListCredential=f"{LIST}/suspended")]


def suspended(*bits: int) -> str:
    return STRANGER.jwt(status_list(*bits, id=f"{LIST}/suspended", subject={"statusPurpose": "suspension"}))


@pytest.mark.parametrize("revoked_first", [True, False])
def test_the_first_of_two_status_lists_is_not_dropped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], revoked_first: bool
) -> None:
    file = put(tmp_path, "c.json", STRANGER.sign(plain(credentialStatus=TWO)))
    revoked, clear = put(tmp_path, "r.jwt", STRANGER.jwt(status_list(94_567))), put(tmp_path, "s.jwt", suspended())
    lists = [revoked, clear] if revoked_first else [clear, revoked]
    assert main(["verify", file, "--status", lists[0], "--status", lists[1], *AT]) == 1
    assert "It was revoked" in capsys.readouterr().out
    both = put(tmp_path, "both.txt", STRANGER.jwt(status_list()) + "\n" + suspended())
    assert main(["verify", file, "--status", both, *AT]) == 0
    assert capsys.readouterr().out.startswith("verified: ")


def test_a_missing_status_list_is_named_and_is_not_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = put(tmp_path, "c.json", STRANGER.sign(plain(credentialStatus=TWO)))
    assert main(["verify", file, "--status", put(tmp_path, "s.jwt", suspended()), *AT]) == 3
    said = capsys.readouterr().out
    assert f"(revocation) was not checked: the list {LIST} is not" in said
    assert f"{LIST}/suspended" not in said
    shown = put(tmp_path, "vp.json", STRANGER.sign(presentation(STRANGER.sign(plain(credentialStatus=TWO)))))
    assert main(["verify", shown, *AT]) == 3


def test_a_file_that_is_no_list_does_not_pass_for_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = put(tmp_path, "c.json", STRANGER.sign(plain(credentialStatus=entry())))
    for name, content in (("empty.json", {}), ("keys.json", {"keys": []}), ("other.jwt", STRANGER.jwt(plain()))):
        other = put(tmp_path, name, content)
        assert main(["verify", file, "--status", other, "--json", *AT]) == 3
        answer = json.loads(capsys.readouterr().out)
        assert answer["result"] == "verified_unchecked"
        assert {one["code"] for one in answer["warnings"]} == {"foreign.status_not_checked", "foreign.status_unused"}
        assert other in answer["warnings"][-1]["detail"]


def test_a_demonstrations_issuer_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for did, is_told in (("did:web:localhost%3A8080", True), ("did:web:localhost.example", False), (WEB, False)):
        token = STRANGER.jwt(plain(issuer=did), kid=f"{did}#{dids.multikey(STRANGER.raw)}")
        keys = put(tmp_path, "did.json", dids.document(did, [STRANGER.raw]))
        assert main(["verify", put(tmp_path, "c.jwt", token), "--keys", keys]) == 0
        assert ("a demonstration or a trial" in capsys.readouterr().out) is is_told


def test_as_json_and_in_spanish(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    file = put(tmp_path, "c.json", STRANGER.sign(plain()) | {"issuer": "nobody"})
    monkeypatch.setenv("SEAL_LANG", "es")
    assert main(["verify", file, "--json", *AT]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["result"] == "not_verified"
    assert "emisor" in answer["problemDetails"][0]["detail"] + answer["problemDetails"][1]["detail"]


def test_one_of_ours_still_asks_for_its_bundle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keeper = Keeper()
    ours = keeper.credential(credential_examples.certification()).decode()
    file = put(tmp_path, "ours.jwt", ours)
    assert main(["verify", file]) == 3
    assert "--bundle" in capsys.readouterr().out
    keys = put(tmp_path, "did.json", dids.document(keeper.did, [bytes.fromhex("00") * 32]))
    assert main(["verify", file, "--foreign", "--keys", keys, *AT]) == 1
    assert CERTIFICATION
