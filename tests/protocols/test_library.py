"""The shipped library: each point has its words in both languages, its source and its goal; each protocol is tried."""

from __future__ import annotations

from collections import Counter

import pytest

from seal.protocols import examples, loader
from seal.protocols.example_shapes import ExampleShape
from seal.protocols.loader import Key
from seal.protocols.model import Module
from seal.protocols.reading import read

FOLDER = loader.shipped()
LIBRARY = loader.load_each(FOLDER)
MODULES: dict[Key, Module] = dict(LIBRARY.modules) | {
    key: protocol.modules[0] for key, protocol in LIBRARY.protocols.items()
}
LANGUAGES = ("es", "en")


def _name(key: Key) -> str:
    return " ".join(key)


def test_nothing_in_the_library_is_at_fault() -> None:
    assert LIBRARY.faults == {}


@pytest.mark.parametrize("key", LIBRARY.protocols, ids=_name)
def test_every_example_comes_out_as_written(key: Key) -> None:
    assert examples.faults(FOLDER, LIBRARY.protocols[key]) == ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", MODULES, ids=_name)
def test_every_point_has_words(key: Key, language: str) -> None:
    module = MODULES[key]
    texts = module.texts[language]
    assert not texts.untranslated
    for point in module.points:
        words = texts.points[point.id]
        said = (words.requirement, words.guidance, words.look_for, words.fix, words.public, words.spoken)
        assert all(said), point.id
        if point.measure is not None or point.answer.type in ("lab", "plan", "panel", "ratio"):
            assert words.method, point.id


@pytest.mark.parametrize("key", MODULES, ids=_name)
def test_the_public_and_spoken_words_are_one_sentence(key: Key) -> None:
    for language in LANGUAGES:
        for point, words in MODULES[key].texts[language].points.items():
            for sentence in (words.public, words.spoken):
                assert sentence.endswith("."), (point, sentence)
                assert ". " not in sentence, (point, sentence)


@pytest.mark.parametrize("key", MODULES, ids=_name)
def test_the_languages_say_different_words(key: Key) -> None:
    es, en = (MODULES[key].texts[language].points for language in LANGUAGES)
    assert [point for point in es if es[point].guidance == en[point].guidance] == []


@pytest.mark.parametrize("key", MODULES, ids=_name)
def test_every_point_names_its_source_and_its_goal(key: Key) -> None:
    for point in MODULES[key].points:
        assert any(point.source), point.id
        assert all(source.strip() for source in point.source), point.id
        assert point.sdg, point.id


@pytest.mark.parametrize("key", MODULES, ids=_name)
def test_every_version_says_what_changed(key: Key) -> None:
    text = FOLDER.joinpath(*key, "CHANGES.md").read_text("utf-8")
    assert f"## {key[1]}" in text


@pytest.mark.parametrize("key", LIBRARY.protocols, ids=_name)
def test_one_example_passes_with_a_grade_and_one_fails_for_three_reasons(key: Key) -> None:
    protocol = LIBRARY.protocols[key]
    found = [read(ExampleShape, loader.read(FOLDER, path)).expect for path in examples.paths(FOLDER, protocol)]
    assert len(found) >= 2
    assert any(expect.passed and expect.grade for expect in found)
    assert any(len({(rule.rule, rule.subject) for rule in expect.failed_rules}) >= 3 for expect in found)


@pytest.mark.parametrize("key", LIBRARY.protocols, ids=_name)
def test_the_visit_of_a_small_producer_has_forty_points_at_most(key: Key) -> None:
    protocol = LIBRARY.protocols[key]
    passing = [
        expect
        for path in examples.paths(FOLDER, protocol)
        if (expect := read(ExampleShape, loader.read(FOLDER, path)).expect).passed and expect.visit is not None
    ]
    assert passing
    assert all(expect.visit is not None and expect.visit <= 40 for expect in passing)


FLAGS: dict[Key, dict[str, int]] = {
    ("ahumado", "0.1.0"): {"national_text": 10, "source_unread": 32, "calibrate": 2},
    ("lana", "0.1.0"): {"national_text": 3, "source_unread": 8, "calibrate": 15},
    ("mermelada", "0.1.0"): {"national_text": 8, "source_unread": 15, "calibrate": 9},
    ("queso", "0.1.0"): {"national_text": 16, "source_unread": 21, "calibrate": 9},
    ("higiene", "0.1.0"): {"national_text": 10, "source_unread": 7},
    ("miel", "0.1.0"): {"national_text": 21, "source_unread": 10, "calibrate": 2},
    ("territorio", "0.1.0"): {"national_text": 6, "source_unread": 9, "calibrate": 6},
}
"""How often a flag of each kind stands on the points of a file: a flag is cleared by a person, never lost."""


@pytest.mark.parametrize("key", MODULES, ids=_name)
def test_no_review_flag_is_lost(key: Key) -> None:
    found = Counter(flag.value for point in MODULES[key].points for flag in point.review)
    assert dict(found) == FLAGS[key]
