"""What the register shows of a certification's life, and a snapshot that was touched."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.certificates.model import Action, ReasonClass, State, Step
from seal.errors import BadInput
from seal.keys import jws
from seal.public import register
from seal.public.register import Entry, Register
from tests.keys.examples import BASE, DID, NOON, compact, first, kid, sign_jws

ZONE = "America/Coyhaique"
AT = datetime(2026, 11, 21, 15, tzinfo=UTC)


def step(action: Action, days: int, reason: ReasonClass | None = None) -> Step:
    at = AT - timedelta(days=days)
    return Step(UUID(int=1000 + days), action, at, at, reason)


GRANT = step(Action.GRANT, 900)


def acts(*steps: Step) -> list[tuple[str, date | None]]:
    return [(one.act, one.until) for one in register.sanctions_of((GRANT, *steps), AT, ZONE)]


def test_a_suspension_in_force_has_no_end() -> None:
    assert acts(step(Action.SUSPEND, 5)) == [("suspend", None)]


def test_a_lifted_suspension_is_shown_for_two_years() -> None:
    assert acts(step(Action.SUSPEND, 30), step(Action.LIFT, 10)) == [("suspend", date(2026, 11, 11))]
    assert acts(step(Action.SUSPEND, 800), step(Action.LIFT, 760)) == []
    assert acts(step(Action.SUSPEND, 800)) == [("suspend", None)], "in force, however old"


def test_a_withdrawal_ends_the_suspension_before_it() -> None:
    assert acts(step(Action.SUSPEND, 30), step(Action.WITHDRAW, 10)) == [
        ("suspend", date(2026, 11, 11)),
        ("withdraw", None),
    ]


def test_what_holds_only_later_is_not_shown() -> None:
    assert acts(step(Action.SUSPEND, -1)) == []


def test_withdrawn_is_stronger_than_ended_and_ended_than_suspended() -> None:
    past, ahead = date(2026, 11, 1), date(2027, 1, 1)
    for steps, until, state in (
        ((GRANT,), ahead, State.ACTIVE),
        ((GRANT,), past, State.ENDED),
        ((GRANT, step(Action.SUSPEND, 5)), ahead, State.SUSPENDED),
        ((GRANT, step(Action.SUSPEND, 5)), past, State.ENDED),
        ((GRANT, step(Action.WITHDRAW, 5)), past, State.WITHDRAWN),
        ((step(Action.GRANT, -1),), ahead, State.NONE),
    ):
        assert register.state_of(steps, until, AT, ZONE) is state


def test_what_is_over_is_shown_for_two_years() -> None:
    today = date(2026, 11, 21)
    assert register.is_shown("ended", date(2024, 11, 21), today)
    assert not register.is_shown("ended", date(2024, 11, 20), today)
    assert register.is_shown("suspended", date(2020, 1, 1), today)


ENTRY = Entry(
    *("7Q4K2MXP8", "014", "=Colmenas Cárcamo", "Río Ibáñez"),
    ({"es": "Miel de ulmo", "en": "Ulmo honey"}, {"es": "Polen"}),
    *("miel", "1.0.0", "ab" * 32, {"es": "Miel", "en": "Honey"}, "association", "suspended"),
    *(date(2026, 3, 1), date(2026, 3, 1), date(2027, 2, 28)),
    register.sanctions_of((GRANT, step(Action.SUSPEND, 5, ReasonClass.AGREEMENT)), AT, ZONE),
)


def made(**changes: object) -> Register:
    given = {"statements": (compact(first()),), "entries": (ENTRY,), **changes}
    return Register(DID, BASE, "Sabores de Aysén", AT.date(), NOON + timedelta(hours=1), 3, **given)  # type: ignore[arg-type]


def signed(one: Register, by: str = "log-1") -> bytes:
    return sign_jws(one.payload, by, jws.REGISTER)


def test_a_snapshot_that_holds() -> None:
    held = register.read(signed(made()), fingerprint=kid("issuing-1"))
    assert held.pinned
    assert held.document["certifications"][0]["sanctions"][0]["reason_class"] == "agreement"
    assert not register.read(signed(made()), fingerprint=None).pinned


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (signed(made(), "issuing-1"), "register.key"),
        (signed(made(), "log-2"), "register.key"),
        (sign_jws(made().payload, "log-1", jws.REGISTER, "did:web:other.example"), "register.identity"),
        (sign_jws(made().payload, "log-1", jws.BUNDLE), "jws.type"),
        (sign_jws(b"{}", "log-1", jws.REGISTER), "register.members"),
        (signed(made(statements=())), "chain.empty"),
        (signed(made())[:-20] + b"A" * 20, "register.signature"),
    ],
)
def test_a_snapshot_that_does_not_hold(data: bytes, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        register.read(data, fingerprint=None)
    assert caught.value.code in (code, "jws.base64")


def test_a_snapshot_under_another_fingerprint() -> None:
    with pytest.raises(BadInput, match=r"chain\.fingerprint"):
        register.read(signed(made()), fingerprint=kid("issuing-2"))


@given(place=st.integers(0, len(signed(made())) - 1), byte=st.integers(0, 255))
def test_one_changed_byte_never_holds(place: int, byte: int) -> None:
    data = signed(made())
    changed = data[:place] + bytes([byte]) + data[place + 1 :]
    if changed.strip() == data:
        return
    with pytest.raises(BadInput):
        register.read(changed, fingerprint=None)


def test_two_registers_that_say_the_same() -> None:
    assert made().content == Register(DID, BASE, "Sabores de Aysén", date(2026, 12, 1), AT, 9, *_rest()).content
    assert made().content != made(entries=()).content


def _rest() -> tuple[tuple[bytes, ...], tuple[Entry, ...]]:
    return made().statements, made().entries


def test_a_spreadsheet_without_formulas() -> None:
    names, line = register.as_csv((ENTRY,), "en").splitlines()
    assert names.split(",")[:3] == ["code", "producer", "name"]
    assert "'=Colmenas" in line
    assert "Ulmo honey; Polen" in line
    assert "suspend 2026-11-16 agreement" in line
