"""What a person pastes or a file holds: JSON or a compact JWS, a credential or a presentation. Pure."""

from __future__ import annotations

from typing import Any

from seal.errors import BadInput
from seal.foreign import presentation, reading, vcdm
from seal.foreign.faults import Fault, Kind, Unreadable
from seal.foreign.values import as_list
from seal.keys import jws

_CREDENTIALS = {vcdm.CREDENTIAL, presentation.ENVELOPED_CREDENTIAL}
_PRESENTATIONS = {vcdm.PRESENTATION, presentation.ENVELOPED_PRESENTATION}


def value_of(data: bytes) -> Any:
    """The JSON value, or the compact JWS as a string. Raises ``Unreadable``."""
    plain = data.strip()
    if plain.startswith(b"eyJ") and plain.count(b".") == 2:
        if len(plain) > 2 * reading.MAX_BYTES:
            params = {"bytes": len(plain), "max": 2 * reading.MAX_BYTES}
            raise Unreadable(Fault(Kind.PARSING, "json.too_long", "", params))
        try:
            return plain.decode("ascii")
        except UnicodeDecodeError:
            raise Unreadable(Fault(Kind.PARSING, "jws_base64")) from None
    return reading.read(plain)


def is_presentation(value: Any) -> bool:
    """Does it say that it is a presentation? Anything else is judged as a credential."""
    return bool(_types(value) & _PRESENTATIONS) or typ_of(value) == "vp+jwt"


def is_meant(value: Any) -> bool:
    """Does it say that it is a credential or a presentation at all?"""
    return bool(_types(value) & (_CREDENTIALS | _PRESENTATIONS)) or typ_of(value) in ("vc+jwt", "vp+jwt")


def several(data: bytes) -> list[Any]:
    """A file of keys or of status lists: one value, a JSON list of them, or compact JWS one after another.

    Raises ``Unreadable``."""
    words = data.split()
    if len(words) > 1 and all(word.startswith(b"eyJ") for word in words):
        return [value_of(word) for word in words]
    return as_list(value_of(data))


def _types(value: Any) -> set[str]:
    kinds = as_list(value.get("type")) if isinstance(value, dict) else []
    return {kind for kind in kinds if isinstance(kind, str)}


def typ_of(value: Any) -> str:
    """``typ`` of a compact JWS, in small letters; empty for anything else."""
    if not isinstance(value, str):
        return ""
    try:
        header = reading.read(jws.decode(value.partition(".")[0]))
    except (BadInput, Unreadable, UnicodeError):
        return ""
    typ = header.get("typ") if isinstance(header, dict) else None
    return typ.lower().removeprefix("application/") if isinstance(typ, str) else ""
