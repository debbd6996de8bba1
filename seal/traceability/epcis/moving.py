"""Which movement an event tells, if it tells one of ours: pure, from the event and what its names mean here.

    shipping                          our lots, from us                 -> dispatch
    receiving                         to us, from another member        -> receive (about its dispatch)
    receiving, returned               our lots, from whom we sent to    -> take back
    receiving                         to us, from outside               -> receive (a new lot, declared or certified)
    commissioning                     at a site of ours, a new name     -> harvest (a new lot)
    a transformation                  of our lots                       -> make
    decommissioning                   units of ours                     -> void

Whatever else, and whatever others say of themselves, is a claim. What is ours and cannot be recorded is refused: an
act that nobody wrote down must not look as if it were.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from seal.batches.book.model import Dimension, Lot
from seal.batches.model import Batch
from seal.errors import Reason
from seal.labels.model import Span, VoidReason
from seal.traceability.epcis.model import Event, Part, Thing
from seal.traceability.epcis.ours import Directory, read
from seal.traceability.epcis.vocabulary import EventType

_UOM: Mapping[str, tuple[Dimension, Decimal]] = {
    "KGM": (Dimension.MASS, Decimal(1000)),
    "GRM": (Dimension.MASS, Decimal(1)),
    "TNE": (Dimension.MASS, Decimal(1_000_000)),
    "LTR": (Dimension.VOLUME, Decimal(1000)),
    "MLT": (Dimension.VOLUME, Decimal(1)),
    "": (Dimension.COUNT, Decimal(1)),
    "H87": (Dimension.COUNT, Decimal(1)),
    "EA": (Dimension.COUNT, Decimal(1)),
}
"""Codes of UN/CEFACT Recommendation 20 that the batch book counts in."""
_GONE: Mapping[str, VoidReason] = {
    "damaged": VoidReason.DAMAGED,
    "destroyed": VoidReason.DAMAGED,
    "returned": VoidReason.RETURNED,
    "stolen": VoidReason.STOLEN,
    "unknown": VoidReason.LOST,
    "inactive": VoidReason.SURPLUS,
}
MATERIAL = "seal:material"
"""In ``ilmd`` or beside it: what a new lot is of, a word of the batch book or a text."""


@dataclass(frozen=True)
class Known:
    """What the person who sends may speak of: own lots by id, own sites with their producer, parties by name."""

    directory: Directory
    batches: Mapping[UUID, Batch]
    lots: Mapping[UUID, Lot]
    aliases: Mapping[str, UUID]
    """Names under which events brought lots in."""
    sites: Mapping[UUID, UUID]
    """Site -> producer."""
    glns: Mapping[str, UUID]
    """GLN -> site or organisation."""
    producers: Mapping[int, UUID]
    """Number -> producer; those that the person acts for."""
    others: Mapping[int, UUID]
    """Number -> producer; every one of the association."""
    organisations: frozenset[UUID]

    def lot(self, name: str) -> Lot | None:
        """The own lot that a name says; of a unit, its batch's."""
        lot_id = self.aliases.get(name) or self.directory.lot(name)
        return self.lots.get(lot_id) if lot_id is not None else None

    def is_own(self, name: str) -> bool:
        """Whether a name is one of ours, and not one under which something once came in: that may come in again."""
        return self.directory.lot(name) in self.lots

    def site(self, name: str) -> UUID | None:
        """The own site that a name says."""
        own = read(name, self.directory.base) if name else None
        if own is None:
            return None
        row = own.row if own.sort == "site" else self.glns.get(own.gln) if own.gln else None
        return row if row in self.sites else None

    def party(self, name: str) -> tuple[str, UUID] | None:
        """(``producer`` or ``organisation``, id) that a name says, if it is known here."""
        own = read(name, self.directory.base)
        if own is None:
            return None
        if own.number is not None and own.number in self.others:
            return "producer", self.others[own.number]
        row = own.row if own.sort == "organisation" else self.glns.get(own.gln) if own.gln else None
        if row is None:
            return None
        if row in self.sites:
            return "producer", self.sites[row]
        return ("organisation", row) if row in self.organisations else None


@dataclass(frozen=True)
class Beginning:
    """A lot that begins: under which name, of what, how much."""

    name: str
    material: str
    amount: int
    dimension: Dimension
    certificate: str = ""
    from_whom: str = ""


@dataclass(frozen=True)
class Plan:
    """A movement to be recorded. ``act``: harvest, receive, take_back, make, dispatch, void."""

    act: str
    producer_id: UUID
    takes: tuple[tuple[UUID, int], ...] = ()
    gives: tuple[tuple[UUID, int], ...] = ()
    begins: tuple[Beginning, ...] = ()
    organisation_id: UUID | None = None
    to_producer_id: UUID | None = None
    from_producer_id: UUID | None = None
    from_names: tuple[str, ...] = ()
    """What a member's goods were called when they were sent: finds the dispatch that this receipt answers."""
    site_id: UUID | None = None
    units: tuple[tuple[UUID, Span], ...] = ()
    """Units that go or come by their numbers; ``takes`` and ``gives`` are what else does."""
    voids: tuple[tuple[UUID, int, int, VoidReason], ...] = ()


