"""From stored rows to the facts that a verdict rests on, and to the public record. Pure.

A credential is *logged* when its leaf recomputes from the stored bytes and salt, and *bound* when it is true under an
issuing key of its owner and says of itself what the record says: a row changed behind our back is never authentic.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any, TypeVar

from seal.associations.model import Association
from seal.batches import model as batches
from seal.certificates import model as certifications
from seal.certificates.credential import Chapter, PublicTest
from seal.clock import local_day
from seal.ids import Code
from seal.keys.model import KeySet
from seal.protocols.model import Protocol
from seal.transparency.merkle import leaf_hash
from seal.transparency.model import LeafType, entry_bytes
from seal.verification import answer, reading
from seal.verification.facts import BatchFacts, BatchState, CertificationFacts, CertificationState, Signature, Window
from seal.verification.model import unlike
from seal.verification.store import Found

F = TypeVar("F", BatchFacts, CertificationFacts)

_BATCH_STATES = {
    batches.State.PENDING: BatchState.PENDING,
    batches.State.SEALED: BatchState.SEALED,
    batches.State.ON_HOLD: BatchState.ON_HOLD,
    batches.State.RECALLED: BatchState.RECALLED,
    batches.State.REVOKED: BatchState.REVOKED,
}
_CERTIFICATION_STATES = {
    certifications.State.ACTIVE: CertificationState.ACTIVE,
    certifications.State.SUSPENDED: CertificationState.SUSPENDED,
    certifications.State.WITHDRAWN: CertificationState.WITHDRAWN,
}
ROW_GAP_DAYS = 31
"""A certification that starts within a month of the last one's end continues the row of years."""


def held_keys(association: Association, key_set: KeySet) -> tuple[reading.HeldKey, ...]:
    """The issuing keys that an association's statements name: replaced and ended ones too, each with its time."""
    return tuple(reading.HeldKey(association.did, period) for period in key_set.history.issuing)


def certification_facts(
    found: Found, association: Association, keys: Sequence[reading.HeldKey], at: datetime
) -> CertificationFacts:
    """The certification of ``found``: the one asked about, or the one that its batch was sealed under."""
    row = found.row
    folded = certifications.state_at(found.steps, at)
    state = _CERTIFICATION_STATES.get(folded, CertificationState.PENDING)
    last = found.steps[-1] if found.steps else None
    sanctioned = state in (CertificationState.SUSPENDED, CertificationState.WITHDRAWN) and last is not None
    windows = tuple(
        Window(step.affected_from, step.affected_to, step.reason_class.value if step.reason_class else "")
        for step in found.steps
        if step.affected_from is not None or step.affected_to is not None
    )
    facts = CertificationFacts(
        public_id=row["ce_public_id"],
        state=CertificationState.PENDING if row["ce_jws"] is None else state,
        status_index=row["ce_status_index"],
        granted_on=local_day(row["ce_granted_at"], association.zone),
        valid_from=row["ce_valid_from"],
        valid_until=row["ce_valid_until"],
        since=local_day(last.effective_at, association.zone) if sanctioned and last else None,
        reason_class=last.reason_class.value if sanctioned and last and last.reason_class else "",
        windows=windows,
    )
    return _checked(facts, row, "ce", LeafType.CERTIFICATION, association, keys)


def batch_facts(
    found: Found, association: Association, keys: Sequence[reading.HeldKey], one: CertificationFacts | None
) -> BatchFacts:
    """The batch of ``found``. A decision that names the batch revokes its seal, unless a recall says more."""
    row = found.row
    state = _BATCH_STATES.get(batches.fold(found.batch_steps), BatchState.PENDING)
    last = found.batch_steps[-1] if found.batch_steps else None
    since, reason_class = (last.effective_at, last.reason_class or "") if last else (None, "")
    naming = next((step for step in found.steps if row["b_id"] in step.batches), None)
    if naming is not None and state in (BatchState.SEALED, BatchState.ON_HOLD):
        state, since = BatchState.REVOKED, naming.effective_at
        reason_class = naming.reason_class.value if naming.reason_class else ""
    plain = state in (BatchState.SEALED, BatchState.PENDING)
    facts = BatchFacts(
        public_id=row["b_public_id"],
        state=BatchState.PENDING if row["b_jws"] is None else state,
        status_index=row["b_status_index"],
        sealed_on=row["sealed_on"],
        use_by_days=(row["use_by"] - row["sealed_on"]).days if row["use_by"] else 0,
        highest_reserved=row["reserved_high"] or 0,
        void=found.void,
        lost=found.lost,
        closed=one is not None and one.state is CertificationState.WITHDRAWN,
        since=None if plain or since is None else local_day(since, association.zone),
        reason_class="" if plain else reason_class,
    )
    return _checked(facts, row, "b", LeafType.BATCH, association, keys)


