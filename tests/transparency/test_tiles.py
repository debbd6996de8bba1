"""The one spelling of each tile, and how a bundle of entries is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.transparency import tiles
from seal.transparency.tiles import INDEX_MAX, Tile

TILES = st.builds(
    Tile, st.none() | st.integers(0, 63), st.integers(0, INDEX_MAX) | st.integers(0, 2_000_000), st.integers(1, 256)
)


def test_the_examples_of_the_specification() -> None:
    assert Tile(0, 1234067).path == "0/x001/x234/067"
    assert Tile(None, 5, 7).path == "entries/005.p/7"
    names = [tile.path for tile in tiles.tiles_of(70_000)]
    assert len(names) == 273 + 1 + 1 + 1 + 1
    assert names[273:] == ["0/273.p/112", "1/000", "1/001.p/17", "2/000.p/1"]
    assert [tile.path for tile in tiles.tiles_of(256)] == ["0/000", "1/000.p/1"]
    assert [tile.path for tile in tiles.entries_of(257)] == ["entries/000", "entries/001.p/1"]
    assert list(tiles.tiles_of(0)) == []


@given(TILES)
def test_every_tile_has_a_name_that_leads_back(tile: Tile) -> None:
    assert tiles.parse(tile.path) == tile


@given(st.integers(1, 2**40))
def test_partial_tiles_are_as_wide_as_the_specification_says(size: int) -> None:
    level = 0
    while hashes := size >> 8 * level:
        edge = Tile(level, hashes // 256, hashes % 256 or 256)
        if hashes % 256:
            assert edge.leaves <= size < Tile(level, edge.index, edge.width + 1).leaves
        level += 1


@pytest.mark.parametrize(
    "path",
    [
        "", "0", "0/", "/0/000", "0/000/", "0//000", "00/000", "01/000", "64/000", "100/000", "-1/000", "+1/000",
        "x/000", "0/0", "0/00", "0/0000", "0/1", "0/x000/001", "0/x000/000", "0/001/002", "0/x001/x002", "0/X001/002",
        "0/x1/002", "0/000.p", "0/000.p/", "0/000.p/0", "0/000.p/00", "0/000.p/01", "0/000.p/256", "0/000.p/999",
        "0/000.p/1/", "0/000.P/1", "0/000.p/-1", "0/000.p/+1", "0/000.p/1.p/1", "0/000 ", " 0/000", "0/000\n",
        "0/٠٠٠", "0/000.p/١",
        "entries", "entries/", "entries/0", "Entries/000", "data/000", "0/x999/x999/x999/x999/x999/x999/999",
        "0/" + "x001/" * 2000 + "001", "9" * 5000 + "/000",
    ],
)  # fmt: skip
def test_other_spellings_name_nothing(path: str) -> None:
    assert tiles.parse(path) is None


@given(TILES, st.integers(0, 60), st.sampled_from(" 0x/.p\n٣"))
def test_no_insertion_is_a_second_spelling(tile: Tile, place: int, symbol: str) -> None:
    path = tile.path[:place] + symbol + tile.path[place:]
    found = tiles.parse(path)
    assert found is None or (found.path == path and found != tile)


@given(st.lists(st.binary(min_size=1, max_size=300), max_size=20))
def test_a_bundle_is_read_back(entries: list[bytes]) -> None:
    assert tiles.unpack(tiles.pack(entries)) == entries


@pytest.mark.parametrize("bundle", [b"\0", b"\0\1", b"\0\0", b"\0\2a", b"\0\1a\0"])
def test_a_bundle_that_is_cut_off(bundle: bytes) -> None:
    with pytest.raises(ValueError, match="cut off"):
        tiles.unpack(bundle)


def test_an_entry_too_long_to_say() -> None:
    with pytest.raises(OverflowError):
        tiles.pack([bytes(65_536)])
