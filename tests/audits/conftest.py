"""One association with staff, one producer and a published protocol, on both engines."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from seal.associations.model import Association
from seal.protocols.publication import PublishedProtocol
from tests import world
from tests.world import Member, Staff


@dataclass(frozen=True)
class Stage:
    association: Association
    crew: Staff
    member: Member
    version: PublishedProtocol


@pytest.fixture
async def stage(database) -> Stage:
    group = await world.association()
    crew = await world.staff(group)
    one = await world.member(group, crew.manager)
    return Stage(group, crew, one, await world.honey(crew.manager))
