"""The sentences that a new draft comes with: what to write in their place. None may be published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

FIRST: Mapping[str, Mapping[str, str]] = {
    "es": {
        "requirement": "Escriba aquí lo que se exige, en una frase.",
        "public": "Escriba aquí lo mismo, como se lo diría a quien compra.",
        "guidance": "Escriba aquí por qué importa y cómo se logra.",
        "look_for": "Escriba aquí qué debe mirar quien audita.",
        "fix": "Escriba aquí cómo se arregla si falta.",
    },
    "en": {
        "requirement": "Write here what is required, in one sentence.",
        "public": "Write here the same, as you would tell a buyer.",
        "guidance": "Write here why it matters and how to get there.",
        "look_for": "Write here what the auditor should look at.",
        "fix": "Write here how to mend it if it is missing.",
    },
}
_SENTENCES = frozenset(sentence for words in FIRST.values() for sentence in words.values())


def left(words: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Points of a file of words, each with a kind of words where such a sentence still stands."""
    for point, said in (words.get("points") or {}).items():
        for kind, sentence in said.items():
            if isinstance(sentence, str) and sentence.strip() in _SENTENCES:
                yield str(point), str(kind)
