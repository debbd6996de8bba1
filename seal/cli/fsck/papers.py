"""Certificates on paper (invariant 8): whatever was issued has its papers or waits for them; kept bytes hash to their
digest and carry the credential that was signed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from uuid import UUID

from seal.cli.fsck.breach import Breach, breach
from seal.cli.fsck.scope import Row, Scope
from seal.printing.model import digest
from seal.printing.service import attachments

ISSUED = {"certification": "certification", "batch": "batch"}
"""Kind of an order, and the table of its objects; the column ``jws`` is filled once they are issued."""


async def check(scope: Scope) -> AsyncIterator[Breach]:
    orders = {row["id"]: row for row in await scope.all("paper_order")}
    signed: dict[UUID, bytes] = {}
    for kind, table in ISSUED.items():
        async for row in scope.pages(table, columns="id, jws"):
            if row["jws"] is None:
                continue
            signed[row["id"]] = bytes(row["jws"])
            if row["id"] not in orders or orders[row["id"]]["kind"] != kind:
                yield breach(8, table, row["id"], "papers.not_ordered")
    for order in orders.values():
        if order["id"] not in signed:
            yield breach(8, "paper_order", order["id"], "papers.orphan")
    whole: set[tuple[UUID, int]] = set()
    async for row in scope.pages("paper", at_once=20):
        if row["sha256"] is not None:
            whole.add((row["object_id"], row["edition"]))
        code = await asyncio.to_thread(_wrong, row, signed)
        if code is not None:
            yield breach(8, "paper", row["id"], code, edition=row["edition"], paper_language=row["language"])
    for order in orders.values():
        if not order["waiting"] and (order["id"], order["edition"]) not in whole:
            yield breach(8, "paper_order", order["id"], "papers.lost", edition=order["edition"])


def _wrong(row: Row, signed: Mapping[UUID, bytes]) -> str | None:
    content, signature = bytes(row["content"]), bytes(row["signature"] or b"")
    if digest(content) != row["content_sha256"] or row["sha256"] not in (None, digest(content + signature)):
        return "papers.digest"
    try:
        attached = attachments(content + signature)
    except ValueError:
        return "papers.unreadable"
    if [data for _, data in attached] != [signed.get(row["object_id"])]:
        return "papers.credential"
    return None
