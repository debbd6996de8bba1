"""The public page: one light answer for every state, in two languages, that says only what is known."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from seal.verification import view
from seal.verification.facts import Asked, Kind, Signature
from seal.verification.model import Code, Note
from seal.verification.panel import LOOKS
from tests.verification.answers import EVIDENCE, HOUSE, ID, NOW, answer, answers, evidence

LINKS = view.Links(
    {"es": "?lang=es", "en": "?lang=en"}, "/verificar", "/protocols/miel/1.0.0", "/c/x", "/c/x.pdf", "/registro",
    "mailto:sello@example.org", "/log/x",
)  # fmt: skip
STATES = sorted(LOOKS)
LIMIT = 12_000
FORBIDDEN = re.compile(r"\b(falso|fraude|pirata|inválido|error|fake|fraud|counterfeit|invalid)\b", re.IGNORECASE)


class Text(HTMLParser):
    """The words of a page, and its tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.quiet = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.quiet = tag == "style"

    def handle_endtag(self, tag):
        self.quiet = False

    def handle_data(self, data):
        if not self.quiet:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


def page(state: str, lang: str = "es", **more) -> view.Page:
    return view.render(view.page_view(replace(answers()[state], **more), lang, links=LINKS, house=HOUSE))


def test_the_examples_cover_every_state_and_every_verdict():
    assert sorted(evidence()) == STATES
    assert {one.verdict.code for one in answers().values()} == set(Code)
    assert {note for one in answers().values() for note in one.verdict.notes} == set(Note)


@pytest.mark.parametrize("lang", ["es", "en"])
@pytest.mark.parametrize("state", STATES)
def test_each_state_is_one_light_answer_without_script_or_outside_help(state, lang):
    seen = view.page_view(answers()[state], lang, links=LINKS, house=HOUSE)
    assert seen.panel.state == state
    made = view.render(seen)
    body = made.html.encode()
    assert len(gzip.compress(body, 6)) <= LIMIT
    parsed = Text(made.html)
    names = [tag for tag, _ in parsed.tags]
    assert "script" not in names
    assert "img" not in names
    assert names.count("h1") == 1
    assert not [attrs for _, attrs in parsed.tags if "style" in attrs]
    assert not [attrs for tag, attrs in parsed.tags if tag == "link" and attrs["href"] != "data:,"]
    assert "url(" not in made.html
    assert "http://" not in made.html
    title = re.search(r"<title>(.*?)</title>", made.html)
    assert title is not None
    assert title[1].startswith(seen.panel.title)
    assert "{" not in parsed.text
    assert "verification." not in parsed.text
    assert not FORBIDDEN.search(parsed.text)
    assert f'lang="{lang}"' in made.html
    assert re.search(r"\d{4}", seen.panel.when)


def test_the_hash_is_of_the_very_style_that_stands_in_the_page():
    made = page("valid")
    css = re.search(r"<style>(.*?)</style>", made.html, re.DOTALL)
    assert css is not None
    assert made.style_hashes == (view.csp_hash(css[1]),)
    assert made == page("valid")


def test_plain_green_and_rings_belong_to_the_right_states_alone():
    assert [state for state, look in LOOKS.items() if look.tone == ""] == ["valid"]
    for state in ("recalled", "withdrawn", "affected", "unknown", "forged", "cannot_check", "not_sealed", "on_hold"):
        assert not LOOKS[state].rings
        assert 'class="rg"' not in page(state).html
    assert 'class="rg"' in page("valid").html


def test_panels_of_one_colour_differ_by_icon_or_words():
    worn: dict[tuple[str, str], set[str]] = {}
    for one in answers().values():
        shown = view.page_view(one, "es")
        worn.setdefault((shown.panel.look.tone, shown.panel.look.icon), set()).add(shown.panel.title)
    assert all(len({LOOKS[state].icon for state in LOOKS if LOOKS[state].tone == tone}) >= 1 for tone, _ in worn)
    recalled, withdrawn = LOOKS["recalled"], LOOKS["withdrawn"]
    assert (recalled.tone, recalled.icon) != (withdrawn.tone, withdrawn.icon)


