"""The shape of ``overlay.yaml`` at the edge."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from seal.protocols.shape_base import Day, Shape, Version
from seal.protocols.terms import Change

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,24}$")]
Text = Annotated[str, Field(min_length=1, max_length=2000)]


class BaseShape(Shape):
    """The protocol beneath, pinned."""

    id: str
    version: Version
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ChangeShape(Shape):
    """One change: exactly one of ``point``, ``remove``, ``add`` and ``section``, and why."""

    point: str | None = None
    remove: str | None = None
    add: dict[str, Any] | None = None
    section: str | None = None
    set: Any = None
    text: dict[str, dict[str, Any]] | None = None
    reason: Text

    @property
    def acts(self) -> tuple[str, ...]:
        return tuple(name for name in ("point", "remove", "add", "section") if getattr(self, name) is not None)

    @property
    def subject(self) -> str:
        """The point or section that it is about."""
        if self.add is not None:
            return str(self.add.get("id", ""))
        return str(self.point or self.remove or self.section or "")


class OverlayShape(Shape):
    spec: Literal["seal-overlay/1"] = Field(alias="schema")
    id: Name
    version: Version
    base: BaseShape
    title: dict[str, Text] = Field(default_factory=dict)
    change: Change | None = None
    previous: Version | None = None
    valid_from: Day | None = None
    mandatory_from: Day | None = None
    changes: tuple[ChangeShape, ...] = ()
