"""Bundles: what is accepted, what is refused, and what a token is worth against one. Every wrong token here is
truly signed, or one bit away from it."""

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
from seal.errors import BadInput
from seal.ids import Code as TypedCode
from seal.keys import jws, statement
from seal.labels import token as qr
from seal.verification import bundle, bundle_format
from seal.verification.facts import BatchState, CertificationState, Window
from seal.verification.model import Code, Note, Verdict, judge

from . import world

HOME = world.Keeper()
HELD = world.held(HOME)
UNIT = HOME.token()


def verdict(text: str, held: bundle.Bundle = HELD, **delta: float) -> Verdict:
    return judge(bundle.evidence(held, text), world.later(**delta))


# --- reading --------------------------------------------------------------------------------------------------


def test_contents_come_back_as_they_went() -> None:
    content = world.contents(HOME)
    assert bundle_format.parse(bundle_format.payload(content)) == content


def test_pinned_bundle_is_marked_pinned_and_unpinned_is_not() -> None:
    data = world.signed(HOME, world.contents(HOME))
    assert bundle.read(data, fingerprint=HOME.fingerprint).pinned
    first_use = bundle.read(data, fingerprint=None)
    assert not first_use.pinned
    assert first_use.fingerprint == HOME.fingerprint


def refused(data: bytes, **kwargs: Any) -> str:
    with pytest.raises(BadInput) as caught:
        bundle.read(data, **{"fingerprint": HOME.fingerprint} | kwargs)
    return caught.value.code


def test_refuses_another_fingerprint() -> None:
    data = world.signed(HOME, world.contents(HOME))
    assert refused(data, fingerprint="0" * 64) == "chain.fingerprint"


def test_refuses_a_bundle_of_a_thief_with_his_own_chain() -> None:
    thief = world.Keeper("thief")
    assert refused(world.signed(thief, world.contents(thief))) == "chain.fingerprint"


def test_refuses_a_bundle_signed_by_the_issuing_key() -> None:
    assert refused(world.signed(HOME, world.contents(HOME), HOME.issuing)) == "bundle.key"


def test_refuses_a_bundle_signed_by_a_key_outside_the_chain() -> None:
    assert refused(world.signed(HOME, world.contents(HOME), world.private_key("other"))) == "bundle.key"


def test_refuses_a_changed_content() -> None:
    head, _, tail = world.signed(HOME, world.contents(HOME)).split(b".")
    other = jws.encode(bundle_format.payload(world.contents(HOME, epoch=6))).encode()
    assert refused(b".".join([head, other, tail])) == "bundle.signature"


def test_refuses_another_identity_inside() -> None:
    content = world.contents(HOME, did="did:web:other.example")
    assert refused(world.signed(HOME, content)) == "bundle.identity"


def test_refuses_a_bundle_from_before_its_key() -> None:
    content = world.contents(HOME, as_of=world.FOUNDED - timedelta(days=1))
    assert refused(world.signed(HOME, content)) == "bundle.key"


@pytest.mark.parametrize("member", sorted(bundle_format.MEMBERS))
def test_refuses_a_bundle_without(member: str) -> None:
    document = json.loads(bundle_format.payload(world.contents(HOME)))
    del document[member]
    data = world.sign_jws(world.canonical(document), HOME.log, did=HOME.did, typ=jws.BUNDLE)
    assert refused(data) == "bundle.members"


@pytest.mark.parametrize(
    ("member", "value"),
    [("epoch", -1), ("epoch", "5"), ("as_of", "2026-06-01"), ("batches", [[1]]), ("certifications", 7), ("ended", [3])],
)
def test_refuses_nonsense_in(member: str, value: object) -> None:
    document = json.loads(bundle_format.payload(world.contents(HOME))) | {member: value}
    data = world.sign_jws(world.canonical(document), HOME.log, did=HOME.did, typ=jws.BUNDLE)
    assert refused(data) == "bundle.field"


def test_storage_refuses_an_older_epoch() -> None:
    last = bundle.LastSeen.of(HELD)
    assert refused(world.signed(HOME, world.contents(HOME, epoch=4)), last=last) == "bundle.older"


