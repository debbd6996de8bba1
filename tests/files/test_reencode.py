"""Pictures written anew: what must not survive, and what must be refused."""

import io
import struct
import zlib

import pytest
from PIL import Image

from seal.errors import BadInput
from seal.files.pictures import written_anew


def picture(kind="JPEG", size=(60, 40), exif=None, mode="RGB", **options):
    image = Image.new(mode, size, "navy")
    image.paste("white", (0, 0, size[0] // 2, size[1] // 2))
    out = io.BytesIO()
    if exif:
        options["exif"] = exif
    image.save(out, kind, **options)
    return out.getvalue()


def located():
    exif = Image.Exif()
    exif[0x0112] = 6  # rotated a quarter turn
    exif[0x010F] = "SECRETPHONE"
    exif.get_ifd(0x8825)[2] = (45.0, 34.0, 12.0)
    return exif


@pytest.mark.parametrize(("kind", "media"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_place_and_device_are_gone_and_the_picture_stands_upright(kind, media):
    sent = picture(kind, exif=located())
    assert b"SECRETPHONE" in sent
    kept = written_anew(sent, media)
    opened = Image.open(io.BytesIO(kept))
    assert b"SECRETPHONE" not in kept
    assert dict(opened.getexif()) == {}
    assert "exif" not in opened.info
    assert opened.size == (40, 60)


def test_comments_and_colour_profiles_are_gone():
    kept = written_anew(picture("JPEG", comment=b"written by Ana", icc_profile=b"profile of Ana"), "image/jpeg")
    assert b"Ana" not in kept


def test_a_tail_that_makes_it_two_files_is_gone():
    kept = written_anew(picture() + b"<script>alert(1)</script>PK\x03\x04", "image/jpeg")
    assert b"script" not in kept
    assert b"PK\x03\x04" not in kept


def test_a_large_picture_is_made_smaller():
    assert max(Image.open(io.BytesIO(written_anew(picture(size=(4000, 3000)), "image/jpeg"))).size) == 2560


def test_transparency_is_kept():
    kept = written_anew(picture("PNG", mode="RGBA"), "image/png")
    assert Image.open(io.BytesIO(kept)).mode == "RGBA"


def test_the_same_picture_gives_the_same_bytes():
    assert written_anew(picture(), "image/jpeg") == written_anew(picture(), "image/jpeg")


def bomb(width, height):
    """A PNG that claims a huge picture in a few hundred bytes."""

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * 100_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [7_100, 30_000])
def test_a_picture_of_too_many_pixels_is_refused_before_decoding(side):
    with pytest.raises(BadInput) as refused:
        written_anew(bomb(side, side), "image/png")
    assert refused.value.code == "files.picture_too_big"


@pytest.mark.parametrize(
    "data",
    [picture()[:300], b"\xff\xd8\xff<html>not a picture</html>", picture("PNG"), b"\xff\xd8\xff"],
    ids=["cut short", "html", "another kind", "three bytes"],
)
def test_what_is_not_a_whole_jpeg_is_refused(data):
    with pytest.raises(BadInput) as refused:
        written_anew(data, "image/jpeg")
    assert refused.value.code == "files.picture_unreadable"
