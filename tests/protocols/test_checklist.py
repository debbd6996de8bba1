from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from seal.protocols.applicability import truth
from seal.protocols.checklist import allowed_outcomes, build, from_document
from seal.protocols.model import ON_SITE, Outcome, Part
from tests.protocols.library import TYPICAL, miel

ANY_FACTS = st.dictionaries(st.sampled_from(sorted(TYPICAL)), st.sampled_from([True, False, None]))


def test_a_typical_apiary_fits_in_one_visit() -> None:
    checklist = build(miel(), TYPICAL, year=1)
    assert [len(checklist.points), len(checklist.of(Part.DESK)), len(checklist.of(Part.VISIT))] == [67, 28, 39]


def test_without_facts_every_point_is_there_in_order() -> None:
    checklist = build(miel(), {}, year=1)
    assert [point.id for point in checklist.points] == [point.id for point in miel().points]
    assert checklist.left_out == ()


@given(ANY_FACTS)
def test_a_checklist_never_shows_a_point_whose_condition_is_false(facts: dict[str, bool | None]) -> None:
    checklist = build(miel(), facts, year=1)
    for point in miel().points:
        false = point.applies_if is not None and truth(point.applies_if, facts) is False
        assert (point.id in checklist) is not false
        assert (point.id in checklist.left_out) is false


def test_what_needs_eyes_on_the_site_is_in_the_visit() -> None:
    for place in build(miel(), {}, year=1).of(Part.DESK):
        assert not ON_SITE.intersection(miel().point(place.id).verify)


def test_it_comes_back_whole_from_its_document() -> None:
    checklist = build(miel(), {**TYPICAL, "transhumance": None}, year=2)
    again = from_document(json.loads(checklist.bytes))
    assert again == checklist
    assert again.digest == checklist.digest


def test_another_year_fact_or_version_is_another_checklist() -> None:
    first = build(miel(), TYPICAL, year=1)
    assert first.digest != build(miel(), TYPICAL, year=2).digest
    assert first.digest != build(miel(), {**TYPICAL, "uses_firewood": None}, year=1).digest
    assert first.document()["protocol_sha256"] == miel().digest


def test_facts_that_nobody_asks_for_are_ignored() -> None:
    assert build(miel(), {**TYPICAL, "ripens": True}, year=1) == build(miel(), TYPICAL, year=1)


def test_answers_follow_level_and_na_mode() -> None:
    critical = allowed_outcomes(miel(), miel().point("MIEL-B01"))
    assert Outcome.PARTIAL not in critical
    assert Outcome.NOT_APPLICABLE not in critical
    derived = allowed_outcomes(miel(), miel().point("MIEL-A06"))
    assert Outcome.NOT_APPLICABLE not in derived
    assert Outcome.PARTIAL in derived
    assert set(allowed_outcomes(miel(), miel().point("MIEL-A04"))) == set(Outcome)
