"""The association's colour: read on paper in both schemes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.web.colours import DARK_PAPER, LEAST, PAPER, contrast, dark_tone, is_colour, passing_tone

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_black_on_white_is_21() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21.0


@given(colours)
def test_tone_for_dark_screens_always_reads(colour: str) -> None:
    assert contrast(dark_tone(colour), DARK_PAPER) >= LEAST


@given(colours)
def test_nearest_passing_tone_reads_on_paper(colour: str) -> None:
    assert contrast(passing_tone(colour, PAPER, 0), PAPER) >= LEAST


@pytest.mark.parametrize("text", ["", "#fff", "#FFFFFF", "red", "#12345g", "#123456;}"])
def test_other_spellings_are_not_colours(text: str) -> None:
    assert not is_colour(text)
    with pytest.raises(ValueError, match="not a colour"):
        dark_tone(text)