@pytest.mark.parametrize("state", ["unknown", "mistyped", "cannot_check", "forged", "newer", "not_sealed"])
def test_nothing_of_any_record_is_shown_for_what_is_not_vouched_for(state):
    told = Text(page(state, record=answer(EVIDENCE).record).html).text
    for words in ("Colmenas Cárcamo", "Río Ibáñez", "CC-26V-03", "Miel"):
        assert words not in told


def test_what_is_in_the_hand_can_be_compared():
    told = Text(page("valid").html).text
    for words in ("Miel de flores silvestres", "Colmenas Cárcamo", "500 g", "CC-26V-03", "87 de 212", "3 mar 2028",
                  "7A4J-7X91-002Q-Q",
                  "Comuna de Río Ibáñez", "17,4 g/100 g", "hasta 20", "Miel artesanal de Aysén, versión 1.0.0",
                  "No es un certificador externo", "Cuatro anillos", "Cinco preguntas por separado"):  # fmt: skip
        assert words in told, words
    english = Text(page("valid", "en").html).text
    for words in (
        "Wildflower honey",
        "87 of 212",
        "3 Mar 2028",
        "17.4 g/100 g",
        "Not an outside certifier",
        "Four rings",
    ):
        assert words in english, words


def test_all_five_answers_of_a_suspended_maker_and_the_reason():
    seen = view.page_view(answers()["suspended"], "es")
    assert len(seen.answers) == 5
    assert [one.tone for one in seen.answers] == ["y", "y", "y", "a", "q"]
    assert "Suspendido desde el 2 nov 2026" in seen.answers[3].says
    assert "exigencias del protocolo" in seen.answers[3].says
    assert "Este lote se selló antes, el 3 mar 2026" in seen.panel.says


def test_an_unusual_pattern_keeps_its_panel_and_still_tells_the_suspension():
    seen = view.page_view(answers()["unusual"], "es")
    assert seen.panel.also == ("Quien lo hizo está hoy suspendido.",)
    assert "Suspendido" in seen.answers[3].says


def test_a_batch_sealed_after_the_day_of_a_suspension_is_not_said_to_be_earlier():
    late = replace(EVIDENCE.certification, state="suspended", since=EVIDENCE.batch.sealed_on + timedelta(days=-3))
    seen = view.page_view(answer(replace(EVIDENCE, certification=evidence()["suspended"].certification)), "es")
    assert "antes" in seen.panel.says
    seen = view.page_view(
        answer(replace(EVIDENCE, certification=replace(evidence()["suspended"].certification, since=late.since))), "es"
    )
    assert "antes" not in seen.panel.says


def test_a_typed_code_is_never_said_to_be_signed():
    signed = evidence()["offline"]
    typed = replace(signed, asked=Asked(ID, Kind.UNIT, 87, signature=Signature.ABSENT))
    for lang, word in (("es", "firma del sello es correcta"), ("en", "seal’s signature is correct")):
        assert word in view.page_view(answer(signed), lang).panel.says
        says = view.page_view(answer(typed), lang).panel.says
        assert word not in says
        assert "QR" in says


def test_a_saved_copy_never_borrows_the_look_of_an_answer_of_now():
    for state in ("offline", "plaque_offline", "newer"):
        seen = view.page_view(answers()[state], "es")
        assert seen.panel.look.tone == "note"
        assert seen.panel.when.startswith("Copia del 15 nov 2026")
        assert not seen.answers or seen.answers[-1].icon == "cloud"
    recalled = replace(
        evidence()["recalled"], **{"source": evidence()["offline"].source, "as_of": NOW - timedelta(days=9)}
    )
    seen = view.page_view(answer(recalled), "es")
    assert seen.panel.look.tone == "stop"
    assert seen.panel.when.startswith("Copia del 12 nov 2026")
    assert any("más de 7 días" in sentence for sentence in seen.panel.also)


