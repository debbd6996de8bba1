"""The page that checks without a network: kept on the device at the first visit, honest about its date."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Route

from seal.ids import Code

from .conftest import Opener
from .served import Served

PAGE = "/verificar/sin-red"
EXPECTED = {"VE-1": "authentic", "AB-1": "recalled", "LC-1": "revoked"}


def ask(page: object, text: str) -> str:
    page.fill("#code", text)  # type: ignore[attr-defined]
    page.click("#form button")  # type: ignore[attr-defined]
    page.wait_for_timeout(300)  # type: ignore[attr-defined]
    return page.locator("#panel").get_attribute("data-code") or ""  # type: ignore[attr-defined]


def test_it_works_with_the_network_off_after_the_first_visit(served: Served, open_reader: Opener) -> None:
    reader = open_reader(script=True)
    reader.page.goto(served.at("/"))
    reader.page.get_by_role("link", name="Comprobar sin red").click()
    reader.page.wait_for_selector("#state[data-ready=yes]")
    assert "primera vez" in reader.page.locator("#trust").inner_text()
    reader.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    assert reader.axe() == []
    reader.context.set_offline(True)
    reader.page.reload()
    reader.page.wait_for_selector("#state[data-ready=yes]")
    for lot, code in EXPECTED.items():
        assert ask(reader.page, Code(served.labels[lot].public_id, 1).printed.lower()) == code
        assert "status_as_of" in (reader.page.locator("#panel").get_attribute("data-notes") or "")
        assert "Copia del" in reader.page.locator("#panel .t").inner_text()
    assert reader.outside() == []
    assert reader.wider() == []


def test_a_typed_code_is_not_said_to_be_signed_and_another_host_is_named(served: Served, open_reader: Opener) -> None:
    reader = open_reader(script=True)
    reader.page.goto(served.at(PAGE))
    reader.page.wait_for_selector("#state[data-ready=yes]")
    code = Code(served.labels["VE-1"].public_id, 1).plain
    panel = reader.page.locator("#panel")
    signed = httpx.get(served.at(f"/c/{code}"), headers={"Accept": "application/vc+jwt"}).text
    assert ask(reader.page, code) == "authentic"
    assert "firma del sello es correcta" not in panel.inner_text()
    assert "evil.example" not in panel.inner_text()
    assert ask(reader.page, f"http://evil.example/{code}") == "authentic"
    assert "evil.example" in panel.inner_text()
    assert ask(reader.page, signed) == "authentic"
    assert "firma del sello es correcta" in panel.inner_text()
    assert "La dirección es de" not in panel.inner_text()
    before = panel.inner_text()
    assert ask(reader.page, "  ") == "authentic"  # nothing was asked, so nothing is said
    assert panel.inner_text() == before
    reader.page.locator("nav.lang a").click()
    reader.page.wait_for_selector("#state[data-ready=yes]")
    assert reader.page.locator("html").get_attribute("lang") == "en"
    assert ask(reader.page, code) == "authentic"
    assert "carries no signature of its own" in panel.inner_text()


@pytest.mark.parametrize("body", ["eyJ.a.b", ""])
def test_a_list_that_does_not_hold_is_refused_and_the_kept_one_serves(
    served: Served, open_reader: Opener, body: str
) -> None:
    reader = open_reader(script=True, service_workers="block")
    reader.page.goto(served.at(PAGE))
    reader.page.wait_for_selector("#state[data-ready=yes]")

    def wrong(route: Route) -> None:
        route.fulfill(status=200, body=body, content_type="application/seal-bundle+jwt")

    reader.page.route("**/bundle", wrong)
    reader.page.reload()
    reader.page.wait_for_selector("#state[data-ready=yes]")
    assert "jws." in reader.page.locator("#refused").inner_text()
    assert ask(reader.page, Code(served.labels["VE-1"].public_id, 1).plain) == "authentic"


def test_an_older_edition_is_refused(served: Served, open_reader: Opener) -> None:
    reader = open_reader(script=True, service_workers="block")
    reader.page.goto(served.at(PAGE))
    reader.page.wait_for_selector("#state[data-ready=yes]")
    reader.page.evaluate(
        "const [name] = Object.keys(localStorage); const kept = JSON.parse(localStorage[name]);"
        "kept.last.epoch += 1000; localStorage[name] = JSON.stringify(kept);"
    )
    reader.page.reload()
    reader.page.wait_for_selector("#state[data-ready=yes]")
    assert "bundle.older" in reader.page.locator("#refused").inner_text()
