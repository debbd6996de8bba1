"""``seal protocols explain | simulate``: for authors. Each prints, and returns an exit status (0 fine, 1 faults)."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from seal.errors import BadInput, Reason
from seal.protocols import explaining, loader
from seal.protocols.model import Protocol
from seal.protocols.saying import refused, say
from seal.protocols.simulation import Simulation, simulate
from seal.protocols.wording import percent
from seal.web.i18n import Translator, translator

_SHOWN = 12


def explain(folder: str, point_id: str | None, language: str) -> int:
    """Print one point in plain words, or, without one, what must hold to pass."""
    words = translator(language)
    protocol = _loaded(folder, words)
    if protocol is None:
        return 1
    if point_id is None:
        told = explaining.conclusion(protocol, words)
        lines = [protocol.title(language), words("protocols.explain.conclusion"), *(f"  {one}" for one in told.rules)]
        lines += [words("protocols.explain.grades"), *(f"  {one}" for one in told.grades)] if told.grades else []
    else:
        found = next((point for point in protocol.points if point.id == point_id), None)
        if found is None:
            return refused(words, [Reason("protocols.no_such_point", {"id": protocol.id, "point": point_id[:40]})])
        lines = list(explaining.point_lines(protocol, found, words))
    say("\n".join(lines))
    return 0


def run_simulation(folder: str, producers: int, seed: int, quality: int, year: int, language: str) -> int:
    """Print pass rates and the points that decide. ``quality`` in percent."""
    words = translator(language)
    protocol = _loaded(folder, words)
    if protocol is None:
        return 1
    try:
        done = simulate(protocol, producers=producers, seed=seed, quality=Fraction(quality, 100), year=year)
    except ValueError:
        return refused(words, [Reason("protocols.simulate_range", {"count": producers})])
    say(words("protocols.simulate.about", count=producers, year=year, quality=quality, seed=seed))
    say("\n".join(_lines(protocol, done, words)))
    return 0


def _lines(protocol: Protocol, done: Simulation, words: Translator) -> list[str]:
    share = percent(done.passed * 10_000 // done.producers, words)
    lines = [words("protocols.simulate.passed", passed=done.passed, count=done.producers, percent=share)]
    least, mean, most = done.visit
    lines.append(words("protocols.simulate.visit", least=least, most=most, mean=words.number(round(mean))))
    text = protocol.text(words.lang)
    for grade, count in sorted(done.grades.items(), key=lambda one: -one[1]):
        name = explaining.grade_name(grade, text, words) if grade else words("protocols.simulate.no_grade")
        lines.append("  " + words("protocols.simulate.grade", grade=name, count=count))
    for (rule, subject), count in sorted(done.rules.items(), key=lambda one: -one[1])[:_SHOWN]:
        told = _rule(protocol, rule, subject, words)
        lines.append("  " + words("protocols.simulate.rule", rule=told, count=count))
    for point, count in sorted(done.deciding.items(), key=lambda one: (-one[1], one[0]))[:_SHOWN]:
        told = text.points[point].requirement
        lines.append("  " + words("protocols.simulate.decides", point=point, count=count, words=told))
    return lines


def _rule(protocol: Protocol, kind: str, subject: str, words: Translator) -> str:
    """The rule behind a failure, in its own words; of a chapter minimum, the chapter."""
    if subject in protocol.text(words.lang).chapters:
        return protocol.text(words.lang).chapters[subject]
    for rule in protocol.rules.scoring.pass_all:
        if rule.rule.value == kind and subject in ("", rule.group or "", rule.level.value if rule.level else ""):
            return explaining.rule(rule, words)
    return f"{kind} {subject}".strip()


def _loaded(folder: str, words: Translator) -> Protocol | None:
    """``protocols/miel/0.1.0``, in any library."""
    home = Path(folder).resolve()
    try:
        return loader.load(home.parent.parent, home.parent.name, home.name)
    except BadInput as error:
        refused(words, error.reasons)
        return None
