"""Ceremony, succession and unlocking."""

from __future__ import annotations

import asyncio
import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from seal.associations import service as associations
from seal.associations.model import Association
from seal.errors import BadInput, Refused, SealError, Unavailable
from seal.keys import generations, opening, store
from seal.keys import service as keys
from seal.keys.ceremony import CeremonyRecord
from seal.keys.model import IntentKind, KeyRole
from seal.keys.statement import digest, verify_chain
from seal.settings import settings
from seal.transparency import service as log
from seal.transparency.model import LeafType
from tests.conftest import Database
from tests.keys.conftest import LIGHT, NOW, PASSPHRASE

LATER = NOW + timedelta(days=300)


async def make(slug: str, base: str, *, demonstration: bool = False) -> Association:
    return await associations.create(
        slug=slug,
        name=slug,
        base=base,
        region="Aysén",
        communes=("Coyhaique",),
        demonstration=demonstration,
        at=NOW,
    )


async def hold(
    association: Association, at: datetime = NOW, passphrase: str = PASSPHRASE, localhost: bool = False
) -> CeremonyRecord:
    return await keys.ceremony(association.id, passphrase, at, allow_localhost=localhost, cost=LIGHT)


async def code_of(error: type[SealError], association: Association, **changes: object) -> str:
    with pytest.raises(error) as caught:
        await hold(association, **changes)  # type: ignore[arg-type]
    return caught.value.code


async def test_three_keys_one_statement_one_leaf(association: Association, record: CeremonyRecord) -> None:
    assert {path.name for path in record.paths} == {"issuing.key.json", "log.key.json", "next.key.json"}
    history = verify_chain(await keys.statements(association.id), record.fingerprint)
    assert history.current.next_sha256 == record.next_sha256
    assert len({record.fingerprint, record.log_kid, record.next_sha256}) == 3
    ((object_id, salt, compact),) = await keys.statement_leaves(association.id)
    leaf = await log.leaf_of(association.id, LeafType.KEY_STATEMENT, object_id)
    assert leaf is not None
    assert leaf.records(salt, compact)
    assert compact == record.statement_jws
    assert record.next_path.name == "next.key.json"
    assert any(record.fingerprint in line for line in record.lines())


async def test_only_the_owner_may_read_the_files(record: CeremonyRecord) -> None:
    for path in record.paths:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_no_private_key_in_the_database(association: Association, record: CeremonyRecord) -> None:
    from seal.keys import ceremony, envelope

    seeds = [envelope.unwrap(path.read_bytes(), PASSPHRASE)[0] for path in record.paths]
    assert {keys.key_id(ceremony.public_of(seed)) for seed in seeds} == {
        record.fingerprint, record.log_kid, record.next_sha256,
    }  # fmt: skip
    for file in settings().data.glob("seal.db*"):
        content = file.read_bytes()
        assert not any(seed in content or seed.hex().encode() in content for seed in seeds)


async def test_once_only(association: Association, record: CeremonyRecord) -> None:
    assert await code_of(Refused, association) == "keys.already_made"


async def test_files_without_their_history_are_never_used(association: Association, record: CeremonyRecord) -> None:
    """A database lost or mounted wrongly: a new association finds the folder of its name taken."""
    other = await make("other", "https://sello.example/a/other")
    taken = opening.folder_of("other", 1)
    taken.parent.mkdir()
    record.paths[0].parent.rename(taken)
    assert await code_of(Refused, other) == "keys.files_exist"


async def test_production_refuses_localhost(database: Database) -> None:
    local = await make("local", "http://localhost:8080/a/local")
    assert await code_of(Refused, local) == "keys.localhost"
    assert not opening.folder_of("local").exists()


async def test_short_passphrase(association: Association) -> None:
    assert await code_of(BadInput, association, passphrase="corta") == "keys.passphrase_short"


async def test_two_at_once_make_one_history(association: Association) -> None:
    done = await asyncio.gather(hold(association), hold(association), return_exceptions=True)
    assert sum(isinstance(one, CeremonyRecord) for one in done) == 1
    assert sum(isinstance(one, SealError) for one in done) == 1
    await keys.unlock(association.id, PASSPHRASE)


