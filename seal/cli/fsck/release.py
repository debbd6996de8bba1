"""What a batch was sealed with (invariant 14): each test met, let stand by two persons, or awaited under a condition;
and what is written and logged of waivers.

Judged as it stood when the batch was sealed: by its certification's protocol, by results, facts, names and waivers
recorded until then. Of consignments any result about one will do: what went into a lot is another check's.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from seal.batches import due, gates, gating, verdict, waivers
from seal.batches.conditions import Condition
from seal.batches.due import Told
from seal.batches.history import alike
from seal.batches.model import Action, Batch, State, Step, TestResult, lot_key
from seal.batches.result_store import KINDS
from seal.batches.waivers import Waiver, WaiverEnd, WaiverState
from seal.certificates import documents
from seal.certificates.model import State as CertificationState
from seal.cli.fsck import interests
from seal.cli.fsck.breach import Breach, breach
from seal.cli.fsck.scope import Row, Scope
from seal.clock import local_day
from seal.protocols import assembly
from seal.protocols.model import Protocol
from seal.protocols.situation import Situation
from seal.protocols.terms import Every, Tester


@dataclass
class Known:
    """Rows by what they belong to; every list oldest first."""

    batches: dict[tuple[UUID, UUID, UUID], list[Batch]] = field(default_factory=dict)
    results: dict[UUID, list[TestResult]] = field(default_factory=dict)
    names: list[Row] = field(default_factory=list)
    facts: dict[UUID, list[Row]] = field(default_factory=dict)
    kinds: dict[UUID, str | None] = field(default_factory=dict)
    waivers: dict[UUID, list[Waiver]] = field(default_factory=dict)
    conditions: dict[UUID, list[Condition]] = field(default_factory=dict)
    protocols: dict[UUID, Protocol] = field(default_factory=dict)


async def check(scope: Scope) -> AsyncIterator[Breach]:
    known = await _known(scope)
    for batches in known.batches.values():
        for batch in batches:
            sealed = batch.last(Action.SEAL)
            protocol = known.protocols.get(batch.certification_id) if batch.certification_id is not None else None
            if sealed is None or protocol is None:
                continue
            for reason in _against(scope, known, batch, protocol, sealed.recorded_at):
                params = {name: str(value) for name, value in reason.params.items()}
                yield breach(14, "batch", batch.id, "release.unmet", lot=batch.lot, name=params.get("name", ""))
    async for found in _waivers(scope):
        yield found


def _against(scope: Scope, known: Known, batch: Batch, protocol: Protocol, at: datetime) -> Iterator[Any]:
    """Reasons of tests that stood against the seal at the moment of sealing, and that nothing let stand."""
    same = known.batches[batch.producer_id, batch.product_id, batch.site_id]
    made = (*alike(batch, [_as_of(one, at) for one in same if one.declared_at <= at]), _as_of(batch, at))
    results = {one.id: _until(known.results.get(one.id, ()), at) for one in made}
    here = _situation(known, batch, at)
    names = protocol.text("es").batch_tests
    told = Told(_named(known, {one.id for one in made}, at))
    tests = []
    for test in due.due(protocol, here):
        served = due.serving(test, batch, made, results, protocol, told)
        own = results[batch.id]
        if Every.CONSIGNMENT in due.occasions(test):
            own = (*own, *(one for each in results.values() for one in each if one.lot_id is not None))
        tests.append(gating.required(test, names.get(test.id, test.id), own, served, here))
    gate = gates.Gate(
        today=local_day(at, scope.text("zone")),
        state=State.DECLARED,
        produced_on=batch.produced_on,
        use_by=None,
        right=gates.Right(CertificationState.ACTIVE),
        tests=tests,
        waivers=[_ended_by(one, at) for one in known.waivers.get(batch.id, ()) if one.asked_at <= at],
        conditions=[one for one in known.conditions.get(batch.id, ()) if one.opened_at <= at],
    )
    yield from (one for one in verdict.verdict(gate).standing if one.code in waivers.OF_TEST)


def _as_of(batch: Batch, at: datetime) -> Batch:
    """With the steps until then that say whether it was made: what was discarded afterwards had been. The others are
    the check of transitions'."""
    told = {step.action: step for step in batch.steps if step.recorded_at <= at}
    kept = [told[action] for action in (Action.DECLARE, Action.DISCARD) if action in told]
    return replace(batch, steps=tuple(kept) if Action.DECLARE in told else ())


