"""An association's changes to somebody else's protocol: a short file with a reason for each, laid over the base.

    schema: seal-overlay/1
    id: miel_baker                 # the adapted protocol has its own name and version
    version: 0.1.0
    base: {id: miel, version: 0.1.0, sha256: …}
    title: {es: Miel del Baker}    # optional
    changes:
    - {point: MIEL-D01, set: {measure: {max: 18}}, reason: 'Otoños lluviosos: la miel húmeda fermenta.'}
    - {point: MIEL-E04, text: {es: {requirement: …}}, reason: …}
    - {remove: MIEL-A06, reason: …}
    - {add: {id: BAKER-A01, chapter: A, …}, text: {es: {requirement: …, public: …}}, reason: …}
    - {section: validity, set: {certificate_months: 6, …}, reason: …}

Pure. What comes out is the package of an ordinary protocol: checked, digested and published like any other. A module
that is touched becomes the protocol's own (``miel_baker_higiene``); one that is not stays included by its digest.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from seal.errors import BadInput, Reason
from seal.protocols import assembly, document
from seal.protocols.model import Protocol
from seal.protocols.overlay_shape import ChangeShape, OverlayShape
from seal.protocols.reading import read
from seal.protocols.source import Source, parse

FILE = "overlay.yaml"
PROTECTED = frozenset(
    {"schema", "id", "kind", "version", "status", "includes", "points", "facts", "chapters", "retired"}
)
"""What an overlay does not replace as a section."""


@dataclass(frozen=True)
class Overlay:
    """A read overlay. ``source`` keeps the lines for faults."""

    shape: OverlayShape
    source: Source

    @property
    def key(self) -> tuple[str, str]:
        return self.shape.id, self.shape.version

    @property
    def base(self) -> tuple[str, str]:
        return self.shape.base.id, self.shape.base.version


def read_overlay(text: str, name: str = FILE) -> Overlay:
    """``BadInput`` with every fault of form, each with its line."""
    source = parse(name, text.encode())
    shape = read(OverlayShape, source)
    faults = [
        source.fault("protocols.overlay.one_act", ("changes", index))
        for index, change in enumerate(shape.changes)
        if len(change.acts) != 1
    ]
    if faults:
        raise BadInput.because(faults)
    return Overlay(shape, source)


def resolve(overlay: Overlay, base: Protocol) -> Protocol:
    """The adapted protocol. ``BadInput`` with every change that does not fit, then with every fault of the result."""
    work = _Work(overlay, base)
    work.apply()
    if work.faults:
        raise BadInput.because(work.faults)
    try:
        return assembly.unpack(work.package())
    except BadInput as error:
        raise BadInput.because(_of_result(reason, overlay) for reason in error.reasons) from None


def _of_result(reason: Reason, overlay: Overlay) -> Reason:
    """A fault of what came out has no line of its own: it names the change that its place was touched by."""
    steps = str(reason.params.get("place", "")).split(" > ")
    index = next((index for index, one in enumerate(overlay.shape.changes) if one.subject in steps), None)
    line = overlay.source.line(()) if index is None else overlay.source.line(("changes", index))
    return Reason(reason.code, {**reason.params, "file": overlay.source.name, "line": line})


class _Work:
    """Copies of the base's documents and words, changed one by one."""

    def __init__(self, overlay: Overlay, base: Protocol) -> None:
        self.overlay, self.base = overlay, base
        self.faults: list[Reason] = []
        parts: dict[str, Any] = copy.deepcopy(assembly.package(base))
        self.modules: list[dict[str, Any]] = parts["modules"]
        self.touched: set[int] = {0}
        self.seen: set[str] = set()

    def apply(self) -> None:
        shape = self.overlay.shape
        if shape.base.sha256 != self.base.digest:
            named = {"id": self.base.id, "version": self.base.version, "digest": self.base.digest}
            self.faults.append(self.overlay.source.fault("protocols.overlay.base_changed", ("base",), **named))
            return
        for index, change in enumerate(shape.changes):
            self._take(index, change)

    def _fault(self, code: str, index: int, **named: str) -> None:
        self.faults.append(self.overlay.source.fault(code, ("changes", index), **named))

    def _take(self, index: int, change: ChangeShape) -> None:
        subject = change.subject
        if subject in self.seen:
            self._fault("protocols.overlay.twice", index, subject=subject)
            return
        self.seen.add(subject)
        if change.add is not None:
            self._add(index, change)
        elif change.section is not None:
            self._section(index, change)
        else:
            self._point(index, change)

    def _point(self, index: int, change: ChangeShape) -> None:
        """Change or remove a point wherever it stands."""
        point_id = change.subject
        for place, part in enumerate(self.modules):
            points = part["document"]["points"]
            found = next((each for each in points if each["id"] == point_id), None)
            if found is None:
                continue
            self.touched.add(place)
            if change.remove is not None:
                points.remove(found)
                self._retire(point_id)
                for words in part["words"].values():
                    words["points"].pop(point_id, None)
                return
            _lay(found, document.plain(change.set or {}))
            for language, said in (change.text or {}).items():
                words = part["words"].get(language)
                if words is None:
                    self._fault("protocols.overlay.language", index, language=language)
                else:
                    words["points"].setdefault(point_id, {}).update(document.plain(said))
            self._tests_follow(point_id, found)
            return
        self._fault("protocols.overlay.unknown_point", index, subject=point_id)

    def _retire(self, point_id: str) -> None:
        """Its id is never used again under this name."""
        own = self.modules[0]["document"]
        own["retired"] = [*own.get("retired", ()), point_id]

    def _tests_follow(self, point_id: str, point: Mapping[str, Any]) -> None:
        """A batch test has the limits of its point."""
        measure = point.get("measure") or {}
        for test in self.modules[0]["document"].get("batch_tests", ()):
            if test.get("point") == point_id and measure:
                for key in ("unit", "min", "max"):
                    if measure.get(key) is None:
                        test.pop(key, None)
                    else:
                        test[key] = measure[key]

    def _add(self, index: int, change: ChangeShape) -> None:
        point = document.plain(change.add)
        own = self.modules[0]
        if any(each["id"] == point.get("id") for part in self.modules for each in part["document"]["points"]):
            self._fault("protocols.overlay.taken", index, subject=change.subject)
            return
        own["document"]["points"].append(point)
        for language, said in (change.text or {}).items():
            if language in own["words"]:
                own["words"][language]["points"][change.subject] = document.plain(said)
            else:
                self._fault("protocols.overlay.language", index, language=language)

    def _section(self, index: int, change: ChangeShape) -> None:
        own = self.modules[0]["document"]
        name = change.subject
        if name in PROTECTED or name not in own:
            known = ", ".join(sorted(set(own) - PROTECTED))
            self._fault("protocols.overlay.unknown_section", index, subject=name, known=known)
        elif isinstance(own[name], Mapping):
            _lay(own[name], document.plain(change.set or {}))
        else:
            own[name] = document.plain(change.set)

    def package(self) -> dict[str, Any]:
        """The changed parts under the overlay's own name, the others as they were."""
        shape = self.overlay.shape
        includes = []
        for place, part in enumerate(self.modules[1:], start=1):
            written = part["document"]
            if place in self.touched:
                _rename(part, f"{shape.id}_{written['id']}", shape.version)
            digest = document.sha256(written)
            includes.append({"id": written["id"], "version": written["version"], "sha256": digest})
        own = self.modules[0]
        _rename(own, shape.id, shape.version)
        own["document"]["includes"] = includes
        for key in ("change", "previous", "valid_from", "mandatory_from"):
            own["document"].pop(key, None)
            value = getattr(shape, key)
            if value is not None:
                own["document"][key] = str(value)
        for language, title in shape.title.items():
            if language in own["words"]:
                own["words"][language]["title"] = title
        return {"schema": document.PACKAGE_SCHEMA, "modules": self.modules}


def _lay(target: dict[str, Any], changes: Mapping[str, Any]) -> None:
    """Key by key, one level down into maps; ``null`` takes a key away."""
    for key, value in changes.items():
        if value is None and key != "fix_days":
            target.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(target.get(key), Mapping):
            merged = {**target[key], **value}
            target[key] = {name: inside for name, inside in merged.items() if inside is not None}
        else:
            target[key] = value


def _rename(part: dict[str, Any], name: str, version: str) -> None:
    part["document"] |= {"id": name, "version": version}
    part["status"] = "published"
    for words in part["words"].values():
        words |= {"id": name, "version": version}


def reasons(overlay: Overlay) -> Iterator[tuple[str, str, str]]:
    """What is changed and why, as pages show it: the act, its subject, its reason."""
    for change in overlay.shape.changes:
        yield change.acts[0], change.subject, change.reason
