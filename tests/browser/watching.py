"""What a page did behind its reader's back, and what is wrong with it: requests, cookies, console, keys, width, axe."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from seal.web.i18n import LANGUAGES, catalogue

_AXE = Axe()
_FILES = (".pdf", ".png", ".jpg", ".jwt", ".json", ".html", ".yaml", ".css")
_WIDER = """() => {
  const wide = document.documentElement.clientWidth;
  const clipped = one => { for (let up = one.parentElement; up; up = up.parentElement) {
    if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(up).overflowX)) return true } return false };
  return [...document.body.querySelectorAll('*')]
    .filter(one => one.getBoundingClientRect().right > wide + 1 && !clipped(one) && !one.closest('.vh, .skip, .k'))
    .map(one => `${one.tagName}.${one.className} ${Math.round(one.getBoundingClientRect().right)} > ${wide}: `
      + one.textContent.trim().slice(0, 60)).slice(0, 5) }"""


@dataclass
class Watched:
    """A context with one page. Everything that it asks for and complains of is noted."""

    context: BrowserContext
    page: Page
    origin: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _console(self, message: ConsoleMessage) -> None:
        # A page that answers 404 on purpose is noted by the browser as a failed load; it is not a fault of the page.
        if message.type in ("error", "warning") and "the server responded with a status of 4" not in message.text:
            self.complaints.append(message.text)

    def outside(self) -> list[str]:
        """Requests to any other host."""
        return [url for url in self.requests if not url.startswith((f"{self.origin}/", "data:"))]

    def keys(self) -> list[str]:
        """Keys of words that stand on the page instead of words."""
        return raw_keys(words_of(self.page.content()))

    def wider(self) -> list[str]:
        """What sticks out to the right of the window."""
        found: list[str] = self.page.evaluate(_WIDER)
        return found

    def axe(self) -> list[str]:
        """Violations of accessibility rules on the page as it is now."""
        found: dict[str, Any] = _AXE.run(self.page).response
        return [
            f"{one['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
            for one in found["violations"]
            for node in one["nodes"]
        ]


@cache
def _rooms() -> frozenset[str]:
    """First parts of every key of words and of every error code."""
    return frozenset(
        key.split(".")[0]
        for lang in LANGUAGES
        for texts in (catalogue(lang).words, catalogue(lang).errors)
        for key in texts
    )


def words_of(html: str) -> str:
    """The text of a page, folded parts and what is read aloud included."""
    aloud = " ".join(re.findall(r'(?:aria-label|placeholder|alt|title)="([^"]*)"', html))
    return unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL) + aloud)


def raw_keys(text: str) -> list[str]:
    """Things in a text that look like ``room.some.key`` of a room that has words."""
    return sorted(
        found
        for found in set(re.findall(r"(?<![\w./:@-])[a-z_]+(?:\.[A-Za-z0-9_-]+)+", text))
        if found.split(".")[0] in _rooms() and not found.endswith(_FILES)
    )
