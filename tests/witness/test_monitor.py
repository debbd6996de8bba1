"""The monitor over HTTP: silent on an honest log, and one finding by name for each thing that a thief can turn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from seal.errors import BadInput, Refused
from seal.transparency import cosignature
from seal.transparency.cosignature import WitnessKey, with_lines
from seal.transparency.merkle import root
from seal.transparency.model import LeafType, leaf_hash
from seal.transparency.note import open_checkpoint, parse_note
from seal.verification.facts import BatchState, CertificationState
from seal.witness import monitor
from tests.verification import world
from tests.witness.honest import BATCH, SECOND, Honest
from tests.witness.rogue import Rogue

TOWN = WitnessKey("municipio.example/w1", world.raw(world.private_key("town")))


@pytest.fixture
def log(rogue: Rogue) -> Honest:
    made = Honest(rogue)
    made.publish()
    return made


class Watch:
    """A monitor with a folder of its own, run again and again."""

    def __init__(self, log: Honest, folder: Path) -> None:
        self.log, self.folder = log, folder

    def once(self, at: int = SECOND, *witnesses: WitnessKey) -> monitor.Report:
        rogue = self.log.rogue
        return monitor.once(self.folder, rogue.base, rogue.keeper.fingerprint, witnesses, at)

    def codes(self, at: int = SECOND, *witnesses: WitnessKey) -> list[str]:
        report = self.once(at, *witnesses)
        assert report.unreachable == ()
        return [one.code.removeprefix("monitor.") for one, _ in report.findings]


@pytest.fixture
def watch(log: Honest, tmp_path: Path) -> Watch:
    made = Watch(log, tmp_path / "monitor")
    assert made.codes() == []
    return made


def test_an_honest_log_that_goes_on_is_followed_in_silence(watch: Watch, log: Honest) -> None:
    for number in range(3):
        for _ in range(300):
            log.log(LeafType.DECISION, b'{"private":"votes"}')
        log.labels(101 + 5 * number, 105 + 5 * number)
        at = log.later(minutes=5)
        log.publish()
        report = watch.once(at)
        assert (report.findings, report.unreachable, report.size) == ((), (), len(log.leaves))
    assert log.batch is not None
    log.batch = replace(log.batch, state=BatchState.RECALLED)
    log.revoked = {world.BATCH_INDEX}
    at = log.later(minutes=5)
    log.publish()
    assert watch.codes(at) == []


def test_a_fork_of_one_size_is_kept_as_two_signed_heads(watch: Watch, log: Honest) -> None:
    log.leaves[1].content = b'{"other":"history"}'
    log.publish()
    ((finding, files),) = watch.once().findings
    assert finding.code == "monitor.fork"
    heads = [
        open_checkpoint(path.read_bytes(), log.rogue.key) for path in files if path.name in ("seen.txt", "offered.txt")
    ]
    assert len({head.size for head in heads}) == 1
    assert len({head.root for head in heads}) == 2


def test_a_fork_of_another_size_comes_with_the_leaves_that_show_it(watch: Watch, log: Honest) -> None:
    seen = [leaf_hash(leaf.entry) for leaf in log.leaves]
    log.leaves[1].content = b'{"other":"history"}'
    log.log(LeafType.DECISION, b"{}")
    log.publish()
    ((finding, files),) = watch.once().findings
    kept = {path.name: path.read_bytes() for path in files}
    hashes = [bytes.fromhex(line) for line in kept["offered-leaf-hashes.txt"].decode().split()]
    assert finding.code == "monitor.fork"
    assert root(hashes) == open_checkpoint(kept["offered.txt"], log.rogue.key).root
    assert root(hashes[: len(seen)]) != open_checkpoint(kept["seen.txt"], log.rogue.key).root == root(seen)
    assert watch.codes() == ["fork"]  # and again, as long as it stands


def test_a_fork_in_the_bundle_alone(watch: Watch, log: Honest) -> None:
    """The monitor is shown one history, and those who take the bundle another."""
    added = log.log(LeafType.DECISION, b'{"history":1}')
    at = log.later(minutes=1)
    log.publish()
    bundle = log.rogue.answers["/bundle"]
    added.content = b'{"history":2}'
    log.publish()
    log.rogue.answers["/bundle"] = bundle
    assert watch.codes(at) == ["fork"]


def test_a_rollback(watch: Watch, log: Honest) -> None:
    log.rogue.size = 4
    assert watch.codes() == ["rollback"]
    log.rogue.size = None
    assert watch.codes() == []


def test_entries_that_do_not_make_the_root(watch: Watch, log: Honest) -> None:
    log.log(LeafType.DECISION, b"{}")
    log.publish()
    log.rogue.answers["/log/checkpoint"] = log.rogue.head()
    log.rogue.entries = [*log.rogue.entries[:-1], log.rogue.entries[0]]
    assert watch.codes() == ["gap"]


def test_a_hidden_leaf(watch: Watch, log: Honest) -> None:
    """A batch certificate that was logged and that no list names, nor what it is shown."""
    hidden = log.log(LeafType.BATCH, b"x")
    hidden.content = log.rogue.keeper.credential(world.credential_examples.batch(public_id=77))
    at = log.later(minutes=1)
    log.publish()
    assert watch.codes(at) == ["not_listed"]


def test_a_leaf_that_is_not_shown(watch: Watch, log: Honest) -> None:
    log.labels(101, 110)
    at = log.later(minutes=1)
    log.publish()
    shown = json.loads(log.rogue.answers["/log/openings"] or b"")
    shown["openings"].pop()
    log.rogue.answers["/log/openings"] = json.dumps(shown).encode()
    assert watch.codes(at) == ["leaf_closed"]
    assert watch.codes(at + 60) == []  # told once
    assert watch.codes(at + 180) == ["labels_unlogged"]


def test_a_certificate_dropped_from_the_list(watch: Watch, log: Honest) -> None:
    log.batch = None
    at = log.later(minutes=1)
    log.publish()
    assert watch.codes(at) == ["not_listed"]


@pytest.mark.parametrize("leaf", [None, 2, 5, 1])
def test_a_credential_without_its_leaf(watch: Watch, log: Honest, leaf: int | None) -> None:
    log.leaf_of_batch = leaf
    at = log.later(minutes=1)
    log.publish()
    assert set(watch.codes(at)) == {"credential_without_leaf", "not_listed"}


def test_a_leaf_that_shows_other_bytes(log: Honest, tmp_path: Path) -> None:
    shown = json.loads(log.rogue.answers["/log/openings"] or b"")
    shown["openings"][2]["content"] = shown["openings"][2]["content"].replace("100", "101")
    log.rogue.answers["/log/openings"] = json.dumps(shown).encode()
    assert set(Watch(log, tmp_path / "m").codes()) == {"leaf_differs", "leaf_closed"}


def test_labels_beyond_the_batch(watch: Watch, log: Honest) -> None:
    log.labels(101, 135)  # 120 units, at most 12 spare, three void: 132 live
    at = log.later(minutes=1)
    log.publish()
    assert watch.codes(at) == []
    log.labels(136, 136)
    at = log.later(minutes=1)
    log.publish()
    ((finding, files),) = watch.once(at).findings
    assert (finding.code, finding.params) == ("monitor.labels_beyond", {"code": BATCH, "live": 133, "units": 120})
    assert b'"first":136' in files[0].read_bytes()


@pytest.mark.parametrize(
    ("first", "last", "batch", "code"),
    [(90, 110, BATCH, "labels_order"), (102, 110, BATCH, "labels_order"), (1, 5, "0000000ZZ", "labels_without_batch")],
)
def test_labels_out_of_order(watch: Watch, log: Honest, first: int, last: int, batch: str, code: str) -> None:
    log.labels(first, last, batch=batch)
    at = log.later(minutes=1)
    log.publish()
    assert code in watch.codes(at)


def test_a_revocation_taken_back(watch: Watch, log: Honest) -> None:
    assert log.batch is not None
    honest = log.batch
    log.batch, log.revoked = replace(honest, state=BatchState.RECALLED), {world.BATCH_INDEX}
    at = log.later(minutes=1)
    log.publish()
    assert watch.codes(at) == []
    log.batch, log.revoked = honest, set()
    at = log.later(minutes=1)
    log.publish()
    codes = watch.codes(at)
    assert codes.count("unrevoked") == 2  # in the list of the shop, and in the status list


def test_status_list_and_bundle_differ(watch: Watch, log: Honest) -> None:
    assert log.certification is not None
    log.certification = replace(log.certification, state=CertificationState.WITHDRAWN)
    at = log.later(minutes=1)
    log.publish()
    log.rogue.answers["/status/revocation/1"] = log.status("revocation", 1, minutes=1)
    assert watch.codes(at) == ["status_differs"]


def test_older_lists(watch: Watch, log: Honest) -> None:
    log.later(minutes=10)
    log.publish()
    assert watch.codes(SECOND + 600) == []
    log.epoch, log.as_of = 5, world.NOW
    log.publish()
    assert watch.codes(SECOND + 660) == ["bundle_older"]
    log.epoch, log.as_of = 7, world.later(minutes=11)
    log.publish()
    log.rogue.answers["/status/revocation/0"] = log.status("revocation", 0, minutes=-5)
    assert watch.codes(SECOND + 720) == ["status_older"]


def test_two_bundles_of_one_number(watch: Watch, log: Honest) -> None:
    log.as_of = world.later(minutes=1)
    log.publish()
    assert watch.codes(SECOND + 60) == ["bundle_fork"]


def test_what_is_stale(watch: Watch) -> None:
    assert set(watch.codes(SECOND + 86_400 + 60)) == {"stale", "status_stale", "checkpoint_stale"}


def test_a_checkpoint_without_a_young_stamp(watch: Watch, log: Honest) -> None:
    for stamped in (None, SECOND - 86_401, SECOND + 3_600):
        log.rogue.stamped = stamped
        assert watch.codes() == ["checkpoint_stale"]
    log.rogue.stamped = SECOND - 86_000
    assert watch.codes() == []


def test_another_key_history_and_another_log(watch: Watch, log: Honest, tmp_path: Path) -> None:
    log.rogue.keeper.statements[:] = world.Keeper("thief", log.rogue.base).statements
    assert watch.codes() == ["keys"]
    with pytest.raises(BadInput):
        monitor.once(watch.folder, log.rogue.base, "0" * 64, (), SECOND)


def test_a_key_history_that_was_rewritten(watch: Watch, log: Honest) -> None:
    """The same keys under another first statement: whoever has the issuing key can sign one."""
    other = world.Keeper("home", log.rogue.base)
    other.statements.clear()
    other.rotate(world.FOUNDED + timedelta(hours=1))
    log.rogue.keeper.statements[:] = other.statements
    ((finding, files),) = watch.once().findings
    assert finding.code == "monitor.keys_changed"
    assert [path.name for path in files if "before" in path.name] == ["keys-before.txt"]


def test_a_checkpoint_of_another_key(watch: Watch, log: Honest) -> None:
    log.rogue.answers["/log/checkpoint"] = world.checkpoint(world.Keeper("thief", log.rogue.base), 6).encode()
    assert watch.codes() == ["checkpoint"]


def test_a_key_statement_without_its_leaf(watch: Watch, log: Honest) -> None:
    log.rogue.leaf_salts = [(log.rogue.leaf_salts[0][0], "00" * 16)]
    assert watch.codes() == ["statement_without_leaf"]


@pytest.mark.parametrize("change", ["gone", "another key"])
def test_a_list_that_is_gone_or_does_not_hold(watch: Watch, log: Honest, change: str) -> None:
    thief = world.Keeper("thief", log.rogue.base)
    bundle = world.signed(log.rogue.keeper, world.contents(log.rogue.keeper), key=thief.log)
    log.rogue.answers["/bundle"] = None if change == "gone" else bundle
    assert watch.codes() == ["bundle"]


@pytest.mark.parametrize("change", ["gone", "another list"])
def test_a_status_list_that_is_gone_or_does_not_hold(watch: Watch, log: Honest, change: str) -> None:
    place = "/status/revocation/0"
    log.rogue.answers[place] = None if change == "gone" else log.rogue.answers["/status/suspension/0"]
    assert watch.codes() == ["status"]


def test_a_forged_credential(watch: Watch, log: Honest) -> None:
    thief = world.Keeper("thief", log.rogue.base)
    log.log(LeafType.BATCH, thief.credential(world.credential_examples.batch(public_id=78)))
    at = log.later(minutes=1)
    log.publish()
    assert watch.codes(at) == ["forged", "not_listed"]


def test_a_witness_that_is_missing_or_late(watch: Watch, log: Honest) -> None:
    assert watch.codes(SECOND, TOWN) == ["unwitnessed"]
    note = parse_note(log.rogue.head())
    signature = world.private_key("town").sign(cosignature.message(note.text, SECOND))
    line = cosignature.cosignature(TOWN, SECOND, signature)
    log.rogue.answers["/log/checkpoint"] = with_lines(note, [line]).encoded
    assert watch.codes(SECOND, TOWN) == []
    at = log.later(days=1, minutes=1)
    log.publish()
    log.rogue.answers["/log/checkpoint"] = with_lines(parse_note(log.rogue.head()), [line]).encoded
    assert watch.codes(at, TOWN) == ["unwitnessed"]


def test_a_log_that_does_not_answer_is_no_finding(watch: Watch, log: Honest) -> None:
    log.rogue.answers["/keys"] = None
    report = watch.once()
    assert (report.findings, [one.code for one in report.unreachable]) == ((), ["witness.unreachable"])


def test_a_servers_folder(log: Honest, tmp_path: Path) -> None:
    (tmp_path / "seal.db").touch()
    with pytest.raises(Refused):
        Watch(log, tmp_path).once()


def test_the_command(watch: Watch, log: Honest) -> None:
    def command(*words: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "seal", "monitor", log.rogue.base, "--data", str(watch.folder)]
        line += ["--trust", log.rogue.keeper.fingerprint, *words]
        return subprocess.run(
            line, env={**os.environ, "SEAL_LANG": "en"}, cwd=watch.folder, capture_output=True, text=True, check=False
        )

    log.rogue.size = 4
    done = command("--json")
    assert done.returncode == 1, done.stderr
    assert [one["code"] for one in json.loads(done.stdout)["findings"]] == ["monitor.rollback"]
    said = command()
    assert "it serves an old checkpoint" in said.stdout
    log.rogue.answers["/keys"] = None
    assert command().returncode == 3
