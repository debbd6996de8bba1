"""A notice: something a person should hear of, kept until it was passed on. The words are in the locales, by kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from seal.errors import Param


@dataclass(frozen=True)
class Notice:
    """``person_id`` is ``None`` when it is for the association's managers."""

    id: UUID
    association_id: UUID
    person_id: UUID | None
    kind: str
    """A key of the locales: ``notices.kind.<kind>``."""
    params: Mapping[str, Param]
    due_at: datetime
    made_at: datetime
    done_at: datetime | None
