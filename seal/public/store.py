"""What an archive holds of an association's rows, by name. Reads only, tables of lower rooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from seal.batches.tables import Batch
from seal.certificates.tables import Certification, StatusList
from seal.keys.model import IntentKind
from seal.keys.tables import KeyIntent, KeyStatement
from seal.protocols.tables import ProtocolVersion
from seal.transparency.model import LeafType
from seal.transparency.tables import LogLeaf

Row = dict[str, Any]


@dataclass(frozen=True)
class Logged:
    """A public object with its exact bytes, its salt and its place in the log. ``public_id`` only of credentials."""

    kind: LeafType
    id: UUID
    salt: bytes
    exact: bytes
    index: int
    public_id: int = 0
    embedded: bytes | None = None


async def _indices(association_id: UUID, kind: LeafType) -> dict[UUID, int]:
    rows: list[Row] = await LogLeaf.select(LogLeaf.object_id, LogLeaf.leaf_index).where(
        LogLeaf.association_id == association_id, LogLeaf.leaf_type == int(kind)
    )
    return {row["object_id"]: row["leaf_index"] for row in rows}


async def _embedded(association_id: UUID, kind: IntentKind) -> dict[UUID, bytes]:
    rows: list[Row] = await KeyIntent.select(KeyIntent.object_id, KeyIntent.embedded).where(
        KeyIntent.association_id == association_id, KeyIntent.kind == kind.value, KeyIntent.embedded.is_not_null()
    )
    return {row["object_id"]: bytes(row["embedded"]) for row in rows}


async def logged(association_id: UUID) -> list[Logged]:
    """Key statements, publications of protocols, certifications and batches that stand in the log, in its order."""
    found: list[Logged] = []
    tables: tuple[tuple[LeafType, Any, Any, IntentKind | None], ...] = (
        (LeafType.KEY_STATEMENT, KeyStatement, KeyStatement.compact, None),
        (LeafType.PROTOCOL, ProtocolVersion, ProtocolVersion.document, None),
        (LeafType.CERTIFICATION, Certification, Certification.jws, IntentKind.CERTIFICATION),
        (LeafType.BATCH, Batch, Batch.jws, IntentKind.BATCH),
    )
    for kind, table, column, intent in tables:
        indices = await _indices(association_id, kind)
        embedded = await _embedded(association_id, intent) if intent else {}
        columns = [table.id, table.salt, column, *([table.public_id] if intent else [])]
        rows: list[Row] = await table.select(*columns).where(
            table.association_id == association_id, column.is_not_null()
        )
        for row in rows:
            if row["id"] in indices:
                exact = bytes(row[column._meta.name])
                index, own = indices[row["id"]], row.get("public_id") or 0
                found.append(Logged(kind, row["id"], bytes(row["salt"]), exact, index, own, embedded.get(row["id"])))
    return sorted(found, key=lambda one: one.index)


async def status_lists(association_id: UUID) -> dict[tuple[str, int], bytes]:
    """The last signed edition of each list, by purpose and number."""
    rows: list[Row] = (
        await StatusList.select(StatusList.purpose, StatusList.number, StatusList.jws)
        .where(StatusList.association_id == association_id, StatusList.jws.is_not_null())
        .order_by(StatusList.edition)
    )
    return {(row["purpose"], row["number"]): bytes(row["jws"]) for row in rows}