Decided = Plan | Reason | None
"""A movement, why it cannot be one although it is ours, or no movement of ours."""


def decide(event: Event, known: Known) -> Decided:
    """What an event is here. Reasons: ``epcis.no_amount``, ``epcis.other_dimension``, ``epcis.unknown_lot``,
    ``epcis.unknown_receiver``, ``epcis.several_producers``, ``epcis.one_lot``, ``epcis.taken_back``."""
    if event.type is EventType.TRANSFORMATION:
        decided = _made(event, known)
    elif event.type is EventType.OBJECT:
        match event.step:
            case "shipping":
                decided = _shipped(event, known)
            case "receiving":
                decided = _received(event, known)
            case "commissioning":
                decided = _harvested(event, known)
            case "decommissioning":
                decided = _ended(event, known)
            case _:
                decided = None
    else:
        decided = None
    if decided is not None and event.declared_wrong:
        return Reason("epcis.taken_back")  # what did not occur is reversed in the book, by a person
    return decided


def _here(event: Event, known: Known, parties: Sequence[tuple[str, str]]) -> UUID | None:
    """The own producer on whose side the act was done: by the party named, else by the place."""
    for _, name in parties:
        found = known.party(name)
        if found is not None and found[0] == "producer" and found[1] in known.producers.values():
            return found[1]
    if parties:
        return None
    site = known.site(event.location) or known.site(event.read_point)
    return known.sites[site] if site is not None else None


def _elsewhere(event: Event, known: Known, parties: Sequence[tuple[str, str]]) -> bool:
    """Whether the event says that somebody else, or another place, did it."""
    places = [name for name in (event.location, event.read_point) if name]
    return (bool(parties) or bool(places)) and _here(event, known, parties) is None


def _amounts(things: Sequence[Thing], known: Known) -> dict[UUID, int] | Reason:
    """Own lots and how much of each, units counted one by one."""
    found: dict[UUID, int] = {}
    for thing in things:
        lot = known.lot(thing.name)
        if lot is None:
            return Reason("epcis.unknown_lot", {"name": thing.name[:120]})
        amount = _amount(thing, lot.dimension) if thing.is_class else 1
        if isinstance(amount, Reason):
            return amount
        found[lot.id] = found.get(lot.id, 0) + amount
    return found


def _amount(thing: Thing, dimension: Dimension | None) -> int | Reason:
    if thing.quantity is None or thing.quantity <= 0:
        return Reason("epcis.no_amount", {"name": thing.name[:120]})
    sort = _UOM.get(thing.uom)
    if sort is None or (dimension is not None and sort[0] is not dimension):
        return Reason("epcis.other_dimension", {"name": thing.name[:120], "uom": thing.uom or "-"})
    amount = thing.quantity * sort[1]
    if amount != amount.to_integral_value():
        return Reason("epcis.no_amount", {"name": thing.name[:120]})
    return int(amount)


def _units(things: Sequence[Thing], known: Known) -> tuple[tuple[tuple[UUID, Span], ...], list[Thing]]:
    """The units of own batches that things name by number, as spans, and the other things."""
    found: dict[UUID, set[int]] = {}
    rest = []
    for thing in things:
        named = None if thing.is_class or thing.name in known.aliases else known.directory.batch(thing.name)
        if named is not None and named[1] is not None and named[0].id in known.lots:
            found.setdefault(named[0].id, set()).add(named[1])
        else:
            rest.append(thing)
    return tuple((batch, Span(*run)) for batch, numbers in found.items() for run in _runs(numbers)), rest


def _one_producer(lots: Mapping[UUID, int], known: Known) -> UUID | Reason:
    owners = {known.lots[lot_id].producer_id for lot_id in lots}
    return owners.pop() if len(owners) == 1 else Reason("epcis.several_producers", {"count": len(owners)})


def _things(event: Event, *parts: Part) -> list[Thing]:
    return [thing for thing in event.things if thing.part in parts]


def _ours(things: Sequence[Thing], known: Known) -> bool:
    return any(known.lot(thing.name) is not None for thing in things)


def _shipped(event: Event, known: Known) -> Decided:
    things = _things(event, Part.OBJECT)
    if not _ours(things, known) or _elsewhere(event, known, event.sources):
        return None
    units, rest = _units(things, known)
    lots = _amounts(rest, known)
    if isinstance(lots, Reason):
        return lots
    producer = _one_producer({**lots, **{batch: 1 for batch, _ in units}}, known)
    if isinstance(producer, Reason):
        return producer
    for _, name in event.destinations:
        party = known.party(name)
        if party is not None and party[1] != producer:
            sort, row = party
            return Plan(
                "dispatch",
                producer,
                takes=tuple(lots.items()),
                units=units,
                organisation_id=row if sort == "organisation" else None,
                to_producer_id=row if sort == "producer" else None,
            )
    return Reason("epcis.unknown_receiver", {"name": event.destinations[0][1][:120] if event.destinations else "-"})


