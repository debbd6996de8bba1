"""A producer at a phone of 360 px, without script: from the harvest to the count of labels, by clicking alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp

from .conftest import PHONE
from .hands import Hands
from .watching import Watched

pytestmark = pytest.mark.browser

LOT = "VE-9"
DPI = 200
NARROW = {"width": 360, "height": PHONE["height"]}
LABORATORY = {"Quién lo hace": "un laboratorio", "Laboratorio": "Laboratorio de ejemplo"}
TESTS = (
    ("Humedad", "17,8", "g/100g"),
    ("Hidroximetilfurfural (HMF)", "6,5", "mg/kg"),
    ("Actividad diastásica", "21", "Schade"),
    ("Residuos de antibióticos", "ausente", ""),
)


def test_a_producer_records_a_harvest_is_refused_seals_prints_and_voids(desk: Callable[..., Watched]) -> None:
    rosalba = Hands(desk("Rosalba Ejemplo", viewport=NARROW), "Rosalba Ejemplo")
    _harvest(rosalba)
    at = _declare(rosalba)
    rosalba.measure(at, "Humedad", "20,04", "g/100g", {"Quién lo hace": "el productor"})
    rosalba.open(at)
    assert re.search(r"20[.,]04 g/100g", rosalba.text()), "the reason says the value as it was typed"
    assert rosalba.page.get_by_role("button", name="Sellar el lote").count() == 0
    for name, value, unit in TESTS:
        rosalba.measure(at, name, value, unit, LABORATORY)
    rosalba.open(at)
    assert "Todo en regla" in rosalba.text()
    assert "Declaró 24 × 350 g = 8,4 kg: calza." in rosalba.text()
    rosalba.send("Sellar el lote")
    assert rosalba.problems() == []
    assert "sellado" in rosalba.text()
    _labels(rosalba)


def _harvest(producer: Hands) -> None:
    producer.open("/desk/book")
    producer.follow("Lo que entró")
    producer.unfold("Más datos")
    producer.send("Anotar", {"Qué entró": "Miel", "Cuánto": "9", "Nombre de la partida": "Cosecha de hoy"})
    assert producer.problems() == []
    assert producer.heading() == "Cosecha de hoy"
    assert producer.page.evaluate("() => document.documentElement.scrollWidth") <= NARROW["width"]


def _declare(producer: Hands) -> str:
    producer.open("/desk/book")
    producer.follow("Lo que salió")
    producer.follow("Hice un lote para vender")
    given = {"Producto": "Miel cremada · 350 g", "Nombre del lote": LOT, "Unidades": "24", "Cosecha de hoy (kg)": "8,4"}
    producer.send("Declarar", given)
    assert producer.problems() == []
    assert producer.heading() == LOT
    assert "Todavía falta" in producer.text()
    return producer.page.url.removeprefix(producer.reader.origin)


def _labels(producer: Hands) -> None:
    """Twenty labels from the seventh place of a sheet; three of them damaged; what is left is told."""
    producer.follow("Etiquetas")
    producer.open("/desk/labels")
    producer.follow(LOT)
    producer.send("Pedir", {"Cuántas": "10"})
    assert producer.problems() == []
    producer.follow("Imprimir otros números, u otro papel")
    producer.follow("Empezar en la posición 7")
    producer.send("Imprimir 10 etiquetas")
    assert producer.problems() == []
    ready = producer.page.get_by_role("link", name="Abrir el archivo para imprimir")
    ready.wait_for(timeout=120_000)
    address = f"{producer.reader.origin}{ready.get_attribute('href')}"
    answer = producer.reader.context.request.get(address)
    assert answer.status == 200, answer.text()
    picture = pypdfium2.PdfDocument(BytesIO(answer.body()))[0].render(scale=DPI / 72).to_pil().convert("L")
    assert len({found.text for found in zxingcpp.read_barcodes(picture)}) == 10
    top = picture.point(lambda shade: 255 if shade < 128 else 0).getbbox()[1]
    assert top > picture.height / 6, "the first six places stay empty"
    producer.open("/desk/labels")
    producer.follow(LOT)
    producer.unfold("Dar de baja")
    producer.send("Dar de baja", {"Desde el número": "2", "Hasta el número": "4", "Por qué": "Se dañó"})
    assert producer.problems() == []
    text = producer.text()
    assert "Del 2 al 4" in text
    assert re.search(r"Puede pedir\s+17\b", text), "24 less 10, and the three that were voided"
