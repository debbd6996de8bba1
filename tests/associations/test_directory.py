"""Which association an address belongs to."""

from __future__ import annotations

from seal.associations.directory import Directory
from seal.settings import read
from tests.conftest import Database
from tests.web.support import make_association

SETTINGS = read({"SEAL_PUBLIC_ORIGIN": "http://localhost:8080"})
HERE = "localhost:8080"


async def test_only_one_needs_no_prefix(database: Database) -> None:
    only = await make_association(base="http://localhost:8080/a/sabores")
    directory = Directory(SETTINGS)
    assert await directory.association(None, HERE, None) == only
    assert await directory.association("sabores", HERE, None) == only


async def test_several_without_one_at_the_root_need_a_prefix_or_a_sign_in(database: Database) -> None:
    one = await make_association("uno", base="http://localhost:8080/a/uno")
    two = await make_association("dos")
    directory = Directory(SETTINGS)
    assert await directory.association(None, HERE, None) is None
    assert await directory.association(None, HERE, one.id) == one
    assert await directory.association("dos", HERE, one.id) == two
    assert await directory.association("tres", HERE, None) is None


async def test_association_with_a_host_to_itself(database: Database) -> None:
    one = await make_association("uno")
    two = await make_association("dos", base="https://miel.example")
    directory = Directory(SETTINGS)
    assert await directory.association(None, "miel.example", one.id) == two
    assert await directory.association(None, HERE, None) == one
    assert await directory.knows_host("miel.example")
    assert not await directory.knows_host("evil.example")
