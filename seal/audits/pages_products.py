"""Pages: a product of a producer, of a protocol and a kind that are known."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.audits import products
from seal.errors import BadInput, Conflict, Reason, Refused, SealError
from seal.identity import Acting, Role
from seal.members import service as members
from seal.web import context, forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_MANAGER = Roles(Role.MANAGER)
_FORM_ERRORS = (BadInput, Refused, Conflict)


@policy(_MANAGER)
@get("/desk/producers/{producer_id:uuid}/products/new")
async def new_product(request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID]) -> Response[str]:
    """Protocols and kinds are picked from those that are known."""
    return await _page(request, acting, producer_id, Form())


async def _page(
    request: Request[Any, Any, Any], acting: Acting, producer_id: UUID, form: Form, error: SealError | None = None
) -> Response[str]:
    known = await products.known(acting, context.translator_of(request).lang)
    titles = {protocol_id: one.title for protocol_id, one in known.items()}
    given: dict[str, Any] = {
        "dossier": await members.dossier(acting, producer_id),
        "protocols": list(titles.items()),
        "kinds": list(_kinds(known).items()),
    }
    if error is not None:
        return form.again(request, "audits/product.html", error, **given)
    return render.page(request, "audits/product.html", form=form, **given)


def _kinds(known: Any) -> dict[str, str]:
    """Each kind once, in words, with the protocols that tell it apart."""
    found: dict[str, tuple[str, list[str]]] = {}
    for one in known.values():
        for kind, words in one.kinds.items():
            found.setdefault(kind, (words, []))[1].append(one.title)
    return {kind: f"{words} ({', '.join(of)})" for kind, (words, of) in found.items()}


@policy(_MANAGER)
@post("/desk/producers/{producer_id:uuid}/products")
async def add_product(request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    name = {"es": form.text("name_es"), "en": form.text("name_en", required=False)}
    protocol_id, net_content = form.text("protocol_id"), form.text("net_content")
    grams = form.integer("grams", low=1, high=1_000_000)
    kind = form.text("product_kind", required=False, most=60)

    async def run() -> dict[str, Any]:
        made = await products.add_product(
            acting, producer_id, protocol_id=protocol_id, name=name, net_content=net_content, grams=grams, kind=kind
        )
        return {"id": str(made.id)}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except _FORM_ERRORS as error:
        return await _page(request, acting, producer_id, form, _placed(error))
    return render.to(request, f"/desk/producers/{producer_id}")


def _placed(error: SealError) -> SealError:
    """The same error, beside the fields of this form."""
    fields = {"kind": "product_kind", "name.es": "name_es", "name.en": "name_en"}
    named = [str(one.params.get("field", "")) for one in error.reasons]
    return type(error).because(
        [
            Reason(one.code, {**one.params, "field": fields[name]}) if name in fields else one
            for one, name in zip(error.reasons, named, strict=True)
        ]
    )


routes: list[Any] = [new_product, add_product]
