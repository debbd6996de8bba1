"""Certificates, checklist and report on paper: what they must say, and what they must never say."""

import hashlib
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from seal.ids import Code
from seal.printing import documents as d
from seal.printing import service
from seal.printing.stationery import spaced

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
HERE = d.Branding("Sabores de Aysén", "https://sello.aysen.example", "Aysén")
KEY, DIGEST = hashlib.sha256(b"key").hexdigest(), hashlib.sha256(b"protocol").hexdigest()
TOKEN = str(int.from_bytes(b"\x01\x12" + bytes(range(80)), "big"))
CODE = Code(0x3A8923F521).printed
PROTOCOL = d.ProtocolLine("Miel artesanal de Aysén", "Artisanal honey of Aysén", "1.0.0", DIGEST)
PRODUCER = d.ProducerCertificate(
    HERE, "Colmenas Cárcamo", 14, "Río Ibáñez", ("Miel de flores silvestres",), ("Colmenar del alto, Río Ibáñez",),
    PROTOCOL, date(2026, 3, 31), date(2027, 3, 30), "peer", d.Decision(date(2026, 3, 27), 3),
    d.Proof(CODE, KEY, 1204, TOKEN), 4,
)  # fmt: skip
BATCH = d.BatchCertificate(
    HERE, "Miel de flores silvestres", "Colmenas Cárcamo", "Río Ibáñez", "CC-26V-03", 212, "500 g", date(2026, 2, 12),
    date(2026, 3, 3), date(2028, 3, 3),
    tuple(
        d.TestLine(f"Prueba {n}", f"Test {n}", f"{n},4 mg/kg", "hasta 40", "up to 40", date(2026, 2, 24))
        for n in range(9)
    ),
    ((1, 212), (213, 216)), 4, PROTOCOL, CODE, date(2027, 3, 30), "association", d.Proof(CODE, KEY, 1431, TOKEN),
)  # fmt: skip
HEAD = d.AuditHead(
    HERE, "Colmenas Cárcamo", "Río Ibáñez", "initial", "Miel artesanal de Aysén", "Artisanal honey of Aysén", "1.0.0",
    DIGEST, date(2026, 2, 18), ("Marta Oyarzo",), ("Colmenar del alto",), ("Miel de flores silvestres",), DIGEST,
)  # fmt: skip
POINT = d.PaperPoint(
    "MI-03", "critical", "La humedad está medida.", "Moisture is measured.", "El registro", "hasta 20", "g/100 g"
)
FACTS = (d.PaperFact("Compra miel", False), d.PaperFact("Tiene sala", True), d.PaperFact("Usa antibióticos", None))
CHECKLIST = d.Checklist(HEAD, FACTS, (d.PaperChapter("Cosecha", "Harvest", (POINT,) * 30),))
REPORT = d.AuditReport(
    HEAD, date(2026, 2, 18), date(2026, 2, 18), date(2026, 3, 1), FACTS,
    (d.AnsweredChapter("Cosecha", "Harvest", (
        d.PaperAnswer(POINT, "non_compliant", "21,3 g/100 g", "Sobre el límite.", 2, 1),
    )),),
    (d.PaperFinding(1, "MI-03", "critical", "Humedad sobre el límite.", date(2026, 2, 18), date(2026, 3, 18), "closed",
                    "Se separó."),),
    DIGEST,
)  # fmt: skip


async def made(html: str) -> tuple[bytes, str, int]:
    """The PDF, its text with single spaces, and its number of pages."""
    pdf = await service.pdf(html, at=AT, lang="es", title="x")
    opened = pypdfium2.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_bounded() for page in opened)
    return pdf, re.sub(r"\s+", " ", text.replace("\ufffe", "-")), len(opened)


