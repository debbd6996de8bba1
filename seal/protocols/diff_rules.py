"""How the rules beside the points differ: scoring, findings, batch tests, quantities, terms, chapters, facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seal.protocols.diff_points import Touch, bound, members, shown
from seal.protocols.model import Protocol

Section = Mapping[str, Any]
LIFE = frozenset(
    {"schema", "id", "version", "kind", "includes", "points", "change", "previous", "valid_from", "mandatory_from",
     "retired"}
)  # fmt: skip
"""What says which version this is, not what it asks for; points are compared one by one."""


def changes(before: Protocol, after: Protocol) -> tuple[Touch, ...]:
    """Every rule of the two that differs, section by section."""
    old, new = before.modules[0].document, after.modules[0].document
    found: list[Touch] = []
    for key in dict.fromkeys([*new, *old]):
        if key not in LIFE and key not in _BY_ID and old.get(key) != new.get(key):
            found += _section(key, old.get(key), new.get(key))
    for key, read in _BY_ID.items():
        found += read(_merged(before, key), _merged(after, key))
    return tuple(found) + _titles(before, after)


def _section(key: str, old: Any, new: Any) -> Iterator[Touch]:
    reader = {
        "scoring": _scoring,
        "findings": _findings,
        "validity": _validity,
        "reconciliation": _tolerances,
        "capacity": _capacity,
    }.get(key)
    if reader is not None and isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from reader(old, new)
    elif key == "custody_model":
        yield Touch("quantity", "stricter" if new == "identity_preserved" else "looser", "", shown(old), shown(new),
                    subject=key)  # fmt: skip
    elif key == "label" and _keeps(old) is not _keeps(new):
        yield Touch("label", "stricter" if _keeps(new) else "looser", "shelf_life", shown(_life_of(old)),
                    shown(_life_of(new)), subject=key)  # fmt: skip
    elif key in ("label", "suspension", "season_starts_month"):
        kind = "label" if key == "label" else "term"
        yield Touch(kind, "clarifying", "", shown(old), shown(new), subject=key)
    else:
        kind = {"capacity": "quantity", "reconciliation": "quantity", "findings": "findings"}.get(key, "scoring")
        yield Touch(kind, "looser" if new is None else "stricter", "", shown(old), shown(new), new is None, key)


def _life_of(label: Section | None) -> str:
    """The shelf life of a label as written; empty where it names none."""
    said = [(key, (label or {}).get(key)) for key in ("shelf_life_months", "shelf_life_days")]
    return ", ".join(f"{key} {value}" for key, value in said if value is not None)


def _keeps(label: Section | None) -> bool:
    """Whether anything limits how long the product is sold: without that, buyers lose a promise."""
    return bool(_life_of(label)) or any(each.get("shelf_life_days") for each in (label or {}).get("variants") or ())


def _placed(touches: list[Touch], subject: str) -> Iterator[Touch]:
    for one in touches:
        yield Touch(one.kind, one.effect, one.key, one.before, one.after, one.sure, subject)


def _scoring(old: Section, new: Section) -> Iterator[Touch]:
    before, after = ({_name(rule): rule for rule in each.get("pass_all", ())} for each in (old, new))
    for name in dict.fromkeys([*after, *before]):
        if name not in before or name not in after:
            effect = "stricter" if name in after else "looser"
            yield Touch("scoring", effect, "", shown(before.get(name)), shown(after.get(name)), subject=name)
        else:
            yield from _placed(_rule(before[name], after[name]), name)
    for outcome in dict.fromkeys([*new.get("credit", {}), *old.get("credit", {})]):
        values = old.get("credit", {}).get(outcome), new.get("credit", {}).get(outcome)
        yield from _placed(bound("scoring", outcome, *values, low=False), "credit")
    partial = old.get("partial_allowed_for"), new.get("partial_allowed_for")
    yield from _placed(members("scoring", "", *partial, more="looser", fewer="stricter"), "partial_allowed_for")
    if old.get("weights") != new.get("weights"):
        yield Touch("scoring", "stricter", "", shown(old.get("weights")), shown(new.get("weights")), False, "weights")
    yield from _grades(old.get("grades") or [], new.get("grades") or [])


def _name(rule: Section) -> str:
    """``level_percent major``: a rule by its kind and what it is about."""
    return " ".join(str(rule[key]) for key in ("rule", "level", "group") if rule.get(key))


def _rule(old: Section, new: Section) -> list[Touch]:
    found: list[Touch] = []
    for key in dict.fromkeys([*new, *old]):
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        if key in ("min", "floor", "after_corrective_actions"):
            found += bound("scoring", key, before, after, low=True)
        elif key in ("max", "allow"):
            found += bound("scoring", key, before, after, low=False)
        elif key == "by_year" and before and after and set(before) == set(after):
            for year in after:
                found += bound("scoring", f"{key} {year}", before[year], after[year], low=True)
        else:
            found.append(Touch("scoring", "stricter", key, shown(before), shown(after), sure=False))
    return found


def _grades(old: list[Section], new: list[Section]) -> Iterator[Touch]:
    before, after = ({str(grade["id"]): grade for grade in each} for each in (old, new))
    for name in dict.fromkeys([*after, *before]):
        if name not in before or name not in after:
            values = shown(before.get(name)), shown(after.get(name))
            yield Touch("scoring", "clarifying", "", *values, subject=f"grade {name}")
        else:
            yield from _placed(_rule(before[name], after[name]), f"grade {name}")


def _findings(old: Section, new: Section) -> Iterator[Touch]:
    for level in dict.fromkeys([*new, *old]):
        before, after = old.get(level) or {}, new.get(level) or {}
        if not (isinstance(before, Mapping) and isinstance(after, Mapping)):
            continue
        for key in dict.fromkeys([*after, *before]):
            values = before.get(key), after.get(key)
            if values[0] == values[1]:
                continue
            if key in ("days", "first_audit_days"):
                yield from _placed(bound("findings", key, *values, low=False), level)
            else:
                yield Touch("findings", "stricter", key, shown(values[0]), shown(values[1]), False, level)


def _validity(old: Section, new: Section) -> Iterator[Touch]:
    for key in dict.fromkeys([*new, *old]):
        values = old.get(key), new.get(key)
        if values[0] == values[1]:
            continue
        if key == "certificate_months":
            yield from _placed(bound("term", key, *values, low=False), "validity")
        else:
            yield Touch("term", "clarifying", key, shown(values[0]), shown(values[1]), subject="validity")


def _tolerances(old: Section, new: Section) -> Iterator[Touch]:
    for key in ("loss_percent", "tolerance_percent"):
        yield from _placed(bound("quantity", key, old.get(key), new.get(key), low=False), "reconciliation")


def _capacity(old: Section, new: Section) -> Iterator[Touch]:
    for key in dict.fromkeys([*new, *old]):
        values = old.get(key), new.get(key)
        if values[0] == values[1]:
            continue
        if key == "per_basis_max":
            yield from _placed(bound("quantity", key, *values, low=False), "capacity")
        elif key in ("per_basis_typical", "review"):
            yield Touch("quantity", "editorial", key, shown(values[0]), shown(values[1]), subject="capacity")
        else:
            yield Touch("quantity", "stricter", key, shown(values[0]), shown(values[1]), False, "capacity")


_EASES = {"override": "two_persons", "release": "conditional"}
"""Keys of a batch test, and the value with which less is asked before a seal."""


def _tests(old: Section, new: Section) -> Iterator[Touch]:
    for name in dict.fromkeys([*new, *old]):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if before is None or after is None:
            yield Touch("test", "looser" if after is None else "stricter", "", shown(before), shown(after),
                        subject=name)  # fmt: skip
            continue
        for key in dict.fromkeys([*after, *before]):
            values = before.get(key), after.get(key)
            if values[0] == values[1]:
                continue
            if key in ("min", "max") and before.get("unit") == after.get("unit"):
                yield from _placed(bound("test", key, *values, low=key == "min"), name)
            elif key in _EASES:
                looser = values[1] == _EASES[key]
                yield Touch("test", "looser" if looser else "stricter", key, shown(values[0]), shown(values[1]),
                            subject=name)  # fmt: skip
            elif key in ("public", "target_min", "target_max", "plausible", "point"):
                yield Touch("test", "editorial", key, shown(values[0]), shown(values[1]), subject=name)
            else:
                yield Touch("test", "stricter", key, shown(values[0]), shown(values[1]), False, name)


def _chapters(old: Section, new: Section) -> Iterator[Touch]:
    for name in dict.fromkeys([*new, *old]):
        before, after = (each.get(name) or {} for each in (old, new))
        yield from _placed(
            bound("chapter", "min_percent", before.get("min_percent"), after.get("min_percent"), low=True), name
        )


def _facts(old: Section, new: Section) -> Iterator[Touch]:
    for name in dict.fromkeys([*new, *old]):
        if old.get(name) != new.get(name):
            yield Touch("fact", "clarifying", "", shown(old.get(name)), shown(new.get(name)), subject=name)


_BY_ID = {"batch_tests": _tests, "chapters": _chapters, "facts": _facts}


def _merged(protocol: Protocol, key: str) -> dict[str, Any]:
    """A section by id, modules included; chapters of a module under its name, the protocol's own under none."""
    found: dict[str, Any] = {}
    for place, part in enumerate(protocol.modules):
        section = part.document.get(key) or ()
        if isinstance(section, Mapping):
            found |= {name: {"type": each} if isinstance(each, str) else each for name, each in section.items()}
        else:
            prefix = "" if place == 0 or key != "chapters" else part.id.removeprefix(f"{protocol.id}_") + "."
            found |= {f"{prefix}{each['id']}": each for each in section}
    return found


def _titles(before: Protocol, after: Protocol) -> tuple[Touch, ...]:
    """Words outside the points: titles, chapter names, questions."""
    old, new = (_without_points(each) for each in (before, after))
    return tuple(
        Touch("words", "editorial", language, subject="texts")
        for language in sorted(old.keys() | new.keys())
        if old.get(language) != new.get(language)
    )


def _without_points(protocol: Protocol) -> dict[str, list[Any]]:
    skipped = ("points", "id", "version")
    return {
        language: [
            {key: value for key, value in part.words[language].items() if key not in skipped}
            for part in protocol.modules
            if language in part.words
        ]
        for language in protocol.modules[0].words
    }
