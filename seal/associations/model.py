"""The association: the tenant, its address, its territory, its rules; and the registry of public codes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from seal.errors import Reason

LANGUAGES = ("es", "en")
_SLUG = re.compile(r"[a-z0-9](?:-?[a-z0-9]){1,39}")
_COLOUR = re.compile(r"#[0-9a-f]{6}")

FIXED_ROUTES = (
    ".well-known", "a", "api", "archive", "association", "batches", "bundle", "certifications", "checkpoint",
    "credentials", "desk", "did.json", "entrar", "entries", "favicon.ico", "jwks.json", "keys", "log", "members",
    "mirror", "presentations", "protocols", "register", "registro", "reportar", "robots.txt", "salir", "static",
    "status", "statements", "tiles", "verify", "verificar",
)  # fmt: skip
"""First parts of addresses that are pages. No public code may be readable as one (a test walks the route table)."""


class AssuranceMode(StrEnum):
    """Who stands behind the check; said in plain words on every page and paper."""

    SELF = "self"
    PEER = "peer"
    ASSOCIATION = "association"
    THIRD_PARTY = "third_party"


@dataclass(frozen=True)
class Rules:
    """What an association has decided about itself."""

    assurance_mode: AssuranceMode = AssuranceMode.ASSOCIATION
    quorum: int = 1
    """Votes that make a decision on certification."""
    sanction_quorum: int = 1
    """Votes that make a suspension, a lifting or a withdrawal."""
    spare_percent: int = 2
    """Labels above the units of a batch, for those that spoil in use; 0 to 10."""


@dataclass(frozen=True)
class Association:
    """One association = one base address, one DID, one log, one status space, one bundle."""

    id: UUID
    slug: str
    name: str
    base: str
    """``https://host`` or ``https://host/a/slug``, without a slash at the end."""
    did: str
    log_origin: str
    zone: str
    region: str
    communes: tuple[str, ...]
    languages: tuple[str, ...]
    """The first is the one for readers who ask for none of these."""
    colour: str
    demonstration: bool
    """Fixed at creation: everything of it is an example, and its clock may be simulated."""
    rules: Rules
    created_at: datetime


class CodeKind(StrEnum):
    """What a public code names."""

    BATCH = "batch"
    CERTIFICATION = "certification"
    ROLL = "roll"
    BOX = "box"


@dataclass(frozen=True)
class PublicCode:
    """A 40-bit public id, unique on the server, and what it stands for."""

    public_id: int
    kind: CodeKind
    association_id: UUID
    object_id: UUID


def did_of(base: str) -> str:
    """The did:web of a base address: ``https://host:1/a/b`` is ``did:web:host%3A1:a:b``."""
    parts = urlsplit(base)
    return ":".join(["did:web", parts.netloc.replace(":", "%3A"), *filter(None, parts.path.split("/"))])


def log_origin_of(base: str) -> str:
    """The origin line of the association's checkpoints: the base without its scheme."""
    return base.split("://", 1)[1]


def faults(
    *, slug: str, name: str, base: str, zone: str, languages: tuple[str, ...], colour: str, rules: Rules
) -> tuple[Reason, ...]:
    """Every reason why an association cannot be created so."""
    found = []
    if not _SLUG.fullmatch(slug):
        found.append(Reason("associations.slug", {"field": "slug", "slug": slug}))
    if not name.strip() or len(name) > 120:
        found.append(Reason("associations.name", {"field": "name"}))
    parts = urlsplit(base)
    plain = parts.scheme in ("http", "https") and parts.netloc and not (parts.query or parts.fragment or parts.username)
    if not plain or parts.path not in ("", f"/a/{slug}") or base != base.lower():
        found.append(Reason("associations.base", {"field": "base", "base": base, "slug": slug}))
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        found.append(Reason("associations.zone", {"field": "zone", "zone": zone}))
    if not languages or any(lang not in LANGUAGES for lang in languages) or len(set(languages)) != len(languages):
        found.append(Reason("associations.languages", {"field": "languages", "known": ", ".join(LANGUAGES)}))
    if not _COLOUR.fullmatch(colour):
        found.append(Reason("associations.colour", {"field": "colour"}))
    if rules.quorum < 1 or rules.sanction_quorum < 1 or not 0 <= rules.spare_percent <= 10:
        found.append(Reason("associations.rules", {"field": "rules"}))
    return tuple(found)