@pytest.mark.parametrize("view", [PRODUCER, BATCH], ids=["producer", "batch"])
async def test_a_certificate_says_on_one_page_how_it_was_checked_and_how_to_check_it(view):
    html = d.certificate_html(view) if view is PRODUCER else d.batch_certificate_html(view)
    pdf, text, pages = await made(html)
    assert pages == 1
    for words in ("No es certificación de tercera parte", "Not third", "vale lo que diga el registro",
                  "the register prevails", CODE, "sello.aysen.example", "Miel artesanal de Aysén, versión 1.0.0",
                  "Colmenas Cárcamo", "30 mar 2027"):  # fmt: skip
        assert words in text, words
    assert KEY in text.replace(" ", "")
    assert DIGEST in text.replace(" ", "")
    image = Image.open(io.BytesIO(await service.png(pdf, dpi=300)))
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [HERE.qr_prefix + TOKEN]
    assert "DEMOSTRACIÓN" not in text


async def test_the_producers_certificate_names_roles_and_votes_and_never_a_person_or_a_score():
    _, text, _ = await made(d.certificate_html(PRODUCER))
    assert "3 votos a favor. Quien auditó no decidió." in text
    assert "Whoever audited did not decide." in text
    assert "entrada 1 204" in text.replace("\u202f", " ")
    assert "Oyarzo" not in text
    assert "puntaje" not in text.lower()


async def test_the_batchs_certificate_lists_every_test_and_every_range():
    _, text, _ = await made(d.batch_certificate_html(BATCH))
    for n in range(9):
        assert f"Prueba {n} {n},4 mg/kg (hasta 40)" in text
    assert "1 a 212 · 213 a 216 · 4 anulados" in text


async def test_a_demonstration_says_so_on_every_paper():
    house = replace(HERE, demonstration=True)
    head = replace(HEAD, branding=house)
    papers = (
        d.certificate_html(replace(PRODUCER, branding=house)),
        d.batch_certificate_html(replace(BATCH, branding=house)),
        d.checklist_html(replace(CHECKLIST, head=head)),
        d.audit_report_html(replace(REPORT, head=head)),
    )
    for html in papers:
        _, text, pages = await made(html)
        assert text.count("DEMOSTRACIÓN: datos inventados") == pages
        assert text.count("DEMONSTRATION: invented data") == pages


async def test_without_a_token_the_symbol_holds_the_short_address():
    view = replace(PRODUCER, proof=d.Proof(CODE, KEY, None))
    pdf, text, _ = await made(d.certificate_html(view))
    image = Image.open(io.BytesIO(await service.png(pdf, dpi=300)))
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [HERE.qr_prefix + CODE.replace("-", "")]
    assert "entrada pendiente" in text


def test_an_unknown_assurance_mode_is_refused():
    with pytest.raises(ValueError, match="assurance"):
        d.certificate_html(replace(PRODUCER, assurance_mode="gold"))


@pytest.mark.parametrize(
    ("lang", "words"),
    [("es", ("No lo vi", "No es época", "Medido:")), ("en", ("Not seen", "Not in season", "Measured:"))],
)
async def test_the_checklist_has_every_point_in_both_languages_with_boxes(lang, words):
    _, text, pages = await made(d.checklist_html(CHECKLIST, lang=lang))
    assert pages > 2
    assert text.count("La humedad está medida.") == text.count("Moisture is measured.") == 30
    for word in (*words, "Marta Oyarzo", f"/ {pages}"):
        assert word in text
    assert DIGEST in text.replace(" ", "")


async def test_the_report_has_facts_answers_and_findings_and_says_that_it_does_not_decide():
    _, text, _ = await made(d.audit_report_html(REPORT))
    for words in ("No decide", "21,3 g/100 g", "Sobre el límite.", "Humedad sobre el límite.", "18 mar 2026", "cerrada",
                  "No se sabe: el punto aplica", "evidencias: 2", "corregida 1 veces"):  # fmt: skip
        assert words in text, words


def test_words_from_people_cannot_become_markup_or_style():
    evil = '</style><script>alert(1)</script>" } * { color: red'
    for html in (
        d.certificate_html(replace(PRODUCER, holder=evil)),
        d.checklist_html(replace(CHECKLIST, head=replace(HEAD, producer=evil))),
    ):
        assert "<script>" not in html
        assert html.count("</style>") == 1
        assert "color: red" not in html.split("<style>")[1].split("</style>")[0]


def test_a_digest_is_grouped_for_the_eye():
    assert spaced("a41c09d2" * 2) == "a41c09d2 a41c09d2"
