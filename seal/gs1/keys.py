"""GTIN, GLN and SSCC: digits with a check digit (GS1 General Specifications 7.9). Pure."""

from __future__ import annotations

from seal.errors import BadInput

LENGTHS = {"gtin": (8, 12, 13, 14), "gln": (13,), "sscc": (18,)}
"""Digits of each key, the check digit included. A GTIN is kept with fourteen, zeros in front."""
GTIN_LENGTHS = LENGTHS["gtin"]


def check_digit(digits: str) -> str:
    """The digit that stands after ``digits``: weights 3 and 1 from the right, up to the next ten."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def checks(digits: str) -> bool:
    """True if the last digit is the check digit of those before it."""
    return len(digits) > 1 and digits.isascii() and digits.isdigit() and check_digit(digits[:-1]) == digits[-1]


def checked(key: str, text: str) -> str:
    """A typed key without spaces and hyphens; a GTIN with fourteen digits.

    Raises ``BadInput('gs1.length' | 'gs1.check_digit')`` naming the field and what is asked.
    """
    digits = text.replace(" ", "").replace("-", "")
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in LENGTHS[key]:
        lengths = ", ".join(map(str, LENGTHS[key]))
        raise BadInput("gs1.length", field=key, key=key.upper(), lengths=lengths, value=text[:40])
    if not checks(digits):
        raise BadInput("gs1.check_digit", field=key, key=key.upper(), value=digits, right=check_digit(digits[:-1]))
    return digits.zfill(14) if key == "gtin" else digits
