"""An association's own templates: what is printed is judged by what is seen, one test for each way to be refused."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from uuid import UUID

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from seal.errors import BadInput, Refused
from seal.identity import Acting
from seal.labels import drawing
from seal.labels.own import judging, markup, service, starter
from seal.labels.own.model import Template
from seal.labels.own.service import Paper, Wish
from seal.printing import cleaning
from seal.printing.stationery import Branding
from tests import world
from tests.conftest import Database

HERE = Branding("Sabores de Aysén", "https://sello.aysen.example", "Aysén")

BODY = """<div class="left">{{symbol}}<p class="cd">{{code}}</p><p>{{address}}</p></div>
<div class="right"><img src="{{art}}" alt=""><p>{{certified_by}}<br><b>{{association}}</b></p><h1>{{product}}</h1>
<p><b>{{maker}}</b></p><p>{{commune}}, {{region}} · {{net_content}}</p>
<p>{{lot_word}} <b>{{lot}}</b> · {{unit_word}} <b>{{unit}}</b></p><p>{{use_by_word}} <b>{{use_by}}</b></p>
<p>{{certified_until_word}} <b>{{certified_until}}</b></p><p>{{meet_es}} · {{meet_en}} {{demonstration}}</p></div>"""
STYLE = """.left{position:absolute;left:1mm;top:1mm;width:25mm;text-align:center}.cd{font-size:7.2pt}
.right{position:absolute;left:27mm;top:2mm;width:32mm}h1{font-size:9pt}.right img{width:8mm;height:8mm;float:right}"""
ART = b"""<?xml version="1.0"?><!-- made by hand --><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">
<title>hoja</title><path d="M1 9C1 3 5 1 9 1 9 6 6 9 1 9z" style="fill:#0b5566;x:y" onclick="alert(1)"/></svg>"""
GOOD = Wish("Casa", "rect", (60.0, 40.0), 24.5, BODY, STYLE, ART)


def styled(more: str) -> Wish:
    return replace(GOOD, css=STYLE + more)


async def manager() -> Acting:
    made = await world.association()
    return world.acting((await world.staff(made)).manager)


def template(wish: Wish) -> Template:
    return Template(UUID(int=1), wish.name, 1, wish.shape, wish.label_mm, wish.space_mm, wish.html, wish.css,
                    ("image/svg+xml", cleaning.clean_svg(ART)), world.START)  # fmt: skip


async def seen(wish: Wish) -> set[str]:
    """Why a label on this template may not be printed, without a database."""
    made = template(wish)
    alone = service.alone_of(made)
    with pytest.raises(Refused) as refused:
        await drawing.plan(alone, service.SAMPLE, HERE, service.example(Paper(alone, "")), at=world.START, title="x",
                           template=made)  # fmt: skip
    return {reason.code for reason in refused.value.reasons}


async def test_a_good_template_is_kept_by_version_and_its_preview_is_read(database: Database) -> None:
    acting = await manager()
    first = await service.add_template(acting, GOOD)
    again = await service.add_template(acting, replace(GOOD, art=None))
    assert [(one.version, one.id) for one in await service.templates(acting)] == [(2, again.id), (1, first.id)]
    assert (await service.template(acting, first.id)).html == BODY
    assert again.art == first.art  # who sends no other picture keeps the one before
    assert first.art is not None
    assert b"onclick" not in first.art[1]
    drawn = await service.preview(acting, Paper(service.alone_of(first), first.name, first))
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(drawn)))
    assert code.text.endswith(service.example(Paper(service.alone_of(first), "")).digits)


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (
            replace(styled(".right b{font-size:4pt}.right p{color:#999}.right h1{opacity:.3}.right{left:23mm}"),
                    html=BODY.replace("<p><b>{{maker}}</b></p>", "")),
            {"labels.face_missing", "labels.face_small", "labels.face_pale", "labels.face_quiet"},
        ),
        (styled(".cd{font-size:6pt}.left{background:#6b4a2a;color:#fff}.right{left:40mm;white-space:nowrap}"),
         {"labels.face_small", "labels.face_ground_dark", "labels.face_cut"}),
        (styled(".right{transform:scale(.8)}.left{background:#888;color:#000}"),
         {"labels.face_small", "labels.face_ground_pale"}),
        (styled(".left{left:-3mm}"), {"labels.face_symbol"}),
        (styled(".left{transform:rotate(20deg)}"), {"labels.face_symbol"}),
        (styled(".left .seal-space{display:none}"), {"labels.template_undrawn"}),
        (styled(".right p{page-break-after:always}.right{position:static}"), {"labels.template_undrawn"}),
    ],
    ids=["words", "dark ground and small code", "pale ground and shrunken", "pushed off", "turned", "hidden", "pages"],
)  # fmt: skip
async def test_a_label_that_may_not_be_printed_is_refused_with_every_reason(wish, expected):
    assert expected <= await seen(wish)


async def test_the_template_to_begin_with_passes_also_on_a_demonstration():
    wish = Wish("x", "rect", starter.LABEL_MM, starter.SPACE_MM, starter.HTML, starter.CSS)
    made, one = template(wish), service.example(Paper(service.alone_of(template(wish)), ""))
    for house in (HERE, replace(HERE, demonstration=True)):
        await drawing.plan(service.alone_of(made), service.SAMPLE, house, one, at=world.START, title="x", template=made)


async def test_words_printed_over_other_words_are_refused():
    """Also turned ones; letters of one word that touch, and ligatures, are no fault (the good template has both)."""
    over = ".right h1{position:absolute;left:0;top:20mm;transform:rotate(180deg)}.right h1{margin:0}"
    assert await seen(styled(over)) == {"labels.face_over"}


async def test_a_symbol_that_cannot_be_read_is_refused_though_its_margin_is_clean():
    wish = replace(GOOD, html=BODY + '<div class="over"></div>')
    over = ".over{position:absolute;left:6mm;top:6mm;width:14mm;height:14mm;background:#fff;z-index:9}"
    made = template(replace(wish, css=STYLE + over))
    assert made  # what lies over the symbol's square is drawn under the symbol: the engine stamps last
    alone = service.alone_of(made)
    one = service.example(Paper(alone, ""))
    planned = await drawing.plan(alone, service.SAMPLE, HERE, one, at=world.START, title="x", template=made)
    (shown,) = drawing.printed(planned, [one])
    assert shown is not None
    wrong = ("HTTPS://ELSEWHERE.EXAMPLE/" + shown[0][-200:], *shown[1:])
    drawn = await judging.one(planned.face, planned.layout, alone, shown)
    assert await judging.unread(drawn, shown[0]) == []
    assert [reason.code for reason in await judging.unread(drawn, wrong[0])] == ["labels.face_unread"]


@pytest.mark.parametrize(
    ("html", "css", "code"),
    [
        (BODY + "<script>alert(1)</script>", STYLE, "labels.template_element"),
        (BODY + '<iframe src="http://x"></iframe>', STYLE, "labels.template_element"),
        (BODY + "<svg><image href='http://x'/></svg>", STYLE, "labels.template_element"),
        (BODY + '<p onclick="x">a</p>', STYLE, "labels.template_attribute"),
        (BODY + '<img src="http://example.com/a.png">', STYLE, "labels.template_remote"),
        (BODY + '<img src="file:///etc/passwd">', STYLE, "labels.template_remote"),
        (BODY + '<p style="background:url(//x)">a</p>', STYLE, "labels.template_css"),
        (BODY, "p{background:url(http://example.com/a.png)}", "labels.template_css"),
        (BODY, "@import 'http://example.com/a.css';", "labels.template_css"),
        (BODY, "p{background:u\\72l(http://example.com)}", "labels.template_css"),
        (BODY, "p{background:u/**/rl(http://example.com)} </style><script>", "labels.template_css"),
        (BODY + "{{password}}", STYLE, "labels.template_name"),
        (BODY.replace("{{symbol}}", ""), STYLE, "labels.template_spot"),
        (BODY + "{{code}}", STYLE, "labels.template_spot"),
        (BODY + "<p></p>" * 400, STYLE, "labels.template_long"),
        (BODY * 40, STYLE, "labels.template_long"),
    ],
)
def test_hostile_or_broken_markup_is_refused_before_it_is_drawn(html, css, code):
    with pytest.raises(BadInput) as refused:
        markup.clean(html, css, art=True)
    assert code in {reason.code for reason in refused.value.reasons}


def test_a_template_that_names_art_needs_some():
    with pytest.raises(BadInput, match=r"labels.template_no_art"):
        markup.clean(BODY, STYLE, art=False)


@settings(max_examples=50)
@given(st.text(max_size=80))
def test_whatever_is_sent_comes_out_as_allowed_elements_alone(text):
    try:
        cleaned = markup.clean(text + "{{symbol}}{{code}}{{unit}}", "", art=True)
    except BadInput:
        return
    assert set(re.findall(r"</?([a-z0-9]+)", cleaned)) <= markup._TAGS


def test_words_from_people_cannot_become_markup():
    filled = markup.filled("<p>{{maker}}</p>", {"maker": "<script>alert(1)</script>{{code}}"})
    assert filled == "<p>&lt;script&gt;alert(1)&lt;/script&gt;{{code}}</p>"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"GIF89a", "labels.art_kind"),
        (b"\x89PNG\r\n\x1a\nnothing", "files.picture_unreadable"),
        (b"<" * 1_000_001, "labels.art_big"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><svg/>", "files.svg_unreadable"),
        (b"<svg", "files.svg_unreadable"),
        (b"<html/>", "files.svg_unreadable"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><text>a</text></svg>', "files.svg_part"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><image href="x"/></svg>', "files.svg_part"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "files.svg_part"),
        (b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g/>" * 4001 + b"</svg>", "files.svg_too_big"),
    ],
)
def test_art_that_cannot_be_cleaned_is_refused(data, code):
    with pytest.raises(BadInput) as refused:
        service.cleaned(data)
    assert refused.value.code == code


def test_art_loses_all_but_shapes_and_paint():
    kind, kept = service.cleaned(
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:i="urn:i" i:x="1" onload="x"><i:view/><metadata>a</metadata>'
        b'<path d="M0 0h1" fill="url(http://x)" stroke="url(#a)" style="stroke-width:2;fill-opacity:url(x)"/></svg>'
    )
    assert kind == "image/svg+xml"
    assert (
        kept == b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h1" stroke="url(#a)" stroke-width="2" /></svg>'
    )


async def test_a_template_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("seal.labels.drawing.OWN_SECONDS", 0.4)
    assert await seen(GOOD) == {"labels.template_undrawn"}
