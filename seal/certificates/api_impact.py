"""JSON: two versions of a protocol side by side, and the producers in force under the newer one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, get
from pydantic import BaseModel, Field

from seal.certificates.impact import impact
from seal.certificates.pages_impact import STAFF
from seal.protocols import service as protocols
from seal.web.context import Actor
from seal.web.policy import policy


class ChangeOut(BaseModel):
    kind: str
    subject: str = Field(description="a point, test, chapter, fact or section")
    key: str
    effect: str = Field(description="editorial, clarifying, looser or stricter")
    before: str
    after: str
    sure: bool = Field(description="false: cannot be settled by comparing; taken for stricter")


class StandingOut(BaseModel):
    certification_id: UUID
    producer_id: UUID
    passes: bool
    failing_points: list[str]
    open_points: list[str] = Field(description="not asked in their last audit; they neither help nor harm")


class DiffOut(BaseModel):
    before: str
    after: str
    effect: str
    declared: str | None
    understated: bool
    changes: list[ChangeOut]
    gap_points: list[str] = Field(description="what a gap audit looks at again")
    producers: list[StandingOut]


@policy(STAFF)
@get("/api/v1/protocols/diff")
async def diff(request: Request[Any, Any, Any], acting: Actor) -> DiffOut:
    """``?a=miel@0.1.0&b=miel@0.2.0``: every change from ``a`` to ``b`` with its effect, and whom it would touch."""
    names = [request.query_params.get(name, "") for name in ("a", "b")]
    found = await protocols.compared(acting, *names)
    standings = await impact(acting, found.after, of=found.before.id)
    declared = found.after.edition.change
    return DiffOut(
        before=names[0],
        after=names[1],
        effect=found.diff.effect.value,
        declared=declared.value if declared else None,
        understated=found.understated,
        changes=[
            ChangeOut(
                kind=one.kind.value,
                subject=one.subject,
                key=one.key,
                effect=one.effect.value,
                before=one.before,
                after=one.after,
                sure=one.sure,
            )
            for one in found.diff.all
        ],
        gap_points=list(protocols.changed_points(found.before, found.after)),
        producers=[
            StandingOut(
                certification_id=one.certification_id,
                producer_id=one.producer_id,
                passes=one.passes,
                failing_points=list(one.because),
                open_points=list(one.open),
            )
            for one in standings
        ],
    )


routes: list[Any] = [diff]
