"""The register as anyone reads it: a page of who holds the seal, lists for programs, and signed snapshots by day."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from seal.associations.directory import Tenancy
from seal.certificates.model import State
from seal.errors import NotFound, NotOffered
from seal.ids import parse_code
from seal.keys import jws
from seal.public import offline, register, service
from seal.public.register import Entry, Register
from seal.verification.model import ENDING_SOON_DAYS
from seal.verification.pages_signed import JSON, VC, chosen
from seal.web import accept, context, problems, render
from seal.web.exact import whole
from seal.web.policy import Public, policy
from seal.web.text import folded

Web = Request[Any, Any, Any]
REGISTER_JWT = f"application/{jws.REGISTER}"
_SOON = {"Cache-Control": "public, max-age=60"}
_TYPED_MOST = 80


@dataclass(frozen=True)
class Row:
    """One line of the page. ``tone`` is the class of its tag, ``key`` the word that stands in it."""

    entry: Entry
    code: str
    products: str
    tone: str
    key: str
    day: date


def _row(entry: Entry, lang: str, today: date) -> Row:
    last = entry.sanctions[-1] if entry.sanctions else None
    tone, key, day = "", entry.state, entry.valid_until
    if entry.state == State.ACTIVE:
        soon = entry.valid_until - today <= timedelta(days=ENDING_SOON_DAYS)
        tone, key = ("a", "ending") if soon else ("g", "active")
    elif entry.state in (State.SUSPENDED, State.WITHDRAWN) and last is not None:
        tone, day = ("a" if entry.state == State.SUSPENDED else "r"), last.since
    products = ", ".join(_said(names, lang) for names in entry.products)
    return Row(entry, parse_code(entry.code).printed, products, tone, key, day)


def _said(names: Mapping[str, str], lang: str) -> str:
    return names.get(lang) or names.get("es") or next(iter(names.values()), "")


def _found(entry: Entry, typed: str) -> bool:
    """A name, a commune, a product or the beginning of a code; accents and capitals are nothing."""
    wanted = folded(typed)
    texts = (entry.name, entry.commune, entry.producer, *(name for names in entry.products for name in names.values()))
    code = "".join(wanted.split()).replace("-", "")
    return any(wanted in folded(text) for text in texts) or (len(code) >= 4 and folded(entry.code).startswith(code))


@policy(Public)
@get("/registro")
async def show(
    request: Web, association: Tenancy, q: FromQuery[str] = "", protocol: FromQuery[str] = ""
) -> Response[Any]:
    """Who holds the seal: by name, commune, product or code; JSON for programs."""
    at = context.hooks_of(request).clock.now()
    now = await service.now(association, at)
    if problems.wants_json(request):
        return chosen(request, _listed(now), JSON, _SOON)
    lang = context.translator_of(request).lang
    typed = q.strip()[:_TYPED_MOST]
    kinds = {entry.protocol: _said(entry.title, lang) for entry in now.entries}
    counted = Counter(entry.protocol for entry in now.entries)
    chosen_ones = [
        entry
        for entry in now.entries
        if (not protocol or entry.protocol == protocol) and (not typed or _found(entry, typed))
    ]
    rows = [_row(entry, lang, now.day) for entry in sorted(chosen_ones, key=lambda one: (folded(one.name), one.code))]
    in_force = [entry for entry in now.entries if entry.state == State.ACTIVE]
    return render.page(
        request,
        "public/register.html",
        headers={**_SOON, "Vary": "Accept, Accept-Language, Cookie"},
        rows=rows,
        typed=typed,
        protocol=protocol,
        kinds=[(name, kinds[name], counted[name]) for name in sorted(kinds, key=lambda one: kinds[one])],
        total=len(now.entries),
        holders=len({entry.producer for entry in in_force}),
        communes=sorted(Counter(entry.commune for entry in in_force).items(), key=lambda one: folded(one[0])),
        as_of=at,
        signed_days=(await service.days(association.id))[:1],
    )


def _listed(now: Register) -> bytes:
    document = {name: value for name, value in now.document.items() if name not in ("seal", "statements", "as_of")}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


@policy(Public)
@get("/register/list.json")
async def as_json(request: Web, association: Tenancy) -> Response[bytes]:
    """The register now, unsigned; the signed one is the snapshot."""
    now = await service.now(association, context.hooks_of(request).clock.now())
    return whole(request, _listed(now), JSON, _SOON)


@policy(Public)
@get("/register/list.csv")
async def as_csv(request: Web, association: Tenancy) -> Response[bytes]:
    """The register now, for a spreadsheet; products in the reader's language."""
    now = await service.now(association, context.hooks_of(request).clock.now())
    text = register.as_csv(now.entries, context.translator_of(request).lang)
    headers = {**_SOON, "Vary": "Accept-Language", "Content-Disposition": 'attachment; filename="registro.csv"'}
    return whole(request, text.encode("utf-8-sig"), "text/csv", headers)


@policy(Public)
@get("/register/snapshot")
async def latest(request: Web, association: Tenancy) -> Response[bytes]:
    """The newest signed snapshot: ``application/seal-register+jwt``, or ``application/vc``/JSON with its proof inside.

    Raises ``NotFound('register.no_snapshot')``, ``NotOffered('web.not_offered')``.
    """
    return await _snapshot(request, association, None, _SOON)


@policy(Public)
@get("/register/snapshot/{day:str}")
async def of_day(request: Web, association: Tenancy, day: FromPath[str]) -> Response[bytes]:
    """The last snapshot of a day (``2026-11-21``) that is over, or of today so far."""
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        wanted = None
    if wanted is None or wanted.isoformat() != day:
        raise NotFound("register.no_snapshot", day=day[:40])
    return await _snapshot(request, association, wanted, _SOON)


async def _snapshot(request: Web, association: Tenancy, day: date | None, headers: dict[str, str]) -> Response[bytes]:
    kept, embedded = await service.snapshot(association.id, day)
    forms = {REGISTER_JWT: kept.jws, JSON: embedded, VC: embedded}
    there = {kind: body for kind, body in forms.items() if body is not None}
    wanted = accept.best(request.headers.get("accept", ""), tuple(there))
    if wanted is None:
        raise NotOffered("web.not_offered", offered=", ".join(there))
    return chosen(request, there[wanted], wanted, headers)


routes: list[Any] = [show, as_json, as_csv, latest, of_day, *offline.routes]
