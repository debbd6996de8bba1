"""What is fuzzed: each target takes any bytes and must either read them, in one spelling, or refuse them as bad input.

Anything but ``BadInput`` (or a refusal as a value) is a fault, and so is a second spelling of the same thing. The
oracles are strict on purpose: a parser that reads what its own writer would not write is how forgeries begin.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import rfc8785

from seal.certificates import status_list
from seal.errors import BadInput
from seal.keys import did, envelope, jws, qr, statement
from seal.labels import token
from seal.transparency import merkle, note
from seal.verification import bundle_format, reading

CORPUS = Path(__file__).parent / "corpus"
Target = Callable[[bytes], None]


def fuzz_token(data: bytes) -> None:
    """A label's path: what is read is written the same, apart from the case of the suffix."""
    text = data.decode("latin-1")
    found = token.parse(text)
    if isinstance(found, token.Token):
        digits, slash, rest = text.partition("/")
        assert found.path == digits + (slash + rest).upper()
        assert token.parse(found.path) == found


def fuzz_text(data: bytes) -> None:
    """Whatever a person may paste: a token, a code, an address, a credential, a document."""
    text = data.decode("utf-8", "replace")
    held = reading.read(text)
    if held is not None:
        assert 0 <= reading.public_id_of(held) < 2**40
        reading.ask(held, (), None)
    reading.may_be_held(text)
    reading.host_of(text)
    reading.typ_of(text)


def fuzz_jws(data: bytes) -> None:
    """A compact JWS of each type: one signed object, one spelling."""
    for typ in (jws.VC, jws.KEYS, jws.BUNDLE, jws.REGISTER):
        try:
            found = jws.parse(data, typ=typ)
        except BadInput:
            continue
        assert jws.compact(found.signing_input, found.signature) == data
        assert found.typ == typ


def fuzz_json(data: bytes) -> None:
    """Strict JSON: never more than the library reads, and what has a canonical form keeps it."""
    try:
        document = jws.strict_json(data)
    except BadInput:
        return
    assert json.loads(data) == document
    try:
        canonical = rfc8785.dumps(document)
    except rfc8785.CanonicalizationError:
        return
    assert rfc8785.dumps(jws.strict_json(canonical)) == canonical


def fuzz_statement(data: bytes) -> None:
    """The payload of a key statement; then the same bytes as a chain of one."""
    with contextlib.suppress(BadInput):
        assert statement.payload(statement.read_payload(data)) == data
    with contextlib.suppress(BadInput):
        statement.verify_chain((data,), "0" * 64)


def fuzz_note(data: bytes) -> None:
    """A signed note and the checkpoint in it."""
    try:
        found = note.parse_note(data)
    except BadInput:
        return
    assert found.encoded == data
    with contextlib.suppress(BadInput):
        assert note.parse_checkpoint_text(found.text).text == found.text


def fuzz_verifier_key(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    with contextlib.suppress(BadInput):
        assert note.parse_verifier_key(text).text == text


def fuzz_inclusion(data: bytes) -> None:
    """RFC 6962 inclusion: accepted exactly when the audit path, folded by definition, gives the root."""
    index, size, path, root = _proof(data)
    leaf = merkle.leaf_hash(b"leaf")
    expected = _fold_inclusion(leaf, index, size, path)
    for candidate in (root, expected or root):
        assert merkle.verify_inclusion(leaf, index, size, path, candidate) == (candidate == expected)


def fuzz_consistency(data: bytes) -> None:
    """RFC 6962 consistency: never from a larger to a smaller tree, never between two roots of one size."""
    old, new, path, root = _proof(data)
    other = merkle.leaf_hash(b"root")
    if merkle.verify_consistency(old, new, path, root, other):
        assert old < new or (old == new and root == other)
        assert old > 0
    assert root == other or not merkle.verify_consistency(new, new, path, root, other)


def fuzz_status(data: bytes) -> None:
    """An encoded status list: a bomb costs nothing, and every list has exactly its size."""
    try:
        field = status_list.decode_list(data.decode("latin-1"))
        assert len(field) * 8 == status_list.SLOTS
    except BadInput:
        pass
    with contextlib.suppress(BadInput):
        status_list.read_document(
            data, at="https://sello.example/status/revocation/0", issuer="did:web:sello.example", purpose="revocation"
        )


def fuzz_bundle(data: bytes) -> None:
    """What a bundle says: exactly what its writer would have written."""
    try:
        contents = bundle_format.parse(data)
    except BadInput:
        return
    assert bundle_format.payload(contents) == data


def fuzz_range(data: bytes) -> None:
    """The intent of a label range."""
    try:
        asked = qr.read_range(data)
    except BadInput:
        return
    assert asked.encoded == data
    assert all(message.startswith(qr.DOMAIN) for message, _ in zip(asked.messages(), range(3), strict=False))


def fuzz_key_file(data: bytes) -> None:
    """The clear part of a key file, and a multikey."""
    for read in (envelope.read_label, lambda raw: did.from_multikey(raw.decode("latin-1"))):
        with contextlib.suppress(BadInput):
            read(data)


def _proof(data: bytes) -> tuple[int, int, tuple[bytes, ...], bytes]:
    """Two numbers below 256, a path of up to twenty hashes, and a root, from any bytes."""
    head, rest = data[:2].ljust(2, b"\0"), data[2:]
    hashes = tuple(rest[place : place + 32].ljust(32, b"\0") for place in range(0, min(len(rest), 640), 32))
    return head[0], head[1], hashes[1:], hashes[0] if hashes else bytes(32)


def _fold_inclusion(leaf: bytes, index: int, size: int, path: tuple[bytes, ...]) -> bytes | None:
    """The root by the recursion of RFC 6962 2.1.1, ``None`` where the path does not fit the place."""
    if not 0 <= index < size:
        return None
    if size == 1:
        return leaf if not path else None
    if not path:
        return None
    split = 1 << (size - 1).bit_length() - 1
    *below, sibling = path
    if index < split:
        left = _fold_inclusion(leaf, index, split, tuple(below))
        return None if left is None else merkle.node_hash(left, sibling)
    right = _fold_inclusion(leaf, index - split, size - split, tuple(below))
    return None if right is None else merkle.node_hash(sibling, right)


TARGETS: dict[str, Target] = {
    name.removeprefix("fuzz_"): value for name, value in dict[str, Any](globals()).items() if name.startswith("fuzz_")
}
