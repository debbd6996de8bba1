"""One database an engine for all tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.kept import kept_environment


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def environment(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The variables of an empty database, for as long as the module lasts."""
    with kept_environment(request, tmp_path_factory):
        yield
