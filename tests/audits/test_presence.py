"""Results of an absence plan: typed as a laboratory writes them, kept as two words, shown in the reader's language."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from seal.audits import entry
from seal.protocols import loader
from seal.protocols.answer_types import PlanAnswer
from seal.protocols.model import ControlPoint
from seal.web.i18n import translator

LISTERIA = PlanAnswer(n=3, c=0, absent_in_g=Decimal(25))
STAPH = PlanAnswer(n=3, c=1, m=Decimal(0), unit="CFU/g")


def asked(answer: PlanAnswer) -> ControlPoint:
    one = loader.load(loader.shipped(), "queso", "0.1.0").points[0]
    return replace(one, answer=answer, measure=None, sampling=None)


def typed(answer: PlanAnswer, *cells: str) -> object:
    given = {f"value.{row}.0": cell for row, cell in enumerate(cells)}
    return entry.read(asked(answer), lambda name: given.get(name, ""), lambda name: ())["value"]


@pytest.mark.parametrize(
    "word", ["Ausente", "absent", "no detectado", "Not detected", "ND", "negativo", "negative", "0"]
)
def test_absence_in_any_words_is_kept_as_one(word: str) -> None:
    assert typed(LISTERIA, word, "Presente", "present") == "absent; present; present"


def test_other_words_stay_as_typed_to_be_refused_by_name() -> None:
    assert typed(LISTERIA, "quizás", "0", "0") == "quizás; absent; absent"


def test_where_organisms_are_counted_none_is_a_number() -> None:
    assert typed(STAPH, "0", "ND", "10") == "0; ND; 10"


@pytest.mark.parametrize(("lang", "told"), [("es", "ausente; presente; ausente"), ("en", "absent; present; absent")])
def test_it_is_said_in_the_readers_language(lang: str, told: str) -> None:
    t = translator(lang)
    response = {"value": "absent; present; ND"}
    assert entry.said(response, asked(LISTERIA), lambda field, option: t(f"audits.typed.{option}")) == told
