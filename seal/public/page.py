"""The page inside an archive, and the words that pages which verify by themselves carry. Pure."""

from __future__ import annotations

import base64
import json
from datetime import date
from functools import cache
from typing import Any

from markupsafe import Markup

from seal.printing.stationery import environment
from seal.public import layout, script
from seal.verification.panel import LOOKS
from seal.verification.view import style
from seal.web.assets import csp_hash
from seal.web.colours import is_colour
from seal.web.i18n import LANGUAGES, translator

_LEFT_OUT = tuple(f"verification.{part}." for part in ("mode", "trace", "tests", "line", "years", "proof", "do"))
_DOCUMENT = "/document.json"
_ICONS = ("ok", "clock", "slash", "ask", "off", "cloud")


@cache
def words(languages: tuple[str, ...] = LANGUAGES) -> dict[str, Any]:
    """Everything that a script says, by language, with the names of months; and the looks and icons of panels."""
    said = {}
    for lang in languages:
        t = translator(lang)
        wanted = {
            key: text
            for key, text in t.catalogue.words.items()
            if key.startswith(("verification.", "public.")) and not key.startswith(_LEFT_OUT)
        }
        said[lang] = {"words": wanted, "months": [t.day(date(2026, month, 1)).split(" ")[1] for month in range(1, 13)]}
    looks = {state: [look.tone, look.icon, look.rings] for state, look in LOOKS.items()}
    drawn = environment().from_string("{{ icon(name, size, 1.9) }}")
    names = sorted({look.icon for look in LOOKS.values()} | set(_ICONS))
    return {"languages": said, "looks": looks, "icons": {name: drawn.render(name=name, size=24) for name in names}}


def embed(value: Any) -> str:
    """JSON that can stand inside a ``<script>``: it never closes a tag."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).replace("<", "\\u003c")


def of_archive(members: layout.Members, colour: str, *, demonstration: bool = False) -> bytes:
    """``index.html`` for these members: data, style and script inline, nothing fetched. A ``demonstration`` says so."""
    entries = [members[path] for path in sorted(members, key=_in_order) if path.startswith("log/tile/entries/")]
    objects = json.loads(members[layout.OBJECTS])
    data = {
        "bundle": members[layout.BUNDLE].decode(),
        "checkpoint": members[layout.CHECKPOINT].decode(),
        "entries": [base64.b64encode(one).decode() for one in entries],
        "objects": [[*row, members[row[4]].decode()] for row in objects],
        "lists": [[path, data.decode()] for path, data in sorted(members.items()) if path.startswith("status/")],
        "protocols": [_protocol(path, members) for path in sorted(members) if path.endswith(_DOCUMENT)],
        "handover": json.loads(members[layout.HANDOVER]) if layout.HANDOVER in members else None,
        "demonstration": demonstration,
        **words(),
    }
    code = script.joined("archive.js")
    css = style(colour if is_colour(colour) else "#3a2f5f")
    html = (
        environment()
        .get_template("public/archive.html")
        .render(
            css=Markup(css),  # noqa: S704 - our own sheet and a checked colour
            css_hash=csp_hash(css),
            script=Markup(code),  # noqa: S704 - our own files, which cannot close a tag
            script_hash=csp_hash(code),
            data=Markup(embed(data)),  # noqa: S704 - escaped by embed
        )
    )
    return html.encode()


def _protocol(path: str, members: layout.Members) -> list[str]:
    """Folder, document, publication, package of a protocol."""
    folder = path.removesuffix(_DOCUMENT)
    parts = (f"{folder}{_DOCUMENT}", f"{folder}/publication.json", f"{folder}/package.json")
    return [folder, *(members.get(part, b"").decode() for part in parts)]


def _in_order(path: str) -> tuple[int, str]:
    """Entry bundles by their number: ``entries/x001/234`` after ``entries/999``."""
    digits = "".join(symbol for symbol in path.partition(".p/")[0] if symbol.isdigit())
    return int(digits or 0), path
