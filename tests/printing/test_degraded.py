"""Codes as a phone sees them: printed at 300 dots an inch with ink that spreads, on kraft, bent, turned, out of focus.

The symbols are those of a run, at the aimed 0.50 mm a module; the picture is 8 pixels a millimetre. A live scanner sees
many frames a second, so what is hard may take a few. Simulated: no printer and no phone took part.
"""

from __future__ import annotations

import random

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from seal.labels.sheet import AIM_MM
from seal.printing import qr, stamping

PREFIX = "HTTPS://SELLO.AYSEN.EXAMPLE/"
DPI, PIXELS_PER_MM = 300, 8.0
Grey = np.ndarray


def blurred(values: Grey, sigma: float) -> Grey:
    """Values of 0 to 255, softened."""
    picture = Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
    return np.asarray(picture.filter(ImageFilter.GaussianBlur(sigma)), np.float32)


def kraft(chance: np.random.Generator, shape: tuple[int, int]) -> Grey:
    """Brown paper with its fibres."""
    coarse, fine = (blurred(128 + chance.normal(0, 40, shape), sigma) - 128 for sigma in (2.0, 0.8))
    return 128 + 0.75 * coarse + 0.35 * fine


def bent(picture: Grey, radius: float) -> Grey:
    """Wrapped around a jar of that radius in pixels, seen from the front."""
    x = np.arange(picture.shape[1]) - picture.shape[1] / 2
    source = np.arcsin(np.clip(x / radius, -0.98, 0.98)) * radius + picture.shape[1] / 2
    left = np.clip(np.floor(source).astype(int), 0, picture.shape[1] - 2)
    share = np.clip(source - left, 0, 1)
    return picture[:, left] * (1 - share) + picture[:, left + 1] * share


def frame(
    rows: list[int],
    chance: np.random.Generator,
    *,
    blur: float = 0.8,
    brown: bool = False,
    turn: float = 0.0,
    jar: bool = False,
) -> np.ndarray:
    """One frame of a camera: the symbol with its quiet zone in the middle of twice its side."""
    side = len(rows) + 2 * qr.QUIET
    cells = np.pad([[row >> (len(rows) - 1 - x) & 1 for x in range(len(rows))] for row in rows], qr.QUIET)
    dots = round(side * AIM_MM / 25.4 * DPI)
    at = np.arange(dots) * side // dots
    ink = blurred(255.0 * np.pad(cells[np.ix_(at, at)], dots // 2), 1.0) / 255
    paper = kraft(chance, ink.shape) if brown else np.full_like(ink, 215.0)
    seen = paper * (1 - ink) + (62 if brown else 35) * ink
    if jar:
        seen = bent(seen, 1.1 * dots)
    picture = Image.fromarray(seen.astype(np.float32))
    if turn:
        picture = picture.rotate(turn, Image.Resampling.BILINEAR, fillcolor=120)
    pixels = round(seen.shape[1] * PIXELS_PER_MM * 25.4 / DPI)
    taken = blurred(np.asarray(picture.resize((pixels, pixels), Image.Resampling.BOX)), blur)
    shade = np.linspace(0.85, 1.0, pixels)[None, :]
    return np.clip(taken * shade + chance.normal(0, 5, taken.shape), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("condition", "frames"),
    [
        ({}, 1),
        ({"turn": 20.0}, 1),
        ({"jar": True, "turn": 8.0}, 1),
        ({"blur": 1.2}, 3),
        ({"brown": True}, 5),
    ],
    ids=["good", "turned", "jar", "blurred", "kraft"],
)
def test_a_code_of_the_aimed_size_is_read(condition: dict[str, float], frames: int) -> None:
    chance, tokens = np.random.default_rng(7), random.Random(7)
    for _ in range(5):
        text = PREFIX + str(int.from_bytes(b"\x01" + tokens.randbytes(83)))
        rows = stamping.modules(text, len(PREFIX), qr.symbol(PREFIX, text[len(PREFIX) :]).version)
        seen = (frame(rows, chance, **condition) for _ in range(frames))  # type: ignore[arg-type]
        assert any([code.text for code in zxingcpp.read_barcodes(one)] == [text] for one in seen)


def test_a_broken_code_is_not_read() -> None:
    """The picture can tell: with a finder pattern gone nothing is read."""
    text = PREFIX + "7" * 200
    rows = stamping.modules(text, len(PREFIX), 6)
    rows[:8] = [0] * 8
    assert zxingcpp.read_barcodes(frame(rows, np.random.default_rng(1))) == []
