"""The sentences that a new draft comes with: what to write in their place. None may be published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from seal.web.i18n import translator

LANGUAGES = ("es", "en")
KINDS = ("requirement", "public", "guidance", "look_for", "fix")


def first(language: str) -> dict[str, str]:
    """What stands in the words of a new point."""
    words = translator(language)
    return {kind: words(f"protocols.skeleton.{kind}") for kind in KINDS}


@cache
def _sentences() -> frozenset[str]:
    return frozenset(sentence for language in LANGUAGES for sentence in first(language).values())


def left(words: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Points of a file of words, each with a kind of words where such a sentence still stands."""
    for point, said in (words.get("points") or {}).items():
        for kind, sentence in said.items():
            if isinstance(sentence, str) and sentence.strip() in _sentences():
                yield str(point), str(kind)
