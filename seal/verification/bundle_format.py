"""What stands in a bundle, member by member (FORMATS A8). Pure: values to bytes and back.

A compact JWS, ``typ`` ``seal-bundle+jwt``, by the log key, over RFC 8785 JSON with exactly these members:

    seal            "seal-bundle/1"
    did, base       the association's identity and address       name, zone   its name and IANA zone
    as_of           when it was made, ``2026-11-21T12:00:00Z``    epoch        only grows, one more each issue
    statements      the chain of key statements, compact JWS, first to last
    ended           keys no longer trusted beyond what the statements say: [kid, at, tree size]
    protocols       [id, version, digest, {language: title}]
    producers       [code, trade name, commune]
    products        [{language: name}, net content]
    certifications  [id, producer, protocol, [product…], mode, granted, from, until, status index, state, since,
                    reason class, [[first, last, reason class]…], leaf]
    batches         [id, certification, product, lot, sealed, use-by days, status index, state, since, reason class,
                    highest reserved, [[first, last]…] void or blocked, [[first, last]…] lost, closed, leaf]
    checkpoint      the signed note of the log as text, or null

and, each only where there is any:

    rolls           [id, issued, size, [[first, last]…] void, [[first, last]…] lost,
                    [[first, last, batch, unit]…] bound, leaf]
    boxes           [id, issued, state, [[batch, [[first, last]…] units]…], leaf]

``producer``, ``protocol``, ``product``, ``certification`` and ``batch`` are places in their lists, from 0. Ids are the
40-bit numbers; days count from 2020-01-01 (null where there is none); ``closed`` is 0 or 1; ``leaf`` is the log index
of the credential (of a roll or box: of its document), null while it is not logged; seals ``first`` to ``last`` that are
bound are units ``unit`` and on of the batch; state ``pending`` is an id committed and not issued. **Every** id that was
ever issued or committed stands here, so an id that is absent was made after ``as_of`` or never.

Keys are reached from a pinned fingerprint through the chain alone: the log key can end a key and never add one. What
a list cannot show: whoever holds the log key can leave a revocation out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

import rfc8785

from seal.clock import day_from_number, day_number, parse_rfc3339, rfc3339
from seal.errors import BadInput
from seal.keys import jws
from seal.keys.statement import Ended
from seal.verification import bundle_seals
from seal.verification.bundle_seals import BoxEntry, RollEntry, count
from seal.verification.facts import BatchFacts, BatchState, CertificationFacts, CertificationState, Window

FORMAT = "seal-bundle/1"
MEMBERS = frozenset(
    {
        *("seal", "did", "base", "name", "zone", "as_of", "epoch", "statements", "ended", "protocols"),
        *("producers", "products", "certifications", "batches", "checkpoint"),
    }
)
SOMETIMES = frozenset({"rolls", "boxes"})
"""Members that are there only where an association has any: a bundle without them has the bytes that it always had."""


@dataclass(frozen=True)
class ProtocolEntry:
    id: str
    version: str
    digest: str
    titles: Mapping[str, str]


@dataclass(frozen=True)
class ProducerEntry:
    code: str
    trade_name: str
    commune: str


@dataclass(frozen=True)
class ProductEntry:
    names: Mapping[str, str]
    net_content: str


@dataclass(frozen=True)
class CertificationEntry:
    """A certification with what the page says of it. ``leaf`` is the log index of its credential."""

    facts: CertificationFacts
    producer: ProducerEntry
    protocol: ProtocolEntry
    products: tuple[ProductEntry, ...]
    mode: str
    leaf: int | None


@dataclass(frozen=True)
class BatchEntry:
    """A batch with what the page says of it. ``certification`` is the public id of the one it was sealed under."""

    facts: BatchFacts
    certification: int
    product: ProductEntry
    lot: str
    leaf: int | None


@dataclass(frozen=True)
class Contents:
    """What a bundle says, as values."""

    did: str
    base: str
    name: str
    zone: str
    as_of: datetime
    epoch: int
    statements: tuple[bytes, ...]
    certifications: tuple[CertificationEntry, ...] = ()
    batches: tuple[BatchEntry, ...] = ()
    checkpoint: str | None = None
    ended: tuple[Ended, ...] = ()
    rolls: tuple[RollEntry, ...] = ()
    boxes: tuple[BoxEntry, ...] = ()

    @property
    def demonstration(self) -> bool:
        """True for an address that is nobody's: only demonstrations get keys for ``localhost``."""
        return urlsplit(self.base).hostname == "localhost"


