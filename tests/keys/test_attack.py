"""Nobody has free content signed: by no address, no command, no verb, no row, and no kind that is taken for another."""

from __future__ import annotations

import argparse
import inspect
import re
from typing import Any
from uuid import uuid4

import pytest
import rfc8785

from seal.app import create_app
from seal.associations import service as associations
from seal.associations.model import Association
from seal.cli import parser
from seal.db import unit_of_work
from seal.errors import NotFound, Refused, SealError
from seal.identity import Role
from seal.keys import ed25519, jws, keyring, model, signer
from seal.keys import service as keys
from seal.keys.ceremony import CeremonyRecord
from seal.keys.chain import history, setting
from seal.keys.lint import lint
from seal.keys.model import IntentKind, KeyRole
from seal.keys.qr import DOMAIN, message
from seal.keys.tables import KeyIntent
from seal.settings import settings
from seal.transparency.note import parse_checkpoint_text
from seal.web.policy import http_handlers
from tests.conftest import Database, on
from tests.keys.conftest import NOW
from tests.keys.test_signer import batch, commit
from tests.web.support import bearer, client, key, make_association, make_person, serving
from tests.web.test_policy import calls, filled

CHOSEN = b"pague 1.000.000 al ladron"
WORDS = ("payload", "message", "text", "content", "document", "jws", "note", "statement", "bytes", "data", "signature")


class Listening:
    """A key that remembers everything that it was ever asked to sign."""

    def __init__(self, key: keyring.PrivateKey) -> None:
        self.key, self.raw, self.heard = key, key.raw, list[bytes]()

    def sign(self, message: bytes) -> bytes:
        self.heard.append(message)
        return self.key.sign(message)


def listen(association: Association) -> list[Listening]:
    heard = []
    for role in (KeyRole.ISSUING, KeyRole.LOG):
        held = keyring.take(association.id, role)
        assert held is not None
        heard.append(Listening(held))
        keyring.put(association.id, role, heard[-1])
    return heard


@on("sqlite")
async def test_no_address_signs_what_it_is_sent(database: Database) -> None:
    """Every route, with every role, given chosen content in every place that it could be looked for."""
    association = await make_association()
    await keys.ceremony(association.id, "pan y miel de ulmo", NOW, allow_localhost=True)
    ears = listen(association)
    body = {name: CHOSEN.decode() for name in (*WORDS, "intent", "intent_id", "id", "reason", "name")}
    async with serving(database.settings) as app:
        browser = client(app)
        everyone = await bearer(browser, await make_person(association, *Role))
        count = 0
        for method, path, _ in calls(app):
            count += 1
            for extra in (
                ({"json": body}, {"data": body}) if method in ("POST", "PUT", "PATCH") else ({"params": body},)
            ):
                answer = await browser.request(method, filled(path), headers=key(dict(everyone)), **extra)
                assert answer.status_code < 500, (method, path, answer.text[:200])
        assert count > 60
    said = [one for ear in ears for one in ear.heard]
    assert [one for one in said if CHOSEN in one or jws.encode(CHOSEN).encode() in one] == []


def test_no_address_names_an_intent_or_a_signature(data_dir: object) -> None:
    app = create_app(settings())
    paths = [path for path, handler in http_handlers(app) if {"POST", "PUT"} & set(handler.http_methods)]
    named = {path for path in paths if re.search(r"sign(?!ed)|intent|key|checkpoint", path)}
    assert named == {"/log/cosignatures"}, "where witnesses bring theirs; nothing of ours is signed there"


