"""The life of a version in one association: states, acts and who may take the next one. Pure, append-only.

    draft ──propose──> proposed ──publish──> published ──supersede──> superseded
    draft <──return─── proposed              published | superseded ──withdraw──> withdrawn (final)
    draft ──discard──> discarded (final)

Publishing takes two people: whoever proposed a version cannot publish it. At an association with one manager the
owner at the server's command line is the other; a person's name is then missing on one side, which every page says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from seal.errors import Refused


class State(StrEnum):
    """Folded from steps. Whether a version may be used on a day follows from its dates (``transition.py``)."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    """Complete and frozen by the digest of its package, for a second person to look at."""
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    """A newer version is published; until that one is mandatory this one may still be used."""
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"
    """A draft that nobody goes on with; what was written is kept."""


class Action(StrEnum):
    BEGIN = "begin"
    PROPOSE = "propose"
    RETURN = "return"
    PUBLISH = "publish"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"
    DISCARD = "discard"
    ADOPT = "adopt"
    """Published by one person, before two were asked for. Written by the migration alone."""


class Source(StrEnum):
    """Where the text of a version is kept."""

    LIBRARY = "library"
    """Files that come with Seal."""
    OWN = "own"
    OVERLAY = "overlay"
    """Changes to a protocol of somebody else, with reasons."""


TRANSITIONS: Mapping[State, Mapping[Action, State]] = {
    State.DRAFT: {
        Action.PROPOSE: State.PROPOSED,
        Action.DISCARD: State.DISCARDED,
        Action.ADOPT: State.PUBLISHED,
    },
    State.PROPOSED: {Action.RETURN: State.DRAFT, Action.PUBLISH: State.PUBLISHED},
    State.PUBLISHED: {Action.SUPERSEDE: State.SUPERSEDED, Action.WITHDRAW: State.WITHDRAWN},
    State.SUPERSEDED: {Action.WITHDRAW: State.WITHDRAWN},
    State.WITHDRAWN: {},
    State.DISCARDED: {},
}

REASONED = frozenset({Action.RETURN, Action.WITHDRAW, Action.DISCARD})
"""Acts that say why."""
BY_HAND = (Action.PROPOSE, Action.RETURN, Action.PUBLISH, Action.WITHDRAW, Action.DISCARD)
"""Acts that a person takes; the others follow from them."""


@dataclass(frozen=True)
class Step:
    """One act. ``actor_id`` is ``None`` for the owner at the command line. ``package_sha256``: what was proposed."""

    id: UUID
    action: Action
    actor_id: UUID | None
    at: datetime
    reason: str = ""
    package_sha256: str | None = None
    document: bytes | None = None
    """What the log leaf of a withdrawal covers (FORMATS A5, type 5)."""
    salt: bytes | None = None


def apply(state: State, action: Action) -> State:
    """The state after ``action``. Raises ``Refused('protocols.life.not_now')``."""
    after = TRANSITIONS[state].get(action)
    if after is None:
        raise Refused("protocols.life.not_now", life_act=action.value, life_state=state.value)
    return after


@dataclass(frozen=True)
class Life:
    """A version on its way: ``id`` is that of its published version, once there is one."""

    id: UUID
    association_id: UUID
    protocol_id: str
    version: str
    source: Source
    begun_by: UUID | None
    begun_at: datetime
    steps: tuple[Step, ...]

    @property
    def state(self) -> State:
        state = State.DRAFT
        for step in self.steps:
            if step.action is not Action.BEGIN:
                state = apply(state, step.action)
        return state

    @property
    def proposal(self) -> Step | None:
        """The proposal that stands, or that was published."""
        found = None
        for step in self.steps:
            if step.action is Action.PROPOSE:
                found = step
            elif step.action is Action.RETURN:
                found = None
        return found

    def last(self, action: Action) -> Step | None:
        """The latest act of a kind."""
        return next((step for step in reversed(self.steps) if step.action == action), None)

    @property
    def name(self) -> dict[str, str]:
        """For sentences."""
        return {"id": self.protocol_id, "version": self.version}


def refuse_same_person(life: Life, actor_id: UUID | None) -> None:
    """Raises ``Refused('protocols.two_people' | 'protocols.two_people_line')``: the second look is somebody else's."""
    proposal = life.proposal
    if proposal is not None and proposal.actor_id == actor_id:
        code = "protocols.two_people_line" if actor_id is None else "protocols.two_people"
        raise Refused(code, **life.name)


def order(version: str) -> tuple[int, ...]:
    """``0.10.0`` comes after ``0.9.0``."""
    return tuple(int(part) for part in version.split("."))
