from __future__ import annotations

from decimal import Decimal

import pytest

from seal.protocols import explaining, loader, wording
from seal.protocols.answer_types import Plan
from seal.protocols.checklist import build
from seal.protocols.situation import Situation
from seal.web.i18n import translator
from tests.protocols.library import TYPICAL, miel

ES, EN = translator("es", strict=True), translator("en", strict=True)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_limits_in_both_languages() -> None:
    temperature, chlorine = miel().point("MIEL-C04").measure, miel().point("HIG-A03").measure
    assert temperature is not None
    assert chlorine is not None
    assert plain(wording.limits(temperature, ES)) == "≤ 45 °C"
    assert plain(wording.target(temperature, EN)) == "≤ 40 °C"
    assert [wording.limits(chlorine, t) for t in (ES, EN)] == ["0,2 a 2 mg/L", "0.2 to 2 mg/L"]


def test_without_limits_nothing_is_said() -> None:
    energy = miel().point("TERR-C05").measure
    assert energy is not None
    assert wording.limits(energy, ES) == ""


def test_basis_points_as_percent() -> None:
    assert [plain(wording.percent(points, ES)) for points in (9845, 10_000, 5)] == ["98,45 %", "100 %", "0,05 %"]


def test_chapters_of_a_checklist_hold_its_points_only() -> None:
    whole, fewer = wording.chapters(miel(), ES), wording.chapters(miel(), ES, build(miel(), TYPICAL, year=1))
    assert sum(len(chapter.points) for chapter in whole) == 78
    assert sum(len(chapter.points) for chapter in fewer) == 67
    assert all(chapter.points for chapter in fewer)


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (Plan(n=5, c=0, absent_in_g=Decimal(25)), "5 muestras de 25 g: ausente en todas"),
        (Plan(n=5, c=1, absent_in_g=Decimal(25)), "5 muestras de 25 g: presente a lo más en 1"),
        (
            Plan(n=5, c=2, m=Decimal(100), M=Decimal(1000), unit="mg/L"),
            "5 muestras: a lo más 2 entre 100 y 1 000 mg/L, ninguna sobre 1 000",
        ),
        (Plan(n=5, c=0, m=Decimal(10), M=Decimal(100), unit="mg/L"), "5 muestras: ninguna sobre 10 mg/L"),
        (Plan(n=5, c=0, m=Decimal(100), unit="mg/L"), "5 muestras: ninguna sobre 100 mg/L"),
        (Plan(n=5, c=2, m=Decimal(100), unit="mg/L"), "5 muestras: a lo más 2 sobre 100 mg/L"),
    ],
)
def test_a_sampling_plan_is_said_in_words(plan: Plan, words: str) -> None:
    assert plain(wording.limits(plan, ES)) == words


def test_limits_are_those_of_the_producer_and_what_is_open_is_said() -> None:
    cold = loader.load(loader.shipped(), "queso", "0.1.0").point("QUES-A07")
    assert plain(wording.limits_of(cold, ES)) == "≤ 6 °C, según el caso"
    assert plain(wording.limits_of(cold, ES, Situation())) == "≤ 6 °C, según el caso"
    assert plain(wording.limits_of(cold, ES, Situation({"processes_daily": True}))) == "≤ 8 °C"
    assert plain(wording.limits_of(cold, EN, Situation({"processes_daily": False}))) == "≤ 6 °C"


def test_limits_of_a_batch_test_say_that_they_depend_on_the_product() -> None:
    queso = loader.load(loader.shipped(), "queso", "0.1.0")
    said = {test.id: plain(wording.limits_of_test(test, EN)) for test in queso.rules.batch_tests}
    assert said["listeria"] == "5 samples of 25 g: absent from all"
    assert said["staph"].endswith(", as the case may be")
    assert said["phosphatase"] == "≤ 350 mU/L"


def test_a_plan_is_explained_with_its_variants() -> None:
    queso = loader.load(loader.shipped(), "queso", "0.1.0")
    lines = [plain(line) for line in explaining.point_lines(queso, queso.point("QUES-D03"), EN) if "5 samples" in line]
    assert len(lines) == 3
    assert "Fresh cheese" in lines[1]
    assert "raw-milk cheese" in lines[2]
