"""Good foreign credentials, changed anywhere: never verified, never an exception, and every fault has its sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seal.foreign import answering, presentation, verifying
from seal.foreign.faults import Kind
from seal.foreign.keyring import Keyring
from seal.foreign.verifying import Asked
from seal.web.i18n import Translator

from .examples import AT, STRANGER, credential, judge, plain, status_list

SIGNED = STRANGER.sign(credential(credentialStatus=None))
TOKEN = STRANGER.jwt(credential(credentialStatus=None))
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20),
    st.sampled_from(["https://www.w3.org/ns/credentials/v2", "VerifiableCredential", STRANGER.did, STRANGER.method]),
    st.lists(st.text(max_size=5), max_size=3), st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
)  # fmt: skip
SPANISH, ENGLISH = Translator("es", strict=True), Translator("en", strict=True)


def places(value: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [before, *(place for name, one in inner for place in places(one, (*before, name)))][bool(not before) :]


def put(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    copy = json.loads(json.dumps(value))
    holder = copy
    for name in place[:-1]:
        holder = holder[name]
    holder[place[-1]] = new
    return copy


def take(value: Any, place: tuple[Any, ...]) -> Any:
    copy = json.loads(json.dumps(value))
    holder = copy
    for name in place[:-1]:
        holder = holder[name]
    del holder[place[-1]]
    return copy


def test_the_good_ones() -> None:
    assert judge(SIGNED).verified
    assert judge(TOKEN).verified


@given(st.sampled_from(places(SIGNED)), VALUES)
@settings(max_examples=250, deadline=None)
def test_any_value_changed(place: tuple[Any, ...], new: Any) -> None:
    mutant = put(SIGNED, place, new)
    judged = judge(mutant)
    same = json.dumps(mutant, sort_keys=True) == json.dumps(SIGNED, sort_keys=True)
    assert judged.verified == same
    assert bool(judged.faults) != same
    for t in (SPANISH, ENGLISH):
        answering.credential(judged, Asked(), t)


@pytest.mark.parametrize("place", places(SIGNED), ids=str)
def test_any_value_taken_away(place: tuple[Any, ...]) -> None:
    judged = judge(take(SIGNED, place))
    # A proof without contexts of its own is checked with those of the document, which are the same.
    assert not judged.verified
    assert judged.faults


@given(st.integers(0, len(TOKEN) - 1), st.characters(codec="ascii"))
@settings(max_examples=250, deadline=None)
def test_any_letter_of_a_token_changed(place: int, letter: str) -> None:
    mutant = TOKEN[:place] + letter + TOKEN[place + 1 :]
    judged = judge(mutant)
    assert judged.verified == (mutant.strip() == TOKEN)


@given(st.recursive(VALUES, lambda inner: st.dictionaries(st.text(max_size=8), inner, max_size=4), max_leaves=12))
@settings(max_examples=150, deadline=None)
def test_anything_at_all_is_answered(value: Any) -> None:
    ring = Keyring()
    for candidate in (value, {"proof": value, "type": value}, {"verifiableCredential": value, "proof": [value]}):
        lists = verifying.status_lists([candidate, {"id": value}], ring, AT)
        assert not verifying.credential(candidate, ring, lists, AT).verified
        assert not verifying.present(candidate, ring, lists, AT).verified


NAMES = [name for name in credential() if name not in ("@context",)]


@given(st.sampled_from([*NAMES, "holder", "verifiableCredential", "proof"]), VALUES)
@settings(max_examples=150, deadline=None)
def test_a_signed_document_with_any_member_is_answered(name: str, value: Any) -> None:
    """Signed by the issuer, so that the rules of the document are what decides."""
    document = plain(**{name: value}) if name != "proof" else plain()
    token = STRANGER.jwt(document) if not _odd(value) else STRANGER.jwt(plain())
    judged = judge(token, STRANGER.sign(status_list()))
    for t in (SPANISH, ENGLISH):
        answering.credential(judged, Asked(), t)
    assert judged.verified == (not judged.faults)


def _odd(value: Any) -> bool:
    """What RFC 8785 cannot write: the token could not be made."""
    return "e+" in repr(value) or any(abs(one) > 2**53 for one in _numbers(value))


def _numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [number for one in value.values() for number in _numbers(one)]
    if isinstance(value, list):
        return [number for one in value for number in _numbers(one)]
    return [value] if isinstance(value, int | float) else []


def test_what_is_not_checked_is_told() -> None:
    judged = judge(SIGNED)
    assert {one.code for one in judged.warnings} == {"schema_not_checked", "related_not_checked"}
    unknown = plain(**{"@context": [*plain()["@context"], "https://example.org/c"]})
    inside = unknown | {"credentialSubject": {"@context": {"name": "urn:a:b"}, "id": "did:example:a"}}
    assert {one.code for one in judge(STRANGER.sign(inside)).warnings} == {"context_not_held", "context_nested"}


def test_what_was_not_asked_for_is_told() -> None:
    over = STRANGER.sign(credential(validUntil="2026-02-01T00:00:00Z"))
    judged = verifying.credential(over, Keyring(), {}, AT, Asked(validity=False, status=False))
    assert judged.verified
    assert {"validity_unasked", "status_unasked"} <= {one.code for one in judged.warnings}


def test_every_problem_has_a_type_of_the_w3c() -> None:
    judged = judge(presentation.envelope(TOKEN) | {"type": "Other"})
    answer = answering.credential(judged, Asked(), ENGLISH)
    assert answer["verified"] is False
    for problem in answer["problemDetails"]:
        assert problem["type"] in {kind.value for kind in Kind}
        assert problem["title"]
        assert problem["detail"]
