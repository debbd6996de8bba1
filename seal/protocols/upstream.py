"""When the protocol beneath an overlay gets a newer version: its changes one by one, each accepted or refused. Pure.

What is accepted comes by itself, since the overlay is laid over the newer base. What is refused becomes a change of the
overlay that keeps the older requirement, with the reason for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seal.protocols.diff import Change, Kind, compare
from seal.protocols.diff_rules import LIFE
from seal.protocols.exchange import writing
from seal.protocols.model import Protocol
from seal.protocols.overlay import PROTECTED, Overlay


@dataclass(frozen=True)
class Item:
    """One point or section that the newer base changed. ``own``: the overlay changes it too, and keeps doing so."""

    subject: str
    act: str
    """``new``, ``retired``, ``point`` or ``section``."""
    changes: tuple[Change, ...]
    own: bool


def items(overlay: Overlay, old: Protocol, new: Protocol) -> tuple[Item, ...]:
    """Every change of the base that can be refused: points in the order of the newer version, then sections."""
    touched = {change.subject for change in overlay.shape.changes}
    found = compare(old, new)
    by_point: dict[str, list[Change]] = {}
    for change in found.points:
        by_point.setdefault(change.subject, []).append(change)
    listed = [Item(subject, _act(changes), tuple(changes), subject in touched) for subject, changes in by_point.items()]
    before, after = (each.modules[0].document for each in (old, new))
    for key in dict.fromkeys([*after, *before]):
        if key not in LIFE and key not in PROTECTED and before.get(key) != after.get(key):
            listed.append(Item(key, "section", (), key in touched))
    return tuple(listed)


def _act(changes: list[Change]) -> str:
    kinds = {change.kind for change in changes}
    return "new" if Kind.NEW in kinds else "retired" if Kind.RETIRED in kinds else "point"


def rebased(overlay: Overlay, old: Protocol, new: Protocol, refused: Mapping[str, str]) -> str:
    """The text of the overlay over the newer base. ``refused``: subject of an item to the reason for refusing it.

    A change of the overlay to a point that the newer base retired goes with the point, unless that is refused.
    """
    changes = [dict(change) for change in overlay.source.data.get("changes") or ()]
    for item in items(overlay, old, new):
        if item.subject in refused:
            _refuse(changes, item, old, new, refused[item.subject])
        elif item.act == "retired":
            changes = [change for change in changes if _subject(change) != item.subject]
        elif item.act == "new":  # the base now has a point of its own under this id
            changes = [change for change in changes if not (_subject(change) == item.subject and "add" in change)]
    data = {key: value for key, value in overlay.source.data.items() if key != "changes"}
    data["base"] = {"id": new.id, "version": new.version, "sha256": new.digest}
    return writing.dump({**data, "changes": changes})


def _subject(change: Mapping[str, Any]) -> str:
    added = change.get("add")
    return str(added.get("id") if added else change.get("point") or change.get("remove") or change.get("section"))


def _refuse(changes: list[dict[str, Any]], item: Item, old: Protocol, new: Protocol, reason: str) -> None:
    mine = next((change for change in changes if _subject(change) == item.subject), None)
    if item.act == "new":
        if mine is None:
            changes.append({"remove": item.subject, "reason": reason})
        return
    if item.act == "section":
        before, after = (each.modules[0].document.get(item.subject) for each in (old, new))
        kept = _back(before, after) if isinstance(before, Mapping) and isinstance(after, Mapping) else before
        _merge(changes, mine, {"section": item.subject, "set": kept, "reason": reason})
        return
    point, words = _written(old, item.subject)
    if item.act == "retired":
        changes[:] = [change for change in changes if change is not mine]
        changes.append({"add": _with_chapter(point, new), "text": words, "reason": reason})
        return
    now, said = _written(new, item.subject)
    act: dict[str, Any] = {"point": item.subject}
    if back := _back(point, now):
        act["set"] = back
    if text := {
        language: lost
        for language, told in words.items()
        if (lost := {key: value for key, value in told.items() if said.get(language, {}).get(key) != value})
    }:
        act["text"] = text
    if mine is None or "remove" not in mine:
        _merge(changes, mine, {**act, "reason": reason})


def _merge(changes: list[dict[str, Any]], mine: dict[str, Any] | None, act: dict[str, Any]) -> None:
    """Put a refusal in; what the association had changed itself is stronger."""
    if mine is None:
        changes.append(act)
        return
    for key in ("set", "text"):
        if isinstance(act.get(key), Mapping):
            mine[key] = {**act[key], **(mine.get(key) or {})}


def _back(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What must be set to have ``before`` again: older values, and ``null`` for what is new."""
    found: dict[str, Any] = {}
    for key in dict.fromkeys([*before, *after]):
        if before.get(key) != after.get(key) and key != "id":
            inside = before.get(key), after.get(key)
            if isinstance(inside[0], Mapping) and isinstance(inside[1], Mapping):
                found[key] = {**inside[0], **dict.fromkeys(inside[1].keys() - inside[0].keys())}
            else:
                found[key] = inside[0]
    return found


def _written(protocol: Protocol, point_id: str) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """A point as it is written, with its words by language."""
    for part in protocol.modules:
        for point in part.document["points"]:
            if point["id"] == point_id:
                words = {
                    language: dict(told["points"][point_id])
                    for language, told in part.words.items()
                    if point_id in (told.get("points") or {})
                }
                return dict(point), words
    raise KeyError(point_id)


def _with_chapter(point: dict[str, Any], new: Protocol) -> dict[str, Any]:
    """A kept point stands in a chapter that the newer protocol still has."""
    known = [str(chapter["id"]) for chapter in new.modules[0].document["chapters"]]
    return point if point["chapter"] in known else {**point, "chapter": known[0]}
