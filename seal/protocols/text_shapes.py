"""The shape of ``text.<language>.yaml``: every word, by id. Spanish is whole; another language may lack words."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from seal.protocols.model import PointText
from seal.protocols.shape_base import Identifier, Paragraph, Sentence, Shape, Version


class PartialPointText(Shape):
    """The words of a point, or some of them."""

    requirement: str = ""
    public: str = ""
    look_for: str = ""
    fix: str = ""
    method: str = ""
    guidance: str = ""
    spoken: str = ""
    good: str = ""
    bad: str = ""


class PartialTextShape(Shape):
    """Words in a language beside Spanish: what is missing is shown in Spanish and named as untranslated."""

    spec: Literal["seal-protocol-text/1"] = Field(alias="schema")
    id: Identifier
    version: Version
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
    title: Sentence | None = None
    summary: Paragraph | None = None
    chapters: dict[str, Sentence] = Field(default_factory=dict)
    facts: dict[str, Sentence] = Field(default_factory=dict)
    batch_tests: dict[str, Sentence] = Field(default_factory=dict)
    points: dict[str, PartialPointText] = Field(default_factory=dict)
    choices: dict[str, dict[str, Sentence]] = Field(default_factory=dict)
    grades: dict[str, Sentence] = Field(default_factory=dict)
    notes: dict[str, Paragraph] = Field(default_factory=dict)


class TextShape(Shape):
    """The Spanish words."""

    spec: Literal["seal-protocol-text/1"] = Field(alias="schema")
    id: Identifier
    version: Version
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
    title: Sentence
    summary: Paragraph | None = None
    chapters: dict[str, Sentence]
    facts: dict[str, Sentence] = Field(default_factory=dict)
    batch_tests: dict[str, Sentence] = Field(default_factory=dict)
    points: dict[str, PointText]
    choices: dict[str, dict[str, Sentence]] = Field(default_factory=dict)
    grades: dict[str, Sentence] = Field(default_factory=dict)
    notes: dict[str, Paragraph] = Field(default_factory=dict)