def test_storage_refuses_an_older_time_under_the_same_epoch() -> None:
    content = world.contents(HOME, as_of=world.later(hours=-1))
    assert refused(world.signed(HOME, content), last=bundle.LastSeen.of(HELD)) == "bundle.older"


def test_storage_refuses_another_history_of_the_same_keys() -> None:
    last = replace(bundle.LastSeen.of(HELD), statements=(b"another",))
    assert refused(world.signed(HOME, world.contents(HOME)), last=last) == "bundle.other_history"


def test_storage_accepts_a_newer_one_after_rotation() -> None:
    keeper = world.Keeper()
    first = world.held(keeper)
    keeper.rotate(world.later(hours=1))
    content = world.contents(keeper, epoch=6, as_of=world.later(hours=2))
    after = bundle.read(world.signed(keeper, content), fingerprint=first.fingerprint, last=bundle.LastSeen.of(first))
    assert after.fingerprint == keeper.fingerprint != first.fingerprint


def test_checkpoint_is_the_logs_own() -> None:
    def with_checkpoint(text: str) -> bytes:
        return world.signed(HOME, world.contents(HOME, checkpoint=text))

    held = bundle.read(with_checkpoint(world.checkpoint(HOME)), fingerprint=HOME.fingerprint)
    assert held.checkpoint is not None
    assert held.checkpoint.size == 10
    assert refused(with_checkpoint(world.checkpoint(HOME, key=HOME.issuing))) == "bundle.checkpoint"
    other = world.Keeper("neighbour", "https://other.example")
    assert refused(with_checkpoint(world.checkpoint(other))) == "bundle.checkpoint"
    assert refused(with_checkpoint("no note")).startswith("note.")


def test_storage_refuses_a_smaller_log_and_another_of_the_same_size() -> None:
    def at(size: int, root: bytes = b"r" * 32) -> bytes:
        text = world.checkpoint(HOME, size, root=root)
        return world.signed(HOME, world.contents(HOME, epoch=6, checkpoint=text))

    last = bundle.LastSeen.of(bundle.read(at(10), fingerprint=HOME.fingerprint))
    assert bundle.read(at(10), fingerprint=HOME.fingerprint, last=last).pinned
    assert bundle.read(at(11, b"s" * 32), fingerprint=HOME.fingerprint, last=last).pinned
    assert refused(at(9), last=last) == "bundle.older"
    assert refused(at(10, b"s" * 32), last=last) == "bundle.other_history"
    assert refused(world.signed(HOME, world.contents(HOME, epoch=6)), last=last) == "bundle.older"


# --- honest labels --------------------------------------------------------------------------------------------


def test_honest_unit_is_authentic_as_of_the_list() -> None:
    found = verdict(UNIT.digits)
    assert (found.code, found.notes, found.green) == (Code.AUTHENTIC, (Note.STATUS_AS_OF,), False)


@pytest.mark.parametrize(
    "text",
    [
        f"HTTPS://SELLO.EXAMPLE/{UNIT.digits}",
        f"https://sello.example/a/x/{UNIT.digits}",
        f" {UNIT.digits}\n",
        TypedCode(world.BATCH).printed,
        TypedCode(world.BATCH, 7).plain.lower(),
        f"https://sello.example/c/{TypedCode(world.BATCH).plain}",
    ],
)
def test_every_way_to_hold_it_says_the_same(text: str) -> None:
    assert verdict(text).code is Code.AUTHENTIC


def test_honest_token_with_suffix() -> None:
    token = HOME.token(suffix="/01/07804520123453/10/L2611/21/7")
    assert verdict(f"https://sello.example/{token.path}").code is Code.AUTHENTIC


def test_honest_plaque_is_in_force() -> None:
    assert verdict(HOME.plaque().digits).code is Code.IN_FORCE


