"""GS1 Digital Link addresses, read strictly and written in one spelling. Pure.

    https://host/stem/01/07804520123453/10/L2611/21/42?17=270101

A primary key, its qualifiers in their order, then attributes behind the question mark; other words there are not ours.
Digits name the identifiers: the old aliases (``/gtin/…``) are gone since version 1.1.4 and are not read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from seal.gs1.keys import GTIN_LENGTHS, checks
from seal.gs1.table import CHECKED, IDENTIFIERS, NOT_ATTRIBUTES, QUALIFIERS

CANONICAL = "https://id.gs1.org"
"""Where GS1 itself resolves keys: the base of what has no other address."""
LONGEST = 2_000
_ADDRESS = re.compile(
    r"(?P<scheme>https?|HTTPS?)://(?P<host>[A-Za-z0-9._-]+(?::\d+)?|\[[0-9A-Fa-f:.]+\](?::\d+)?)"
    r"(?P<path>/[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?"
)
_SIGNS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")
"""What RFC 3986 lets an address have."""
_QUOTED = re.compile(r"%(?![0-9A-Fa-f]{2})")


class NotALink(ValueError):
    """Not a Digital Link; the text says why, for a log and a test."""


@dataclass(frozen=True)
class Link:
    """Key and qualifiers in order, then attributes, each as (identifier, value); values are not quoted."""

    base: str
    path: tuple[tuple[str, str], ...]
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        return self.path[0]

    def of(self, digits: str) -> str | None:
        """The value of an identifier of the path."""
        return dict(self.path).get(digits)

    @property
    def sound(self) -> bool:
        """True if every check digit is right."""
        return all(
            checks(value[CHECKED[digits]]) for digits, value in (*self.path, *self.attributes) if digits in CHECKED
        )

    @property
    def name(self) -> str:
        """Key and qualifiers, quoted, without scheme, host and stem: the same thing at any resolver."""
        return "/".join(f"{digits}/{quote(value, safe='')}" for digits, value in self.path)

    @property
    def address(self) -> str:
        """The one spelling, at ``base``; attributes as they stood."""
        query = "&".join(f"{digits}={quote(value, safe='')}" for digits, value in self.attributes)
        return f"{self.base}/{self.name}" + (f"?{query}" if query else "")

    @property
    def elements(self) -> str:
        """The element string, ``^`` for each FNC1: what a scanner of GS1 symbols would give."""
        out = "^"
        pairs = (*self.path, *self.attributes)
        for place, (digits, value) in enumerate(pairs, start=1):
            known = IDENTIFIERS.get(digits)
            out += digits + value
            if place < len(pairs) and not (known is not None and known.fixed):
                out += "^"
        return out


def make(path: Sequence[tuple[str, str]], base: str = CANONICAL) -> Link:
    """A link of these identifiers. Raises ``NotALink``."""
    return _checked(Link(base, tuple(path)), unknown=False)


def read(text: str, *, unknown: bool = False) -> Link:
    """The link that ``text`` is. ``unknown``: attributes with identifiers that nobody knows may stand. ``NotALink``."""
    if len(text) > LONGEST or _SIGNS.fullmatch(text) is None or _QUOTED.search(text):
        raise NotALink("signs that no address has")
    found = _ADDRESS.fullmatch(text)
    if found is None:
        raise NotALink("not an address")
    parts = found["path"][1:].split("/")
    stem, path = _split(parts)
    base = f"{found['scheme'].lower()}://{found['host'].lower()}" + (f"/{'/'.join(stem)}" if stem else "")
    return _checked(Link(base, path, _attributes(found["query"] or "", unknown=unknown)), unknown=unknown)


def _split(parts: list[str]) -> tuple[list[str], tuple[tuple[str, str], ...]]:
    """The stem and the identifiers: the last primary key from which the rest reads as pairs."""
    if len(parts) > 2 and parts[-1] == "" and len(parts) % 2:
        parts = parts[:-1]
    for start in range(len(parts) - 2, -1, -1):
        if parts[start] in QUALIFIERS and (len(parts) - start) % 2 == 0:
            pairs = tuple((parts[at], _value(parts[at], parts[at + 1])) for at in range(start, len(parts), 2))
            return parts[:start], pairs
    raise NotALink("no primary key")


def _attributes(query: str, *, unknown: bool) -> tuple[tuple[str, str], ...]:
    pairs = []
    for item in query.split("&"):
        digits, sign, value = item.partition("=")
        if not sign or not digits.isdigit() or not 2 <= len(digits) <= 4:
            continue  # somebody's own parameter
        if digits not in IDENTIFIERS and not unknown:
            raise NotALink(f"identifier {digits} is unknown")
        pairs.append((digits, _value(digits, value)))
    return tuple(pairs)


def _value(digits: str, quoted: str) -> str:
    try:
        value = unquote_to_bytes(quoted).decode("ascii")
    except UnicodeDecodeError:
        raise NotALink(f"{digits} holds signs beyond ASCII") from None
    # A GTIN may be written shorter in an address; it is fourteen digits.
    return value.zfill(14) if digits in ("01", "02") and len(value) in GTIN_LENGTHS and value.isdigit() else value


def _checked(link: Link, *, unknown: bool) -> Link:
    key = link.key[0]
    named = tuple(digits for digits, _ in link.path[1:])
    orders = QUALIFIERS.get(key, ())
    if not any(_in_order(named, order) for order in orders):
        raise NotALink(f"{key} is not followed by {' '.join(named)}")
    every = [digits for digits, _ in (*link.path, *link.attributes)]
    if len(set(every)) != len(every):
        raise NotALink("an identifier twice")
    qualifiers = {digits for order in orders for digits in order}
    for digits, value in link.attributes:
        if digits in NOT_ATTRIBUTES or digits in qualifiers:
            raise NotALink(f"{digits} belongs into the path")
        if digits not in IDENTIFIERS and not (unknown and value):
            raise NotALink(f"identifier {digits} is unknown")
    for digits, value in (*link.path, *link.attributes):
        if digits in IDENTIFIERS and not IDENTIFIERS[digits].holds(value):
            raise NotALink(f"{digits} does not hold this value")
    return link


def _in_order(named: tuple[str, ...], order: tuple[str, ...]) -> bool:
    places = [order.index(digits) if digits in order else -1 for digits in named]
    return -1 not in places and places == sorted(set(places))
