"""``seal verify FILE`` for a signed snapshot of the register: it holds or not, and why. No database, no network."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from seal.clock import rfc3339
from seal.errors import BadInput
from seal.keys import ed25519, jws
from seal.public import register
from seal.verification.command import CANNOT_JUDGE, GOOD, WORSE
from seal.verification.reading import typ_of
from seal.web.i18n import Translator

_MOST_BYTES = 16_000_000


def snapshot_in(what: str) -> bytes | None:
    """The bytes of the named file if they are a signed snapshot of a register."""
    try:
        path = Path(what)
        if not path.is_file() or path.stat().st_size > _MOST_BYTES:
            return None
        data = path.read_bytes().strip()
        return data if typ_of(data.decode("ascii")) == jws.REGISTER else None
    except (OSError, ValueError, BadInput):
        return None


def run(data: bytes, words: argparse.Namespace, lang: str) -> int:
    """Say whether the snapshot holds; 0 it does, 1 it does not, 3 what was trusted is no fingerprint."""
    said = Translator(lang)
    pinned = None
    if words.trust is not None:
        pinned = "".join(words.trust.split()).replace(":", "").replace("-", "").lower()
        if not ed25519.is_key_id(pinned):
            why = said.sentences(BadInput("verification.fingerprint"))[0]
            return _tell(words.json, {"register": "cannot_check", "why": why}, CANNOT_JUDGE)
    try:
        held = register.read(data, fingerprint=pinned)
    except BadInput as error:
        return _tell(words.json, {"register": "does_not_hold", "why": " ".join(said.sentences(error))}, WORSE)
    facts: dict[str, str | int] = {
        "register": "holds",
        "name": str(held.document["name"]),
        "base": str(held.document["base"]),
        "day": str(held.document["day"]),
        "as_of": rfc3339(held.as_of),
        "certifications": len(held.document["certifications"]),
        "trust": "pinned" if held.pinned else "first_use",
        "fingerprint": held.fingerprint,
    }
    return _tell(words.json, facts, GOOD)


def _tell(as_json: bool, facts: dict[str, str | int], code: int) -> int:
    if as_json:
        print(json.dumps(facts, ensure_ascii=False, indent=2, sort_keys=True))
    else:
        for name, value in facts.items():
            print(f"{name}: {value}")
    return code
