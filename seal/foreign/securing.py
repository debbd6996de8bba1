"""The two ways of securing that are understood: a compact JWS around the document, and a proof inside it. Pure.

``vc+jwt`` and ``vp+jwt`` (VC-JOSE-COSE 1.0) with ``EdDSA`` or ``Ed25519``; Data Integrity 1.0 with ``eddsa-jcs-2022``.
Any other algorithm or suite is named as not understood, never passed over in silence. Header members that would bring
a key of their own (``jwk``, ``x5c``, ``jku``) are not looked at: who signed is known from the keyring alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from seal.errors import BadInput
from seal.foreign import keyring as keyrings
from seal.foreign import reading, values, vcdm
from seal.foreign.faults import Fault, Kind, Unreadable, malformed, shown, step, under
from seal.foreign.keyring import Key, Keyring
from seal.foreign.values import as_list
from seal.keys import data_integrity, ed25519, jws

CREDENTIAL, PRESENTATION = "vc", "vp"
MOST_PROOFS = 4
_HEADER_MAX = 8_000
_LAST_SECOND = 253_402_300_799
"""31 December 9999: no moment after it can be told."""


@dataclass
class Secured:
    """A document that was taken out of what secures it, and what was found on the way."""

    document: Any = None
    key: Key | None = None
    """The key that made a signature that holds; ``None`` if none does."""
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)


def open_jws(compact: str, keys: Keyring, at: datetime, what: str, expected: Expected | None = None) -> Secured:
    """Take a document out of a compact JWS; ``what`` is ``vc`` or ``vp``. Faults of the document are not looked for."""
    found = Secured()
    parts = compact.strip().split(".")
    if len(parts) != 3:
        found.faults.append(Fault(Kind.PARSING, "jws_shape"))
        return found
    try:
        header = reading.read(_part(parts[0], _HEADER_MAX))
        payload = reading.read(_part(parts[1], 2 * reading.MAX_BYTES))
        signature = _part(parts[2], 200)
    except Unreadable as unreadable:
        found.faults.append(unreadable.fault)
        return found
    if not isinstance(header, dict):
        found.faults.append(Fault(Kind.PARSING, "jws_header"))
        return found
    found.document = payload
    found.faults += _header_faults(header, what)
    if isinstance(payload, dict):
        found.faults += _claim_faults(payload, at, what, expected or Expected())
    if header.get("alg") not in ("EdDSA", "Ed25519"):
        found.faults.append(Fault(Kind.SECURITY, "algorithm", params={"alg": shown(header.get("alg"))}))
        return found
    who = _speaker(payload, what)
    purpose = keyrings.ASSERTION if what == CREDENTIAL else keyrings.AUTHENTICATION
    candidates = _candidates(header, who, keys)
    if isinstance(candidates, Fault):
        found.faults.append(candidates)
        return found
    if what == PRESENTATION and not who:
        who = candidates[0].controller  # nobody is named: whoever signed presents
    signed = f"{parts[0]}.{parts[1]}".encode()
    signers = _best_first((key for key in candidates if ed25519.verify(key.raw, signature, signed)), who)
    if not signers:
        found.faults.append(Fault(Kind.SECURITY, "signature"))
        return found
    found.faults += _may(signers[0], who, purpose, payload, "/issuer" if what == CREDENTIAL else "/holder")
    if not found.faults:
        found.key = signers[0]
    return found


@dataclass(frozen=True)
class Expected:
    """What a verifier of a presentation asked for; ``None`` where it asked for nothing."""

    challenge: str | None = None
    domain: tuple[str, ...] | None = None


def _part(text: str, most: int) -> bytes:
    if len(text) > most:
        raise Unreadable(Fault(Kind.PARSING, "json.too_long", params={"bytes": len(text), "max": most}))
    try:
        return jws.decode(text)
    except (BadInput, UnicodeError):
        raise Unreadable(Fault(Kind.PARSING, "jws_base64")) from None


def _header_faults(header: dict[str, Any], what: str) -> Iterator[Fault]:
    typ, cty = header.get("typ"), header.get("cty")
    if _media(typ) != f"{what}+jwt":
        yield malformed("jws_typ", typ=shown(typ), expected=f"{what}+jwt")
    if cty is not None and _media(cty) != what:
        yield malformed("jws_cty", cty=shown(cty), expected=what)
    if "crit" in header or header.get("b64") is False:
        yield malformed("jws_crit")


def _media(value: object) -> str:
    """A media type as headers write it: no case, ``application/`` left out or not."""
    return value.lower().removeprefix("application/") if isinstance(value, str) else ""


def _claim_faults(payload: dict[str, Any], at: datetime, what: str, expected: Expected) -> Iterator[Fault]:
    """JWT claims beside the document's own members (VC-JOSE-COSE 3.1.3 and 3.3; RFC 7519)."""
    for name in ("vc", "vp"):
        if name in payload:
            yield malformed("claim_forbidden", step(name), name=name)
    subject = payload.get("credentialSubject")
    same = {
        "iss": _speaker(payload, what),
        "jti": payload.get("id"),
        "sub": subject.get("id") if isinstance(subject, dict) else None,
    }
    for name, other in same.items():
        if name in payload and payload[name] != other and (other or name == "iss"):
            yield malformed("claim_conflict", step(name), name=name)
    for name in ("nbf", "exp", "iat"):
        if name in payload:
            moment = _numeric_date(payload[name])
            if moment is None:
                yield malformed("claim_date", step(name), name=name)
            elif (name == "nbf" and at < moment) or (name == "exp" and at >= moment):
                yield Fault(Kind.RANGE, f"claim_{name}", step(name))
    if expected.challenge is not None and payload.get("nonce") != expected.challenge:
        yield Fault(Kind.CHALLENGE, "challenge", "/nonce")
    if expected.domain is not None and set(expected.domain) != _strings(payload.get("aud")):
        yield Fault(Kind.DOMAIN, "domain", "/aud")


