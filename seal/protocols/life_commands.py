"""What ``seal protocols`` does with the life of a version. Each prints and returns an exit status; refusals raise."""

from __future__ import annotations

from seal.identity import Acting
from seal.protocols import service
from seal.protocols.life import Life
from seal.protocols.saying import say
from seal.web.i18n import translator


async def propose(acting: Acting, protocol_id: str, version: str, language: str = "es") -> int:
    """Propose a version; somebody else publishes it."""
    life = await service.propose(acting, protocol_id, version)
    say(_state(life, language))
    say(translator(language)("protocols.life.next"))
    return 0


async def publish(acting: Acting, protocol_id: str, version: str) -> int:
    """Publish what somebody else proposed."""
    kept = await service.publish(acting, protocol_id, version)
    say(f"{kept.protocol_id} {kept.version}  sha256:{kept.digest}")
    return 0


async def give_back(acting: Acting, protocol_id: str, version: str, reason: str, language: str = "es") -> int:
    say(_state(await service.give_back(acting, protocol_id, version, reason=reason), language))
    return 0


async def withdraw(acting: Acting, protocol_id: str, version: str, reason: str, language: str = "es") -> int:
    say(_state(await service.withdraw(acting, protocol_id, version, reason=reason), language))
    return 0


async def show_lives(acting: Acting, language: str = "es") -> int:
    """Every version of the association with its state."""
    for life in await service.lives(acting):
        say(_state(life, language))
    return 0


def _state(life: Life, language: str) -> str:
    words = translator(language)
    return f"{life.protocol_id} {life.version}  {words(f'protocols.state.{life.state.value}')}"
