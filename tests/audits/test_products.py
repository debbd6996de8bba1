"""A product is of a protocol that the association knows, and of a kind that the protocol tells apart."""

from __future__ import annotations

from typing import Any

import pytest

from seal.members import service as members
from tests import world
from tests.audits.test_pages import Office, office
from tests.web.support import AT, hidden

__all__ = ["office"]
CHEESE = {"name_es": "Queso", "net_content": "1 kg", "grams": "1000"}


@pytest.mark.parametrize(
    ("given", "kept", "shown"),
    [
        ({"protocol_id": "queso", "product_kind": "chanco"}, "chanco", ""),
        ({"protocol_id": "queso", "product_kind": ""}, None, ""),
        ({"protocol_id": "qeso"}, None, "no conoce el protocolo «qeso»"),
        ({"protocol_id": "queso", "product_kind": "chancho"}, None, "no distingue la clase «chancho»"),
        ({"protocol_id": "miel", "product_kind": ""}, None, ""),
    ],
)
async def test_the_form_offers_what_is_known_and_refuses_the_rest(
    office: Office, given: dict[str, str], kept: str | None, shown: str
) -> None:
    one = await world.member(office.association, office.crew.manager, at=AT, commune="Coyhaique")
    page = f"/desk/producers/{one.producer.id}/products"
    async with office.signed_in(office.crew.manager) as (browser,):
        html = (await browser.get(f"{page}/new")).text
        assert '<option value="queso">' in html
        assert '<option value="chanco">Chanco o mantecoso (' in html
        done = await browser.post(page, data={**hidden(html), **CHEESE, **given})
    assert (shown in done.text, done.status_code == 303) == (True, not shown)
    made: list[Any] = [
        product.kind
        for product in (await members.dossier(world.acting(office.crew.manager, AT), one.producer.id)).products
        if product.id != one.product.id
    ]
    assert made == ([] if shown else [kept])
