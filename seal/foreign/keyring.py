"""Whose keys are known: ``did:key`` speaks for itself, all others were handed in or are this server's own. Pure.

Nothing is ever fetched. A key is known as *method* (the DID URL or name that proofs use), *controller* (the issuer it
speaks for) and the purposes that the controller's document gives it. A JWK Set says whose it is: each ``kid`` is a URL
that begins with the issuer and ``#``, or the set has a member ``controller``; a set that says nothing of it speaks for
nobody. What is handed in can never replace the document of an association of this server.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import rfc8785

from seal.errors import BadInput
from seal.foreign.faults import Fault, Unreadable, malformed, shown, step
from seal.foreign.values import as_list, is_url
from seal.keys import did as dids
from seal.keys import ed25519, jws

ASSERTION, AUTHENTICATION = "assertionMethod", "authentication"
MOST_KEYS = 200
_DID_KEY = "did:key:"


class Source(StrEnum):
    """How a key came to be known."""

    DID_KEY = "did_key"
    HANDED_IN = "handed_in"
    THIS_SERVER = "this_server"


@dataclass(frozen=True)
class Key:
    """A public key and what it may be used for."""

    method: str
    controller: str
    raw: bytes
    purposes: frozenset[str]
    source: Source
    status_only: bool | None = None
    """Of our own keys: True signs status lists only (the log key), False everything but these, ``None`` no matter."""
    logged: frozenset[str] | None = None
    """Of our own keys that have ended: digests of the documents that the log held by then, and that still stand; for
    anything else such a key speaks no more. ``None`` for a key that has not ended."""


@dataclass(frozen=True)
class Keyring:
    """Every key that may be asked for by its method."""

    keys: tuple[Key, ...] = ()
    own: frozenset[str] = frozenset()
    """DIDs of this server: nothing handed in speaks for them."""

    def find(self, method: str) -> tuple[Key, ...]:
        """The keys of this name: what is held, and of a ``did:key`` what it says itself."""
        held = tuple(key for key in self.keys if key.method == method)
        raw = _did_key_method(method)
        if raw is None:
            return held
        both = frozenset({ASSERTION, AUTHENTICATION})
        return (*held, Key(method, method.partition("#")[0], raw, both, Source.DID_KEY))

    def knows(self, controller: str) -> bool:
        """Is any key of this controller held?"""
        return did_key(controller) is not None or any(key.controller == controller for key in self.keys)

    def with_keys(self, more: Iterable[Key]) -> Keyring:
        """The same with keys that were handed in. Left out are those for DIDs of this server, and for any
        ``did:key``: what it says is in its name, and no document adds to it."""
        taken = [key for key in more if key.controller not in self.own and not key.controller.startswith(_DID_KEY)]
        return Keyring((*self.keys, *taken), self.own)

    def with_logged(self, logged: Mapping[bytes, frozenset[str]]) -> Keyring:
        """The same, ended keys of ours (by their raw bytes) standing for these documents as well."""
        keys = [
            replace(key, logged=key.logged | logged.get(key.raw, frozenset())) if key.logged is not None else key
            for key in self.keys
        ]
        return Keyring(tuple(keys), self.own)


def digest(document: object) -> str:
    """SHA-256 of a document's RFC 8785 bytes, in hexadecimal; empty for what has none."""
    try:
        return hashlib.sha256(rfc8785.dumps(document)).hexdigest()  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, ValueError, RecursionError):
        return ""


def did_key(did: str) -> bytes | None:
    """The raw Ed25519 key of a ``did:key``; ``None`` for any other identifier or key type."""
    if not did.startswith(_DID_KEY):
        return None
    try:
        raw = dids.from_multikey(did.removeprefix(_DID_KEY))
    except BadInput:
        return None
    return raw if dids.multikey(raw) == did.removeprefix(_DID_KEY) else None


def _did_key_method(method: str) -> bytes | None:
    """The key of ``did:key:z…#z…``, whose two names must be the same."""
    did, _, fragment = method.partition("#")
    return did_key(did) if fragment and did == _DID_KEY + fragment else None


def read(value: object) -> tuple[Key, ...]:
    """The Ed25519 keys of a DID document (or any controlled identifier document), a JWK Set, or a list of these.

    Keys of other types are passed over. Raises ``Unreadable``: ``keys.form``, ``keys.unbound``, ``keys.too_many``.
    """
    found = [key for place, one in enumerate(as_list(value)) for key in _one(one, step(place))]
    if len(found) > MOST_KEYS:
        raise Unreadable(malformed("keys.too_many", max=MOST_KEYS))
    return tuple(found)


