"""The verifier's modules as one script, for pages that may load nothing: each module becomes a function. Pure.

Only the forms that ``seal/static/verifier`` uses are known; any other import or export is a mistake that stops.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache

from seal.web.assets import FOLDER

HOME = FOLDER / "verifier"
_IMPORT = re.compile(r'^import (?P<what>\* as \w+|\{[^}]*\}) from "(?P<path>[^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|const|class) (?P<name>\w+))", re.MULTILINE)
_LISTED = re.compile(r"^export \{(?P<names>[^}]*)\};$", re.MULTILINE)


@cache
def joined(entry: str) -> str:
    """The script of ``entry`` (``archive.js``) with everything it imports. ``ValueError`` for what it cannot join."""
    order: list[str] = []
    bodies: dict[str, str] = {}
    _add(entry, order, bodies, ())
    parts = [f'modules["{name}"] = (() => {{\n{bodies[name]}}})();\n' for name in order]
    return f'"use strict";\nconst modules = {{}};\n{"".join(parts)}'


def _add(name: str, order: list[str], bodies: dict[str, str], above: tuple[str, ...]) -> None:
    if name in above:
        raise ValueError(f"modules import each other: {' > '.join((*above, name))}")
    if name in order:
        return
    text = (HOME / name).read_text("utf-8")
    exported: list[str] = []

    def take(found: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), found["path"]))
        _add(path, order, bodies, (*above, name))
        what = found["what"]
        named = what.removeprefix("* as ") if what.startswith("*") else what.replace(" as ", ": ")
        return f'const {named} = modules["{path}"];'

    def own(found: re.Match[str]) -> str:
        exported.append(found["name"])
        return ""

    def listed(found: re.Match[str]) -> str:
        exported.extend(part.strip() for part in found["names"].split(",") if part.strip())
        return ""

    text = _LISTED.sub(listed, _EXPORT.sub(own, _IMPORT.sub(take, text)))
    left = re.search(r"^(?:import|export)\b.*$", text, re.MULTILINE)
    if left and not name.startswith("vendor/"):  # theirs has an example in a comment
        raise ValueError(f"{name}: {left[0]}")
    if "</" in text or "<!--" in text:
        raise ValueError(f"{name} cannot stand inside a page: it closes a tag")
    order.append(name)
    bodies[name] = f"{text}\nreturn {{ {', '.join(exported)} }};\n"
