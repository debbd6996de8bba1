"""The error tree. A code in words and its parameters; never a sentence, never an HTTP status.

SealError
├── BadInput        what was sent cannot be read or breaks a rule of form
├── SignInNeeded    nobody is signed in
├── NotAllowed      the person is known and may not do this
├── NotOffered      it is there, and not in any form that was asked for
├── NotFound        no such object, or one of another association: the two look the same
├── Conflict        the same key was used for something else, or someone was faster
├── Refused         the rules say no; carries *every* reason
└── Unavailable     cannot be done now: no key, no storage, no PDF library

Sentences live in ``locales/<lang>/errors.yaml`` under the code; ``web/problems.py`` alone knows HTTP.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Param = str | int


@dataclass(frozen=True)
class Reason:
    """One reason why something was refused: a code in words, and what the sentence needs."""

    code: str
    params: Mapping[str, Param] = field(default_factory=dict)

    def __str__(self) -> str:
        inside = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.code}({inside})" if inside else self.code


class SealError(Exception):
    """Base of every error that Seal raises on purpose; carries one reason or more."""

    def __init__(self, code: str, /, **params: Param) -> None:
        self.reasons: tuple[Reason, ...] = (Reason(code, params),)
        super().__init__(str(self.reasons[0]))

    @property
    def code(self) -> str:
        return self.reasons[0].code

    @property
    def params(self) -> Mapping[str, Param]:
        return self.reasons[0].params

    @classmethod
    def because(cls, reasons: Iterable[Reason]) -> SealError:
        """The same error with several reasons, in the order in which a person should read them."""
        all_reasons = tuple(reasons)
        if not all_reasons:
            raise ValueError("an error needs at least one reason")
        error = cls(all_reasons[0].code, **all_reasons[0].params)
        error.reasons = all_reasons
        error.args = ("; ".join(str(reason) for reason in all_reasons),)
        return error


class BadInput(SealError):
    """What was sent cannot be read or breaks a rule of form. ``params['field']`` names the place."""


class SignInNeeded(SealError):
    """Nobody is signed in, or the session has ended."""


class NotAllowed(SealError):
    """The person is known and may not do this."""


class NotFound(SealError):
    """No such object; also the answer for an object of another association (invariant 9)."""


class NotOffered(SealError):
    """The thing is there, and none of the forms (media types) that were asked for."""


class Conflict(SealError):
    """The same idempotency key with another body, or another act came first."""


class Refused(SealError):
    """The rules say no. ``reasons`` holds every one of them, never just the first."""


class Unavailable(SealError):
    """Cannot be done now: a key is missing or locked, storage is full, a library is not installed."""
