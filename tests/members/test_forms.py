"""The forms of a producer's page: permits by a choice of kinds, sites by the association's communes."""

from __future__ import annotations

import pytest

from seal.identity import Role, system
from seal.members import service as members
from seal.members.pages import TERMS_VERSION
from seal.web.i18n import catalogue
from tests.conftest import Database
from tests.web.support import AT, client, hidden, make_association, make_person, serving, sign_in


@pytest.mark.parametrize(
    ("given", "kind", "shown"),
    [
        ({"permit_kind": "sanitary"}, "sanitary", "<strong>Resolución sanitaria</strong>"),
        ({"permit_kind": "sag_register"}, "sag_register", "<strong>Registro SAG</strong>"),
        ({"permit_kind": "other", "permit_kind_other": "Patente"}, "Patente", "<strong>Patente</strong>"),
        ({"permit_kind": "other"}, None, "Falta llenar este dato."),
        ({"permit_kind": "sanitaria de palabra"}, None, "Elija una de las opciones."),
    ],
)
async def test_permit_is_of_a_kind_that_the_gate_knows_or_says_which(
    database: Database, given: dict[str, str], kind: str | None, shown: str
) -> None:
    association = await make_association()
    acting = system(association.id, AT)
    producer = await members.register_producer(acting, trade_name="Miel", commune="Aysén")
    manager = await make_person(association, Role.MANAGER)
    async with serving(database.settings) as app:
        browser = client(app, follow_redirects=True)
        await sign_in(browser, manager)
        page = f"/desk/producers/{producer.id}"
        html = (await browser.get(page)).text
        assert '<option value="Coyhaique">' in html  # the site's commune is chosen, as the rule wants
        done = await browser.post(f"{page}/permits", data={**hidden(html), **given, "permit_number": "7"})
    assert shown in done.text
    assert [one.kind for one in (await members.dossier(acting, producer.id)).permits] == ([kind] if kind else [])


def test_the_agreement_says_that_what_was_handed_out_is_permanent() -> None:
    """In every language, under a version of its own: what was signed before keeps its text."""
    for lang, word in (("es", "permanente"), ("en", "permanent")):
        assert word in catalogue(lang).words["members.agreement.terms"]
    assert TERMS_VERSION == "2"
