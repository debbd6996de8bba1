"""A judged credential for a person: one of four results, and a sentence for everything found. Pure.

*Verified* alone is plainly good. A good signature whose status nobody could read is another result, never the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from seal.foreign.faults import Fault, shown
from seal.foreign.values import as_list
from seal.foreign.verifying import Judged
from seal.web.i18n import Translator

_NO_KEY = {"key_not_known"}
_UNREAD_STATUS = {"status_not_checked", "status_kind", "status_unasked"}


class Result(StrEnum):
    VERIFIED = "verified"
    VERIFIED_UNCHECKED = "verified_unchecked"
    NOT_VERIFIED = "not_verified"
    CANNOT_CHECK = "cannot_check"


@dataclass(frozen=True)
class Line:
    """A sentence and where in the document it points, empty for the whole."""

    says: str
    pointer: str


@dataclass(frozen=True)
class Said:
    """What a page or terminal shows. ``issuer`` and ``types`` are what the document says; believe them only if
    ``result`` is one of the two good ones."""

    result: Result
    issuer: str
    types: tuple[str, ...]
    source: str
    faults: tuple[Line, ...]
    warnings: tuple[Line, ...]
    inside: tuple[Said, ...] = ()


def result_of(judged: Judged) -> Result:
    """The one word for it."""
    if not judged.verified:
        only_the_key = judged.faults and {fault.code for fault in judged.faults} <= _NO_KEY
        return Result.CANNOT_CHECK if only_the_key else Result.NOT_VERIFIED
    unread = any(warning.code in _UNREAD_STATUS for warning in judged.warnings)
    return Result.VERIFIED_UNCHECKED if unread else Result.VERIFIED


def say(judged: Judged, t: Translator) -> Said:
    """Everything that was found, in words."""
    document = judged.document if isinstance(judged.document, dict) else {}
    return Said(
        result_of(judged),
        shown(judged.key.controller if judged.key else judged.issuer),
        tuple(shown(kind) for kind in as_list(document.get("type", [])) if isinstance(kind, str))[:10],
        judged.key.source.value if judged.key else "",
        _lines(judged.faults, t),
        _lines(judged.warnings, t),
        tuple(say(one, t) for one in judged.credentials),
    )


def _lines(faults: Iterable[Fault], t: Translator) -> tuple[Line, ...]:
    return tuple(Line(t.reason(fault.reason), fault.pointer) for fault in faults)


def unread(fault: Fault, t: Translator) -> Said:
    """What is said of input that could not be read at all."""
    return Said(Result.NOT_VERIFIED, "", (), "", _lines([fault], t), ())
