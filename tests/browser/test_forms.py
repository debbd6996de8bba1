"""Forms with wrong input: the page comes back with what was typed, and says the fault in words beside the field."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from .hands import Hands
from .watching import Watched

pytestmark = pytest.mark.browser
Desk = Callable[..., Watched]


def manager_at(desk: Desk, path: str) -> Hands:
    hands = Hands(desk("Marisol Ejemplo"), "Marisol Ejemplo")
    hands.open(path)
    return hands


def value(hands: Hands, label: str) -> str:
    return hands.page.get_by_label(label, exact=True).locator("visible=true").first.input_value()


def test_empty_form_says_every_fault_at_once(desk: Desk) -> None:
    hands = manager_at(desk, "/desk/producers/new")
    hands.careless()
    hands.send("Inscribir", {"Contacto": "vive cerca del puente"})
    assert hands.page.get_by_role("alert").is_visible()
    for label in ("Nombre con que vende", "Comuna"):
        assert hands.fault_of(label).endswith(".")
    assert value(hands, "Contacto") == "vive cerca del puente"


def test_batch_with_wrong_units_keeps_the_rest(desk: Desk) -> None:
    hands = manager_at(desk, "/desk/batches/new")
    hands.follow("Apiario Valle Escondido")
    typed = {
        "Producto": "Miel cremada · 350 g",
        "Lugar de elaboración": "Sala de extracción",
        "Nombre del lote": "VE-77",
        "Unidades": "muchas",
        "Elaborado el": "2026-02-03",
    }
    hands.send("Declarar", typed)
    assert "número" in hands.fault_of("Unidades")
    assert [value(hands, label) for label in ("Nombre del lote", "Unidades", "Elaborado el")] == [
        "VE-77", "muchas", "2026-02-03",
    ]  # fmt: skip
    chosen = hands.page.get_by_label("Producto", exact=True).locator("option:checked").inner_text()
    assert chosen == typed["Producto"]


def test_folded_form_comes_back_open(desk: Desk) -> None:
    """A site without a name, in a part of the page that is folded at first."""
    hands = manager_at(desk, "/desk/producers")
    hands.follow("Apiario Valle Escondido")
    hands.careless()
    hands.unfold("Agregar un sitio")
    form = hands.page.locator("form[action$='/sites']")
    form.get_by_label("Qué se hace ahí").select_option(label="bodega")
    form.get_by_role("button").click()
    hands.look()
    assert hands.fault_of("Nombre del sitio")
    assert form.get_by_label("Qué se hace ahí").locator("option:checked").inner_text() == "bodega"


def test_test_value_in_words_is_asked_for_again(desk: Desk) -> None:
    hands = manager_at(desk, "/desk/batches/new")
    hands.follow("Apiario Valle Escondido")
    lot = {"Producto": "Miel cremada · 350 g", "Nombre del lote": "VE-78", "Unidades": "10"}
    hands.send("Declarar", lot)
    assert hands.heading() == "VE-78", hands.problems()
    hands.page.get_by_role("link", name=re.compile(r"^Registrar un resultado ?: Humedad$")).click()
    hands.look()
    given = {"Valor": "bastante seca", "Unidad": "g/100g", "Quién lo hace": "el productor"}
    hands.send("Registrar", given)
    assert hands.problems() != []
    assert hands.page.locator(".problems li, .fault").first.is_visible()
    assert value(hands, "Valor") == "bastante seca"


def test_more_labels_than_there_are_is_refused_in_words(desk: Desk) -> None:
    hands = manager_at(desk, "/desk/labels")
    hands.follow("VE-2")
    hands.send("Pedir", {"Cuántas": "5000"})
    (said,) = hands.problems()
    assert "5000" in said
    assert "98" in said, "how many are left"
    assert value(hands, "Cuántas") == "5000"


def test_person_without_a_role_or_a_real_address(desk: Desk) -> None:
    hands = manager_at(desk, "/desk/people")
    hands.careless()
    hands.send("Agregar", {"Nombre": "Nadie Prueba", "Correo": "no es un correo"})
    assert hands.problems() != []
    assert value(hands, "Nombre") == "Nadie Prueba"
    assert value(hands, "Correo") == "no es un correo"


def test_auditor_who_finds_fault_must_say_what(desk: Desk) -> None:
    """A nonconformity without a word is not kept; what was answered stays on the page."""
    manager = manager_at(desk, "/desk/producers")
    manager.follow("La Abeja del Baker")
    manager.follow("Planificar auditoría")
    version = manager.page.get_by_label("Protocolo").locator("option", has_text="Miel artesanal").inner_text()
    ticks = ("Sala de extracción", "Miel de tiaca", "Tránsito Ejemplo")
    manager.send("Planificar", {"Protocolo": version, "Tipo": "seguimiento"}, ticks=ticks)
    assert manager.problems() == []
    auditor = Hands(desk("Tránsito Ejemplo"), "Tránsito Ejemplo")
    auditor.open(manager.page.url.removeprefix(manager.reader.origin))
    auditor.send("Declarar", ticks=("No tengo ningún conflicto de interés",))
    auditor.send("Empezar la auditoría")
    auditor.page.locator("a[href*='/chapters/']").first.click()
    whole = auditor.page.url.removeprefix(auditor.reader.origin).partition("?")[0]
    auditor.open(whole)  # the chapter with its desk part and its visit part
    first = auditor.page.locator("section.sheet[id]").first
    first.get_by_label("No cumple", exact=True).check()
    auditor.send("Guardar el capítulo")
    (said,) = auditor.page.locator("#MIEL-A01 .fault").all_inner_texts()
    assert said == "Punto MIEL-A01: escriba la justificación de esta respuesta."
    assert first.get_by_label("No cumple", exact=True).is_checked()
    measured = auditor.page.locator("section.sheet[id='MIEL-A02']")
    measured.get_by_label("Valor medido", exact=True).fill("como cuatro")
    auditor.send("Guardar el capítulo")
    assert measured.get_by_label("Valor medido", exact=True).input_value() == "como cuatro"
    assert "como cuatro" in auditor.page.locator("#MIEL-A02 .fault").inner_text()
    auditor.open(auditor.page.url.removeprefix(auditor.reader.origin).split("/chapters/")[0])
    auditor.send("Entregar la auditoría")
    assert len(auditor.problems()) > 10, "every point that is not answered is named"
