"""Cases of the formats that are signed: checkpoints, key statements, status lists."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import rfc8785

from seal.certificates import status_list
from seal.clock import rfc3339
from seal.keys import jws
from seal.keys import statement as statements
from seal.transparency import merkle
from seal.transparency.note import CheckpointText, VerifierKey, sign_text
from tests.keys.examples import BASE, DID, NOON, compact, first, following, key, kid, raw, sign_jws
from tests.vectors.plain_cases import Case, case


def checkpoints() -> Iterator[Case]:
    log = VerifierKey("sello.example/a/aysen", raw("log-1"))
    other = VerifierKey("other.example", raw("log-2"))
    root = merkle.root([merkle.leaf_hash(b"entry")])

    def note(text: str, of: VerifierKey = log, by: str = "log-1") -> str:
        return sign_text(text, of, key(by).sign(text.encode())).encoded.decode()

    good = CheckpointText(log.name, 1, root)
    expect = {"origin": log.name, "size": 1, "root": base64.b64encode(root).decode()}
    yield case("one leaf", note=note(good.text), key=log.text, expect=expect)
    large = CheckpointText(log.name, 2**53 + 1, root)
    yield case("large", note=note(large.text), key=log.text, expect={**expect, "size": 2**53 + 1})
    cosigned = note(good.text) + note(good.text, other, "log-2").rpartition("\n\n")[2]
    yield case("with a witness's line", note=cosigned, key=log.text, expect=expect)
    text = good.text
    defects = {
        "other key": (note(text, VerifierKey(log.name, raw("log-2")), "log-2"), "checkpoint.signature"),
        "false signature": (note(text, log, "log-2"), "checkpoint.signature"),
        "signed by the issuing key": (note(text, log, "issuing-1"), "checkpoint.signature"),
        "another log": (note(CheckpointText("other.example", 1, root).text), "checkpoint.origin"),
        "size altered": (note(text).replace("\n1\n", "\n2\n", 1), "checkpoint.signature"),
        "size with a leading zero": (note(text.replace("\n1\n", "\n01\n")), "checkpoint.size"),
        "negative size": (note(text.replace("\n1\n", "\n-1\n")), "checkpoint.size"),
        "short root": (note(f"{log.name}\n1\nAAAA\n"), "checkpoint.root"),
        "root missing": (note(f"{log.name}\n1\n"), "checkpoint.text"),
        "no signature": (text, "note.no_signature"),
        "hyphen for dash": (note(text).replace("\u2014", "-"), "note.signature_line"),
        "carriage returns": (note(text).replace("\n", "\r\n"), "note.text"),
        "no last newline": (note(text)[:-1], "note.text"),
        "signature cut short": (note(text)[:-3] + "\n", "note.signature_line"),
    }
    for name, (broken, code) in defects.items():
        yield case(name, code, note=broken, key=log.text)


def key_statements() -> Iterator[Case]:
    one, two = first(), following(first())
    three = following(two)
    whole = [compact(link) for link in (one, two, three)]

    def chain(name: str, links: list[bytes], pinned: str = "issuing-1", defect: str | None = None) -> Case:
        members: dict[str, Any] = {"statements": [link.decode() for link in links], "fingerprint": kid(pinned)}
        if defect is None:
            history = statements.verify_chain(links, kid(pinned))
            members["expect"] = {
                "did": history.did,
                "base": history.base,
                "issuing": [[period.kid, rfc3339(period.since)] for period in history.issuing],
                "log": [[period.kid, rfc3339(period.since)] for period in history.log],
                "next_sha256": history.current.next_sha256,
            }
        return case(name, defect, **members)

    yield chain("one statement", whole[:1])
    yield chain("three, first key pinned", whole)
    yield chain("three, last key pinned", whole, "issuing-3")
    end = statements.Ended(kid("issuing-1"), two.at, 42)
    yield chain("a key ended", [whole[0], compact(following(one, ended=(end,)))], "issuing-2")
    head, payload, _ = whole[1].split(b".")
    stranger = compact(following(one, next_sha256=kid("log-5"))).split(b".")[2]
    plain = jws.strict_json(statements.payload(one))
    defects: dict[str, tuple[list[bytes], str, str]] = {
        "no statement": ([], "issuing-1", "chain.empty"),
        "foreign fingerprint": (whole, "issuing-5", "chain.fingerprint"),
        "log key pinned": (whole, "log-1", "chain.fingerprint"),
        "first statement missing": (whole[1:], "issuing-2", "chain.sequence"),
        "order changed": (whole[1::-1], "issuing-1", "chain.sequence"),
        "successor of a thief": (
            [whole[0], compact(following(one, issuing=raw("issuing-4")))], "issuing-1", "chain.successor",
        ),
        "successor signed by the old key": (
            [whole[0], sign_jws(statements.payload(two), "issuing-1", jws.KEYS)], "issuing-1", "chain.identity",
        ),
        "signature of another statement": (
            [whole[0], b".".join([head, payload, stranger])], "issuing-1", "chain.signature",
        ),
        "history rewritten before the pin": (
            [compact(first(log=raw("log-5"))), whole[1]], "issuing-2", "chain.previous",
        ),
        "time that goes back": (
            [whole[0], compact(following(one, at=NOON - timedelta(days=1)))], "issuing-1", "chain.time",
        ),
        "another identity": (
            [whole[0], compact(following(one, did="did:web:other.example"))], "issuing-1", "chain.identity",
        ),
        "one key for two purposes": ([compact(first(log=raw("issuing-1")))], "issuing-1", "chain.same_key"),
        "another type": ([sign_jws(statements.payload(one), "issuing-1", jws.BUNDLE)], "issuing-1", "jws.type"),
        "unknown member": (
            [sign_jws(rfc8785.dumps({**plain, "more": 1}), "issuing-1", jws.KEYS)], "issuing-1", "statement.members",
        ),
        "another format": (
            [sign_jws(rfc8785.dumps({**plain, "seal": "seal-keys/2"}), "issuing-1", jws.KEYS)],
            "issuing-1",
            "statement.format",
        ),
        "not canonical": (
            [sign_jws(json.dumps(plain).encode(), "issuing-1", jws.KEYS)], "issuing-1", "statement.not_canonical",
        ),
        "key id of another key": (
            [sign_jws(rfc8785.dumps({**plain, "log": {**plain["log"], "kid": kid("log-2")}}), "issuing-1", jws.KEYS)],
            "issuing-1",
            "statement.field",
        ),
    }  # fmt: skip
    for name, (links, pinned, code) in defects.items():
        yield chain(name, links, pinned, code)


def status_lists() -> Iterator[Case]:
    at = status_list.address(BASE, "revocation", 0)

    def document(slots: list[int], **changes: Any) -> bytes:
        made = status_list.document(
            base=BASE,
            did=DID,
            purpose="revocation",
            number=0,
            slots=slots,
            valid_from=NOON,
            until=NOON + timedelta(days=1),
        )
        return rfc8785.dumps({**made, **changes})

    def jwt(payload: bytes, by: str = "log-1") -> str:
        return sign_jws(payload, by, jws.VC).decode()

    asked = {"address": at, "issuer": DID, "purpose": "revocation"}
    for name, slots in {"empty": [], "first and last": [0, 131_071], "three": [5, 6, 70_000]}.items():
        yield case(name, jwt=jwt(document(slots)), **asked, expect={"set": slots, "kid": kid("log-1")})

    def subject(encoded: str) -> dict[str, Any]:
        plain = jws.strict_json(document([]))["credentialSubject"]
        return {**plain, "encodedList": encoded}

    def packed(data: bytes) -> str:
        return "u" + jws.encode(gzip.compress(data, mtime=0))

    yield case("list of another address", "status_list.other", jwt=jwt(document([], id=at[:-1] + "1")), **asked)
    yield case("another issuer", "status_list.other", jwt=jwt(document([], issuer="did:web:other.example")), **asked)
    yield case("another purpose", "status_list.other", jwt=jwt(document([])), **{**asked, "purpose": "suspension"})
    for name, encoded, code in (
        ("not multibase base64url", status_list.encode_list([])[1:], "status_list.encoding"),
        ("padded", status_list.encode_list([]) + "=", "status_list.encoding"),
        ("not gzip", "u" + jws.encode(bytes(20)), "status_list.compression"),
        ("one byte short", packed(bytes(16_383)), "status_list.size"),
        ("a bomb", packed(bytes(4_000_000)), "status_list.size"),
    ):
        yield case(name, code, jwt=jwt(document([], credentialSubject=subject(encoded))), **asked)
