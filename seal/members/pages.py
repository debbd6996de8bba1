"""Pages: the register of producers, one producer's dossier, and the forms that add to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.errors import BadInput, Conflict, Refused, SealError
from seal.identity import Acting, Role
from seal.members import pages_gs1, service
from seal.members.model import PERMIT_KINDS, TRANSITIONS, MembershipAction, RelationKind, SiteKind
from seal.people import service as people
from seal.web import context, forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
_MANAGER = Roles(Role.MANAGER)
_SIDE = Roles(Role.MANAGER, Role.PRODUCER)
FORM_ERRORS = (BadInput, Refused, Conflict)
TERMS_VERSION = "2"
"""Of the text that ``members.agreement.terms`` offers; whoever signed an earlier one keeps it, text and digest."""


@policy(_EVERYONE)
@get("/desk/producers")
async def list_producers(request: Request[Any, Any, Any], acting: Actor) -> Response[str]:
    return render.page(request, "members/list.html", producers=await service.producers(acting))


@policy(_MANAGER)
@get("/desk/producers/new")
async def new_producer(request: Request[Any, Any, Any]) -> Response[str]:
    return render.page(request, "members/new.html", form=Form())


@policy(_MANAGER)
@post("/desk/producers")
async def register(request: Request[Any, Any, Any], acting: Actor) -> Response[Any]:
    form = await forms.read(request)
    name, commune = form.text("trade_name"), form.text("commune")
    contact = form.text("contact", required=False)
    language = form.choice("language", ("es", "en"))

    async def run() -> dict[str, Any]:
        made = await service.register_producer(
            acting, trade_name=name, commune=commune, language=language, contact=contact
        )
        return {"id": str(made.id)}

    try:
        form.check()
        made = await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return form.again(request, "members/new.html", error)
    return render.to(request, f"/desk/producers/{made['id']}")


@policy(_EVERYONE)
@get("/desk/producers/{producer_id:uuid}")
async def show(request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID]) -> Response[str]:
    return await _detail(request, acting, producer_id, Form())


async def _detail(
    request: Request[Any, Any, Any], acting: Acting, producer_id: UUID, form: Form, error: SealError | None = None
) -> Response[str]:
    dossier = await service.dossier(acting, producer_id)
    staff = acting.has(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER)
    everyone = {one.id: one for one in await people.people(acting)} if staff else {}
    acting_for = await service.representatives(acting.association_id, producer_id, acting.at)
    given: dict[str, Any] = {
        "dossier": dossier,
        "today": await service.today(acting),
        "steps": [action.value for action in TRANSITIONS[dossier.producer.state]],
        "site_kinds": [kind.value for kind in SiteKind],
        "permit_kinds": PERMIT_KINDS,
        "relation_kinds": [kind.value for kind in RelationKind],
        "people": tuple(everyone.values()),
        "names": {person_id: one.name for person_id, one in everyone.items()},
        "representatives": [everyone[one] for one in sorted(acting_for) if one in everyone],
        "relations": await service.relations(acting.association_id, producer_id) if staff else (),
    }
    if error is not None:
        return form.again(request, "members/detail.html", error, **given)
    return render.page(request, "members/detail.html", form=form, **given)


async def _act(
    request: Request[Any, Any, Any],
    acting: Acting,
    producer_id: UUID,
    form: Form,
    verb: Callable[[], Awaitable[object]],
) -> Response[Any]:
    """Run one verb for one form of the dossier, and show the dossier again."""

    async def run() -> dict[str, Any]:
        await verb()
        return {}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except FORM_ERRORS as error:
        return await _detail(request, acting, producer_id, form, error)
    return render.to(request, f"/desk/producers/{producer_id}")


@policy(_MANAGER)
@post("/desk/producers/{producer_id:uuid}/sites")
async def add_site(request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    name, kind, commune = form.text("site_name"), form.text("site_kind"), form.text("site_commune")
    return await _act(
        request,
        acting,
        producer_id,
        form,
        lambda: service.add_site(acting, producer_id, name=name, kind=kind, commune=commune),
    )


@policy(_MANAGER)
@post("/desk/producers/{producer_id:uuid}/permits")
async def record_permit(request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    kind, number = form.choice("permit_kind", (*PERMIT_KINDS, "other")), form.text("permit_number", most=80)
    if kind == "other":
        kind = form.text("permit_kind_other", most=60)
    until = form.day("permit_until", required=False)
    return await _act(
        request,
        acting,
        producer_id,
        form,
        lambda: service.record_permit(acting, producer_id, kind=kind, number=number, valid_until=until),
    )


@policy(_MANAGER)
@post("/desk/producers/{producer_id:uuid}/relations")
async def declare_relation(
    request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID]
) -> Response[Any]:
    form = await forms.read(request)
    person_id, kind = form.uuid("relation_person"), form.text("relation_kind")
    since, until = form.day("relation_since"), form.day("relation_until", required=False)
    degree = form.integer("relation_degree", low=1, high=10) if form.value("relation_degree").strip() else None

    async def verb() -> object:
        assert since is not None  # form.check() has passed
        return await service.declare_relation(
            acting, person_id, producer_id, kind=kind, since=since, until=until, degree=degree
        )

    return await _act(request, acting, producer_id, form, verb)


@policy(_SIDE)
@post("/desk/producers/{producer_id:uuid}/agreement")
async def sign_agreement(request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    version, terms = form.text("version", most=40), form.text("terms", most=100_000)
    if not form.flag("accepted"):
        form.fault("accepted", "form.needed")
    return await _act(
        request,
        acting,
        producer_id,
        form,
        lambda: service.sign_agreement(acting, producer_id, version=version, terms=terms.encode()),
    )


@policy(_MANAGER)
@post("/desk/producers/{producer_id:uuid}/representatives")
async def represent(request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID]) -> Response[Any]:
    form = await forms.read(request)
    person_id, change = form.uuid("person"), form.choice("change", ("begin", "end"))
    verb = service.represent if change == "begin" else service.end_representation
    return await _act(request, acting, producer_id, form, lambda: verb(acting, person_id, producer_id))


@policy(_MANAGER)
@post("/desk/producers/{producer_id:uuid}/membership")
async def change_membership(
    request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID]
) -> Response[Any]:
    form = await forms.read(request)
    action = form.choice("membership_action", [action.value for action in MembershipAction])
    reason, day = form.text("membership_reason", most=1000), form.day("membership_day", required=False)
    return await _act(
        request,
        acting,
        producer_id,
        form,
        lambda: service.change_membership(
            acting, producer_id, MembershipAction(action), reason=reason, effective_on=day
        ),
    )


@policy(_EVERYONE)
@get("/desk/producers/{producer_id:uuid}/agreement")
async def agreement_terms(request: Request[Any, Any, Any], acting: Actor, producer_id: FromPath[UUID]) -> Response[str]:
    """The form with the terms to read before accepting them."""
    dossier = await service.dossier(acting, producer_id)
    t = context.translator_of(request)
    return render.page(
        request,
        "members/agreement.html",
        dossier=dossier,
        form=Form(),
        terms=t("members.agreement.terms"),
        version=TERMS_VERSION,
    )


routes: list[Any] = [
    list_producers,
    new_producer,
    register,
    show,
    add_site,
    record_permit,
    declare_relation,
    agreement_terms,
    sign_agreement,
    represent,
    change_membership,
    *pages_gs1.routes,
]
