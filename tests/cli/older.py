"""A backup as the first release would have made it of the same rows: without what later migrations brought."""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from typing import Any

from seal.cli.backup.format import ROOT
from seal.db.history import default_folder, statements
from seal.ids import uuid7
from seal.transparency import merkle
from tests.world import START

FIRST = "0001_first"
LATER_KINDS = frozenset({"register", "paper"})
"""Intents of what the first release did not sign."""


Schema = dict[str, list[tuple[str, str]]]


def first_schema() -> Schema:
    """The columns and their types of each table of the first release."""
    database = sqlite3.connect(":memory:")
    for path in sorted((default_folder() / FIRST).glob("*.sql")):
        for statement in statements(path.read_text("utf-8")):
            database.execute(statement)
    names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: [(row[1], row[2]) for row in database.execute(f"PRAGMA table_info({name})")] for name in names}


def as_first_release(content: dict[str, bytes]) -> dict[str, bytes]:
    """The members of a backup (by name), taken back to the first schema; ``log_node`` is computed as it was kept."""
    schema = first_schema()
    head = json.loads(content[f"{ROOT}/head.json"])
    kept = [table for table in head["tables"] if table["table"] in schema] + [{"table": "log_node", "key": "id"}]
    tables = [table | {"columns": [list(column) for column in schema[table["table"]]]} for table in kept]
    made: dict[str, bytes] = {}
    lines: dict[str, list[bytes]] = {table["table"]: [] for table in tables}
    leaves: list[dict[str, Any]] = []
    for name, data in content.items():
        _, part, *rest = name.split("/")
        if part == "head.json":
            made[name] = json.dumps(head | {"migrations": [FIRST], "tables": tables}).encode()
        elif part != "tables" or rest[0] not in schema:
            made |= {name: data} if part in ("README.txt", "blobs") else {}
        else:
            rows = [json.loads(line) for line in data.splitlines()]
            leaves += rows if rest[0] == "log_leaf" else []
            if rest[0] == "label_ledger":
                rows = _without_bound(rows, _rows(content, "label_range"))
            made[name] = _put(
                lines,
                rest[0],
                [row for row in rows if rest[0] != "key_intent" or row["kind"] not in LATER_KINDS],
                schema,
            )
    made[f"{ROOT}/tables/log_node/000001.jsonl"] = _put(lines, "log_node", _nodes(leaves), schema)
    said = {
        name: {"rows": len(one), "sha256": hashlib.sha256(b"".join(one)).hexdigest()} for name, one in lines.items()
    }
    made[f"{ROOT}/manifest.json"] = json.dumps({"format": head["format"], "tables": said}).encode()
    return made


def later_objects(content: dict[str, bytes]) -> set[str]:
    """Ids of rows in tables that came after the first release: no backup of it can hold what their leaves record."""
    schema = first_schema()
    parts = [data for name, data in content.items() if "/tables/" in name and name.split("/")[2] not in schema]
    return {json.loads(line)["id"] for data in parts for line in data.splitlines()}


def _rows(content: dict[str, bytes], table: str) -> list[dict[str, Any]]:
    parts = [data for name, data in content.items() if f"/tables/{table}/" in name]
    return [json.loads(line) for data in parts for line in data.splitlines()]


def _without_bound(ledgers: list[dict[str, Any]], ranges: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Ledgers that count ranges alone: the first release knew no seals of rolls."""
    highest: dict[str, int] = {}
    for row in ranges:
        highest[row["batch_id"]] = max(row["last_unit"], highest.get(row["batch_id"], 0))
    given = [row | {"reserved_high": highest.get(row["batch_id"], 0)} for row in ledgers]
    return [row | {"live": row["reserved_high"] - row["void_count"]} for row in given]


def _put(lines: dict[str, list[bytes]], table: str, rows: list[dict[str, Any]], schema: Schema) -> bytes:
    """The rows with the columns of the first schema, as lines; they are counted."""
    cut = [{name: row[name] for name, _ in schema[table]} for row in rows]
    made = [json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for row in cut]
    lines[table] += made
    return b"".join(made)


def _nodes(leaves: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The hashes of complete subtrees, as the first release kept one a row."""
    found = []
    frontiers: dict[str, tuple[bytes, ...]] = {}
    for leaf in sorted(leaves, key=lambda one: (one["association_id"], one["leaf_index"])):
        owner = leaf["association_id"]
        hash_ = merkle.leaf_hash(base64.b64decode(leaf["entry"]))
        frontiers[owner], completed = merkle.grow(leaf["leaf_index"], frontiers.get(owner, ()), hash_)
        for (level, place), node in completed:
            row = {"id": str(uuid7(START)), "association_id": owner, "level": level, "place": place}
            found.append(row | {"hash": base64.b64encode(node).decode()})
    return sorted(found, key=lambda row: row["id"])
