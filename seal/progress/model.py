"""Advice: who gave it to which producer on which day. It bars from audit and decision (ISO/IEC 17065 4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class Advice:
    """Advice of one person to one producer."""

    person_id: UUID
    given_on: date
    note: str = ""