def _until(results: Iterable[TestResult], at: datetime) -> tuple[TestResult, ...]:
    return tuple(one for one in results if one.recorded_at <= at)


def _ended_by(one: Waiver, at: datetime) -> Waiver:
    """The waiver as it was at a moment."""
    ended = one.end if one.end is not None and one.end.at <= at else None
    approved = one.approved_at is not None and one.approved_at <= at
    return replace(one, end=ended, approved_at=one.approved_at if approved else None)


def _situation(known: Known, batch: Batch, at: datetime) -> Situation:
    facts: dict[str, Any] = {}
    for row in known.facts.get(batch.producer_id, ()):
        if row["recorded_at"] <= at:
            said = row["told"] if row["said"] is None else json.loads(row["said"])
            facts[row["name"]] = tuple(said) if isinstance(said, list) else said
    product, site = known.kinds.get(batch.product_id), known.kinds.get(batch.site_id)
    return Situation(
        facts, None if product is None else frozenset({product}), None if site is None else frozenset({site})
    )


def _named(known: Known, batches: set[UUID], at: datetime) -> Mapping[Every, Mapping[UUID, str]]:
    found: dict[Every, dict[UUID, str]] = {}
    for row in known.names:
        if row["batch_id"] in batches and row["recorded_at"] <= at:
            found.setdefault(KINDS[row["kind"]], {})[row["batch_id"]] = lot_key(row["name"])
    return found


async def _known(scope: Scope) -> Known:
    known = Known(names=await scope.all("batch_occasion", order="recorded_at, id"))
    steps = await scope.grouped("batch_action", "batch_id", columns="id, batch_id, action, recorded_at, effective_at",
                                order="sequence, id")  # fmt: skip
    columns = (
        "id, association_id, producer_id, product_id, site_id, protocol_id, lot, units, produced_on, use_by,"
        " declared_at, certification_id"
    )
    async for row in scope.pages("batch", columns=columns):
        taken = tuple(
            Step(Action(one["action"]), one["recorded_at"], one["effective_at"]) for one in steps.get(row["id"], ())
        )
        batch = Batch(**row, steps=taken)
        known.batches.setdefault((batch.producer_id, batch.product_id, batch.site_id), []).append(batch)
    pools = await scope.grouped("batch_test_pool", "result_id")
    for row in await scope.all("batch_test", order="recorded_at, id"):
        result = _result(row, pools.get(row["id"], []))
        for batch_id in (row["batch_id"], *result.pooled):
            known.results.setdefault(batch_id, []).append(result)
    for one in await _all_waivers(scope):
        known.waivers.setdefault(one.batch_id, []).append(one)
    for row in await scope.all("batch_condition", order="opened_at, id"):
        wanted = ("id", "batch_id", "test_id", "laboratory", "sampled_on", "due_on", "opened_at")
        known.conditions.setdefault(row["batch_id"], []).append(Condition(**{name: row[name] for name in wanted}))
    known.facts = await scope.grouped("producer_fact", "producer_id", order="recorded_at, id")
    for table in ("product", "site"):
        known.kinds |= {row["id"]: row["kind"] for row in await scope.all(table, columns="id, kind")}
    versions: dict[UUID, Protocol] = {}
    for row in await scope.all("certification", columns="id, version_id"):
        if row["version_id"] not in versions:
            versions |= await _protocol(scope, row["version_id"])
        if row["version_id"] in versions:
            known.protocols[row["id"]] = versions[row["version_id"]]
    return known


