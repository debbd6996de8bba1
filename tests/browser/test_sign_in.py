"""One-time links and sessions, as people meet them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import Opener, sign_in
from .hands import Hands
from .served import Served
from .watching import Watched

pytestmark = pytest.mark.browser
PRIVATE = ("/desk", "/desk/producers", "/desk/audits/new", "/desk/people", "/desk/sessions")


def test_a_link_lets_in_once_and_leaving_closes(
    served: Served, desk: Callable[..., Watched], open_reader: Opener
) -> None:
    manager = Hands(desk("Marisol Ejemplo"), "Marisol Ejemplo")
    manager.open("/desk/people")
    manager.send("Agregar", {"Nombre": "Otilia Prueba"}, ticks=("productora o productor.",))
    manager.send("Hacer un enlace")
    link = manager.page.locator(".secret").inner_text()

    curious = open_reader()
    curious.page.goto(link)
    assert "Otilia Prueba" in curious.page.locator("main").inner_text(), "a look does not use it up"
    assert curious.context.cookies() == []
    person = open_reader()
    sign_in(person.page, link)
    (cookie,) = person.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")

    curious.page.get_by_role("button", name="Entrar").click()
    assert curious.page.get_by_role("button", name="Entrar").count() == 0
    assert "ya se usó" in curious.page.locator("main").inner_text()
    assert curious.keys() == []
    assert curious.context.cookies() == []

    person.page.get_by_role("button", name="Salir").click()
    person.page.goto(served.at("/desk"))
    assert person.page.url == served.at("/entrar")


@pytest.mark.parametrize("path", PRIVATE)
def test_signed_out_readers_are_told_how_to_enter(served: Served, open_reader: Opener, path: str) -> None:
    reader = open_reader()
    reader.page.goto(served.at(path))
    assert reader.page.url == served.at("/entrar")
    assert "use el enlace que le da la asociación" in reader.page.locator("main").inner_text()
    assert reader.keys() == []
    assert reader.wider() == []
    assert reader.context.cookies() == []
