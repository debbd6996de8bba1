"""Every page of the desk that links lead to: in words, in both languages, without barriers, at any width."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from playwright.sync_api import APIRequestContext

from .conftest import DESKTOP, PHONE
from .watching import Watched, raw_keys, words_of

pytestmark = pytest.mark.browser
Desk = Callable[..., Watched]

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
_CHAPTER = re.compile(r"/chapters/[^/]+$")
_PAPER = re.compile(r"/paper/\w+/\d+$")
_FORMAT = re.compile(r"/paper/formats/[^/]+$")
OF_A_KIND = 3
"""How many of the same kind of page to read (a sealed, a suspended, a recalled one…)."""


def kind_of(path: str) -> str:
    path = _FORMAT.sub("/paper/formats/X", path)
    return _PAPER.sub("/paper/X", _CHAPTER.sub("/chapters/X", _ID.sub("X", path)))


def crawl(client: APIRequestContext, origin: str) -> dict[str, list[str]]:
    """Pages of the desk by kind, found by following links; each answers, and shows words and not keys."""
    found: dict[str, list[str]] = {}
    waiting, seen = ["/desk"], {"/desk"}
    while waiting:
        path = waiting.pop(0)
        of_a_kind = found.setdefault(kind_of(path.partition("?")[0]), [])
        if len(of_a_kind) == OF_A_KIND:
            continue
        of_a_kind.append(path)
        for lang in ("en", "es"):
            answer = client.get(f"{origin}{path}{'&' if '?' in path else '?'}lang={lang}")
            assert answer.status == 200, (path, answer.status)
            html = answer.text()
            assert raw_keys(words_of(html)) == [], path
        for link in re.findall(r'<a [^>]*href="(/desk[^"#]*)"', html):
            plain = unescape(link)
            if (
                plain not in seen
                and not plain.split("?")[0].endswith((".pdf", ".xlsx", ".csv"))
                and not re.search(r"/(files|evidence)/|lang=", plain)
            ):
                seen.add(plain)
                waiting.append(plain)
    return found


@pytest.mark.parametrize("name", ["Aurelio Ejemplo", "Clara Ejemplo", "Rosalba Ejemplo"])
def test_every_page_that_links_lead_to_opens_in_words(desk: Desk, name: str) -> None:
    reader = desk(name)
    pages = crawl(reader.context.request, reader.origin)
    assert len(pages) >= 12, sorted(pages)


def test_pages_of_the_manager_have_no_barrier_and_fit(desk: Desk) -> None:
    """At 360 and 1280 points; light and dark by turns."""
    reader = desk("Marisol Ejemplo", viewport=DESKTOP, script=True)
    pages = crawl(reader.context.request, reader.origin)
    assert len(pages) >= 24, sorted(pages)
    faults: list[str] = []
    for place, path in enumerate(sorted(paths[0] for paths in pages.values())):
        reader.page.emulate_media(color_scheme="dark" if place % 2 else "light")
        reader.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
        reader.page.goto(f"{reader.origin}{path}")
        faults += [f"{path} at 1280: {one}" for one in reader.wider()]
        reader.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        reader.page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true })")
        faults += [f"{path} at 360: {one}" for one in reader.wider()]
        faults += [f"{path}: {one}" for one in reader.axe()]
    assert faults == []
    assert reader.complaints == []
    assert reader.outside() == []
