"""What people do on the desk's pages, without script: open, follow, fill, press. Every page passed is looked over."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from .watching import Watched


@dataclass
class Hands:
    """One signed-in person at their browser."""

    reader: Watched
    name: str

    @property
    def page(self) -> Page:
        return self.reader.page

    def open(self, path: str) -> None:
        self.page.goto(f"{self.reader.origin}{path}")
        self.look()

    def look(self) -> None:
        """Words instead of keys, nothing from elsewhere, nothing that the browser complains of."""
        assert self.reader.keys() == [], self.page.url
        assert self.reader.outside() == []
        assert self.reader.complaints == []

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()
        self.look()

    def unfold(self, name: str) -> None:
        """Open a folded part of the page."""
        self.page.locator("details", has=self.page.locator("summary", has_text=re.compile(rf"^{name}$"))).locator(
            "summary"
        ).first.click()

    def form(self, button: str) -> Locator:
        """The form with that button."""
        return self.page.locator("form", has=self.page.get_by_role("button", name=button, exact=True)).first

    def send(self, button: str, given: dict[str, str] | None = None, *, ticks: tuple[str, ...] = ()) -> None:
        """Fill fields by their labels (a select by its words), tick boxes, and press the form's button."""
        form = self.form(button)
        for label, value in (given or {}).items():
            field = form.get_by_label(label, exact=True)
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(label=value)
            else:
                field.fill(value)
        for words in ticks:
            form.get_by_label(words).check()
        form.get_by_role("button", name=button, exact=True).click()
        self.look()

    def measure(self, batch: str, test: str, value: str, unit: str, given: dict[str, str]) -> None:
        """Record a result on the page of a batch's test; ``batch`` is the address of the batch's page."""
        self.open(batch)
        self.page.get_by_role("link", name=re.compile(rf"^Registrar un resultado ?: {re.escape(test)}$")).click()
        form = self.form("Registrar")
        if form.get_by_label("Unidad", exact=True).count():
            given = {**given, "Unidad": unit}
        if form.get_by_label("Valor", exact=True).count():
            self.send("Registrar", {**given, "Valor": value})
        else:
            self.send("Registrar", given, ticks=(value,))
        assert self.problems() == [], test

    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text()

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def problems(self) -> list[str]:
        """What the page says is wrong, in words."""
        return self.page.locator(".problems li, .fault").all_inner_texts()

    def fault_of(self, label: str) -> str:
        """The sentence beside a field, which must be seen, and be told with the field to those who only hear."""
        field = self.page.get_by_label(label, exact=True).locator("visible=true").first
        sentence = field.locator("xpath=ancestor::*[contains(@class,'field')][1]").locator(".fault")
        assert sentence.is_visible(), (label, self.problems())
        if field.get_attribute("type") not in ("radio", "checkbox"):
            assert field.get_attribute("aria-invalid") == "true"
            assert str(sentence.get_attribute("id")) in str(field.get_attribute("aria-describedby")).split()
        return sentence.inner_text()

    def careless(self) -> None:
        """Let the browser send what it would hold back, as old browsers do."""
        self.page.evaluate("() => document.querySelectorAll('form').forEach(form => { form.noValidate = true })")
