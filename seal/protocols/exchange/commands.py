"""``seal protocols new | export | import``: spreadsheets, forms, UNTP. Each prints and returns an exit status."""

from __future__ import annotations

import json
from pathlib import Path

from seal.clock import SystemClock
from seal.errors import BadInput, Reason
from seal.keys.did import did_for
from seal.protocols import drafts, loader, sources
from seal.protocols.exchange import incoming, sheet, skeleton, untp, xlsform
from seal.protocols.exchange.draft import of_folder, write
from seal.protocols.model import Protocol
from seal.protocols.saying import refused, say
from seal.web.i18n import translator

FORMATS = ("sheet", "xlsform", "untp")
_SHARED = ("territorio", "higiene")


def new(folder: Path, title: str, language: str) -> int:
    """Write a draft at ``folder`` (``protocols/<id>/<version>``), with the shared modules that its library holds.

    Never writes over what is there.
    """
    words = translator(language)
    home = folder.resolve()
    library, protocol_id, version = home.parent.parent, home.parent.name, home.name
    if (home / "protocol.yaml").exists():
        return refused(words, [Reason("protocols.already_there", {"folder": str(folder)})])
    try:
        drafts.check_name(protocol_id, version)
    except BadInput as error:  # before anything is written
        return refused(words, error.reasons)
    newest = dict(loader.versions(library))  # in order, so the last of a name stays
    includes = [{"id": name, "version": newest[name]} for name in _SHARED if name in newest]
    for path in write(skeleton.draft(protocol_id, version, {"es": title or protocol_id}, includes), library):
        say(str(path))
    say(words("protocols.new.next", folder=str(folder)))
    return 0


def export(
    protocol_id: str,
    version: str,
    form: str,
    out: Path,
    language: str,
    folder: Path | None = None,
    *,
    base: str = "",
    name: str = "",
) -> int:
    """Write a protocol of a library in another format. ``form`` is one of :data:`FORMATS`.

    A UNTP vocabulary is somebody's: ``base`` is their base address, ``name`` what they are called.
    """
    home, words = folder or loader.shipped(), translator(language)
    if (protocol_id, version) not in loader.versions(home):
        return refused(words, [Reason("protocols.not_in_library", {"id": protocol_id, "version": version})])
    try:
        if form == "untp":
            raw = _untp(loader.load(home, protocol_id, version), base.rstrip("/"), name)
        else:
            raw = _workbook(home, (protocol_id, version), form)
    except BadInput as error:
        return refused(words, error.reasons)
    out.write_bytes(raw)
    say(words("protocols.export.done", file=str(out), size=len(raw)))
    return 0


def _workbook(home: Path, key: loader.Key, form: str) -> bytes:
    """Also of a protocol with faults, which are mended in the sheet. ``BadInput`` where they leave no rows at all."""
    try:
        own = of_folder(home, *key)
        if form == "sheet":
            return sheet.export(own)
        includes = own.structure.get("includes") or ()
        return xlsform.export([own, *(of_folder(home, each["id"], each["version"]) for each in includes)])
    except (AttributeError, LookupError, TypeError, ValueError):
        loader.load_module(home, *key)  # names what has not the shape of a protocol
        raise


def _untp(protocol: Protocol, base: str, name: str) -> bytes:
    """Raises ``BadInput('protocols.untp_base')`` without an address."""
    try:
        did = did_for(base)
    except ValueError:
        raise BadInput("protocols.untp_base", base=base[:80]) from None
    valid_from = protocol.edition.valid_from or SystemClock().now().date()
    owner = {"id": did, "name": name or base}
    made = untp.vocabulary(protocol, base=base, owner=owner, valid_from=valid_from)
    return json.dumps(made, ensure_ascii=False, indent=1).encode()


def bring_in(
    file: Path, into: Path, language: str, *, save: bool = False, remove_missing: bool = False, force: bool = False
) -> int:
    """Read a keyed spreadsheet or an XLSForm into the protocol folder ``into``, and say what would change.

    Only with ``save`` is anything written, and only if the result has no fault that was not there before, or with
    ``force``. Returns 1 if faults are left.
    """
    words, home = translator(language), into.resolve()
    library, protocol_id, version = home.parent.parent, home.parent.name, home.name
    known = (home / "protocol.yaml").is_file()
    try:
        base = (
            of_folder(library, protocol_id, version)
            if known
            else skeleton.draft(protocol_id, version, {"es": protocol_id}, [])
        )
        read = incoming.read(file.read_bytes(), base, remove_missing=remove_missing)
        before = _files(home) if known else {}
    except BadInput as error:
        return refused(words, error.reasons)
    except OSError as error:
        return refused(words, [Reason("protocols.unreadable", {"file": str(file), "line": 1, "problem": str(error)})])
    for line in incoming.told(read, words):
        say(line)
    if not save:
        say(words("protocols.import.dry"))
        return 0
    key = (protocol_id, version)
    after = {**before, **{name: raw.decode() for name, raw in read.draft.files().items()}}
    faults = sources.read_files(key, after, library).faults
    if faults and not force:
        old = {_sense(fault) for fault in sources.read_files(key, before, library).faults} if known else set()
        if fresh := [fault for fault in faults if _sense(fault) not in old]:
            return refused(words, [Reason("protocols.not_written", {}), *fresh])
    for path in write(read.draft, library):
        say(str(path))
    return refused(words, faults) if faults else 0


def _files(home: Path) -> dict[str, str]:
    """The text of a version's files by name."""
    paths = (*home.glob("*.yaml"), *home.glob("examples/*.yaml"))
    return {path.relative_to(home).as_posix(): path.read_bytes().decode("utf-8", "replace") for path in paths}


def _sense(fault: Reason) -> tuple[object, ...]:
    """A fault wherever its line stands now."""
    return fault.code, *sorted((name, str(value)) for name, value in fault.params.items() if name != "line")
