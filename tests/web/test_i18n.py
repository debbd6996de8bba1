"""Words: complete in both languages, with the same parameters; dates and numbers as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from seal.errors import Reason
from seal.web.i18n import (
    LANGUAGES,
    PARAM,
    MissingWords,
    Translator,
    catalogue,
    choose,
    from_accept_language,
    load,
    translator,
)
from tests.web.sources import asked, notice_kinds, raised

ES, EN = Translator("es", strict=True), Translator("en", strict=True)


@pytest.mark.parametrize("kind", ["words", "errors"])
def test_languages_have_the_same_keys_and_parameters(kind: str) -> None:
    es, en = (getattr(catalogue(lang), kind) for lang in LANGUAGES)
    assert sorted(es.keys() ^ en.keys()) == []
    different = [key for key in es if set(PARAM.findall(es[key])) != set(PARAM.findall(en[key]))]
    assert different == []


def test_every_error_code_has_a_sentence() -> None:
    known = catalogue("es").errors
    assert sorted({f"{code} ({where})" for code, _, where in raised() if code not in known}) == []


def test_sentences_use_only_parameters_that_are_given() -> None:
    known = catalogue("es").errors
    missing = [
        f"{code} lacks {sorted(wanted - given)} ({where})"
        for code, given, where in raised()
        if given is not None and code in known and (wanted := set(PARAM.findall(known[code]))) - given
    ]
    assert missing == []


def test_every_word_that_a_page_asks_for_is_there() -> None:
    known = catalogue("es").words
    assert sorted({f"{key} ({where})" for key, where in asked() if key not in known}) == []


def test_every_kind_of_notice_has_words() -> None:
    known = catalogue("es").words
    assert [kind for kind in notice_kinds() if f"notices.kind.{kind[0]}" not in known] == []


def test_missing_words_raise_when_strict_and_show_the_key_otherwise() -> None:
    with pytest.raises(MissingWords):
        ES("nothing.like.this")
    assert Translator("es")("nothing.like.this") == "nothing.like.this"


def test_key_in_two_files_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "es").mkdir()
    for name in ("a", "b"):
        (tmp_path / "es" / f"{name}.yaml").write_text("same.key: hola\n")
    with pytest.raises(ValueError, match=r"same\.key"):
        load("es", tmp_path)


def test_value_that_is_not_text_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "es").mkdir()
    (tmp_path / "es" / "a.yaml").write_text("key: 5\n")
    with pytest.raises(ValueError, match=r"a\.yaml: key"):
        load("es", tmp_path)


def test_nested_and_flat_keys_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "es").mkdir()
    (tmp_path / "es" / "a.yaml").write_text("a:\n  b: uno\nc.d: dos\n")
    assert load("es", tmp_path).words == {"a.b": "uno", "c.d": "dos"}


def test_days_have_the_month_in_letters() -> None:
    day = date(2026, 3, 3)
    assert (ES.day(day), EN.day(day)) == ("3 mar 2026", "3 Mar 2026")


def test_long_day_in_spanish() -> None:
    assert ES.long_day(date(2026, 11, 21)) == "sábado 21 de noviembre de 2026"


def test_moments_are_told_in_the_zone_of_the_association() -> None:
    at = datetime(2026, 3, 4, 1, 5, tzinfo=UTC)
    assert ES.moment(at, "America/Coyhaique") == "3 mar 2026, 22:05"


@pytest.mark.parametrize(
    ("value", "es", "en"),
    [
        (7, "7", "7"),
        (1920, "1\u202f920", "1,920"),
        (1234567, "1\u202f234\u202f567", "1,234,567"),
        ("17.40", "17,40", "17.40"),
        (-1920, "-1\u202f920", "-1,920"),
    ],
)
def test_numbers(value: int | str, es: str, en: str) -> None:
    assert (ES.number(value), EN.number(value)) == (es, en)


def test_a_day_that_is_none_is_said_back_as_typed() -> None:
    said = ES.reason(Reason("register.no_snapshot", {"day": "9999-99-99"}))
    assert "9999-99-99" in said


def test_reason_writes_days_and_roles_for_people() -> None:
    assert ES.reason(Reason("people.role_needed", {"roles": "certifier, manager"})) == (
        "Esto lo hace: comité de certificación, encargada o encargado."
    )


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("en-GB,en;q=0.9", "en"),
        ("es-CL,es;q=0.9,en;q=0.8", "es"),
        ("fr,en;q=0.3,es;q=0.2", "en"),
        ("en;q=0,es;q=0.1", "es"),
        ("de", None),
        ("", None),
        ("en;q=x", None),
    ],
)
def test_accept_language(header: str, lang: str | None) -> None:
    assert from_accept_language(header, LANGUAGES) == lang


def test_language_asked_for_beats_the_person_and_the_browser() -> None:
    assert choose(asked="en", person="es", accept="es", offered=("es", "en")) == "en"
    assert choose(asked="xx", person="en", accept="es", offered=("es", "en")) == "en"
    assert choose(asked=None, person=None, accept="en", offered=("es", "en")) == "en"
    assert choose(asked=None, person=None, accept="de", offered=("en",)) == "en"


def test_amounts_are_told_in_the_words_of_the_language() -> None:
    short = {"lot": "L", "day": "2026-02-03"}
    es = translator("es")
    assert "queda con 18 unidades menos" in es.reason(Reason("batch.stock_negative", {**short, "short": "18 unit"}))
    assert "queda con 1 unidad menos" in es.reason(Reason("batch.stock_negative", {**short, "short": "1 unit"}))
    over = Reason("batch.over_capacity", {"scope": "batch", "grams": 70_500, "cap": 367})
    assert "se declararon 70,5 kg y el tope es 367 g" in es.reason(over)
