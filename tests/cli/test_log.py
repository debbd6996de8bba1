"""``seal log witnesses`` from the command line."""

from __future__ import annotations

import asyncio

import pytest

from seal import cli
from seal.cli.session import opened, the_association
from seal.keys import service as keys
from seal.settings import Settings, settings
from seal.transparency.cosignature import WitnessKey
from tests.keys.examples import raw

TOWN = WitnessKey("municipio.example/w1", raw("witness-1"))


async def own_key() -> WitnessKey:
    """The association's own log key, put forward as a witness's."""
    async with opened():
        association = await the_association(None)
        return WitnessKey("yo.example", (await keys.public_keys(association.id)).log.raw)


def test_witnesses_are_added_listed_and_removed(
    storage: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEAL_PUBLIC_ORIGIN", "https://sello.example")
    monkeypatch.setenv("SEAL_KEY_PASSPHRASE", "una clave larga de prueba")
    monkeypatch.setenv("SEAL_LANG", "en")
    settings.cache_clear()

    def seal(*words: str) -> tuple[int, str]:
        code = cli.main(list(words))
        said = capsys.readouterr()
        return code, said.out + said.err

    code, said = seal("associations", "create", "sello", "Sello", "--region", "Aysén", "--communes", "Cochrane")
    assert code == 0, said
    code, said = seal("log", "witnesses", "add", TOWN.text, "--url", "https://municipio.example/w1/")
    assert (code, TOWN.name in said) == (0, True)
    assert seal("log", "witnesses", "add", TOWN.text)[0] == 1
    code, said = seal("log", "witnesses", "list")
    assert (code, TOWN.text in said, "https://municipio.example/w1" in said) == (0, True, True)
    assert seal("keys", "ceremony")[0] == 0
    code, said = seal("log", "witnesses", "add", asyncio.run(own_key()).text)
    assert (code, "a witness of himself" in said) == (1, True)
    code, said = seal("log", "witnesses", "remove", TOWN.name, "--reason", "closed")
    assert (code, "no longer" in said) == (0, True)
    assert seal("log", "witnesses", "list") == (0, "")
    code, said = seal("log", "witnesses", "remove", TOWN.name, "--reason", "closed")
    assert (code, "no witness called" in said) == (1, True)
