from __future__ import annotations

from seal.protocols import wording
from seal.protocols.checklist import build
from seal.web.i18n import translator
from tests.protocols.library import TYPICAL, miel

ES, EN = translator("es", strict=True), translator("en", strict=True)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


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
