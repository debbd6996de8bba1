"""What every command that touches the database shares: open it, find the association, say who acts."""

from __future__ import annotations

import argparse
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from seal.associations import service as associations
from seal.associations.model import Association
from seal.clock import SystemClock
from seal.db import engine
from seal.errors import BadInput, NotFound
from seal.identity import Acting, system
from seal.keys import service as keys
from seal.settings import Settings, SettingsError, read, settings


def configure(**variables: str | Path | int | None) -> Settings:
    """Put words of the command line over the environment and read the settings anew."""
    for name, value in variables.items():
        if value is not None:
            os.environ[f"SEAL_{name.upper()}"] = str(value)
    settings.cache_clear()
    return settings()


@asynccontextmanager
async def opened(given: Settings | None = None) -> AsyncIterator[Settings]:
    """The database open for the length of a block. Does not migrate and makes nothing."""
    chosen = given or settings()
    if chosen.engine == "sqlite" and not chosen.sqlite_path.exists():
        raise SettingsError(f"there is no database at {chosen.sqlite_path}; make it with: seal migrate")
    await engine.start(chosen)
    try:
        yield chosen
    finally:
        await engine.stop()


async def the_association(slug: str | None) -> Association:
    """The one named, or the only one. Raises ``NotFound`` or ``BadInput('cli.which_association')``."""
    if slug:
        found = await associations.by_slug(slug)
        if found is None:
            raise NotFound("associations.not_found", slug=slug)
        return found
    everyone = await associations.all_associations()
    if not everyone:
        raise NotFound("cli.no_association")
    if len(everyone) > 1:
        raise BadInput("cli.which_association", slugs=", ".join(one.slug for one in everyone))
    return everyone[0]


def owner(association: Association) -> Acting:
    """The machine's owner at the command line: Seal itself, by the real clock."""
    return system(association.id, SystemClock().now())


async def unlock(association: Association, given: Settings) -> bool:
    """Open the signing keys with ``SEAL_KEY_PASSPHRASE`` (or a demonstration's own file). False if there is none."""
    return await keys.unlock_from(association, given)


def add_association(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--association", metavar="SLUG", help="which association, if there are several")


def add_data(parser: argparse.ArgumentParser) -> None:
    """``--data``; :func:`seal.cli.main` puts it over the environment before the command runs."""
    parser.add_argument("--data", metavar="DIR", help="data folder (default: $SEAL_DATA or ./seal-data)")


__all__ = ["add_association", "add_data", "configure", "opened", "owner", "read", "the_association", "unlock"]
