"""A batch's reconciliation for people, and the producer's explanation of a quantity outside the typical range.

The explanation is kept with the batch and shown to whoever judges. It opens what *asks*; what stands above the cap
needs a second person (``batches.waiving``).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from seal import ids
from seal.associations import service as associations
from seal.batches import gating
from seal.batches.book import balancing, store
from seal.batches.book.balancing import UNSEALED
from seal.batches.book.model import Explanation
from seal.batches.book.reconciling import Balance
from seal.batches.book.writing import WRITERS
from seal.batches.declaring import protocol_of
from seal.batches.sealing import load
from seal.db import in_unit_of_work, reading
from seal.errors import BadInput, Refused
from seal.identity import Acting
from seal.members import service as members
from seal.people import service as people
from seal.web.text import plain

TEXT_MOST = 2000


@dataclass(frozen=True)
class Reconciled:
    """Every sum of a batch, what its producer says of them, and the units by their content: ``120 × 350 g``."""

    balances: tuple[Balance, ...]
    explanations: tuple[Explanation, ...]
    packed: str


async def reconciliation(acting: Acting, batch_id: UUID) -> Reconciled:
    """The sums that a batch stands on now, under the protocol that it is judged by; none without a protocol.

    Raises ``NotFound('batch.not_found')``.
    """
    batch = await load(acting, batch_id)
    association = await associations.get(acting.association_id)
    protocol = await protocol_of(association, batch.producer_id, batch.protocol_id, acting.at)
    dossier = await members.dossier_of(association.id, batch.producer_id)
    grams = next(one.grams for one in dossier.products if one.id == batch.product_id)
    sums = await balancing.balances(batch, protocol, dossier, gating.known_of(dossier)) if protocol else ()
    async with reading():
        said = await store.explanations(association.id, batch_id)
    return Reconciled(sums, said, f"{batch.units} × {grams} g")


async def explain(acting: Acting, batch_id: UUID, text: str) -> Explanation:
    """Say why. The very same text again is the first. Raises ``Refused('batch.transition')`` once sealed,
    ``BadInput('book.reason_needed' | 'book.text')`` and ``NotFound``."""
    await people.authorise(acting, *WRITERS)
    said = plain("text", text).strip()
    if not said:
        raise BadInput("book.reason_needed", field="text")
    if len(said) > TEXT_MOST:
        raise BadInput("book.text", field="text", most=TEXT_MOST)

    async def write() -> Explanation:
        batch = await load(acting, batch_id)
        if batch.state not in UNSEALED:
            raise Refused("batch.transition", lot_state=batch.state.value, lot_action="explain")
        for before in await store.explanations(acting.association_id, batch_id):
            if before.text == said:
                return before
        made = Explanation(ids.uuid7(acting.at), batch_id, said, acting.person_id, acting.at)
        await store.insert_explanation(acting.association_id, made)
        return made

    return await in_unit_of_work(write)
