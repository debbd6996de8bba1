"""A person with a phone and no script pastes a credential of somebody else and reads what it is worth."""

from __future__ import annotations

import json

import pytest

from tests.foreign.examples import STRANGER, credential, entry, plain

from .conftest import Opener
from .served import Served
from .watching import Watched

pytestmark = pytest.mark.browser


def ask(reader: Watched, text: str) -> str:
    reader.page.locator("#f-credential").fill(text)
    reader.page.get_by_role("button").last.click()
    assert reader.wider() == []
    return reader.page.get_by_role("heading", level=2).first.inner_text().strip()


def test_from_the_front_page_to_each_result_without_script(served: Served, open_reader: Opener) -> None:
    reader = open_reader()
    reader.page.goto(served.at("/"))
    reader.page.get_by_role("link", name="Compruébela aquí").click()
    assert reader.page.url == served.at("/verificar/credencial")
    assert reader.wider() == []
    assert ask(reader, json.dumps(STRANGER.sign(plain()))) == "La firma es del emisor y todo está en regla"
    unread = json.dumps(STRANGER.sign(plain(credentialStatus=entry())))
    assert ask(reader, unread) == "La firma es del emisor, pero no se sabe si fue revocada"
    changed = STRANGER.sign(plain()) | {"credentialSubject": {"id": "did:example:otro"}}
    assert ask(reader, json.dumps(changed)) == "No se puede dar por buena"
    assert "La firma no corresponde al contenido" in reader.page.locator("main").inner_text()
    assert reader.outside() == []
    assert reader.context.cookies() == []


def test_it_has_no_barrier_empty_and_answered(served: Served, open_reader: Opener) -> None:
    reader = open_reader(script=True)
    spoiled = json.dumps(STRANGER.sign(credential(issuer="x", validFrom="soon")))
    reader.page.goto(served.at("/verificar/credencial?lang=es"))
    reader.page.emulate_media(color_scheme="dark")
    assert reader.axe() == []
    ask(reader, spoiled)
    for scheme in ("dark", "light"):
        reader.page.emulate_media(color_scheme=scheme)
        assert reader.axe() == [], scheme
    assert reader.complaints == []
