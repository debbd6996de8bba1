"""Every fault that the code can name has a sentence with file and line, in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import seal.protocols
from seal.protocols.terms import Allergen, Change, CustodyModel, Every, Grain, Level, Part, Review
from seal.protocols.terms import Tester as _Tester
from seal.web.i18n import LANGUAGES, Translator, load, translator

FOLDER = Path(seal.protocols.__file__).parent
WITHOUT_FILE = {
    "no_library",
    "is_module",
    "not_a_value",
    "unit",
    "not_absence",
    "draft",
    "edited",
    "not_in_library",
    "not_found",
}
WITHOUT_FILE |= {
    "kept_copy_damaged",
    "negative_value",
    "capacity_input",
    "no_schema",
    "simulate_range",
    "no_such_point",
    "already_there",
    "name_reserved",
    "placeholder_left",
}
for apart in ("protocols_life", "protocols_answers"):
    words = yaml.safe_load((FOLDER.parent / "locales" / "es" / "errors" / f"{apart}.yaml").read_text("utf-8"))
    WITHOUT_FILE |= {code.removeprefix("protocols.") for code in words}
"""What is said of acts and of answers, not of files."""


def codes() -> Iterator[str]:
    for path in FOLDER.glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name not in ("fault", "misspelt", "BadInput", "Reason", "NotFound", "Unavailable"):
                continue
            for argument in call.args:
                if isinstance(argument, ast.Constant) and str(argument.value).startswith("protocols."):
                    yield str(argument.value)
                    if name == "misspelt":
                        yield f"{argument.value}_near"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_has_a_sentence(language: str) -> None:
    errors = load(language).errors
    used = set(codes())
    assert len(used) > 50
    assert sorted(used - set(errors)) == []
    for code in used:
        short = code.removeprefix("protocols.")
        assert errors[code].startswith("{file}:{line}: ") is (short not in WITHOUT_FILE), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_has_a_word(language: str) -> None:
    t: Translator = translator(language, strict=True)
    kinds = {"level": Level, "part": Part, "review": Review, "custody": CustodyModel, "every": Every, "by": _Tester}
    kinds |= {"change": Change, "grain": Grain, "allergen": Allergen}
    for kind, terms in kinds.items():
        for term in terms:
            assert t(f"protocols.{kind}.{term.value}")
