"""Labels for thermal printers: pictures in whole dots, and ZPL II that prints them as they are. Pure.

What is the same on every label goes to the printer once (``~DG``) and is called up on each (``^XG``); what differs is a
small picture at its dots (``^FO``, ``^GF``). The symbol is drawn by its modules in whole dots and not by the printer's
own ``^BQ``, which would choose version, mask and segments for itself. Graphics use the run lengths that every ZPL II
printer reads: G to Y are 1 to 19 times the next digit, g to z 20 to 400 times; ``,`` fills a row with white, ``!``
with black, ``:`` repeats the row above.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PIL import Image, ImageChops, ImageDraw

from seal.printing.qr import QUIET, Symbol

DPIS = (203, 300)
DOTS_PER_MM = {203: 8.0, 300: 300 / 25.4}
"""A 203 dpi head has 8 dots in a millimetre."""
_NAME = "R:SEAL.GRF"
_HALF = 128


def dots(millimetres: float, dpi: int) -> int:
    return round(millimetres * DOTS_PER_MM[dpi])


def stamped(picture: Image.Image, symbol: Symbol, left: int, top: int, module: int) -> Image.Image:
    """The picture in black and white, with the symbol drawn anew in ``module`` whole dots from its quiet zone's corner.

    Black is 0, as on paper.
    """
    made = picture.convert("L").point(lambda light: 255 if light >= _HALF else 0).convert("1")
    pen = ImageDraw.Draw(made)
    side = symbol.side * module
    pen.rectangle((left, top, left + side - 1, top + side - 1), fill=255)
    for y, row in enumerate(symbol.rows):
        for x, dark in enumerate(row):
            if dark:
                at = left + (x + QUIET) * module, top + (y + QUIET) * module
                pen.rectangle((*at, at[0] + module - 1, at[1] + module - 1), fill=0)
    return made


def moved(picture: Image.Image, right: int, down: int) -> Image.Image:
    """The picture moved by whole dots; what leaves it is cut."""
    made = Image.new("1", picture.size, 1)
    made.paste(picture, (right, down))
    return made


def zpl(pictures: Sequence[Image.Image]) -> bytes:
    """Labels of one size, each a black and white picture, as one ZPL II job. ``ValueError`` without any."""
    if not pictures:
        raise ValueError("no labels")
    same = pictures[0]
    for one in pictures[1:]:
        same = ImageChops.lighter(same, one)  # dark only where every label is
    width, height = same.size
    out = [f"~DG{_NAME},{_bytes(width) * height:05d},{_bytes(width):03d},{graphic(same)}"]
    for one in pictures:
        own = ImageChops.logical_or(one, ImageChops.invert(same))  # dark where this label is and not every one
        out.append(f"^XA^PW{width}^LL{height}^LH0,0^FO0,0^XG{_NAME},1,1^FS")
        out += [_field(own, box) for box in _boxes(own)]
        out.append("^PQ1^XZ")
    out.append(f"^XA^ID{_NAME}^FS^XZ")
    return "\n".join(out).encode("ascii") + b"\n"


def _bytes(width: int) -> int:
    return -(-width // 8)


def _boxes(picture: Image.Image) -> Iterator[tuple[int, int, int, int]]:
    """The parts of a picture that have ink, as bands of rows cut to what is in them."""
    width, height = picture.size
    ink = [ImageChops.invert(picture.crop((0, y, width, y + 1))).getbbox() for y in range(height)]
    start = None
    for y in range(height + 1):
        if y < height and ink[y] is not None:
            start = y if start is None else start
        elif start is not None:
            found = ImageChops.invert(picture.crop((0, start, width, y))).getbbox()
            assert found is not None  # its rows have ink
            yield found[0], start, found[2], y
            start = None


def _field(picture: Image.Image, box: tuple[int, int, int, int]) -> str:
    part = picture.crop(box)
    total = _bytes(part.width) * part.height
    return f"^FO{box[0]},{box[1]}^GFA,{total},{total},{_bytes(part.width)},{graphic(part)}^FS"


def graphic(picture: Image.Image) -> str:
    """A black and white picture as hexadecimal rows with run lengths; bits beyond its width are white."""
    width, height = picture.size
    row_bytes = _bytes(width)
    wide = Image.new("1", (row_bytes * 8, height), 1)
    wide.paste(picture, (0, 0))
    data = bytes(byte ^ 0xFF for byte in wide.tobytes())
    rows, above = [], ""
    for y in range(height):
        row = data[y * row_bytes : (y + 1) * row_bytes].hex().upper()
        rows.append(":" if row == above else _packed(row))
        above = row
    return "".join(rows)


def _packed(row: str) -> str:
    """One row: the longest run at its end as ``,`` or ``!``, the others counted."""
    for digit, sign in (("0", ","), ("F", "!")):
        rest = row.rstrip(digit)
        if len(rest) < len(row):
            return _runs(rest) + sign
    return _runs(row)


def _runs(text: str) -> str:
    out, place = [], 0
    while place < len(text):
        end = place
        while end < len(text) and text[end] == text[place]:
            end += 1
        out.append(_count(end - place) + text[place])
        place = end
    return "".join(out)


def _count(times: int) -> str:
    """How often the next digit comes: nothing for once, then letters that add up."""
    if times == 1:
        return ""
    out = "z" * (times // 400)
    times %= 400
    if times >= 20:
        out += chr(ord("g") + times // 20 - 1)
    if times % 20:
        out += chr(ord("G") + times % 20 - 1)
    return out
