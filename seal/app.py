"""Puts the web application together: the only place that knows every route; injects the session loader."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any

from litestar import Litestar, Request, Router, get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.handlers.http_handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.types import ControllerRouterHandler

from seal import __version__
from seal.associations import api as associations_api
from seal.associations import pages as associations_pages
from seal.associations.directory import Directory
from seal.associations.model import Association
from seal.audits import api as audits_api
from seal.audits import pages as audits_pages
from seal.batches import api as batches_api
from seal.batches import pages as batches_pages
from seal.certificates import api as certificates_api
from seal.certificates import pages as certificates_pages
from seal.clock import Clock, SystemClock
from seal.db import engine
from seal.desk import api as desk_api
from seal.desk import pages as desk_pages
from seal.errors import NotFound, SignInNeeded
from seal.foreign import api as foreign_api
from seal.foreign import pages as foreign_pages
from seal.foreign.trial import TrialIssuer
from seal.identity import Acting
from seal.keys import api as keys_api
from seal.keys import pages as keys_pages
from seal.labels import api as labels_api
from seal.labels import pages as labels_pages
from seal.members import api as members_api
from seal.members import pages as members_pages
from seal.people import api as people_api
from seal.people import cookie
from seal.people import pages as people_pages
from seal.progress import api as progress_api
from seal.progress import pages as progress_pages
from seal.protocols import api as protocols_api
from seal.protocols import pages as protocols_pages
from seal.public import pages as public_pages
from seal.settings import Settings
from seal.traceability import api as traceability_api
from seal.traceability import pages as traceability_pages
from seal.transparency import api as transparency_api
from seal.verification import pages as verification_pages
from seal.verification import recovering
from seal.web import assets, context, docs, problems
from seal.web.gate import Gate
from seal.web.policy import OPT, Public, enforce, http_handlers, policy, require_policies, rule_of

PAGES = (
    associations_pages, people_pages, keys_pages, members_pages, protocols_pages, progress_pages, audits_pages,
    certificates_pages, batches_pages, labels_pages, traceability_pages, foreign_pages, public_pages,
    verification_pages, desk_pages,
)  # fmt: skip
APIS = (
    associations_api, people_api, transparency_api, keys_api, members_api, protocols_api, progress_api, audits_api,
    certificates_api, batches_api, labels_api, traceability_api, foreign_api, desk_api,
)  # fmt: skip

_MEGABYTE = 1_000_000
BODY_BYTES = _MEGABYTE
"""Largest body where no file is expected."""

Background = Callable[[], Awaitable[None]]


class Application(Litestar):
    """Litestar behind the gate (host, prefix, headers, compression), which stands before its router.

    The routes are one thing, whom they serve another: see :meth:`bind`.
    """

    gate: Gate
    life: Callable[[], AbstractAsyncContextManager[None]]

    def bind(
        self,
        settings: Settings,
        *,
        background: Background | None = None,
        clock: Clock | None = None,
        strict: bool = False,
    ) -> None:
        """Serve these settings by this clock. Everything but the routes is made anew; never while it is running."""
        directory = Directory(settings)
        hooks = context.Hooks(
            settings=settings,
            clock=clock or SystemClock(),
            visitor=_visitor,
            association=directory.association,
            strict=strict,
            paths={path for path, _ in http_handlers(self)},
        )
        self.state = State({"web": hooks, "trial": TrialIssuer() if settings.vc_api_test_issuer else None})
        self.life = partial(_life, settings, background)
        self.gate = Gate(self.inside, settings, directory.knows_host)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await super().__call__(scope, receive, send)
        else:
            await self.gate(scope, receive, send)

    async def inside(self, scope: Any, receive: Any, send: Any) -> None:
        """What the gate lets through."""
        await super().__call__(scope, receive, send)


class _SchemaRouter(Router):
    """Litestar adds a page of its own for unknown addresses beside the OpenAPI document; ours answer instead."""

    def register(self, value: ControllerRouterHandler) -> Any:
        if isinstance(value, HTTPRouteHandler) and "/{path:str}" in value.paths:
            return []
        return super().register(value)


async def _visitor(token: str, bearer: bool, connection: context.Connection) -> context.Visitor | None:
    """Who it is; for people also whether the database is behind what was signed."""
    found = await cookie.visitor(token, bearer, connection)
    if found is None or bearer:
        return found
    return replace(found, behind=await recovering.is_on(found.acting.association_id))


@policy(Public)
@get("/api/health")
async def health() -> dict[str, str]:
    """``ok`` when the storage answers. Raises ``Unavailable('db.unreachable')``."""
    await engine.data_version()
    return {"status": "ok", "version": __version__}


def create_app(
    settings: Settings, *, background: Background | None = None, clock: Clock | None = None, strict: bool = False
) -> Application:
    """The whole application. Opens nothing: the database opens with the lifespan, which also runs ``background``.

    ``strict`` makes a page fail for words that the locales lack (tests). ``RuntimeError`` for a handler without policy.
    """
    pages, api = routes(settings)
    app = Application(
        route_handlers=[
            Router(
                "/",
                route_handlers=[*pages, assets.serve, assets.robots, assets.no_icon, docs.show],
                include_in_schema=False,
            ),
            Router("/", route_handlers=[*api, health]),
        ],
        guards=[enforce],
        dependencies={
            "acting": Provide(_acting, sync_to_thread=False),
            "association": Provide(_association, sync_to_thread=False),
        },
        exception_handlers=problems.HANDLERS,
        lifespan=[_living],
        request_max_body_size=BODY_BYTES,
        openapi_config=_openapi(),
        logging_config=None,
    )
    require_policies(app)
    app.bind(settings, background=background, clock=clock, strict=strict)
    return app


def routes(settings: Settings) -> tuple[list[Any], list[Any]]:
    """(pages, API) of every room; handlers that take files get the setting's limit."""
    pages = [handler for room in PAGES for handler in room.routes]
    api = [handler for room in APIS for handler in room.routes]
    for handler in (*pages, *api):
        rule = rule_of(handler) if isinstance(handler, HTTPRouteHandler) else None
        if rule is not None and rule.upload:
            handler.request_max_body_size = (settings.max_upload_mb + 1) * _MEGABYTE
    return pages, api