def test_health_is_denied_only_when_the_reason_is_known_and_another():
    withdrawn = answers()["withdrawn"]
    assert "No es un aviso de salud." in view.page_view(withdrawn, "es").panel.also
    unsafe = answer(replace(EVIDENCE, batch=replace(evidence()["withdrawn"].batch, reason_class="food_safety")))
    assert view.page_view(unsafe, "es").panel.also == ("Ante la duda, no lo consuma.",)
    assert view.page_view(answers()["affected"], "es").panel.also == ()


@pytest.mark.parametrize(
    ("advice", "title"),
    [
        ("", "No lo consuma"),
        ("do_not_use", "No lo use"),
        ("return", "Devuélvalo"),
        ("check_label", "Revise la etiqueta"),
    ],
)
def test_a_recall_leads_with_what_to_do(advice, title):
    one = answers()["recalled"]
    record = replace(one.record, batch=replace(one.record.batch, advice=advice))
    seen = view.page_view(replace(one, record=record), "es", links=LINKS)
    assert seen.panel.title.startswith(title)
    assert len(seen.todo) == 3
    assert "mailto:" in view.render(seen).html


def test_a_demonstration_says_so_above_everything_and_in_the_title():
    made = page("valid", association=replace(HOUSE, demonstration=True))
    assert "Demostración</title>" in made.html
    told = Text(made.html).text
    assert told.index("DEMOSTRACIÓN") < told.index("Sello vigente", told.index("Ir al contenido"))
    assert "DEMOSTRACIÓN" not in page("valid").html


def test_what_does_not_exist_is_not_linked():
    bare = view.render(view.page_view(answers()["valid"], "es")).html
    assert not [attrs for tag, attrs in Text(bare).tags if tag == "a" and not str(attrs.get("href")).startswith("#")]
    assert "<form" not in bare
    asked = view.render(view.page_view(answers()["mistyped"], "es")).html
    assert "<form" not in asked


def test_a_commune_without_a_map_has_none_and_a_maker_of_the_first_year_one_ring():
    one = answers()["valid"]
    record = replace(one.record, maker=replace(one.record.maker, commune="Elsewhere", years=1))
    made = view.render(view.page_view(replace(one, record=record), "es")).html
    assert 'class="map"' not in made
    assert "Un anillo" in made


def test_words_from_people_are_escaped():
    one = answers()["valid"]
    record = replace(one.record, maker=replace(one.record.maker, trade_name="<b onload=x>Ana & Hijos"))
    made = view.render(view.page_view(replace(one, record=record), "es")).html
    assert "<b onload" not in made
    assert "&lt;b onload=x&gt;Ana &amp; Hijos" in made


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_and_nothing_overflows(scheme: str, tmp_path: Path):
    from axe_playwright_python.async_playwright import Axe
    from playwright.async_api import async_playwright

    demo = replace(answers()["valid"], association=replace(HOUSE, demonstration=True))
    pages = {f"{state}.{lang}": page(state, lang).html for state in STATES for lang in ("es", "en")}
    # Every state in each scheme, the languages taking turns: structure is the same in both.
    turn = ("es", "en") if scheme == "light" else ("en", "es")
    judged = {f"{state}.{turn[place % 2]}" for place, state in enumerate(STATES)} | {"demo.es"}
    pages["demo.es"] = view.render(view.page_view(demo, "es", links=LINKS)).html
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        context = await browser.new_context(viewport={"width": 320, "height": 700}, color_scheme=scheme)
        tab = await context.new_page()
        faults = []
        for name, html in pages.items():
            (tmp_path / f"{name}.html").write_text(html, "utf-8")
            await tab.goto((tmp_path / f"{name}.html").as_uri())
            if await tab.evaluate("document.documentElement.scrollWidth > innerWidth"):
                faults.append((name, "wider than 320 px"))
            if name not in judged:
                continue
            found = await Axe().run(tab)
            faults += [(name, fault["id"]) for fault in found.response["violations"]]
        await browser.close()
    assert faults == []
