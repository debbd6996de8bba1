"""Associations and the registry of public codes."""

from __future__ import annotations

from uuid import uuid4

import pytest

from seal import ids
from seal.associations import service
from seal.associations.model import AssuranceMode, CodeKind, Rules
from seal.db import unit_of_work
from seal.errors import BadInput, Conflict, NotFound
from tests.conftest import Database
from tests.web.support import AT, make_association


async def test_association_is_read_back_as_it_was_made(database: Database) -> None:
    made = await make_association(rules=Rules(AssuranceMode.PEER, quorum=3), demonstration=True)
    assert await service.get(made.id) == made
    assert await service.by_slug(made.slug) == made
    assert await service.all_associations() == (made,)
    assert made.rules.quorum == 3


async def test_every_fault_at_once(database: Database) -> None:
    with pytest.raises(BadInput) as raised:
        await make_association(slug="X", name="", base="nowhere", colour="red")
    assert len(raised.value.reasons) == 4


@pytest.mark.parametrize("same", ["slug", "base"])
async def test_slug_and_base_are_taken_once(database: Database, same: str) -> None:
    await make_association("uno")
    with pytest.raises(Conflict, match=r"associations\.taken"):
        await (make_association("uno") if same == "slug" else make_association("dos", base="http://localhost:8080"))
    assert len(await service.all_associations()) == 1


async def test_unknown_association(database: Database) -> None:
    with pytest.raises(NotFound):
        await service.get(uuid4())
    assert await service.by_slug("nobody") is None


async def test_code_is_claimed_once_for_an_object_and_resolves_across_associations(database: Database) -> None:
    one, two = await make_association("uno"), await make_association("dos")
    batch = uuid4()
    async with unit_of_work():
        first = await service.claim_code(one.id, "batch", batch, AT)
        again = await service.claim_code(one.id, CodeKind.BATCH, batch, AT)
        other = await service.claim_code(two.id, "certification", batch, AT)
    assert first == again != other
    found = await service.resolve_code(first)
    assert found is not None
    assert (found.kind, found.association_id, found.object_id) == (CodeKind.BATCH, one.id, batch)
    assert await service.resolve_code((first + 1) % 2**40) is None


async def test_code_that_is_taken_or_spells_a_page_is_skipped(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    association = await make_association()
    taken = await service.claim_code(association.id, "batch", uuid4(), AT)
    page = next(
        ids.Code(number).public_id for number in [int("".join(f"{ids._VALUE[letter]:05b}" for letter in "PR0T0C01"), 2)]
    )
    values = iter([taken, page, 77])
    monkeypatch.setattr(ids, "random_public_id", lambda: next(values))
    monkeypatch.setattr(service, "FIXED_ROUTES", (ids.Code(page).plain.lower(),))
    assert await service.claim_code(association.id, "batch", uuid4(), AT) == 77


async def test_unknown_kind_of_code_is_a_mistake(database: Database) -> None:
    association = await make_association()
    with pytest.raises(ValueError, match="box2"):
        await service.claim_code(association.id, "box2", uuid4(), AT)  # type: ignore[arg-type]


async def test_code_of_a_rolled_back_act_is_free_again(database: Database) -> None:
    association = await make_association()
    claimed = []

    async def fail() -> None:
        async with unit_of_work():
            claimed.append(await service.claim_code(association.id, "roll", uuid4(), AT))
            raise KeyError

    with pytest.raises(KeyError):
        await fail()
    assert await service.resolve_code(claimed[0]) is None
