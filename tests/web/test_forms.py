"""Forms: each way to fill one in wrong, and what stays of what was typed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.errors import BadInput
from seal.identity import Role
from seal.web.forms import Form, Upload
from tests.conftest import Database
from tests.web.support import client, hidden, make_association, make_person, serving, sign_in


def form(**fields: str) -> Form:
    return Form({name: [value] for name, value in fields.items()})


@pytest.mark.parametrize(
    ("value", "read", "code"),
    [
        ("", lambda f: f.text("x"), "form.needed"),
        ("   ", lambda f: f.text("x"), "form.needed"),
        ("a" * 11, lambda f: f.text("x", most=10), "form.too_long"),
        ("a\x00b", lambda f: f.text("x"), "form.letters"),
        ("c", lambda f: f.choice("x", ("a", "b")), "form.choice"),
        ("", lambda f: f.choice("x", ("a", "b")), "form.choice"),
        ("1.5", lambda f: f.integer("x"), "form.integer"),
        ("٣", lambda f: f.integer("x"), "form.integer"),
        ("11", lambda f: f.integer("x", high=10), "form.integer"),
        ("-1", lambda f: f.integer("x"), "form.integer"),
        ("1e5", lambda f: f.decimal("x"), "form.decimal"),
        ("1.920,5", lambda f: f.decimal("x"), "form.decimal"),
        ("nan", lambda f: f.decimal("x"), "form.decimal"),
        ("31-12-2026", lambda f: f.day("x"), "form.day"),
        ("2026-02-30", lambda f: f.day("x"), "form.day"),
        ("not-a-uuid", lambda f: f.uuid("x"), "form.choice"),
        ("", lambda f: f.upload("x"), "form.file"),
    ],
)
def test_fault(value: str, read: Callable[[Form], Any], code: str) -> None:
    filled = form(x=value)
    read(filled)
    with pytest.raises(BadInput) as raised:
        filled.check()
    assert [(reason.code, reason.params["field"]) for reason in raised.value.reasons] == [(code, "x")]


def test_every_fault_is_told_at_once() -> None:
    filled = form()
    filled.text("name")
    filled.integer("units")
    with pytest.raises(BadInput) as raised:
        filled.check()
    assert [reason.params["field"] for reason in raised.value.reasons] == ["name", "units"]


def test_spanish_decimals_are_read_as_typed() -> None:
    assert form(x="17,40").decimal("x") == "17.40"


def test_optional_fields_may_be_empty() -> None:
    filled = form()
    values = (
        filled.text("x", required=False), filled.day("x", required=False), filled.decimal("x", required=False),
        filled.choice("x", ("a",), required=False), filled.upload("x", required=False),
    )  # fmt: skip
    filled.check()
    assert values == ("", None, "", "", None)


@given(st.integers(min_value=0, max_value=2**31 - 1))
def test_integers_are_read_back(value: int) -> None:
    filled = form(x=f" {value} ")
    assert filled.integer("x") == value
    filled.check()


def test_body_for_idempotency_leaves_out_the_hidden_fields_and_holds_the_files() -> None:
    one = Form({"a": ["1"], "_csrf": ["x"], "_once": ["y"]}, {"f": [Upload("n", "t", b"1")]})
    same = Form({"_csrf": ["other"], "a": ["1"]}, {"f": [Upload("other", "t", b"1")]})
    other_file = Form({"a": ["1"]}, {"f": [Upload("n", "t", b"2")]})
    assert one.canonical() == same.canonical()
    assert one.canonical() != other_file.canonical()


async def test_page_comes_back_with_what_was_typed_and_the_sentences(database: Database) -> None:
    association = await make_association()
    async with serving(database.settings) as app:
        browser = client(app)
        await sign_in(browser, await make_person(association, Role.MANAGER))
        fields = hidden((await browser.get("/desk/people")).text)
        answer = await browser.post(
            "/desk/people",
            data={**fields, "name": "", "email": "<script>alert(1)</script>", "language": "es", "roles": "auditor"},
        )
    assert answer.status_code == 400
    assert "Falta llenar este dato." in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "<script" not in answer.text
    assert 'value="auditor" checked' in answer.text


async def test_second_press_of_a_button_is_one_effect(database: Database) -> None:
    association = await make_association()
    async with serving(database.settings) as app:
        browser = client(app)
        await sign_in(browser, await make_person(association, Role.MANAGER))
        fields = hidden((await browser.get("/desk/people")).text)
        data = {**fields, "name": "Eva Díaz", "language": "es", "roles": "auditor"}
        first, second = [await browser.post("/desk/people", data=data) for _ in range(2)]
        assert first.headers["location"] == second.headers["location"]
        assert (await browser.get("/desk/people")).text.count("Eva Díaz") == 1
        other = await browser.post("/desk/people", data={**data, "name": "Otra"})
        assert other.status_code == 409


async def test_a_megabyte_of_empty_fields_is_refused_before_it_is_parsed(database: Database) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    async with serving(database.settings) as app, client(app, headers=kind) as browser:
        await make_association()
        began = time.process_time()
        for body in (b"&" * 900_000, b"a&" * 450_000, b"a=&" * 300_000):
            answer = await browser.post("/verificar/credencial", content=body)
            assert (answer.status_code, answer.json()["reasons"][0]["code"]) == (400, "web.fields")
        assert time.process_time() - began < 1