def payload(contents: Contents) -> bytes:
    """The exact bytes to sign. ``KeyError`` for a batch whose certification, or a roll or box whose batch, is not in
    the bundle."""
    certifications = sorted(contents.certifications, key=lambda one: one.facts.public_id)
    batches = sorted(contents.batches, key=lambda one: one.facts.public_id)
    protocols = _places((one.protocol.id, one.protocol.version, one.protocol.digest) for one in certifications)
    titles = {
        (one.protocol.id, one.protocol.version, one.protocol.digest): dict(one.protocol.titles)
        for one in certifications
    }
    producers = _places((one.producer.code, one.producer.trade_name, one.producer.commune) for one in certifications)
    products = _places(
        _product_key(product)
        for made in (*(one.products for one in certifications), [one.product for one in batches])
        for product in made
    )
    places = {one.facts.public_id: place for place, one in enumerate(certifications)}
    document: dict[str, Any] = {
        "seal": FORMAT,
        "did": contents.did,
        "base": contents.base,
        "name": contents.name,
        "zone": contents.zone,
        "as_of": rfc3339(contents.as_of),
        "epoch": contents.epoch,
        "statements": [one.decode("ascii") for one in contents.statements],
        "ended": [[end.kid, rfc3339(end.at), end.tree_size] for end in contents.ended],
        "protocols": [[*key, titles[key]] for key in protocols],
        "producers": [list(key) for key in producers],
        "products": [[dict(names), net] for names, net in products],
        "certifications": [_certification_row(one, producers, protocols, products) for one in certifications],
        "batches": [_batch_row(one, places, products) for one in batches],
        "checkpoint": contents.checkpoint,
    }
    lots = {one.facts.public_id: place for place, one in enumerate(batches)}
    if contents.rolls:
        rolls = sorted(contents.rolls, key=lambda one: one.facts.public_id)
        document["rolls"] = [bundle_seals.roll_row(one, lots) for one in rolls]
    if contents.boxes:
        boxes = sorted(contents.boxes, key=lambda one: one.public_id)
        document["boxes"] = [bundle_seals.box_row(one, lots) for one in boxes]
    return rfc8785.dumps(document)


def _places(keys: Iterable[Any]) -> dict[Any, int]:
    places: dict[Any, int] = {}
    for key in keys:
        places.setdefault(key, len(places))
    return places


def _product_key(product: ProductEntry) -> tuple[tuple[tuple[str, str], ...], str]:
    return tuple(sorted(product.names.items())), product.net_content


def _day(day: date | None) -> int | None:
    return None if day is None else day_number(day)


def _certification_row(
    one: CertificationEntry, producers: Mapping[Any, int], protocols: Mapping[Any, int], products: Mapping[Any, int]
) -> list[Any]:
    facts = one.facts
    return [
        facts.public_id,
        producers[one.producer.code, one.producer.trade_name, one.producer.commune],
        protocols[one.protocol.id, one.protocol.version, one.protocol.digest],
        [products[_product_key(product)] for product in one.products],
        one.mode,
        _day(facts.granted_on),
        _day(facts.valid_from),
        _day(facts.valid_until),
        facts.status_index,
        facts.state.value,
        _day(facts.since),
        facts.reason_class,
        [[_day(window.first), _day(window.last), window.reason_class] for window in facts.windows],
        one.leaf,
    ]


def _batch_row(one: BatchEntry, places: Mapping[int, int], products: Mapping[Any, int]) -> list[Any]:
    facts = one.facts
    return [
        facts.public_id,
        places[one.certification],
        products[_product_key(one.product)],
        one.lot,
        _day(facts.sealed_on),
        facts.use_by_days,
        facts.status_index,
        facts.state.value,
        _day(facts.since),
        facts.reason_class,
        facts.highest_reserved,
        [list(pair) for pair in facts.void],
        [list(pair) for pair in facts.lost],
        int(facts.is_closed),
        one.leaf,
    ]


