"""JSON: batches and their tests, sealing, holding and recalling."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from seal.batches import api_release, service
from seal.batches.book import api as book_api
from seal.batches.book.shapes import AmountIn
from seal.batches.model import Advice, Batch, State, TestResult
from seal.certificates.model import ReasonClass
from seal.errors import Refused
from seal.identity import Acting, Role
from seal.protocols.terms import Tester
from seal.web import once
from seal.web.context import Actor
from seal.web.policy import Roles, policy

_EVERYONE = Roles(Role.MANAGER, Role.AUDITOR, Role.CERTIFIER, Role.PRODUCER)
_MAKERS = Roles(Role.MANAGER, Role.PRODUCER)


class BatchIn(BaseModel):
    """``use_by`` left out: production plus the protocol's shelf life. ``made_of``: lots of the batch book. ``recipe``
    and ``dye_lot`` by name, where a test is due when they change."""

    model_config = ConfigDict(extra="forbid")
    producer_id: UUID
    product_id: UUID
    site_id: UUID
    lot: str = Field(max_length=40)
    units: int
    produced_on: date
    use_by: date | None = None
    recipe: str = ""
    dye_lot: str = ""
    made_of: list[AmountIn] = Field(default_factory=list, max_length=40)


class OriginIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    made_of: list[AmountIn] = Field(min_length=1, max_length=40)


class BatchOut(BaseModel):
    """``state`` takes in the decisions about its certification; ``code`` is empty before sealing."""

    id: UUID
    code: str
    producer_id: UUID
    product_id: UUID
    site_id: UUID
    lot: str
    units: int
    produced_on: date
    use_by: date | None
    state: str
    sealed_on: date | None
    certification_id: UUID | None


class TestIn(BaseModel):
    """``value`` as typed (``17,4``, ``17.4``, ``<0.5``, ``ND``; ``absent`` or ``present``; of a sampling plan one for
    each unit, separated by ``;``, or ``samples``); compared exactly, never rounded. ``pooled``: other batches that the
    sample was taken from. ``lot_id``: the consignment that was sampled. ``confirmed``: a value that was asked back
    (``doubt`` among the parameters of the refusal) stands as it is."""

    __test__ = False
    model_config = ConfigDict(extra="forbid")
    test_id: str = Field(max_length=40)
    value: str = Field(default="", max_length=400)
    samples: list[Annotated[str, Field(max_length=40)]] = Field(default_factory=list, max_length=60)
    unit: str = Field(default="", max_length=40)
    by: Tester
    tested_on: date
    laboratory: str | None = Field(default=None, max_length=120)
    file_id: UUID | None = None
    pooled: list[UUID] = Field(default_factory=list, max_length=60)
    lot_id: UUID | None = None
    confirmed: bool = False

    def given(self) -> dict[str, Any]:
        """What the verb takes: the samples as one value."""
        told = self.model_dump(exclude={"samples"})
        return told | ({"value": ";".join(self.samples)} if self.samples else {})


class TestOut(BaseModel):
    __test__ = False
    id: UUID
    test_id: str
    value: str
    unit: str
    by: Tester
    tested_on: date
    laboratory: str | None
    recorded_at: datetime
    confirmed: bool
    file_id: UUID | None
    recorded_on: UUID | None
    pooled: list[UUID]
    lot_id: UUID | None


class StopIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reason_class: ReasonClass
    reason: str
    effective_at: AwareDatetime | None = None


class RecallIn(StopIn):
    advice: Advice


class ReasonIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reason: str


async def _outs(association_id: UUID, batches: Sequence[Batch]) -> list[BatchOut]:
    states = await service.states(association_id, batches)
    return [_out(batch, states[batch.id]) for batch in batches]


def _out(batch: Batch, state: State) -> BatchOut:
    return BatchOut(
        id=batch.id,
        code=batch.code,
        producer_id=batch.producer_id,
        product_id=batch.product_id,
        site_id=batch.site_id,
        lot=batch.lot,
        units=batch.units,
        produced_on=batch.produced_on,
        use_by=batch.use_by,
        state=state.value,
        sealed_on=batch.sealed_on,
        certification_id=batch.certification_id,
    )


def _test(result: TestResult) -> TestOut:
    return TestOut(
        id=result.id,
        test_id=result.test_id,
        value=result.value,
        unit=result.unit,
        by=result.by,
        tested_on=result.tested_on,
        laboratory=result.laboratory,
        recorded_at=result.recorded_at,
        confirmed=result.confirmed,
        file_id=result.file_id,
        recorded_on=result.batch_id,
        pooled=list(result.pooled),
        lot_id=result.lot_id,
    )


async def _run(
    request: Request[Any, Any, Any], acting: Acting, verb: Callable[[], Awaitable[Batch]], *, atomic: bool = False
) -> BatchOut:
    async def run() -> dict[str, Any]:
        batch = await verb()
        return _out(batch, (await service.standing(batch))[0]).model_dump(mode="json")

    return BatchOut.model_validate(await once.api(request, acting, run, atomic=atomic))


@policy(_EVERYONE)
@get("/api/v1/batches")
async def list_batches(acting: Actor, producer: FromQuery[UUID | None] = None) -> list[BatchOut]:
    """Those that one may see, newest first."""
    return await _outs(acting.association_id, await service.batches(acting, producer))


@policy(_MAKERS)
@post("/api/v1/batches")
async def declare(request: Request[Any, Any, Any], acting: Actor, data: JSONBody[BatchIn]) -> BatchOut:
    given = data.model_dump(exclude={"made_of"})

    async def verb() -> Batch:
        return await service.declare(acting, **given, made_of=await book_api.amounts(acting, data.made_of))

    return await _run(request, acting, verb, atomic=True)


@policy(_MAKERS)
@post("/api/v1/batches/{batch_id:uuid}/origin")
async def origin(
    request: Request[Any, Any, Any], acting: Actor, batch_id: FromPath[UUID], data: JSONBody[OriginIn]
) -> BatchOut:
    """What a batch was made of, where nobody said it when it was declared."""

    async def verb() -> Batch:
        batch = await service.batch(acting, batch_id)
        await service.made_from(acting, batch, await book_api.amounts(acting, data.made_of))
        return batch

    return await _run(request, acting, verb, atomic=True)


@policy(_EVERYONE)
@get("/api/v1/batches/{batch_id:uuid}")
async def show(acting: Actor, batch_id: FromPath[UUID]) -> BatchOut:
    batch = await service.batch(acting, batch_id)
    return _out(batch, (await service.standing(batch))[0])


@policy(_EVERYONE)
@get("/api/v1/batches/{batch_id:uuid}/credential")
async def credential(acting: Actor, batch_id: FromPath[UUID]) -> Response[bytes]:
    """The exact signed bytes (``application/vc+jwt``)."""
    batch = await service.batch(acting, batch_id)
    if batch.jws is None:
        raise Refused("batch.not_sealed")
    return Response(batch.jws, media_type="application/vc+jwt")


@policy(_EVERYONE)
@get("/api/v1/batches/{batch_id:uuid}/tests")
async def list_tests(acting: Actor, batch_id: FromPath[UUID]) -> list[TestOut]:
    return [_test(result) for result in await service.tests(acting, batch_id)]


@policy(Roles(Role.MANAGER, Role.AUDITOR, Role.PRODUCER))
@post("/api/v1/batches/{batch_id:uuid}/tests")
async def record_test(
    request: Request[Any, Any, Any], acting: Actor, batch_id: FromPath[UUID], data: JSONBody[TestIn]
) -> TestOut:
    async def run() -> dict[str, Any]:
        return _test(await service.record_test(acting, batch_id, **data.given())).model_dump(mode="json")

    made = await once.api(request, acting, run, atomic=True)
    await service.publish_hold(acting, batch_id)
    return TestOut.model_validate(made)


@policy(_MAKERS)
@post("/api/v1/batches/{batch_id:uuid}/seal")
async def seal(request: Request[Any, Any, Any], acting: Actor, batch_id: FromPath[UUID]) -> BatchOut:
    """All gates, then the certificate. Refused with every reason."""
    return await _run(request, acting, lambda: service.seal(acting, batch_id))


@policy(_MAKERS)
@post("/api/v1/batches/{batch_id:uuid}/discard")
async def discard(
    request: Request[Any, Any, Any], acting: Actor, batch_id: FromPath[UUID], data: JSONBody[ReasonIn]
) -> BatchOut:
    return await _run(request, acting, lambda: service.discard(acting, batch_id, reason=data.reason), atomic=True)


@policy(Roles(Role.MANAGER, Role.CERTIFIER, Role.AUDITOR))
@post("/api/v1/batches/{batch_id:uuid}/hold")
async def hold(
    request: Request[Any, Any, Any], acting: Actor, batch_id: FromPath[UUID], data: JSONBody[StopIn]
) -> BatchOut:
    return await _run(request, acting, lambda: service.hold(acting, batch_id, **data.model_dump()))


@policy(Roles(Role.MANAGER, Role.CERTIFIER))
@post("/api/v1/batches/{batch_id:uuid}/release")
async def release(
    request: Request[Any, Any, Any], acting: Actor, batch_id: FromPath[UUID], data: JSONBody[ReasonIn]
) -> BatchOut:
    return await _run(request, acting, lambda: service.release(acting, batch_id, reason=data.reason))


@policy(Roles(Role.MANAGER, Role.CERTIFIER))
@post("/api/v1/batches/{batch_id:uuid}/recall")
async def recall(
    request: Request[Any, Any, Any], acting: Actor, batch_id: FromPath[UUID], data: JSONBody[RecallIn]
) -> BatchOut:
    """For good; the public page turns red."""
    return await _run(request, acting, lambda: service.recall(acting, batch_id, **data.model_dump()))


@policy(Roles(Role.CERTIFIER))
@post("/api/v1/batches/{batch_id:uuid}/revoke")
async def revoke(
    request: Request[Any, Any, Any], acting: Actor, batch_id: FromPath[UUID], data: JSONBody[StopIn]
) -> BatchOut:
    """For good."""
    return await _run(request, acting, lambda: service.revoke(acting, batch_id, **data.model_dump()))


routes: list[Any] = [
    list_batches, declare, origin, show, credential, list_tests, record_test, seal, discard, hold, release, recall,
    revoke, *api_release.routes, *book_api.routes,
]  # fmt: skip
