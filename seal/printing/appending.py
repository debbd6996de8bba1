"""Pages appended to a PDF that is already written: plain bytes, piece by piece, in any process. Pure.

ISO 32000 7.5.6 (incremental update). The base is a PDF without pages; each piece is the objects of some pages, two a
page (the page and its content, numbered by the page's place), and the closing is the page tree, the table of offsets
and a trailer that points back to the base's own. So a run of ten thousand labels never stands in memory, a piece that
is on the disk is not made again, and the same pieces give the same file.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LEVEL = 6


@dataclass(frozen=True)
class Piece:
    """The objects of consecutive pages, and how long each is, in bytes: page, content, page, content, …"""

    data: bytes
    lengths: tuple[int, ...]


def piece(parts: Mapping[str, Any], first_page: int, page_pt: tuple[float, float], contents: Iterable[bytes]) -> Piece:
    """Pages from ``first_page`` (0 is the first of the file) with these contents."""
    written: list[bytes] = []
    box = f"[0 0 {page_pt[0]:.3f} {page_pt[1]:.3f}]"
    for place, content in enumerate(contents, start=first_page):
        number = parts["size"] + 2 * place
        packed = zlib.compress(content, LEVEL)
        written.append(
            f"{number} 0 obj\n<</Type/Page/Parent {parts['pages']} 0 R/MediaBox{box}"
            f"/Resources {parts['shared']} 0 R/Contents {number + 1} 0 R>>\nendobj\n".encode()
        )
        head = f"{number + 1} 0 obj\n<</Filter/FlateDecode/Length {len(packed)}>>\nstream\n".encode()
        written.append(head + packed + b"\nendstream\nendobj\n")
    return Piece(b"".join(written), tuple(map(len, written)))


def closing(parts: Mapping[str, Any], base_length: int, lengths: Sequence[int], identifier: str) -> bytes:
    """What makes base and pieces one file: page tree, offsets and trailer. ``identifier``: 32 hexadecimal digits."""
    first, at = int(parts["size"]), base_length
    offsets = []
    for length in lengths:
        offsets.append(at)
        at += length
    pages = range(first, first + len(lengths), 2)
    kids = " ".join(f"{number} 0 R" for number in pages)
    tree = f"{parts['pages']} 0 obj\n<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>\nendobj\n".encode()
    rows = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    table = (
        f"xref\n{parts['pages']} 1\n{at:010d} 00000 n \n"
        + (f"{first} {len(offsets)}\n{rows}" if offsets else "")
        + f"trailer\n<</Size {first + len(offsets)}/Root {parts['root']} 0 R/Info {parts['info']} 0 R"
        f"/Prev {parts['startxref']}/ID[<{identifier}><{identifier}>]>>\nstartxref\n{at + len(tree)}\n%%EOF\n"
    )
    return tree + table.encode()
