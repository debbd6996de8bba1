"""An answer as the page that a stranger sees: everything that the template shows, per language. Pure.

    page = view.render(view.page_view(answer, "es", links=view.Links(languages={"en": "?lang=en"})))
    page.html, page.style_hashes        # the hashes go into the content security policy of this page

One answer carries style and drawings inline: no script, no font, no second request. What is not known is
left out, never guessed; the commune is the finest place; an address that is empty in ``Links`` has no link.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

from seal.printing.stationery import environment
from seal.verification import sections
from seal.verification.answer import Answer, Association
from seal.verification.panel import Panel, advice, panel
from seal.verification.sections import AnswerLine
from seal.web.assets import csp_hash, lean
from seal.web.colours import PAPER, dark_tone, is_colour, passing_tone
from seal.web.i18n import Translator, translator

_CSS = Path(__file__).resolve().parent.parent / "templates" / "verification" / "page.css"
_NOBODY = frozenset({"unknown", "mistyped", "cannot_check", "forged", "newer", "not_sealed"})
"""States that show nothing of any record."""
_NUMBERED = frozenset({"recalled", "unusual"})
TYPED_MOST = 24
"""Longest text of the field for a code: thirteen symbols and whatever people put between them."""


@dataclass(frozen=True)
class Links:
    """Addresses of pages that exist; an empty one is not linked. ``languages``: the other languages' addresses.

    ``check`` takes ``?c=<code>``; ``contact`` is a ``mailto:`` or ``tel:`` address of the association.
    """

    languages: Mapping[str, str] = field(default_factory=dict)
    check: str = ""
    protocol: str = ""
    credential: str = ""
    document: str = ""
    certificate_pdf: str = ""
    register: str = ""
    contact: str = ""
    log: str = ""
    void: str = ""
    """Where whoever made this unit takes its label out of use."""


@dataclass(frozen=True)
class PageView:
    """Everything the template shows. Texts are in ``lang``; drawings are safe markup."""

    lang: str
    t: Translator
    panel: Panel
    title: str
    seal_name: str
    colour: str
    demonstration: bool
    host: str
    links: Links
    code: str
    typed: str
    """What stands in the field to type a code again."""
    todo: tuple[str, ...]
    numbered: bool
    facts: tuple[tuple[str, str, bool], ...]
    checked: tuple[tuple[str, str, str], ...]
    dateline: Markup | None
    maker: str
    commune: str
    map: Markup | None
    years: int
    years_say: str
    answers: tuple[AnswerLine, ...]
    trace: tuple[tuple[str, str], ...]
    tests: tuple[tuple[str, str, str], ...]
    proofs: tuple[tuple[str, str], ...]
    asks_again: bool
    inside: tuple[AnswerLine, ...] = ()
    """What stands in a box, lot by lot."""


@dataclass(frozen=True)
class Page:
    """The page, and the hashes of its inline style for the content security policy."""

    html: str
    style_hashes: tuple[str, ...]


def page_view(
    answer: Answer, lang: str, *, links: Links | None = None, house: Association | None = None, typed: str = ""
) -> PageView:
    """The view of an answer. ``house`` is whose page this is when the answer has no owner (an unknown code).

    ``typed``: what was asked for, to be corrected when it is no code.
    """
    t = translator(lang)
    owner = answer.association or house
    zone = owner.zone if owner else "UTC"
    top = panel(answer, t, zone)
    record = None if top.state in _NOBODY else answer.record
    batch = record.batch if record else None
    code = answer.code.printed if answer.code else ""
    title = [top.title, code, owner.name if owner else ""]
    if owner and owner.demonstration:
        title.append(t("verification.demonstration.word"))
    return PageView(
        lang=t.lang,
        t=t,
        panel=top,
        title=" · ".join(part for part in title if part),
        seal_name=owner.name if owner else t("verification.seal_check"),
        colour=owner.colour if owner and is_colour(owner.colour) else "#3a2f5f",
        demonstration=bool(owner and owner.demonstration),
        host=owner.base.split("://", 1)[1] if owner else "",
        links=links or Links(),
        code=code,
        typed=code or (typed if len(typed) <= TYPED_MOST else ""),
        todo=sections.todo(top, record, advice(answer), t),
        numbered=top.state in _NUMBERED,
        facts=sections.facts(record, code, t) if record else (),
        checked=sections.checked(record, t) if record else (),
        dateline=sections.drawn_dateline(answer, batch, top.state, zone, t),
        maker=record.maker.trade_name if record else "",
        commune=record.maker.commune if record else "",
        map=sections.place_map(record, t) if record and top.look.tone != "stop" else None,
        years=record.maker.years if record else 0,
        years_say=sections.years(record.maker.years, t) if record and top.look.rings else "",
        answers=sections.answers(answer, t, zone) if top.state not in ("unknown", "mistyped", "cannot_check") else (),
        trace=sections.trace(record, batch, t) if record and batch else (),
        tests=tuple(sections.measured(test, record.certification.rules, t) for test in batch.tests)
        if record and batch
        else (),
        proofs=sections.proofs(answer, record, t),
        asks_again=top.state in ("unknown", "mistyped"),
        inside=sections.inside(answer.box, t),
    )


def render(view: PageView) -> Page:
    """The page as HTML, with the hash of its style. The same view gives the same bytes."""
    css = style(view.colour)
    html = environment().get_template("verification/page.html").render(v=view, t=view.t, css=Markup(css))  # noqa: S704
    html = re.sub(r">\s*\n\s*<", "><", html)
    return Page(re.sub(r"\n\s*", " ", html).strip(), (csp_hash(css),))


@lru_cache(maxsize=64)
def style(colour: str) -> str:
    """The page's style sheet with an association's own colour, made readable on both grounds."""
    own = f":root{{--br:{passing_tone(colour, PAPER, 0)}}}"
    dark = f"@media screen and (prefers-color-scheme:dark){{:root{{--br:{dark_tone(colour)}}}}}"
    return lean(_CSS.read_text("utf-8")) + own + dark
