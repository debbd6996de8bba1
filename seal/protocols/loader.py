"""The library of protocols on disk: ``<folder>/<id>/<version>/{protocol.yaml,text.<lang>.yaml,examples/*.yaml}``.

Reads files and nothing else. A fault in one protocol blocks that protocol only (:func:`load_each`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from seal.errors import BadInput, Reason
from seal.protocols import assembly
from seal.protocols.model import Module, Protocol
from seal.protocols.shapes import IncludeShape
from seal.protocols.source import MAX_BYTES, Source, parse

Key = tuple[str, str]


@dataclass(frozen=True)
class Library:
    """What could be read, and why the rest could not."""

    protocols: Mapping[Key, Protocol]
    modules: Mapping[Key, Module]
    faults: Mapping[Key, tuple[Reason, ...]]


def shipped() -> Path:
    """The folder of the library that comes with Seal: inside the wheel, or beside the package in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_protocols"
    return inside if inside.is_dir() else package.parent / "protocols"


def versions(folder: Path) -> tuple[Key, ...]:
    """Every (id, version) that has a ``protocol.yaml``, in order."""
    return tuple(sorted((path.parent.parent.name, path.parent.name) for path in folder.glob("*/*/protocol.yaml")))


def load(folder: Path, protocol_id: str, version: str) -> Protocol:
    """One protocol with its modules. ``BadInput`` with every fault of every file concerned."""
    own = load_module(folder, protocol_id, version)
    if own.rules is None:
        raise BadInput("protocols.is_module", id=protocol_id, version=version)
    return assembly.resolve(own, [load_module(folder, each.id, each.version) for each in own.includes])


def load_library(folder: Path) -> dict[Key, Protocol]:
    """Every protocol of the library; ``BadInput`` with the faults of all of them."""
    library = load_each(folder)
    faults = [fault for each in library.faults.values() for fault in each]
    if faults:
        raise BadInput.because(faults)
    return dict(library.protocols)


def load_each(folder: Path) -> Library:
    """Every protocol and module that can be read, and the faults of those that cannot."""
    protocols: dict[Key, Protocol] = {}
    modules: dict[Key, Module] = {}
    faults: dict[Key, tuple[Reason, ...]] = {}
    for key in versions(folder):
        try:
            found = load_module(folder, *key)
            if found.rules is None:
                modules[key] = found
            else:
                protocols[key] = load(folder, *key)
        except BadInput as error:
            faults[key] = error.reasons
    return Library(protocols, modules, faults)


def load_module(folder: Path, module_id: str, version: str) -> Module:
    """One file pair, its includes read as well."""
    home = folder / module_id / version
    source = read(folder, home / "protocol.yaml")
    faults: list[Reason] = []
    for key, folder_name in (("id", module_id), ("version", version)):
        if str(source.data.get(key)) != folder_name:
            faults.append(source.fault("protocols.not_its_folder", (key,), folder=folder_name))
    included: dict[str, Module] = {}
    for index, include in enumerate(source.data.get("includes") or ()):
        try:
            pinned = IncludeShape.model_validate(include)
        except ValueError:
            continue  # the shape of the whole file says it better
        if not (folder / pinned.id / pinned.version / "protocol.yaml").is_file():
            faults.append(
                source.fault("protocols.include_missing", ("includes", index), id=pinned.id, version=pinned.version)
            )
        elif source.data.get("kind") == "protocol":
            try:
                included[pinned.id] = load_module(folder, pinned.id, pinned.version)
            except BadInput as error:
                faults.extend(error.reasons)
    words: dict[str, Source] = {}
    for path in sorted(home.glob("text.*.yaml")):
        try:
            words[path.name.split(".")[1]] = read(folder, path)
        except BadInput as error:
            faults.extend(error.reasons)
    if "es" not in words:
        faults.append(source.fault("protocols.no_spanish", ()))
    try:
        checked = assembly.check(source, words, included)
    except BadInput as error:
        faults.extend(error.reasons)
    if faults:
        raise BadInput.because(faults)
    return assembly.build(checked, included)


def read(folder: Path, path: Path) -> Source:
    """Parse a file, named in faults by its path under ``folder``."""
    name = path.relative_to(folder).as_posix()
    try:
        with path.open("rb") as file:
            return parse(name, file.read(MAX_BYTES + 1))
    except OSError as error:
        raise BadInput("protocols.unreadable", file=name, line=1, problem=error.strerror or "") from error
