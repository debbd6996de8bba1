"""Conditions to XPath and back: the two agree on every set of facts, unknown ones included."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.protocols.exchange import xpath

_FACTS = ("a", "b", "n")
_leaf = st.one_of(
    st.sampled_from(["a", "b"]).map(lambda fact: {"fact": fact}),
    st.builds(
        lambda key, n: {"fact": "n", key: n},
        st.sampled_from(["at_least", "above", "at_most", "below"]),
        st.integers(0, 3),
    ),
)
_condition = st.recursive(
    _leaf,
    lambda inside: (
        inside.map(lambda part: {"not": part})
        | st.lists(inside, min_size=1, max_size=3).map(lambda parts: {"all": parts})
        | st.lists(inside, min_size=1, max_size=3).map(lambda parts: {"any": parts})
    ),
    max_leaves=6,
)
_answers = st.fixed_dictionaries(
    {
        "a": st.sampled_from([True, False, None]),
        "b": st.sampled_from([True, False, None]),
        "n": st.none() | st.integers(0, 3),
    }
)


def truth(condition: dict[str, Any], facts: dict[str, Any]) -> bool | None:
    """Kleene's table, written apart from the product's."""
    if "not" in condition:
        inside = truth(condition["not"], facts)
        return None if inside is None else not inside
    if "all" in condition or "any" in condition:
        word = "all" if "all" in condition else "any"
        parts = [truth(part, facts) for part in condition[word]]
        decisive = word == "any"
        if decisive in parts:
            return decisive
        return None if None in parts else not decisive
    value = facts[condition["fact"]]
    if value is None or condition["fact"] != "n":
        return value
    (key,) = set(condition) - {"fact"}
    bound = condition[key]
    return {"at_least": value >= bound, "above": value > bound, "at_most": value <= bound, "below": value < bound}[key]


def evaluate(expression: str, facts: dict[str, Any]) -> bool:
    """XPath by Python: the questions are replaced by what was answered."""
    code = expression
    for fact in _FACTS:
        value = facts[fact]
        shown = "''" if value is None else repr(value) if fact == "n" else "'yes'" if value else "'no'"
        code = code.replace(f"${{fact_{fact}}}", shown)
    code = code.replace("!=", "\0").replace(">=", "\1").replace("<=", "\2").replace("=", "==")
    code = code.replace("\0", "!=").replace("\1", ">=").replace("\2", "<=").replace("not(", "not (")
    return bool(eval(code, {"__builtins__": {}}))


@given(_condition, _answers)
def test_shown_unless_known_to_be_false(condition: dict[str, Any], facts: dict[str, Any]) -> None:
    assert evaluate(xpath.relevant(condition), facts) is (truth(condition, facts) is not False)


@pytest.mark.parametrize(
    ("expression", "condition"),
    [
        ("${bees} = 'yes'", {"fact": "bees", "is": "yes"}),
        ("${bees} != 'no'", {"not": {"fact": "bees", "is": "no"}}),
        ("${hives} >= 50", {"fact": "hives", "at_least": 50}),
        ("selected(${types}, 'raw')", {"fact": "types", "has": "raw"}),
        ("not(${a} = '1' or ${b} < 2)", {"not": {"any": [{"fact": "a", "is": "1"}, {"fact": "b", "below": 2}]}}),
        ("(${a} = 'x') and ${b} > 2.5 ", None),
    ],
)  # fmt: skip
def test_reads_the_grammar(expression: str, condition: dict[str, Any] | None) -> None:
    got = xpath.read(expression)
    assert got == (condition or {"all": [{"fact": "a", "is": "x"}, {"fact": "b", "above": xpath.scalar("2.5")}]})


_REFUSED = ["", "${a}", "${a} = ", "today() > ${b}", "${a} > 'b'", "count(${a}) > 1", "${a} = ${b}", "${a} = 'x' xor"]


@pytest.mark.parametrize("expression", [*_REFUSED, "(" * 400, "a" * 3000])
def test_refuses_what_it_does_not_understand(expression: str) -> None:
    with pytest.raises(xpath.NotUnderstoodError):
        xpath.read(expression)


def test_bounds_of_a_constraint() -> None:
    assert xpath.bounds(". >= 5 and . <= 20") == {"min": 5, "max": 20}


@pytest.mark.parametrize("constraint", [". < 5", "regex(., 'a')", ". >= 5 or . <= 20", ". >= 'a'", ". >= 5 and"])
def test_refuses_other_constraints(constraint: str) -> None:
    with pytest.raises(xpath.NotUnderstoodError):
        xpath.bounds(constraint)