@pytest.mark.parametrize("which", ["certification", "batch"])
def test_honest_credential_file(which: str) -> None:
    document = {
        "certification": world.credential_examples.certification(),
        "batch": world.credential_examples.batch(),
    }[which]
    found = verdict(HOME.credential(document).decode())
    assert found.code is {"certification": Code.IN_FORCE, "batch": Code.AUTHENTIC}[which]
    assert found.lines[0].code == "signed"


def test_old_label_stays_authentic_after_the_key_retired() -> None:
    keeper = world.Keeper()
    token = keeper.token()
    keeper.rotate(world.later(days=-20))
    assert verdict(token.digits, world.held(keeper)).code is Code.AUTHENTIC


def test_label_printed_later_by_the_next_key_is_authentic() -> None:
    keeper = world.Keeper()
    keeper.rotate(world.later(days=-20))
    assert verdict(keeper.token().digits, world.held(keeper)).code is Code.AUTHENTIC


def test_stale_after_seven_days() -> None:
    assert not verdict(UNIT.digits, days=7).stale
    assert verdict(UNIT.digits, days=7, seconds=1).stale


# --- truly signed, and wrong ----------------------------------------------------------------------------------


def code(token: qr.Token, held: bundle.Bundle = HELD, **delta: float) -> Code:
    return verdict(token.path, held, **delta).code


def test_key_of_another_association_cannot_be_checked() -> None:
    assert code(world.Keeper("neighbour", "https://other.example").token()) is Code.CANNOT_CHECK


def test_another_key_behind_our_hint_is_forged() -> None:
    other = world.private_key("other")
    assert code(HOME.token(key=other, hint=UNIT.fields.hint)) is Code.FORGED


def test_log_key_signs_no_labels() -> None:
    assert code(HOME.token(key=HOME.log)) is Code.CANNOT_CHECK


def test_retired_key_signs_no_later_day() -> None:
    keeper = world.Keeper()
    old = keeper.issuing
    keeper.rotate(world.later(days=-60))
    assert code(keeper.token(key=old), world.held(keeper)) is Code.FORGED


def test_ended_key_stands_only_for_what_was_logged_before() -> None:
    for tree_size, expected in ((9, Code.FORGED), (10, Code.AUTHENTIC)):
        keeper = world.Keeper()
        old = keeper.issuing
        end = statement.Ended(keeper.fingerprint, world.later(days=-1), tree_size)
        keeper.rotate(world.later(days=-1), (end,))
        assert code(keeper.token(key=old), world.held(keeper)) is expected


def test_log_key_can_end_a_key() -> None:
    end = statement.Ended(HOME.fingerprint, world.later(days=-1), 3)
    assert code(UNIT, world.held(HOME, ended=(end,))) is Code.FORGED


def test_log_key_cannot_bring_an_ended_key_back() -> None:
    keeper = world.Keeper()
    old = keeper.issuing
    keeper.rotate(world.later(days=-1), (statement.Ended(keeper.fingerprint, world.later(days=-1), 3),))
    late = statement.Ended(keeper.fingerprint, world.later(days=-1), 1000)
    assert code(keeper.token(key=old), world.held(keeper, ended=(late,))) is Code.FORGED


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": qr.Kind.PLAQUE, "number": None},
        {"kind": qr.Kind.ROLL, "status_index": None, "days": 0},
        {"kind": qr.Kind.BOX, "status_index": None, "days": 0, "number": None},
        {"day": world.SEALED + timedelta(days=1)},
        {"day": world.SEALED - timedelta(days=1)},
        {"days": world.USE_BY_DAYS + 1},
        {"days": 0},
        {"status_index": world.BATCH_INDEX + 1},
        {"day": date(2026, 6, 2)},
        {"public_id": world.CERTIFICATION},
    ],
    ids=str,
)
def test_field_unlike_the_record_is_forged(changes: dict[str, Any]) -> None:
    assert code(HOME.token(**changes)) is Code.FORGED


@pytest.mark.parametrize(
    "changes",
    [{"days": 100}, {"day": world.GRANTED - timedelta(days=1)}, {"status_index": 1}, {"public_id": world.BATCH}],
    ids=str,
)
def test_plaque_unlike_the_record_is_forged(changes: dict[str, Any]) -> None:
    assert code(HOME.plaque(**changes)) is Code.FORGED


