"""Names of this association's own things, written and recognised. Pure.

    {base}/7Q4K2MXP8                  a batch, a box (their codes)
    {base}/7Q4K2MXP002R5              one unit; so does the whole address of a label's QR
    {base}/id/lot/{uuid}              a lot of the batch book that is no batch
    {base}/id/site/{uuid}             a place: known to the commune and no finer
    {base}/id/producer/{number}       a producer by its number
    {base}/id/organisation/{uuid}     who goods are sent to or come from
    https://id.gs1.org/01/…/10/…      a batch whose product has a GTIN and whose lot GS1's signs can write
    https://id.gs1.org/414/…, 417/…   a place or an organisation with a GLN

A GTIN or a GLN is written where somebody got one from GS1; none is ever made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from seal.batches.model import Batch, lot_key
from seal.errors import BadInput
from seal.gs1 import link
from seal.gs1.names import canonical
from seal.ids import Code, parse_code
from seal.labels import token


@dataclass(frozen=True)
class Own:
    """What a name of ours says: a public code (perhaps with a unit), or a row of a sort."""

    sort: str
    """``batch`` (or box), ``lot``, ``site``, ``producer``, ``organisation``, ``gtin``, ``gln``."""
    public_id: int | None = None
    unit: int | None = None
    row: UUID | None = None
    number: int | None = None
    gtin: str = ""
    lot: str = ""
    gln: str = ""


@dataclass(frozen=True)
class Namer:
    """Writes names under one base."""

    base: str
    glns: Mapping[UUID, str] = field(default_factory=dict)
    """Of sites and organisations."""
    gtins: Mapping[UUID, str] = field(default_factory=dict)
    """Of products."""

    def code(self, public_id: int, unit: int | None = None) -> str:
        return f"{self.base}/{Code(public_id, unit).plain}"

    def batch(self, batch: Batch) -> str:
        """A batch as a class: by GTIN and lot, where the product has a GTIN and GS1 can write the lot, else by code."""
        gtin = self.gtins.get(batch.product_id)
        if gtin is not None:
            try:
                return link.make([("01", gtin), ("10", batch.lot)]).address
            except link.NotALink:
                pass
        return self.code(batch.public_id) if batch.public_id is not None else self.lot(batch.id)

    def every(self, batch: Batch) -> tuple[str, ...]:
        """Each name that a batch has."""
        code = () if batch.public_id is None else (self.code(batch.public_id),)
        return (self.batch(batch), self.lot(batch.id), *code)

    def lot(self, lot_id: UUID) -> str:
        return f"{self.base}/id/lot/{lot_id}"

    def site(self, site_id: UUID) -> str:
        gln = self.glns.get(site_id)
        return link.make([("414", gln)]).address if gln else f"{self.base}/id/site/{site_id}"

    def organisation(self, organisation_id: UUID) -> str:
        gln = self.glns.get(organisation_id)
        return link.make([("417", gln)]).address if gln else f"{self.base}/id/organisation/{organisation_id}"

    def producer(self, number: int) -> str:
        return f"{self.base}/id/producer/{number}"

    def certificate(self, public_id: int) -> str:
        """Where a batch's signed certificate is."""
        return f"{self.base}/c/{Code(public_id).plain}"


def read(name: str, base: str) -> Own | None:
    """What a name says, if it may be one of this association; GS1 keys may be anybody's."""
    found = _gs1(name)
    if found is not None:
        return found
    head, tail = name[: len(base) + 1], name[len(base) + 1 :]
    if head.lower() != f"{base}/".lower():
        return None
    if tail.startswith("id/"):
        return _row(tail.removeprefix("id/"))
    return _code(tail)


def _gs1(name: str) -> Own | None:
    """A key by GS1's address; a label's QR with a suffix reads as its suffix, which says the same."""
    try:
        found = link.read(canonical(name))
    except link.NotALink:
        return None
    if not found.sound:
        return None
    key, value = found.key
    if key == "01":
        serial = found.of("21") or ""
        unit = int(serial) if serial.isascii() and serial.isdigit() and len(serial) <= 5 else None
        return Own("gtin", gtin=value, lot=found.of("10") or "", unit=unit)
    return Own("gln", gln=value) if key in ("414", "417") else None


def _row(tail: str) -> Own | None:
    sort, _, value = tail.partition("/")
    if sort == "producer":
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 8 else None
        return Own("producer", number=number) if number is not None else None
    try:
        row = UUID(value)
    except ValueError:
        return None
    return Own(sort, row=row) if sort in ("lot", "site", "organisation") else None


def _code(tail: str) -> Own | None:
    if tail.isascii() and tail.isdigit() and len(tail) > 13:
        found = token.parse(tail)
        if isinstance(found, token.Mistyped) or found.fields.kind not in (token.Kind.BATCH, token.Kind.UNIT):
            return None  # who signed it is not asked: an event is somebody's word either way
        return Own("batch", public_id=found.fields.public_id, unit=found.fields.number)
    try:
        code = parse_code(tail)
    except BadInput:
        return None
    return Own("batch", public_id=code.public_id, unit=code.unit)


@dataclass(frozen=True)
class Directory:
    """The batches and GS1 keys of an association, to find what a name means."""

    base: str
    batches: Mapping[int, Batch]
    """By public id."""
    by_gtin: Mapping[tuple[str, str], Batch]
    """By GTIN and lot key; a name that two batches share is left out."""

    @classmethod
    def of(cls, base: str, batches: Iterable[Batch], gtins: Mapping[UUID, str]) -> Directory:
        every = list(batches)
        keys: dict[tuple[str, str], list[Batch]] = {}
        for one in every:
            if one.product_id in gtins:
                keys.setdefault((gtins[one.product_id], lot_key(one.lot)), []).append(one)
        return cls(
            base,
            {one.public_id: one for one in every if one.public_id is not None},
            {key: found[0] for key, found in keys.items() if len(found) == 1},
        )

    def batch(self, name: str) -> tuple[Batch, int | None] | None:
        """The batch, and the unit, that a name says."""
        own = read(name, self.base)
        if own is None:
            return None
        found = None
        if own.public_id is not None:
            found = self.batches.get(own.public_id)
        elif own.gtin and own.lot:
            found = self.by_gtin.get((own.gtin, lot_key(own.lot)))
        return (found, own.unit) if found is not None else None

    def lot(self, name: str) -> UUID | None:
        """The lot of the book that a name says; a batch's lot has its id."""
        found = self.batch(name)
        if found is not None:
            return found[0].id
        own = read(name, self.base)
        return own.row if own is not None and own.sort == "lot" else None
