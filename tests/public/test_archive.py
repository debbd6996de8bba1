"""``seal verify --archive``: an honest archive holds, and every way to be wrong is named by its member."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seal.cli import main
from seal.errors import BadInput
from seal.ids import Code
from seal.public import checking, layout, opening
from seal.public.opening import Fault
from seal.transparency.cosignature import WitnessKey
from tests.public.made import HOME, REVOKED, finished, members, raw_zip, written
from tests.verification import world

HONEST = finished(members())
UNIT = HOME.token().path


def report(folder: Path, found: dict[str, bytes], fingerprint: str | None = HOME.fingerprint) -> checking.Report:
    return checking.check(opening.read(written(folder, found)), fingerprint)


def faults(folder: Path, found: dict[str, bytes]) -> set[tuple[str, str]]:
    return {(one.member, one.code) for one in report(folder, found).faults}


def remade(**changes: bytes) -> dict[str, bytes]:
    """An archive whose maker changed members and wrote page and manifest anew."""
    return finished(members() | changes)


def test_an_honest_archive_holds_and_counts(tmp_path: Path) -> None:
    found = report(tmp_path, HONEST)
    assert found.sound, found.faults
    assert found.counts == {
        "members": len(HONEST),
        "log entries": 5,
        "key statements": 1,
        "credentials": 3,
        "status lists": 2,
    }


def test_the_same_members_give_the_same_bytes() -> None:
    assert layout.pack(HONEST) == layout.pack(dict(reversed(HONEST.items())))
    assert finished(members()) == HONEST


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(sorted(HONEST)), st.data())
def test_one_changed_byte_in_any_member_is_named(tmp_path: Path, member: str, data: st.DataObject) -> None:
    old = HONEST[member]
    place = data.draw(st.integers(0, len(old) - 1))
    bit = data.draw(st.integers(0, 7))
    changed = old[:place] + bytes([old[place] ^ 1 << bit]) + old[place + 1 :]
    found = opening.read(written(tmp_path, HONEST | {member: changed}))
    told = checking.check(found, None).faults
    assert told
    if member != layout.MANIFEST:
        assert Fault(member, "public.altered") in told


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_a_flipped_byte_of_the_zip_is_found_or_changes_nothing(tmp_path: Path, data: st.DataObject) -> None:
    whole = layout.pack(HONEST)
    place = data.draw(st.integers(0, len(whole) - 1))

    def flip(packed: bytes) -> bytes:
        return packed[:place] + bytes([packed[place] ^ 0x10]) + packed[place + 1 :]

    try:
        found = opening.read(written(tmp_path, HONEST, flip))
    except BadInput:
        return  # not even a zip any more
    assert checking.check(found, HOME.fingerprint).faults or found.members == HONEST


@pytest.mark.parametrize("member", ["bundle.jwt", "objects.json", "log/checkpoint", "keys/0001.jwt", "manifest.json"])
def test_a_missing_member_is_named(tmp_path: Path, member: str) -> None:
    found = {path: data for path, data in HONEST.items() if path != member}
    assert (member, "public.missing") in faults(tmp_path, found)


def test_a_member_that_nobody_announced_is_named(tmp_path: Path) -> None:
    assert faults(tmp_path, HONEST | {"more.txt": b"x"}) == {("more.txt", "public.extra")}


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../x", "C:/x", "a\\b", "a//b", "."])
def test_a_name_that_could_escape_is_named_and_never_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / "archive.zip"
    path.write_bytes(raw_zip([*HONEST.items(), (name, b"x")]))
    found = opening.read(path)
    assert [one.code for one in found.faults] == ["public.bad_name"]
    assert found.members == HONEST


def test_a_name_that_is_there_twice_is_named(tmp_path: Path) -> None:
    path = tmp_path / "archive.zip"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path.write_bytes(raw_zip([*HONEST.items(), ("bundle.jwt", b"other")]))
    assert Fault("bundle.jwt", "public.twice") in opening.read(path).faults


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "MEMBER_MAX_BYTES", 5_000_000)
    path = tmp_path / "archive.zip"
    path.write_bytes(raw_zip([("bundle.jwt", bytes(50_000_000))]))
    assert path.stat().st_size < 100_000
    with pytest.raises(BadInput) as caught:
        opening.read(path)
    assert caught.value.code == "public.too_large"


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "archive.zip"
    path.write_bytes(b"no zip")
    with pytest.raises(BadInput) as caught:
        opening.read(path)
    assert caught.value.code == "public.no_zip"


# --- a maker who lies, with a manifest of his own -------------------------------------------------------------------


def test_a_bundle_of_another_key_does_not_hold(tmp_path: Path) -> None:
    found = report(tmp_path, HONEST, "0" * 64)
    assert found.bundle is None
    assert found.faults == [Fault("bundle.jwt", "public.bundle", "chain.fingerprint")]


def test_a_credential_that_is_not_the_logged_one_is_named(tmp_path: Path) -> None:
    path = f"credentials/{Code(world.BATCH).plain}.jwt"
    other = HOME.credential({"id": f"{world.BASE}/c/{Code(world.BATCH).plain}", "issuer": HOME.did})
    assert (path, "public.not_in_log") in faults(tmp_path, remade(**{path: other}))


def test_a_log_with_one_entry_less_is_named(tmp_path: Path) -> None:
    honest = members()["log/tile/entries/000.p/5"]
    assert ("log/tile/entries/000.p/5", "public.damaged") in faults(
        tmp_path, remade(**{"log/tile/entries/000.p/5": honest[:-63]})
    )


def test_a_tile_that_is_not_of_the_entries_is_named(tmp_path: Path) -> None:
    assert faults(tmp_path, remade(**{"log/tile/0/000.p/5": bytes(160)})) == {("log/tile/0/000.p/5", "public.tile")}


def test_a_checkpoint_of_another_key_is_named(tmp_path: Path) -> None:
    other = world.checkpoint(HOME, 5, key=world.private_key("thief")).encode()
    assert faults(tmp_path, remade(**{"log/checkpoint": other})) == {("log/checkpoint", "public.signature")}


def test_a_credential_left_out_is_named(tmp_path: Path) -> None:
    rows = [row for row in json.loads(members()["objects.json"]) if row[0] != 3]
    found = members() | {"objects.json": world.canonical(rows)}
    path = f"credentials/{Code(world.BATCH).plain}.jwt"
    assert faults(tmp_path, finished(found)) == {(path, "public.no_credential")}


def test_other_rules_under_the_same_digest_are_named(tmp_path: Path) -> None:
    path = "protocols/miel/1.0.0/document.json"
    assert faults(tmp_path, remade(**{path: b"{}"})) == {(path, "public.protocol")}


def test_a_bundle_that_hides_a_revocation_of_its_own_lists_is_named(tmp_path: Path) -> None:
    assert faults(tmp_path, finished(members(hide=True))) == {("status/revocation/0.jwt", "public.hidden")}


def test_a_manifest_with_another_name_is_named(tmp_path: Path) -> None:
    manifest = json.loads(HONEST["manifest.json"]) | {"name": "Otra"}
    found = HONEST | {"manifest.json": world.canonical(manifest)}
    assert faults(tmp_path, found) == {("manifest.json", "public.altered")}


# --- the command ----------------------------------------------------------------------------------------------------


def run(folder: Path, capsys: pytest.CaptureFixture[str], found: dict[str, bytes], *words: str) -> tuple[int, Any]:
    code = main(["verify", "--archive", str(written(folder, found)), "--json", *words])
    return code, json.loads(capsys.readouterr().out)


def test_the_command_checks_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(tmp_path, capsys, HONEST, "--trust", HOME.fingerprint)
    assert (code, said["archive"], said["faults"], said["trust"]) == (0, "holds", [], "pinned")
    code, said = run(tmp_path, capsys, HONEST | {"README.md": b"?"})
    assert (code, said["archive"]) == (1, "does_not_hold")
    assert said["faults"] == [{"member": "README.md", "code": "public.altered"}]


@pytest.mark.parametrize(
    ("text", "verdict", "exit_code"),
    [(UNIT, "authentic", 0), (Code(REVOKED).printed, "revoked", 1), (HOME.token(key=world.private_key("thief")).path,
     "cannot_check", 3), (HOME.token(number=8).path[:-1] + "0", "forged", 1), ("nothing", "mistyped", 1)],
)  # fmt: skip
def test_the_command_judges_by_the_archive(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, verdict: str, exit_code: int
) -> None:
    code, said = run(tmp_path, capsys, HONEST, text, "--trust", HOME.fingerprint)
    assert (code, said["verdict"], said["source"]) == (exit_code, verdict, "archive")
    assert "status_as_of" in said["notes"] or verdict in ("cannot_check", "mistyped")


def test_an_archive_with_a_fault_judges_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(tmp_path, capsys, HONEST | {"README.md": b"?"}, UNIT)
    assert code == 3
    assert "verdict" not in said


def test_without_an_archive_something_to_judge_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify"]) == 3
    assert capsys.readouterr().out.startswith("cannot_check")


def test_with_a_witness_pinned_an_archive_without_its_cosignature_judges_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    witness = WitnessKey("municipio.example", world.raw(world.private_key("witness"))).text
    code, said = run(tmp_path, capsys, HONEST, UNIT, "--trust", HOME.fingerprint, "--witness", witness)
    assert code == 3
    assert said["faults"][0]["detail"].startswith("bundle.witness_")
