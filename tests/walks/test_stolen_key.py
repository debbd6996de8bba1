"""The drill: a thief copies issuing and log key, prints labels, works the server; 1,000 honest labels stay good.

Trust ends at the checkpoint before the theft. No honest label is printed again, and none of a hundred forged things is
accepted: online, by a bundle, or by ``seal verify`` without any server.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seal.batches import service as batches
from seal.batches.model import Batch
from seal.cli import fsck
from seal.keys import ceremony as making
from seal.keys import did as dids
from seal.keys import ed25519, jws, opening
from seal.keys import service as keys
from seal.keys.model import KeyRole
from seal.keys.qr import message
from seal.labels import service as labels
from seal.labels import token as qr
from seal.transparency import service as log
from seal.verification import bundle, command, service
from seal.verification.model import Code, judge
from tests.certificates.certified import CHEAP, Certified, certified
from tests.verification.sealed import DAY, batch

HONEST_BATCHES, EACH = 4, 250
FORGED = 100
THEFT, FOUND = DAY + timedelta(days=10), DAY + timedelta(days=12)
GOOD = (Code.AUTHENTIC, Code.IN_FORCE)


@dataclass(frozen=True)
class Thief:
    """Whoever read the key files: raw seeds, and a pen."""

    issuing: Ed25519PrivateKey
    log: Ed25519PrivateKey

    @property
    def kid(self) -> str:
        return ed25519.key_id(self.issuing.public_key().public_bytes_raw())

    def token(self, honest: str, suffix: str = "", **changes: Any) -> str:
        """A label like ``honest``, truly signed, with other fields."""
        read = qr.parse(honest)
        assert isinstance(read, qr.Token)
        fields = replace(read.fields, **changes)
        return qr.Token(fields, self.issuing.sign(message(fields.payload, suffix)), suffix).path

    def certificate(self, honest: bytes, **changes: Any) -> str:
        """A credential like ``honest``, truly signed, with other members."""
        token = jws.parse(honest, typ=jws.VC)
        document = jws.strict_json(token.payload) | changes
        payload = rfc8785.dumps(document)
        to_sign = jws.signing_input(payload, kid=dids.key_url(token.did, self.kid), typ=jws.VC)
        return jws.compact(to_sign, self.issuing.sign(to_sign)).decode()


async def steal(made: Certified) -> tuple[Thief, str]:
    """The keys as the files give them, and the passphrase that a demonstration keeps beside them."""
    association = made.world.association
    folder = opening.folder_of(association.slug, 1)
    phrase = making.kept_passphrase(folder)
    assert phrase is not None
    owner = opening.owner_of(association)
    seeds = [
        making.read_key(folder / making.file_name(role), role, owner, phrase)[0]
        for role in (KeyRole.ISSUING, KeyRole.LOG)
    ]
    return Thief(*map(Ed25519PrivateKey.from_private_bytes, seeds)), phrase


async def print_labels(made: Certified, one: Batch, count: int, at: Any = DAY) -> list[str]:
    reserved = await labels.reserve(made.manager(at), one.id, count)
    return [label.digits for label in await labels.codes(made.manager(at), reserved.id)]


def forgeries(thief: Thief, honest: list[str], jwt: bytes, base: str) -> Iterator[str]:
    """Eighty things that were never logged; twenty more are labels of a batch that the thief sealed on the server."""
    for place in range(20):
        yield thief.token(honest[0], public_id=777_000 + place)
    for place in range(10):
        yield thief.token(honest[place], days=300 + place)
        yield thief.token(honest[place], status_index=900 + place)
    for place in range(20):
        yield thief.token(honest[0], number=EACH + 1 + place)
    for place in range(5):
        yield thief.token(honest[place], suffix=f"/01/07804520123453/10/L{place}")
    for place in range(5):
        yield thief.token(honest[0], public_id=888_000 + place, day=(DAY - timedelta(days=1)).date())
    for place in range(5):
        yield thief.certificate(jwt, validFrom=f"2026-02-0{place + 1}T00:00:00Z")
    for place in range(5):
        code = f"{base}/c/{'7Q4K2MXP' if place else '7Q4K2MX0'}{place}"
        yield thief.certificate(jwt, id=code)


def by_command(text: str, file: Path, fingerprint: str, at: str, capsys: Any) -> int:
    code = command.main([text, "--bundle", str(file), "--trust", fingerprint, "--at", at])
    capsys.readouterr()
    return code


async def test_a_thousand_good_and_none_of_a_hundred_forged(
    database: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = await certified()
    association = made.world.association
    lots = [await batch(made, f"L-{place}", units=EACH + 20) for place in range(HONEST_BATCHES)]
    honest = [digits for one in lots for digits in await print_labels(made, one, EACH)]
    assert len(set(honest)) == 1_000
    before = await keys.checkpoint(association.id, THEFT)
    assert before is not None
    old = await keys.public_keys(association.id)
    old_bundle = await service.bundle(association.id, THEFT)

    thief, phrase = await steal(made)
    planted = await batch(made, "L-robado", units=30, at=THEFT)
    assert lots[0].jws is not None
    false = [*forgeries(thief, honest, lots[0].jws, association.base), *await print_labels(made, planted, 20, THEFT)]
    assert len(false) == FORGED
    assert (await service.verify(false[-1], FOUND)).verdict.code is Code.AUTHENTIC, "before it is found out"

    seed = await keys.read_next(association.id, opening.folder_of(association.slug, 1) / "next.key.json", phrase)
    ended = await keys.compromise(
        association.id, seed, phrase, FOUND, tree_size=before.size, reason="Robo del equipo.", cost=CHEAP
    )
    await keys.checkpoint(association.id, FOUND)

    asked = honest if database.engine == "sqlite" else honest[::10]  # the evidence is the same, the wait is not
    online = Counter([(await service.verify(text, FOUND)).verdict.code in GOOD for text in asked])
    assert online == {True: len(asked)}
    assert [text for text in false if (await service.verify(text, FOUND)).verdict.code in GOOD] == []

    data = await service.bundle(association.id, FOUND)
    for pin in (ended.fingerprint, old.fingerprint):  # papers from before the theft carry the old one
        held = bundle.read(data, fingerprint=pin)
        assert Counter(judge(bundle.evidence(held, text), FOUND).code in GOOD for text in honest) == {True: 1_000}
        assert [text for text in false if judge(bundle.evidence(held, text), FOUND).code in GOOD] == []

    file = tmp_path / "bundle.jwt"
    file.write_bytes(data)
    at = FOUND.isoformat()
    assert {by_command(text, file, ended.fingerprint, at, capsys) for text in honest[::10]} == {0}
    assert 0 not in {by_command(text, file, ended.fingerprint, at, capsys) for text in false}

    document = await keys.did_document(association)
    assert not any(old.fingerprint in one or old.log.key_id in one for one in document["assertionMethod"])
    assert bundle.read(old_bundle, fingerprint=old.fingerprint), "what was handed out before is what it was"
    assert [report.breaches for report in await fsck.inspect()] == [()]
    # the honest batches go on: numbers reserved now are signed by the new key, and the old labels need no reprint
    more = await print_labels(made, lots[0], 5, FOUND)
    assert {(await service.verify(text, FOUND)).verdict.code for text in more} == {Code.AUTHENTIC}
    assert (await batches.batch(made.manager(FOUND), lots[0].id)).jws == lots[0].jws


async def test_a_bundle_of_the_stolen_log_key_is_refused_whatever_day_it_says(database: Any) -> None:
    made = await certified()
    association = made.world.association
    size = (await log.head(association.id)).size
    thief, phrase = await steal(made)
    seed = await keys.read_next(association.id, opening.folder_of(association.slug, 1) / "next.key.json", phrase)
    await keys.compromise(association.id, seed, phrase, FOUND, tree_size=size, reason="Robo.", cost=CHEAP)
    await keys.checkpoint(association.id, FOUND)
    honest = await service.bundle(association.id, FOUND)
    held = bundle.read(honest, fingerprint=None)
    document = jws.strict_json(jws.parse(honest, typ=jws.BUNDLE).payload) | {"as_of": "2026-02-05T00:00:00Z"}
    payload = rfc8785.dumps(document)
    raw = thief.log.public_key().public_bytes_raw()
    to_sign = jws.signing_input(payload, kid=dids.key_url(held.contents.did, ed25519.key_id(raw)), typ=jws.BUNDLE)
    with pytest.raises(Exception, match=r"bundle\.key"):
        bundle.read(jws.compact(to_sign, thief.log.sign(to_sign)), fingerprint=None)
