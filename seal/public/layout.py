"""What stands in an archive, member by member. Pure: names, limits, the manifest, and the zip with the same bytes.

    index.html                         verifies in any browser, from disk: data and scripts inline
    README.md  LICENSE                 these formats in words, for somebody in thirty years
    manifest.json                      RFC 8785: seal, did, base, name, as_of, fingerprint, members {path: SHA-256}
    bundle.jwt                         the signed bundle: states, key statements, checkpoint (FORMATS A8)
    objects.json                       RFC 8785: [index, type, uuid, salt, path] of each logged object that is here
    keys/0001.jwt                      key statements, first to last
    credentials/<code>.jwt  .json      exact signed bytes; the same document with an embedded proof
    status/<purpose>/<number>.jwt      the last published status lists
    log/checkpoint  log/tile/...       the whole log, laid out as tlog-tiles has it, entries included
    protocols/<id>/<version>/...       document.json (the bytes of the digest), publication.json, texts.<lang>.json
    handover.json                      only where it was handed over: to whom, when
    verifier/...                       the sources of the verifier in index.html, with their licence

Public data only, each by name: no vote, reason in words, person or label document is ever read for it. What is signed
protects itself; the page, README and handover are as trustworthy as the hand that the archive came from.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from typing import Any

import rfc8785

FORMAT = "seal-archive/1"
MANIFEST = "manifest.json"
BUNDLE = "bundle.jwt"
OBJECTS = "objects.json"
CHECKPOINT = "log/checkpoint"
HANDOVER = "handover.json"
MEMBER_MAX_BYTES = 64_000_000
TOTAL_MAX_BYTES = 4_000_000_000
MEMBERS_MAX = 2_000_000
_EPOCH = (1980, 1, 1, 0, 0, 0)

Members = Mapping[str, bytes]


def sha256(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def canonical(value: Any) -> bytes:
    """RFC 8785 bytes. ``ValueError`` for what has none."""
    return rfc8785.dumps(value)


def manifest(members: Members, *, did: str, base: str, name: str, as_of: str, fingerprint: str) -> bytes:
    """The bytes of ``manifest.json`` for every other member."""
    named = {"seal": FORMAT, "did": did, "base": base, "name": name, "as_of": as_of, "fingerprint": fingerprint}
    return canonical({**named, "members": {path: sha256(data) for path, data in members.items()}})


def pack(members: Members) -> bytes:
    """One zip; the same members give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(members, key=lambda path: (path != "index.html", path)):
            info = zipfile.ZipInfo(path, _EPOCH)
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(info, members[path])
    return out.getvalue()
