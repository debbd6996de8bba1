"""Cases of the formats that a reader judges without a key history: codes, tokens, leaves, proofs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from seal.errors import BadInput
from seal.ids import ALPHABET, Code, parse_code
from seal.keys import ed25519
from seal.labels.token import Fields, Kind, Token
from seal.transparency import merkle
from seal.transparency.model import LeafType, entry_bytes
from tests.keys.examples import key, kid

Case = dict[str, Any]
GTIN = "07804520123453"


def case(name: str, defect: str | None = None, **members: Any) -> Case:
    return {"name": name, **({"defect": defect} if defect else {}), **members}


def flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 0x80 >> bit % 8
    return bytes(changed)


def codes() -> Iterator[Case]:
    for name, code in {
        "zero": Code(0),
        "batch": Code(0x9F_0123_4567),
        "largest": Code(2**40 - 1),
        "unit 1": Code(0x9F_0123_4567, 1),
        "unit 87": Code(0x9F_0123_4567, 87),
        "largest unit": Code(0, 65_535),
    }.items():
        expect = {"id": code.public_id, "unit": code.unit, "printed": code.printed, "plain": code.plain}
        yield case(name, text=code.printed, expect=expect)
    plain = Code(0x9F_0123_4567, 87)
    sloppy = plain.printed.lower().replace("0", "o").replace("1", "i").replace("-", " ")
    expect = {"id": plain.public_id, "unit": 87, "printed": plain.printed, "plain": plain.plain}
    yield case("as people type", text=f" {sloppy} ", expect=expect)
    wrong = plain.plain[:3] + ("4" if plain.plain[3] != "4" else "5") + plain.plain[4:]
    yield case("one wrong symbol", "code.check", text=wrong)
    swapped = plain.plain[0] + plain.plain[2] + plain.plain[1] + plain.plain[3:]
    yield case("swapped neighbours", "code.check", text=swapped)
    yield case("one symbol missing", "code.length", text=plain.plain[1:])
    yield case("letter that is left out", "code.symbol", text="U" + plain.plain[1:])
    yield case("unit 0", "code.unit", text=_code_of_unit(0))
    yield case("unit 65536", "code.unit", text=_code_of_unit(65_536))


def _code_of_unit(unit: int) -> str:
    """A code that checks and whose unit no batch can have, found by trying each check symbol."""
    body = "".join(ALPHABET[unit >> 5 * (3 - place) & 31] for place in range(4))
    for check in ALPHABET:
        text = f"{Code(7).plain[:8]}{body}{check}"
        try:
            parse_code(text)
        except BadInput as error:
            if error.code == "code.unit":
                return text
    raise AssertionError("one of 32 check symbols fits")


def _fields(kind: Kind, of: str = "issuing-1") -> Fields:
    return Fields(
        kind=kind,
        hint=ed25519.hint(kid(of)),
        public_id=0x9F_0123_4567,
        day=date(2026, 11, 21),
        days=730 if kind.has_status else 0,
        status_index=131_074 if kind.has_status else None,
        number=87 if kind.numbered else None,
    )


def _token(fields: Fields, suffix: str = "", by: str = "issuing-1") -> Token:
    return Token(fields, key(by).sign(fields.message(suffix)), suffix)


def _said(token: Token, by: str | None) -> dict[str, Any]:
    fields = token.fields
    return {
        "kind": int(fields.kind),
        "hint": fields.hint.hex(),
        "id": fields.public_id,
        "day": fields.day.isoformat(),
        "days": fields.days,
        "status_index": fields.status_index,
        "number": fields.number,
        "suffix": token.suffix,
        "signed_by": by,
    }


def _digits(payload: bytes, start: int = 1) -> str:
    return str(int.from_bytes(bytes([start]) + payload + bytes(64)))


def tokens() -> Iterator[Case]:
    issuing = kid("issuing-1")
    for kind in Kind:
        made = _token(_fields(kind))
        yield case(f"kind {int(kind)} {kind.name.lower()}", path=made.path, expect=_said(made, issuing))
    oldest = Fields(Kind.BATCH, ed25519.hint(issuing), 0, date(2020, 1, 1), 0, 0)
    latest = date(2020, 1, 1) + timedelta(days=65_535)
    newest = Fields(Kind.UNIT, ed25519.hint(issuing), 2**40 - 1, latest, 65_535, 0xFFFFFE, 65_535)
    for name, fields in {"smallest fields": oldest, "largest fields": newest}.items():
        made = _token(fields)
        yield case(name, path=made.path, expect=_said(made, issuing))
    unit = _fields(Kind.UNIT)
    suffixed = _token(unit, f"/01/{GTIN}/10/L2611/21/87")
    yield case("GS1 suffix", path=suffixed.path, expect=_said(suffixed, issuing))
    yield case("GS1 suffix in lower case", path=suffixed.path.lower(), expect=_said(suffixed, issuing))
    good = _token(unit)
    for name, made in {
        "one bit of the signature flipped": Token(unit, flip(good.signature, 511)),
        "moved to another lot": Token(unit, suffixed.signature, f"/01/{GTIN}/10/L2612/21/87"),
        "suffix dropped": Token(unit, suffixed.signature),
        "signature of another unit": Token(unit, _token(Fields(**{**vars(unit), "number": 88})).signature),
        "signed by a key that is not held": _token(_fields(Kind.UNIT, "issuing-5"), by="issuing-5"),
        "hint of one key and signature of another": _token(unit, by="issuing-2"),
        "hint of the log key": _token(_fields(Kind.UNIT, "log-1"), by="log-1"),
    }.items():
        yield case(name, path=made.path, expect=_said(made, None))
    payload, batch = unit.payload, _fields(Kind.BATCH).payload
    box = _fields(Kind.BOX).payload
    mistyped = {
        "empty": ("", "token.digits"),
        "a letter": (good.digits[:-1] + "O", "token.digits"),
        "a space before": (" " + good.digits, "token.digits"),
        "one digit short": (good.digits[:-1], "token.length"),
        "a zero before": ("0" + good.digits, "token.length"),
        "kind 1 without its number": (_digits(b"\x11" + batch[1:]), "token.length"),
        "kind 0 with a number": (_digits(b"\x10" + payload[1:]), "token.length"),
        "no leading 01": ("0" * 200, "token.spelling"),
        "leading 02": (_digits(batch, 2), "token.spelling"),
        "version 2": (_digits(b"\x20" + batch[1:]), "token.version"),
        "version 0": (_digits(b"\x00" + batch[1:]), "token.version"),
        "kind 5": (_digits(b"\x15" + batch[1:]), "token.kind"),
        "number 0": (_digits(payload[:17] + b"\0\0"), "token.field"),
        "batch without status": (_digits(batch[:14] + b"\xff\xff\xff"), "token.field"),
        "box with status": (_digits(box[:14] + b"\0\0\1"), "token.field"),
        "box with days": (_digits(box[:12] + b"\0\1" + box[14:]), "token.field"),
        "suffix of another number": (good.digits + f"/01/{GTIN}/21/88", "token.suffix"),
        "padded serial": (good.digits + f"/01/{GTIN}/21/087", "token.suffix"),
        "GTIN with a wrong check digit": (good.digits + "/01/07804520123454", "token.suffix"),
        "keys out of order": (good.digits + f"/01/{GTIN}/21/87/10/L", "token.suffix"),
        "a slash after": (good.digits + "/", "token.suffix"),
    }
    for name, (path, code) in mistyped.items():
        yield case(name, code, path=path)


OBJECT = UUID("019a0000-0000-7000-8000-000000000001")


def leaves() -> Iterator[Case]:
    for kind in LeafType:
        salt = bytes(range(int(kind), int(kind) + 16))
        exact = b'{"exact":"bytes"}' if kind in (2, 5, 6) else b"eyJhbGciOiJFZERTQSJ9.e30.c2ln"
        entry = entry_bytes(kind, OBJECT, salt, exact)
        yield case(
            f"type {int(kind)} {kind.name.lower()}",
            type=int(kind),
            object_id=str(OBJECT),
            salt=salt.hex(),
            exact=exact.decode(),
            expect={"entry": entry.hex(), "leaf_hash": merkle.leaf_hash(entry).hex()},
        )


def proofs() -> Iterator[Case]:
    every = [merkle.leaf_hash(bytes([number])) for number in range(13)]

    def node(name: merkle.Node) -> bytes:
        return merkle.root(every[name[1] << name[0] : (name[1] + 1) << name[0]])

    def inclusion(name: str, index: int, size: int, /, **changes: Any) -> Case:
        path = merkle.proof(merkle.inclusion_ranges(index, size), node)
        plain = {
            "index": index,
            "size": size,
            "leaf_hash": every[index].hex(),
            "path": [hash_.hex() for hash_ in path],
            "root": merkle.root(every[:size]).hex(),
        }
        return case(name, "proof.false" if changes else None, kind="inclusion", **{**plain, **changes})

    def consistency(name: str, old: int, size: int, /, **changes: Any) -> Case:
        path = merkle.proof(merkle.consistency_ranges(old, size), node)
        plain = {
            "old": old,
            "size": size,
            "old_root": merkle.root(every[:old]).hex(),
            "path": [hash_.hex() for hash_ in path],
            "root": merkle.root(every[:size]).hex(),
        }
        return case(name, "proof.false" if changes else None, kind="consistency", **{**plain, **changes})

    for index, size in ((0, 1), (0, 2), (1, 2), (6, 7), (0, 13), (7, 13), (12, 13)):
        yield inclusion(f"leaf {index} of {size}", index, size)
    path = inclusion("", 7, 13)["path"]
    yield inclusion("leaf of another place", 7, 13, index=6)
    yield inclusion("other size", 7, 13, size=8)
    yield inclusion("index beyond the tree", 7, 13, index=13)
    yield inclusion("one hash missing", 7, 13, path=path[:-1])
    yield inclusion("one hash too many", 7, 13, path=[*path, path[0]])
    yield inclusion("hashes in another order", 7, 13, path=path[::-1])
    yield inclusion("a hash cut short", 7, 13, path=[path[0][:-2], *path[1:]])
    yield inclusion("one bit of the path flipped", 7, 13, path=[flip(bytes.fromhex(path[0]), 9).hex(), *path[1:]])
    yield inclusion("root of another tree", 7, 13, root=merkle.root(every[:12]).hex())
    yield inclusion("an inner node as leaf", 7, 13, leaf_hash=node((1, 3)).hex())
    for old, size in ((1, 1), (1, 2), (3, 7), (4, 8), (6, 13), (8, 13)):
        yield consistency(f"{size} extends {old}", old, size)
    path = consistency("", 6, 13)["path"]
    yield consistency("old root of another tree", 6, 13, old_root=merkle.root(every[:5]).hex())
    yield consistency("new root of another tree", 6, 13, root=merkle.root(every[:12]).hex())
    yield consistency("smaller than before", 6, 13, old=13, size=6)
    yield consistency("old proof hash missing", 6, 13, path=path[1:])
    yield consistency("old proof hash too many", 6, 13, path=[*path, path[0]])
    yield consistency("same size, another root", 13, 13, old_root=merkle.root(every[:12]).hex())
