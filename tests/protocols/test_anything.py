"""Whatever stands in a file, it is read or refused by name: never another error, never a hang."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from seal.errors import BadInput
from seal.protocols import assembly, cautions, examples
from seal.protocols.example_shapes import ExampleShape
from seal.protocols.reading import read
from seal.protocols.source import Path, Source, parse, walk
from seal.web.i18n import translator
from tests.protocols.test_checks import DATA, todo

HOME = DATA / "todo/0.2.0"
FILES = {name: (HOME / name).read_bytes() for name in ("protocol.yaml", "text.es.yaml", "text.en.yaml")}
FILES["example"] = (HOME / "examples/passes.yaml").read_bytes()
WORDS = st.sampled_from(
    ["", "x", "critical", "1e9", "-1", "0", "TODO-A01", "sqrt", "cheese", "2027-01-01", "no", "\u202e", "a" * 700, "é"]
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 10**18), st.decimals(-10, 200, places=2, allow_nan=False), WORDS
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inside: st.one_of(st.lists(inside, max_size=3), st.dictionaries(WORDS.filter(bool), inside, max_size=3)),
    max_leaves=6,
)


@cache
def tree(name: str) -> tuple[Any, tuple[Path, ...]]:
    data = parse(name, FILES[name]).data
    return data, tuple(path for path, _ in walk(data) if path)


@st.composite
def spoiled(draw: st.DrawFn, name: str) -> Any:
    """The file with one to three values put in place of others, taken out, or put beside them."""
    data = copy.deepcopy(tree(name)[0])
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(tree(name)[1]))
        parent = data
        try:
            for step in path[:-1]:
                parent = parent[step]
            how = draw(st.sampled_from(["put", "take", "beside"]))
            if how == "put":
                parent[path[-1]] = draw(VALUES)
            elif how == "take":
                del parent[path[-1]]
            elif isinstance(parent, dict):
                parent[draw(WORDS.filter(bool))] = draw(VALUES)
            else:
                parent.append(draw(VALUES))
        except (AttributeError, KeyError, IndexError, TypeError):
            continue  # taken out before
    return data


def looked_at(structure: Any, words: dict[str, Any]) -> None:
    """As ``seal protocols check`` looks at a version: faults, warnings, and back from the kept copy."""
    sources = {name: Source(name, data, {}) for name, data in words.items()}
    try:
        checked = assembly.check(Source("protocol.yaml", structure, {}), sources, {})
    except BadInput as error:
        for language in ("es", "en"):
            for reason in error.reasons:
                assert translator(language, strict=True).reason(reason)
        return
    module = assembly.build(checked, {})
    found = list(cautions.of_file(checked, module, {}))
    if module.rules is not None:
        protocol = assembly.resolve(module, [])
        found += cautions.of_protocol(checked, protocol)
        assert assembly.unpack(assembly.package(protocol)).digest == protocol.digest
    for reason in found:
        assert translator("es", strict=True).reason(reason)


N = 100


@settings(max_examples=N, deadline=None)
@given(spoiled("protocol.yaml"))
def test_any_structure(data: Any) -> None:
    looked_at(data, {"es": tree("text.es.yaml")[0], "en": tree("text.en.yaml")[0]})


@settings(max_examples=N, deadline=None)
@given(spoiled("text.es.yaml"), spoiled("text.en.yaml"))
def test_any_words(spanish: Any, english: Any) -> None:
    looked_at(tree("protocol.yaml")[0], {"es": spanish, "en": english})


@settings(max_examples=N, deadline=None)
@given(spoiled("example"))
def test_any_example(data: Any) -> None:
    source = Source("example", data, {})
    try:
        example = read(ExampleShape, source)
    except BadInput:
        return
    for reason in examples.differences(todo(), example, source):
        assert translator("es", strict=True).reason(reason)
