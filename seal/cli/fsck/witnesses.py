"""Witnesses (invariant 10): every kept cosignature verifies, over the very text of the checkpoint that it stands under,
and its witness was on the list when it came."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from seal.cli.fsck.breach import Breach, breach
from seal.cli.fsck.scope import Scope
from seal.errors import BadInput
from seal.transparency.cosignature import WitnessKey, parse_lines, parse_witness_key, verified_line
from seal.transparency.note import parse_note


async def check(scope: Scope) -> AsyncIterator[Breach]:
    added: dict[str, datetime] = {}
    for row in await scope.all("log_witness", order="at, id"):
        try:
            parse_witness_key(row["verifier_key"])
        except BadInput:
            yield breach(10, "log_witness", row["id"], "log.witness_key")
        if row["act"] == "added":
            added.setdefault(row["verifier_key"], row["at"])
        elif row["verifier_key"] not in added:
            yield breach(10, "log_witness", row["id"], "log.witness_unknown")
    texts = {row["size"]: bytes(row["note"]) for row in await scope.all("log_checkpoint", order="size, id")}
    async for row in scope.pages("log_cosignature"):
        if row["verifier_key"] not in added or row["received_at"] < added[row["verifier_key"]]:
            yield breach(10, "log_cosignature", row["id"], "log.witness_unknown")
        if not _holds(row, texts.get(row["size"])):
            yield breach(10, "log_cosignature", row["id"], "log.cosignature", size=row["size"])


def _holds(row: dict[str, Any], note: bytes | None) -> bool:
    try:
        key: WitnessKey = parse_witness_key(row["verifier_key"])
        (line,) = parse_lines(bytes(row["line"]))
        text = parse_note(note or b"").text
    except (BadInput, ValueError):
        return False
    at = verified_line(text, line, key)
    return at is not None and at == int(row["cosigned_at"])
