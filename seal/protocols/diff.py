"""What changed between two versions, by id: each change with its effect on a producer. Pure; words are elsewhere.

Read from the documents behind the digests, so that nothing that a digest covers can change unseen. What cannot be
settled by comparing two values (another unit, another condition) is taken for stricter and marked as not sure:
a point too many in a gap audit costs minutes, a point too few costs the seal's word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from seal.protocols import diff_points, diff_rules
from seal.protocols.model import Protocol


class Effect(StrEnum):
    """Classes of a change (CERTIFICATION C2), from the one that asks least to the one that asks most."""

    EDITORIAL = "editorial"
    CLARIFYING = "clarifying"
    LOOSER = "looser"
    STRICTER = "stricter"

    @property
    def weight(self) -> int:
        return list(Effect).index(self)


class Kind(StrEnum):
    """What was touched."""

    NEW = "new"
    RETIRED = "retired"
    LEVEL = "level"
    BOUND = "bound"
    TARGET = "target"
    CONDITION = "condition"
    EVIDENCE = "evidence"
    DEADLINE = "deadline"
    NOT_APPLICABLE = "na"
    WEIGHT = "weight"
    ANSWER = "answer"
    PLACE = "place"
    NOTE = "note"
    """Sources, goals, review flags: what stands beside a requirement."""
    WORDS = "words"
    SCORING = "scoring"
    FINDINGS = "findings"
    TEST = "test"
    QUANTITY = "quantity"
    LABEL = "label"
    TERM = "term"
    FACT = "fact"
    CHAPTER = "chapter"


@dataclass(frozen=True)
class Change:
    """One thing that differs. ``subject``: a point, test, chapter, fact or section; ``key``: what of it.

    ``before`` and ``after`` are as written, short; empty where there is nothing.
    """

    kind: Kind
    subject: str
    effect: Effect
    key: str = ""
    before: str = ""
    after: str = ""
    sure: bool = True


@dataclass(frozen=True)
class Diff:
    """Every change, points first in the order of the newer version."""

    points: tuple[Change, ...]
    rules: tuple[Change, ...]

    @property
    def all(self) -> tuple[Change, ...]:
        return self.points + self.rules

    @property
    def effect(self) -> Effect:
        """The class of the whole: the heaviest of its changes; nothing changed is editorial."""
        return max((change.effect for change in self.all), key=lambda one: one.weight, default=Effect.EDITORIAL)

    def effect_on(self, point_id: str) -> Effect | None:
        """The heaviest effect on one point; ``None``: untouched."""
        found = [change.effect for change in self.points if change.subject == point_id]
        return max(found, key=lambda one: one.weight) if found else None

    def subjects(self, effect: Effect, *, kinds: Iterable[Kind] | None = None) -> tuple[str, ...]:
        """Points whose heaviest effect it is, once each; only those with a change of ``kinds``, if given."""
        wanted = None if kinds is None else frozenset(kinds)
        return tuple(
            dict.fromkeys(
                change.subject
                for change in self.points
                if self.effect_on(change.subject) is effect and (wanted is None or change.kind in wanted)
            )
        )

    def understated(self, declared: str | None) -> bool:
        """True if the file declares a class that promises less change than there is. Nothing declared is no claim."""
        return declared in {each.value for each in Effect} and self.effect.weight > Effect(declared).weight


def compare(before: Protocol, after: Protocol) -> Diff:
    """What changed from ``before`` to ``after``."""
    old, new = _points(before), _points(after)
    order = [*new, *(point for point in old if point not in new)]
    changes: list[Change] = []
    for point_id in order:
        found = diff_points.changes(old.get(point_id), new.get(point_id))
        words = diff_points.words(_words(before, point_id), _words(after, point_id)) if found != "whole" else ()
        if found == "whole":
            fresh = point_id in new
            level = str((new if fresh else old)[point_id].get("level", ""))
            kind, effect = (Kind.NEW, Effect.STRICTER) if fresh else (Kind.RETIRED, Effect.LOOSER)
            changes.append(Change(kind, point_id, effect, "level", "" if fresh else level, level if fresh else ""))
            continue
        changes += [_change(point_id, one) for one in (*found, *words)]
    return Diff(tuple(changes), tuple(_change("", one) for one in diff_rules.changes(before, after)))


def changed_points(before: Protocol, after: Protocol) -> tuple[str, ...]:
    """The points of ``after`` that a gap audit must look at again, in its order: new ones, and those whose requirement
    changed in more than its wording (CERTIFICATION D2)."""
    found = compare(before, after)
    asked = {
        change.subject
        for change in found.points
        if change.effect is not Effect.EDITORIAL and change.kind not in (Kind.WORDS, Kind.RETIRED)
    }
    return tuple(point.id for point in after.points if point.id in asked)


def _change(subject: str, one: diff_points.Touch) -> Change:
    return Change(Kind(one.kind), one.subject or subject, Effect(one.effect), one.key, one.before, one.after, one.sure)


def _points(protocol: Protocol) -> dict[str, Mapping[str, Any]]:
    """The written points of a protocol and its modules, by id, in its order."""
    return {str(point["id"]): point for part in protocol.modules for point in part.document.get("points", ())}


def _words(protocol: Protocol, point_id: str) -> dict[str, Mapping[str, str]]:
    """The words of a point by language."""
    found: dict[str, Mapping[str, str]] = {}
    for part in protocol.modules:
        for language, words in part.words.items():
            if point_id in (words.get("points") or {}):
                found[language] = words["points"][point_id]
    return found
