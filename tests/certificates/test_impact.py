"""A new version against the producers in force: who would not pass, who has something open, in words and numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from seal.certificates import service as certificates
from seal.certificates.impact import impact
from seal.errors import NotAllowed
from seal.identity import Role
from seal.protocols import diff_words
from seal.protocols.diff import compare
from seal.web.i18n import translator
from tests import world
from tests.certificates import certified
from tests.conftest import Database
from tests.protocols.library import Copy, copy_to, miel
from tests.web.support import bearer, client, make_association, make_person, serving, sign_in


@pytest.fixture
def copied(tmp_path: Path) -> Copy:
    return copy_to(tmp_path)


async def test_stricter_limits_fail_those_whose_values_are_outside(database: Database, copied: Copy) -> None:
    """Edge case 2 of CERTIFICATION D, before the gap audit: whom the new version would stop."""
    made = await certified.certified()
    acting = made.manager()
    assert [one.passes for one in await impact(acting, miel(), of="miel")] == [True]
    copied.edit("miel", "protocol.yaml", "max: 20, target_max: 18", "max: 16, target_max: 15")
    copied.edit("miel", "protocol.yaml", "unit: g/100g, max: 20, every", "unit: g/100g, max: 16, every")
    stricter = copied.load()
    (one,) = await impact(acting, stricter, of="miel")
    assert (one.passes, one.because) == (False, ("MIEL-D01",))
    assert one.trade_name == made.world.member.producer.trade_name
    found = compare(miel(), stricter)
    said = diff_words.sentence(found, translator("es"), failing=1, in_force=1)
    assert said == "Un punto más estricto, una regla más estricta; un productor vigente no pasaría."
    assert await impact(acting, stricter, of="queso") == ()


async def test_a_new_point_is_open_and_neither_helps_nor_harms(database: Database, copied: Copy) -> None:
    made = await certified.certified()
    copied.edit("miel", "protocol.yaml", "- id: MIEL-E04", "- id: MIEL-E05")
    for language in ("es", "en"):
        copied.edit("miel", f"text.{language}.yaml", "  MIEL-E04:", "  MIEL-E05:")
    (one,) = await impact(made.manager(), copied.load(), of="miel")
    assert (one.passes, one.open) == (True, ("MIEL-E05",))


async def test_a_suspended_producer_is_not_in_force(database: Database) -> None:
    made = await certified.certified()
    await certificates.suspend(
        made.certifier(), made.certification.id, reason_class="agreement", reason="Registros tarde"
    )
    assert await impact(made.manager(), miel(), of="miel") == ()


async def test_only_staff_ask(database: Database) -> None:
    made = await certified.certified()
    owner = world.acting(made.world.member.owner)
    assert owner.roles == frozenset({Role.PRODUCER})
    with pytest.raises(NotAllowed):
        await impact(owner, miel(), of="miel")


async def test_the_page_and_the_api_say_the_same(database: Database) -> None:
    person = await make_person(await make_association(), Role.MANAGER)
    async with serving(database.settings) as app:
        browser = client(app)
        headers = await bearer(browser, person)
        names = "?a=miel@0.1.0&b=miel@0.1.0"
        told = (await browser.get(f"/api/v1/protocols/diff{names}", headers=headers)).json()
        assert (told["effect"], told["changes"], told["producers"]) == ("editorial", [], [])
        for wrong, status in (("?a=miel&b=x", 400), ("?a=miel@9.9.9&b=miel@0.1.0", 404)):
            assert (await browser.get(f"/api/v1/protocols/diff{wrong}", headers=headers)).status_code == status
        await sign_in(browser, person)
        assert "Nada cambia." in (await browser.get(f"/desk/protocols/diff{names}")).text
        wrong_page = await browser.get("/desk/protocols/diff?a=miel@9.9.9&b=miel@0.1.0")
        assert (wrong_page.status_code, "No existe esa versión" in wrong_page.text) == (404, True)
