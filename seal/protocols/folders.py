"""Protocols and drafts as folders of source files, out of the database and into it: ``<folder>/<id>/<version>/…``."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from seal.db import reading
from seal.errors import BadInput
from seal.identity import Acting
from seal.people import service as people
from seal.protocols import comparing, document, drafting, life_store
from seal.protocols.drafts import OVERLAY, STRUCTURE, Files, tidy
from seal.protocols.exchange import writing
from seal.protocols.life import Life, Source
from seal.protocols.model import Module
from seal.protocols.source import MAX_BYTES

TEXTUAL = frozenset({"id", "version", "sha256", "source", "title", "previous"})
"""Keys whose values stay words, whatever they look like."""


async def export(acting: Acting, name: str, out: Path) -> tuple[Path, ...]:
    """Write a version (``miel@0.1.0``) and the modules that it includes under ``out``. Returns the files.

    A draft is written as its author typed it; an overlay also stands beside the protocol that it makes. What is
    written reads back with the same digest. Raises ``BadInput('protocols.already_there')`` before another file is lost.
    """
    await people.authorise(acting)
    key = comparing.key_of(name)
    async with reading():
        life = await life_store.by_name(acting.association_id, *key)
        saved = None if life is None else await life_store.latest(acting.association_id, life.id)
    files: dict[tuple[str, str], Files] = {}
    if saved is not None and OVERLAY not in saved.files:
        files[key] = saved.files
    else:
        protocol = await comparing.named(acting.association_id, name)
        for part in protocol.modules:
            files[part.id, part.version] = written(part)
        if saved is not None:
            files[key] = {**files[key], OVERLAY: saved.files[OVERLAY]}
    return tuple(
        _write(out.joinpath(*folder, file), text) for folder, texts in files.items() for file, text in texts.items()
    )


def _write(path: Path, text: str) -> Path:
    if path.exists() and path.read_bytes() != text.encode():
        raise BadInput("protocols.already_there", folder=str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="\n")
    return path


def written(part: Module) -> dict[str, str]:
    """A part of a kept copy as files that read back with the same digest."""
    structure = _typed({**_ordered(part.document), "status": part.status}, "")
    texts = {STRUCTURE: writing.dump(structure)}
    return texts | {f"text.{language}.yaml": writing.dump(words) for language, words in part.words.items()}


def _ordered(data: Mapping[str, Any]) -> dict[str, Any]:
    """What the file is first, its points last, as people write them."""
    first = ("schema", "id", "kind", "version", "status", "includes", "facts")
    keys = [*(key for key in first if key in data), *(key for key in data if key not in (*first, "points")), "points"]
    return {key: data[key] for key in keys if key in data}


def _typed(value: Any, key: str) -> Any:
    """Decimal strings of a document as numbers again, where they are no words."""
    if isinstance(value, Mapping):
        return {name: _typed(inside, str(name)) for name, inside in value.items()}
    if isinstance(value, list | tuple):
        return [_typed(inside, key) for inside in value]
    if isinstance(value, str) and key not in TEXTUAL:
        try:
            number = Decimal(value)
        except InvalidOperation:
            return value
        return number if number.is_finite() and document.number(number) == value else value
    return value


async def bring(acting: Acting, folder: Path) -> Life:
    """Take ``…/<id>/<version>`` as a draft, or as the next text of one; of an overlay nothing else is taken.

    Managers, or the owner at the command line. Raises ``BadInput('protocols.unreadable' | …)``.
    """
    key, files = _source_of(folder)
    kept = tidy(files)
    async with reading():
        life = await life_store.by_name(acting.association_id, *key)
    if life is not None and life.source is not Source.LIBRARY:
        return await drafting.revise(acting, *key, kept)
    return await drafting.begin(acting, *key, kept)


def _source_of(folder: Path) -> tuple[tuple[str, str], dict[str, str]]:
    """Name and files of ``…/<id>/<version>``; of an overlay, the overlay alone."""
    home = folder.resolve()
    files = {
        path.relative_to(home).as_posix(): _read(path)
        for path in (*home.glob("*.yaml"), *home.glob("examples/*.yaml"), *home.glob("CHANGES.md"))
    }
    return (home.parent.name, home.name), {OVERLAY: files[OVERLAY]} if OVERLAY in files else files


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise BadInput("protocols.too_big", file=path.name, line=1, size=len(raw), most=MAX_BYTES)
        return raw.decode("utf-8")
    except OSError as error:
        raise BadInput("protocols.unreadable", file=path.name, line=1, problem=error.strerror or "") from error
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BadInput("protocols.not_utf8", file=path.name, line=line) from None
