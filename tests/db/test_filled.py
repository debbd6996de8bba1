"""A database of the first release, with rows in it, after the migrations that came later."""

from __future__ import annotations

import shutil
from pathlib import Path

from seal.db.history import default_folder
from seal.db.migrate import migrate
from seal.settings import Settings
from tests.db.test_migrate import run

A, INTENT, OBJECT = (f"'00000000-0000-7000-8000-00000000000{number}'" for number in (1, 2, 3))


async def test_signing_intents_are_kept_and_wait_for_their_embedded_documents(blank: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(default_folder() / "0001_first", folder / "0001_first")
    shutil.copy(default_folder() / "seal_0001_first.py", folder)
    await migrate(blank, folder)
    blob = "x'7b7d'" if blank.engine == "sqlite" else "'\\x7b7d'::bytea"
    at = "'2026-11-21 12:00:00+00:00'"
    demonstration = "0" if blank.engine == "sqlite" else "false"
    await run(
        blank,
        f"INSERT INTO association VALUES ({A}, 'a', 'A', 'https://a.example', 'did:web:a.example', 'a.example', 'UTC',"
        f" 'x', '[]', '[]', '#000000', {demonstration}, '{{}}', {at})",
    )
    await run(
        blank,
        f"INSERT INTO key_intent VALUES ({INTENT}, {A}, 'batch', {OBJECT}, {blob}, '{'a' * 64}', 'signed',"
        f" {at}, {blob}, {at}, '{'b' * 64}')",
    )
    await migrate(blank)
    rows = await run(blank, "SELECT kind, state, payload_sha256, embedded FROM key_intent")
    assert rows == [("batch", "signed", "a" * 64, None)]
