"""A draft is checked while it is typed: a fault appears, and goes when it is mended; nothing was saved."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .hands import Hands
from .watching import Watched

pytestmark = pytest.mark.browser
Desk = Callable[..., Watched]


def test_a_fault_shows_while_typing_and_leads_to_its_line(desk: Desk) -> None:
    hands = Hands(desk("Marisol Ejemplo", script=True), "Marisol Ejemplo")
    hands.open("/desk/protocols/drafts")
    hands.send("Empezar", {"Nombre corto": "cesteria", "Título": "Cestería"})
    page = hands.page
    area = page.locator('textarea[name="file.protocol.yaml"]')
    good = area.input_value()
    area.fill(good.replace("level: critical", "level: crtical"))
    fault = page.locator("#check li", has_text="CEST-A01")
    fault.wait_for()
    assert "critical" in fault.inner_text()
    fault.click()
    start, text = area.evaluate("area => [area.selectionStart, area.value]")
    assert "crtical" in text[start : text.index("\n", start)]
    area.fill(good)
    page.locator("#check .problems").wait_for(state="detached")
    page.reload()
    assert page.locator('textarea[name="file.protocol.yaml"]').input_value() == good