def _checked(
    facts: F,
    row: Mapping[str, Any],
    alias: str,
    leaf: LeafType,
    association: Association,
    keys: Sequence[reading.HeldKey],
) -> F:
    """``facts`` with ``logged`` and ``bound`` as the stored bytes show."""
    jws, salt, entry = row[f"{alias}_jws"], row[f"{alias}_salt"], row[f"{alias}_entry"]
    logged = bound = False
    if jws is not None and entry is not None:
        expected = entry_bytes(leaf, row[f"{alias}_id"], bytes(salt), bytes(jws))
        logged = bytes(entry) == expected and bytes(row[f"{alias}_leaf_hash"]) == leaf_hash(expected)
    if jws is not None:
        held = reading.read_credential(bytes(jws))
        if held is not None:
            owner = reading.Owner(association.did, association.zone, row[f"{alias}_leaf_index"])
            asked = reading.ask(held, keys, owner)
            same = not unlike(asked, facts)
            bound = asked.signature is Signature.GOOD and same and asked.kind is facts.token_kind
    return replace(facts, logged=logged, bound=bound)


# --- what the page shows -----------------------------------------------------------------------------------------


def record(
    found: Found, association: Association, protocol: Protocol, terms: Sequence[tuple[date, date]], unit: int | None
) -> answer.Record:
    """The public record behind a verdict. Only for what was issued: its credential is there to be read."""
    row = found.row
    document = _document(row["ce_jws"])
    rules = answer.Rules(
        protocol.id,
        protocol.version,
        protocol.digest,
        {lang: text.title for lang, text in protocol.texts.items()},
        {lang: text.batch_tests for lang, text in protocol.texts.items()},
    )
    subject = document["credentialSubject"]
    assessment = subject["assessment"][0]
    step = found.steps[-1] if found.steps else None
    sanction = step if step and step.action is not certifications.Action.GRANT else None
    one = answer.CertificationRecord(
        code=Code(row["ce_public_id"]),
        mode=row["ce_mode"],
        granted_on=local_day(row["ce_granted_at"], association.zone),
        valid_from=row["ce_valid_from"],
        valid_until=row["ce_valid_until"],
        rules=rules,
        chapters=tuple(
            Chapter(item["id"].rpartition("#chapter-")[2], item["name"]) for item in assessment["assessmentCriteria"]
        ),
        products=tuple({"es": item["product"]["name"]} for item in assessment["assessedProduct"]),
        sites=tuple(_site(item["facility"]["name"]) for item in assessment["assessedFacility"]),
        since=local_day(sanction.effective_at, association.zone) if sanction else None,
        reason_class=sanction.reason_class.value if sanction and sanction.reason_class else "",
    )
    maker = answer.Maker(
        row["trade_name"], f"{row['producer_number']:03d}", row["commune"], years_in_a_row(terms, one.valid_from)
    )
    alias = "b" if found.kind == "batch" else "ce"
    place = answer.LogPlace(row[f"{alias}_leaf_index"], sha256(bytes(row[f"{alias}_jws"])).hexdigest())
    batch = _batch_record(found, association) if found.kind == "batch" else None
    return answer.Record(maker, one, batch, unit, place)


def _batch_record(found: Found, association: Association) -> answer.BatchRecord:
    row = found.row
    last = found.batch_steps[-1]
    return answer.BatchRecord(
        code=Code(row["b_public_id"]),
        product=product_names(found),
        net_content=row["net_content"],
        lot=row["lot"],
        units=row["units"],
        produced_on=row["produced_on"],
        sealed_on=row["sealed_on"],
        use_by=row["use_by"],
        tests=_public_tests(_document(row["b_jws"])),
        since=local_day(last.effective_at, association.zone),
        reason_class=last.reason_class or "",
        advice=advice(found),
    )


def advice(found: Found) -> str:
    """What to do with a recalled batch, a class; empty where its last step gave none."""
    last = found.batch_steps[-1] if found.batch_steps else None
    return last.advice.value if last and last.advice else ""


def product_names(found: Found) -> dict[str, str]:
    """The product of a batch, by language."""
    names: dict[str, str] = json.loads(found.row["names"])
    return names


def _public_tests(document: Mapping[str, Any]) -> tuple[PublicTest, ...]:
    """The tests as signed: the page shows what the certificate says, not what a table says today."""
    assessments = document["credentialSubject"]["assessment"]
    found = []
    for item in assessments[1]["assessmentCriteria"] if len(assessments) > 1 else ():
        value, _, unit = item["performanceLevel"].partition(" ")
        found.append(PublicTest(item["id"].rpartition("#test-")[2], item["name"], value, unit, item["description"]))
    return tuple(found)


def _document(jws: bytes) -> dict[str, Any]:
    held = reading.read_credential(bytes(jws))
    if held is None:
        raise ValueError("a stored credential cannot be read")
    return held.document


def _site(name: str) -> tuple[str, str]:
    kind, _, commune = name.partition(" · ")
    return kind, commune


def years_in_a_row(terms: Sequence[tuple[date, date]], first_day: date) -> int:
    """How many certifications in a row, without a long gap, end with the one that begins on ``first_day``."""
    count, begins = 1, first_day
    for starts, ends in sorted((term for term in terms if term[0] < first_day), reverse=True):
        if (begins - ends).days > ROW_GAP_DAYS:
            break
        count, begins = count + 1, starts
    return count
