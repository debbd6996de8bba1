"""How the commands about protocols speak: answers to standard output, what is wrong to standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from seal.errors import Reason
from seal.web.i18n import Translator


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def refused(words: Translator, faults: Iterable[Reason]) -> int:
    """Say each fault with its place; returns 1, the exit status of a command that refuses."""
    for fault in faults:
        sentence, file = words.reason(fault), fault.params.get("file")
        if file is not None and not sentence.startswith(f"{file}:"):  # of an answer: an example says where it stands
            point = fault.params.get("point", "")
            sentence = f"{file}:{fault.params['line']}: {point}: {sentence}"
        sys.stderr.write(sentence + "\n")
    return 1
