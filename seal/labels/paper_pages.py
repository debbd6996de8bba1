"""Certificates on paper for people of the desk: the stored bytes, what editions there are, and asking for a new one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath

from seal.associations import service as associations
from seal.certificates import service as certificates
from seal.certificates.model import State
from seal.errors import Conflict, SealError
from seal.identity import Acting, Role
from seal.labels import door, service
from seal.members import service as members
from seal.printing.model import StoredPaper, languages
from seal.web import forms, render
from seal.web.context import Actor
from seal.web.forms import Form
from seal.web.policy import Roles, policy

_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
Web = Request[Any, Any, Any]


@policy(_EVERYONE)
@get("/desk/batches/{batch_id:uuid}/certificate.pdf")
async def batch_certificate(request: Web, acting: Actor, batch_id: FromPath[UUID]) -> Response[bytes]:
    """The batch's certificate on paper; ``?lang=`` es, en or both, ``?edition=`` an older one."""
    return file(request, await service.batch_certificate(acting, batch_id, *asked(request)))


@policy(_EVERYONE)
@get("/desk/certificates/{certification_id:uuid}/certificate.pdf")
async def producer_certificate(request: Web, acting: Actor, certification_id: FromPath[UUID]) -> Response[bytes]:
    """The producer's certificate on paper; ``?lang=`` es, en or both, ``?edition=`` an older one."""
    return file(request, await service.producer_certificate(acting, certification_id, *asked(request)))


@policy(_EVERYONE)
@get("/desk/certificates/{certification_id:uuid}/plaque.pdf")
async def plaque(request: Web, acting: Actor, certification_id: FromPath[UUID]) -> Response[bytes]:
    """The plaque for the producer's door; ``?size=`` a5 or a4."""
    made = await door.plaque(acting, certification_id, request.query_params.get("size", door.Size.A5))
    return Response(
        made, media_type="application/pdf", headers={"Content-Disposition": 'inline; filename="plaque.pdf"'}
    )


@policy(_EVERYONE)
@get("/desk/producers/{producer_id:uuid}/plaques")
async def plaques(request: Web, acting: Actor, producer_id: FromPath[UUID]) -> Response[str]:
    """The plaques that a producer may hang out today: one for each certification in force."""
    producer = await members.producer(acting, producer_id)
    association = await associations.get(acting.association_id)
    held = [
        one
        for one in await certificates.certifications(acting, producer_id)
        if one.state(acting.at, association.zone) is State.ACTIVE and not one.pending
    ]
    return render.page(request, "labels/desk/plaques.html", producer=producer, held=held)


def asked(request: Web) -> tuple[str | None, int | None]:
    """Language and edition that the address names."""
    edition = request.query_params.get("edition", "")
    return request.query_params.get("lang"), int(edition) if edition.isdecimal() and len(edition) < 9 else None


def file(request: Web, paper: StoredPaper) -> Response[bytes]:
    """The stored bytes under an ETag that never changes; not again for who has them."""
    name = f"{paper.object_id}-{paper.edition}-{paper.language.value}.pdf"
    headers = {"ETag": paper.etag, "Content-Disposition": f'inline; filename="{name}"'}
    if paper.etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=int(HTTPStatus.NOT_MODIFIED), headers=headers)
    return Response(paper.served, media_type="application/pdf", headers=headers)


@policy(Roles(Role.MANAGER))
@get("/desk/papers/{object_id:uuid}")
async def papers(request: Web, acting: Actor, object_id: FromPath[UUID]) -> Response[str]:
    """Every edition of an object's paper, and the button that asks for a new one."""
    return await _papers(request, acting, object_id, Form())


async def _papers(
    request: Web, acting: Acting, object_id: UUID, form: Form, error: SealError | None = None
) -> Response[str]:
    order, editions = await service.editions(acting, object_id)
    association = await associations.get(acting.association_id)
    given: dict[str, Any] = {"order": order, "papers": editions, "languages": languages(association.languages)}
    if error is not None:
        return form.again(request, "labels/desk/papers.html", error, **given)
    return render.page(request, "labels/desk/papers.html", form=form, **given)


@policy(Roles(Role.MANAGER))
@post("/desk/papers/{object_id:uuid}")
async def new_edition(request: Web, acting: Actor, object_id: FromPath[UUID]) -> Response[Any]:
    """Ask for a new edition of an object's paper; the jobs draw it within a minute."""
    form = await forms.read(request)

    async def run() -> dict[str, Any]:
        return {"edition": await service.new_edition(acting, object_id)}

    try:
        form.check()
        await form.once(request, acting, run, atomic=True)
    except Conflict as error:
        return await _papers(request, acting, object_id, form, error)
    return render.to(request, f"/desk/papers/{object_id}")


routes: list[Any] = [batch_certificate, producer_certificate, plaque, plaques, papers, new_edition]
