"""What must hold for any protocol, any producer and any edit of a file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seal.errors import BadInput
from seal.protocols import assembly, document, loader
from seal.protocols.applicability import Situation, truth
from seal.protocols.checklist import Checklist, build, from_document
from seal.protocols.conditions import Compare, Comparison, Condition
from seal.protocols.facts import FactRule, Value
from seal.protocols.model import Module, Protocol
from seal.protocols.publication import PublishedProtocol, refusals
from seal.protocols.satisfiable import possible
from seal.protocols.source import Source, parse
from seal.protocols.terms import FactType
from tests.protocols.library import miel
from tests.protocols.test_checks import todo

WORDS = ("x", "y", "z")
RULES = (
    FactRule("yes", FactType.YES_NO),
    FactRule("number", FactType.NUMBER),
    FactRule("choice", FactType.CHOICE, choices=WORDS),
    FactRule("multi", FactType.MULTI, choices=WORDS),
)
BY_ID = {rule.id: rule for rule in RULES}
NUMBERS = st.integers(0, 6).map(Decimal)
ORDERED = st.sampled_from([Compare.AT_LEAST, Compare.ABOVE, Compare.AT_MOST, Compare.BELOW, Compare.IS])
KINDS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(tuple)
LEAVES = st.one_of(
    st.just(Condition(fact="yes")),
    st.booleans().map(lambda value: Condition(fact="yes", compare=Comparison(Compare.IS, value))),
    st.builds(lambda how, value: Condition(fact="number", compare=Comparison(how, value)), ORDERED, NUMBERS),
    st.sampled_from(WORDS).map(lambda word: Condition(fact="choice", compare=Comparison(Compare.IS, word))),
    KINDS.map(lambda words: Condition(fact="choice", compare=Comparison(Compare.IN, words))),
    st.sampled_from(WORDS).map(lambda word: Condition(fact="multi", compare=Comparison(Compare.HAS, word))),
    KINDS.map(lambda kinds: Condition(products=kinds)),
    KINDS.map(lambda kinds: Condition(sites=kinds)),
    st.builds(lambda how, value: Condition(year=True, compare=Comparison(how, value)), ORDERED, NUMBERS),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inside: st.one_of(
        inside.map(lambda one: Condition(negated=one)),
        st.lists(inside, min_size=1, max_size=3).map(lambda parts: Condition(all_of=tuple(parts))),
        st.lists(inside, min_size=1, max_size=3).map(lambda parts: Condition(any_of=tuple(parts))),
    ),
    max_leaves=6,
)
SOME = st.frozensets(st.sampled_from(WORDS))
KNOWN: dict[str, st.SearchStrategy[Any]] = {
    "yes": st.booleans(),
    "number": NUMBERS,
    "choice": st.sampled_from(WORDS),
    "multi": SOME,
}
WHOLE = st.builds(Situation, st.fixed_dictionaries(KNOWN), SOME, SOME, st.integers(1, 6))
PARTIAL = st.builds(
    Situation,
    st.fixed_dictionaries({name: st.none() | values for name, values in KNOWN.items()}),
    st.none() | SOME,
    st.none() | SOME,
    st.integers(1, 6),
)


@cache
def plain() -> Protocol:
    """A protocol of some points without conditions of its own."""
    first = miel()
    rules = replace(first.rules, batch_tests=(), capacity=None)
    return replace(first, points=first.points[:6], facts=RULES, rules=rules)


def conditional(conditions: list[Condition]) -> Protocol:
    points = zip(plain().points, conditions, strict=False)
    return replace(plain(), points=tuple(replace(point, applies_if=condition) for point, condition in points))


def shown(protocol: Protocol, known: Situation) -> Checklist:
    assert known.year is not None
    return build(protocol, known.facts, year=known.year, products=known.products, sites=known.sites)


@given(st.lists(CONDITIONS, min_size=6, max_size=6), PARTIAL)
def test_a_checklist_never_shows_a_point_whose_condition_is_false(
    conditions: list[Condition], known: Situation
) -> None:
    protocol = conditional(conditions)
    checklist = shown(protocol, known)
    for point in protocol.points:
        assert point.applies_if is not None
        false = truth(point.applies_if, known) is False
        assert (point.id in checklist) is not false
        assert (point.id in checklist.left_out) is false


@given(st.lists(CONDITIONS, min_size=6, max_size=6), PARTIAL, WHOLE)
def test_knowing_more_never_adds_a_point(conditions: list[Condition], known: Situation, rest: Situation) -> None:
    facts: dict[str, Value] = {
        name: rest.facts[name] if value is None else value for name, value in known.facts.items()
    }
    more = Situation(
        facts,
        rest.products if known.products is None else known.products,
        rest.sites if known.sites is None else known.sites,
        known.year,
    )
    protocol = conditional(conditions)
    before = {point.id for point in shown(protocol, known).points}
    assert {point.id for point in shown(protocol, more).points} <= before


@given(CONDITIONS, WHOLE)
def test_whoever_knows_everything_has_an_answer(condition: Condition, known: Situation) -> None:
    assert truth(condition, known) is not None
    assert truth(Condition(negated=condition), known) is not truth(condition, known)


@given(CONDITIONS, WHOLE)
def test_what_is_true_for_somebody_is_possible(condition: Condition, known: Situation) -> None:
    verdict = truth(condition, known)
    assert verdict is not None
    assert possible(condition, BY_ID, verdict)


@given(st.lists(CONDITIONS, min_size=6, max_size=6), PARTIAL)
def test_a_checklist_comes_back_whole_and_says_what_was_known(conditions: list[Condition], known: Situation) -> None:
    checklist = shown(conditional(conditions), known)
    again = from_document(checklist.document())
    assert again == checklist
    assert shown(conditional(conditions), checklist.situation) == checklist


@given(st.integers(1, 30), st.integers(1, 30))
def test_a_level_by_year_is_the_last_one_listed_up_to_it(year: int, later: int) -> None:
    point = todo().point("TODO-A01")
    order = ["minor", "major", "critical"]
    first, second = point.level_in(year), point.level_in(year + later)
    assert order.index(first.value) <= order.index(second.value)
    assert point.in_year(year).level is first
    assert first.value == order[min(year, 3) - 1]


def content(value: Any) -> Any:
    """What a parsed file says, by a way of its own: numbers by value, kinds kept apart, maps without order."""
    if isinstance(value, bool) or value is None:
        return ("is", value)
    if isinstance(value, int | Decimal):
        return ("text", format(Decimal(value).normalize(), "f"))  # a number and the text of it are one requirement
    if isinstance(value, str):
        return ("text", value)
    if isinstance(value, list):
        return ("list", tuple(content(each) for each in value))
    return ("map", frozenset((key, content(each)) for key, each in value.items()))


def requirements(text: str) -> Any:
    data = parse("protocol.yaml", text.encode()).data
    return content({key: each for key, each in data.items() if key not in ("status", "includes")})


TEXT = (loader.shipped() / "territorio/0.1.0/protocol.yaml").read_text("utf-8")
SNIPPETS = ("0", "1", ".0", " ", "\n", "# a remark\n", "x", "critical", "minor", "'", "true", ", ", "- ")


@st.composite
def edits(draw: st.DrawFn) -> str:
    """The file with a snippet put in, taken out or put in place of another."""
    at = draw(st.integers(0, len(TEXT)))
    length = draw(st.sampled_from([0, 0, 1, 2, 6]))
    return TEXT[:at] + draw(st.sampled_from(SNIPPETS)) + TEXT[at + length :]


@cache
def territorio() -> Module:
    return loader.load_module(loader.shipped(), "territorio", "0.1.0")


def edited(text: str) -> Module | None:
    """The module of an edited file, or ``None`` if it is refused, by name."""
    words = {name: Source(name, dict(each), {}) for name, each in territorio().words.items()}
    try:
        return assembly.module(parse("protocol.yaml", text.encode()), words, {})
    except BadInput as error:
        named = {each.params["file"] for each in error.reasons}
    assert named <= {"protocol.yaml", "es", "en"}
    return None


@settings(max_examples=80, deadline=None)
@given(edits())
def test_the_digest_changes_if_and_only_if_the_parsed_content_does(text: str) -> None:
    found = edited(text)
    if found is not None:
        assert (found.digest == territorio().digest) is (requirements(text) == requirements(TEXT))


@given(st.sampled_from(["20", "20.0", "20.00", "'20'", "020", "2e1", "20.04", "21", "-20"]))
def test_a_number_counts_by_its_value(written: str) -> None:
    def digest(number: str) -> str:
        return document.sha256(document.requirements(parse("x", f"a: {number}\n".encode()).data, []))

    assert (digest(written) == digest("20")) is (written in ("20", "20.0", "20.00", "'20'"))


def kept(protocol: Protocol) -> PublishedProtocol:
    nobody, day = UUID(int=1), datetime(2026, 3, 2, tzinfo=UTC)
    return PublishedProtocol(
        nobody, nobody, protocol.id, protocol.version, protocol.digest, protocol, nobody, day, b"", b""
    )


@settings(max_examples=25, deadline=None)
@given(edits())
def test_any_edit_of_a_published_file_is_refused_by_name_and_what_was_published_stays(text: str) -> None:
    """An edited module is another module: whoever pins it says so; unpinned, the protocol is no longer the kept one."""
    module = edited(text)
    if module is None or module.digest == territorio().digest:
        return
    published = kept(miel())
    own, others = miel().modules[0], miel().modules[2:]
    source = Source("protocol.yaml", {**own.document, "status": own.status}, {})
    words = {name: Source(name, dict(each), {}) for name, each in own.words.items()}
    included = {each.id: each for each in (module, *others)}
    with pytest.raises(BadInput) as refused:
        assembly.check(source, words, included)
    changed = [each for each in refused.value.reasons if each.code == "protocols.include_changed"]
    assert [each.params["id"] for each in changed] == ["territorio"]
    now = replace(miel(), digest=document.sha256({"edited": module.digest}))
    assert [(each.code, each.params["id"]) for each in refusals(now, published)] == [("protocols.edited", "miel")]
    assert published.sound
    assert assembly.unpack(assembly.package(published.protocol)) == miel()


@given(NUMBERS, NUMBERS)
def test_numbers_are_compared_by_value_however_they_are_told(told: Decimal, bound: Decimal) -> None:
    over = Condition(fact="number", compare=Comparison(Compare.AT_LEAST, bound))
    for value in (told, int(told), str(told), Fraction(told)):
        assert truth(over, Situation({"number": value})) is (told >= bound)
