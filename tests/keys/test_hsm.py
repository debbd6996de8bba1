"""Keys in a PKCS#11 token, with SoftHSM2: made there, put there, used with the same checks, never taken out."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from seal.associations.model import Association
from seal.errors import Refused, Unavailable
from seal.keys import hsm, keyring
from seal.keys import service as keys
from seal.keys.hsm import TokenKey
from seal.keys.model import IntentKind, KeyRole
from seal.settings import settings
from seal.transparency.note import open_checkpoint
from tests.conftest import Database
from tests.keys.conftest import LIGHT, NOW, PASSPHRASE
from tests.keys.test_signer import batch, commit

LIBRARY = Path("/usr/lib/softhsm/libsofthsm2.so")
pytestmark = pytest.mark.skipif(
    not LIBRARY.exists() or hsm.pkcs11 is None, reason="SoftHSM2 or python-pkcs11 is not here"
)
BOTH = frozenset({KeyRole.ISSUING, KeyRole.LOG})


@pytest.fixture(scope="module", autouse=True)
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One token for the file: the library reads its configuration once in a process."""
    folder = tmp_path_factory.mktemp("hsm")
    (folder / "tokens").mkdir()
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(conf))
        subprocess.run(
            ["softhsm2-util", "--init-token", "--free", "--label", "seal", "--so-pin", "1234", "--pin", "5678"],
            check=True,
            capture_output=True,
        )
        yield
        hsm.forget()


@pytest.fixture(autouse=True)
def token(database: Database, monkeypatch: pytest.MonkeyPatch, softhsm: None) -> None:
    for name, value in (("MODULE", str(LIBRARY)), ("TOKEN", "seal"), ("PIN", "5678")):
        monkeypatch.setenv(f"SEAL_PKCS11_{name}", value)
    settings.cache_clear()


async def test_the_ceremony_makes_both_keys_in_the_token(association: Association) -> None:
    record = await keys.ceremony(association.id, PASSPHRASE, NOW, allow_localhost=False, cost=LIGHT, in_token=BOTH)
    assert {path.name for path in record.paths} == {"issuing.token.json", "log.token.json", "next.key.json"}
    assert record.record.value("token_issuing") == "seal"
    keys.lock(association.id)
    await keys.unlock(association.id, PASSPHRASE)
    assert isinstance(keyring.take(association.id, KeyRole.ISSUING), TokenKey)
    intent = await commit(association, batch(association))
    assert await keys.sign_intent(association.id, intent, NOW)
    checkpoint = await keys.checkpoint(association.id, NOW)
    assert checkpoint is not None
    assert open_checkpoint(checkpoint.note, await keys.verifier_key(association)).size == 1
    assert await keys.faults(association.id) == ()
    with pytest.raises(Refused) as caught:
        await keys.share(association.id, KeyRole.ISSUING, PASSPHRASE, NOW)
    assert caught.value.code == "keys.in_token"


async def test_a_key_does_not_leave_the_token(association: Association) -> None:
    await keys.ceremony(association.id, PASSPHRASE, NOW, allow_localhost=False, cost=LIGHT, in_token=BOTH)
    key = keyring.take(association.id, KeyRole.ISSUING)
    assert isinstance(key, TokenKey)
    attributes = hsm.pkcs11.Attribute
    assert key._handle[attributes.EXTRACTABLE] is False
    assert key._handle[attributes.SENSITIVE] is True
    with pytest.raises(hsm.pkcs11.exceptions.PKCS11Error):
        key._handle[attributes.VALUE]


async def test_the_next_key_is_put_into_the_token_and_replaced_ones_leave_it(association: Association) -> None:
    first = await keys.ceremony(association.id, PASSPHRASE, NOW, allow_localhost=False, cost=LIGHT, in_token=BOTH)
    seed = await keys.read_next(association.id, first.next_path, PASSPHRASE)
    second = await keys.rotate(association.id, seed, PASSPHRASE, NOW, cost=LIGHT, in_token=BOTH)
    assert second.fingerprint == first.next_sha256
    assert await keys.sign_intent(association.id, await commit(association, batch(association)), NOW)
    await keys.retire(association.id, NOW)
    with pytest.raises(Unavailable) as caught:
        hsm.find(first.fingerprint)
    assert caught.value.code == "hsm.no_key"
    assert hsm.find(second.fingerprint).raw


async def test_a_token_that_is_away_locks_signing_alone(
    association: Association, monkeypatch: pytest.MonkeyPatch
) -> None:
    await keys.ceremony(
        association.id, PASSPHRASE, NOW, allow_localhost=False, cost=LIGHT, in_token=frozenset({KeyRole.ISSUING})
    )
    keys.lock(association.id)
    hsm.forget()
    monkeypatch.setenv("SEAL_PKCS11_PIN", "0000")
    settings.cache_clear()
    with pytest.raises(Unavailable) as caught:
        await keys.unlock(association.id, PASSPHRASE)
    assert caught.value.code == "hsm.failed"
    monkeypatch.setenv("SEAL_PKCS11_TOKEN", "otro")
    settings.cache_clear()
    with pytest.raises(Unavailable):
        await keys.unlock(association.id, PASSPHRASE)
    monkeypatch.delenv("SEAL_PKCS11_PIN")
    settings.cache_clear()
    with pytest.raises(Unavailable) as unset:
        await keys.unlock(association.id, PASSPHRASE)
    assert unset.value.code == "hsm.not_set"
    assert await keys.intent_of(association.id, IntentKind.BATCH, association.id) is None, "reading goes on"
