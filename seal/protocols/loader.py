"""The library of protocols on disk: ``<folder>/<id>/<version>/{protocol.yaml,text.<lang>.yaml,examples/*.yaml}``.

Reads files and nothing else. A fault in one protocol blocks that protocol only (:func:`load_each`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from seal.errors import BadInput, Reason
from seal.protocols import assembly, cautions
from seal.protocols.model import Module, Protocol
from seal.protocols.shapes import IncludeShape
from seal.protocols.source import MAX_BYTES, Source, parse
from seal.protocols.words import SPANISH

Key = tuple[str, str]

MOST_INCLUDES = 40
MOST_LANGUAGES = 40
MOST_EARLIER = 50
"""So many versions back are looked at."""


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
    checked, included = _checked(folder, protocol_id, version)
    own = assembly.build(checked, included)
    if own.rules is None:
        raise BadInput("protocols.is_module", id=protocol_id, version=version)
    return assembly.resolve(own, [included[each.id] for each in own.includes])


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
    checked, included = _checked(folder, module_id, version)
    return assembly.build(checked, included)


def warnings(folder: Path, module_id: str, version: str) -> tuple[Reason, ...]:
    """What is no fault and still deserves a look, of a version that has no fault, in the order of its files.

    Raises ``BadInput`` with every fault of one that has.
    """
    checked, included = _checked(folder, module_id, version)
    own = assembly.build(checked, included)
    found = list(cautions.of_file(checked, own, _earlier(folder, own)))
    if own.rules is not None:
        protocol = assembly.resolve(own, [included[each.id] for each in own.includes])
        found += cautions.of_protocol(checked, protocol)
    else:
        found += cautions.of_module(checked, own)
    return tuple(found)


def _earlier(folder: Path, module: Module) -> dict[str, Module]:
    """The versions before ``module``, as far as they are here and can be read, by version."""
    found: dict[str, Module] = {}
    version = module.edition.previous
    while version is not None and version not in found and len(found) < MOST_EARLIER:
        if not (folder / module.id / version / "protocol.yaml").is_file():
            break
        try:
            found[version] = load_module(folder, module.id, version)
        except BadInput:
            break
        version = found[version].edition.previous
    return found


def _checked(folder: Path, module_id: str, version: str) -> tuple[assembly.Checked, dict[str, Module]]:
    """A file pair without a fault, and the modules that it includes."""
    home = folder / module_id / version
    source = read(folder, home / "protocol.yaml")
    faults: list[Reason] = []
    for key, folder_name in (("id", module_id), ("version", version)):
        if str(source.data.get(key)) != folder_name:
            faults.append(source.fault("protocols.not_its_folder", (key,), folder=folder_name))
    included = _included(folder, source, faults)
    words = _words(folder, home, faults)
    if SPANISH not in words:
        faults.append(source.fault("protocols.no_spanish", ()))
    try:
        checked = assembly.check(source, words, included)
    except BadInput as error:
        faults.extend(error.reasons)
    if faults:
        raise BadInput.because(faults)
    return checked, included


def _included(folder: Path, source: Source, faults: list[Reason]) -> dict[str, Module]:
    """The modules that a structure names; what keeps one from being read is added to ``faults``.

    A protocol is never included, so nothing can include itself however long the way round.
    """
    included: dict[str, Module] = {}
    listed = source.data.get("includes")
    for index, include in enumerate(listed[:MOST_INCLUDES] if isinstance(listed, list) else ()):
        try:
            pinned = IncludeShape.model_validate(include)
        except ValueError:
            continue  # the shape of the whole file says it better
        named = {"id": pinned.id, "version": pinned.version}
        path = folder / pinned.id / pinned.version / "protocol.yaml"
        if not path.is_file():
            faults.append(source.fault("protocols.include_missing", ("includes", index), **named))
            continue
        if source.data.get("kind") != "protocol" or pinned.id in included:
            continue  # said by the checks
        try:
            if read(folder, path).data.get("kind") == "protocol":
                faults.append(source.fault("protocols.include_protocol", ("includes", index), **named))
            else:
                included[pinned.id] = load_module(folder, pinned.id, pinned.version)
        except BadInput as error:
            faults.extend(error.reasons)
    return included


def _words(folder: Path, home: Path, faults: list[Reason]) -> dict[str, Source]:
    """The text files of a version by language."""
    words: dict[str, Source] = {}
    for path in sorted(home.glob("text.*.yaml"))[:MOST_LANGUAGES]:
        try:
            words[path.name.split(".")[1]] = read(folder, path)
        except BadInput as error:
            faults.extend(error.reasons)
    return words


def read(folder: Path, path: Path) -> Source:
    """Parse a file, named in faults by its path under ``folder``. A link that leads out of it is never followed, and
    nothing is opened but a plain file: a pipe would keep the reader for ever."""
    name = path.relative_to(folder).as_posix()
    try:
        if not path.resolve(strict=True).is_relative_to(folder.resolve(strict=True)):
            raise BadInput("protocols.leads_out", file=name, line=1)
        if not path.is_file():
            raise BadInput("protocols.not_a_file", file=name, line=1)
        with path.open("rb") as file:
            return parse(name, file.read(MAX_BYTES + 1))
    except OSError as error:
        raise BadInput("protocols.unreadable", file=name, line=1, problem=error.strerror or "") from error
