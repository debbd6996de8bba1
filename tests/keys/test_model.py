"""Intents: states and the keys that kinds are signed with."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from seal.errors import Refused
from seal.keys import jws, model
from seal.keys.model import TRANSITIONS, Intent, IntentAction, IntentKind, IntentState, KeyRole
from tests.keys.examples import NOON

INTENT = Intent(
    UUID(int=1), UUID(int=2), IntentKind.BATCH, UUID(int=3), b"x", model.digest(b"x"), IntentState.COMMITTED, NOON
)


def test_every_state_has_a_row() -> None:
    assert set(TRANSITIONS) == set(IntentState)


def test_signing_is_final() -> None:
    signed = model.apply(INTENT, IntentAction.SIGN, NOON, result=b"s", key_id="k")
    assert (signed.state, signed.result, signed.signed_at, signed.key_id) == (IntentState.SIGNED, b"s", NOON, "k")
    with pytest.raises(Refused) as caught:
        model.apply(signed, IntentAction.SIGN, NOON, result=b"t", key_id="k")
    assert caught.value.code == "keys.intent_state"


def test_an_altered_payload_is_seen() -> None:
    assert INTENT.unaltered
    assert not replace(INTENT, payload=b"y").unaltered


def test_each_key_has_its_own_kinds() -> None:
    by_log = {kind for kind in IntentKind if kind.role is KeyRole.LOG}
    assert by_log == {IntentKind.STATUS_LIST, IntentKind.CHECKPOINT, IntentKind.BUNDLE, IntentKind.REGISTER}
    assert not any(kind.role is KeyRole.NEXT for kind in IntentKind)


def test_types_of_what_is_signed() -> None:
    assert {kind: kind.typ for kind in IntentKind if kind.typ} == {
        IntentKind.KEY_STATEMENT: jws.KEYS,
        IntentKind.CERTIFICATION: jws.VC,
        IntentKind.BATCH: jws.VC,
        IntentKind.STATUS_LIST: jws.VC,
        IntentKind.BUNDLE: jws.BUNDLE,
        IntentKind.REGISTER: jws.REGISTER,
    }
