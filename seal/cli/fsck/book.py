"""The book of keys (invariant 11): every record is what was written, none is missing, the switch turns one way and then
the other, and nothing but a key statement was signed while it stood on stop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from seal.cli.fsck.breach import Breach, breach
from seal.cli.fsck.scope import SKEW, Row, Scope
from seal.db.snapshot import rows
from seal.errors import BadInput
from seal.keys import records
from seal.keys.records import Act

_SIGNED = """SELECT id, kind, signed_at FROM key_intent WHERE association_id = {} AND state = 'signed'
    AND kind <> 'key_statement' AND signed_at > {} ORDER BY id"""

Stop = tuple[datetime, datetime | None]
"""From when to when nothing may be signed; ``None``: still."""


async def check(scope: Scope) -> AsyncIterator[Breach]:
    stops: list[Stop] = []
    since: datetime | None = None
    for place, row in enumerate(await scope.all("key_record", order="seq, id"), start=1):
        if row["seq"] != place:
            yield breach(11, "key_record", row["id"], "keys.record_gap", seq=row["seq"], expected=place)
        if not _is_what_was_written(scope, row):
            yield breach(11, "key_record", row["id"], "keys.record_differs", seq=row["seq"])
        if row["act"] not in (Act.STOP, Act.START):
            continue
        if (row["act"] == Act.STOP) == (since is not None):
            yield breach(11, "key_record", row["id"], "keys.record_switch", act=row["act"])
        elif row["act"] == Act.STOP:
            since = row["made_at"]
        else:
            assert since is not None
            stops.append((since, row["made_at"]))
            since = None
    if since is not None:
        stops.append((since, None))
    for first, last in stops:
        for row in await rows(_SIGNED, scope.id, first + SKEW):
            if last is None or row["signed_at"] < last - SKEW:
                yield breach(11, "key_intent", row["id"], "keys.signed_while_stopped", kind=row["kind"])


def _is_what_was_written(scope: Scope, row: Row) -> bool:
    try:
        record = records.read(row["id"], scope.id, row["seq"], bytes(row["document"]))
    except BadInput:
        return False
    written = (record.act.value, int(record.at.timestamp()), record.did)
    return written == (row["act"], int(row["made_at"].timestamp()), scope.text("did"))