async def _protocol(scope: Scope, version_id: UUID) -> dict[UUID, Protocol]:
    """The kept copy; none where it is damaged, which the check of protocols names."""
    async for row in scope.pages("protocol_version", columns="id, package", at_once=20):
        if row["id"] == version_id:
            try:
                return {version_id: assembly.unpack(json.loads(bytes(row["package"])))}
            except (ValueError, KeyError, TypeError):
                return {}
    return {}


def _result(row: Row, pools: Iterable[Row]) -> TestResult:
    return TestResult(
        id=row["id"],
        test_id=row["test_id"],
        value=row["value"],
        unit=row["unit"],
        by=Tester(row["tested_by"]),
        tested_on=row["tested_on"],
        recorded_at=row["recorded_at"],
        laboratory=row["laboratory"],
        file_id=row["file_id"],
        by_staff=bool(row["recorded_by_staff"]),
        batch_id=row["batch_id"],
        pooled=tuple(one["batch_id"] for one in pools),
        lot_id=row["lot_id"],
    )


async def _all_waivers(scope: Scope) -> list[Waiver]:
    ends = {row["waiver_id"]: row for row in await scope.all("batch_waiver_end")}
    found = []
    for row in await scope.all("batch_waiver", order="asked_at, id"):
        end = ends.get(row["id"])
        wanted = ("id", "batch_id", "gate", "subject", "reason", "asked_by", "asked_at", "file_id", "approved_by",
                  "approved_at")  # fmt: skip
        found.append(
            Waiver(
                **{name: row[name] for name in wanted},
                told=json.loads(row["told"]),
                end=None
                if end is None
                else WaiverEnd(end["id"], WaiverState(end["kind"]), end["reason"], end["ended_by"], end["ended_at"]),
            )
        )
    return found


async def _waivers(scope: Scope) -> AsyncIterator[Breach]:
    """Two persons, the second with no interest in the producer; the logged document says what the rows say."""
    found = await _all_waivers(scope)
    if not found:
        return
    producers = {row["id"]: row["producer_id"] for row in await scope.all("batch", columns="id, producer_id")}
    files = {row["id"]: row["sha256"] for row in await scope.all("stored_file", columns="id, sha256")}
    logged = {row["id"]: row["document"] for row in await scope.all("batch_waiver", columns="id, document")}
    logged |= {row["id"]: row["document"] for row in await scope.all("batch_waiver_end", columns="id, document")}
    bound = await interests.load(scope)
    for one in found:
        if one.approved_by is not None and one.approved_at is not None:
            producer = producers.get(one.batch_id)
            barred = producer is not None and bound.conflicts(one.approved_by, producer, one.approved_at)
            if one.approved_by == one.asked_by or barred:
                yield breach(14, "batch_waiver", one.id, "release.waiver_person", person=str(one.approved_by))
            sha = files.get(one.file_id) if one.file_id is not None else None
            said = _document(scope, one, one.id, "approve", one.approved_by, one.approved_at, one.reason, sha)
            if said != _bytes(logged.get(one.id)):
                yield breach(1, "batch_waiver", one.id, "release.waiver_document", batch=str(one.batch_id))
            if one.end is not None:
                said = _document(scope, one, one.end.id, "revoke", one.end.by, one.end.at, one.end.reason, sha)
                if said != _bytes(logged.get(one.end.id)):
                    yield breach(1, "batch_waiver_end", one.end.id, "release.waiver_document", batch=str(one.batch_id))


def _bytes(value: Any) -> bytes:
    return b"" if value is None else bytes(value)


def _document(
    scope: Scope, one: Waiver, leaf: UUID, act: str, by: UUID, at: datetime, reason: str, file_sha256: str | None
) -> bytes:
    return documents.waiver(
        id=leaf,
        did=scope.text("did"),
        act=act,
        waiver_id=one.id,
        batch_id=one.batch_id,
        gate=one.gate,
        told=one.told,
        asked_by=one.asked_by,
        asked_at=one.asked_at,
        by=by,
        at=at,
        reason=reason,
        file_sha256=file_sha256,
    )
