"""A comparison in words: one sentence for all of it, one line for each change. The words are in the locales."""

from __future__ import annotations

from collections.abc import Iterator

from seal.protocols.diff import Change, Diff, Effect, Kind
from seal.protocols.model import Protocol
from seal.web.i18n import Translator


def counted(key: str, count: int, t: Translator) -> str:
    """``un punto más estricto``, ``dos puntos más estrictos``: small numbers in letters."""
    if count == 1:
        return t(f"{key}.one")
    word = f"protocols.diff.number.{count}"
    return t(f"{key}.many", count=t(word) if t.has(word) else t.number(count))


def parts(diff: Diff, t: Translator) -> list[str]:
    """What changed, counted, the heaviest first; nothing for what did not."""
    new, retired = (sum(change.kind is kind for change in diff.points) for kind in (Kind.NEW, Kind.RETIRED))
    stricter = len(diff.subjects(Effect.STRICTER)) - new
    looser = len(diff.subjects(Effect.LOOSER)) - retired
    rules = {effect: len({one.subject for one in diff.rules if one.effect is effect}) for effect in Effect}
    counts = (
        ("points.stricter", stricter),
        ("points.new", new),
        ("points.looser", looser),
        ("points.retired", retired),
        ("rules.stricter", rules[Effect.STRICTER]),
        ("rules.looser", rules[Effect.LOOSER]),
        ("points.clarifying", len(diff.subjects(Effect.CLARIFYING))),
        ("rules.clarifying", rules[Effect.CLARIFYING]),
        ("editorial", len(diff.subjects(Effect.EDITORIAL)) + rules[Effect.EDITORIAL]),
    )
    return [counted(f"protocols.diff.{key}", count, t) for key, count in counts if count]


def sentence(diff: Diff, t: Translator, *, failing: int | None = None, in_force: int = 0, unasked: int = 0) -> str:
    """``Dos puntos más estrictos, uno nuevo; tres productores vigentes no pasarían.``

    ``failing``: how many of the ``in_force`` producers would not pass; ``None``: nobody was asked.
    ``unasked``: how many points of the newer version some of their audits did not ask.
    """
    found = parts(diff, t)
    text = ", ".join(found) if found else t("protocols.diff.nothing")
    if failing is not None and in_force:
        text += "; " + (counted("protocols.diff.failing", failing, t) if failing else t("protocols.diff.all_pass"))
        if unasked:
            text += "; " + counted("protocols.diff.unasked", unasked, t)
    return text[:1].upper() + text[1:] + "."


def line(change: Change, before: Protocol, after: Protocol, t: Translator) -> str:
    """One change: what it is about, what of it, and the two values where they say something."""
    return f"{_about(change, before, after, t)}: {what(change, t)}"


def what(change: Change, t: Translator) -> str:
    """The same without its subject."""
    said = t(f"protocols.diff.kind.{change.kind.value}")
    if _inner(change):
        return f"{_rewritten(change, said, t)} — {_weighed(change, t)}"
    if change.key and change.kind not in (Kind.NEW, Kind.RETIRED):
        said += f" ({change.key})"
    values = ""
    if change.before and change.after:
        values = t("protocols.diff.from_to", before=change.before, after=change.after)
    elif change.after and change.kind is not Kind.NEW:
        values = t("protocols.diff.now", after=change.after)
    elif change.before and change.kind is not Kind.RETIRED:
        values = t("protocols.diff.was", before=change.before)
    return f"{said}{': ' + values if values else ''} — {_weighed(change, t)}"


def _weighed(change: Change, t: Translator) -> str:
    unsure = "" if change.sure else " " + t("protocols.diff.unsure")
    return t(f"protocols.diff.effect.{change.effect.value}") + unsure


def _inner(change: Change) -> bool:
    """The values are maps as files write them, which say nothing to most readers."""
    return any(text.startswith("{") for text in (change.before, change.after))


def _rewritten(change: Change, said: str, t: Translator) -> str:
    """That it came, went or changed, without how."""
    if not change.key and not (change.before and change.after):
        return t("protocols.diff.came" if change.after else "protocols.diff.went", what=said)
    own = f"protocols.diff.rewritten.{change.kind.value}"
    return t(own) if t.has(own) else t("protocols.diff.rewritten", what=said)


def _about(change: Change, before: Protocol, after: Protocol, t: Translator) -> str:
    if change.subject == "texts":
        return t("protocols.diff.texts")
    if t.has(f"protocols.diff.section.{change.subject}"):
        return t(f"protocols.diff.section.{change.subject}")
    for protocol in (after, before):
        text = protocol.text(t.lang)
        words = text.points.get(change.subject)
        if words is not None:
            return f"{change.subject} {words.requirement.rstrip('.')}"
        named = text.batch_tests.get(change.subject) or text.facts.get(change.subject)
        if named is not None:
            return named.rstrip(".")
    return change.subject


def lines(diff: Diff, before: Protocol, after: Protocol, t: Translator) -> Iterator[str]:
    """Every change, those that ask more first."""
    for change in sorted(diff.all, key=lambda one: -one.effect.weight):
        yield line(change, before, after, t)
