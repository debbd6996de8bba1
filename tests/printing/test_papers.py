"""A certificate on paper as a file: PDF/A-3 with its credential, shipped fonts only, one page, a code that scans."""

import io
from dataclasses import replace
from datetime import date

import pytest
import zxingcpp
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader

from seal.printing import documents as d
from seal.printing import qr, service
from seal.printing.fence import Fence, default_command
from seal.printing.model import Language, asked, languages
from seal.printing.stationery import strong
from seal.web.colours import contrast, passing_tone
from tests.printing.test_documents import AT, BATCH, HERE, PRODUCER, TOKEN, made
from tests.printing.test_service import WORKER, job

CREDENTIAL = service.Attachment(
    "7A4J-7X91-8.jwt", b"a.b.c", relationship="Source", media_type="application/vc+jwt", description="credential"
)
LONG = "Sociedad Agrícola, Apícola y Ganadera Hermanos Marušić-Łukasiewicz de la Cuenca del Río Ñireguao Limitada"
SHIPPED = ("Noto-Sans", "Piazzolla")


async def printed(html, lang: str = "es") -> bytes:
    return await service.one_page(html, at=AT, lang=lang, title="x", attachments=[CREDENTIAL])


def fonts(page) -> set[str]:
    return {str(font.get_object()["/BaseFont"]).split("+")[-1] for font in page["/Resources"]["/Font"].values()}


async def test_it_is_declared_pdf_a_3_tagged_with_the_credential_as_its_source_and_shipped_fonts_embedded():
    names = replace(PRODUCER, holder="Marušić Łódź", products=("Miel ≤ 20 %",))
    pdf = await printed(lambda tight: d.certificate_html(names, Language.BOTH, tight))
    root = PdfFileReader(io.BytesIO(pdf)).root
    xmp = root["/Metadata"].data.decode()
    assert "<pdfaid:part>3</pdfaid:part>" in xmp or 'pdfaid:part="3"' in xmp
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "es"
    (reference,) = {entry.reference for entry in root["/AF"]}  # WeasyPrint lists the one file twice
    filespec = root["/AF"][0].get_object()
    assert filespec.container_ref == reference
    assert filespec["/AFRelationship"] == "/Source"
    embedded = filespec["/EF"]["/F"]
    assert (embedded["/Subtype"], embedded.data) == ("/application/vc+jwt", CREDENTIAL.data)
    page = root["/Pages"]["/Kids"][0].get_object()
    found = fonts(page)
    assert len(found) > 3
    assert all(name.startswith(SHIPPED) for name in found), found
    for font in page["/Resources"]["/Font"].values():
        inner = font.get_object()["/DescendantFonts"][0].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"])


@pytest.mark.parametrize(
    "language", [Language.BOTH, *(pytest.param(one, marks=pytest.mark.deep) for one in (Language.ES, Language.EN))]
)
async def test_the_longest_names_and_lists_stay_on_one_page_with_code_host_and_fingerprint(language):
    house = replace(HERE, name=LONG, base="https://certificaciones.sello-de-origen.valle-simpson.example/a/miel")
    tests = tuple(
        d.TestLine(f"Residuos de grupo {n}", f"Residues of group {n}", f"{n},4 µg/kg", "hasta 40 µg/kg", "up to 40",
                   date(2026, 2, 20 + n % 3))
        for n in range(20)
    )  # fmt: skip
    view = replace(BATCH, branding=house, holder=LONG, product=LONG, commune=LONG[:60], tests=tests)
    pdf = await printed(lambda tight: d.batch_certificate_html(view, language, tight))
    assert await service.page_count(pdf) == 1
    image = Image.open(io.BytesIO(await service.png(pdf, dpi=150)))
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [house.qr_prefix + TOKEN]


async def test_a_list_that_no_page_holds_is_cut_and_says_so():
    many = tuple(f"Producto de larga denominación número {n} en frasco de vidrio de 500 g" for n in range(90))
    view = replace(PRODUCER, products=many)
    html = d.certificate_html(view, Language.ES, d.TIGHTEST)
    assert "y 76 más, que nombra la credencial adjunta" in html
    assert many[14] not in html
    assert (await made(html))[2] == 1


@pytest.mark.parametrize(
    ("language", "has", "lacks"),
    [
        (Language.ES, "Certificado de productor", "Producer certificate"),
        (Language.EN, "Producer certificate", "Certificado de productor"),
    ],
)
async def test_a_paper_in_one_language_has_no_words_of_the_other(language, has, lacks):
    _, text, _ = await made(d.certificate_html(PRODUCER, language))
    assert has in text
    assert lacks not in text
    assert ("register prevails" in text) is (language is Language.EN)
    assert ("vale lo que diga el registro" in text) is (language is Language.ES)


def test_the_module_of_a_symbol_is_never_under_half_a_millimetre():
    for length in (8, 20, 40, 80):
        house = replace(HERE, base="https://" + "h" * length + ".example")
        html = d.certificate_html(replace(PRODUCER, branding=house))
        side = float(html.split('aria-label="Código QR')[1].split("width:")[1].split("mm")[0])
        assert side / qr.symbol(house.qr_prefix, TOKEN).side >= 0.4999


@pytest.mark.parametrize("colour", ["#ffee88", "#ffffff", "#000000", "#3a2f5f"])
def test_any_colour_of_an_association_reads_on_paper(colour):
    tone = passing_tone(colour, "#ffffff", 0)
    assert contrast(tone, "#ffffff") >= 4.5
    assert f'stroke="{tone}"' in d.certificate_html(replace(PRODUCER, branding=replace(HERE, colour=colour)))


async def test_markup_in_a_name_is_text_on_paper():
    evil = "<svg onload=x><b>Miel</b>"
    _, text, _ = await made(d.certificate_html(replace(PRODUCER, holder=evil)))
    assert evil in text
    assert strong("a <i> b", "<i>") == "a <b>&lt;i&gt;</b> b"


def test_the_child_opens_no_file_of_others(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("PLANTED")
    reads = (
        "import weasyprint\nreal = weasyprint.HTML\n"
        f"def spy(**given): open({str(secret)!r}).read(); return real(**given)\n"
        "weasyprint.HTML = spy"
    )
    command = default_command()
    small = Fence([*command[:2], "-c", f"{reads}\nimport runpy\nrunpy.run_path({WORKER!r}, run_name='__main__')"])
    with pytest.raises(Exception, match="PermissionError"):
        small.print(job("<p>x"))
    small.close()


def test_the_first_paper_of_two_languages_is_in_both_and_a_wish_comes_first():
    offered = languages(("es", "en"))
    assert offered == (Language.BOTH, Language.ES, Language.EN)
    assert languages(("en",)) == (Language.EN,)
    assert asked("en", offered)[0] is Language.EN
    assert asked("fr", offered) == offered
