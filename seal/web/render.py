"""Pages: Jinja with autoescape over ``seal/templates``; every page gets the same few names (see :func:`page`)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from litestar import MediaType, Request, Response
from markupsafe import Markup

from seal.identity import Role
from seal.web import assets, context, csrf
from seal.web.colours import dark_tone
from seal.web.headers import content_security_policy

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


class Styles:
    """Inline style of one page; its hashes go into the content security policy of that page alone."""

    def __init__(self) -> None:
        self.hashes: list[str] = []

    def inline(self, name: str) -> Markup:
        """``<style>`` with a sheet of ``seal/static``."""
        return self._tag(assets.by_source(name).text)

    def brand(self, colour: str) -> Markup:
        """The association's own colour, in both schemes; it is used on the mark and name only."""
        dark = dark_tone(colour)
        return self._tag(
            f":root{{--brand:{colour}}}@media screen and (prefers-color-scheme:dark){{:root{{--brand:{dark}}}}}"
        )

    def _tag(self, css: str) -> Markup:
        if "</" in css:
            raise ValueError("a style sheet cannot close its own tag")
        self.hashes.append(assets.csp_hash(css))
        return Markup("<style>{}</style>").format(Markup(css))  # noqa: S704 (our own file or a checked colour)


@pass_context
def _day(ctx: Context, value: date | None) -> str:
    return str(ctx["t"].day(value) if value is not None else ctx["t"]("web.no_date"))


@pass_context
def _long_day(ctx: Context, value: date) -> str:
    return str(ctx["t"].long_day(value))


@pass_context
def _moment(ctx: Context, value: datetime | None) -> str:
    return str(ctx["t"].moment(value, ctx["zone"]) if value is not None else ctx["t"]("web.no_date"))


@pass_context
def _number(ctx: Context, value: int | str | Decimal) -> str:
    return str(ctx["t"].number(value))


@pass_context
def _millimetres(ctx: Context, value: float) -> str:
    return str(ctx["t"].number(f"{value:g}"))


@cache
def environment() -> Environment:
    """The one Jinja environment. A name that a page was not given is an error, not an empty string."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.filters.update(day=_day, long_day=_long_day, moment=_moment, number=_number, mm=_millimetres)
    env.globals["static"] = lambda name: assets.by_source(name).path
    return env


def names(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """What every template may use.

    ``t`` translator · ``association`` (or none) · ``visitor`` (or none) · ``can('manager', …)`` · ``url('/desk')`` path
    with the request's prefix · ``exists('/desk/audits')`` whether this server has the page · ``opens('/desk/audits')``
    whether it has a page for each of them · ``hidden()`` the two hidden fields of a POST form · ``styles`` · ``lang`` ·
    ``zone`` · ``now`` · ``path`` · ``static('desk.css')``.
    """
    visitor = context.visitor_of(request)
    association = context.association_of(request)
    hooks = context.hooks_of(request)
    t = context.translator_of(request)
    return {
        "t": t,
        "lang": t.lang,
        "association": association,
        "zone": association.zone if association else "America/Coyhaique",
        "visitor": visitor,
        "can": lambda *roles: visitor is not None and visitor.acting.has(*(Role(role) for role in roles)),
        "url": lambda path: context.address(request, path),
        "exists": lambda path: path in hooks.paths,
        "opens": lambda room: any(path.startswith(f"{room}/{{") for path in hooks.paths),
        "path": request.scope["path"],
        "here": context.address(request, request.scope["path"]),
        "now": visitor.acting.at if visitor else hooks.clock.now(),
        "styles": Styles(),
        "hidden": lambda: _hidden(visitor),
    }


def _hidden(visitor: context.Visitor | None) -> Markup:
    fields = Markup('<input type="hidden" name="_once" value="{}">').format(secrets.token_urlsafe(16))
    if visitor is not None:
        fields += Markup('<input type="hidden" name="{}" value="{}">').format(csrf.FIELD, csrf.token(visitor.token))
    return fields


def page(
    request: Request[Any, Any, Any],
    template: str,
    *,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
    script: bool = False,
    **given: Any,
) -> Response[str]:
    """Render a template as an HTML answer, with the policy for exactly the styles that it carries inline, and with
    ``script`` for files of ours that are scripts.

    ``status``: take it from ``problems.status_of`` (default 200). Not cached unless ``headers`` says so.
    """
    everything = names(request)
    body = environment().get_template(template).render(everything | given)
    styles: Styles = everything["styles"]
    return Response(
        body,
        media_type=MediaType.HTML,
        status_code=status or 200,
        headers={
            "Content-Security-Policy": content_security_policy(styles.hashes, script=script),
            "Content-Language": str(everything["lang"]),
            "Vary": "Accept-Language, Cookie",
            **(headers or {}),
        },
    )


def to(request: Request[Any, Any, Any], path: str, *, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """See Other: after a form was accepted, go to a page of this server (``path`` without the prefix)."""
    return Response(b"", status_code=303, headers={**(headers or {}), "Location": context.address(request, path)})