def _one(value: object, here: str) -> Iterator[Key]:
    if isinstance(value, dict) and isinstance(value.get("didDocument"), dict):
        value = value["didDocument"]  # the answer of a DID resolver
    if isinstance(value, dict) and isinstance(value.get("keys"), list):
        yield from _key_set(value, here)
    elif isinstance(value, dict) and is_url(value.get("id")) and "verificationMethod" in value:
        yield from _document(value)
    else:
        raise Unreadable(malformed("keys.form", here))


def _key_set(value: dict[str, Any], here: str) -> Iterator[Key]:
    controller = value.get("controller")
    if controller is not None and not is_url(controller):
        raise Unreadable(malformed("keys.form", f"{here}/controller"))
    for place, one in enumerate(value["keys"]):
        raw = raw_of_jwk(one)
        if raw is None:
            continue
        kid = one.get("kid")
        owner, mark, _ = kid.partition("#") if isinstance(kid, str) else ("", "", "")
        if mark and is_url(owner) and controller in (None, owner):
            named, owner = str(kid), owner
        elif controller is not None and not mark:
            named, owner = (str(kid) if isinstance(kid, str) else ""), str(controller)
        else:
            raise Unreadable(malformed("keys.unbound", f"{here}/keys/{place}", kid=shown(kid)))
        yield Key(named, owner, raw, frozenset({ASSERTION, AUTHENTICATION}), Source.HANDED_IN)


def _document(document: dict[str, Any]) -> Iterator[Key]:
    did = str(document["id"])
    methods: dict[str, tuple[object, set[str]]] = {}
    for one in as_list(document["verificationMethod"]):
        if isinstance(one, dict) and isinstance(one.get("id"), str):
            methods[_absolute(did, one["id"])] = (one, set())
    for purpose in (ASSERTION, AUTHENTICATION):
        for one in as_list(document.get(purpose, [])):
            embedded = isinstance(one, dict)
            name = one.get("id") if isinstance(one, dict) else one
            if not isinstance(name, str):
                continue
            method = _absolute(did, name)
            if embedded or _did_key_method(method):
                # a did:key that the document names: its owner lets that key speak for it
                methods.setdefault(method, (one, set()))
            if method in methods:
                methods[method][1].add(purpose)
    for method, (one, purposes) in methods.items():
        raw = _raw_of_method(one)
        # A method that another controls is that other's to vouch for, in a document of its own.
        if isinstance(one, dict) and one.get("controller", did) != did:
            continue
        if raw is not None and purposes:
            yield Key(method, did, raw, frozenset(purposes), Source.HANDED_IN)


def _absolute(did: str, name: str) -> str:
    return did + name if name.startswith("#") else name


def _raw_of_method(one: object) -> bytes | None:
    if not isinstance(one, dict):
        return _did_key_method(one) if isinstance(one, str) else None
    if "publicKeyMultibase" in one and "publicKeyJwk" not in one:
        value = one["publicKeyMultibase"]
        try:
            return dids.from_multikey(value) if isinstance(value, str) else None
        except BadInput:
            return None
    return raw_of_jwk(one.get("publicKeyJwk")) if "publicKeyMultibase" not in one else None


def raw_of_jwk(value: object) -> bytes | None:
    """The raw key of an Ed25519 JWK (RFC 8037); ``None`` for another type, or if it holds a private part."""
    if not isinstance(value, dict) or (value.get("kty"), value.get("crv")) != ("OKP", "Ed25519") or "d" in value:
        return None
    x = value.get("x")
    try:
        raw = jws.decode(x) if isinstance(x, str) and len(x) < 100 else b""
    except BadInput:
        return None
    return raw if len(raw) == ed25519.PUBLIC_BYTES else None


def own_keys(did: str, raws: Iterable[tuple[bytes, bool]], *, ended: bool = False) -> Iterator[Key]:
    """Keys of an association here, each under both its names; the flag says that it signs status lists only.
    ``ended``: they speak for nothing until :meth:`Keyring.with_logged` says for what."""
    logged = frozenset[str]() if ended else None
    for raw, status_only in raws:
        for fragment in (ed25519.key_id(raw), dids.multikey(raw)):
            yield Key(f"{did}#{fragment}", did, raw, frozenset({ASSERTION}), Source.THIS_SERVER, status_only, logged)


def unknown(method: str, keyring: Keyring, pointer: str) -> Fault:
    """Why no key was found for a method."""
    controller = method.partition("#")[0]
    code = "key_not_in_document" if keyring.knows(controller) else "key_not_known"
    return malformed(code, pointer, method=shown(method))
