"""Every input that the fuzzer kept, and every golden vector, through every target: the ordinary part of fuzzing."""

from __future__ import annotations

import pytest

from tests.fuzz.seeds import seeds
from tests.fuzz.targets import CORPUS, TARGETS


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_the_kept_corpus_is_read_or_refused(name: str) -> None:
    kept = sorted((CORPUS / name).glob("*"))
    assert kept, f"the corpus of {name} is empty: python -m tests.fuzz.run {name} --keep"
    for path in kept:
        TARGETS[name](path.read_bytes())


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_the_vectors_are_read_or_refused(name: str) -> None:
    for seed in seeds():
        TARGETS[name](seed)