def _strings(value: object) -> set[str]:
    return {one for one in as_list(value) if isinstance(one, str)}


def _numeric_date(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LAST_SECOND:
        return None
    return datetime.fromtimestamp(value, UTC)


def _speaker(payload: object, what: str) -> str:
    if not isinstance(payload, dict):
        return ""
    if what == CREDENTIAL:
        return vcdm.issuer_of(payload)
    named = vcdm.holder_of(payload) or payload.get("iss")
    return named if isinstance(named, str) else ""


def _candidates(header: dict[str, Any], who: str, keys: Keyring) -> tuple[Key, ...] | Fault:
    kid = header.get("kid")
    if kid is None:
        # Without a name only an issuer who is a key, or of whom one key is held, can be told from others.
        named = keys.find(f"{who}#{who.removeprefix('did:key:')}") if who.startswith("did:key:") else ()
        return named or Fault(Kind.MALFORMED, "kid_missing")
    if not isinstance(kid, str):
        return Fault(Kind.MALFORMED, "kid_form", params={"kid": shown(kid)})
    # A relative name belongs to the issuer, and so does the plain name of a key in a set of the issuer's.
    method = who + kid if kid.startswith("#") else kid
    found = keys.find(method)
    if "#" not in kid:
        found = tuple(key for key in found if key.controller == who)
    return found or keyrings.unknown(method, keys, "")


def _best_first(signers: Iterable[Key], who: str) -> list[Key]:
    """One key may be known under several controllers: the one that is named comes first."""
    return sorted(signers, key=lambda key: key.controller != who)


def _may(key: Key, who: str, purpose: str, document: object, pointer: str) -> Iterator[Fault]:
    """May this key, whose signature holds, speak for whom the document says, for this purpose?"""
    if key.controller != who:
        both = {"controller": shown(key.controller), "named": shown(who)}
        yield Fault(Kind.SECURITY, "key_of_another", pointer, both)
    if purpose not in key.purposes:
        yield Fault(Kind.PROOF, "key_purpose", "", {"purpose": purpose})
    if key.logged is not None and keyrings.digest(document) not in key.logged:
        yield Fault(Kind.SECURITY, "key_ended")
    if key.status_only is not None:
        is_list = isinstance(document, dict) and vcdm.LIST in as_list(document.get("type"))
        if key.status_only != is_list:
            yield Fault(Kind.PROOF, "key_role")


def open_proofs(
    secured: dict[str, Any], keys: Keyring, at: datetime, what: str, expected: Expected | None = None
) -> Secured:
    """Check the proofs inside a document: none may fail, and one at least must be understood and hold."""
    found = Secured({name: value for name, value in secured.items() if name != "proof"})
    proofs = as_list(secured["proof"]) if secured.get("proof") else []
    if not proofs:
        found.faults.append(Fault(Kind.PARSING, "proof_missing", "/proof"))
    elif len(proofs) > MOST_PROOFS:
        found.faults.append(malformed("proof_many", "/proof", max=MOST_PROOFS))
        return found
    ids = [one.get("id") for one in proofs if isinstance(one, dict)]
    understood = False
    for place, proof in enumerate(proofs):
        here = "/proof" + (step(place) if isinstance(secured["proof"], list) else "")
        if not isinstance(proof, dict):
            found.faults.append(Fault(Kind.PARSING, "proof_form", here))
            continue
        found.faults += under(here, _proof_faults(proof, at, what, ids, expected or Expected()))
        if _suite(proof) != data_integrity.SUITE:
            found.warnings.append(Fault(Kind.PROOF, "proof_suite", here, {"suite": shown(_suite(proof))}))
            continue
        understood = True
        made = _signer(found.document, proof, keys, what, here)
        if isinstance(made, Key):
            found.key = found.key or made
        else:
            found.faults += made
    if not understood and proofs:
        found.faults.append(Fault(Kind.PROOF, "proof_none_understood", "/proof"))
    if found.faults:
        found.key = None
    return found


def _suite(proof: dict[str, Any]) -> object:
    return proof.get("cryptosuite") if proof.get("type") == data_integrity.PROOF_TYPE else proof.get("type")


def _proof_faults(
    proof: dict[str, Any], at: datetime, what: str, ids: list[Any], expected: Expected
) -> Iterator[Fault]:
    """Data Integrity 1.0, 2.1 and 4.4, whatever the suite."""
    purpose = keyrings.ASSERTION if what == CREDENTIAL else keyrings.AUTHENTICATION
    for name in ("type", "verificationMethod", "proofPurpose", "proofValue"):
        if not isinstance(proof.get(name), str) or not proof[name]:
            yield Fault(Kind.PROOF, "proof_member", step(name), {"name": name})
    if proof.get("type") == data_integrity.PROOF_TYPE and not isinstance(proof.get("cryptosuite"), str):
        yield Fault(Kind.PROOF, "proof_member", "/cryptosuite", {"name": "cryptosuite"})
    if isinstance(proof.get("proofPurpose"), str) and proof["proofPurpose"] != purpose:
        given = {"purpose": shown(proof["proofPurpose"]), "expected": purpose}
        yield Fault(Kind.PROOF, "proof_purpose", "/proofPurpose", given)
    for name in ("created", "expires"):
        if name in proof:
            moment = values.moment(proof[name])
            if moment is None:
                yield malformed("moment", step(name), value=shown(proof[name]))
            elif name == "expires" and at >= moment:
                yield Fault(Kind.RANGE, "proof_expired", "/expires")
    if "id" in proof and not values.is_url(proof["id"]):
        yield malformed("id", "/id", value=shown(proof["id"]))
    if "previousProof" in proof:
        wanted = as_list(proof["previousProof"])
        missing = not wanted or any(not isinstance(one, str) or one not in ids for one in wanted)
        yield Fault(Kind.PROOF, "proof_previous" if missing else "proof_chain", "/previousProof")
    if expected.challenge is not None and proof.get("challenge") != expected.challenge:
        yield Fault(Kind.CHALLENGE, "challenge", "/challenge")
    if expected.domain is not None and set(expected.domain) != _strings(proof.get("domain")):
        yield Fault(Kind.DOMAIN, "domain", "/domain")


def _signer(document: dict[str, Any], proof: dict[str, Any], keys: Keyring, what: str, here: str) -> Key | list[Fault]:
    """The key of one ``eddsa-jcs-2022`` proof that holds, or why there is none."""
    method = proof.get("verificationMethod")
    if not isinstance(method, str):
        return []  # said already
    held = keys.find(method)
    if not held:
        return [keyrings.unknown(method, keys, f"{here}/verificationMethod")]
    purpose = keyrings.ASSERTION if what == CREDENTIAL else keyrings.AUTHENTICATION
    who = vcdm.issuer_of(document) if what == CREDENTIAL else vcdm.holder_of(document) or held[0].controller
    try:
        signers = _best_first((key for key in held if data_integrity.verify_proof(document, proof, key.raw)), who)
    except BadInput as error:
        return [_unread_proof(error.code, here)]
    if not signers:
        return [Fault(Kind.SECURITY, "signature", here)]
    return [*_may(signers[0], who, purpose, document, "/issuer" if what == CREDENTIAL else "/holder")] or signers[0]


def _unread_proof(code: str, here: str) -> Fault:
    if code == "embedded.not_canonical":
        return Fault(Kind.TRANSFORMATION, "proof_canonical", here)
    if code == "embedded.context":
        return Fault(Kind.PROOF, "proof_context", f"{here}/@context")
    return Fault(Kind.PROOF, "proof_value", f"{here}/proofValue")
