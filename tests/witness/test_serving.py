"""``add-checkpoint`` as C2SP tlog-witness has it, answer by answer."""

from __future__ import annotations

import base64
import hashlib

import httpx
import pytest

from seal.transparency.cosignature import cosigned_at, parse_lines, with_lines
from seal.transparency.note import CheckpointText, parse_note, sign_text
from seal.witness.serving import Application
from tests.witness.conftest import SECOND, Town
from tests.witness.rogue import Rogue, entries


def client(town: Town) -> httpx.AsyncClient:
    app = Application(town.folder, town.signer, lambda: SECOND)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://witness.example")  # type: ignore[arg-type]


def body(old: int, note: bytes, *proof: bytes) -> bytes:
    lines = "".join(base64.b64encode(one).decode() + "\n" for one in proof)
    return f"old {old}\n{lines}\n".encode() + note


async def test_from_the_first_checkpoint_to_the_next(town: Town, rogue: Rogue) -> None:
    rogue.entries = entries(9)
    place = f"/{hashlib.sha256(rogue.origin.encode()).hexdigest()}/checkpoint"
    async with client(town) as browser:
        assert (await browser.get(place)).status_code == 404
        first = await browser.post("/add-checkpoint", content=body(0, rogue.head(5)))
        assert first.status_code == 200
        note = with_lines(parse_note(rogue.head(5)), parse_lines(first.content))
        assert cosigned_at(note, town.key) == SECOND
        assert (await browser.get(place)).content == note.encoded
        second = await browser.post("/add-checkpoint", content=body(5, rogue.head(9), *rogue.proof(5, 9)))
        assert second.status_code == 200
        again = await browser.post("/add-checkpoint", content=body(9, rogue.head(9)))
        assert again.status_code == 200


async def test_the_answers_of_the_specification(town: Town, rogue: Rogue) -> None:
    rogue.entries = entries(9)
    proof = rogue.proof(5, 9)
    forged = CheckpointText(rogue.origin, 9, bytes(32)).text
    thief = type(rogue.keeper)("thief", rogue.base)
    elsewhere = CheckpointText("other.example", 5, bytes(32)).text
    empty = CheckpointText(rogue.origin, 0, bytes(32)).text
    by = rogue.keeper.log
    async with client(town) as browser:

        async def status(content: bytes) -> int:
            return (await browser.post("/add-checkpoint", content=content)).status_code

        assert await status(body(0, sign_text(empty, rogue.key, by.sign(empty.encode())).encoded)) == 422
        assert await status(body(0, rogue.head(5), bytes(32))) == 422  # a proof from nothing
        assert await status(body(0, rogue.head(5))) == 200
        new = rogue.head(9)
        lines = (b"old 05", b"old x", b"old 5\nAAAA", b"old 5\n" + b"!" * 44)
        wrongs = [b"", b"x", new, *(line + b"\n\n" + new for line in lines)]
        wrongs += [body(5, new, *[bytes(32)] * 64), body(10, new), body(5, b"no note")]
        for wrong in wrongs:
            assert await status(wrong) == 400, wrong[:40]
        assert await status(body(5, sign_text(elsewhere, rogue.key, by.sign(elsewhere.encode())).encoded)) == 404
        assert await status(body(5, sign_text(forged, rogue.key, thief.log.sign(forged.encode())).encoded)) == 403
        assert await status(body(5, rogue.head(5, of=entries(5, "other ")))) == 422
        assert await status(body(5, rogue.head(9), *proof[:-1])) == 422
        assert await status(body(5, rogue.head(9, of=entries(9, "other ")), *proof)) == 422
        conflict = await browser.post("/add-checkpoint", content=body(4, rogue.head(9), *rogue.proof(4, 9)))
        assert (conflict.status_code, conflict.text, conflict.headers["content-type"]) == (
            409,
            "5\n",
            "text/x.tlog.size",
        )
        assert await status(b"x" * 80_000) == 413
        assert (await browser.get("/add-checkpoint")).status_code == 405
        assert await status(body(5, rogue.head(9), *proof)) == 200  # none of it did any harm


@pytest.mark.parametrize("path", ["/", "/x", "/x/checkpoint", "/x/y/checkpoint"])
async def test_nothing_else_is_there(town: Town, path: str) -> None:
    async with client(town) as browser:
        assert (await browser.get(path)).status_code == 404
