"""The two certificates on paper: what they show, and the page. A certificate never shows a score or a finding.

Spanish leads and English stands beneath. The paper says how the work was checked and what that is not, names roles
and never persons, prints the whole fingerprint of the issuing key, and says that the register prevails.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from seal.printing.stationery import Branding, paper

ASSURANCE_MODES = ("self", "peer", "association", "third_party")


@dataclass(frozen=True)
class Proof:
    """What lets a stranger check the paper. ``digits`` is a signed token, or empty to print the short code's address.

    ``code`` as printed; ``key_fingerprint`` 64 hexadecimal digits; ``log_entry`` counts from 0,
    ``None`` until it is in.
    """

    code: str
    key_fingerprint: str
    log_entry: int | None = None
    digits: str = ""


@dataclass(frozen=True)
class ProtocolLine:
    """The pinned protocol version, with the digest of its resolved text."""

    title_es: str
    title_en: str
    version: str
    digest: str


@dataclass(frozen=True)
class Decision:
    """How the committee decided: on which day, and how many voted for it. Roles only, never names."""

    decided_on: date
    votes: int


@dataclass(frozen=True)
class ProducerCertificate:
    """A certification on paper. ``products`` and ``sites`` as in its scope; ``years`` in a row under the seal."""

    branding: Branding
    holder: str
    producer_number: int
    commune: str
    products: tuple[str, ...]
    sites: tuple[str, ...]
    protocol: ProtocolLine
    valid_from: date
    valid_until: date
    assurance_mode: str
    decision: Decision
    proof: Proof
    years: int = 1


@dataclass(frozen=True)
class TestLine:
    """One batch test that the protocol makes public: result and limit as written, laboratory or where it was done."""

    name_es: str
    name_en: str
    result: str
    limit_es: str
    limit_en: str
    tested_on: date
    laboratory: str = ""


@dataclass(frozen=True)
class BatchCertificate:
    """A sealed batch on paper. ``labels`` are the reserved ranges of unit numbers, ``voided`` how many are out."""

    branding: Branding
    product: str
    holder: str
    commune: str
    lot: str
    units: int
    net_content: str
    produced_on: date
    sealed_on: date
    use_by: date | None
    tests: tuple[TestLine, ...]
    labels: tuple[tuple[int, int], ...]
    voided: int
    protocol: ProtocolLine
    certification_code: str
    certified_until: date
    assurance_mode: str
    proof: Proof
    years: int = 1

    @property
    def test_groups(self) -> tuple[tuple[date, str, tuple[TestLine, ...]], ...]:
        """Tests by day and laboratory, in the order given: both are then said once."""
        groups: dict[tuple[date, str], list[TestLine]] = {}
        for test in self.tests:
            groups.setdefault((test.tested_on, test.laboratory), []).append(test)
        return tuple((day, laboratory, tuple(tests)) for (day, laboratory), tests in groups.items())


def certificate_html(view: ProducerCertificate) -> str:
    """The producer's certificate as HTML for ``printing.service.pdf``. Pure. ``ValueError`` for an unknown mode."""
    _check_mode(view.assurance_mode)
    return paper("certificates/producer.html", view=view, branding=view.branding, qr_text=_qr_text(view))


def batch_certificate_html(view: BatchCertificate) -> str:
    """The batch's certificate as HTML for ``printing.service.pdf``. Pure. ``ValueError`` for an unknown mode."""
    _check_mode(view.assurance_mode)
    return paper("certificates/batch.html", view=view, branding=view.branding, qr_text=_qr_text(view))


def _check_mode(mode: str) -> None:
    if mode not in ASSURANCE_MODES:
        raise ValueError(f"no words for the assurance mode {mode!r}")


def _qr_text(view: ProducerCertificate | BatchCertificate) -> str:
    """What stands before the token in the symbol; the whole address when there is no token."""
    if view.proof.digits:
        return view.branding.qr_prefix
    return view.branding.qr_prefix + view.proof.code.replace("-", "")
