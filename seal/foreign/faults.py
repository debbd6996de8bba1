"""What is wrong with a foreign credential: a value with a code and a place, never an exception. Pure.

``Kind`` are the types that the W3C gives to problem details (RFC 9457): Verifiable Credentials Data Model 2.0, 7.2;
Data Integrity 1.0, 4.7; Bitstring Status List 1.0, 3.5. The code says which rule of that kind was broken; sentences
stand in ``locales/<lang>/errors/foreign.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from seal.errors import Param, Reason

_MODEL = "https://www.w3.org/TR/vc-data-model#"
_PROOFS = "https://w3id.org/security#"
_STATUS = "https://www.w3.org/ns/credentials/status-list#"
_SHOWN = 120
"""Characters of a foreign value that a fault repeats."""


class Kind(StrEnum):
    """``type`` of a problem detail."""

    PARSING = f"{_MODEL}PARSING_ERROR"
    SECURITY = f"{_MODEL}CRYPTOGRAPHIC_SECURITY_ERROR"
    MALFORMED = f"{_MODEL}MALFORMED_VALUE_ERROR"
    RANGE = f"{_MODEL}RANGE_ERROR"
    PROOF = f"{_PROOFS}PROOF_VERIFICATION_ERROR"
    TRANSFORMATION = f"{_PROOFS}PROOF_TRANSFORMATION_ERROR"
    DOMAIN = f"{_PROOFS}INVALID_DOMAIN_ERROR"
    CHALLENGE = f"{_PROOFS}INVALID_CHALLENGE_ERROR"
    STATUS_RETRIEVAL = f"{_STATUS}STATUS_RETRIEVAL_ERROR"
    STATUS_VERIFICATION = f"{_STATUS}STATUS_VERIFICATION_ERROR"
    STATUS_LENGTH = f"{_STATUS}STATUS_LIST_LENGTH_ERROR"

    @property
    def short(self) -> str:
        """The part after the ``#``."""
        return self.value.rpartition("#")[2]


@dataclass(frozen=True)
class Fault:
    """One broken rule. ``pointer`` is a JSON pointer (RFC 6901) into the document; empty for the whole of it."""

    kind: Kind
    code: str
    pointer: str = ""
    params: Mapping[str, Param] = field(default_factory=dict)

    @property
    def reason(self) -> Reason:
        """What a translator makes a sentence of."""
        return Reason(f"foreign.{self.code}", {"pointer": self.pointer or "/", **self.params})

    def under(self, pointer: str) -> Fault:
        """The same fault in a document that stands inside another one."""
        return replace(self, pointer=pointer + self.pointer)


class Unreadable(Exception):
    """Input of which nothing more can be said; carries the one fault."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.code)


def malformed(code: str, pointer: str = "", **params: Param) -> Fault:
    """A value that breaks a rule of the data model."""
    return Fault(Kind.MALFORMED, code, pointer, params)


def under(pointer: str, faults: Iterable[Fault]) -> list[Fault]:
    """Every fault, as seen from the document around it."""
    return [fault.under(pointer) for fault in faults]


def step(name: str | int) -> str:
    """One step of a JSON pointer."""
    return "/" + str(name).replace("~", "~0").replace("/", "~1")


def shown(value: object) -> str:
    """A foreign value, cut short, as a fault may repeat it."""
    text = value if isinstance(value, str) else repr(value)
    return "".join(symbol if symbol.isprintable() else "·" for symbol in text[:_SHOWN])
