"""The date line: a drawing that says at a glance why a jar outlives its maker's certificate. Pure.

A bar is the certificate, a solid dot the sealing, a hollow dot the day of the answer, a tick the best-before day, and
a second bar a suspension or withdrawal. Every mark has its words and its day under it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from seal.web.i18n import Translator

WIDTH, _MARGIN = 320, 6
_LETTER = 5.7
"""Rough width of a letter at the drawing's 11 px, to keep words from touching."""


@dataclass(frozen=True)
class Days:
    """The days to draw. ``limited`` is the day since when the maker is suspended or withdrawn."""

    certified_from: date
    certified_until: date
    sealed: date
    today: date
    use_by: date | None = None
    limited: date | None = None


def dateline(days: Days, t: Translator) -> Markup:
    """The drawing as inline SVG; colours come from the page's style."""
    always = (days.certified_from, days.certified_until, days.sealed, days.today)
    known = [day for day in (*always, days.use_by, days.limited) if day is not None]
    first, last = min(known).toordinal() - 20, max(known).toordinal() + 20

    def x(day: date) -> int:
        return round(_MARGIN + (day.toordinal() - first) / (last - first) * (WIDTH - 2 * _MARGIN))

    start, end = x(days.certified_from), x(days.certified_until)
    sealed, today = x(days.sealed), x(days.today)
    marks = [(sealed, t("verification.line.sealed"), days.sealed), (today, t("verification.line.today"), days.today)]
    if days.use_by:
        marks.append((x(days.use_by), t("verification.line.use_by"), days.use_by))
    caption = escape(t("verification.line.certificate"))
    caption_x = min(start, WIDTH - _MARGIN - round(len(caption) * _LETTER))
    parts = [
        f'<text x="{max(caption_x, 0)}" y="12" class="x">{caption}</text>',
        f'<rect x="{start}" y="18" width="{max(end - start, 2)}" height="10" rx="2" class="c1"/>',
    ]
    if days.limited:
        begun = x(max(days.limited, days.certified_from))
        parts.append(f'<rect x="{begun}" y="18" width="{max(today - begun, 4)}" height="10" class="c2"/>')
    parts += [
        f'<path d="M6 50h308" class="l1"/><path d="M{sealed} 18V56" class="l2"/><circle cx="{sealed}" cy="50" r="5"/>',
        f'<path d="M{today} 32V56" class="l3"/><circle cx="{today}" cy="50" r="4.5" class="l4"/>',
    ]
    if days.use_by:
        parts.append(f'<path d="M{x(days.use_by)} 44v12" class="l2"/>')
    said = sorted((place, word, _short(day, days.today, t)) for place, word, day in marks)
    for (_, word, when), centre in zip(said, _apart(said), strict=True):
        parts.append(
            f'<text x="{centre}" y="71" text-anchor="middle">{escape(word)}</text>'
            f'<text x="{centre}" y="85" text-anchor="middle" class="x">{escape(when)}</text>'
        )
    return Markup(f'<svg viewBox="0 0 {WIDTH} 90" aria-hidden="true">{"".join(parts)}</svg>')  # noqa: S704 - escaped


def _short(day: date, today: date, t: Translator) -> str:
    """A day without its year when that is this year's."""
    whole = t.day(day)
    return whole.removesuffix(f" {day.year}") if day.year == today.year else whole


def _apart(said: list[tuple[int, str, str]]) -> list[int]:
    """Centres of the words, moved sideways as little as needed so that none touch or leave the drawing."""
    halves = [max(len(word), len(when)) * _LETTER / 2 + 3 for _, word, when in said]
    centres = [float(place) for place, _, _ in said]
    edge = 0.0
    for i, half in enumerate(halves):
        centres[i] = max(centres[i], edge + half)
        edge = centres[i] + half
    edge = float(WIDTH)
    for i in reversed(range(len(halves))):
        centres[i] = min(centres[i], edge - halves[i])
        edge = centres[i] - halves[i]
    return [round(centre) for centre in centres]
