"""Contrast of an association's own colour (WCAG 2.2, relative luminance)."""

from __future__ import annotations

import re

PAPER, DARK_PAPER = "#f1f4f4", "#0c171a"
LEAST = 4.5
_COLOUR = re.compile(r"#[0-9a-f]{6}")


def is_colour(text: str) -> bool:
    """``#rrggbb`` in lower case, the only spelling that is kept."""
    return _COLOUR.fullmatch(text) is not None


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1."""
    linear = []
    for channel in _channels(colour):
        part = channel / 255
        linear.append(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """1 (same) to 21 (black on white)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _mixed(colour: str, with_: int, share: float) -> str:
    return "#" + "".join(f"{round(channel + (with_ - channel) * share):02x}" for channel in _channels(colour))


def passing_tone(colour: str, paper: str, towards: int) -> str:
    """The nearest tone of ``colour``, darkened (0) or lightened (255), that reads on ``paper``."""
    for step in range(21):
        tone = _mixed(colour, towards, step / 20)
        if contrast(tone, paper) >= LEAST:
            return tone
    return "#000000" if towards == 0 else "#ffffff"


def dark_tone(colour: str) -> str:
    """The tone for dark screens. ``ValueError`` for anything that is not ``#rrggbb``."""
    if not is_colour(colour):
        raise ValueError(f"not a colour: {colour!r}")
    return passing_tone(colour, DARK_PAPER, 255)
