"""JSON-LD contexts, known by address and digest and never fetched. Pure.

Without a JSON-LD processor the meaning of a term is what the contexts in front of us are known to say. Of the W3C's
own contexts the terms are written down here; of any other only its address is known, so what rests on it stays
unchecked and the answer says so. Terms of the base context are protected: whoever gives one another meaning is refused
(data model 2.0, 5.2 and B.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seal.foreign.faults import Fault, malformed, shown, step
from seal.foreign.values import is_url

BASE = "https://www.w3.org/ns/credentials/v2"

DIGESTS = {
    BASE: (
        # as published with the Recommendation, and the edition of 2024 that older credentials name
        bytes.fromhex("59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"),
        bytes.fromhex(
            "97f1eb8e5042356c805fdd61afa2c557663785e0794dcafa21e138fd38def18cb360133c221aa31d6896a6bf3e65b614"
        ),
        bytes.fromhex("24a18c90e9856d526111f29376e302d970b2bd10182e33959995b0207d7043b9"),
        bytes.fromhex(
            "35239c36999d2155312091af194a1edb61634d6ad789a5e5b19f2aebdd762dd9d1dcaada40eda7ef921c6b8c0ae107a0"
        ),
    )
}
"""Digests (SHA-256, SHA-384) of the contexts that are known by content."""

_NAMES = (
    "BitstringStatusList BitstringStatusListCredential BitstringStatusListEntry DataIntegrityProof "
    "EnvelopedVerifiableCredential EnvelopedVerifiablePresentation JsonSchema JsonSchemaCredential "
    "VerifiableCredential VerifiablePresentation _sd _sd_alg aud cnf description digestMultibase digestSRI exp iat "
    "id iss jku kid mediaType name nbf sub type x5u "
)
_BASE_TERMS = frozenset(_NAMES.split())
_SAME = {
    "id": "@id",
    "type": "@type",
    "name": "https://schema.org/name",
    "description": "https://schema.org/description",
}
"""Protected terms that many repeat: saying the same again is no redefinition."""
_TERMS = {
    BASE: _BASE_TERMS,
    "https://w3id.org/security/data-integrity/v1": frozenset({"DataIntegrityProof", "proof", "id", "type"}),
    "https://w3id.org/security/data-integrity/v2": frozenset({"DataIntegrityProof", "proof", "id", "type"}),
    "https://w3id.org/security/multikey/v1": frozenset({"Multikey", "id", "type"}),
}
_VOCABULARIES = frozenset(
    {"https://www.w3.org/ns/credentials/examples/v2", "https://www.w3.org/ns/credentials/undefined-terms/v2"}
)
"""Contexts that map every term: made for trying out."""


def faults(value: object) -> Iterator[Fault]:
    """``@context`` of a credential or presentation: an ordered set that begins with the base context."""
    if not isinstance(value, list) or not value:
        yield malformed("context_missing" if value is None else "context_form", "/@context")
        return
    if value[0] != BASE:
        yield malformed("context_first", "/@context/0", value=shown(value[0]))
    protected: dict[str, Any] = dict.fromkeys(_BASE_TERMS, "") | _SAME
    for place, one in enumerate(value):
        here = f"/@context/{place}"
        if isinstance(one, dict):
            yield from _inline(one, here, protected)
        elif not is_url(one):
            yield malformed("context_entry", here, value=shown(one))


def _inline(context: dict[str, Any], here: str, protected: dict[str, Any]) -> Iterator[Fault]:
    for name, definition in context.items():
        there = here + step(name)
        if name == "@vocab":
            if definition is not None and not is_url(definition):
                yield malformed("context_vocab", there)
        elif name.startswith("@"):
            if name in ("@import", "@propagate", "@base"):
                yield malformed("context_keyword", there, name=name)
        elif name in protected and protected[name] != definition:
            yield malformed("context_protected", there, name=shown(name))
        else:
            yield from _definition(definition, there)
            alone = isinstance(definition, dict) and definition.get("@protected") is True
            if context.get("@protected") is True or alone:
                protected[name] = definition


def _definition(definition: object, there: str) -> Iterator[Fault]:
    target = definition.get("@id") if isinstance(definition, dict) else definition
    if definition is None or (target is None and isinstance(definition, dict)):
        return
    # Either an address, or a short form ``prefix:name``, or a keyword alias.
    if not isinstance(target, str) or not (target.startswith("@") or is_url(target)):
        yield malformed("context_term", there, value=shown(target))


def unknown(value: object) -> list[str]:
    """Addresses of contexts whose content is not known here."""
    listed = value if isinstance(value, list) else []
    return [one for one in listed if isinstance(one, str) and one not in _TERMS and one not in _VOCABULARIES]


def maps(value: list[Any], term: str) -> bool:
    """Is ``term`` given a meaning, as far as can be known without fetching? True where an unknown context might."""
    if is_url(term):
        return True
    vocabulary = not value  # no context at all is another fault
    for one in value:
        if isinstance(one, dict):
            if "@vocab" in one:
                vocabulary = one["@vocab"] is not None
            if one.get(term) is not None:
                return True
        elif isinstance(one, str):
            if one in _VOCABULARIES:
                vocabulary = True
            elif term in _TERMS.get(one, ()):
                return True
    return vocabulary or bool(unknown(value))


def nested(document: object) -> list[str]:
    """Pointers of contexts inside the document: they could change what terms mean from there on."""
    found: list[str] = []
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:
        pointer, one = waiting.pop()
        if isinstance(one, dict):
            if pointer and "@context" in one:
                found.append(f"{pointer}/@context")
            waiting += [(pointer + step(name), inner) for name, inner in one.items() if name != "@context"]
        elif isinstance(one, list):
            waiting += [(pointer + step(place), inner) for place, inner in enumerate(one)]
    return sorted(found)
