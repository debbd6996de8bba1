"""Where a version stands, as pages say it: who proposed it, who published it, what may be done now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from seal.identity import Acting, Role
from seal.people import service as people
from seal.protocols import resolving
from seal.protocols.life import TRANSITIONS, Action, Life, State, order
from seal.protocols.loader import Key


@dataclass(frozen=True)
class Hand:
    """Who did something, and when. No name: the owner at the server's command line."""

    name: str | None
    at: datetime


@dataclass(frozen=True)
class LifeView:
    life: Life
    proposed: Hand | None
    published: Hand | None
    mine: bool
    """Proposed by whoever looks: somebody else publishes it."""
    may: frozenset[Action]
    origin: Key | None
    """What an adapted version lies over."""
    newer: str
    """The newest published version of the same protocol, if it is another one."""

    @property
    def state(self) -> State:
        return self.life.state

    @property
    def withdrawn(self) -> tuple[datetime, str] | None:
        """Since when and why."""
        step = self.life.last(Action.WITHDRAW)
        return None if step is None else (step.at, step.reason)


async def views(acting: Acting, lives: tuple[Life, ...]) -> dict[tuple[str, str], LifeView]:
    """By protocol and version, for somebody signed in."""
    names: dict[UUID, str] = {}

    async def hand(action: Action, life: Life) -> Hand | None:
        step = life.proposal if action is Action.PROPOSE else life.last(action) or life.last(Action.ADOPT)
        if step is None:
            return None
        if step.actor_id is None:
            return Hand(None, step.at)
        if step.actor_id not in names:
            names[step.actor_id] = (await people.person(acting, step.actor_id)).name
        return Hand(names[step.actor_id], step.at)

    found = {}
    for life in lives:
        proposal = life.proposal
        mine = proposal is not None and proposal.actor_id == acting.person_id
        may = frozenset(TRANSITIONS[life.state]) if acting.has(Role.MANAGER) else frozenset()
        found[life.protocol_id, life.version] = LifeView(
            life,
            await hand(Action.PROPOSE, life),
            await hand(Action.PUBLISH, life),
            mine,
            may - {Action.PUBLISH} if mine else may,
            await resolving.origin(life),
            newer(life, lives),
        )
    return found


def newer(life: Life, lives: tuple[Life, ...]) -> str:
    """The newest published version of the same protocol after ``life``; empty if there is none."""
    later = [
        one.version
        for one in lives
        if one.protocol_id == life.protocol_id
        and one.state in (State.PUBLISHED, State.SUPERSEDED)
        and order(one.version) > order(life.version)
    ]
    return max(later, key=order, default="")
