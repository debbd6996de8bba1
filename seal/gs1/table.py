"""Application identifiers (GS1 Barcode Syntax Dictionary): what each may hold. Data and a reader; pure.

``01:N14`` fourteen digits; ``10:X..20`` one to twenty signs of the character set 82; parts in brackets may be left out;
``3100-3105`` is a range. ``_WITHIN`` names them by their first three digits where all of ``…0``–``…5`` are alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_SETS = {
    "N": "[0-9]",
    "X": r"[!\"%-?A-Z_a-z]",  # set 82: no space, no # $ @ [ \ ] ^ `
    "Y": r"[#\-/0-9A-Z]",  # set 39
    "Z": r"[0-9A-Za-z_\-]",  # base64url
}
_PART = re.compile(r"(\[?)([NXYZ])(\.\.)?(\d+)\]?")
_WITHIN = (
    "310 311 312 313 314 315 316 320 321 322 323 324 325 326 327 328 329 330 331 332 333 334 335 336 337 340 341 342 "
    "343 344 345 346 347 348 349 350 351 352 353 354 355 356 357 360 361 362 363 364 365 366 367 368 369 395"
)
"""Measures of six digits; the last digit of the identifier counts the decimals."""
_ONE_BY_ONE = """
00:N18 01:N14 02:N14 03:N14 10:X..20 11:N6 12:N6 13:N6 15:N6 16:N6 17:N6 20:N2 21:X..20 22:X..20 235:X..28 240:X..30
241:X..30 242:N..6 243:X..20 250:X..30 251:X..30 253:N13[X..17] 254:X..20 255:N13[N..12] 30:N..8 37:N..8
3900-3909:N..15 3910-3919:N3N..15 3920-3929:N..15 3930-3939:N3N..15 3940-3943:N4 400:X..30 401:X..30 402:N17 403:X..30
410-417:N13 420:X..20 421:N3X..9 422:N3 423:N3[N3][N3][N3][N3] 424:N3 425:N3[N3][N3][N3][N3] 426:N3 427:X..3
4300-4301:X..35 4302-4306:X..70 4307:X2 4308:X..30 4309:N10N10 4310-4311:X..35 4312-4316:X..70 4317:X2 4318:X..20
4319:X..30 4320:X..35 4321-4323:N1 4324-4325:N6N4 4326:N6 4330-4333:N6[X1] 7001:N13 7002:X..30 7003:N6N4 7004:N..4
7005:X..12 7006:N6 7007:N6[N6] 7008:X..3 7009:X..10 7010:X..2 7011:N6[N4] 7020-7022:X..20 7023:X..30 7030-7039:N3X..27
7040:N1X1X1X1 7041:X..4 710-717:X..20 7230-7239:X2X..28 7240:X..20 7241:N2 7242:X..25 7250:N8 7251:N8N4 7252:N1
7253-7254:X..40 7255:X..10 7256:X..90 7257:X..70 7258:X3 7259:X..40 8001:N4N5N3N1N1 8002:X..20 8003:N1N13[X..16]
8004:X..30 8005:N6 8006:N14N4 8007:X..34 8008:N6N2[N2][N2] 8009:X..50 8010:Y..30 8011:N..12 8012:X..20 8013-8014:X..25
8017-8018:N18 8019:N..10 8020:X..25 8026:N14N4 8030:Z..90 8040-8041:N15 8042:N32 8043:N18[N..2] 8110:X..70 8111:N4
8112:X..70 8200:X..70 90:X..30 91-99:X..90
"""
QUALIFIERS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "00": ((),), "01": (("22", "10", "21"), ("235",)), "253": ((),), "255": ((),), "401": ((),), "402": ((),),
    "414": (("254",), ("7040",)), "415": (("8020",),), "417": (("7040",),), "8003": ((),), "8004": (("7040",),),
    "8006": (("22", "10", "21"),), "8010": (("8011",),), "8013": ((),), "8017": (("8019",),), "8018": (("8019",),),
}  # fmt: skip
"""Primary keys of a Digital Link, each with the orders in which its qualifiers may follow."""
NOT_ATTRIBUTES = frozenset(
    "03 21 22 235 254 7040 7041 8011 8014 8019 8020 8040 8041 8042 8043 8200".split()  # noqa: SIM905
)
"""Never behind the question mark of a Digital Link."""
_FIXED = {*("00", "01", "02", "03", "04"), *map(str, range(11, 21)), *map(str, range(31, 37)), "41"}
CHECKED: Mapping[str, slice] = {
    **dict.fromkeys(["00", "01", "02", "03", "402", *map(str, range(410, 418)), "8017", "8018"], slice(None)),
    **dict.fromkeys(["253", "255"], slice(13)), "8003": slice(1, 14), **dict.fromkeys(["8006", "8026"], slice(14)),
}  # fmt: skip
"""Where in the value the digits with a check digit stand."""


@dataclass(frozen=True)
class Identifier:
    """One application identifier: its digits, what it may hold, whether its length is known beforehand."""

    digits: str
    form: str

    @property
    def fixed(self) -> bool:
        """No separator follows it in an element string (General Specifications 7.8.5)."""
        return self.digits[:2] in _FIXED

    def holds(self, value: str) -> bool:
        """Whether ``value`` has the length and the signs that are asked for; the check digit is another matter."""
        return re.fullmatch(_pattern(self.form), value) is not None


def _pattern(form: str) -> str:
    out = ""
    closing = ""
    for optional, sort, upto, count in _PART.findall(form):
        part = _SETS[sort] + (f"{{1,{count}}}" if upto else f"{{{count}}}")
        if optional:
            out += f"(?:{part}"
            closing += ")?"
        else:
            out += part
    return out + closing


def _read() -> dict[str, Identifier]:
    entries = [f"{three}{last}:N6" for three in _WITHIN.split() for last in range(6)]
    found: dict[str, Identifier] = {}
    for entry in [*entries, *_ONE_BY_ONE.split()]:
        names, _, form = entry.partition(":")
        first, _, last = names.partition("-")
        for number in range(int(first), int(last or first) + 1):
            digits = str(number).zfill(len(first))
            found[digits] = Identifier(digits, form)
    return found


IDENTIFIERS: Mapping[str, Identifier] = _read()
