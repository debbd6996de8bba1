"""Write a picture anew, in a child process: pixels in, pixels out, and nothing else survives.

Metadata (place, device, owner), trailing bytes that make a file two things at once, and whatever an old
decoder would trip over stay behind. Run as an isolated script: the picture on standard input, the new
one on standard output, exit 0; else exit 3 and one word on standard error: ``unreadable``, ``too_many_pixels``,
``kind``. Memory and CPU time are limited by the kernel. Imports nothing of Seal, so that it can be run alone.
"""

from __future__ import annotations

import io
import resource
import sys
import warnings

MEMORY_BYTES = 1 * 2**30
CPU_SECONDS = 20
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}


class Unfit(Exception):
    """The picture cannot be taken; the argument is the word for standard error."""


def reencode(data: bytes, media_type: str, max_pixels: int, max_side: int) -> bytes:
    """The picture in the same format, upright, at most ``max_side`` pixels long, without metadata."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - only in the child, after its limits stand

    Image.MAX_IMAGE_PIXELS = max_pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(data), formats=[FORMATS[media_type]]) as opened:
            if opened.width * opened.height > max_pixels:
                raise Unfit("too_many_pixels")
            if media_type == "image/jpeg":
                opened.draft("RGB", (max_side * 2, max_side * 2))
            upright = ImageOps.exif_transpose(opened)
            see_through = "A" in upright.getbands() or "transparency" in upright.info
            pixels = upright.convert("RGBA" if see_through and media_type != "image/jpeg" else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unfit("too_many_pixels") from None
    except (OSError, ValueError, SyntaxError, MemoryError, KeyError, IndexError):
        raise Unfit("unreadable") from None  # cut short, damaged, or not a picture at all
    pixels.thumbnail((max_side, max_side))
    clean = Image.frombytes(pixels.mode, pixels.size, pixels.tobytes())  # no info dictionary comes along
    out = io.BytesIO()
    if media_type == "image/jpeg":
        clean.save(out, "JPEG", quality=85, optimize=True)
    elif media_type == "image/png":
        clean.save(out, "PNG", optimize=True)
    else:
        clean.save(out, "WEBP", quality=82, method=4)
    return out.getvalue()


def main(arguments: list[str]) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    media_type, max_pixels, max_side = arguments[0], int(arguments[1]), int(arguments[2])
    try:
        sys.stdout.buffer.write(reencode(sys.stdin.buffer.read(), media_type, max_pixels, max_side))
    except Unfit as refusal:
        sys.stderr.write(str(refusal))
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
