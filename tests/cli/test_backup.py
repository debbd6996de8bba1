"""``seal backup`` and ``seal restore`` on both engines, while the database is open elsewhere."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pyrage
import pytest
import pytest_asyncio

from seal import cli
from seal.cli import fsck
from seal.cli.backup import age
from seal.cli.backup.format import ROOT
from seal.cli.backup.making import LEFT_OUT
from seal.db import engine
from seal.db.migrate import migrate, require_migrated
from seal.errors import BadInput, Refused, Unavailable
from seal.keys import service as keys
from seal.people import service as people
from seal.settings import Settings, settings
from tests import world
from tests.cli import kept as story
from tests.cli.kept import Kept
from tests.cli.older import as_first_release, later_objects
from tests.conftest import PostgresServer

on_module_loop = pytest.mark.asyncio(loop_scope="module")
SIGN_IN: list[str] = []


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def kept(environment: None) -> AsyncIterator[Kept]:
    """A database with everything, people signed in, open in this process."""
    async with story.opened() as made:
        manager = made.made.world.staff.manager
        SIGN_IN.clear()
        SIGN_IN.append(await people.make_link(world.acting(manager, made.now), manager.id))
        used = await people.make_link(world.acting(manager, made.now), manager.id)
        SIGN_IN.append((await people.sign_in(used, made.now)).session_token)
        yield made


@pytest.fixture(scope="module")
def boxes(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, str]]:
    """Two key files and their recipients."""
    folder = tmp_path_factory.mktemp("keys")
    return [(folder / name, age.keygen(folder / name)) for name in ("one", "two")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def made(kept: Kept, boxes: list[tuple[Path, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "seal.age"
    assert await said("backup", "--out", str(out), "--to", boxes[0][1], "--to", boxes[1][1]) == 0
    return out


async def said(*words: str) -> int:
    """Run a command inside this loop; errors are raised."""
    parsed = cli.parser(list(words)).parse_args(words)
    result = parsed.run(parsed)
    return result if isinstance(result, int) else await result


def opened(path: Path, key: Path) -> dict[str, bytes]:
    """What stands in a backup, by other means than Seal's own reader."""
    identity = pyrage.x25519.Identity.from_str(key.read_text().splitlines()[-1])
    plain = pyrage.decrypt(path.read_bytes(), [identity])
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]


