"""A template's HTML and CSS made safe, and filled for one batch. Pure.

What an association writes is hostile until proven otherwise: a few elements for words and boxes, no script, no
address of anything, no rule that loads or repeats. The child that draws it could not follow one either.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from html.parser import HTMLParser

from markupsafe import Markup, escape

from seal.errors import BadInput, Reason
from seal.printing.cleaning import names

MOST_LETTERS = 20_000
MOST_ELEMENTS = 300
_TAGS = names("div p span b i em strong small br hr h1 h2 h3 ul ol li table tbody thead tr td th dl dt dd sup sub img")
_VOID = frozenset(("br", "hr", "img"))
_ATTRIBUTES = frozenset(("class", "style", "lang", "colspan", "rowspan", "alt", "src"))
_NAME = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
_ART = re.compile(r"\{\{\s*art\s*\}\}")
_CSS = re.compile(
    r"[<\\@]|url\s*\(|image-set|attr\s*\(|expression|-weasy|element\s*\(|running\s*\(|target-", re.IGNORECASE
)
_SPOTS = ("symbol", "code", "unit")
NAMES = (
    *("association", "region", "address", "certified_by", "maker", "commune", "product", "net_content", "lot_word"),
    *("lot", "unit_word", "unit", "units", "use_by_word", "use_by", "certified_until_word", "certified_until", "code"),
    *("symbol", "mark", "art", "meet_es", "meet_en", "notes_es", "notes_en", "demonstration"),
)
"""What a template may name."""


class _Cleaner(HTMLParser):
    """Writes what is allowed anew, and notes what is not."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.open: list[str] = []
        self.count = 0
        self.faults: dict[tuple[str, str], Reason] = {}

    def fault(self, code: str, **told: str) -> None:
        self.faults.setdefault((code, str(told)), Reason(code, {"field": "html", **told}))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count += 1
        if tag not in _TAGS:
            self.fault("labels.template_element", element=tag[:40])
            return
        written = []
        for name, value in attrs:
            if name not in _ATTRIBUTES:
                self.fault("labels.template_attribute", attribute=name[:40], element=tag)
            elif name == "src" and not _ART.fullmatch((value or "").strip()):
                self.fault("labels.template_remote", address=(value or "")[:60])
            elif name == "style" and _CSS.search(value or ""):
                self.fault("labels.template_css", text=(value or "")[:60])
            else:
                written.append(f' {name}="{escape(value or "")}"')
        self.parts.append(f"<{tag}{''.join(written)}>")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while (last := self.open.pop()) != tag:
                self.parts.append(f"</{last}>")
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.parts.append(str(escape(data)))

    def handle_comment(self, data: str) -> None:
        """Left out."""

    def handle_decl(self, decl: str) -> None:
        self.fault("labels.template_element", element=f"!{decl[:30]}")

    def unknown_decl(self, data: str) -> None:
        self.handle_decl(data)

    def handle_pi(self, data: str) -> None:
        self.handle_decl(data)

    def whole(self) -> str:
        self.close()
        return "".join([*self.parts, *(f"</{tag}>" for tag in reversed(self.open))])


def clean(html: str, css: str, *, art: bool, numbered: bool = True) -> str:
    """``html`` written anew with what is allowed. Raises ``BadInput`` with everything that is not.

    ``art``: whether there is a picture for ``{{art}}``. Every spot must be named exactly once.
    """
    if len(html) > MOST_LETTERS or len(css) > MOST_LETTERS:
        raise BadInput("labels.template_long", field="html", most=MOST_LETTERS)
    cleaner = _Cleaner()
    cleaner.feed(html)
    made = cleaner.whole()
    faults = list(cleaner.faults.values())
    if cleaner.count > MOST_ELEMENTS:
        faults.append(Reason("labels.template_long", {"field": "html", "most": MOST_LETTERS}))
    if found := _CSS.search(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)) or _CSS.search(css):
        faults.append(Reason("labels.template_css", {"field": "css", "text": found[0]}))
    named = _NAME.findall(made)
    faults += [
        Reason("labels.template_name", {"field": "html", "name": name})
        for name in dict.fromkeys(named)
        if name not in NAMES
    ]
    for spot in _SPOTS if numbered else _SPOTS[:2]:
        if named.count(spot) != 1:
            faults.append(Reason("labels.template_spot", {"field": "html", "name": spot, "count": named.count(spot)}))
    if "art" in named and not art:
        faults.append(Reason("labels.template_no_art", {"field": "art"}))
    if faults:
        raise BadInput.because(faults)
    return made


def art_address(art: tuple[str, bytes]) -> str:
    """A picture as an address that holds it."""
    media_type, data = art
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def filled(cleaned: str, values: Mapping[str, Markup | str]) -> Markup:
    """The cleaned template with what it names; whatever has no value is empty. Values that are text stay text."""

    def value(match: re.Match[str]) -> str:
        return str(escape(values.get(match[1], "")))

    return Markup(_NAME.sub(value, cleaned))  # noqa: S704 - cleaned above, values escaped