def parse(data: bytes) -> Contents:
    """Read a bundle's payload: exact inverse of :func:`payload`. Raises ``BadInput('bundle.*')``."""
    document = jws.strict_json(data)
    if not isinstance(document, dict) or document.keys() - SOMETIMES != MEMBERS or document["seal"] != FORMAT:
        raise BadInput("bundle.members")
    try:
        contents = _contents(document)
        same = payload(contents) == data
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError):
        raise BadInput("bundle.field") from None  # a number that no canonical JSON can hold included
    if not same:
        raise BadInput("bundle.field")  # one content, one spelling
    return contents


def _contents(document: dict[str, Any]) -> Contents:
    protocols = [
        ProtocolEntry(_text(one), _text(version), _text(digest), _words(titles))
        for one, version, digest, titles in document["protocols"]
    ]
    producers = [ProducerEntry(*map(_text, row)) for row in document["producers"]]
    products = [ProductEntry(_words(names), _text(net)) for names, net in document["products"]]
    certifications = [_certification(row, producers, protocols, products) for row in document["certifications"]]
    batches = [_batch(row, certifications, products) for row in document["batches"]]
    lots = [one.facts.public_id for one in batches]
    return Contents(
        did=_text(document["did"]),
        base=_text(document["base"]),
        name=_text(document["name"]),
        zone=_text(document["zone"]),
        as_of=parse_rfc3339(document["as_of"]),
        epoch=count(document["epoch"]),
        statements=tuple(_text(one).encode("ascii") for one in document["statements"]),
        certifications=tuple(certifications),
        batches=tuple(batches),
        checkpoint=None if document["checkpoint"] is None else _text(document["checkpoint"]),
        ended=tuple(Ended(_text(kid), parse_rfc3339(at), count(size)) for kid, at, size in document["ended"]),
        rolls=tuple(bundle_seals.roll(row, lots) for row in document.get("rolls", ())),
        boxes=tuple(bundle_seals.box(row, lots) for row in document.get("boxes", ())),
    )


def _certification(
    row: list[Any], producers: list[ProducerEntry], protocols: list[ProtocolEntry], products: list[ProductEntry]
) -> CertificationEntry:
    public_id, producer, protocol, made, mode, granted, first, last, index, state, since, reason, windows, leaf = row
    facts = CertificationFacts(
        public_id=count(public_id),
        state=CertificationState(state),
        status_index=count(index),
        granted_on=_date(granted),
        valid_from=_date(first),
        valid_until=_date(last),
        since=_maybe_date(since),
        reason_class=_text(reason),
        windows=tuple(Window(_maybe_date(a), _maybe_date(b), _text(why)) for a, b, why in windows),
        logged=leaf is not None,
    )
    return CertificationEntry(
        facts,
        producers[count(producer)],
        protocols[count(protocol)],
        tuple(products[count(place)] for place in made),
        _text(mode),
        None if leaf is None else count(leaf),
    )


def _batch(row: list[Any], certifications: list[CertificationEntry], products: list[ProductEntry]) -> BatchEntry:
    (public_id, under, product, lot, sealed, days, index, state, since, reason, high, void, lost, closed, leaf) = row
    facts = BatchFacts(
        public_id=count(public_id),
        state=BatchState(state),
        status_index=count(index),
        sealed_on=_date(sealed),
        use_by_days=count(days),
        highest_reserved=count(high),
        void=tuple((count(a), count(b)) for a, b in void),
        lost=tuple((count(a), count(b)) for a, b in lost),
        closed=bool(count(closed)),
        since=_maybe_date(since),
        reason_class=_text(reason),
        logged=leaf is not None,
    )
    return BatchEntry(
        facts,
        certifications[count(under)].facts.public_id,
        products[count(product)],
        _text(lot),
        None if leaf is None else count(leaf),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("text expected")
    return value


def _words(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError("words expected")
    return {_text(lang): _text(word) for lang, word in value.items()}


def _date(value: object) -> date:
    return day_from_number(count(value))


def _maybe_date(value: object) -> date | None:
    return None if value is None else _date(value)