def packed(content: dict[str, bytes], to: Path, recipient: str) -> Path:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for name, data in content.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    to.write_bytes(pyrage.encrypt(plain.getvalue(), [pyrage.x25519.Recipient.from_str(recipient)]))
    return to


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """An empty database of the engine ``request.param`` and an empty data folder, put into the environment."""
    monkeypatch.setenv("SEAL_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("SEAL_DATABASE_URL", raising=False)
    if getattr(request, "param", "sqlite") == "sqlite":
        settings.cache_clear()
        yield settings()
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        name = server.take("template_empty")
        monkeypatch.setenv("SEAL_DATABASE_URL", server.url(name))
        settings.cache_clear()
        yield settings()
        server.give_back(name, "template_empty")
    monkeypatch.undo()
    settings.cache_clear()


@on_module_loop
@pytest.mark.parametrize("elsewhere", ["sqlite", "postgres"], indirect=True)
async def test_a_restored_database_is_the_same_and_clean(
    made: Path, boxes: list[tuple[Path, str]], kept: Kept, elsewhere: Settings
) -> None:
    assert await said("restore", str(made), "--identity", str(boxes[1][0])) == 0
    await require_migrated(elsewhere)
    original = await fsck.inspect()
    async with opened_instead(elsewhere, kept):
        found = await fsck.inspect()
        sessions = [await story.run(f"SELECT * FROM {table}") for table in LEFT_OUT]
    assert [report.breaches for report in found] == [()]
    assert [report.counted for report in found] == [report.counted for report in original]
    assert sessions == [[], [], []], "whoever was signed in has to sign in again"


@on_module_loop
@pytest.mark.parametrize("elsewhere", ["sqlite", "postgres"], indirect=True)
async def test_a_backup_of_the_first_release_is_migrated_and_clean(
    made: Path, boxes: list[tuple[Path, str]], kept: Kept, elsewhere: Settings, tmp_path: Path
) -> None:
    """Every migration since runs over real rows: tiles are made of the log, papers are ordered, nothing is lost."""
    content = opened(made, boxes[0][0])
    old = packed(as_first_release(content), tmp_path / "old", boxes[0][1])
    assert await said("restore", str(old), "--identity", str(boxes[0][0])) == 0
    await require_migrated(elsewhere)
    async with opened_instead(elsewhere, kept):
        (found,) = await fsck.inspect()
        orders = len(await story.run("SELECT id FROM paper_order WHERE waiting"))
    later = later_objects(content)
    assert [
        one for one in found.breaches if (one.code, one.params.get("object") in later) != ("log.leaf_orphan", True)
    ] == []
    assert found.counted["log_leaf"] == len(kept.rows["log_leaf"])
    issued = [row for name in ("certification", "batch") for row in kept.rows[name] if row["jws"] is not None]
    assert orders == len(issued) >= 4


@asynccontextmanager
async def opened_instead(other: Settings, kept: Kept) -> AsyncIterator[None]:
    """Another database open in this process, then the module's own again."""
    await engine.stop()
    try:
        await engine.start(other)
        try:
            yield
        finally:
            await engine.stop()
    finally:
        await engine.start(_of(kept))


_KEPT: dict[int, Settings] = {}


def _of(kept: Kept) -> Settings:
    return _KEPT[id(kept)]


@pytest.fixture(autouse=True)
def _remember(kept: Kept) -> None:
    """The module's own settings, before a test puts others into the environment."""
    _KEPT.setdefault(id(kept), settings())


@on_module_loop
async def test_no_secret_stands_in_it(made: Path, boxes: list[tuple[Path, str]], kept: Kept) -> None:
    content = b"".join(opened(made, boxes[0][0]).values())
    folder = keys.folder_of(kept.made.world.association.slug)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) >= 7
    secrets = [path.read_bytes().strip() for path in files]
    sealed = [json.loads(one)["ciphertext"].encode() for one in secrets if b"ciphertext" in one]
    assert len(sealed) >= 6
    secrets += sealed
    for token in SIGN_IN:
        secrets += [
            token.encode(),
            hashlib.sha256(token.encode()).digest(),
            hashlib.sha256(token.encode()).hexdigest().encode(),
        ]
    assert [one for one in secrets if one in content] == []
    head = json.loads(opened(made, boxes[0][0])[f"{ROOT}/head.json"])
    assert set(head["left_out"]) == set(LEFT_OUT)
    assert not set(LEFT_OUT) & {table["table"] for table in head["tables"]}
    plain = made.read_bytes()
    assert kept.made.world.association.name.encode() not in plain, "nothing can be read without a key"


@on_module_loop
async def test_it_can_be_read_and_checked_without_seal(made: Path, boxes: list[tuple[Path, str]], kept: Kept) -> None:
    content = opened(made, boxes[1][0])
    manifest = json.loads(content[f"{ROOT}/manifest.json"])["tables"]
    assert list(content)[-1] == f"{ROOT}/manifest.json"
    for table, expected in manifest.items():
        parts = sorted(name for name in content if name.startswith(f"{ROOT}/tables/{table}/"))
        data = b"".join(content[name] for name in parts)
        rows = [json.loads(text) for text in data.splitlines()]
        assert (len(rows), hashlib.sha256(data).hexdigest()) == (expected["rows"], expected["sha256"]), table
    assert manifest["log_leaf"]["rows"] == len(kept.rows["log_leaf"])
    assert b"age -d" in content[f"{ROOT}/README.txt"]


@on_module_loop
async def test_one_recipient_is_refused(kept: Kept, boxes: list[tuple[Path, str]], tmp_path: Path) -> None:
    out = tmp_path / "b"
    for words in ([], ["--to", boxes[0][1]], ["--to", boxes[0][1], "--to", f" {boxes[0][1]}"]):
        with pytest.raises(Refused, match=r"backup.one_recipient"):
            await said("backup", "--out", str(out), *words)
    with pytest.raises(BadInput, match=r"backup.recipient"):
        await said("backup", "--out", str(out), "--to", boxes[0][1], "--to", "age1nobody")
    assert list(tmp_path.iterdir()) == []


@on_module_loop
async def test_recipients_from_a_file_and_nothing_written_over(
    kept: Kept, boxes: list[tuple[Path, str]], tmp_path: Path
) -> None:
    (tmp_path / "to").write_text(f"# ours\n{boxes[0][1]}\n\n{boxes[1][1]}\n")
    out = tmp_path / "b"
    assert await said("backup", "--out", str(out), "--to-file", str(tmp_path / "to")) == 0
    assert out.stat().st_mode & 0o777 == 0o600
    before = out.read_bytes()
    with pytest.raises(Refused, match=r"backup.exists"):
        await said("backup", "--out", str(out), "--to-file", str(tmp_path / "to"))
    assert out.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "to"]


