"""What ``seal protocols`` does with files: read, show. Each prints, and returns an exit status (0 fine, 1 faults)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from seal.errors import BadInput, Reason
from seal.protocols import examples, json_schema, loader
from seal.protocols.checklist import build
from seal.protocols.loader import Key
from seal.protocols.model import Part, Protocol
from seal.protocols.saying import refused, say
from seal.protocols.wording import limits_of
from seal.web.i18n import Translator, translator


def show_library(language: str = "es", folder: Path | None = None) -> int:
    """Each protocol and module of the library with its digest, then what could not be read."""
    home = folder or loader.shipped()
    if not loader.versions(home):
        refused(translator(language), [Reason("protocols.no_library", {"folder": str(home)})])
        return 1
    library = loader.load_each(home)
    for (protocol_id, version), protocol in library.protocols.items():
        say(f"{protocol_id} {version}  sha256:{protocol.digest}  {protocol.title(language)}")
    for (module_id, version), module in library.modules.items():
        say(f"  {module_id} {version}  sha256:{module.digest}")
    refused(translator(language), [fault for faults in library.faults.values() for fault in faults])
    return 1 if library.faults else 0


def check(folders: Sequence[str], language: str = "es") -> int:
    """Read protocol folders (``protocols/<id>/<version>``; none: the whole library) and run their examples.

    Every fault is printed with file, line and remedy; without a fault, every warning too, which fails nothing.
    """
    words = translator(language)
    wanted = [_home(Path(folder)) for folder in folders] or [
        (loader.shipped(), key) for key in loader.versions(loader.shipped())
    ]
    failed = False
    for folder, key in wanted:
        faults = _faults_of(folder, key)
        refused(words, faults)
        failed = failed or bool(faults)
        if faults:
            continue
        warnings = _warnings_of(folder, key)
        for warning in warnings:
            say(words("protocols.check.warning", sentence=words.reason(warning)))
        said = "warnings" if warnings else "fine"
        say(words(f"protocols.check.{said}", id=key[0], version=key[1], count=len(warnings)))
    return 1 if failed else 0


def show(protocol_id: str, version: str, language: str = "es", folder: Path | None = None) -> int:
    """Print the whole checklist, desk part first, as it stands before any fact is known."""
    home = folder or loader.shipped()
    words = translator(language)
    if (protocol_id, version) not in loader.versions(home):
        refused(words, [Reason("protocols.not_in_library", {"id": protocol_id, "version": version})])
        return 1
    try:
        protocol = loader.load(home, protocol_id, version)
    except BadInput as error:
        refused(words, error.reasons)
        return 1
    for line in _lines(protocol, words):
        say(line)
    return 0


def show_schema(kind: str) -> int:
    """Print the JSON Schema of a kind of file."""
    say(json.dumps(json_schema.schema(kind), indent=2, ensure_ascii=False))
    return 0


def _home(path: Path) -> tuple[Path, Key]:
    """``protocols/miel/0.1.0`` is version 0.1.0 of miel in the library ``protocols``."""
    version = path.resolve()
    return version.parent.parent, (version.parent.name, version.name)


def _faults_of(folder: Path, key: Key) -> Sequence[Reason]:
    try:
        found = loader.load_module(folder, *key)
        return () if found.rules is None else examples.faults(folder, loader.load(folder, *key))
    except BadInput as error:
        return error.reasons


def _warnings_of(folder: Path, key: Key) -> Sequence[Reason]:
    """Of a version without a fault."""
    found = loader.warnings(folder, *key)
    if loader.load_module(folder, *key).rules is None:
        return found
    return (*found, *examples.warnings(folder, loader.load(folder, *key)))


def _lines(protocol: Protocol, words: Translator) -> Iterable[str]:
    text = protocol.text(words.lang)
    yield f"{text.title} · {protocol.id} {protocol.version} · sha256:{protocol.digest}"
    checklist = build(protocol, {}, year=1)
    for part in Part:
        yield ""
        yield words(f"protocols.part.{part.value}").upper()
        chapter = ""
        for place in checklist.of(part):
            if place.chapter != chapter:
                chapter = place.chapter
                yield f"\n{text.chapters[chapter]}"
            point = protocol.point(place.id)
            level = words(f"protocols.level.{point.level.value}")
            limit = limits_of(point, words)
            said = text.points[point.id].requirement
            if text.lacks("points", point.id):
                said += f" {words('protocols.untranslated_here')}"
            yield f"  {point.id}  ({level}) {said}" + (f" [{limit}]" if limit else "")
