"""Spanish is whole; what another language lacks is Spanish, and marked where it is shown."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from seal.protocols import assembly, commands, loader, wording
from seal.protocols.document import text_digest
from seal.web.i18n import translator
from tests.protocols.library import Copy, miel
from tests.protocols.test_checks import DATA, todo


def test_words_that_are_missing_are_spanish_and_known_to_be() -> None:
    text = todo().texts["en"]
    assert text.title == "Everything"
    assert (text.summary, text.lacks("summary")) == ("Cada clave una vez.", True)
    assert (text.facts["species"], text.lacks("facts", "species")) == ("¿De qué animal es la leche?", True)
    assert not text.lacks("facts", "pasteurises")
    assert (text.choices["cheese_types"]["aged"], text.lacks("choices", "cheese_types", "aged")) == ("Maduro", True)
    assert text.notes["soon"].startswith("Una vez abierto")


def test_a_point_lacks_word_by_word() -> None:
    text = todo().texts["en"]
    assert text.points["TODO-A01"].requirement == "Requirement A01."
    assert text.lacking("TODO-A01") == {"guidance", "look_for", "fix", "spoken", "good", "bad"}
    assert text.points["TODO-A02"].requirement == "Requisito A02."
    assert text.lacks("points", "TODO-A02")
    assert not text.lacks("points", "TODO-A01")


def test_a_language_that_has_every_word_lacks_none() -> None:
    assert todo().texts["es"].untranslated == frozenset()
    assert miel().texts["en"].untranslated == frozenset()


def test_a_module_without_the_language_speaks_spanish_inside_a_protocol_that_has_it(copied: Copy) -> None:
    copied.unpin()
    copied.path("higiene", "text.en.yaml").unlink()
    text = copied.load().texts["en"]
    assert text.title == miel().title("en")
    assert text.points["HIG-A01"] == miel().texts["es"].points["HIG-A01"]
    assert text.lacks("points", "HIG-A01")
    assert text.lacks("chapters", "higiene.A")
    assert not text.lacks("points", "MIEL-A01")
    assert not text.lacks("title")
    again = assembly.unpack(assembly.package(copied.load()))
    assert again.texts["en"] == text


def test_a_missing_word_is_no_fault_in_english_and_one_in_spanish(copied: Copy) -> None:
    line = "    public: Los apiarios están inscritos en el registro oficial del SAG.\n"
    copied.edit("miel", "text.es.yaml", line, "")
    assert [fault.code for fault in copied.faults()] == ["protocols.missing_key"]
    copied.edit("miel", "text.es.yaml", "  MIEL-A01:\n", "  MIEL-A01:\n" + line)
    copied.edit("miel", "text.en.yaml", "  moisture: Moisture\n", "")
    assert copied.load().texts["en"].lacks("batch_tests", "moisture")
    assert copied.load().digest == miel().digest


def test_words_for_nothing_are_a_fault_in_any_language(copied: Copy) -> None:
    copied.edit("miel", "text.en.yaml", "  moisture: Moisture\n", "  moistures: Moisture\n")
    assert [fault.code for fault in copied.faults()] == ["protocols.unknown_id_near"]


def test_the_digest_of_a_language_is_over_its_own_words_alone(copied: Copy) -> None:
    copied.unpin()
    copied.path("higiene", "text.en.yaml").unlink()
    protocol = copied.load()
    parts = {each.id: text_digest(each.words["en"], {}) for each in protocol.modules[1:] if "en" in each.words}
    assert protocol.text_digests["en"] == text_digest(protocol.modules[0].words["en"], parts)
    assert "higiene" not in parts


def test_what_is_not_translated_is_marked_where_it_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)
    assert commands.show("todo", "0.2.0", "en", tmp_path) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any("TODO-A02" in line and "Requisito A02. (not translated)" in line for line in lines)
    assert any("TODO-A01" in line and "not translated" not in line for line in lines)


def test_what_is_not_translated_is_known_to_the_pages() -> None:
    views = {one.point.id: one for view in wording.chapters(todo(), translator("en")) for one in view.points}
    assert "requirement" in views["TODO-A02"].lacks
    assert "requirement" not in views["TODO-A01"].lacks
    spanish = [one for view in wording.chapters(todo(), translator("es")) for one in view.points]
    assert all(not one.lacks for one in spanish)


def test_spanish_is_shown_where_there_is_no_such_language() -> None:
    assert todo().title("fr") == "Todo"
    assert loader.load(DATA, "todo", "0.2.0").text("fr").language == "es"
