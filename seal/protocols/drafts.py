"""The source text of a draft: files by name, as an author wrote them. Pure; saved often, never overwritten."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import rfc8785

from seal.errors import BadInput
from seal.protocols.shapes import IncludeShape
from seal.protocols.source import MAX_BYTES

OVERLAY = "overlay.yaml"
STRUCTURE = "protocol.yaml"
_NAME = re.compile(r"(protocol|overlay|text\.[a-z]{2,3})\.yaml|examples/[a-z0-9_-]{1,60}\.yaml|CHANGES\.md")
MOST_FILES = 60
RESERVED = frozenset({"drafts", "schema", "diff", "library", "flags"})
"""Ids that would stand where Seal has a page."""

Files = Mapping[str, str]


@dataclass(frozen=True)
class Revision:
    """What was saved once. ``sha256`` is over the stored bytes."""

    sequence: int
    files: Files
    sha256: str
    by: UUID | None
    at: datetime


def written(files: Files) -> bytes:
    """What is stored: RFC 8785 JSON, file name to text."""
    return rfc8785.dumps(dict(files))


def read_files(stored: bytes) -> Files:
    """The inverse of :func:`written`."""
    return {str(name): str(text) for name, text in json.loads(stored).items()}


def revision(sequence: int, files: Files, by: UUID | None, at: datetime) -> Revision:
    return Revision(sequence, files, hashlib.sha256(written(files)).hexdigest(), by, at)


def check_name(protocol_id: str, version: str) -> None:
    """Raises ``BadInput('protocols.draft_name' | 'protocols.name_reserved')``: no protocol may be called so."""
    try:
        IncludeShape.model_validate({"id": protocol_id, "version": version})
    except ValueError:
        raise BadInput("protocols.draft_name", field="protocol_id", name=f"{protocol_id} {version}"[:80]) from None
    if protocol_id in RESERVED:
        raise BadInput("protocols.name_reserved", field="protocol_id", name=protocol_id)


def tidy(files: Files) -> dict[str, str]:
    """Files with line ends of one kind and without the empty ones.

    Raises ``BadInput('protocols.draft_file' | 'protocols.draft_big' | 'protocols.draft_structure')``: a name that no
    protocol has (a path out of the folder among them), too much text, or neither a structure nor an overlay.
    """
    kept: dict[str, str] = {}
    for name, text in files.items():
        if not _NAME.fullmatch(name):
            raise BadInput("protocols.draft_file", name=name[:80])
        clean = text.replace("\r\n", "\n").replace("\r", "\n")
        try:
            clean.encode()
        except UnicodeEncodeError:
            raise BadInput("protocols.draft_file", name=name[:80]) from None
        if clean.strip():
            kept[name] = clean if clean.endswith("\n") else clean + "\n"
    if len(kept) > MOST_FILES or sum(len(text) for text in kept.values()) > MAX_BYTES:
        raise BadInput("protocols.draft_big", most=MAX_BYTES)
    if (STRUCTURE in kept) is (OVERLAY in kept):
        raise BadInput("protocols.draft_structure")
    return kept
