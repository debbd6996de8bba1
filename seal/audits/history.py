"""What earlier audits say to this one: the answers of the last concluded audit, and findings still open, by point."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from seal.audits import answer_store, finding_store, store
from seal.audits.answers import Answer
from seal.audits.findings import Finding
from seal.audits.model import ENDED, Audit, AuditAction, AuditState
from seal.db import reading


@dataclass(frozen=True)
class Past:
    """The last concluded audit of a producer under any version of a protocol; all empty if there is none.

    ``answers`` are those that counted in it, by point and then by unit. ``open_findings`` are of every earlier audit
    under the protocol that was not voided. ``document`` is the conclusion as kept.
    """

    audit: Audit | None = None
    concluded_at: datetime | None = None
    answers: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)
    open_findings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    document: Mapping[str, Any] = field(default_factory=dict, repr=False)
    digest: str = ""
    """SHA-256 of the conclusion's bytes, in hexadecimal."""


async def earlier(found: Audit) -> tuple[Audit, ...]:
    """The other audits of the same producer and protocol, newest planned day first. Inside ``reading()``."""
    every = await store.audits(found.association_id, producers=[found.producer_id])
    return tuple(one for one in every if one.id != found.id and one.protocol_id == found.protocol_id)


def last_closed(audits: tuple[Audit, ...]) -> Audit | None:
    """The one concluded last and not voided since."""
    closed = [one for one in audits if one.state is AuditState.CLOSED]
    return max(closed, key=lambda one: one.moment_of(AuditAction.CONCLUDE) or one.planned_at, default=None)


async def past_of(found: Audit) -> Past:
    """What stands beside each point of an audit. Asks for no role: whoever calls has asked."""
    async with reading():
        others = await earlier(found)
        counting = [one.id for one in others if one.state not in ENDED]
        findings = await finding_store.findings(found.association_id, audits=counting)
        open_findings = _by_point([one for one in findings if not one.settled])
        last = last_closed(others)
        if last is None:
            return Past(open_findings=open_findings)
        kept = (await store.conclusions(found.association_id, [last.id])).get(last.id)
        document = json.loads(bytes(kept.document)) if kept else {}
        told = [UUID(item["id"]) for item in document.get("answers", ())]
        told += [UUID(id) for item in document.get("carried", {}).get("points", ()) for id in item["answers"]]
        answers = await answer_store.by_ids(found.association_id, told)
    return Past(
        audit=last,
        concluded_at=kept.concluded_at if kept else None,
        answers=_by_point(sorted(answers.values(), key=lambda answer: answer.key)),
        open_findings=open_findings,
        document=document,
        digest=kept.document_sha256 if kept else "",
    )


_Told = TypeVar("_Told", Answer, Finding)


def _by_point(found: list[_Told]) -> dict[str, tuple[_Told, ...]]:
    by_point: dict[str, list[_Told]] = {}
    for one in found:
        by_point.setdefault(one.point_id, []).append(one)
    return {point: tuple(told) for point, told in by_point.items()}
