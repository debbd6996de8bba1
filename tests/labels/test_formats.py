"""Paper formats: every label inside its page, none over another, and a reason for each way to be wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.errors import BadInput
from seal.labels import formats

EVERY = [*formats.BUILT_IN.values()]


@pytest.mark.parametrize("found", EVERY, ids=lambda one: one.id)
def test_labels_of_every_built_in_format_lie_on_the_page_and_apart(found: formats.Format) -> None:
    assert formats.format_reasons(found) == ()
    (width, height), places = found.label_mm, [found.place(n) for n in range(1, found.per_page + 1)]
    for place in places:
        assert 0 <= place.left <= found.page_mm[0] - width + 0.01
        assert 0 <= place.top <= found.page_mm[1] - height + 0.01
    for n, one in enumerate(places):
        for other in places[n + 1 :]:
            assert abs(one.left - other.left) >= width - 0.01 or abs(one.top - other.top) >= height - 0.01


def test_the_round_sheet_is_the_one_of_the_design() -> None:
    found = formats.known("round-a4")
    assert (found.columns, found.rows, found.pitch_mm, found.margin_mm) == (4, 6, (46.0, 45.4), (16.0, 13.5))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"page_mm": (700.0, 297.0)}, "label.format_width"),
        ({"page_mm": (210.0, 5.0)}, "label.format_height"),
        ({"columns": 0}, "label.format_count"),
        ({"columns": 50, "rows": 50}, "label.format_count"),
        ({"label_mm": (70.0, 4.0)}, "label.format_label"),
        ({"margin_mm": (-1.0, 0.5)}, "label.format_label"),
        ({"margin_mm": (1.0, 0.5)}, "label.format_beyond_right"),
        ({"margin_mm": (0.0, 2.0)}, "label.format_beyond_bottom"),
        ({"pitch_mm": (69.0, 37.0)}, "label.format_overlap"),
        ({"pitch_mm": (70.0, 36.0)}, "label.format_overlap"),
        ({"space_mm": 38.0}, "label.format_space"),
        ({"medium": "roll"}, "label.format_roll"),
        ({"shape": "round"}, "label.format_round"),
    ],
)
def test_each_fault_is_named(change: dict[str, object], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        formats.checked(replace(formats.SHEET_24, **change))  # type: ignore[arg-type]
    assert code in {reason.code for reason in refused.value.reasons}


@given(st.sampled_from(EVERY), st.integers(1, 2000), st.data())
def test_pages_hold_the_labels_and_the_last_page_is_begun(
    found: formats.Format, count: int, data: st.DataObject
) -> None:
    start = data.draw(st.integers(1, found.per_page))
    pages = found.pages(count, start)
    assert (pages - 1) * found.per_page < count + start - 1 <= pages * found.per_page


def test_starts_offsets_and_names_beyond_the_limits_are_refused() -> None:
    sheet = formats.SHEET_24
    for start in (0, 25):
        with pytest.raises(BadInput, match=r"label.start"):
            formats.usable_start(sheet, start)
        with pytest.raises(ValueError, match="positions"):
            sheet.place(start)
    for pair in ((5.1, 0.0), (0.0, -6.0), (float("nan"), 0.0)):
        with pytest.raises(BadInput, match=r"label.offset"):
            formats.usable_offset(*pair)
    with pytest.raises(ValueError, match="offset"):
        sheet.place(1, (6, 0))
    with pytest.raises(BadInput, match=r"label.format_unknown"):
        formats.known("a5")
    assert formats.usable_offset(1.04, -5) == (1.0, -5)
    assert sheet.place(5, (1.5, -0.5)) == formats.Place(71.5, 37.0)
