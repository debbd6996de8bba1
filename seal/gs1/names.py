"""``urn:epc:`` names (EPC Tag Data Standard 2.x, chapter 6) as Digital Links. Read only: what Seal writes is a link.

    urn:epc:id:sgtin:CompanyPrefix.ItemReference.Serial            01, 21
    urn:epc:class:lgtin:CompanyPrefix.ItemReference.Lot            01, 10
    urn:epc:idpat:sgtin:CompanyPrefix.ItemReference.*              01
    urn:epc:id:sscc:CompanyPrefix.SerialReference                  00
    urn:epc:id:sgln:CompanyPrefix.LocationReference.Extension      414, 254 (no extension: ``0``)
    urn:epc:id:pgln:CompanyPrefix.PartyReference                   417

A name leaves the check digit out, and puts the indicator digit of a GTIN or SSCC before the item reference.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import unquote_to_bytes

from seal.gs1.keys import check_digit
from seal.gs1.link import Link, NotALink, make
from seal.gs1.link import read as read_link

_PREFIX = range(6, 13)
"""Digits of a company prefix."""
_KEY_DIGITS = {"sgtin": 13, "lgtin": 13, "sscc": 17, "sgln": 12, "pgln": 12}
"""Digits of prefix and reference together."""


def read(name: str) -> Link:
    """The link that a name stands for. Raises ``NotALink`` for other schemes and for names that break the rules."""
    parts = name.split(":", 4)
    if len(parts) != 5 or [part.lower() for part in parts[:2]] != ["urn", "epc"]:
        raise NotALink("not an EPC name")
    sort, scheme = parts[2].lower(), parts[3].lower()
    fields = parts[4].split(".", 1 if scheme in ("sscc", "pgln") else 2)
    if scheme not in _KEY_DIGITS or len(fields) != (2 if scheme in ("sscc", "pgln") else 3):
        raise NotALink("not a scheme that is read here")
    key = _digits(scheme, fields[0], fields[1])
    last = _unquoted(fields[2]) if len(fields) == 3 else ""
    match sort, scheme:
        case "id", "sgtin":
            return make([("01", key), ("21", last)])
        case "idpat", "sgtin" if last == "*":
            return make([("01", key)])
        case "class", "lgtin":
            return make([("01", key), ("10", last)])
        case "id", "sscc":
            return make([("00", key)])
        case "id", "sgln":
            return make([("414", key)] if last == "0" else [("414", key), ("254", last)])
        case "id", "pgln":
            return make([("417", key)])
    raise NotALink("not a scheme that is read here")


def _digits(scheme: str, prefix: str, reference: str) -> str:
    both = prefix + reference
    if not (both.isascii() and both.isdigit()) or len(both) != _KEY_DIGITS[scheme] or len(prefix) not in _PREFIX:
        raise NotALink(f"a {scheme} has {_KEY_DIGITS[scheme]} digits")
    if scheme in ("sgtin", "lgtin", "sscc"):  # the indicator stands first in the key
        both = reference[0] + prefix + reference[1:]
    return both + check_digit(both)


def _unquoted(text: str) -> str:
    try:
        return unquote_to_bytes(text).decode("ascii")
    except UnicodeDecodeError:
        raise NotALink("signs beyond ASCII") from None


@lru_cache(maxsize=20_000)
def canonical(text: str) -> str:
    """Two spellings of one GS1 thing give one text: key and qualifiers of a sound link or name, at GS1's own address;
    any other text is itself."""
    try:
        found = read(text) if text[:8].lower() == "urn:epc:" else _sound(text)
    except NotALink:
        return text
    return make(found.path).address


def _sound(text: str) -> Link:
    found = read_link(text)
    if not found.sound:
        raise NotALink("a check digit is wrong")
    return found