def test_future_day_is_forged_even_for_an_unknown_id() -> None:
    assert code(HOME.token(public_id=1, day=date(2026, 6, 2))) is Code.FORGED


def test_suffix_moved_from_another_label_is_forged() -> None:
    assert code(replace(UNIT, suffix="/01/07804520123453/21/7")) is Code.FORGED


def test_unknown_before_the_list_and_newer_from_its_day_on() -> None:
    assert code(HOME.token(public_id=1, day=date(2026, 5, 31))) is Code.UNKNOWN
    assert code(HOME.token(public_id=1, day=date(2026, 6, 1))) is Code.NEWER_THAN_LIST
    assert code(HOME.token(public_id=1, day=date(2026, 6, 2)), days=1) is Code.NEWER_THAN_LIST


def test_typed_code_that_is_absent_is_unknown() -> None:
    assert verdict(TypedCode(1).plain).code is Code.UNKNOWN


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (10, Code.UNIT_VOID),
        (12, Code.UNIT_VOID),
        (13, Code.AUTHENTIC),
        (20, Code.UNIT_LOST),
        (100, Code.AUTHENTIC),
        (101, Code.NEWER_THAN_LIST),
    ],
)
def test_unit_numbers(number: int, expected: Code) -> None:
    assert code(HOME.token(number=number)) is expected


def test_number_above_the_range_of_a_closed_batch() -> None:
    closed = world.held(HOME, batch=world.batch(closed=True))
    assert code(HOME.token(number=101), closed) is Code.UNIT_OUT_OF_RANGE


def test_typed_number_above_the_range_has_no_signature_to_be_newer() -> None:
    assert verdict(TypedCode(world.BATCH, 101).plain).code is Code.UNIT_OUT_OF_RANGE


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"state": BatchState.RECALLED}, Code.RECALLED),
        ({"state": BatchState.REVOKED}, Code.REVOKED),
        ({"state": BatchState.ON_HOLD}, Code.ON_HOLD),
        ({"state": BatchState.PENDING}, Code.NOT_SEALED),
        ({"logged": False}, Code.NOT_SEALED),
    ],
)
def test_batch_states(changes: dict[str, Any], expected: Code) -> None:
    held = world.held(HOME, batch=world.batch(**changes))
    assert code(UNIT, held) is expected
    assert verdict(TypedCode(world.BATCH).plain, held).code is expected


def test_recall_is_not_hidden_by_a_number_above_the_range() -> None:
    held = world.held(HOME, batch=world.batch(state=BatchState.RECALLED))
    assert code(HOME.token(number=101), held) is Code.RECALLED


def test_window_of_a_decision() -> None:
    window = Window(world.SEALED, world.SEALED, "fraud")
    held = world.held(HOME, certification=world.certification(state=CertificationState.WITHDRAWN, windows=(window,)))
    assert code(UNIT, held) is Code.AFFECTED
    assert code(HOME.plaque(), held) is Code.WITHDRAWN


@pytest.mark.parametrize(
    ("state", "on_label", "on_plaque"),
    [
        (CertificationState.SUSPENDED, Note.CERTIFICATION_SUSPENDED, Code.SUSPENDED),
        (CertificationState.WITHDRAWN, Note.CERTIFICATION_WITHDRAWN, Code.WITHDRAWN),
    ],
)
def test_sanction_keeps_the_lot_and_is_said(state: CertificationState, on_label: Note, on_plaque: Code) -> None:
    held = world.held(HOME, certification=world.certification(state=state))
    found = verdict(UNIT.digits, held)
    assert found.code is Code.AUTHENTIC
    assert on_label in found.notes
    assert code(HOME.plaque(), held) is on_plaque


def test_pending_certification_is_unknown_until_its_plaque_proves_it_newer() -> None:
    held = world.held(HOME, batch=None, certification=world.certification(state=CertificationState.PENDING))
    assert verdict(TypedCode(world.CERTIFICATION).plain, held).code is Code.UNKNOWN
    assert code(HOME.plaque(), held) is Code.NEWER_THAN_LIST


