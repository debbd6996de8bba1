"""Plain words for conditions, limits, rules and grades, in both languages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from seal.protocols import conditions, explaining
from seal.protocols.conclusion import Grade, Rule
from seal.protocols.measure import Measure, Variant
from seal.protocols.model import Texts
from seal.protocols.terms import Level, RuleKind
from seal.web.i18n import translator
from tests.protocols.library import miel

ES = translator("es", strict=True)
TEXT = Texts(
    "es", "Queso", {}, {"raw": "¿Usa leche cruda?", "cows": "¿Cuántas vacas?", "kind": "¿Qué queso?"}, {}, {},
    choices={"kind": {"fresh": "fresco", "aged": "maduro"}},
)  # fmt: skip


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"fact": "raw"}, "¿Usa leche cruda? sí"),
        ({"fact": "raw", "is": False}, "¿Usa leche cruda? no"),
        ({"not": {"fact": "raw"}}, "salvo que (¿Usa leche cruda? sí)"),
        ({"fact": "cows", "at_least": 10}, "¿Cuántas vacas? 10 o más"),
        ({"fact": "cows", "below": Decimal("2.5")}, "¿Cuántas vacas? menos de 2,5"),
        ({"fact": "kind", "has": "aged"}, "¿Qué queso? maduro"),
        ({"fact": "kind", "in": ["fresh", "aged"]}, "¿Qué queso? una de estas: fresco, maduro"),
        ({"all": [{"fact": "raw"}, {"year": {"at_least": 2}}]}, "¿Usa leche cruda? sí y año en el sello: 2 o más"),
        ({"any": [{"product": ["a", "b"]}, {"site": ["c"]}]},
         "se audita alguno de estos productos: a, b o hay alguno de estos lugares: c"),
    ],
)  # fmt: skip
def test_a_condition_is_the_question_and_its_answer(written: Any, told: str) -> None:
    assert explaining.condition(conditions.read(written), TEXT, ES) == told


def test_a_limit_for_some_says_for_whom() -> None:
    variant = Variant(conditions.read({"fact": "raw"}), min=Decimal(60))
    assert list(explaining.variants(Measure("age", "days", min=Decimal(21), variants=(variant,)), TEXT, ES)) == [
        "≥\N{NO-BREAK SPACE}60\N{NO-BREAK SPACE}días, si: ¿Usa leche cruda? sí"
    ]


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("kind", RuleKind)
def test_every_kind_of_rule_has_words(kind: RuleKind, language: str) -> None:
    rule = Rule(kind, Level.MAJOR, min=Decimal(70), max=5, by_year={2: Decimal(80)}, year_from=2, group="g")
    told = explaining.rule(rule, translator(language, strict=True))
    assert "80" in told
    assert "protocols." not in told


def test_a_grade_without_seal_says_so() -> None:
    assert "no da derecho al sello" in explaining.grade(Grade("en_camino", Decimal(50), seal=False), TEXT, ES)
    assert "sello" not in explaining.grade(Grade("gold", Decimal(96)), TEXT, ES)


def test_a_point_says_when_it_applies_and_what_is_to_be_reviewed() -> None:
    lines = list(explaining.point_lines(miel(), miel().point("MIEL-A06"), ES))
    assert "Se pide a: ¿Mueve colmenas entre sitios? sí" in lines
    assert "Por revisar: falta revisar la norma chilena" in lines
