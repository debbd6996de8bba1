"""An association with keys, at the lowest cost that Argon2id allows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from seal.associations import service as associations
from seal.associations.model import Association
from seal.keys import envelope, keyring
from seal.keys import service as keys
from seal.keys.ceremony import CeremonyRecord
from tests.conftest import Database

LIGHT = envelope.Cost(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE = "pan y miel de ulmo"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _locked_again() -> Iterator[None]:
    yield
    keyring._open.clear()


@pytest.fixture
async def association(database: Database) -> Association:
    return await associations.create(
        slug="aysen",
        name="Sabores de Aysén",
        base="https://sello.example/a/aysen",
        region="Aysén",
        communes=("Coyhaique",),
        at=NOW,
    )


@pytest.fixture
async def record(association: Association) -> CeremonyRecord:
    return await keys.ceremony(association.id, PASSPHRASE, NOW, allow_localhost=False, cost=LIGHT)
