"""The page of an archive in a real browser: from disk with the network off, and hosted where old addresses point."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from seal.ids import Code
from seal.keys import ed25519
from seal.public import hosting
from seal.public.page import of_archive
from seal.web.i18n import catalogue
from tests.public.made import FOLDER, HOME, REVOKED, finished, members
from tests.verification import world

HONEST = finished(members())
UNIT = HOME.token().path
FORGED_KEY = world.private_key("thief")
FIELDS = {"hint": ed25519.hint(HOME.fingerprint)}
CASES = {
    "good": (UNIT, "authentic", "offline.title"),
    "good address": (f"HTTPS://SELLO.EXAMPLE/{UNIT}", "authentic", "offline.title"),
    "good code": (Code(world.BATCH, 7).printed.lower(), "authentic", "offline.title"),
    "credential": (HONEST[f"credentials/{Code(world.BATCH).plain}.jwt"].decode(), "authentic", "offline.title"),
    "revoked": (Code(REVOKED).printed, "revoked", "withdrawn.title"),
    "forged": (HOME.token(key=FORGED_KEY, **FIELDS).path, "forged", "forged.title"),
    "voided": (HOME.token(number=11).path, "unit_void", "label_void.title"),
    "mistyped": ("0000-0000-1", "mistyped", "mistyped.title"),
}


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="es-CL", offline=True)
    context.set_default_timeout(10_000)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield opened
    context.close()
    assert complaints == []


def saved(folder: Path, found: dict[str, bytes]) -> str:
    path = folder / "index.html"
    path.write_bytes(found["index.html"])
    return path.as_uri()


def ask(page: Page, text: str) -> str:
    page.fill("#code", text)
    page.click("#send")
    panel = page.locator("#panel[data-code]")
    panel.wait_for()
    page.wait_for_timeout(50)
    return panel.get_attribute("data-code") or ""


def test_from_disk_with_the_network_off(page: Page, tmp_path: Path) -> None:
    page.goto(saved(tmp_path, HONEST))
    page.wait_for_selector("#checks[data-faults='0']")
    assert page.locator("#fingerprint").inner_text().replace(" ", "") == HOME.fingerprint
    assert page.locator("#name").inner_text() == "Sabores de prueba"
    assert page.locator("#list li").count() == 3
    words = catalogue("es").words
    for name, (text, code, key) in CASES.items():
        assert ask(page, text) == code, name
        title = words[f"verification.{key}"].partition("{")[0].strip()
        assert page.locator("#panel h1").inner_text().startswith(title), name
        if code in ("authentic", "revoked"):
            assert "status_as_of" in (page.locator("#panel").get_attribute("data-notes") or "")
            assert "1 jun 2026" in page.locator("#panel .t").inner_text()
    signed = words["verification.offline.says"].partition("{")[0]
    for text, is_signed, is_elsewhere in (
        (UNIT, True, False),
        (Code(world.BATCH, 7).printed, False, False),
        (f"http://evil.example/{Code(world.BATCH, 7).plain}", False, True),
    ):
        ask(page, text)
        said = page.locator("#panel").inner_text()
        assert (signed in said, "evil.example" in said) == (is_signed, is_elsewhere), text
    page.click("#en")
    page.wait_for_selector("html[lang=en]")
    ask(page, UNIT)
    assert page.locator("#panel h1").inner_text().startswith("Authentic code. Status as of 1 Jun 2026")


def test_a_demonstration_says_so_in_both_languages_and_nobody_else_does(page: Page, tmp_path: Path) -> None:
    page.goto(saved(tmp_path, HONEST))
    page.wait_for_selector("#checks[data-faults='0']")
    assert not page.locator("#demo").is_visible()
    demo = {"index.html": of_archive(members(), "#7a4b12", demonstration=True)}
    page.goto(saved(tmp_path, demo))
    page.wait_for_selector("#demo:visible")
    assert page.locator("#demo").inner_text() == catalogue("es").words["verification.demonstration.line"]
    page.click("#en")
    page.wait_for_selector("html[lang=en]")
    assert page.locator("#demo").inner_text() == catalogue("en").words["verification.demonstration.line"]


def test_without_the_browsers_own_ed25519(page: Page, tmp_path: Path) -> None:
    page.add_init_script("SubtleCrypto.prototype.importKey = () => Promise.reject(new Error('not known'));")
    page.goto(saved(tmp_path, HONEST))
    page.wait_for_selector("#checks[data-faults='0']")
    assert [ask(page, CASES[name][0]) for name in ("good", "forged")] == ["authentic", "forged"]


@pytest.mark.parametrize(
    "member",
    [
        "log/tile/entries/000.p/5", f"credentials/{Code(world.BATCH).plain}.jwt", "status/revocation/0.jwt",
        "status/suspension/0.jwt", f"{FOLDER}/document.json", f"{FOLDER}/package.json",
    ],
)  # fmt: skip
def test_an_altered_archive_judges_nothing(page: Page, tmp_path: Path, member: str) -> None:
    found = members()
    changed = bytearray(found[member])
    changed[len(changed) // 2] ^= 1
    page.goto(saved(tmp_path, finished(found | {member: bytes(changed)})))
    page.wait_for_selector("#checks[data-faults]")
    assert page.locator("#checks").get_attribute("data-faults") != "0"
    assert ask(page, UNIT) == "cannot_check"


def test_a_bundle_that_hides_a_revocation_of_its_own_lists_judges_nothing(page: Page, tmp_path: Path) -> None:
    page.goto(saved(tmp_path, finished(members(hide=True))))
    page.wait_for_selector("#checks[data-faults='1']")
    said = catalogue("es").words["public.hidden"]
    assert f"status/revocation/0.jwt: {said}" in page.locator("#checks").inner_text()
    assert ask(page, Code(REVOKED).printed) == "cannot_check"


def test_a_host_keeps_old_addresses_answering(chromium: Browser) -> None:
    context = chromium.new_context(locale="es-CL")
    with hosting.server(HONEST, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            page = context.new_page()
            base = f"http://127.0.0.1:{server.server_address[1]}"
            for path, code in ((UNIT, "authentic"), (Code(REVOKED).plain, "revoked"), (UNIT[:-1] + "x", "mistyped")):
                page.goto(f"{base}/{path}")
                assert page.locator("#panel[data-code]").get_attribute("data-code") == code
            answer = page.request.get(f"{base}/bundle.jwt")
            assert answer.body() == HONEST["bundle.jwt"]
        finally:
            server.shutdown()
            context.close()
