"""The bytes behind a protocol: what its digest is taken over, and the package that a publication keeps.

Requirements (FORMATS A9): the parsed file as RFC 8785 JSON, every number a decimal string in its shortest form
(``20`` and ``20.0`` are the same requirement, so they give the same digest), includes by id, version and SHA-256,
and without ``status``, which says how far the file is, not what it requires. Words are apart, one digest a language.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import rfc8785

PACKAGE_SCHEMA = "seal-protocol-package/1"


def sha256(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(rfc8785.dumps(dict(document))).hexdigest()


def number(value: int | Decimal) -> str:
    """The shortest decimal string of the same value: no exponent, no trailing zeros, no minus zero."""
    text = format(Decimal(value), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def plain(value: Any) -> Any:
    """Parsed YAML as JSON without numbers: decimal strings instead."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int | Decimal):
        return number(value)
    if isinstance(value, Mapping):
        return {str(key): plain(inside) for key, inside in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inside) for inside in value]
    raise TypeError(f"not a value of a protocol file: {type(value).__name__}")


def requirements(data: Mapping[str, Any], includes: list[dict[str, str]]) -> dict[str, Any]:
    """The requirement document of a parsed ``protocol.yaml``, its includes resolved to digests."""
    kept = {key: plain(value) for key, value in data.items() if key not in ("status", "includes")}
    return {**kept, "includes": includes}


def text_digest(words: Mapping[str, Any], includes: Mapping[str, str]) -> str:
    """The digest of one language; ``includes``: module id to the digest of its words in that language."""
    return sha256({**plain(words), "includes": dict(includes)})
