"""GTIN, GLN and SSCC: digits with a check digit (GS1 General Specifications 7.9). Pure."""

from __future__ import annotations

from seal.errors import BadInput

GTIN_LENGTHS = (8, 12, 13, 14)
GLN_LENGTH = 13


def check_digit(digits: str) -> str:
    """The digit that follows ``digits``: weights 3 and 1 in turn from the right, up to the next ten."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def checks(digits: str) -> bool:
    """True if the last digit is the check digit of those before it."""
    return len(digits) > 1 and digits.isascii() and digits.isdigit() and check_digit(digits[:-1]) == digits[-1]


def gtin(text: str, field: str = "gtin") -> str:
    """A GTIN-8, -12, -13 or -14 as typed (spaces and hyphens allowed), written as fourteen digits.

    Raises ``BadInput('gs1.gtin_length' | 'gs1.gtin_check')``.
    """
    bare = _bare(text)
    if not bare.isascii() or not bare.isdigit() or len(bare) not in GTIN_LENGTHS:
        raise BadInput("gs1.gtin_length", field=field, given=text[:40])
    if not checks(bare):
        raise BadInput("gs1.gtin_check", field=field, given=bare, last=check_digit(bare[:-1]))
    return bare.zfill(14)


def gln(text: str, field: str = "gln") -> str:
    """A GLN as typed, written as thirteen digits. Raises ``BadInput('gs1.gln_length' | 'gs1.gln_check')``."""
    bare = _bare(text)
    if not bare.isascii() or not bare.isdigit() or len(bare) != GLN_LENGTH:
        raise BadInput("gs1.gln_length", field=field, given=text[:40])
    if not checks(bare):
        raise BadInput("gs1.gln_check", field=field, given=bare, last=check_digit(bare[:-1]))
    return bare


def _bare(text: str) -> str:
    return text.replace(" ", "").replace("-", "")
