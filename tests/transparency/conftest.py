"""An association whose log is still empty."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from seal.associations import service as associations
from seal.associations.model import Association
from tests.conftest import Database

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


async def make(slug: str) -> Association:
    return await associations.create(
        slug=slug,
        name=slug,
        base=f"https://sello.example/a/{slug}",
        region="Aysén",
        communes=("Coyhaique",),
        at=NOW,
    )


@pytest.fixture
async def association(database: Database) -> Association:
    return await make("aysen")