def _received(event: Event, known: Known) -> Decided:
    producer = _here(event, known, event.destinations)
    things = _things(event, Part.OBJECT)
    if producer is None or not things:
        return None
    senders = [found for _, name in event.sources if (found := known.party(name)) is not None]
    site = known.site(event.location) or known.site(event.read_point)
    back = event.disposition == "returned" or any(known.is_own(thing.name) for thing in things)
    if back and _ours(things, known):
        units, rest = _units(things, known)
        lots = _amounts(rest, known)
        if isinstance(lots, Reason):
            return lots
        owner = _one_producer({**lots, **{batch: 1 for batch, _ in units}}, known)
        if isinstance(owner, Reason):
            return owner
        if owner == producer:
            sender = next((row for sort, row in senders if sort == "organisation"), None)
            return Plan("take_back", producer, gives=tuple(lots.items()), units=units, organisation_id=sender)
    member = next((row for sort, row in senders if sort == "producer" and row != producer), None)
    if member is not None:
        names = tuple(thing.name for thing in things)
        return Plan("receive", producer, from_producer_id=member, from_names=names, site_id=site)
    begun = _begun(event, things)
    if isinstance(begun, Reason):
        return begun
    sender = next((row for sort, row in senders if sort == "organisation"), None)
    return Plan("receive", producer, begins=(begun,), organisation_id=sender, site_id=site)


def _begun(event: Event, things: Sequence[Thing]) -> Beginning | Reason:
    """The one lot that begins with an event; its name is the class that the event names."""
    classes = [thing for thing in things if thing.is_class]
    if len(classes) != 1 or len(things) != 1:
        return Reason("epcis.one_lot", {"count": len(things)})
    return _beginning(event, classes[0])


def _beginning(event: Event, thing: Thing) -> Beginning | Reason:
    amount = _amount(thing, None)
    if isinstance(amount, Reason):
        return amount
    ilmd = event.document.get("ilmd", {})
    material = ilmd.get(MATERIAL) or event.document.get(MATERIAL) or "other"
    certificate = event.document.get("certificationInfo", "")
    return Beginning(
        thing.name,
        str(material)[:60],
        amount,
        _UOM[thing.uom][0],
        (certificate[0] if certificate else "") if isinstance(certificate, list) else certificate,
        event.sources[0][1] if event.sources else "",
    )


def _harvested(event: Event, known: Known) -> Decided:
    things = _things(event, Part.OBJECT)
    site = known.site(event.location) or known.site(event.read_point)
    if site is None or event.action != "ADD" or not things or not any(thing.is_class for thing in things):
        return None
    if any(known.is_own(thing.name) for thing in things):
        return None  # of a batch of ours: it is born by its seal, not by an event
    begun = _begun(event, things)
    if isinstance(begun, Reason):
        return begun
    return Plan("harvest", known.sites[site], begins=(begun,), site_id=site)


def _made(event: Event, known: Known) -> Decided:
    inputs, outputs = _things(event, Part.INPUT), _things(event, Part.OUTPUT)
    if not inputs or not outputs or not _ours(inputs, known):
        return None
    site = known.site(event.location) or known.site(event.read_point)
    if (event.location or event.read_point) and site is None:
        return None  # somebody else made something of what was ours
    takes = _amounts(inputs, known)
    if isinstance(takes, Reason):
        return takes
    producer = _one_producer(takes, known)
    if isinstance(producer, Reason):
        return producer
    there = [thing for thing in outputs if known.lot(thing.name) is not None]
    gives = _amounts(there, known)
    if isinstance(gives, Reason):
        return gives
    begins = []
    for thing in outputs:
        if thing in there:
            continue
        begun = _beginning(event, thing) if thing.is_class else Reason("epcis.unknown_lot", {"name": thing.name[:120]})
        if isinstance(begun, Reason):
            return begun
        begins.append(begun)
    return Plan(
        "make", producer, takes=tuple(takes.items()), gives=tuple(gives.items()), begins=tuple(begins), site_id=site
    )


def _ended(event: Event, known: Known) -> Decided:
    """Units out of use. Only units: a lot ends by being used, lost or sent."""
    if event.action != "DELETE":
        return None
    units: dict[UUID, set[int]] = {}
    for thing in _things(event, Part.OBJECT):
        found = known.directory.batch(thing.name)
        if found is None or found[1] is None or found[0].id not in known.lots:
            continue
        units.setdefault(found[0].id, set()).add(found[1])
    if not units:
        return None
    producer = _one_producer(dict.fromkeys(units, 1), known)
    if isinstance(producer, Reason):
        return producer
    reason = _GONE.get(event.disposition, VoidReason.SURPLUS)
    return Plan(
        "void",
        producer,
        voids=tuple((batch_id, first, last, reason) for batch_id in units for first, last in _runs(units[batch_id])),
    )


def _runs(numbers: set[int]) -> list[tuple[int, int]]:
    """Numbers as ranges, lowest first."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
