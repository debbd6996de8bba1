"""What is wrong with the terms of a certification: numbers that no scheme means, and no calendar holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from seal.errors import Reason
from seal.protocols.checks_common import within
from seal.protocols.rules import FindingRules, Validity
from seal.protocols.shapes import ProtocolShape
from seal.protocols.source import Path, Source
from seal.protocols.terms import Level

MOST_DAYS = 36_500
MOST_MONTHS = 120


def check_terms(shape: ProtocolShape, source: Source) -> Iterator[Reason]:
    """Every number of validity, findings, suspension and reconciliation that is out of range."""
    yield from _check_validity(shape.validity, source)
    yield from _check_findings(shape.findings, source)
    for term in fields(shape.suspension):
        yield from within(getattr(shape.suspension, term.name), source, ("suspension", term.name), most=MOST_DAYS)
    if shape.reconciliation is not None:
        for key in ("loss_percent", "tolerance_percent"):
            yield from within(getattr(shape.reconciliation, key), source, ("reconciliation", key), most=100)


def _check_validity(validity: Validity, source: Source) -> Iterator[Reason]:
    path: Path = ("validity",)
    months = validity.certificate_months
    yield from within(months, source, (*path, "certificate_months"), least=1, most=MOST_MONTHS)
    yield from within(validity.surveillance_month, source, (*path, "surveillance_month"), most=MOST_MONTHS)
    yield from within(validity.unannounced_percent, source, (*path, "unannounced_percent"), most=100)
    for index, days in enumerate(validity.renew_window_days):
        yield from within(days, source, (*path, "renew_window_days", index), most=MOST_DAYS)
    yield from within(validity.grace_days, source, (*path, "grace_days"), most=MOST_DAYS)


def _check_findings(findings: FindingRules, source: Source) -> Iterator[Reason]:
    for level in Level:
        for key in ("days", "first_audit_days"):
            path: Path = ("findings", level.value, key)
            yield from within(getattr(findings.of(level), key), source, path, most=MOST_DAYS)
    if findings.systemic is not None:
        yield from within(findings.systemic.minors, source, ("findings", "systemic", "minors"), least=1, most=1000)
