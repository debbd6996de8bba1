"""A log on a real socket that does whatever a thief of its keys could do: two histories, old heads, hidden leaves."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from seal.transparency import cosignature, merkle, tiles
from seal.transparency.cosignature import with_lines
from seal.transparency.model import leaf_hash
from seal.transparency.note import CheckpointText, VerifierKey, sign_text
from seal.transparency.stamp import stamp_key
from tests.verification.world import Keeper, raw


def entries(count: int, history: str = "") -> list[bytes]:
    return [b"seal-leaf/1\x00\x05" + f"{history}{number}".encode().rjust(48, b".") for number in range(count)]


@dataclass
class Rogue:
    """``answers`` overrides any path; ``posted`` is what came to ``/log/cosignatures``."""

    keeper: Keeper
    base: str
    entries: list[bytes] = field(default_factory=list)
    size: int | None = None
    answers: dict[str, bytes | None] = field(default_factory=dict)
    posted: list[bytes] = field(default_factory=list)
    leaf_salts: list[tuple[str, str]] = field(default_factory=list)
    """``(object id, salt)`` of each key statement, as ``/keys`` gives them."""
    stamped: int | None = None
    """The POSIX second that the log stamps its heads with."""

    @property
    def origin(self) -> str:
        return self.base.split("://")[1]

    @property
    def key(self) -> VerifierKey:
        return VerifierKey(self.origin, raw(self.keeper.log))

    def head(self, size: int | None = None, of: Sequence[bytes] | None = None) -> bytes:
        """A checkpoint over the first ``size`` entries, truly signed."""
        whole = self.entries if of is None else of
        count = len(whole) if size is None else size
        root = merkle.root([leaf_hash(entry) for entry in whole[:count]])
        text = CheckpointText(self.origin, count, root).text
        note = sign_text(text, self.key, self.keeper.log.sign(text.encode()))
        if self.stamped is None:
            return note.encoded
        signature = self.keeper.log.sign(cosignature.message(text, self.stamped))
        return with_lines(note, [cosignature.cosignature(stamp_key(self.key), self.stamped, signature)]).encoded

    def answer(self, path: str, query: dict[str, list[str]]) -> bytes | None:
        if path in self.answers:
            return self.answers[path]
        if path == "/keys":
            salts = self.leaf_salts or [("00000000-0000-7000-8000-000000000001", "00" * 16)] * 9
            rows = [
                {"statement": one.decode(), "object_id": object_id, "salt": salt}
                for one, (object_id, salt) in zip(self.keeper.statements, salts, strict=False)
            ]
            return json.dumps({"statements": rows}).encode()
        if path == "/log/checkpoint":
            return self.head(self.size)
        if path == "/log/consistency":
            old, size = int(query["old"][0]), int(query["size"][0])
            return json.dumps({"path": [base64.b64encode(one).decode() for one in self.proof(old, size)]}).encode()
        if path.startswith("/log/tile/"):
            tile = tiles.parse(path.removeprefix("/log/tile/"))
            return self.tile(tile) if tile else None
        return None

    def proof(self, old: int, size: int) -> tuple[bytes, ...]:
        hashes = [leaf_hash(entry) for entry in self.entries]
        return merkle.proof(
            merkle.consistency_ranges(old, size),
            lambda name: merkle.root(hashes[name[1] << name[0] : (name[1] + 1) << name[0]]),
        )

    def tile(self, tile: tiles.Tile) -> bytes | None:
        if tile.level is None:
            return tiles.pack(self.entries[tile.start : tile.start + tile.width])
        span = 1 << tiles.HEIGHT * tile.level
        hashes = [leaf_hash(entry) for entry in self.entries]
        first = range(tile.start, tile.start + tile.width)
        return b"".join(merkle.root(hashes[place * span : (place + 1) * span]) for place in first)


@contextmanager
def served(name: str = "home") -> Iterator[Rogue]:
    """The log on a port of this machine, for the length of a block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            self._say(rogue.answer(parts.path, parse_qs(parts.query)))

        def do_POST(self) -> None:
            rogue.posted.append(self.rfile.read(int(self.headers["Content-Length"])))
            self._say(b"{}")

        def _say(self, body: bytes | None) -> None:
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    base = f"http://localhost:{server.server_port}"
    rogue = Rogue(Keeper(name, base), base)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield rogue
    finally:
        server.shutdown()
        server.server_close()
