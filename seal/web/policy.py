"""Who may reach a handler. Every handler says it; one that does not is refused when the application starts.

Set it outermost::

    @policy(Roles(Role.MANAGER))
    @post("/desk/people")
    async def create(...)

The guard runs before any body is read: policy first, then the check against forged requests, then what a JSON body
is made of. It is a first wall;
``people.service.authorise`` inside each verb is the second, and the scope of every query the third.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from litestar import Litestar, Request
from litestar.handlers.base import BaseRouteHandler
from litestar.handlers.http_handlers import HTTPRouteHandler

from seal.errors import BadInput, NotAllowed, NotFound, SignInNeeded
from seal.identity import Role
from seal.web import csrf, text
from seal.web.context import Connection, Hooks, hooks_of

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
KEY_HEADER = "idempotency-key"
_KEY = "seal_policy"
_Handler = TypeVar("_Handler", bound=BaseRouteHandler)


@dataclass(frozen=True)
class Rule:
    """What a handler asks of whoever calls it."""

    public: bool
    roles: frozenset[Role] = frozenset()
    """Any one of these; empty: whoever is signed in."""
    upload: bool = False
    """The body may hold a file, up to the setting's limit."""


Public = Rule(public=True)
"""Anyone, signed in or not; no session is looked up."""
SignedIn = Rule(public=False)
"""Whoever is signed in, whatever their role."""


def Roles(*roles: Role, upload: bool = False) -> Rule:
    """Whoever holds one of ``roles``."""
    return Rule(public=False, roles=frozenset(roles), upload=upload)


def policy(rule: Rule) -> Callable[[_Handler], _Handler]:
    """Give a handler its rule."""

    def give(handler: _Handler) -> _Handler:
        handler.opt = {**handler.opt, _KEY: rule}
        return handler

    return give


def rule_of(handler: BaseRouteHandler) -> Rule | None:
    rule = handler.opt.get(_KEY)
    return rule if isinstance(rule, Rule) else None


OPT: dict[str, Any] = {_KEY: Public}
"""For routers that Litestar itself fills (the OpenAPI document)."""


def session_token(connection: Connection, hooks: Hooks) -> tuple[str, bool]:
    """(token, came as ``Authorization: Bearer``); empty if none was sent."""
    header = connection.headers.get("authorization", "")
    if header[:7].lower() == "bearer ":
        return header[7:].strip(), True
    return connection.cookies.get(cookie_name(hooks), ""), False


def cookie_name(hooks: Hooks) -> str:
    return "__Host-seal" if hooks.settings.secure_cookies else "seal"


async def enforce(connection: Connection, handler: BaseRouteHandler) -> None:
    """The one guard of the application.

    Raises ``NotFound('associations.not_found')``, ``SignInNeeded('people.sign_in_needed')``,
    ``NotAllowed('people.role_needed' | 'web.forged')``, ``BadInput('web.idempotency_key' |
    'web.text_characters' | 'web.bad_input')``.
    """
    if connection.scope.get("method") == "OPTIONS":
        return  # made by Litestar: says which methods there are and nothing else
    rule = rule_of(handler)
    if rule is None:
        raise RuntimeError(f"{handler} has no policy")
    hooks = hooks_of(connection)
    state = connection.scope["state"]
    slug = state.get("association_slug")
    token, bearer = session_token(connection, hooks)
    visitor = await hooks.visitor(token, bearer, connection) if token and not rule.public else None
    association = await hooks.association(
        slug, connection.headers.get("host", ""), visitor.acting.association_id if visitor else None
    )
    if slug and association is None:
        raise NotFound("associations.not_found", slug=slug)
    if visitor and association and visitor.acting.association_id != association.id:
        visitor = None  # a session of another association is no session here
    state["association"] = association
    state["visitor"] = visitor
    if not rule.public:
        if visitor is None:
            raise SignInNeeded("people.sign_in_needed")
        if rule.roles and not visitor.acting.has(*rule.roles):
            raise NotAllowed("people.role_needed", roles=", ".join(sorted(rule.roles)))
    method = connection.scope.get("method")
    if method == "POST" and connection.scope["path"].startswith("/api/") and not connection.headers.get(KEY_HEADER):
        raise BadInput("web.idempotency_key")
    if method not in SAFE:
        await csrf.check(_request(connection), visitor, hooks)
        if connection.scope["path"].startswith("/api/"):
            await text.check_json(_request(connection))


def _request(connection: Connection) -> Request[Any, Any, Any]:
    if not isinstance(connection, Request):
        raise TypeError("only HTTP is served")
    return connection


def http_handlers(app: Litestar) -> Iterable[tuple[str, HTTPRouteHandler]]:
    """(path, handler) of the whole route table, without the OPTIONS handlers that Litestar adds."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler) and handler.http_methods != {"OPTIONS"}:
                yield route.path, handler


def require_policies(app: Litestar) -> None:
    """``RuntimeError`` naming every handler without a policy. Called when the application is put together."""
    missing = sorted(f"{path} ({handler})" for path, handler in http_handlers(app) if rule_of(handler) is None)
    if missing:
        raise RuntimeError(f"handlers without a policy: {', '.join(missing)}")
