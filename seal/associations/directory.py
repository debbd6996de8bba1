"""Which association an address belongs to: asked for every request, so kept for a moment in memory."""

from __future__ import annotations

import time
from typing import TypeAlias
from urllib.parse import urlsplit
from uuid import UUID

from litestar.di import NamedDependency

from seal.associations import service
from seal.associations.model import Association
from seal.errors import Unavailable
from seal.settings import Settings

Tenancy: TypeAlias = NamedDependency[Association]
"""The association of the request: write ``association: Tenancy`` in a handler."""

KEEP_SECONDS = 2.0
"""How long a list is believed. Associations change a few times in their life."""


class Directory:
    """The associations of this server, by slug and by host."""

    def __init__(self, settings: Settings) -> None:
        self.own_host = urlsplit(settings.public_origin).netloc
        self._known: tuple[Association, ...] = ()
        self._until = 0.0

    async def everyone(self) -> tuple[Association, ...]:
        if time.monotonic() >= self._until or not self._known:
            self._known = await service.all_associations()
            self._until = time.monotonic() + KEEP_SECONDS
        return self._known

    async def association(self, slug: str | None, host: str, signed_in: UUID | None) -> Association | None:
        """By slug; else whose host it is; else the signed-in person's; else the server's own or only one."""
        everyone = await self.everyone()
        if slug is not None:
            return next((one for one in everyone if one.slug == slug), None)
        at_host = next((one for one in everyone if _alone_at(one, host)), None)
        if at_host is not None and host != self.own_host:
            return at_host
        own = next((one for one in everyone if one.id == signed_in), None)
        return own or at_host or (everyone[0] if len(everyone) == 1 else None)

    async def knows_host(self, host: str) -> bool:
        """True if an association's base address has this host."""
        try:
            everyone = await self.everyone()
        except Unavailable:
            everyone = self._known
        return any(urlsplit(one.base).netloc == host for one in everyone)


def _alone_at(association: Association, host: str) -> bool:
    parts = urlsplit(association.base)
    return parts.netloc == host and not parts.path
