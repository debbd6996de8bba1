from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.protocols import diff_words, loader
from seal.protocols.diff import Diff, Effect, Kind, changed_points, compare
from seal.web.i18n import translator
from tests.protocols.library import Copy, miel

LABEL = "na: justify\n  fix_days: 28\n  source: [RSA art. 107"
RESIDUES = "- {id: residues, point: MIEL-D09, kind: absence, every: season, by: lab, pool: true, public: true}\n"
CASES = {
    "level raised": ("  level: minor\n", "  level: major\n", Kind.LEVEL, Effect.STRICTER),
    "level lowered": ("level: critical\n  verify: [records]", "level: minor\n  verify: [records]", Kind.LEVEL,
                      Effect.LOOSER),
    "least value raised": ("unit: '%', min: 45", "unit: '%', min: 46", Kind.BOUND, Effect.STRICTER),
    "least value lowered": ("unit: '%', min: 45", "unit: '%', min: 44.5", Kind.BOUND, Effect.LOOSER),
    "most lowered": ("unit: kg/hive/year, max: 40", "unit: kg/hive/year, max: 39", Kind.BOUND, Effect.STRICTER),
    "most raised": ("unit: kg/hive/year, max: 40", "unit: kg/hive/year, max: 100", Kind.BOUND, Effect.LOOSER),
    "target": ("max: 40, target_max: 30", "max: 40, target_max: 20", Kind.TARGET, Effect.CLARIFYING),
    "condition gone": ("  applies_if: {fact: blends_lots}\n  na: derived", "  na: never", Kind.CONDITION,
                       Effect.STRICTER),
    "evidence added": ("['photo:label']", "['photo:label', gps_private]", Kind.EVIDENCE, Effect.STRICTER),
    "other evidence only": ("evidence: [gps_private, count]", "evidence: [count]", Kind.EVIDENCE, Effect.LOOSER),
    "less time": (LABEL, LABEL.replace("28", "7"), Kind.DEADLINE, Effect.STRICTER),
    "way of checking": ("verify: [observation, document]", "verify: [document]", Kind.EVIDENCE, Effect.CLARIFYING),
    "source": ("source: [Ley 21.489]", "source: [Ley 21.489 art. 3]", Kind.NOTE, Effect.EDITORIAL),
    "na": (LABEL, LABEL.replace("justify", "never"), Kind.NOT_APPLICABLE, Effect.STRICTER),
}  # fmt: skip
"""What is edited, and what the change must be called."""


@pytest.mark.parametrize("name", CASES)
def test_each_change_of_a_point_has_its_class(copied: Copy, name: str) -> None:
    old, new, kind, effect = CASES[name]
    copied.edit("miel", "protocol.yaml", old, new)
    found = compare(miel(), copied.load())
    assert {(change.kind, change.effect) for change in found.points} - {(Kind.NOT_APPLICABLE, Effect.CLARIFYING)} == {
        (kind, effect)
    }
    assert found.effect is effect
    assert len({change.subject for change in found.points}) == 1


RULES = {
    "pass mark raised": ("rule: weighted_percent, min: 80", "rule: weighted_percent, min: 85", Kind.SCORING,
                         Effect.STRICTER),
    "pass mark lowered in one year": ("by_year: {1: 70, 2: 80, 3: 90}", "by_year: {1: 70, 2: 75, 3: 90}", Kind.SCORING,
                                      Effect.LOOSER),
    "rule gone": ("  - {rule: chapter_min}\n", "", Kind.SCORING, Effect.LOOSER),
    "fewer open": ("level: major, max: 5", "level: major, max: 3", Kind.SCORING, Effect.STRICTER),
    "less credit": ("partial: 0.5", "partial: 0.25", Kind.SCORING, Effect.STRICTER),
    "no partial": ("partial_allowed_for: [major, minor, recommendation]", "partial_allowed_for: [recommendation]",
                   Kind.SCORING, Effect.STRICTER),
    "days of a level": ("major: {days: 28,", "major: {days: 14,", Kind.FINDINGS, Effect.STRICTER),
    "test gone": (RESIDUES, "", Kind.TEST, Effect.LOOSER),
    "test more often": ("every: batch_or_season", "every: batch", Kind.TEST, Effect.STRICTER),
    "shorter term": ("certificate_months: 12", "certificate_months: 6", Kind.TERM, Effect.STRICTER),
    "cap lowered": ("per_basis_max: 40", "per_basis_max: 35", Kind.QUANTITY, Effect.STRICTER),
    "tolerance": ("tolerance_percent: 5", "tolerance_percent: 8", Kind.QUANTITY, Effect.LOOSER),
    "chapter": ("{id: A, min_percent: 60}", "{id: A, min_percent: 50}", Kind.CHAPTER, Effect.LOOSER),
    "shelf life": ("shelf_life_months: 24", "shelf_life_months: 18", Kind.LABEL, Effect.CLARIFYING),
    "shelf life gone": ("  shelf_life_months: 24\n", "", Kind.LABEL, Effect.LOOSER),
    "grade": ("{id: silver, min: 90}", "{id: silver, min: 91}", Kind.SCORING, Effect.STRICTER),
    "custody": ("custody_model: segregated", "custody_model: identity_preserved", Kind.QUANTITY, Effect.STRICTER),
}  # fmt: skip


