"""The drill: an old backup is restored over a living server. Nothing is signed, nothing un-revoked, nothing reused."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from seal import cli
from seal.batches import service as batches
from seal.batches.model import Batch
from seal.certificates import service as certificates
from seal.certificates import status, status_list
from seal.cli import fsck
from seal.cli.backup import age, making
from seal.cli.recovery import replaying
from seal.db import engine
from seal.db.migrate import migrate
from seal.db.shape import shapes
from seal.errors import Refused, Unavailable
from seal.ids import Code
from seal.keys import jws, recovery
from seal.keys import service as keys
from seal.labels import service as labels
from seal.schema import tables
from seal.settings import Settings
from seal.transparency import losses, marks, readmitting, tiles
from seal.transparency import service as log
from seal.transparency.model import verify_consistency
from seal.transparency.note import parse_checkpoint_text, parse_note
from seal.verification import recovering
from seal.verification import service as verification
from tests.certificates import certified
from tests.certificates.certified import DAY, Certified
from tests.conftest import PostgresServer
from tests.world import START

EACH = 10
on_one = pytest.mark.parametrize("blank", ["sqlite"], indirect=True)
"""For what no engine does differently."""


@dataclass
class Drill:
    """What was made before the backup and after it, and what strangers hold."""

    made: Certified
    stopped: list[Batch]
    """Sealed before, revoked after."""
    labelled: Batch
    """Sealed before with 5 labels, 20 more after, of which one was lost."""
    late: list[Batch]
    """Sealed after."""
    head: log.Head
    epoch: int
    indexes: set[int]
    backup: Path
    identity: Path
    settings: Settings

    @property
    def association(self):  # type: ignore[no-untyped-def]
        return self.made.world.association

    async def ask(self, batch: Batch, unit: int | None = None) -> str:
        assert batch.public_id is not None
        recovering.look_again()
        return str(
            (await verification.verify(Code(batch.public_id, unit).printed, AT, house=self.association)).verdict.code
        )


AT = START + 3 * DAY


def quiet(table: str, count: int) -> None:
    pass


async def _publish(association_id, at) -> None:  # type: ignore[no-untyped-def]
    await certificates.publish_status(association_id, at)
    await keys.checkpoint(association_id, at)
    await verification.bundle(association_id, at)


@pytest.fixture
async def drill(blank: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Drill]:
    await migrate(blank)
    await engine.start(blank)
    each = EACH if "an_old_backup" in request.node.name else 2
    made = await certified.certified()
    group, later = made.world.association, START + DAY
    stopped = [await certified.sealed(made, lot=f"S-{n}", units=10, at=START) for n in range(each)]
    labelled = await certified.sealed(made, lot="L", units=100, at=START)
    await labels.codes(made.manager(START), (await labels.reserve(made.manager(START), labelled.id, 5)).id)
    await _publish(group.id, START)
    to = age.recipients([age.keygen(tmp_path / name) for name in ("one", "two")])
    await making.backup(blank, tmp_path / "b", to, shapes(tables()), START, quiet)
    for one in stopped:
        await batches.revoke(made.certifier(later), one.id, reason_class="fraud", reason="Miel comprada")
    late = [await certified.sealed(made, lot=f"N-{n}", units=10, at=later) for n in range(each)]
    again = await labels.reserve(made.manager(later), labelled.id, 20)
    await labels.codes(made.manager(later), again.id)
    await labels.void(made.manager(later), labelled.id, 9, 9, reason="lost")
    await _publish(group.id, later)
    indexes = {one.status_index for one in late if one.status_index is not None}
    head, epoch = await log.head(group.id), await status.epoch(group.id)
    await engine.stop()
    _take_away(blank, request)
    await making.restore(tmp_path / "b", age.identities(tmp_path / "two"), blank, quiet)
    await engine.start(blank)
    recovering.look_again()
    yield Drill(made, stopped, labelled, late, head, epoch, indexes, tmp_path / "b", tmp_path / "two", blank)
    recovering.look_again()
    await engine.stop()


def _take_away(given: Settings, request: pytest.FixtureRequest) -> None:
    if given.engine == "sqlite":
        for path in given.data.glob("seal.db*"):
            path.unlink()
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = urlsplit(given.database_url).path.strip("/")
    server.sql(name, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")


async def test_an_old_backup_restored(drill: Drill) -> None:
    group, manager = drill.association, drill.made.manager(AT)
    found = {reason.code for reason in await replaying.reasons(group)}
    assert found == {"marks.log_short", "marks.intents_lost", "marks.status_epoch"}
    # nothing is signed, nothing is logged, and both say why
    with pytest.raises(Unavailable) as caught:
        await certificates.publish_status(group.id, AT)
    assert [reason.code for reason in caught.value.reasons][:2] == ["keys.recovery", "marks.log_short"]
    with pytest.raises(Unavailable, match=r"keys\.recovery"):
        await keys.keep_fresh(group.id, AT)
    with pytest.raises(Unavailable, match=r"transparency\.recovery"):
        await labels.reserve(manager, drill.labelled.id, 1)
    with pytest.raises(Unavailable, match=r"transparency\.recovery"):
        await batches.hold(manager, drill.labelled.id, reason_class="quality", reason="Turbio")
    with pytest.raises(Refused, match=r"recovery\.replay_first"):
        await replaying.settle(group)
    # nothing is un-revoked; what was issued later is answered by the kept list
    assert {await drill.ask(one) for one in drill.stopped} == {"revoked"}
    assert {await drill.ask(one) for one in drill.late} == {"authentic"}
    assert await drill.ask(drill.labelled, 9) == "unit_lost"
    assert await drill.ask(drill.labelled, 25) == "authentic"
    served = await verification.status_list(group.id, "revocation", 0)
    assert sum(byte.bit_count() for byte in _field(group, served.jws)) == EACH
    assert await verification.bundle(group.id, AT) == marks.kept(group.id, "bundle")
    # fsck on the stale database says that it is stale
    (report,) = await fsck.inspect()
    assert {reason.code for reason in report.behind} == found
    assert not report.clean
    # replay: the log is the one that was signed
    done = await replaying.replay(group, AT)
    assert await readmitting.has(group.id, _signed(group)) is True
    assert {leaf.object_id for leaf in done.lost} >= {one.id for one in drill.late}
    assert (done.codes, done.labels, done.acts, done.voids) == (EACH, 20, EACH, 1)
    recovering.look_again()
    assert {await drill.ask(one) for one in drill.stopped} == {"revoked"}
    assert await replaying.settle(group) == []
    assert await replaying.reasons(group) == ()
    # normal again, and nothing is reused
    assert {await drill.ask(one) for one in drill.stopped} == {"revoked"}
    assert "authentic" not in {await drill.ask(one) for one in drill.late}
    assert await drill.ask(drill.labelled, 9) == "unit_lost"
    await _publish(group.id, AT)
    assert await status.epoch(group.id) > drill.epoch
    signed = await log.latest_checkpoint(group.id)
    assert signed is not None
    assert signed.size > drill.head.size
    proof = await log.consistency(group.id, drill.head.size, signed.size)
    assert verify_consistency(drill.head.size, signed.size, proof, drill.head.root, signed.root)
    fresh = await labels.reserve(manager, drill.labelled.id, 3)
    assert fresh.first == 26
    new = await certified.sealed(drill.made, lot="NEW", units=10, at=AT)
    assert new.public_id not in {one.public_id for one in drill.late}
    assert new.status_index not in drill.indexes
    await _publish(group.id, AT + DAY)
    # fsck names the lost objects, which the recovery accounted for, and finds no breach
    (report,) = await fsck.inspect()
    assert (report.breaches, report.behind) == ((), ())
    assert report.clean
    named = {str(one.params["object"]) for one in report.lost if one.code == "fsck.lost.leaf"}
    assert named == {str(leaf.object_id) for leaf in done.lost}
    assert {one.params["slot"] for one in report.lost if one.code == "fsck.lost.slot"} == drill.indexes


def _field(group, served: bytes) -> bytes:  # type: ignore[no-untyped-def]
    at = status_list.address(group.base, "revocation", 0)
    return status_list.read_document(
        jws.parse(served, typ=jws.VC).payload, at=at, issuer=group.did, purpose="revocation"
    )


def _signed(group) -> marks.Place:  # type: ignore[no-untyped-def]
    note = marks.kept(group.id, "checkpoint")
    assert note is not None
    text = parse_checkpoint_text(parse_note(note).text)
    return marks.Place(text.size, text.root)


@on_one
async def test_fsck_tells_what_is_behind_and_what_is_lost_in_words(
    drill: Drill, capsys: pytest.CaptureFixture[str]
) -> None:
    words = cli.parser(["fsck"]).parse_args(["fsck"])
    await engine.stop()
    assert await fsck.run(words) == 1
    said = capsys.readouterr().out
    assert "seal recovery show" in said
    await engine.start(drill.settings)
    await replaying.replay(drill.association, AT)
    await engine.stop()
    assert await fsck.run(words) == 1  # not settled yet
    assert "seal recovery" in capsys.readouterr().out
    await engine.start(drill.settings)
    assert await replaying.settle(drill.association) == []
    await engine.stop()
    assert await fsck.run(words) == 0
    said = capsys.readouterr().out
    assert str(drill.late[0].id) in said
    assert "seal recovery" not in said
    await engine.start(drill.settings)


@on_one
async def test_a_restore_beside_its_marks_says_that_recovery_comes_next(
    drill: Drill,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SEAL_LANG", "es")
    words = ["restore", str(drill.backup), "--identity", str(drill.identity)]
    parsed = cli.parser(words).parse_args(words)
    await engine.stop()
    for has_marks in (True, False):
        _take_away(drill.settings, request)
        if not has_marks:
            shutil.rmtree(drill.settings.data / "marks")
        assert await parsed.run(parsed) == 0
        said = capsys.readouterr().out
        assert "seal recovery show" in said
        assert ("ATENCIÓN" in said) is has_marks
    await engine.start(drill.settings)


@on_one
async def test_only_what_the_recovery_kept_account_of_is_excused(drill: Drill) -> None:
    group = drill.association
    await replaying.replay(group, AT)
    assert await replaying.settle(group) == []
    path = drill.settings.data / "marks" / str(group.id) / "kept" / losses.NAME
    honest = json.loads(path.read_text())
    elsewhere = [[index + 1, digest] for index, digest in honest["leaves"]]
    changed = [[index, "00" * 32] for index, _ in honest["leaves"]]
    for account in ({"leaves": elsewhere}, {"leaves": changed}, {"slots": []}, {"seal": "other"}, {"slots": None}):
        path.write_text(json.dumps(honest | account))
        (report,) = await fsck.inspect()
        missing = "status.slot_orphan" if account.get("slots") == [] else "log.leaf_orphan"
        assert missing in {one.code for one in report.breaches}, account
    path.unlink()
    (report,) = await fsck.inspect()
    assert {one.code for one in report.breaches} == {"log.leaf_orphan", "status.slot_orphan"}


@on_one
async def test_kept_evidence_that_is_gone_makes_answers_poorer_never_greener(drill: Drill) -> None:
    group = drill.association
    shutil.rmtree(drill.settings.data / "marks" / str(group.id) / "kept")
    assert {await drill.ask(one) for one in drill.stopped} == {"cannot_check"}
    assert {await drill.ask(one) for one in drill.late} == {"cannot_check"}
    assert await drill.ask(drill.labelled) == "cannot_check"
    with pytest.raises(Unavailable, match=r"keys\.recovery"):
        await verification.status_list(group.id, "revocation", 0)


@on_one
async def test_entries_of_another_history_or_cut_short_are_refused(drill: Drill) -> None:
    group = drill.association
    path = drill.settings.data / "marks" / str(group.id) / "entries"
    whole = path.read_bytes()
    path.write_bytes(whole[:-61])
    with pytest.raises(Refused, match=r"transparency\.entries_short"):
        await replaying.replay(group, AT)
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(Refused, match=r"transparency\.other_history"):
        await replaying.replay(group, AT)
    with pytest.raises(Refused, match=r"recovery\.fork"):
        await replaying.accept(group, "perdido", ("A", "B"), AT)
    assert (await log.head(group.id)).size < drill.head.size


@on_one
async def test_a_mirror_gives_the_entries_that_are_lost_here(drill: Drill, tmp_path: Path) -> None:
    group = drill.association
    path = drill.settings.data / "marks" / str(group.id) / "entries"
    whole = path.read_bytes()
    path.unlink()
    size = _signed(group).size
    entries = [whole[place : place + 61] for place in range(0, size * 61, 61)]
    tile = tiles.Tile(None, 0, size)
    mirror = tmp_path / "mirror" / "tile" / tile.path
    mirror.parent.mkdir(parents=True)
    mirror.write_bytes(tiles.pack(entries))
    done = await replaying.replay(group, AT, str(tmp_path / "mirror"))
    assert done.leaves > 0
    assert await readmitting.has(group.id, _signed(group))


@on_one
async def test_a_marked_database_cannot_be_forked_by_going_on_without_its_marks(drill: Drill) -> None:
    group = drill.association
    folder = drill.settings.data / "marks"
    folder.rename(drill.settings.data / "away")  # somebody hides them, and signs on
    recovering.look_again()
    for number in range(40):
        await certified.sealed(drill.made, lot=f"F-{number}", units=5, at=AT)
        if (await log.head(group.id)).size > drill.head.size:
            break
    shutil.rmtree(folder)
    (drill.settings.data / "away").rename(folder)
    found = [reason.code for reason in await recovery.faults(group.id)]
    assert found[0] == "marks.log_forked"
    with pytest.raises(Refused, match=r"transparency\.|recovery\."):
        await replaying.replay(group, AT)


@on_one
async def test_a_further_copy_speaks_when_the_folder_beside_the_keys_was_restored_too(
    drill: Drill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = drill.association
    stick = tmp_path / "stick"
    (stick / "marks").mkdir(parents=True)
    shutil.move(str(drill.settings.data / "marks" / str(group.id)), str(stick / "marks" / str(group.id)))
    assert await recovery.faults(group.id) == ()
    monkeypatch.setenv("SEAL_MARKS", f" {stick} ,/nowhere/at/all")
    from seal.settings import settings

    settings.cache_clear()
    assert "marks.log_short" in {reason.code for reason in await recovery.faults(group.id)}


@on_one
async def test_an_unreadable_mark_stops_signing(drill: Drill) -> None:
    group = drill.association
    path = drill.settings.data / "marks" / str(group.id) / "mark.json"
    said = json.loads(path.read_text())
    for bad in ("", "{}", json.dumps(said | {"association": "x"}), json.dumps(said | {"head": [1]})):
        path.write_text(bad)
        assert [reason.code for reason in await recovery.faults(group.id)] == ["marks.unreadable"]
