"""Keys in a PKCS#11 token (``pip install seal[hsm]``): made there or put there, and never taken out.

SEAL_PKCS11_MODULE names the vendor's library, SEAL_PKCS11_TOKEN the token's label, SEAL_PKCS11_PIN (or
SEAL_PKCS11_PIN_FILE) its PIN. A key's CKA_ID is its key id. What stands in the key folder, ``issuing.token.json`` or
``log.token.json``, only says which key is meant:

    {"seal": "seal-token-key/1", "role", "association", "did", "base", "kid", "x", "made_at"}

Ed25519 in PKCS#11 3.0: the curve is named by a PrintableString, a point comes wrapped in an OCTET STRING. Calls block
and are made one at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, TypeVar

import rfc8785

from seal.errors import BadInput, Unavailable
from seal.keys import ed25519, jws
from seal.keys.envelope import Label
from seal.settings import Settings, settings

pkcs11: Any = None
with suppress(ImportError):  # the extra may not be installed: then there is no token, and nothing else is missing
    pkcs11 = import_module("pkcs11")

FORMAT = "seal-token-key/1"
_CURVE = b"\x13\x0cedwards25519"
"""DER PrintableString ``edwards25519``."""
_POINT = b"\x04\x20"
"""DER OCTET STRING of 32 bytes."""
_lock = threading.RLock()
_session: list[Any] = []
T = TypeVar("T")


@dataclass(frozen=True)
class TokenKey:
    """A private key that stays in its token. ``raw`` is its public half."""

    raw: bytes
    _handle: Any = field(repr=False, compare=False)

    def sign(self, message: bytes) -> bytes:
        """64 bytes, Ed25519. Raises ``Unavailable('hsm.failed')``."""
        return _guarded(lambda: bytes(self._handle.sign(message, mechanism=pkcs11.Mechanism.EDDSA)))


def configured(given: Settings) -> bool:
    """True if the settings name a token."""
    return bool(given.pkcs11_module and given.pkcs11_token)


def forget() -> None:
    """Close the session; the next call opens one anew."""
    with _lock:
        for session in _session:
            session.close()
        _session.clear()


def _guarded(act: Callable[[], T]) -> T:
    with _lock:
        try:
            return act()
        except pkcs11.exceptions.PKCS11Error as error:
            _session.clear()
            raise Unavailable("hsm.failed", why=f"{type(error).__name__} {error}".strip()) from None


def _opened() -> Any:
    """The one session with the token. Raises ``Unavailable('hsm.not_installed' | 'hsm.not_set' | 'hsm.failed')``."""
    given = settings()
    if not configured(given) or given.pkcs11_pin is None:
        raise Unavailable("hsm.not_set")
    if pkcs11 is None:
        raise Unavailable("hsm.not_installed")

    def open_it() -> Any:
        if not _session:
            token = pkcs11.lib(str(given.pkcs11_module)).get_token(token_label=given.pkcs11_token)
            assert given.pkcs11_pin is not None
            _session.append(token.open(user_pin=given.pkcs11_pin.get_secret_value(), rw=True))
        return _session[0]

    return _guarded(open_it)


def find(kid: str) -> TokenKey:
    """The key with this id. Raises ``Unavailable('hsm.no_key')`` and as :func:`_opened`."""
    session = _opened()

    def look() -> TokenKey | None:
        wanted = {pkcs11.Attribute.ID: bytes.fromhex(kid)}
        privates = list(session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY, **wanted}))
        publics = list(session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PUBLIC_KEY, **wanted}))
        if not privates or not publics:
            return None
        return TokenKey(_raw(publics[0]), privates[0])

    found = _guarded(look)
    if found is None or ed25519.key_id(found.raw) != kid:
        raise Unavailable("hsm.no_key", kid=kid)
    return found


def _raw(public: Any) -> bytes:
    point = bytes(public[pkcs11.Attribute.EC_POINT])
    return point[2:] if len(point) == 34 and point.startswith(_POINT) else point


def generate(label: str) -> TokenKey:
    """A new key, made in the token, that cannot be taken out. Raises as :func:`_opened`."""
    session = _opened()

    def make() -> TokenKey:
        curve = session.create_domain_parameters(
            pkcs11.KeyType.EC_EDWARDS, {pkcs11.Attribute.EC_PARAMS: _CURVE}, local=True
        )
        public, private = curve.generate_keypair(
            mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
            store=True,
            label=label,
            private_template={pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False},
        )
        raw = _raw(public)
        for half in (public, private):
            half[pkcs11.Attribute.ID] = bytes.fromhex(ed25519.key_id(raw))
        return TokenKey(raw, private)

    return _guarded(make)


def put(seed: bytes, raw: bytes, label: str) -> TokenKey:
    """Put a key that was made outside into the token: how the next key comes in. Raises as :func:`_opened`."""
    session = _opened()
    kid = ed25519.key_id(raw)
    both = {
        pkcs11.Attribute.KEY_TYPE: pkcs11.KeyType.EC_EDWARDS,
        pkcs11.Attribute.EC_PARAMS: _CURVE,
        pkcs11.Attribute.ID: bytes.fromhex(kid),
        pkcs11.Attribute.LABEL: label,
        pkcs11.Attribute.TOKEN: True,
    }

    def make() -> None:
        session.create_object(
            both
            | {
                pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY,
                pkcs11.Attribute.VALUE: seed,
                pkcs11.Attribute.PRIVATE: True,
                pkcs11.Attribute.SENSITIVE: True,
                pkcs11.Attribute.EXTRACTABLE: False,
                pkcs11.Attribute.SIGN: True,
            }
        )
        session.create_object(
            both
            | {
                pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PUBLIC_KEY,
                pkcs11.Attribute.EC_POINT: _POINT + raw,
                pkcs11.Attribute.VERIFY: True,
            }
        )

    _guarded(make)
    return find(kid)


def destroy(kid: str) -> None:
    """Take a retired key out of the token for good; nothing if it is not there. Raises as :func:`_opened`."""
    session = _opened()

    def take_away() -> None:
        for found in list(session.get_objects({pkcs11.Attribute.ID: bytes.fromhex(kid)})):
            found.destroy()

    _guarded(take_away)


def describe(label: Label) -> bytes:
    """The small file that says which key of the token is meant."""
    return bytes(rfc8785.dumps({"seal": FORMAT, **vars(label)})) + b"\n"


def read_description(data: bytes) -> Label:
    """Inverse of :func:`describe`. Raises ``BadInput('envelope.unreadable')``."""
    document = jws.strict_json(data)
    try:
        if document.pop("seal") != FORMAT:
            raise BadInput("envelope.format")
        return Label(**{name: str(document[name]) for name in Label.__dataclass_fields__})
    except (KeyError, TypeError, AttributeError):
        raise BadInput("envelope.unreadable") from None
