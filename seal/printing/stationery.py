"""What every printed document shares: who issues it, the fonts inlined, and one Jinja environment.

Fonts ship with Seal and go into the document as ``data:`` addresses, so that paper comes out alike on every
machine, also on one with no fonts at all.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from seal.printing import art, qr
from seal.web.i18n import translator

_SEAL = Path(__file__).resolve().parent.parent
_FONTS = (
    ("Piazzolla", "100 900", "piazzolla-latin-wght-normal.woff2"),
    ("Noto Sans", "400", "noto-sans-latin-400-normal.woff2"),
    ("Noto Sans", "600 900", "noto-sans-latin-600-normal.woff2"),
    ("Noto Sans Mono", "600", "noto-sans-mono-latin-600-normal.woff2"),
)


@dataclass(frozen=True)
class Branding:
    """Who issues a paper. ``base`` is the association's address without a closing slash.

    ``colour`` stands on the mark alone. A ``demonstration`` says so on every label and paper.
    """

    name: str
    base: str
    region: str
    colour: str = "#3a2f5f"
    demonstration: bool = False

    @property
    def address(self) -> str:
        """What a person types: the base without its scheme."""
        parts = urlsplit(self.base)
        return parts.netloc + parts.path

    @property
    def qr_prefix(self) -> str:
        """What a QR symbol starts with, in upper case for the alphanumeric mode."""
        return f"{self.base.upper()}/"


@cache
def font_faces() -> Markup:
    """``@font-face`` rules with the shipped fonts inside; about 95 kB."""
    rules = []
    for family, weight, file in _FONTS:
        data = base64.b64encode((_SEAL / "static" / "fonts" / file).read_bytes()).decode()
        rules.append(
            f"@font-face{{font-family:'{family}';font-weight:{weight};"
            f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
        )
    return Markup("\n".join(rules))  # noqa: S704 - our own files


def spaced(digest: str, group: int = 8) -> str:
    """A digest in groups for the eye: ``a41c09d2 77…``."""
    return " ".join(digest[start : start + group] for start in range(0, len(digest), group))


def strong(text: str, word: str) -> Markup:
    """``text`` with ``word`` in it set stronger; both are text and never markup."""
    inside = str(escape(word))
    return Markup(str(escape(text)).replace(inside, f"<b>{inside}</b>")) if word else escape(text)  # noqa: S704


def day_es(day: date) -> str:
    return translator("es").day(day)


def day_en(day: date) -> str:
    return translator("en").day(day)


def millimetres(value: float) -> str:
    return f"{round(value, 3):g}mm"


@cache
def environment() -> Environment:
    """Templates of paper and of the public page: autoescaped, and a missing name is an error."""
    env = Environment(
        loader=FileSystemLoader(_SEAL / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals |= {
        "mark": art.mark,
        "ground": art.ground,
        "icon": art.icon,
        "qr_svg": qr.svg,
        "qr_address": qr.address_svg,
    }
    env.filters |= {"day_es": day_es, "day_en": day_en, "spaced": spaced, "strong": strong, "mm": millimetres}
    return env


def paper(template: str, lang: str = "es", **context: object) -> str:
    """A printed document as HTML. ``es`` and ``en`` speak each language; ``t`` the one that leads. Pure."""
    return (
        environment()
        .get_template(template)
        .render(t=translator(lang), es=translator("es"), en=translator("en"), lang=lang, fonts=font_faces(), **context)
    )
