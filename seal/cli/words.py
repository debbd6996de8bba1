"""What the command line says: errors as sentences, in the terminal's language."""

from __future__ import annotations

import os
from collections.abc import Iterator

from seal.errors import SealError
from seal.web.i18n import Translator


def language() -> str:
    """``es`` or ``en``, from ``SEAL_LANG``, ``LC_ALL``, ``LC_MESSAGES`` or ``LANG``; Spanish by default."""
    for name in ("SEAL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "en" if value.lower().startswith("en") else "es"
    return "es"


def translator() -> Translator:
    return Translator(language())


def explain(error: SealError) -> Iterator[str]:
    """One sentence a reason."""
    words = translator()
    for reason in error.reasons:
        yield words.reason(reason)