@on_module_loop
async def test_another_key_does_not_open_it(made: Path, elsewhere: Settings, tmp_path: Path) -> None:
    age.keygen(tmp_path / "third")
    with pytest.raises(BadInput, match=r"backup.cannot_open"):
        await said("restore", str(made), "--identity", str(tmp_path / "third"))
    assert not elsewhere.sqlite_path.exists()


@on_module_loop
@pytest.mark.parametrize("where", [0.001, 0.3, 0.7, 0.999])
async def test_a_flipped_bit_or_a_cut_restores_nothing(
    made: Path, boxes: list[tuple[Path, str]], elsewhere: Settings, tmp_path: Path, where: float
) -> None:
    whole = made.read_bytes()
    place = int(len(whole) * where)
    flipped = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
    for number, data in enumerate((flipped, whole[:place])):
        path = tmp_path / f"bad{number}"
        path.write_bytes(data)
        with pytest.raises(BadInput, match=r"backup\.(cannot_open|damaged)"):
            await said("restore", str(path), "--identity", str(boxes[0][0]))
        assert not elsewhere.sqlite_path.exists()


@on_module_loop
@pytest.mark.parametrize("fault", ["row", "lost part", "lost blob", "manifest", "order", "format"])
async def test_content_that_is_not_what_the_manifest_says_is_refused(
    made: Path, boxes: list[tuple[Path, str]], elsewhere: Settings, tmp_path: Path, fault: str
) -> None:
    content = opened(made, boxes[0][0])
    part = next(name for name in content if "/tables/person/" in name)
    if fault == "row":
        content[part] = content[part].replace(b'"active":true', b'"active":false', 1)
    elif fault == "lost part":
        del content[part]
    elif fault == "lost blob":
        blobs = [name for name in content if "/blobs/" in name]
        if not blobs:
            pytest.skip("no long value in this database")
        del content[blobs[0]]
    elif fault == "manifest":
        del content[f"{ROOT}/manifest.json"]
    elif fault == "order":
        content = {part: content[part], **content}
    else:
        content[f"{ROOT}/head.json"] = content[f"{ROOT}/head.json"].replace(b"seal-backup/1", b"seal-backup/9")
    bad = packed(content, tmp_path / "bad", boxes[0][1])
    with pytest.raises(BadInput, match=r"backup\.|db\.line"):
        await said("restore", str(bad), "--identity", str(boxes[0][0]))
    assert not elsewhere.sqlite_path.exists()


@on_module_loop
async def test_an_honest_repacking_is_restored(
    made: Path, boxes: list[tuple[Path, str]], elsewhere: Settings, tmp_path: Path
) -> None:
    """The twin of the test above: what it alters is what is refused."""
    same = packed(opened(made, boxes[0][0]), tmp_path / "same", boxes[0][1])
    assert await said("restore", str(same), "--identity", str(boxes[0][0])) == 0
    await require_migrated(elsewhere)


@on_module_loop
@pytest.mark.parametrize("elsewhere", ["sqlite", "postgres"], indirect=True)
async def test_a_database_with_something_in_it_is_left_alone(
    made: Path, boxes: list[tuple[Path, str]], elsewhere: Settings
) -> None:
    await migrate(elsewhere)
    with pytest.raises(Refused, match=r"db.not_empty"):
        await said("restore", str(made), "--identity", str(boxes[0][0]))
    await require_migrated(elsewhere)


@on_module_loop
async def test_a_backup_of_a_newer_seal_is_refused(
    made: Path, boxes: list[tuple[Path, str]], elsewhere: Settings, tmp_path: Path
) -> None:
    content = opened(made, boxes[0][0])
    head = json.loads(content[f"{ROOT}/head.json"])
    head["migrations"].append("9999_tomorrow")
    content[f"{ROOT}/head.json"] = json.dumps(head).encode()
    newer = packed(content, tmp_path / "newer", boxes[0][1])
    with pytest.raises(Unavailable, match=r"db.newer"):
        await said("restore", str(newer), "--identity", str(boxes[0][0]))


def test_a_key_file_is_not_written_over_and_others_cannot_read_it(tmp_path: Path) -> None:
    recipient = age.keygen(tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert recipient.startswith("age1")
    with pytest.raises(FileExistsError):
        age.keygen(tmp_path / "key")
    (tmp_path / "not").write_text("hello")
    with pytest.raises(BadInput, match=r"backup.identity_file"):
        age.identities(tmp_path / "not")
