"""JSON: a product of a producer, of a protocol and a kind that are known."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, post
from litestar.params import FromPath, JSONBody

from seal.audits import products
from seal.identity import Role
from seal.members.api import Made, NewProduct
from seal.web import once
from seal.web.context import Actor
from seal.web.policy import Roles, policy


@policy(Roles(Role.MANAGER))
@post("/api/v1/producers/{producer_id:uuid}/products")
async def add_product(
    request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID], data: JSONBody[NewProduct]
) -> Made:
    """Add a product, of a protocol that the association knows and a kind that it tells apart."""

    async def run() -> dict[str, Any]:
        return {"id": str((await products.add_product(acting, producer_id, **data.model_dump())).id)}

    return Made.model_validate(await once.api(request, acting, run, atomic=True))


routes: list[Any] = [add_product]
