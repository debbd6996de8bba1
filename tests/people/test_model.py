"""How long a sign-in lasts, which links work, who can be written down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.identity import Role
from seal.people.model import (
    LIFETIMES,
    PRESSED_AGAIN_WITHIN,
    Link,
    Session,
    is_alive,
    lifetime,
    link_faults,
    person_faults,
    token_of,
)

AT = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NOBODY = UUID(int=0)


def session(made: datetime = AT, seen: datetime = AT, ended: datetime | None = None) -> Session:
    return Session(NOBODY, NOBODY, NOBODY, made, seen, ended, "")


def link(used: datetime | None = None, pressed: bytes | None = None) -> Link:
    return Link(NOBODY, NOBODY, NOBODY, AT, AT + timedelta(minutes=15), used, pressed, None)


@given(st.frozensets(st.sampled_from(list(Role)), min_size=1))
def test_strictest_of_the_roles_rules(roles: frozenset[Role]) -> None:
    limits = lifetime(roles)
    assert all(limits.idle <= LIFETIMES[role].idle and limits.absolute <= LIFETIMES[role].absolute for role in roles)


def test_unused_session_ends() -> None:
    idle = LIFETIMES[Role.CERTIFIER].idle
    assert is_alive(session(), [Role.CERTIFIER], AT + idle - SECOND)
    assert not is_alive(session(), [Role.CERTIFIER], AT + idle)


def test_used_session_ends_at_last() -> None:
    last = AT + LIFETIMES[Role.MANAGER].absolute
    assert is_alive(session(seen=last - SECOND), [Role.MANAGER], last - SECOND)
    assert not is_alive(session(seen=last - SECOND), [Role.MANAGER], last)


def test_ended_session_is_dead() -> None:
    assert not is_alive(session(ended=AT), [Role.PRODUCER], AT)


def test_session_without_any_role_is_short() -> None:
    assert not is_alive(session(), [], AT + timedelta(minutes=30))


def test_fresh_link_works() -> None:
    assert link_faults(link(), AT, None) == ()


@pytest.mark.parametrize(
    ("given_link", "at", "pressed", "code"),
    [
        (None, AT, None, "people.link_unknown"),
        (link(), AT + timedelta(minutes=15), None, "people.link_expired"),
        (link(AT, b"a"), AT, None, "people.link_used"),
        (link(AT, b"a"), AT, b"b", "people.link_used"),
        (link(AT, None), AT, None, "people.link_used"),
        (link(AT, b"a"), AT + PRESSED_AGAIN_WITHIN, b"a", "people.link_used"),
    ],
)
def test_link_that_does_not_work(given_link: Link | None, at: datetime, pressed: bytes | None, code: str) -> None:
    assert [reason.code for reason in link_faults(given_link, at, pressed)] == [code]


def test_second_press_of_the_same_page_works() -> None:
    assert link_faults(link(AT, b"a"), AT + SECOND, b"a") == ()


@pytest.mark.parametrize(
    ("name", "email", "language", "codes"),
    [
        ("Ana", "", "es", []),
        ("Ana", "ana@correo.cl", "en", []),
        (" ", "ana@", "fr", ["people.name", "people.email", "people.language"]),
        ("x" * 121, "", "es", ["people.name"]),
    ],
)
def test_every_fault_of_a_person(name: str, email: str, language: str, codes: list[str]) -> None:
    assert [reason.code for reason in person_faults(name, email, language)] == codes


@pytest.mark.parametrize(
    "link", ["abc", "https://x.cl/entrar/abc", " https://x.cl/a/b/entrar/abc/ ", "/entrar/abc?lang=en"]
)
def test_token_is_read_out_of_a_whole_link(link: str) -> None:
    assert token_of(link) == "abc"
