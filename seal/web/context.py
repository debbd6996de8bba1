"""What one request carries besides itself: the association, who is signed in, the language, the address prefix.

``app.py`` gives the web room its :class:`Hooks`; the guard in ``policy`` fills the request's state by them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from litestar.connection import ASGIConnection
from litestar.di import NamedDependency

from seal.clock import Clock
from seal.identity import Acting
from seal.settings import Settings
from seal.web.i18n import LANGUAGES, Translator, choose, translator

Connection = ASGIConnection[Any, Any, Any, Any]
Actor: TypeAlias = NamedDependency[Acting]
"""Who acts: write ``acting: Actor`` in a handler that is not public."""


class Tenant(Protocol):
    """What the web room reads of an association."""

    @property
    def id(self) -> UUID: ...
    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def base(self) -> str: ...
    @property
    def zone(self) -> str: ...
    @property
    def languages(self) -> tuple[str, ...]: ...
    @property
    def colour(self) -> str: ...
    @property
    def demonstration(self) -> bool: ...


@dataclass(frozen=True)
class Visitor:
    """Who is signed in."""

    acting: Acting
    name: str
    language: str
    token: str
    """The session token as it came; the CSRF token is made from it. Never shown, never logged."""
    bearer: bool = False
    behind: bool = False
    """This server's database is older than what it signed: nothing is signed, and every desk page says so."""


@dataclass(frozen=True)
class Hooks:
    """What the application injects into the web room."""

    settings: Settings
    clock: Clock
    visitor: Callable[[str, bool, Connection], Awaitable[Visitor | None]]
    """(token, bearer, connection) -> who it is, or ``None``."""
    association: Callable[[str | None, str, UUID | None], Awaitable[Tenant | None]]
    """(slug of the address, host, association of the signed-in person) -> the association of the request."""
    strict: bool = False
    """Missing words raise instead of showing their key. For tests."""
    paths: set[str] = field(default_factory=set)
    """Every path of the route table."""


def hooks_of(connection: Connection) -> Hooks:
    hooks: Hooks = connection.app.state.web
    return hooks


def association_of(connection: Connection) -> Any:
    """The association of the request, or ``None`` on a server that has none or several at this address."""
    return connection.scope["state"].get("association")


def visitor_of(connection: Connection) -> Visitor | None:
    visitor: Visitor | None = connection.scope["state"].get("visitor")
    return visitor


def acting_of(connection: Connection) -> Acting | None:
    visitor = visitor_of(connection)
    return visitor.acting if visitor else None


def prefix_of(connection: Connection) -> str:
    """``/a/<slug>`` when the request came by that address, else nothing."""
    return str(connection.scope["state"].get("prefix", ""))


def address(connection: Connection, path: str) -> str:
    """A path of this server under the prefix of the request. Absolute paths only (no open redirect)."""
    if not path.startswith("/") or path.startswith(("//", "/\\")):
        raise ValueError(f"not a path of this server: {path!r}")
    return prefix_of(connection) + path


def translator_of(connection: Connection) -> Translator:
    """The translator of the request, chosen once."""
    state = connection.scope["state"]
    if "translator" not in state:
        visitor = visitor_of(connection)
        association = association_of(connection)
        lang = choose(
            asked=connection.query_params.get("lang"),
            person=visitor.language if visitor else None,
            accept=connection.headers.get("accept-language", ""),
            offered=association.languages if association else LANGUAGES,
        )
        state["translator"] = translator(lang, strict=hooks_of(connection).strict)
    found: Translator = state["translator"]
    return found