def test_forged_credential_file() -> None:
    document = world.credential_examples.batch()
    for wrong in (
        HOME.credential(document, HOME.log),
        HOME.credential(document, world.private_key("other")),
        HOME.credential(world.credential_examples.batch(use_by_days=999)),
        HOME.credential(world.credential_examples.batch(status_index=7)),
        HOME.credential(world.credential_examples.batch(public_id=world.CERTIFICATION)),
    ):
        assert verdict(wrong.decode()).code in (Code.FORGED, Code.CANNOT_CHECK)
    assert verdict(wrong.decode()).code is Code.FORGED


# --- one bit away ---------------------------------------------------------------------------------------------

WHOLE = b"\x01" + UNIT.fields.payload + UNIT.signature


@settings(max_examples=400, deadline=None)
@given(place=st.integers(0, 8 * len(WHOLE) - 1))
def test_any_flipped_bit_is_worse(place: int) -> None:
    changed = bytearray(WHOLE)
    changed[place // 8] ^= 1 << place % 8
    found = verdict(str(int.from_bytes(changed)))
    assert found.code in (Code.MISTYPED, Code.FORGED, Code.CANNOT_CHECK)


@settings(max_examples=200, deadline=None)
@given(cut=st.integers(1, len(WHOLE) - 1), number=st.sampled_from([8, 10, 99, 101]))
def test_any_splice_of_two_true_tokens_is_worse(cut: int, number: int) -> None:
    other = HOME.token(number=number)
    spliced = WHOLE[:cut] + (b"\x01" + other.fields.payload + other.signature)[cut:]
    found = verdict(str(int.from_bytes(spliced))).code
    if spliced == WHOLE:
        assert found is Code.AUTHENTIC
    elif spliced[1:] == other.fields.payload + other.signature:
        assert found is code(other)
    else:
        assert found is Code.FORGED


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet="0123456789ABCDEFGHJKMNPQRSTVWXYZ-/. :", max_size=220))
def test_nothing_typed_at_random_is_good(text: str) -> None:
    assert not verdict(text).good


SIGNED_BUNDLE = world.signed(HOME, world.contents(HOME))


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, len(SIGNED_BUNDLE) - 1), bit=st.integers(0, 7))
def test_any_flipped_bit_of_a_bundle_is_refused(place: int, bit: int) -> None:
    changed = bytearray(SIGNED_BUNDLE)
    changed[place] ^= 1 << bit
    with pytest.raises(BadInput):
        bundle.read(bytes(changed), fingerprint=HOME.fingerprint)


# --- what the comparison with the browser's verifier brought to light --------------------------------------------


@pytest.mark.parametrize("name", ["\ud800", "a" * 8])
def test_refuses_half_a_character_instead_of_failing(name: str) -> None:
    payload = bundle_format.payload(world.contents(HOME)).replace(b'"Sabores de prueba"', json.dumps(name).encode())
    data = world.sign_jws(payload, HOME.log, did=HOME.did, typ=jws.BUNDLE)
    if name.isascii():
        assert bundle.read(data, fingerprint=HOME.fingerprint).contents.name == name
    else:
        assert refused(data) == "bundle.field"


def test_refuses_a_number_that_json_cannot_hold() -> None:
    payload = bundle_format.payload(world.contents(HOME)).replace(b'"epoch":5', b'"epoch":9007199254740993')
    assert refused(world.sign_jws(payload, HOME.log, did=HOME.did, typ=jws.BUNDLE)) == "bundle.field"


@pytest.mark.parametrize(
    "changes",
    [{"zone": "Mars/Olympus"}, {"zone": "America"}, {"zone": "/etc/passwd"}, {"as_of": world.NOW.replace(year=9999)}],
)
def test_refuses_a_bundle_whose_days_cannot_be_told(changes: dict[str, Any]) -> None:
    assert refused(world.signed(HOME, world.contents(HOME, **changes))) == "bundle.zone"


