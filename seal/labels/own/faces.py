"""The face of an association's own template: filled for a batch, with samples where labels differ. Pure."""

from __future__ import annotations

from markupsafe import Markup

from seal.labels.faces import words
from seal.labels.own import markup
from seal.labels.own.model import Template
from seal.labels.sheet import LabelView
from seal.printing import art
from seal.printing.stationery import Branding, font_faces

_PAGE = """<!doctype html>
<html lang="es"><head><meta charset="utf-8"><title>{title}</title><style>
{fonts}
*{{box-sizing:border-box;margin:0;padding:0}}
html{{font-family:Piazzolla;font-weight:520;font-size:6pt;line-height:1.1;color:#10242a}}
{css}
@page{{size:{width:g}mm {height:g}mm!important;margin:0!important}}
.seal-code{{font-family:"Noto Sans Mono";font-weight:600;white-space:nowrap}}
.seal-unit{{white-space:nowrap}}
.seal-space{{display:block;position:relative;width:{space:g}mm;height:{space:g}mm}}
.seal-space a{{display:block!important;position:absolute!important;left:{off:.4f}mm!important;\
top:{off:.4f}mm!important;width:{side:.4f}mm!important;height:{side:.4f}mm!important}}
.seal-mark{{display:inline-block;width:6mm;height:6mm}}
</style></head><body><div style="position:relative;width:{width:g}mm;height:{height:g}mm;overflow:hidden">{body}</div>\
</body></html>"""


def html(
    template: Template,
    view: LabelView,
    branding: Branding,
    *,
    title: str,
    side_mm: float,
    code: Markup | str,
    unit: Markup | str,
) -> str:
    """One label as a page of the template's size."""
    given: dict[str, Markup | str] = values(view, branding)
    given |= {
        "symbol": Markup('<span class="seal-space"><a href="seal:symbol"></a></span>'),
        "code": Markup('<span class="seal-code">{}</span>').format(code),
        "unit": Markup('<span class="seal-unit">{}</span>').format(unit),
        "mark": art.mark(None, rings=4, stroke=6, colour=branding.colour, css="seal-mark"),
        "art": markup.art_address(template.art) if template.art else "",
    }
    cleaned = markup.clean(template.html, template.css, art=template.art is not None, numbered=view.numbered)
    return _PAGE.format(
        title=title,
        fonts=font_faces(),
        css=template.css,
        width=template.label_mm[0],
        height=template.label_mm[1],
        space=template.space_mm,
        off=(template.space_mm - side_mm) / 2,
        side=side_mm,
        body=markup.filled(cleaned, given),
    )


def values(view: LabelView, branding: Branding) -> dict[str, Markup | str]:
    """What a template may name, but for what differs and what is drawn."""
    said = {f"{key}_word": words.both(name) for key, name in _WORDS.items()}
    if branding.demonstration:
        said["demonstration"] = words.both("demonstration")
    return said | {
        "association": branding.name,
        "region": branding.region,
        "address": branding.address,
        "certified_by": words.both("certified_by"),
        "maker": view.maker,
        "commune": view.commune,
        "product": view.product,
        "net_content": view.net_content,
        "lot": view.lot,
        "units": str(view.units),
        "use_by": words.day(view.use_by) if view.use_by else "",
        "certified_until": words.day(view.certified_until),
        "meet_es": words.ES("labels_print.meet"),
        "meet_en": words.EN("labels_print.meet"),
        "notes_es": ". ".join(note[0] for note in view.notes),
        "notes_en": ". ".join(note[1] for note in view.notes),
    }


_WORDS = {"lot": "lot", "unit": "number", "use_by": "use_by", "certified_until": "certified_until"}