def test_no_command_takes_content_to_sign() -> None:
    def every(group: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
        found = [group]
        for action in group._actions:
            if isinstance(action, argparse._SubParsersAction):
                found += [inner for one in action.choices.values() for inner in every(one)]
        return found

    commands = every(parser([]))
    assert len(commands) > 25
    options = {
        option for one in commands for action in one._actions for option in (*action.option_strings, action.dest)
    }
    assert {option for option in options if re.fullmatch(r"-*(sign|payload|message|content|intent)", option)} == set()
    assert not any(re.search(r"\bsign\b", one.prog) for one in commands)


def test_no_verb_of_this_room_signs_bytes() -> None:
    """Those that sign take the id of an intent, or nothing; those that take bytes commit them or are given a key."""
    takes_bytes = {
        name
        for name in keys.__all__
        for one in inspect.signature(getattr(keys, name)).parameters.values()
        if callable(getattr(keys, name)) and "bytes" in str(one.annotation)
    }
    assert takes_bytes == {"commit_intent", "compromise", "key_id", "rotate"}
    assert set(inspect.signature(keys.sign_intent).parameters) == {"association_id", "intent_id", "at", "counters"}
    assert "bytes" not in str(inspect.signature(signer.sign).parameters.values())


def batch_of(association: Association) -> bytes:
    """A batch certificate at another base."""
    return batch(association).replace(b"https://sello.example/a/aysen", association.base.encode())


async def alter(intent_id: object, values: dict[Any, Any]) -> None:
    async with unit_of_work():
        await KeyIntent.update(values).where(KeyIntent.id == intent_id)


async def refused(association: Association, intent_id: object, error: type[SealError] = Refused) -> str:
    with pytest.raises(error) as caught:
        await keys.sign_intent(association.id, intent_id, NOW)  # type: ignore[arg-type]
    return caught.value.code


async def test_rows_changed_behind_our_back(association: Association, record: CeremonyRecord) -> None:
    ears = listen(association)
    intent_id = await commit(association, batch(association))
    free = rfc8785.dumps({"pay": CHOSEN.decode()})
    await alter(intent_id, {KeyIntent.payload: free})
    assert await refused(association, intent_id) == "keys.intent_altered"
    await alter(intent_id, {KeyIntent.payload_sha256: model.digest(free)})
    assert (await refused(association, intent_id)).startswith("lint."), "the digest too: then it is no certificate"
    honest = batch(association)
    await alter(
        intent_id,
        {KeyIntent.payload: honest, KeyIntent.payload_sha256: model.digest(honest), KeyIntent.kind: "checkpoint"},
    )
    assert (await refused(association, intent_id)).startswith(("checkpoint.", "note.", "lint.")), "another kind"
    assert [ear.heard for ear in ears] == [[], []]


async def test_intents_of_others_and_of_nobody(association: Association, record: CeremonyRecord) -> None:
    other = await associations.create(
        slug="otra", name="Otra", base="https://otra.example", region="Aysén", communes=("Cochrane",), at=NOW
    )
    theirs = await keys.commit_intent(other.id, IntentKind.BATCH, uuid4(), batch_of(other), NOW)
    assert await refused(association, theirs, NotFound) == "keys.no_intent"
    assert await refused(association, uuid4(), NotFound) == "keys.no_intent"


async def test_what_lint_refuses_is_not_even_committed(association: Association, record: CeremonyRecord) -> None:
    for kind in IntentKind:
        for free in (CHOSEN, rfc8785.dumps({"pay": CHOSEN.decode()}), b"", b"\xff"):
            with pytest.raises(Refused):
                await keys.commit_intent(association.id, kind, uuid4(), free, NOW)


async def test_no_kind_is_taken_for_another(association: Association, record: CeremonyRecord) -> None:
    """What one kind signs can be no other kind's message: each begins in a way of its own."""
    held = setting(association, await history(association.id))
    checkpoint = f"{association.log_origin}\n1\n{'A' * 43}=\n".encode()
    assert lint(IntentKind.CHECKPOINT, uuid4(), checkpoint, held) == ()
    token = message(bytes(17))
    credential = jws.signing_input(batch(association), kid=f"{association.did}#{record.fingerprint}", typ=jws.VC)
    starts = {"token": token[:3], "jws": credential[:3], "note": checkpoint[:3]}
    assert len(set(starts.values())) == 3
    assert (token.startswith(DOMAIN), credential.startswith(b"eyJ")) == (True, True)
    with pytest.raises(SealError):
        parse_checkpoint_text(credential.decode())
    for origin in ("eyJhbGciOiJFZERTQSJ9.e30", "seal-qr/1"):
        text = checkpoint.decode().replace(association.log_origin, origin)
        assert [one.code for one in lint(IntentKind.CHECKPOINT, uuid4(), text.encode(), held)] == ["checkpoint.origin"]
    kinds = [kind for kind in IntentKind if lint(kind, uuid4(), checkpoint, held) == ()]
    assert kinds == [IntentKind.CHECKPOINT]
    assert ed25519.hint(record.fingerprint) not in checkpoint
