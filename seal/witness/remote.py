"""What a log says of itself over HTTP: its keys, its checkpoint, and proofs computed here from its tiles."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from seal.errors import BadInput, Unavailable
from seal.keys import jws, statement
from seal.transparency import merkle
from seal.transparency.model import SALT_BYTES
from seal.transparency.note import NOTE_MAX_BYTES, CheckpointText, Note, VerifierKey, open_checkpoint, parse_note
from seal.transparency.tiles import HEIGHT, WIDTH, Tile, unpack
from seal.witness.http import Source

KEYS_MAX_BYTES = 30_000_000
_TILE_BYTES = WIDTH * merkle.HASH_BYTES
_ENTRIES_BYTES = 1_000_000


@dataclass(frozen=True)
class Trusted:
    """The keys of a log that are believed now. ``statements`` is the chain that led to them, empty for a pinned key."""

    origin: str
    keys: tuple[VerifierKey, ...]
    statements: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Head:
    """A checkpoint whose signature by a trusted key holds, with its whole note."""

    text: CheckpointText
    note: Note


def reach_keys(source: Source, fingerprint: str, before: Sequence[bytes] = ()) -> Trusted:
    """The log key by way of the chain of key statements at ``/keys``, from a pinned fingerprint.

    Raises ``Unavailable('witness.unreachable')``, ``BadInput('chain.*' | …)``, ``BadInput('witness.keys_changed')`` if
    the chain does not begin with ``before``, ``BadInput('witness.other_address')`` if it names another base.
    """
    compacts = tuple(one["statement"].encode() for one in _statements(source))
    chain = statement.verify_chain(compacts, fingerprint)
    if compacts[: len(before)] != tuple(before):
        raise BadInput("witness.keys_changed")
    if chain.base != source.base:
        raise BadInput("witness.other_address", base=chain.base, address=source.base)
    origin = chain.base.split("://", 1)[1]
    current = chain.log[-1]
    if current.ended is not None:
        raise BadInput("witness.key_ended")
    return Trusted(origin, (VerifierKey(origin, current.raw),), compacts)


def _statements(source: Source) -> list[dict[str, str]]:
    found = _json(source, "/keys", KEYS_MAX_BYTES)
    rows = found.get("statements") if isinstance(found, dict) else None
    if not isinstance(rows, list) or not all(isinstance(one, dict) and _words(one) for one in rows):
        raise Unavailable("witness.unreachable", address=f"{source.base}/keys", why="no key statements")
    return rows


def _words(row: dict[str, object]) -> bool:
    return all(
        isinstance(row.get(name), str) and str(row[name]).isascii() for name in ("statement", "object_id", "salt")
    )


def statement_leaves(source: Source) -> list[tuple[bytes, str, str]]:
    """``(compact JWS, object id, salt in hexadecimal)`` of each key statement, as served."""
    return [(one["statement"].encode(), one["object_id"], one["salt"]) for one in _statements(source)]


@dataclass(frozen=True)
class Opening:
    """What a leaf records, as the log shows it: to be recomputed."""

    place: int
    salt: bytes
    content: bytes


def openings(source: Source, start: int, count: int, most: int) -> list[Opening]:
    """What the leaves of credentials and labels in ``[start, start + count)`` record, as served."""
    found = _json(source, "/log/openings", most, start=start, count=count)
    rows = found.get("openings") if isinstance(found, dict) else None
    try:
        shown = [Opening(int(row["index"]), bytes.fromhex(row["salt"]), row["content"].encode()) for row in rows or ()]
        if rows is None or any(len(one.salt) != SALT_BYTES or not one.content for one in shown):
            raise ValueError
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Unavailable("witness.unreachable", address=f"{source.base}/log/openings", why="no openings") from None
    return shown


def checkpoint(source: Source, trusted: Trusted) -> Head | None:
    """The newest checkpoint; ``None`` before the first. Raises ``BadInput('note.*' | 'checkpoint.*')``."""
    data = source.get("/log/checkpoint", NOTE_MAX_BYTES)
    return None if data is None else open_head(data, trusted)


def open_head(data: bytes, trusted: Trusted) -> Head:
    """A checkpoint note under one of the trusted keys. Raises ``BadInput('note.*' | 'checkpoint.*')``."""
    error = BadInput("checkpoint.signature")
    for key in trusted.keys:
        try:
            return Head(open_checkpoint(data, key), parse_note(data))
        except BadInput as found:
            error = found
    raise error


def consistency(source: Source, old: int, new: int) -> tuple[bytes, ...]:
    """The proof that the tree of ``new`` leaves extends that of ``old`` (0 < old <= new), computed from tiles, else as
    the log gives it. Nothing is verified yet."""
    try:
        tiles = Tiles(source, new)
        return merkle.proof(merkle.consistency_ranges(old, new), tiles.node)
    except Unavailable:
        found = _json(source, "/log/consistency", 100_000, old=old, size=new)
        path = found.get("path") if isinstance(found, dict) else None
        if not isinstance(path, list):
            raise
        try:
            return tuple(base64.b64decode(one, validate=True) for one in path)
        except (TypeError, binascii.Error, ValueError):
            raise Unavailable(
                "witness.unreachable", address=f"{source.base}/log/consistency", why="no hashes"
            ) from None


class Tiles:
    """The tiles of a log as a tree of ``size`` leaves has them; each is asked for once."""

    def __init__(self, source: Source, size: int) -> None:
        self._source, self._size = source, size
        self._kept: dict[Tile, bytes] = {}

    def node(self, name: merkle.Node) -> bytes:
        """The hash of a complete subtree. Raises ``Unavailable('witness.unreachable')`` for a missing tile."""
        level, place = name
        above = level // HEIGHT
        first, count = place << level % HEIGHT, 1 << level % HEIGHT
        index = first // WIDTH
        width = min(WIDTH, (self._size >> HEIGHT * above) - index * WIDTH)
        data, start = self._tile(Tile(above, index, width)), (first - index * WIDTH) * merkle.HASH_BYTES
        hashes = [data[at : at + 32] for at in range(start, start + 32 * count, 32)]
        while len(hashes) > 1:
            hashes = [merkle.node_hash(*hashes[at : at + 2]) for at in range(0, len(hashes), 2)]
        return hashes[0]

    def _tile(self, tile: Tile) -> bytes:
        if tile not in self._kept:
            self._kept[tile] = _exact(self._source, tile, _TILE_BYTES, tile.width * merkle.HASH_BYTES)
        return self._kept[tile]

    def entries(self, index: int) -> list[bytes]:
        """Bundle ``index`` of entries, as wide as this tree has it. Raises ``Unavailable`` as above."""
        tile = Tile(None, index, min(WIDTH, self._size - index * WIDTH))
        try:
            found = unpack(_exact(self._source, tile, _ENTRIES_BYTES, None))
        except ValueError:
            found = []
        if len(found) != tile.width:
            raise Unavailable("witness.unreachable", address=f"{self._source.base}/log/tile/{tile.path}", why="cut off")
        return found


def _exact(source: Source, tile: Tile, most: int, length: int | None) -> bytes:
    path = f"/log/tile/{tile.path}"
    data = source.get(path, most)
    if data is None or (length is not None and len(data) != length):
        raise Unavailable("witness.unreachable", address=f"{source.base}{path}", why="no such tile")
    return data


def _json(source: Source, path: str, most: int, **query: int | str) -> object:
    data = source.get(path, most, **query)
    if data is None:
        raise Unavailable("witness.unreachable", address=f"{source.base}{path}", why="HTTP 404")
    try:
        return jws.strict_json(data)
    except BadInput:
        raise Unavailable("witness.unreachable", address=f"{source.base}{path}", why="no JSON") from None