@pytest.mark.parametrize("name", RULES)
def test_each_change_of_a_rule_has_its_class(copied: Copy, name: str) -> None:
    old, new, kind, effect = RULES[name]
    copied.edit("miel", "protocol.yaml", old, new)
    if name == "test gone":
        for language in ("es", "en"):
            text = copied.path("miel", f"text.{language}.yaml")
            lines = [line for line in text.read_text().splitlines() if not line.startswith("  residues:")]
            text.write_text("\n".join(lines) + "\n")
    found = compare(miel(), copied.load())
    assert found.points == ()
    assert {(change.kind, change.effect) for change in found.rules if change.kind is not Kind.WORDS} == {(kind, effect)}


def test_case_2_a_gap_audit_looks_at_what_changed_and_at_nothing_else(copied: Copy) -> None:
    """Edge case 2 of CERTIFICATION D: new points and those whose requirement changed; not those reworded."""
    copied.edit("miel", "protocol.yaml", "unit: '%', min: 45", "unit: '%', min: 46")
    copied.edit("miel", "protocol.yaml", "source: [Ley 21.489]", "source: [Ley 21.489 art. 3]")
    before = miel().text("es").points["MIEL-C01"].requirement
    copied.edit("miel", "text.es.yaml", before, before + " Siempre.")
    assert changed_points(miel(), copied.load()) == ("MIEL-D10",)


def test_a_point_that_comes_and_a_point_that_goes(copied: Copy) -> None:
    copied.edit("miel", "protocol.yaml", "- id: MIEL-E04", "- id: MIEL-E05")
    for language in ("es", "en"):
        copied.edit("miel", f"text.{language}.yaml", "  MIEL-E04:", "  MIEL-E05:")
    found = compare(miel(), copied.load())
    assert [(change.kind, change.subject, change.effect) for change in found.points] == [
        (Kind.NEW, "MIEL-E05", Effect.STRICTER),
        (Kind.RETIRED, "MIEL-E04", Effect.LOOSER),
    ]
    assert changed_points(miel(), copied.load()) == ("MIEL-E05",)


def test_a_changed_module_is_seen_in_the_protocol(copied: Copy) -> None:
    copied.unpin()
    copied.edit("higiene", "protocol.yaml", "level: major", "level: critical")
    found = compare(miel(), copied.load())
    assert [change.kind for change in found.points] == [Kind.LEVEL]
    assert found.points[0].subject.startswith("HIG")


def test_words_alone_are_no_stricter(copied: Copy) -> None:
    before = miel().text("es").points["MIEL-A01"]
    copied.edit("miel", "text.es.yaml", before.requirement, before.requirement + " Siempre.")
    copied.edit("miel", "text.es.yaml", before.look_for, before.look_for + " Hoy.")
    found = compare(miel(), copied.load())
    assert {change.key: change.effect for change in found.points} == {
        "es.requirement": Effect.CLARIFYING,
        "es.look_for": Effect.EDITORIAL,
    }
    assert changed_points(miel(), copied.load()) == ()


def test_what_cannot_be_settled_is_taken_for_stricter_and_says_so(copied: Copy) -> None:
    copied.edit("miel", "protocol.yaml", "{fact: blends_lots}", "{fact: transhumance}")
    (change,) = compare(miel(), copied.load()).points
    assert (change.kind, change.effect, change.sure) == (Kind.CONDITION, Effect.STRICTER, False)


def test_a_version_declared_milder_than_it_is_is_named(copied: Copy) -> None:
    copied.edit("miel", "protocol.yaml", "rule: weighted_percent, min: 80", "rule: weighted_percent, min: 85")
    found = compare(miel(), copied.load())
    assert found.understated("clarifying")
    assert not found.understated("stricter")
    assert not found.understated(None)


def test_nothing_changed_is_nothing() -> None:
    assert compare(miel(), miel()) == Diff((), ())


@given(st.decimals(-999, 999, places=2), st.decimals(-999, 999, places=2), st.booleans())
def test_there_and_back_is_the_opposite(old: object, new: object, low: bool) -> None:
    from seal.protocols.diff_points import bound

    there, back = (bound("bound", "x", *values, low=low) for values in ((str(old), str(new)), (str(new), str(old))))
    if old != new:
        assert {there[0].effect, back[0].effect} == {"stricter", "looser"}


def test_a_change_of_quantities_is_told_in_words_and_not_as_the_file_writes_it() -> None:
    t = translator("es")
    before, after = miel(), loader.load(loader.shipped(), "queso", "0.1.0")
    found = compare(before, after)
    told = [line for line in diff_words.lines(found, before, after, t) if line.startswith("Cantidades: ")]
    assert any("cambian las cantidades" in line for line in told)
    assert not [line for line in told if "{" in line]


def test_points_that_nobody_answered_are_counted_beside_who_would_pass() -> None:
    t, found = translator("es"), compare(miel(), miel())
    said = diff_words.sentence(found, t, failing=0, in_force=2, unasked=42)
    assert said == "Nada cambia; todos los productores vigentes pasarían; 42 puntos están sin responder."
    assert diff_words.sentence(found, t, failing=0, in_force=2).endswith("pasarían.")
