"""A certificate and its ``tlog-proof``: in the log or not, with nothing but two files and a pinned fingerprint."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from seal.clock import rfc3339
from seal.errors import BadInput
from seal.ids import Code as TypedCode
from seal.keys import opening
from seal.keys import service as keys
from seal.transparency import proof_file
from seal.transparency import service as log
from seal.transparency.proof_file import ProofFile
from seal.verification import command, proving
from seal.verification import service as verification
from tests.certificates.certified import CHEAP
from tests.conftest import Database
from tests.verification.sealed import DAY, batch, sealed
from tests.verification.test_pages import JSON, NOW, Site, site
from tests.walks.test_stolen_key import steal

SECOND = timedelta(seconds=1)


@asynccontextmanager
async def served_by(database: Database) -> AsyncIterator[Site]:
    made = await sealed()
    await keys.keep_fresh(made.association.id, DAY)
    async with site(database, made) as one:
        yield one


async def files(one: Site, code: TypedCode, folder: Path) -> tuple[Path, Path, str]:
    """As a stranger fetches them: the certificate, its proof, and the fingerprint on paper."""
    answer = await one.get(f"/c/{code.plain}/proof")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    certificate = await one.get(f"/c/{code.plain}?as=jwt")
    (folder / "c.jwt").write_bytes(certificate.content)
    (folder / "c.tlog-proof").write_bytes(answer.content)
    fingerprint = (await keys.public_keys(one.made.association.id)).fingerprint
    return folder / "c.jwt", folder / "c.tlog-proof", fingerprint


def said(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    code = command.main([*map(str, words), "--at", rfc3339(NOW)])
    return code, capsys.readouterr().out


async def test_a_certificate_is_found_in_the_log(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with served_by(database) as served:
        jwt, proof, pinned = await files(served, served.code, tmp_path)
        code, text = said(capsys, jwt, "--proof", proof, "--trust", pinned)
        assert code == 3, "its status cannot be judged"
        assert text.startswith("cannot_check: ")
        assert f"in the public log {served.made.association.log_origin}, at place" in text
        assert f"last at {rfc3339(DAY)}" in text
        assert "trust: pinned" in text
        code, text = said(capsys, jwt, "--proof", proof, "--json")
        document = json.loads(text)
        assert (code, document["trust"], document["fingerprint"]) == (3, "first_use", pinned)
        assert document["log"]["as_of"] == rfc3339(DAY)
        assert document["log"]["index"] < document["log"]["size"]

        (tmp_path / "bundle.jwt").write_bytes((await served.get("/bundle")).content)
        code, text = said(capsys, jwt, "--proof", proof, "--trust", pinned, "--bundle", tmp_path / "bundle.jwt")
        assert code == 0
        assert text.startswith("authentic\n")
        assert "log: The certificate is in the public log" in text


async def test_a_certification_too_and_the_answers_point_to_it(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with served_by(database) as served:
        certification = served.made.certified.certification
        code = TypedCode(certification.public_id)
        jwt, proof, pinned = await files(served, code, tmp_path)
        assert "at place" in said(capsys, jwt, "--proof", proof, "--trust", pinned)[1]
        base = served.made.association.base
        answer = (await served.get(f"/{served.token}", **JSON)).json()
        assert answer["record"]["log"]["proof"] == f"{base}/c/{served.code.plain}/proof"
        link = (await served.get(f"/c/{code.plain}?as=jwt")).headers["link"]
        assert link == f'<{base}/c/{code.plain}/proof>; rel="https://c2sp.org/tlog-proof"'


async def test_what_does_not_hold_is_1(database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with served_by(database) as served:
        jwt, proof, pinned = await files(served, served.code, tmp_path)
        good, compact = proof_file.parse(proof.read_bytes()), jwt.read_bytes()
        (tmp_path / "bundle.jwt").write_bytes((await served.get("/bundle")).content)
        assert good.extra is not None
        extra = json.loads(good.extra)

        def with_extra(**changes: Any) -> ProofFile:
            return replace(good, extra=json.dumps(extra | changes).encode())

        twins: list[Callable[[], ProofFile]] = [
            lambda: replace(good, index=good.index - 1),
            lambda: replace(good, path=good.path[:-1]),
            lambda: replace(good, path=(bytes(32), *good.path[1:])),
            lambda: replace(good, extra=None),
            lambda: replace(good, checkpoint=good.checkpoint.replace(b"\n", b"x\n", 1)),
            lambda: with_extra(salt=base64.b64encode(bytes(16)).decode()),
            lambda: with_extra(type=3),
            lambda: with_extra(object="019a0000-0000-7000-8000-000000000001"),
            lambda: with_extra(statements=[]),
        ]
        for number, twin in enumerate(twins):
            proof.write_bytes(twin().encoded)
            for bundle in ((), ("--bundle", tmp_path / "bundle.jwt")):
                code, text = said(capsys, jwt, "--proof", proof, "--trust", pinned, *bundle)
                assert (code, "at place" in text and "is in the public log" in text) == (1, False), (number, text)
        with pytest.raises(BadInput) as caught:
            proving.check(good.encoded, compact, "0" * 64, None, NOW)
        assert caught.value.code.startswith("chain.")
        certification = TypedCode(served.made.certified.certification.public_id)
        other = (await served.get(f"/c/{certification.plain}?as=jwt")).content
        with pytest.raises(BadInput) as caught:
            proving.check(good.encoded, other, pinned, None, NOW)
        assert caught.value.code == "proof.credential"
        assert said(capsys, served.token, "--proof", proof, "--trust", pinned)[0] == 1, "a proof is of a certificate"


async def test_no_proof_yet(database: Database) -> None:
    made = await sealed()
    async with site(database, made) as one:
        answer = await one.get(f"/c/{one.code.plain}/proof", **JSON)
        assert answer.status_code == 404
        assert one.code.plain in answer.text
        for path in ("/c/7Q4K2MXPW/proof", "/c/x/proof", f"/c/{one.code.plain}/proofs"):
            assert (await one.get(path, **JSON)).status_code == 404


async def test_the_age_of_a_proof_is_judged(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with served_by(database) as served:
        jwt, proof, pinned = await files(served, served.code, tmp_path)

    def asked(at: datetime) -> tuple[bool, str]:
        words = [str(jwt), "--proof", str(proof), "--trust", pinned, "--at", rfc3339(at)]
        assert command.main(words) == 3
        text = capsys.readouterr().out
        assert command.main([*words, "--json"]) == 3
        return json.loads(capsys.readouterr().out)["log"]["stale"], text

    week = timedelta(days=7)
    for at, stale in ((DAY, False), (DAY + week, False), (DAY + week + SECOND, True), (DAY - timedelta(hours=1), True)):
        found, text = asked(at)
        assert (found, "fetch the proof again" in text) == (stale, stale), at
    unstamped = proof_file.parse(proof.read_bytes())
    lines = unstamped.checkpoint.split(b"\n")
    proof.write_bytes(replace(unstamped, checkpoint=b"\n".join(lines[:5]) + b"\n").encoded)
    found, text = asked(DAY)
    assert (found, "does not say when" in text) == (True, True)


async def test_an_ended_key_holds_for_what_was_logged_before(database: Database, tmp_path: Path) -> None:
    """The proof carries the statement that ended it; what its thief had logged afterwards has a place and no honour."""
    made = await sealed()
    owner, folder = made.association, opening.folder_of(made.association.slug, 1)
    size = (await log.head(owner.id)).size
    planted = await batch(made.certified, "L-robado", units=30)
    _, phrase = await steal(made.certified)
    seed = await keys.read_next(owner.id, folder / "next.key.json", phrase)
    before = (await keys.public_keys(owner.id)).fingerprint
    await keys.compromise(owner.id, seed, phrase, NOW, tree_size=size, reason="Robo.", cost=CHEAP)
    await keys.checkpoint(owner.id, NOW)
    for one, holds in ((made.batch, True), (planted, False)):
        assert one.public_id is not None
        assert one.jws is not None
        found = await verification.proof(one.public_id, NOW)
        assert found is not None
        if holds:
            assert proving.check(found[1], one.jws, before, None, NOW).pinned
            continue
        with pytest.raises(BadInput) as caught:
            proving.check(found[1], one.jws, before, None, NOW)
        assert caught.value.code == "proof.credential"
