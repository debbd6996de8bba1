"""The whole job by pages, without script, by those whose steps they are: from a new producer to a label that scans."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp

from seal.cli.example.measured import MEASURED, SEEN
from seal.cli.example.story import FACTS

from .conftest import Opener
from .hands import Hands
from .watching import Watched

pytestmark = pytest.mark.browser

NAME = "Colmenar del Paso"
LOT = "CP-1"
TESTS = (
    ("Humedad", "17,2", "g/100g", "el productor", ""),
    ("Hidroximetilfurfural (HMF)", "6,5", "mg/kg", "un laboratorio", "Laboratorio de ejemplo"),
    ("Actividad diastásica", "21", "Schade", "un laboratorio", "Laboratorio de ejemplo"),
    ("Residuos de antibióticos", "ausente", "", "un laboratorio", "Laboratorio de ejemplo"),
)
DPI = 300


def test_a_new_producer_ends_with_labels_that_scan(desk: Callable[..., Watched], open_reader: Opener) -> None:
    manager = Hands(desk("Marisol Ejemplo"), "Marisol Ejemplo")
    at = _register(manager)
    producer = Hands(desk("Nélida Prueba", link=_person(manager, at)), "Nélida Prueba")
    _sign(producer, at)
    audit_at = _plan(manager, at)
    auditor = Hands(desk("Aurelio Ejemplo"), "Aurelio Ejemplo")
    _visit(auditor, audit_at)
    _vote(Hands(desk("Clara Ejemplo"), "Clara Ejemplo"))
    _vote(Hands(desk("Teófilo Ejemplo"), "Teófilo Ejemplo"))
    _seal(producer)
    addresses = _labels(producer)
    assert len(addresses) == 24
    stranger = open_reader()
    for address in (addresses[0], addresses[-1]):
        stranger.page.goto(address)
        assert stranger.page.get_by_role("heading", level=1).inner_text() == "Sello vigente"
        assert NAME in stranger.page.locator("main").inner_text()


def _register(manager: Hands) -> str:
    """Enter the producer with a product, a site and a permit; the address of its page."""
    manager.open("/desk/producers")
    manager.follow("Inscribir")
    manager.send("Inscribir", {"Nombre con que vende": NAME, "Comuna": "Cochrane", "Contacto": "9 1234 5678"})
    assert manager.heading() == NAME
    manager.follow("Agregar un producto")
    honey = {
        "Nombre en español": "Miel de ulmo",
        "Nombre en inglés": "Ulmo honey",
        "Protocolo": "Miel artesanal",
        "Contenido neto": "500 g",
        "Contenido neto en gramos": "500",
    }
    manager.send("Agregar", honey)
    assert manager.problems() == []
    manager.unfold("Agregar un sitio")
    _send_to(manager, "/sites", {"Nombre del sitio": "Sala nueva", "Qué se hace ahí": "sala de extracción"})
    manager.unfold("Anotar un permiso")
    until = (date.today() + timedelta(days=900)).isoformat()  # noqa: DTZ011 - what a person types into a form
    permit = {"Cuál permiso": "Resolución sanitaria", "Número": "RS-9", "Último día de vigencia": until}
    _send_to(manager, "/permits", permit)
    for words in ("Miel de ulmo", "Sala nueva", "RS-9"):
        assert words in manager.text()
    return manager.page.url.removeprefix(manager.reader.origin)


def _send_to(hands: Hands, action: str, given: dict[str, str]) -> None:
    """Fill and send the form of that address (several forms of the page have the same button)."""
    form = hands.page.locator(f"form[action$='{action}']")
    for label, value in given.items():
        field = form.get_by_label(label, exact=True)
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)
    form.get_by_role("button").last.click()
    hands.look()
    assert hands.problems() == []


def _person(manager: Hands, at: str) -> str:
    """A new person who acts for the producer; their one-time link."""
    manager.open("/desk/people")
    manager.send("Agregar", {"Nombre": "Nélida Prueba"}, ticks=("productora o productor.",))
    manager.send("Hacer un enlace")
    link = manager.page.locator(".secret").inner_text()
    manager.open(at)
    manager.unfold("Agregar a una persona")
    manager.page.locator("form[action$='/representatives']").get_by_label("Persona").select_option(
        label="Nélida Prueba"
    )
    manager.page.locator("form[action$='/representatives']").get_by_role("button").click()
    assert "Nélida Prueba" in manager.text()
    return link


def _sign(producer: Hands, at: str) -> None:
    """The producer answers the questions about the work and signs the agreement."""
    producer.open("/desk/producers")
    producer.follow(NAME)
    producer.follow("Responder las preguntas")
    for fact, value in FACTS.items():
        producer.page.locator(f"input[name='fact.{fact}'][value='{'yes' if value else 'no'}']").check()
    producer.send("Guardar")
    producer.follow("Firmar el convenio")
    producer.send("Firmar el convenio", ticks=("Leí el convenio y lo acepto.",))
    assert producer.page.url.endswith(at)
    assert "Todavía no se firma" not in producer.text()


def _plan(manager: Hands, at: str) -> str:
    manager.open(at)
    manager.follow("Planificar auditoría")
    version = manager.page.get_by_label("Protocolo").locator("option", has_text="Miel artesanal").inner_text()
    ticks = ("Sala nueva", "Miel de ulmo", "Aurelio Ejemplo")
    manager.send("Planificar", {"Protocolo": version}, ticks=ticks)
    assert manager.problems() == []
    assert manager.heading() == NAME
    return manager.page.url.removeprefix(manager.reader.origin)


def _visit(auditor: Hands, at: str) -> None:
    """Declare, start, answer every point of every chapter, hand in, conclude."""
    auditor.open("/desk")
    assert NAME in auditor.text(), "the visit waits on the first page"
    auditor.open(at)
    auditor.send("Declarar", ticks=("No tengo ningún conflicto de interés",))
    auditor.send("Empezar la auditoría")
    chapters = auditor.page.locator("a[href*='/chapters/']").evaluate_all("all => all.map(one => one.pathname)")
    assert len(chapters) > 10
    points = sum(_answer(auditor, chapter, by_hand=not place) for place, chapter in enumerate(chapters))
    assert points > 50
    auditor.open(at)
    auditor.send("Entregar la auditoría")
    assert auditor.problems() == []
    auditor.send("Concluir")
    assert "Cumple las reglas del protocolo" in auditor.text()


_ALL = """given => { for (const point of document.querySelectorAll('section.sheet[id]')) {
  const value = point.querySelector('input[name^="value."]');
  if (value) value.value = given.measured[point.id];
  else point.querySelector('input[type=radio][value=compliant]').checked = true;
  point.querySelector('textarea').value = given.seen } }"""
"""What a patient hand does point by point, at once."""


def _answer(auditor: Hands, chapter: str, *, by_hand: bool) -> int:
    """Every point of one chapter conforms; how many there were."""
    auditor.open(chapter)
    points = auditor.page.locator("section.sheet[id]")
    count = points.count()
    if not by_hand:
        measured = {name: value.replace(".", ",") for name, value in MEASURED.items()}
        auditor.page.evaluate(_ALL, {"measured": measured, "seen": SEEN})
    for place in range(count if by_hand else 0):
        point = points.nth(place)
        value = point.get_by_label("Valor medido", exact=True)
        if value.count():
            value.fill(MEASURED[str(point.get_attribute("id"))].replace(".", ","))
        else:
            point.get_by_label("Cumple", exact=True).check()
        point.get_by_label("Qué se vio").fill(SEEN)
    auditor.send("Guardar el capítulo")
    assert auditor.problems() == [], chapter
    return count


def _vote(certifier: Hands) -> None:
    certifier.open("/desk/decisions")
    certifier.follow(NAME)
    certifier.send("Votar", {"Motivo": "Cumple el protocolo."}, ticks=("Otorgar",))
    assert certifier.problems() == []


def _seal(producer: Hands) -> None:
    """Declare a batch, see what is missing, record the tests, seal."""
    producer.open("/desk/batches")
    producer.follow("Declarar un lote")
    producer.follow("Lo que entró")
    producer.unfold("Más datos")
    producer.send("Anotar", {"Qué entró": "Miel", "Cuánto": "20,5", "Nombre de la partida": "COSECHA-1"})
    assert producer.problems() == []
    producer.open("/desk/batches")
    producer.follow("Declarar un lote")
    producer.send("Declarar", {"Nombre del lote": LOT, "Unidades": "40", "COSECHA-1 (kg)": "20"})
    assert producer.heading() == LOT
    assert "Todavía falta" in producer.text()
    at = producer.page.url.removeprefix(producer.reader.origin)
    for name, value, unit, by, laboratory in TESTS:
        producer.measure(at, name, value, unit, {"Quién lo hace": by, "Laboratorio": laboratory})
    producer.open(at)
    assert "Todo en regla" in producer.text()
    producer.send("Sellar el lote")
    assert producer.problems() == []
    assert "sellado" in producer.text()


def _labels(producer: Hands) -> list[str]:
    """Ask for a sheet of labels, print it, read every code on it; the addresses in them."""
    producer.follow("Etiquetas")
    producer.open("/desk/labels")
    producer.follow(LOT)
    producer.send("Pedir", {"Cuántas": "24"})
    assert producer.problems() == []
    sheet = producer.page.get_by_role("link", name=re.compile("^Imprimir 1")).get_attribute("href")
    answer = producer.reader.context.request.get(f"{producer.reader.origin}{sheet}")
    assert answer.status == 200, answer.text()
    document = pypdfium2.PdfDocument(BytesIO(answer.body()))
    assert len(document) == 1
    picture = document[0].render(scale=DPI / 72).to_pil()
    return sorted({found.text for found in zxingcpp.read_barcodes(picture)})
