"""The two certificates on paper: what they show, and the page. A certificate never shows a score or a finding.

In Spanish, in English, or in both: then Spanish leads and English stands beneath. The paper says how the work was
checked and what that is not, names roles and never persons, prints the whole fingerprint of the issuing key, and says
that the register prevails.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from seal.printing import qr
from seal.printing.model import Language
from seal.printing.stationery import Branding, environment, font_faces
from seal.web.colours import passing_tone
from seal.web.i18n import translator

ASSURANCE_MODES = ("self", "peer", "association", "third_party")
AIRIEST, TIGHTEST = -1, 3
"""How close a page is set, 0 as usual; the tightest cuts long lists and says how many more there are."""
_LONGEST_LIST = 14
QR_MM, QR_MODULE_MM = 31.0, 0.5
"""Side of the symbol, quiet zone included, and the least side of a module: a long address makes a larger symbol."""


@dataclass(frozen=True)
class Proof:
    """What lets a stranger check the paper. ``digits`` is a signed token, or empty to print the short code's address.

    ``code`` as printed; ``key_fingerprint`` 64 hexadecimal digits; ``log_entry`` counts from 0,
    ``None`` until it is in. ``dated_on`` is the day that the ``edition`` tells of.
    """

    code: str
    key_fingerprint: str
    log_entry: int | None = None
    digits: str = ""
    edition: int = 1
    dated_on: date | None = None


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
    """A sealed batch on paper. ``labels`` are the reserved ranges of unit numbers, ``voided`` how many are out; before
    there are any, ``most_labels`` may be made."""

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
    most_labels: int = 0

    @property
    def test_groups(self) -> tuple[tuple[date, str, tuple[TestLine, ...]], ...]:
        """Tests by day and laboratory, in the order given: both are then said once."""
        groups: dict[tuple[date, str], list[TestLine]] = {}
        for test in self.tests:
            groups.setdefault((test.tested_on, test.laboratory), []).append(test)
        return tuple((day, laboratory, tuple(tests)) for (day, laboratory), tests in groups.items())


def certificate_html(view: ProducerCertificate, language: Language = Language.BOTH, tightness: int = 0) -> str:
    """The producer's certificate as HTML for ``printing.service.pdf``. Pure. ``ValueError`` for an unknown mode."""
    if tightness >= TIGHTEST:
        view = replace(view, products=_cut(view.products, language.leading), sites=_cut(view.sites, language.leading))
    return _html("certificates/producer.html", view, language, tightness)


def batch_certificate_html(view: BatchCertificate, language: Language = Language.BOTH, tightness: int = 0) -> str:
    """The batch's certificate as HTML for ``printing.service.pdf``. Pure. ``ValueError`` for an unknown mode."""
    return _html("certificates/batch.html", view, language, tightness)


def _cut(names: tuple[str, ...], lang: str) -> tuple[str, ...]:
    """A list that one page holds; the attached credential has all of it."""
    if len(names) <= _LONGEST_LIST:
        return names
    rest = translator(lang)("certificates_print.more", count=len(names) - _LONGEST_LIST)
    return (*names[:_LONGEST_LIST], rest)


def _html(template: str, view: ProducerCertificate | BatchCertificate, language: Language, tightness: int) -> str:
    if view.assurance_mode not in ASSURANCE_MODES:
        raise ValueError(f"no words for the assurance mode {view.assurance_mode!r}")
    text = _qr_text(view)
    modules = qr.symbol(text, view.proof.digits).side
    side = max(QR_MM, modules * QR_MODULE_MM)
    return (
        environment()
        .get_template(template)
        .render(
            view=view,
            branding=view.branding,
            t=translator(language.leading),
            under=translator(language.beneath) if language.beneath else None,
            tight=tightness,
            fonts=font_faces(),
            qr_text=text,
            qr_side=f"{side:.2f}",
            qr_quiet=f"{side / modules * qr.QUIET:.2f}",
            colour=passing_tone(view.branding.colour, "#ffffff", 0),
        )
    )


def _qr_text(view: ProducerCertificate | BatchCertificate) -> str:
    """What stands before the token in the symbol; the whole address when there is no token."""
    if view.proof.digits:
        return view.branding.qr_prefix
    return view.branding.qr_prefix + view.proof.code.replace("-", "")
