"""The witness goes to a log: what it cosigns, what it refuses, and what it keeps as evidence."""

from __future__ import annotations

from pathlib import Path

import pytest

from seal.errors import BadInput, Refused, Unavailable
from seal.transparency.cosignature import cosigned_at
from seal.transparency.note import open_checkpoint, parse_note
from seal.witness import apart, key, running
from seal.witness.running import AGAIN_SECONDS
from tests.witness.conftest import CHEAP, NOW, PASSPHRASE, SECOND, Town
from tests.witness.rogue import Rogue, entries


def why(result: running.Result) -> str:
    return result.reasons[0].code if result.reasons else ""


def test_it_cosigns_what_grows_and_brings_it_to_the_log(town: Town, rogue: Rogue) -> None:
    for count, size in enumerate((3, 300, 700), start=1):
        rogue.entries = entries(size)
        assert town.visit(SECOND + count) == running.Result(rogue.origin, size, cosigned=True)
        assert cosigned_at(parse_note(rogue.posted[-1]), town.key) == SECOND + count
        assert open_checkpoint(rogue.posted[-1], rogue.key).size == size


def test_a_head_that_stands_is_delivered_again_and_cosigned_again_after_an_hour(town: Town, rogue: Rogue) -> None:
    rogue.entries = entries(5)
    assert town.visit().cosigned
    assert not town.visit(SECOND + 60).cosigned
    assert rogue.posted[0] == rogue.posted[1]  # the log did not show it, so it is brought once more
    rogue.answers["/log/checkpoint"] = rogue.posted[0]
    assert not town.visit(SECOND + 120).cosigned
    assert len(rogue.posted) == 2
    assert town.visit(SECOND + AGAIN_SECONDS).cosigned


def test_without_tiles_the_proof_of_the_log_is_checked(town: Town, rogue: Rogue) -> None:
    rogue.entries = entries(5)
    town.visit()
    rogue.entries = entries(9)
    rogue.answers["/log/tile/0/000.p/9"] = None
    assert town.visit().cosigned


@pytest.mark.parametrize(
    ("size", "code"), [(5, "witness.fork"), (9, "witness.inconsistent"), (4, "witness.inconsistent")]
)
def test_a_second_history_is_not_cosigned_and_both_heads_are_kept(
    town: Town, rogue: Rogue, size: int, code: str
) -> None:
    rogue.entries = entries(5)
    town.visit()
    rogue.entries = entries(size, "other ")
    result = town.visit(SECOND + 1)
    assert (result.cosigned, why(result)) == (False, code)
    seen, offered, about = result.evidence
    heads = [open_checkpoint(path.read_bytes(), rogue.key) for path in (seen, offered)]
    assert [head.size for head in heads] == [5, size]
    assert heads[0].root != heads[1].root
    assert rogue.key.text in about.read_text()
    assert town.visit(SECOND + 2).evidence == result.evidence
    assert {size: len(roots) for size, roots in town.roots(rogue).items()} == {5: 1}


def test_an_old_head_is_not_cosigned(town: Town, rogue: Rogue) -> None:
    rogue.entries = entries(9)
    town.visit()
    rogue.size = 5
    result = town.visit(SECOND + 1)
    assert (result.cosigned, why(result)) == (False, "witness.rollback")
    assert 5 not in town.roots(rogue)
    rogue.size = None
    rogue.entries = entries(12)
    assert town.visit(SECOND + 2).cosigned  # an honest log goes on


def test_a_head_by_another_key(town: Town, rogue: Rogue) -> None:
    rogue.entries = entries(5)
    good = rogue.head()
    rogue.answers["/log/checkpoint"] = good[:-10] + b"AAAAAAA==\n"
    assert why(town.visit()) in ("checkpoint.signature", "note.signature_line")
    assert rogue.posted == []


def test_another_key_history(town: Town, rogue: Rogue) -> None:
    rogue.entries = entries(5)
    thief = type(rogue.keeper)("thief", rogue.base)
    rogue.keeper.statements[:] = thief.statements
    assert why(town.visit()) == "chain.fingerprint"


def test_a_log_that_does_not_answer(town: Town, rogue: Rogue) -> None:
    rogue.answers["/keys"] = None
    assert why(town.visit()) == "witness.unreachable"


def test_a_clock_that_went_back(town: Town, rogue: Rogue) -> None:
    rogue.entries = entries(5)
    town.visit()
    rogue.entries = entries(6)
    assert why(town.visit(SECOND - 60)) == "witness.clock"
    assert town.visit(SECOND + 60).cosigned


def test_a_servers_folder_is_refused(tmp_path: Path) -> None:
    server = tmp_path / "server"
    server.mkdir()
    (server / "seal.db").touch()
    for folder in (server, server / "inside"):
        with pytest.raises(Refused) as caught:
            key.make(folder, "w", PASSPHRASE, NOW, cost=CHEAP)
        assert caught.value.code == "witness.folder_server"
    used = tmp_path / "used"
    used.mkdir()
    (used / "x").touch()
    with pytest.raises(Refused) as caught:
        key.make(used, "w", PASSPHRASE, NOW, cost=CHEAP)
    assert caught.value.code == "witness.folder_used"
    made = tmp_path / "made"
    key.make(made, "w", PASSPHRASE, NOW, cost=CHEAP)
    with pytest.raises(Refused) as caught:
        key.make(made, "w", PASSPHRASE, NOW, cost=CHEAP)
    assert caught.value.code == "witness.folder_made"
    with pytest.raises(Unavailable):
        key.read(tmp_path / "nothing")


def test_a_short_passphrase_and_a_wrong_one(tmp_path: Path, town: Town) -> None:
    with pytest.raises(BadInput):
        key.make(tmp_path / "w", "w", "short", NOW, cost=CHEAP)
    with pytest.raises(BadInput) as caught:
        key.unlock(town.folder, "another passphrase")
    assert caught.value.code == "envelope.passphrase"


def test_the_logs_own_database_is_refused(
    town: Town, rogue: Rogue, sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil
    import sqlite3
    from contextlib import closing

    database = tmp_path / "server.db"
    shutil.copyfile(sqlite_template, database)
    monkeypatch.setenv("SEAL_DATABASE_URL", f"sqlite:///{database}")
    rogue.entries = entries(3)
    assert town.visit().cosigned  # a database of somebody else
    with closing(sqlite3.connect(database)) as connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(association)")]
        values = [rogue.origin if name == "log_origin" else "x" for name in names]
        connection.execute(f"INSERT INTO association VALUES ({', '.join('?' * len(names))})", values)
        connection.commit()
    rogue.entries = entries(4)
    assert why(town.visit()) == "witness.own_log"
    monkeypatch.setenv("SEAL_DATABASE_URL", "postgres://seal@host/seal")
    assert why(town.visit()) == "witness.database_named"
    with pytest.raises(Refused):
        apart.require_other_database("elsewhere.example")
