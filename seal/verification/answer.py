"""What may be said in public about one code: the verdict, and the record behind it. An allow-list, as values.

A record stands only beside a verdict on something that was truly issued: for ``cannot_check`` to ``newer_than_list``
and for ``not_sealed`` there is none. No place finer than the commune, no score, no finding, no person (invariant 13).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from seal.batches.model import Advice
from seal.certificates.credential import Chapter, PublicTest
from seal.clock import rfc3339
from seal.ids import Code as TypedCode
from seal.verification.model import Code, Verdict


@dataclass(frozen=True)
class Association:
    """Who answers for the seal. ``fingerprint`` is of the current issuing key, 64 hexadecimal digits."""

    name: str
    base: str
    did: str
    zone: str
    colour: str
    demonstration: bool
    fingerprint: str


@dataclass(frozen=True)
class Maker:
    """The producer. ``years`` counts certifications in a row under the same protocol, this one included."""

    trade_name: str
    code: str
    commune: str
    years: int = 1


@dataclass(frozen=True)
class Rules:
    """The protocol version that was checked."""

    protocol_id: str
    version: str
    digest: str
    titles: Mapping[str, str]
    tests: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Names of the batch tests: language, then test id."""


@dataclass(frozen=True)
class CertificationRecord:
    """Days are inclusive and local. ``products`` are names by language; ``sites`` are (kind, commune)."""

    code: TypedCode
    mode: str
    granted_on: date
    valid_from: date
    valid_until: date
    rules: Rules
    chapters: tuple[Chapter, ...] = ()
    products: tuple[Mapping[str, str], ...] = ()
    sites: tuple[tuple[str, str], ...] = ()
    since: date | None = None
    reason_class: str = ""


@dataclass(frozen=True)
class BatchRecord:
    """``tests`` are those that the protocol marks public, as signed. ``advice`` is a class, set on a recall."""

    code: TypedCode
    product: Mapping[str, str]
    net_content: str
    lot: str
    units: int
    produced_on: date
    sealed_on: date
    use_by: date | None
    tests: tuple[PublicTest, ...] = ()
    since: date | None = None
    reason_class: str = ""
    advice: str = ""


@dataclass(frozen=True)
class LogPlace:
    """Where the credential stands in the public log; the digest is of its JWS."""

    index: int
    sha256: str


@dataclass(frozen=True)
class Record:
    """The public record of a batch (perhaps one unit of it) or of a certification (``batch`` is ``None``)."""

    maker: Maker
    certification: CertificationRecord
    batch: BatchRecord | None = None
    unit: int | None = None
    log: LogPlace | None = None
    on_paper: bool = False
    """True if the certificate on paper can be fetched."""


@dataclass(frozen=True)
class RollSeal:
    """The roll that a seal is of, and its number; ``number`` is ``None`` where the whole roll was asked about."""

    code: TypedCode
    number: int | None


_CARE = {advice.value: place for place, advice in enumerate(Advice)}
"""The most careful advice first; without one it is the most careful."""


@dataclass(frozen=True)
class BoxLine:
    """One lot in a box: its units and the worst verdict among them; for a recalled one since when, why and what to
    do with it, as on its own page."""

    code: TypedCode
    product: Mapping[str, str]
    net_content: str
    lot: str
    maker: str
    units: tuple[tuple[int, int], ...]
    verdict: Code
    since: date | None = None
    reason_class: str = ""
    advice: str = ""

    @property
    def count(self) -> int:
        return sum(last - first + 1 for first, last in self.units)


@dataclass(frozen=True)
class BoxRecord:
    """A box: ``state`` is open, closed or unpacked."""

    code: TypedCode
    state: str
    lots: tuple[BoxLine, ...] = ()

    @property
    def recalled(self) -> BoxLine | None:
        """The recalled lot whose advice is the most careful, if one is recalled; the earliest of several."""
        found = [line for line in self.lots if line.verdict is Code.RECALLED]
        return min(found, key=lambda line: (_CARE.get(line.advice, 0), line.since or date.max), default=None)

    @property
    def count(self) -> int:
        return sum(line.count for line in self.lots)


@dataclass(frozen=True)
class Answer:
    """What page, JSON and command line say. ``asked`` is the canonical spelling, empty for a mistyped one;
    ``code`` is what a person would type for it. ``known``: the id is one that this server issued."""

    verdict: Verdict
    at: datetime
    asked: str
    code: TypedCode | None = None
    known: bool = False
    association: Association | None = None
    record: Record | None = None
    seal: RollSeal | None = None
    box: BoxRecord | None = None


def document(answer: Answer) -> dict[str, Any]:
    """The JSON answer: exactly these members, days as ISO 8601, nothing else ever."""
    verdict = answer.verdict
    found: dict[str, Any] = {
        "verdict": verdict.code.value,
        "notes": [note.value for note in verdict.notes],
        "as_of": rfc3339(verdict.as_of),
        "source": verdict.source.value,
        "stale": verdict.stale,
        "lines": [{"name": line.name, "code": line.code, "params": dict(line.params)} for line in verdict.lines],
        "next_change": rfc3339(verdict.next_change) if verdict.next_change else None,
        "code": answer.code.printed if answer.code else None,
    }
    if answer.association is not None:
        one = answer.association
        found["association"] = {
            "name": one.name,
            "base": one.base,
            "did": one.did,
            "fingerprint": one.fingerprint,
            "demonstration": one.demonstration,
        }
    if answer.seal is not None:
        found["roll"] = {"code": answer.seal.code.printed, "number": answer.seal.number}
    if answer.box is not None:
        found["box"] = _box(answer.box)
    if answer.record is not None:
        found["record"] = _record(answer.record)
        if answer.record.log is not None and answer.association is not None:
            shown = answer.record.batch or answer.record.certification
            found["record"]["log"]["proof"] = f"{answer.association.base}/c/{shown.code.plain}/proof"
    return found


def _box(box: BoxRecord) -> dict[str, Any]:
    return {
        "code": box.code.printed,
        "state": box.state,
        "contents": [
            {
                "code": line.code.printed,
                "product": dict(line.product),
                "net_content": line.net_content,
                "lot": line.lot,
                "maker": line.maker,
                "units": [list(pair) for pair in line.units],
                "verdict": line.verdict.value,
            }
            for line in box.lots
        ],
    }


def _record(record: Record) -> dict[str, Any]:
    one, batch = record.certification, record.batch
    found: dict[str, Any] = {
        "maker": {"name": record.maker.trade_name, "code": record.maker.code, "commune": record.maker.commune},
        "certification": {
            "code": one.code.printed,
            "mode": one.mode,
            "granted_on": one.granted_on.isoformat(),
            "valid_from": one.valid_from.isoformat(),
            "valid_until": one.valid_until.isoformat(),
            "protocol": {"id": one.rules.protocol_id, "version": one.rules.version, "digest": one.rules.digest},
        },
    }
    if batch is not None:
        found["batch"] = {
            "code": batch.code.printed,
            "product": dict(batch.product),
            "net_content": batch.net_content,
            "lot": batch.lot,
            "units": batch.units,
            "produced_on": batch.produced_on.isoformat(),
            "sealed_on": batch.sealed_on.isoformat(),
            "use_by": batch.use_by.isoformat() if batch.use_by else None,
            "unit": record.unit,
            "tests": [{"id": test.id, "value": test.value, "unit": test.unit} for test in batch.tests],
        }
    if record.log is not None:
        found["log"] = {"index": record.log.index, "sha256": record.log.sha256}
    return found
