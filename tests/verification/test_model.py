"""The verdict table: golden vectors, and what must hold of every evidence whatsoever."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seal.clock import parse_rfc3339
from seal.verification.facts import (
    Asked,
    BatchState,
    CertificationState,
    Evidence,
    Kind,
    Signature,
    Source,
    Window,
)
from seal.verification.model import RANK, Code, Line, Note, Verdict, judge

from . import vectors, world

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "vectors" / "judge" / "cases.json").read_text("utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_vector(case: dict[str, Any]) -> None:
    verdict = judge(vectors.from_json(case["evidence"]), parse_rfc3339(case["at"]))
    assert vectors.expected(verdict) == case["expect"]


def test_vectors_reach_every_verdict_and_note() -> None:
    assert {case["expect"]["code"] for case in CASES} == {code.value for code in Code}
    assert {note for case in CASES for note in case["expect"]["notes"]} == {note.value for note in Note}


def test_vectors_come_back_as_they_went() -> None:
    for case in CASES:
        assert vectors.to_json(vectors.from_json(case["evidence"])) == case["evidence"]


# --- whatever the evidence ------------------------------------------------------------------------------------

days = st.dates(date(2026, 3, 1), date(2028, 6, 1))
moments = st.integers(-400, 900).map(lambda number: world.NOW + timedelta(days=number, hours=number % 24))
windows = st.lists(
    st.builds(lambda first, length: Window(first, first + timedelta(days=length)), days, st.integers(0, 60)), max_size=2
)
batches = st.none() | st.builds(
    world.batch,
    state=st.sampled_from(BatchState),
    use_by_days=st.sampled_from([0, 10, world.USE_BY_DAYS]),
    highest_reserved=st.sampled_from([0, 7, 100]),
    void=st.sampled_from([(), ((5, 9),)]),
    lost=st.sampled_from([(), ((7, 7),)]),
    closed=st.booleans(),
    logged=st.booleans(),
    bound=st.booleans(),
)
certifications = st.none() | st.builds(
    world.certification,
    state=st.sampled_from(CertificationState),
    valid_until=st.sampled_from([world.ENDS, date(2026, 4, 1)]),
    windows=windows.map(tuple),
    logged=st.booleans(),
    bound=st.booleans(),
)
asked = st.none() | st.builds(
    Asked,
    public_id=st.sampled_from([world.BATCH, world.CERTIFICATION, 1]),
    kind=st.none() | st.sampled_from(Kind),
    unit=st.none() | st.sampled_from([7, 101]),
    day=st.none() | st.sampled_from([world.SEALED, world.GRANTED]) | days,
    days=st.none() | st.sampled_from([0, 10, world.USE_BY_DAYS, 364]),
    status_index=st.none() | st.sampled_from([world.BATCH_INDEX, world.CERTIFICATION_INDEX]),
    signature=st.sampled_from(Signature),
)
UNIT = Asked(
    world.BATCH, Kind.UNIT, 7, world.SEALED, world.USE_BY_DAYS, world.BATCH_INDEX, Signature.GOOD
)  # so that honest evidence is drawn often enough
evidences = st.builds(
    Evidence,
    source=st.sampled_from(Source),
    as_of=moments,
    zone=st.just(world.ZONE),
    readable=st.sampled_from([True, True, True, False]),
    holds_key=st.sampled_from([True, True, True, False]),
    asked=asked | st.just(UNIT),
    batch=batches | st.just(world.batch()),
    certification=certifications | st.just(world.certification()),
    seen_often=st.booleans(),
)


@settings(max_examples=1000, deadline=None)
@given(evidence=evidences, at=moments)
def test_every_evidence_has_one_verdict_five_lines_and_a_later_change(evidence: Evidence, at: Any) -> None:
    verdict = judge(evidence, at)
    assert [line.name for line in verdict.lines] == ["authentic", "made", "batch", "maker", "as_of"]
    assert verdict.as_of == evidence.as_of
    assert verdict.next_change is None or verdict.next_change > max(at, evidence.as_of)
    assert verdict.green == (verdict.code is Code.AUTHENTIC and verdict.notes == ())
    assert evidence.source is Source.SERVER or not verdict.green


@settings(max_examples=1000, deadline=None)
@given(evidence=evidences, at=moments)
def test_good_only_for_what_was_issued_and_stands(evidence: Evidence, at: Any) -> None:
    verdict = judge(evidence, at)
    if not verdict.good:
        return
    found, one, lot = evidence.asked, evidence.certification, evidence.batch
    assert evidence.readable
    assert evidence.holds_key
    assert found is not None
    assert one is not None
    assert found.signature in (Signature.ABSENT, Signature.GOOD)
    assert one.logged
    assert one.bound
    assert one.state is not CertificationState.PENDING
    if lot is not None:
        assert lot.state is BatchState.SEALED
        assert lot.logged
        assert lot.bound
        assert found.unit is None or found.unit <= lot.highest_reserved
        assert not any(window.holds(lot.sealed_on) for window in one.windows)


def spoilt(evidence: Evidence, fact: str) -> Evidence:
    """The same evidence with one fact made bad."""
    lot, one, found = evidence.batch, evidence.certification, evidence.asked
    if fact in ("readable", "holds_key"):
        return replace(evidence, **{fact: False})
    if fact == "mistyped":
        return replace(evidence, asked=None)
    if fact in list(Signature) and found is not None:
        return replace(evidence, asked=replace(found, signature=Signature(fact)))
    if fact in ("recalled", "revoked", "on_hold", "pending") and lot is not None:
        return replace(evidence, batch=replace(lot, state=BatchState(fact)))
    if fact in ("logged", "bound") and lot is not None:
        return replace(evidence, batch=replace(lot, **{fact: False}))
    if fact == "void" and lot is not None:
        return replace(evidence, batch=replace(lot, void=((1, 65_535),)))
    if fact == "unreserved" and lot is not None:
        return replace(evidence, batch=replace(lot, highest_reserved=0, closed=True))
    if fact in ("suspended", "withdrawn") and one is not None and one.state is not CertificationState.PENDING:
        # What is not out yet cannot be sanctioned: it would be made better, not worse.
        return replace(evidence, certification=replace(one, state=CertificationState(fact)))
    if fact == "window" and one is not None:
        return replace(evidence, certification=replace(one, windows=(Window(None, None),)))
    if fact == "gone":
        return replace(evidence, batch=None, certification=None)
    if fact == "seen_often":
        return replace(evidence, seen_often=True)
    if fact == "bundle":
        return replace(evidence, source=Source.BUNDLE)
    return evidence


FACTS = [
    *("readable", "holds_key", "mistyped", "false", "key_not_held", "wrong_owner", "key_not_active"),
    *("recalled", "revoked", "on_hold", "pending", "logged", "bound", "void", "unreserved"),
    *("suspended", "withdrawn", "window", "gone", "seen_often", "bundle"),
]


@settings(max_examples=2000, deadline=None)
@given(evidence=evidences, at=moments, fact=st.sampled_from(FACTS))
def test_a_bad_fact_never_makes_a_verdict_good_nor_takes_a_warning_away(evidence: Evidence, at: Any, fact: str) -> None:
    before, after = judge(evidence, at), judge(spoilt(evidence, fact), at)
    if after.good:
        assert before.good
        sanctions = {Note.CERTIFICATION_SUSPENDED, Note.CERTIFICATION_WITHDRAWN, Note.ENDING_SOON}
        assert set(before.notes) - sanctions <= set(after.notes)
        assert not after.green or before.green
    elif before.good:
        assert RANK[after.code] < RANK[before.code]


@pytest.mark.parametrize("fact", sorted(set(FACTS) - {"seen_often", "bundle", "suspended", "withdrawn"}))
def test_each_bad_fact_spoils_an_honest_unit(fact: str) -> None:
    honest = Evidence(Source.SERVER, world.NOW, world.ZONE, True, True, UNIT, world.batch(), world.certification())
    assert judge(honest, world.NOW).green
    assert not judge(spoilt(honest, fact), world.NOW).good


def test_next_change_is_the_first_moment_of_another_answer() -> None:
    honest = Evidence(Source.SERVER, world.NOW, world.ZONE, True, True, UNIT, world.batch(), world.certification())
    at, seen = world.NOW, []
    while (change := judge(replace(honest, as_of=at), at).next_change) is not None:
        just_before = change - timedelta(seconds=1)
        before = judge(replace(honest, as_of=just_before), just_before)
        after = judge(replace(honest, as_of=change), change)
        assert before.notes != after.notes
        seen.append(after.notes)
        at = change
    assert seen == [
        (Note.ENDING_SOON,),
        (Note.CERTIFICATION_ENDED,),
        (Note.CERTIFICATION_ENDED, Note.PAST_USE_BY),
    ]


# --- the edges that the golden vectors leave ------------------------------------------------------------------

HONEST = Evidence(Source.SERVER, world.NOW, world.ZONE, True, True, UNIT, world.batch(), world.certification())
PLAQUE = replace(
    HONEST,
    batch=None,
    asked=Asked(world.CERTIFICATION, Kind.PLAQUE, None, world.GRANTED, 364, world.CERTIFICATION_INDEX, Signature.GOOD),
)
TODAY = world.NOW.date()
ABSENT = replace(HONEST, source=Source.BUNDLE, batch=None, certification=None, asked=replace(UNIT, day=TODAY))


def test_only_a_signed_token_is_newer_than_a_list_and_only_than_a_list() -> None:
    assert ABSENT.asked is not None
    assert judge(ABSENT, world.NOW).code is Code.NEWER_THAN_LIST
    assert judge(replace(ABSENT, source=Source.SERVER), world.NOW).code is Code.UNKNOWN
    unsigned = replace(ABSENT.asked, signature=Signature.ABSENT)
    assert judge(replace(ABSENT, asked=unsigned), world.NOW).code is Code.UNKNOWN
    dayless = replace(ABSENT.asked, day=None)
    assert judge(replace(ABSENT, asked=dayless), world.NOW).code is Code.UNKNOWN


def test_a_batch_sealed_on_the_first_day_of_the_certification() -> None:
    one = world.certification(valid_from=world.SEALED)
    assert judge(replace(HONEST, certification=one), world.NOW).green


def test_a_certification_on_its_first_day_and_the_day_before() -> None:
    begins = replace(PLAQUE, certification=world.certification(valid_from=TODAY))
    assert judge(begins, world.NOW).code is Code.IN_FORCE
    assert judge(begins, world.NOW - timedelta(days=1)).code is Code.IN_FORCE, "a clock behind is not believed"
    early = replace(begins, as_of=world.NOW - timedelta(days=1))
    assert judge(early, early.as_of).code is Code.UNKNOWN


# --- what the five lines say beside their code ----------------------------------------------------------------

FRESH = Line("as_of", "fresh", {"at": "2026-06-01T15:00:00Z", "source": "server"})
ACTIVE = Line("maker", "active", {"until": "2027-03-30"})


def test_everything_that_is_said_of_an_honest_unit() -> None:
    assert judge(HONEST, world.NOW) == Verdict(
        Code.AUTHENTIC,
        (),
        world.NOW,
        Source.SERVER,
        (
            Line("authentic", "signed"),
            Line("made", "in_force", {"on": "2026-04-20"}),
            Line("batch", "sealed"),
            ACTIVE,
            FRESH,
        ),
        parse_rfc3339("2027-02-28T03:00:00Z"),
        False,
    )


def test_everything_that_is_said_of_a_plaque() -> None:
    assert judge(PLAQUE, world.NOW).lines == (
        Line("authentic", "signed"),
        Line("made", "granted", {"on": "2026-03-31"}),
        Line("batch", "none"),
        ACTIVE,
        FRESH,
    )


@pytest.mark.parametrize("fact", ["mistyped", "readable", "false", "gone"])
def test_nothing_is_said_of_what_is_not_known(fact: str) -> None:
    said = judge(spoilt(HONEST, fact), world.NOW).lines
    assert said[1:] == (Line("made", "not_known"), Line("batch", "not_known"), Line("maker", "not_known"), FRESH)
    assert said[0] == Line("authentic", "no" if fact == "false" else "not_known")


def test_since_when_and_why_a_batch_is_not_what_it_was() -> None:
    lot = world.batch(state=BatchState.RECALLED, since=date(2026, 5, 20), reason_class="food_safety")
    said = judge(replace(HONEST, batch=lot), world.NOW).lines
    assert said[1:4] == (
        Line("made", "in_force", {"on": "2026-04-20"}),
        Line("batch", "recalled", {"since": "2026-05-20", "reason_class": "food_safety"}),
        ACTIVE,
    )


def test_since_when_and_why_a_maker_is_suspended() -> None:
    one = world.certification(state=CertificationState.SUSPENDED, since=date(2026, 5, 21), reason_class="nonconformity")
    said = judge(replace(HONEST, certification=one), world.NOW).lines
    expected = {"until": "2027-03-30", "since": "2026-05-21", "reason_class": "nonconformity"}
    assert said[3] == Line("maker", "suspended", expected)


def test_a_batch_that_was_never_sealed_says_so_thrice() -> None:
    said = judge(replace(HONEST, batch=world.batch(state=BatchState.PENDING)), world.NOW).lines
    assert said[:3] == (Line("authentic", "not_sealed"), Line("made", "not_sealed"), Line("batch", "not_sealed"))


def test_a_bundle_says_when_it_was_gathered_and_that_it_is_a_bundle() -> None:
    evidence, at = replace(HONEST, source=Source.BUNDLE), world.NOW + timedelta(days=7)
    words = {"at": "2026-06-01T15:00:00Z", "source": "bundle"}
    assert judge(evidence, at).lines[4] == Line("as_of", "list", words)
    late = judge(evidence, at + timedelta(seconds=1))
    assert (late.lines[4], late.stale, late.source) == (Line("as_of", "stale", words), True, Source.BUNDLE)


def test_a_bundle_changes_when_it_is_stale() -> None:
    evidence = replace(HONEST, source=Source.BUNDLE)
    assert judge(evidence, world.NOW).next_change == world.NOW + timedelta(days=7, seconds=1)


def test_a_day_to_come_changes_when_it_begins() -> None:
    evidence = replace(HONEST, asked=replace(UNIT, day=date(2026, 6, 4)))
    verdict = judge(evidence, world.NOW)
    assert (verdict.code, verdict.next_change) == (Code.FORGED, parse_rfc3339("2026-06-04T03:00:00Z"))


def test_what_lies_beyond_the_calendar_never_changes() -> None:
    at = parse_rfc3339("9999-12-15T12:00:00Z")
    endless = world.certification(valid_until=date.max)
    evidence = replace(
        HONEST, as_of=at, certification=endless, batch=world.batch(use_by_days=0), asked=Asked(world.BATCH)
    )
    assert judge(evidence, at).next_change is None
