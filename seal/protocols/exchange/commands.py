"""``seal protocols new | export | import``: spreadsheets, forms, UNTP. Each prints and returns an exit status."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from seal.errors import BadInput, Reason
from seal.protocols import drafts, loader, sources
from seal.protocols.exchange import incoming, sheet, skeleton, untp, xlsform
from seal.protocols.exchange.draft import Draft, Imported, of_folder, write
from seal.web.i18n import Translator, translator

FORMATS = ("sheet", "xlsform", "untp")
READABLE = ("sheet", "xlsform")
_SHARED = ("territorio", "higiene")


def new(folder: Path, title: str, language: str) -> int:
    """Write a draft at ``folder`` (``protocols/<id>/<version>``), with the shared modules that its library holds.

    Never writes over what is there.
    """
    words = translator(language)
    home = folder.resolve()
    library, protocol_id, version = home.parent.parent, home.parent.name, home.name
    if (home / "protocol.yaml").exists():
        return _refused(words, [Reason("protocols.already_there", {"folder": str(folder)})])
    try:
        drafts.check_name(protocol_id, version)
    except BadInput as error:  # before anything is written
        return _refused(words, error.reasons)
    newest = dict(loader.versions(library))  # in order, so the last of a name stays
    includes = [{"id": name, "version": newest[name]} for name in _SHARED if name in newest]
    for path in write(skeleton.draft(protocol_id, version, {"es": title or protocol_id}, includes), library):
        _say(str(path))
    _say(words("protocols.new.next", folder=str(folder)))
    return 0


def export(protocol_id: str, version: str, form: str, out: Path, language: str, folder: Path | None = None) -> int:
    """Write a protocol of a library in another format. ``form`` is one of :data:`FORMATS`."""
    home, words = folder or loader.shipped(), translator(language)
    if (protocol_id, version) not in loader.versions(home):
        return _refused(words, [Reason("protocols.not_in_library", {"id": protocol_id, "version": version})])
    try:
        raw = _exported(home, protocol_id, version, form)
    except BadInput as error:
        return _refused(words, error.reasons)
    out.write_bytes(raw)
    _say(words("protocols.export.done", file=str(out), size=len(raw)))
    return 0


def _exported(home: Path, protocol_id: str, version: str, form: str) -> bytes:
    own = of_folder(home, protocol_id, version)
    if form == "sheet":
        return sheet.export(own)
    if form == "xlsform":
        return xlsform.export([own, *(of_folder(home, each["id"], each["version"]) for each in _includes(own))])
    protocol = loader.load(home, protocol_id, version)
    owner = {"id": "did:web:localhost", "name": protocol.title("en")}
    made = untp.vocabulary(protocol, base="http://localhost", owner=owner, valid_from=date.today())  # noqa: DTZ011
    return json.dumps(made, ensure_ascii=False, indent=1).encode()


def _includes(own: Draft) -> Iterable[dict[str, str]]:
    return own.structure.get("includes") or ()


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
        return _refused(words, error.reasons)
    except OSError as error:
        return _refused(words, [Reason("protocols.unreadable", {"file": str(file), "line": 1, "problem": str(error)})])
    _report(read, words)
    if not save:
        _say(words("protocols.import.dry"))
        return 0
    key = (protocol_id, version)
    after = {**before, **{name: raw.decode() for name, raw in read.draft.files().items()}}
    faults = sources.read_files(key, after, library).faults
    if faults and not force:
        old = {_sense(fault) for fault in sources.read_files(key, before, library).faults} if known else set()
        if fresh := [fault for fault in faults if _sense(fault) not in old]:
            return _refused(words, [Reason("protocols.not_written", {}), *fresh])
    for path in write(read.draft, library):
        _say(str(path))
    return _refused(words, faults) if faults else 0


def _files(home: Path) -> dict[str, str]:
    """The text of a version's files by name."""
    paths = (*home.glob("*.yaml"), *home.glob("examples/*.yaml"))
    return {path.relative_to(home).as_posix(): path.read_bytes().decode("utf-8", "replace") for path in paths}


def _sense(fault: Reason) -> tuple[object, ...]:
    """A fault wherever its line stands now."""
    return fault.code, *sorted((name, str(value)) for name, value in fault.params.items() if name != "line")


def _report(read: Imported, words: Translator) -> None:
    for line in incoming.told(read, words):
        _say(line)


def _refused(words: Translator, faults: Iterable[Reason]) -> int:
    for fault in faults:
        sys.stderr.write(words.reason(fault) + "\n")
    return 1


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
