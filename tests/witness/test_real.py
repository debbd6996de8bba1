"""A real association's server, a witness and a monitor of it over HTTP, and a thief with its log key."""

from __future__ import annotations

import asyncio
import functools
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from seal.app import create_app
from seal.associations.model import Association
from seal.certificates import service as certificates
from seal.clock import SystemClock
from seal.keys import jws, keyring
from seal.keys import service as keys
from seal.keys.did import key_url
from seal.keys.ed25519 import key_id
from seal.keys.model import KeyRole
from seal.transparency import witnessing
from seal.transparency.cosignature import WitnessKey, cosigned_at
from seal.transparency.note import CheckpointText, VerifierKey, parse_note, sign_text
from seal.verification import bundle_format, command
from seal.verification import service as verification
from seal.witness import key, monitor, running
from tests import world
from tests.conftest import Database
from tests.faults.servers import free_port
from tests.verification.sealed import Sealed
from tests.verification.sealed import sealed as make_sealed
from tests.witness.conftest import CHEAP, PASSPHRASE


@dataclass
class Home:
    """An association that is served at its base address, with a sealed batch and labels, published just now."""

    made: Sealed
    base: str
    folder: Path
    at: datetime
    fingerprint: str
    servers: dict[str, str]
    """The variables of the server, which a witness must not have."""

    @property
    def association(self) -> Association:
        return self.made.association

    async def bundle(self, name: str = "bundle.jwt") -> Path:
        """The bundle as served, in a file."""
        async with httpx.AsyncClient(trust_env=False) as browser:
            answer = await browser.get(f"{self.base}/bundle")
        assert answer.status_code == 200
        path = self.folder / name
        path.write_bytes(answer.content)
        return path

    async def monitor(self, *witnesses: WitnessKey) -> monitor.Report:
        second = int(SystemClock().now().timestamp())
        work = functools.partial(monitor.once, self.folder / "monitor", self.base, self.fingerprint, witnesses, second)
        return await asyncio.to_thread(work)

    async def publish(self) -> None:
        now = SystemClock().now()
        await certificates.publish_status(self.association.id, now)
        await keys.keep_fresh(self.association.id, now)
        await verification.bundle(self.association.id, now)


@pytest.fixture
def server_variables(database: Database) -> dict[str, str]:
    """Taken before the witness's own environment is made."""
    return {"SEAL_DATA": str(database.settings.data), "SEAL_DATABASE_URL": database.settings.database_url}


@pytest.fixture
async def home(
    database: Database, server_variables: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Home]:
    port = free_port()
    base = f"http://localhost:{port}"
    create = world.associations.create
    monkeypatch.setattr(world.associations, "create", lambda **given: create(**{**given, "base": base}))
    at = SystemClock().now() - timedelta(minutes=5)
    made = await make_sealed(at=at)
    settings = database.settings.model_copy(update={"public_origin": base, "port": port})
    app = create_app(settings, clock=SystemClock(), strict=True)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  it has no event to wait for
        await asyncio.sleep(0.01)
    held = await keys.public_keys(made.association.id)
    one = Home(made, base, tmp_path, at, held.fingerprint, server_variables)
    await one.publish()
    for name in server_variables:
        monkeypatch.delenv(name, raising=False)  # the server has read its settings
    yield one
    server.should_exit = True
    await task


async def witnessed(home: Home) -> tuple[WitnessKey, Path]:
    """A town's witness that has cosigned; its key and the bundle as served then."""
    folder = home.folder / "town"
    own = key.make(folder, "municipio.example/w1", PASSPHRASE, SystemClock().now(), cost=CHEAP)
    await witnessing.add(home.association.id, own.text, None, SystemClock().now())
    await asyncio.to_thread(running.add, folder, home.base, home.fingerprint, None)
    await visit(home)
    return own, await home.bundle()


async def visit(home: Home) -> running.Result:
    folder = home.folder / "town"
    signer = key.unlock(folder, PASSPHRASE)
    second = int(SystemClock().now().timestamp())
    (result,) = await asyncio.to_thread(running.visit_all, folder, signer, second)
    assert (result.reasons, result.cosigned) == ((), True)
    return result


def verify(home: Home, bundle: Path, *words: str) -> int:
    token = home.made.labels[0].address
    return command.main([token, "--bundle", str(bundle), "--trust", home.fingerprint, *words])


async def test_witness_monitor_and_verifier_against_a_real_server(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own, bundle = await witnessed(home)
    async with httpx.AsyncClient(trust_env=False) as browser:
        served = parse_note((await browser.get(f"{home.base}/log/checkpoint")).content)
    assert cosigned_at(served, own) is not None
    assert verify(home, bundle, "--witness", own.text) == 0
    assert "none changed" in capsys.readouterr().out
    report = await home.monitor(own)
    assert (report.findings, report.unreachable) == ((), ())
    assert report.size > 5
    for name, value in home.servers.items():
        monkeypatch.setenv(name, value)
    (result,) = running.visit_all(home.folder / "town", key.unlock(home.folder / "town", PASSPHRASE), 0)
    assert result.reasons[0].code in ("witness.own_log", "witness.database_named")
    for name in home.servers:
        monkeypatch.delenv(name)
    await certificates.suspend(
        home.made.certifier(SystemClock().now()),
        home.made.certified.certification.id,
        reason_class="agreement",
        reason="Tarde",
    )
    await home.publish()
    report = await home.monitor()
    assert (report.findings, report.unreachable) == ((), ())


async def test_a_thief_of_the_log_key_is_never_green_where_a_witness_is_pinned(home: Home) -> None:
    own, bundle = await witnessed(home)
    pinned = ("--witness", own.text)
    honest = bundle_format.parse(jws.parse(bundle.read_bytes(), typ=jws.BUNDLE).payload)
    assert honest.checkpoint is not None
    text = parse_note(honest.checkpoint.encode()).text
    origin, size, _ = text.splitlines()
    stolen = keyring.take(home.association.id, KeyRole.LOG)
    assert stolen is not None
    raw = stolen.raw

    def forged(name: str, **changes: Any) -> Path:
        content = replace(honest, epoch=honest.epoch + 1, as_of=datetime.now(UTC).replace(microsecond=0), **changes)
        kid = key_url(home.association.did, key_id(raw))
        to_sign = jws.signing_input(bundle_format.payload(content), kid=kid, typ=jws.BUNDLE)
        path = home.folder / name
        path.write_bytes(jws.compact(to_sign, stolen.sign(to_sign)))
        return path

    def head(size: int) -> str:
        other = CheckpointText(origin, size, bytes(32)).text
        return sign_text(other, VerifierKey(origin, raw), stolen.sign(other.encode())).encoded.decode()

    fork = forged("fork.jwt", checkpoint=head(int(size)))
    ahead = forged("ahead.jwt", checkpoint=head(int(size) + 9))
    rolled_back = forged("back.jwt", checkpoint=head(int(size) - 1))
    without = forged("without.jwt", checkpoint=None)
    for path in (fork, ahead, rolled_back, without):
        assert verify(home, path) == 0  # the stolen key is good for that much
        assert verify(home, path, *pinned) == 3
    assert (
        verify(home, forged("same.jwt"), *pinned) == 0
    )  # what stays undetectable: the rest of the list is the thief's
    assert os.environ.get("SEAL_DATA") is None
