"""Opening an archive that a stranger handed over: nothing it holds is believed, and nothing it says can do harm.

Nothing is ever written to disk. Sizes are limited while reading, whatever the zip says of itself.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seal.errors import BadInput
from seal.keys import jws
from seal.public import layout


@dataclass(frozen=True)
class Fault:
    """A member and what is wrong with it: a code in words (``public.*``), and a detail if there is one."""

    member: str
    code: str
    detail: str = ""


@dataclass(frozen=True)
class Opened:
    """The members that could be read, and every fault of the wrapping."""

    members: dict[str, bytes]
    manifest: dict[str, Any]
    faults: tuple[Fault, ...]


def read(path: Path) -> Opened:
    """Every member of an archive. Raises ``BadInput('public.no_zip' | 'public.too_large')``; anything smaller is a
    fault that names its member."""
    try:
        with zipfile.ZipFile(path) as archive:
            members, faults = _members(archive)
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        raise BadInput("public.no_zip", file=str(path)) from None
    manifest, more = _against_manifest(members)
    return Opened(members, manifest, (*faults, *more))


def _members(archive: zipfile.ZipFile) -> tuple[dict[str, bytes], list[Fault]]:
    listed = archive.infolist()
    if len(listed) > layout.MEMBERS_MAX:
        raise BadInput("public.too_large", bytes=layout.TOTAL_MAX_BYTES)
    members: dict[str, bytes] = {}
    faults: list[Fault] = []
    total = 0
    for info in listed:
        name = info.filename
        if not _is_plain(name):
            faults.append(Fault(name, "public.bad_name"))
            continue
        if name in members:
            faults.append(Fault(name, "public.twice"))
            continue
        try:
            with archive.open(info) as member:
                data = member.read(layout.MEMBER_MAX_BYTES + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError):
            faults.append(Fault(name, "public.damaged"))
            continue
        total += len(data)
        if len(data) > layout.MEMBER_MAX_BYTES or total > layout.TOTAL_MAX_BYTES:
            raise BadInput("public.too_large", bytes=layout.MEMBER_MAX_BYTES)
        members[name] = data
    return members, faults


def _is_plain(name: str) -> bool:
    """A relative path of ordinary parts: no way out of a folder, no drive, nothing hidden."""
    parts = name.split("/")
    return (
        name.isascii()
        and name.isprintable()
        and "\\" not in name
        and ":" not in name
        and not any(part in ("", ".", "..") for part in parts)
    )


def _against_manifest(members: dict[str, bytes]) -> tuple[dict[str, Any], list[Fault]]:
    try:
        manifest = jws.strict_json(members[layout.MANIFEST])
        named = manifest["members"]
        known = manifest["seal"] == layout.FORMAT and all(isinstance(one, str) for one in named.values())
        canonical = layout.canonical(manifest) == members[layout.MANIFEST]
    except KeyError:
        return {}, [Fault(layout.MANIFEST, "public.missing")]
    except (BadInput, TypeError, AttributeError, ValueError):
        return {}, [Fault(layout.MANIFEST, "public.damaged")]
    if not known or not canonical:
        return {}, [Fault(layout.MANIFEST, "public.damaged")]
    faults = [Fault(path, "public.missing") for path in sorted(named.keys() - members.keys())]
    faults += [Fault(path, "public.extra") for path in sorted(members.keys() - named.keys() - {layout.MANIFEST})]
    faults += [
        Fault(path, "public.altered")
        for path, digest in sorted(named.items())
        if path in members and layout.sha256(members[path]) != digest
    ]
    return manifest, faults
