"""What one person published before two were asked for keeps its place, and says so."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import UUID

from seal.db import engine
from seal.db.history import default_folder
from seal.db.migrate import migrate
from seal.protocols import life_store, store
from seal.protocols.life import Action, State
from seal.protocols.publication import package_bytes
from seal.settings import Settings
from tests.db.test_migrate import run
from tests.protocols.library import miel

HOME, OLD = UUID("01900000-0000-7000-8000-000000000001"), UUID("01900000-0000-7000-8000-000000000002")


async def test_an_older_publication_is_adopted(blank: Settings, tmp_path: Path) -> None:
    before = shutil.copytree(default_folder(), tmp_path / "migrations")
    for path in before.iterdir():
        if path.stem.removeprefix("seal_") < "0009":
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    await migrate(blank, before)

    def blob(data: bytes) -> str:
        return f"X'{data.hex()}'" if blank.engine == "sqlite" else f"'\\x{data.hex()}'"

    when = "'2026-03-02 15:00:00+00:00'"
    await run(
        blank,
        "INSERT INTO protocol_version (id, association_id, protocol_id, version, digest, document, salt, package,"
        f" published_by, published_at) VALUES ('{OLD}', '{HOME}', 'miel', '0.1.0', '{miel().digest}', {blob(b'{}')},"
        f" {blob(bytes(16))}, {blob(package_bytes(miel()))}, NULL, {when})",
    )
    await migrate(blank)
    await engine.start(blank)
    try:
        (kept,) = await store.of_association(HOME)
        assert (kept.sound, kept.proposed_at) == (True, None)
        (life,) = await life_store.of_association(HOME)
        assert (life.id, life.state) == (kept.id, State.PUBLISHED)
        assert [step.action for step in life.steps] == [Action.BEGIN, Action.ADOPT]
        assert life.begun_at == kept.published_at
    finally:
        await engine.stop()
