"""Golden vectors of the frozen formats: valid ones, and one for each defect.

    python -m tests.vectors.make            says which files would change
    python -m tests.vectors.make --write    rewrites them; only for a format that is not out yet

Other implementations read the same JSON files, so each holds all that it needs: no case refers to our code. ``expect``
is what a reader must find; a case with ``defect`` must be refused, for that reason, by its code.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from seal.keys import jws
from tests.keys.examples import kid, raw
from tests.vectors.embedded_cases import embedded
from tests.vectors.plain_cases import Case, codes, leaves, proofs, tokens
from tests.vectors.signed_cases import checkpoints, key_statements, status_lists

HERE = Path(__file__).parent
PUBLIC = {name: {"kid": kid(name), "x": jws.encode(raw(name))} for name in ("issuing-1", "issuing-2", "log-1")}

FORMATS: dict[str, tuple[str, Callable[[], Iterator[Case]]]] = {
    "code": ("codes for people: Crockford base32 with a check symbol", codes),
    "token": (
        "QR tokens seal-qr/1; issuing keys held: issuing-1 and issuing-2; signed_by is the id of the one that signed",
        tokens,
    ),
    "leaf": ("log entries seal-leaf/1 and their RFC 6962 leaf hashes; see README.md for the exact bytes", leaves),
    "proof": ("RFC 6962 inclusion and consistency proofs, hexadecimal", proofs),
    "checkpoint": ("C2SP tlog-checkpoint as a signed note, and the log's verifier key", checkpoints),
    "key_statement": ("chains of key statements seal-keys/1 under a pinned fingerprint", key_statements),
    "status_list": ("W3C bitstring status lists as vc+jwt; packers may differ, the bits may not", status_lists),
    "embedded": (
        "documents with an embedded proof (eddsa-jcs-2022); document is the exact text, by names the key that is asked",
        embedded,
    ),
}


def text_of(name: str) -> str:
    """What the file of a format should hold."""
    about, cases = FORMATS[name]
    content = {"about": about, "keys": PUBLIC, "cases": list(cases())}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def path_of(name: str) -> Path:
    return HERE / f"{name}.json"


def main(arguments: list[str]) -> int:
    stale = [
        name for name in FORMATS if not path_of(name).exists() or path_of(name).read_text("utf-8") != text_of(name)
    ]
    for name in stale:
        print(f"{name}.json {'rewritten' if '--write' in arguments else 'differs'}")
        if "--write" in arguments:
            path_of(name).write_text(text_of(name), "utf-8")
    return 0 if "--write" in arguments else min(len(stale), 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
