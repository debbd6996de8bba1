"""A stranger with a phone and no script reads labels of every state, corrects a slip, and prints."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Literal

import httpx
import pypdfium2
import pytest

from seal.ids import ALPHABET, Code
from seal.web.i18n import catalogue

from .conftest import DESKTOP, Opener
from .served import Served
from .watching import Watched

pytestmark = pytest.mark.browser

FLIGHT = 14_336
"""What a server may send before the first acknowledgement: ten packets."""
STATES = {
    "valid": ("VE-1", 1, "Sello vigente", "valid.title"),
    "suspended": ("CV-1", 1, "Productor suspendido. Este lote conserva su sello", "suspended.title"),
    "withdrawn": ("LC-1", 1, "Sello retirado de este lote", "withdrawn.title"),
    "recalled": ("AB-1", 1, "No lo consuma. Lote retirado", "recalled.title.do_not_eat"),
    "ended": ("PV-1", 1, "Sellado en regla. El certificado ya terminó", "ended.title"),
    "void": ("VE-1", 90, "Etiqueta dada de baja", "label_void.title"),
    "lost": ("VE-1", 95, "Etiqueta dada de baja", "label_lost.title"),
    "never made": ("VE-1", 200, "Etiqueta sin emitir", "label_out_of_range.title"),
}
"""Lot and unit, the headline in Spanish, and whose words it has in English."""
BOTH: tuple[tuple[str, Literal["light", "dark"]], ...] = (("es", "light"), ("en", "dark"))
each_state = pytest.mark.parametrize("state", STATES)


def address_of(served: Served, state: str) -> str:
    lot, unit, *_ = STATES[state]
    return served.label(lot, unit)


def assert_quiet(reader: Watched) -> None:
    assert reader.outside() == []
    assert reader.complaints == []
    assert reader.context.cookies() == []
    assert reader.keys() == []


@each_state
def test_a_label_of_each_state_on_a_phone_without_script(served: Served, open_reader: Opener, state: str) -> None:
    _, _, spanish, key = STATES[state]
    english = catalogue("en").words[f"verification.{key}"]
    reader = open_reader()
    answer = reader.page.goto(address_of(served, state))
    assert answer is not None
    assert answer.status == 200
    heading = reader.page.get_by_role("heading", level=1)
    assert heading.inner_text() == spanish
    assert reader.page.locator("html").get_attribute("lang") == "es"
    assert reader.wider() == []
    reader.page.get_by_role("link", name="English").click()
    assert reader.page.locator("html").get_attribute("lang") == "en"
    assert heading.inner_text() == english != spanish
    assert reader.wider() == []
    reader.page.get_by_role("link", name="Español").click()
    assert heading.inner_text() == spanish
    assert_quiet(reader)


@each_state
def test_a_page_arrives_in_the_first_flight(served: Served, state: str) -> None:
    for language in ("es", "en"):
        headers = {"Accept": "text/html", "Accept-Encoding": "gzip", "Accept-Language": language}
        with httpx.stream("GET", address_of(served, state), headers=headers) as answer:
            sent = b"".join(answer.iter_raw())
        assert answer.headers["content-encoding"] == "gzip"
        assert len(sent) <= FLIGHT
        assert "set-cookie" not in answer.headers
        assert b"<script" not in zlib.decompress(sent, 31)


@each_state
def test_a_page_has_no_barrier(served: Served, open_reader: Opener, state: str) -> None:
    """Each language and each scheme, narrow and wide."""
    reader = open_reader(script=True, viewport=DESKTOP if state == "valid" else None)
    for language, scheme in BOTH:
        reader.page.emulate_media(color_scheme=scheme)
        reader.page.goto(f"{address_of(served, state)}?lang={language}")
        assert reader.axe() == [], (state, language, scheme)


def test_typing_a_code_with_a_slip_and_correcting_it(served: Served, open_reader: Opener) -> None:
    code = Code(served.labels["VE-1"].public_id, 7)
    wrong = code.plain[:3] + ALPHABET[(ALPHABET.index(code.plain[3]) + 1) % 32] + code.plain[4:]
    reader = open_reader()
    reader.page.goto(served.at("/"))
    assert reader.wider() == []
    reader.page.get_by_role("textbox").fill(wrong.lower())
    reader.page.get_by_role("button").first.click()
    assert reader.page.get_by_role("heading", level=1).inner_text() == "No encontramos ese código"
    assert "Casi siempre una quedó cambiada al escribirlo" in reader.page.locator("main").inner_text()
    again = reader.page.get_by_role("textbox")
    assert again.input_value().replace("-", "").upper() == wrong
    again.fill(f" {code.printed.lower()} ")
    reader.page.get_by_role("button").first.click()
    assert reader.page.get_by_role("heading", level=1).inner_text() == "Sello vigente"
    assert reader.page.url == served.at(f"/{code.plain}")
    assert_quiet(reader)


def test_pages_for_codes_that_are_nothing(served: Served, open_reader: Opener) -> None:
    """Mistyped and unknown codes, and no such page: no barrier, no key, no request elsewhere."""
    reader = open_reader(script=True)
    for path in (f"/{Code(1).plain}", f"/{Code(1).plain[:-1]}U", "/desk/nothing", "/"):
        for language, scheme in BOTH:
            reader.page.emulate_media(color_scheme=scheme)
            reader.page.goto(served.at(f"{path}?lang={language}"))
            assert reader.axe() == [], (path, language, scheme)
            assert reader.wider() == []
            assert_quiet(reader)


def test_a_page_prints_on_one_or_two_sheets_with_all_that_matters(served: Served, open_reader: Opener) -> None:
    reader = open_reader()
    reader.page.goto(address_of(served, "recalled"))
    document = pypdfium2.PdfDocument(BytesIO(reader.page.pdf(format="A4")))
    text = " ".join("".join(page.get_textpage().get_text_range() for page in document).split())
    assert len(document) <= 2
    code = Code(served.labels["AB-1"].public_id, 1)
    for wanted in ("No lo consuma. Lote retirado", "La Abeja del Baker", code.printed, "Comprobado el"):
        assert wanted in text, text[:2000]


def test_it_says_that_nothing_is_real(served: Served, open_reader: Opener) -> None:
    reader = open_reader()
    for path in (address_of(served, "valid"), served.at("/"), served.at("/entrar")):
        reader.page.goto(path)
        assert "demostración" in reader.page.locator("body").inner_text().lower()


def test_the_rules_behind_the_seal_are_one_step_away(served: Served, open_reader: Opener) -> None:
    reader = open_reader()
    reader.page.goto(address_of(served, "valid"))
    reader.page.get_by_role("link", name="Protocolo Miel artesanal").click()
    assert reader.page.get_by_role("heading", level=1).inner_text() == "Miel artesanal"
    assert reader.wider() == []
    assert_quiet(reader)


@pytest.mark.parametrize(("lang", "scheme"), BOTH)
def test_the_register_on_a_phone_and_a_desk(
    served: Served, open_reader: Opener, lang: str, scheme: Literal["light", "dark"]
) -> None:
    words = catalogue(lang).words
    for reader in (open_reader(color_scheme=scheme), open_reader(viewport=DESKTOP, color_scheme=scheme)):
        answer = reader.page.goto(f"{served.origin}/registro?lang={lang}")
        assert answer is not None
        assert answer.status == 200
        assert reader.page.get_by_role("heading", level=1).inner_text() == words["public.register.heading"]
        assert reader.page.get_by_text(words["public.register.state.suspended"], exact=True).count() == 1
        assert reader.wider() == []
        reader.page.get_by_label(words["public.register.search"]).fill("abeja del baker")
        reader.page.get_by_role("button", name=words["public.register.find"]).click()
        assert reader.page.locator(".rw li").count() == 1
        assert_quiet(reader)
