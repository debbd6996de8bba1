"""What is wrong with a document, and where: reasons with a JSON pointer (RFC 6901). Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from seal.errors import BadInput, Param, Reason

MOST = 50
"""Faults that one answer names; who mends fifty can ask again."""
_SHOWN = 80
_LONGEST_PATH = 400


@dataclass
class Faults:
    """Collects reasons in the order of the document."""

    reasons: list[Reason] = field(default_factory=list)

    @property
    def full(self) -> bool:
        return len(self.reasons) >= MOST

    def add(self, code: str, path: str, **params: Param) -> None:
        if not self.full:
            place = path[-_LONGEST_PATH:] or "/"
            self.reasons.append(Reason(code, {"path": place, **params}))

    def raise_any(self) -> None:
        """``BadInput`` with every reason, if there is one."""
        if self.reasons:
            raise BadInput.because(self.reasons)


def under(path: str, step: str | int) -> str:
    """The pointer one step further."""
    return f"{path}/{str(step).replace('~', '~0').replace('/', '~1')}"


def shown(value: object) -> str:
    """A value as an error may repeat it: short."""
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