def _acting(request: Request[Any, Any, Any]) -> Acting:
    acting = context.acting_of(request)
    if acting is None:
        raise SignInNeeded("people.sign_in_needed")
    return acting


def _association(request: Request[Any, Any, Any]) -> Association:
    association = context.association_of(request)
    if not isinstance(association, Association):
        raise NotFound("associations.none_here")
    return association


def _living(running: Litestar) -> AbstractAsyncContextManager[None]:
    assert isinstance(running, Application)
    return running.life()


@asynccontextmanager
async def _life(settings: Settings, background: Background | None) -> AsyncIterator[None]:
    await engine.start(settings)
    task = asyncio.create_task(_forever(background)) if background else None
    try:
        yield
    finally:
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await engine.stop()


async def _forever(background: Background) -> None:
    await background()


def _openapi() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Seal",
        version=__version__,
        description=(
            "Sign in: POST /api/v1/sessions with a one-time link, then send the token as bearer. Every POST needs an "
            "Idempotency-Key: the same key and body give the same result and one effect. "
            "Problems are RFC 9457 documents."
        ),
        render_plugins=[JsonRenderPlugin()],
        openapi_router=_SchemaRouter("/api", route_handlers=[], include_in_schema=False, opt=OPT),
        components=Components(security_schemes={"session": SecurityScheme(type="http", scheme="bearer")}),
        security=[{"session": []}],
        use_handler_docstrings=True,
    )


__all__ = ["Application", "create_app", "routes"]
