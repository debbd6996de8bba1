"""A protocol as its author writes it: parsed files, not yet judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from seal.errors import Reason
from seal.protocols import loader
from seal.protocols.exchange import writing
from seal.protocols.source import parse

LANGUAGES = ("es", "en")
"""Those that a spreadsheet has columns for, Spanish first."""


@dataclass(frozen=True)
class Draft:
    """``structure`` is ``protocol.yaml`` as parsed, ``words`` each ``text.<language>.yaml``."""

    structure: Mapping[str, Any]
    words: Mapping[str, Mapping[str, Any]]

    @property
    def id(self) -> str:
        return str(self.structure["id"])

    @property
    def version(self) -> str:
        return str(self.structure["version"])

    @property
    def points(self) -> list[dict[str, Any]]:
        return list(self.structure.get("points") or ())

    def text(self, language: str, part: str) -> Mapping[str, Any]:
        """One part (``points``, ``facts``, …) of the words of a language; empty where there are none."""
        return self.words.get(language, {}).get(part) or {}

    def with_points(self, points: list[dict[str, Any]], words: Mapping[str, Mapping[str, Any]]) -> Draft:
        """The same draft with other points and other words."""
        return replace(self, structure={**self.structure, "points": points}, words=words)

    def files(self) -> dict[str, bytes]:
        """File name to its bytes, in the form in which :mod:`writing` writes."""
        named = {"protocol.yaml": writing.dump(self.structure)}
        named |= {f"text.{language}.yaml": writing.dump(words) for language, words in self.words.items()}
        return {name: text.encode() for name, text in named.items()}


@dataclass(frozen=True)
class Change:
    """What an import does to a point: added, changed (in ``fields``), kept or removed. ``row`` 0: it has none."""

    what: str
    id: str
    row: int
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Imported:
    """An import before anything is written: the draft, what would change, and what was not understood."""

    draft: Draft
    changes: tuple[Change, ...]
    notes: tuple[Reason, ...]

    def count(self, what: str) -> int:
        return sum(change.what == what for change in self.changes)


def of_folder(folder: Path, protocol_id: str, version: str) -> Draft:
    """The draft behind ``folder/<id>/<version>``. ``BadInput`` if a file cannot be read."""
    home = folder / protocol_id / version
    words = {path.name.split(".")[1]: dict(loader.read(folder, path).data) for path in sorted(home.glob("text.*.yaml"))}
    return Draft(dict(loader.read(folder, home / "protocol.yaml").data), words)


def of_texts(files: Mapping[str, str]) -> Draft:
    """The draft behind the text of its files by name. ``BadInput`` if one of them cannot be read."""
    words = {
        name.split(".")[1]: dict(parse(name, text.encode()).data)
        for name, text in sorted(files.items())
        if name.startswith("text.")
    }
    return Draft(dict(parse("protocol.yaml", files.get("protocol.yaml", "").encode()).data), words)


def write(draft: Draft, folder: Path) -> tuple[Path, ...]:
    """Write the files of ``draft`` under ``folder/<id>/<version>``, which is made. Returns their paths."""
    home = folder / draft.id / draft.version
    home.mkdir(parents=True, exist_ok=True)
    written = []
    for name, raw in draft.files().items():
        path = home / name
        path.write_bytes(raw)
        written.append(path)
    return tuple(written)
