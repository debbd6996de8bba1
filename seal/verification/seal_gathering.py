"""From stored rolls and boxes to the facts that a verdict rests on, and to what a bundle lists. Pure.

A roll, a binding or a box counts only if its leaf recomputes from the stored document, and the document is the one that
its row makes: a row that was changed behind our back vouches for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from seal.associations.model import Association
from seal.labels.boxes import documents as box_documents
from seal.labels.boxes import model as boxes
from seal.labels.boxes.model import Box
from seal.labels.rolls import documents
from seal.labels.rolls.model import Binding, Roll
from seal.transparency.merkle import leaf_hash
from seal.transparency.model import LeafType, entry_bytes
from seal.verification.bundle_seals import BoxEntry, RollEntry
from seal.verification.facts import Bound, BoxFacts, BoxState, Part, RollFacts
from seal.verification.seal_store import FoundBox, FoundRoll, Row

NO_ID = UUID(int=0)


def roll_entry(found: FoundRoll, owner: Association) -> RollEntry:
    """A roll with those bindings that stand in the log."""
    row = found.row
    made = Roll(row["id"], owner.id, row["public_id"], row["size"], row["issued_on"], row["made_at"], NO_ID)
    logged = _logged(row, documents.made(made, did=owner.did))
    bound = tuple(
        Bound(one["first_seal"], one["last_seal"], one["batch_public_id"], one["first_unit"])
        for one in found.bound
        if one["batch_public_id"] is not None and _logged(one, _document(one, made, owner))
    )
    facts = RollFacts(made.public_id, made.issued_on, made.size, found.void, found.lost, bound, logged)
    return RollEntry(facts, row["leaf_index"] if logged else None)


def _document(row: Row, roll: Roll, owner: Association) -> bytes:
    one = Binding(
        *(row["id"], roll.id, row["batch_id"], row["first_seal"], row["last_seal"], row["first_unit"], row["bound_at"])
    )
    return documents.bound(one, did=owner.did, roll_public_id=roll.public_id, batch_public_id=row["batch_public_id"])


def box_entry(found: FoundBox, owner: Association, batches: Mapping[UUID, int]) -> BoxEntry:
    """A box; ``batches`` gives the public id of each batch in it."""
    row = found.row
    made = Box(row["id"], owner.id, row["public_id"], None, row["issued_on"], row["made_at"], NO_ID)
    logged = _logged(row, box_documents.made(made, did=owner.did))
    inside = [
        (batches[batch], tuple((span.first, span.last) for span in spans))
        for batch, spans in boxes.inside(found.moves).items()
        if batch in batches
    ]
    state = BoxState(boxes.fold(found.moves).value)
    return BoxEntry(made.public_id, made.issued_on, state, tuple(sorted(inside)), row["leaf_index"] if logged else None)


def box_facts(one: BoxEntry, parts: Mapping[int, Part]) -> BoxFacts:
    """``parts`` gives each batch's facts by its public id; its units come from the box."""
    inside = tuple(
        Part(parts[batch].batch, parts[batch].certification, units) for batch, units in one.inside if batch in parts
    )
    return BoxFacts(one.public_id, one.issued_on, one.state, inside, one.leaf is not None)


def _logged(row: Row, document: bytes) -> bool:
    if row["entry"] is None or bytes(row["document"]) != document:
        return False
    expected = entry_bytes(LeafType.LABEL_RANGE, row["id"], bytes(row["salt"]), document)
    return bytes(row["entry"]) == expected and bytes(row["leaf_hash"]) == leaf_hash(expected)