def test_refuses_a_checkpoint_where_the_address_has_no_host() -> None:
    content = world.contents(HOME, base="sello.example", checkpoint=world.checkpoint(HOME))
    assert refused(world.signed(HOME, content)) == "bundle.checkpoint"


@pytest.mark.parametrize(
    "subject", [{"assessment": ["a"]}, {"assessment": [{"declaredValue": 7}]}, "text", {"assessment": []}]
)
def test_a_signed_document_of_another_shape_is_forged(subject: object) -> None:
    document = {"id": f"{world.BASE}/c/{TypedCode(world.BATCH).plain}", "validFrom": "2026-04-20T14:30:00Z"}
    held = HOME.credential({**document, "issuer": HOME.did, "credentialSubject": subject}).decode()
    assert verdict(held).code is Code.FORGED


# --- golden vectors -------------------------------------------------------------------------------------------

VECTORS = Path(__file__).parent.parent / "vectors" / "bundle"
CASES: dict[str, Any] = json.loads((VECTORS / "cases.json").read_text("utf-8"))


def test_golden_bundle_is_made_again_byte_for_byte() -> None:
    content = world.contents(HOME)
    assert bundle_format.payload(content) == (VECTORS / "valid.payload.json").read_bytes()
    assert world.signed(HOME, content) == (VECTORS / "valid.jwt").read_bytes()


@pytest.mark.parametrize("name", CASES["refused"])
def test_golden_bundle_is_refused(name: str) -> None:
    data = (VECTORS / f"refused-{name}.jwt").read_bytes()
    assert refused(data, fingerprint=CASES["fingerprint"]) == CASES["refused"][name]


@pytest.mark.parametrize("case", CASES["tokens"], ids=[case["name"] for case in CASES["tokens"]])
def test_golden_token_against_the_golden_bundle(case: dict[str, str]) -> None:
    held = bundle.read((VECTORS / "valid.jwt").read_bytes(), fingerprint=CASES["fingerprint"])
    assert judge(bundle.evidence(held, case["text"]), parse_rfc3339(CASES["at"])).code == case["expect"]


def test_golden_bundle_with_rolls_and_boxes_is_made_again_byte_for_byte() -> None:
    content = world.contents(HOME, rolls=(world.roll(),), boxes=(world.box(),))
    assert bundle_format.payload(content) == (VECTORS / "seals.payload.json").read_bytes()
    assert world.signed(HOME, content) == (VECTORS / "seals.jwt").read_bytes()
    assert bundle_format.parse(bundle_format.payload(content)) == content


@pytest.mark.parametrize("case", CASES["seals"], ids=[case["name"] for case in CASES["seals"]])
def test_golden_seals_and_boxes_against_their_golden_bundle(case: dict[str, str]) -> None:
    held = bundle.read((VECTORS / "seals.jwt").read_bytes(), fingerprint=CASES["fingerprint"])
    assert judge(bundle.evidence(held, case["text"]), parse_rfc3339(CASES["at"])).code == case["expect"]


def test_a_bundle_without_rolls_and_boxes_has_the_members_that_it_always_had() -> None:
    assert json.loads(bundle_format.payload(world.contents(HOME))).keys() == bundle_format.MEMBERS


@pytest.mark.parametrize(
    ("member", "row"),
    [
        ("rolls", [1, 2, 3, [], [], [[1, 2, 1, 1]], None]),
        ("rolls", [1, 2, 3, [], [], [], None, None]),
        ("rolls", [1, -2, 3, [], [], [], None]),
        ("boxes", [1, 2, "shut", [], None]),
        ("boxes", [1, 2, "open", [[1, [[1, 2]]]], None]),
    ],
)
def test_refuses_rolls_and_boxes_that_are_none(member: str, row: list[Any]) -> None:
    document = json.loads(bundle_format.payload(world.contents(HOME))) | {member: [row]}
    data = world.sign_jws(world.canonical(document), HOME.log, did=HOME.did, typ=jws.BUNDLE)
    assert refused(data) == "bundle.field"