async def test_an_interrupted_ceremony_is_finished_by_the_next(
    association: Association, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(*_: object) -> bytes:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(generations, "sign_intent", killed)
        with pytest.raises(ConnectionError):
            await hold(association)
    assert await keys.statements(association.id) == ()
    with pytest.raises(BadInput):
        await hold(association, passphrase="otra frase de paso")
    record = await hold(association, at=LATER)
    history = verify_chain(await keys.statements(association.id), record.fingerprint)
    assert history.current.at == NOW, "the statement is the one that was committed"
    assert (await log.head(association.id)).size == 1


async def test_unlock_and_lock(association: Association, record: CeremonyRecord) -> None:
    assert keys.can_sign(association.id)
    keys.lock(association.id, KeyRole.ISSUING)
    assert not keys.can_sign(association.id)
    assert keys.can_sign(association.id, KeyRole.LOG)
    await keys.unlock(association.id, PASSPHRASE)
    assert keys.can_sign(association.id)
    keys.lock(association.id)
    assert not keys.can_sign(association.id, KeyRole.LOG)


async def test_wrong_passphrase(association: Association, record: CeremonyRecord) -> None:
    keys.lock(association.id)
    with pytest.raises(BadInput) as caught:
        await keys.unlock(association.id, "pan y miel de tepa")
    assert caught.value.code == "envelope.passphrase"
    assert not keys.can_sign(association.id)


async def test_unlock_without_keys(association: Association) -> None:
    with pytest.raises(Unavailable) as caught:
        await keys.unlock(association.id, PASSPHRASE)
    assert caught.value.code == "keys.missing"
    assert not await keys.unlock_from(association, settings())


async def test_files_taken_away(association: Association, record: CeremonyRecord) -> None:
    record.paths[0].unlink()
    with pytest.raises(Unavailable) as caught:
        await keys.unlock(association.id, PASSPHRASE)
    assert caught.value.code == "keys.missing"


async def test_a_key_file_of_another_role(association: Association, record: CeremonyRecord) -> None:
    issuing, log_file, _ = sorted(record.paths)
    issuing.write_bytes(log_file.read_bytes())
    with pytest.raises(Refused) as caught:
        await keys.unlock(association.id, PASSPHRASE)
    assert caught.value.code == "keys.other_owner"


async def test_unlock_from_the_settings(association: Association, record: CeremonyRecord) -> None:
    keys.lock(association.id)
    assert not await keys.unlock_from(association, settings())
    given = settings().model_copy(update={"key_passphrase": _Secret(PASSPHRASE)})
    assert await keys.unlock_from(association, given)
    assert keys.can_sign(association.id)


class _Secret:
    def __init__(self, text: str) -> None:
        self.text = text

    def get_secret_value(self) -> str:
        return self.text


async def test_a_demonstration_opens_by_itself(database: Database) -> None:
    demo = await make("demo", "http://localhost:8080", demonstration=True)
    record = await keys.demonstration_ceremony(demo.id, NOW, cost=LIGHT)
    (kept,) = [path for path in record.paths if path.name == "passphrase"]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    keys.lock(demo.id)
    assert await keys.unlock_from(demo, settings())
    keys.lock(demo.id)
    kept.chmod(0o644)
    with pytest.raises(Refused) as caught:
        await keys.unlock_from(demo, settings())
    assert caught.value.code == "keys.file_mode"


async def test_nothing_is_automatic_elsewhere(association: Association) -> None:
    with pytest.raises(Refused) as caught:
        await keys.demonstration_ceremony(association.id, NOW, cost=LIGHT)
    assert caught.value.code == "keys.not_a_demonstration"


async def succeed(association: Association, file: Path, at: datetime = LATER) -> CeremonyRecord:
    return await keys.succeed(association.id, file, PASSPHRASE, at, cost=LIGHT)


async def test_the_next_key_succeeds(association: Association, record: CeremonyRecord) -> None:
    keys.lock(association.id)  # the old issuing key may be lost
    after = await succeed(association, record.next_path)
    assert after.fingerprint == record.next_sha256
    statements = await keys.statements(association.id)
    for pinned in (record.fingerprint, after.fingerprint):
        history = verify_chain(statements, pinned)
    assert history.current.previous == digest(record.statement_jws)
    document = await keys.did_document(association)
    assert {f"{association.did}#{record.fingerprint}", f"{association.did}#{after.fingerprint}"} <= set(
        document["assertionMethod"]
    )
    keys.lock(association.id)
    await keys.unlock(association.id, PASSPHRASE)
    assert await succeed(association, after.next_path, LATER + timedelta(days=1))


async def test_no_other_key_succeeds(association: Association, record: CeremonyRecord) -> None:
    await succeed(association, record.next_path)
    with pytest.raises(Refused) as caught:
        await succeed(association, record.next_path, LATER + timedelta(days=1))
    assert caught.value.code == "keys.not_the_next_key"
    issuing = record.paths[0]
    with pytest.raises(Refused) as caught:
        await succeed(association, issuing)
    assert caught.value.code == "keys.other_owner"


async def test_a_succession_never_goes_back_in_time(association: Association, record: CeremonyRecord) -> None:
    with pytest.raises(Refused) as caught:
        await succeed(association, record.next_path, NOW - timedelta(days=1))
    assert caught.value.code == "keys.not_yet_active"


async def test_before_the_ceremony(association: Association) -> None:
    with pytest.raises(Unavailable) as caught:
        await keys.public_keys(association.id)
    assert caught.value.code == "keys.missing"
    assert (await keys.did_document(association))["verificationMethod"] == []
    assert await keys.jwks(association) == {"keys": []}


async def test_public_keys(association: Association, record: CeremonyRecord) -> None:
    held = await keys.public_keys(association.id)
    assert (held.issuing.key_id, held.log.key_id) == (record.fingerprint, record.log_kid)
    assert held.fingerprint == record.fingerprint
    assert (await keys.verifier_key(association)).name == association.log_origin
    assert len((await keys.jwks(association))["keys"]) == 2
    assert await store.intent_with(association.id, IntentKind.KEY_STATEMENT, "0" * 64) is None
