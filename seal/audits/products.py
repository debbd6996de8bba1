"""What a product may be of: the protocols that an association knows, and the kinds of product that each names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from seal.errors import BadInput
from seal.identity import Acting
from seal.members import service as members
from seal.members.model import Product, clean_kind, clean_protocol_id
from seal.protocols import service as protocols
from seal.protocols.model import Protocol


@dataclass
class Known:
    """A protocol that products may be of. ``kinds``: those that it tells apart, with their words."""

    title: str
    kinds: dict[str, str] = field(default_factory=dict)


async def known(acting: Acting, language: str = "es") -> Mapping[str, Known]:
    """Protocols by id: published here, on their way, or in the library. Anyone signed in."""
    read = [*protocols.library().values(), *(one.protocol for one in await protocols.published(acting))]
    found: dict[str, Known] = {}
    for one in read:
        entry = found.setdefault(one.id, Known(one.title(language)))
        entry.title = one.title(language)  # the newest published says its name
        entry.kinds |= {kind: _words(one, kind, language) for kind in sorted(_kinds(one))}
    for life in await protocols.lives(acting):
        found.setdefault(life.protocol_id, Known(life.protocol_id))
    return dict(sorted(found.items()))


def _kinds(protocol: Protocol) -> set[str]:
    declared = {kind for module in protocol.modules for kind in module.product_kinds}
    return declared.union(*(part.products for condition in protocol.conditions() for part in condition.parts()))


def _words(protocol: Protocol, kind: str, language: str) -> str:
    said = (words[kind] for words in protocol.text(language).choices.values() if kind in words)
    return next(said, kind.replace("_", " "))


async def add_product(acting: Acting, producer_id: UUID, **given: Any) -> Product:
    """As ``members.add_product``, for a protocol that is known and a kind that it tells apart.

    Raises ``BadInput`` (``audits.product_protocol``, ``audits.product_kind``) besides.
    """
    protocol_id, kind = clean_protocol_id(given["protocol_id"]), clean_kind(given.get("kind"))
    every = await known(acting)
    if protocol_id not in every:
        listed = ", ".join(every)
        raise BadInput("audits.product_protocol", field="protocol_id", protocol_id=protocol_id, known=listed)
    kinds = every[protocol_id].kinds
    if kind is not None and kinds and kind not in kinds:
        raise BadInput("audits.product_kind", field="kind", kind=kind, known=", ".join(kinds))
    return await members.add_product(acting, producer_id, **given)
