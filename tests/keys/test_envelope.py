"""Private keys at rest."""

from __future__ import annotations

from dataclasses import replace

import pytest
import rfc8785

from seal.errors import BadInput
from seal.keys import envelope, jws

LIGHT = envelope.Cost(memory_kib=64, iterations=1, lanes=1)
LABEL = envelope.Label("issuing", "a", "did:web:x", "https://x", "0" * 64, "x", "2026-11-21T12:00:00Z")
SEED = bytes(range(32))
FILE = envelope.wrap(SEED, LABEL, "pan y miel de ulmo", LIGHT)


def refused(data: bytes, passphrase: str = "pan y miel de ulmo") -> str:
    with pytest.raises(BadInput) as caught:
        envelope.unwrap(data, passphrase)
    return caught.value.code


def altered(**changes: object) -> bytes:
    document = jws.strict_json(FILE)
    return rfc8785.dumps({**document, "header": {**document["header"], **changes}})


def test_round_trip() -> None:
    assert envelope.unwrap(FILE, "pan y miel de ulmo") == (SEED, LABEL)
    assert envelope.read_label(FILE) == LABEL


def test_the_seed_is_not_in_the_file() -> None:
    assert SEED not in FILE
    assert jws.encode(SEED).encode() not in FILE
    assert SEED.hex().encode() not in FILE


def test_two_wraps_differ() -> None:
    assert envelope.wrap(SEED, LABEL, "pan y miel de ulmo", LIGHT) != FILE


def test_accents_typed_in_two_ways() -> None:
    data = envelope.wrap(SEED, LABEL, "Ñirehuao y Ca\u0301ceres", LIGHT)
    assert envelope.unwrap(data, "Ñirehuao y Cáceres")[0] == SEED


def test_wrong_passphrase() -> None:
    assert refused(FILE, "pan y miel de Ulmo") == "envelope.passphrase"


@pytest.mark.parametrize(
    "changes", [{"role": "log"}, {"association": "b"}, {"base": "https://y"}, {"kid": "1" * 64}, {"note": "x"}]
)
def test_relabelled_file(changes: dict[str, object]) -> None:
    assert refused(altered(**changes)) == "envelope.passphrase"


def test_unknown_format() -> None:
    assert refused(altered(seal="seal-key/2")) == "envelope.format"
    assert refused(altered(kdf={"name": "scrypt"})) == "envelope.format"


def test_costs_beyond_reason_are_refused_before_they_are_paid() -> None:
    kdf = {"name": "argon2id", "memory_kib": 2**31, "iterations": 3, "lanes": 4, "salt": "AAAA"}
    assert refused(altered(kdf=kdf)) == "envelope.unreadable"


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"header":{},"ciphertext":""}', b"x" * 20_000])
def test_unreadable(data: bytes) -> None:
    with pytest.raises(BadInput):
        envelope.unwrap(data, "pan y miel de ulmo")


def test_altered_ciphertext() -> None:
    document = jws.strict_json(FILE)
    box = bytearray(jws.decode(document["ciphertext"]))
    box[0] ^= 1
    assert refused(rfc8785.dumps({**document, "ciphertext": jws.encode(bytes(box))})) == "envelope.passphrase"


def test_the_strong_cost_is_what_is_promised() -> None:
    assert (envelope.STRONG.memory_kib, envelope.STRONG.iterations, envelope.STRONG.lanes) == (65_536, 3, 4)
    with pytest.raises(ValueError, match="Argon2id"):
        replace(envelope.STRONG, lanes=0)
