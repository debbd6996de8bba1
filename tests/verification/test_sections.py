"""Results of tests as a reader sees them, from what was signed."""

from __future__ import annotations

import pytest

from seal.certificates.credential import PublicTest
from seal.verification.answer import Rules
from seal.verification.sections import measured
from seal.web.i18n import translator

RULES = Rules("queso", "0.1.0", "00" * 32, {}, {"es": {"staph": "Estafilococos"}})


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        ("10;1500;<10;ND", "CFU/g", "10; 1.500; <10; ND CFU/g"),
        ("absent;absent;present", "", "ausente; ausente; presente"),
        ("absent", "", "ausente"),
        ("17.4", "g/100g", "17,4 g/100g"),
        ("<0,5", "mg/kg", "<0,5 mg/kg"),
    ],
)
def test_each_unit_of_a_sampling_plan_is_written_for_the_reader(value: str, unit: str, shown: str) -> None:
    found = measured(PublicTest("staph", "staph", value, unit, "n = 5"), RULES, translator("es"))
    assert found[0] == "Estafilococos"
    assert found[1].replace("\N{THIN SPACE}", ".").replace("\N{NARROW NO-BREAK SPACE}", ".") == shown
