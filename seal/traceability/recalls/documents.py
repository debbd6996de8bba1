"""The exact documents of recalls: what one reached, kept with its digest, and what stands in the log. Pure.

RFC 8785 JSON, no floats. ``recall_affected`` names lots, batches and places by id and is never public; the log has
``{"kind": "recall", "id", "association": DID, "at", "reason_class", "advice", "affected_sha256"}`` (leaf type 5).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import rfc8785

from seal.clock import rfc3339
from seal.traceability.recalls.model import Act, Cause, Failed, Item, Reached, Recall, Spread, Subject
from seal.traceability.tracing import Where


def written(reached: Reached, at: datetime) -> bytes:
    """The exact document of what is reached."""
    subject = reached.subject
    failed = subject.failed
    document: dict[str, Any] = {
        "kind": "recall_affected",
        "at": rfc3339(at),
        "cause": subject.cause.value,
        "lots_named": [str(one) for one in subject.lots],
        "site": str(subject.site_id or ""),
        "certification": str(subject.certification_id or ""),
        "first": subject.first.isoformat() if subject.first else "",
        "last": subject.last.isoformat() if subject.last else "",
        "failed": None
        if failed is None
        else {
            "test": failed.test_id,
            "value": failed.value,
            "unit": failed.unit,
            "tested_on": failed.tested_on.isoformat(),
            "laboratory": failed.laboratory,
        },
        "seeds": [str(one) for one in reached.seeds],
        "lots": [str(one) for one in reached.lots],
        "batches": [
            {"id": str(one.batch_id), "lot": one.lot, "units": one.units, "act": one.act.value, "sibling": one.sibling}
            for one in reached.items
        ],
        "spread": [
            {
                "where": one.spot[0].value,
                "place": str(one.spot[1]),
                "lot": str(one.lot_id),
                "amount": one.amount,
                "numbers": one.numbers,
            }
            for one in reached.spread
        ],
        "store": {str(lot): amount for lot, amount in reached.store.items()},
    }
    return bytes(rfc8785.dumps(document))


def read(document: bytes) -> Reached:
    """The same back. ``ValueError``, ``KeyError`` or ``TypeError`` for what is no such document."""
    told = json.loads(document)
    failed = told["failed"]
    subject = Subject(
        Cause(told["cause"]),
        _ids(told["lots_named"]),
        UUID(told["site"]) if told["site"] else None,
        UUID(told["certification"]) if told["certification"] else None,
        date.fromisoformat(told["first"]) if told["first"] else None,
        date.fromisoformat(told["last"]) if told["last"] else None,
        failed
        and Failed(
            failed["test"],
            failed["value"],
            failed["unit"],
            date.fromisoformat(failed["tested_on"]),
            failed["laboratory"],
        ),
    )
    return Reached(
        subject,
        _ids(told["seeds"]),
        _ids(told["lots"]),
        tuple(Item(UUID(x["id"]), x["lot"], x["units"], Act(x["act"]), x["sibling"]) for x in told["batches"]),
        tuple(
            Spread((Where(x["where"]), UUID(x["place"])), UUID(x["lot"]), x["amount"], x["numbers"])
            for x in told["spread"]
        ),
        {UUID(lot): amount for lot, amount in told["store"].items()},
    )


def _ids(texts: Sequence[str]) -> tuple[UUID, ...]:
    return tuple(UUID(one) for one in texts)


def opened(recall: Recall, *, did: str) -> bytes:
    """What stands in the log when a recall is opened."""
    return in_log(
        id=recall.id,
        did=did,
        at=recall.opened_at,
        reason_class=recall.reason_class,
        advice=recall.advice.value,
        sha256=recall.digest.hex(),
    )


def in_log(*, id: UUID, did: str, at: datetime, reason_class: str, advice: str, sha256: str) -> bytes:
    """The same from its parts."""
    document = {
        "kind": "recall",
        "id": str(id),
        "association": did,
        "at": rfc3339(at),
        "reason_class": reason_class,
        "advice": advice,
        "affected_sha256": sha256,
    }
    return bytes(rfc8785.dumps(document))
