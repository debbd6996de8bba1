"""Seeded mutants: bits, fields, cuts, other spellings, other keys, other associations, other times, broken characters.

Many are signed anew with the true keys, so that they reach what stands behind the signatures.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from seal.certificates import credential
from seal.ids import Code
from seal.keys import jws
from seal.keys.statement import Ended
from seal.labels import token as qr
from seal.verification import bundle_format
from seal.verification.facts import BatchState, BoxState, CertificationState, Window
from tests.certificates import credential_examples
from tests.js.engine import Task
from tests.js.tasks import bundle, judge
from tests.verification import world

HOME = world.Keeper()
OTHER = world.Keeper("other", "https://otro.example/a/valle")
NOW = int(world.NOW.timestamp())
DAY = 86_400
STRANGE = [
    "\u00a0",
    "\u200b",
    "\u0131",
    "\u017f",
    "\ufeff",
    "\u2028",
    "ß",
    "ﬁ",
    "é",
    "\x85",
    "\x1c",
    "１",
    "/",
    "-",
    ".",
    "#",
    "?",
]


def _rotated() -> world.Keeper:
    keeper = world.Keeper()
    keeper.rotate(world.FOUNDED + timedelta(days=120))
    return keeper


def _ended(size: int) -> tuple[Ended, ...]:
    return (Ended(HOME.fingerprint, world.NOW, size),)


def bundles() -> list[tuple[world.Keeper, bundle_format.Contents]]:
    """Honest bundles of many situations."""
    rotated = _rotated()
    found = [(HOME, world.contents(HOME)), (rotated, world.contents(rotated)), (OTHER, world.contents(OTHER))]
    found += [(HOME, world.contents(HOME, batch=world.batch(state=state))) for state in BatchState]
    found += [(HOME, world.contents(HOME, certification=world.certification(state=one))) for one in CertificationState]
    window = (Window(world.SEALED, None, "fraud"), Window(None, world.GRANTED, ""))
    found += [
        (HOME, world.contents(HOME, certification=world.certification(windows=window, reason_class="fraud"))),
        (HOME, world.contents(HOME, batch=world.batch(logged=False))),
        (HOME, world.contents(HOME, batch=world.batch(closed=True, since=world.SEALED, use_by_days=3))),
        (HOME, world.contents(HOME, batch=None)),
        (HOME, world.contents(HOME, batch=None, certification=None)),
        (HOME, world.contents(HOME, zone="America/Santiago")),
        (HOME, world.contents(HOME, zone="Mars/Olympus")),
        (HOME, world.contents(HOME, ended=_ended(9))),
        (HOME, world.contents(HOME, ended=_ended(10))),
        (HOME, world.contents(HOME, checkpoint=world.checkpoint(HOME))),
        (HOME, world.contents(HOME, checkpoint=world.checkpoint(HOME, key=OTHER.log))),
        (HOME, world.contents(HOME, base="sello.example", checkpoint=world.checkpoint(HOME))),
        (HOME, world.contents(HOME, as_of=world.NOW.replace(year=9999))),
        *((HOME, world.contents(HOME, rolls=rolls, boxes=boxes, batch=lot)) for lot, rolls, boxes in _seals()),
    ]
    return found


def _seals() -> list[tuple[Any, Any, Any]]:
    """A batch, and rolls and boxes beside it."""
    rolls, boxes = (world.roll(),), (world.box(),)
    mixed = ((world.BATCH, ((9, 13),)), (world.BATCH, ((1, 1), (100, 100))))
    return [
        (world.batch(), rolls, boxes),
        (world.batch(state=BatchState.RECALLED, reason_class="food_safety"), rolls, boxes),
        (world.batch(void=((93, 93), (6, 6))), (world.roll(logged=False),), (world.box(inside=mixed),)),
        (world.batch(), (world.roll(bound=()),), (world.box(state=BoxState.UNPACKED),)),
        (world.batch(logged=False), rolls, (world.box(inside=()), world.box(public_id=9, leaf=None))),
    ]


def texts(rng: Random) -> list[str]:
    """What people hold, honest or truly signed nonsense."""
    rotated = _rotated()
    batch, plaque = credential_examples.batch(), credential_examples.certification()
    tokens = [
        HOME.token(), HOME.token(number=10), HOME.token(number=20), HOME.token(number=101), HOME.token(number=65535),
        HOME.token(suffix="/01/07804520123453/10/L2611/21/7"), HOME.token(kind=qr.Kind.BATCH, number=None),
        HOME.plaque(), HOME.token(public_id=5), HOME.token(public_id=5, day=world.NOW.date()),
        HOME.token(day=world.GRANTED),
        HOME.token(days=3), HOME.token(status_index=1), HOME.token(key=HOME.log), OTHER.token(), rotated.token(),
        HOME.token(key=OTHER.issuing), HOME.plaque(public_id=world.BATCH), HOME.plaque(day=world.SEALED),
        HOME.token(kind=qr.Kind.ROLL, days=0, status_index=None), HOME.token(public_id=world.CERTIFICATION),
        HOME.token(kind=qr.Kind.BOX, days=0, status_index=None, number=None),
        HOME.token(day=world.later(days=400).date()),
        *(HOME.seal(number) for number in (1, 5, 7, 9, 21, 31, 41)), HOME.seal(7, day=world.SEALED), HOME.box(),
        HOME.box(day=world.SEALED), HOME.seal(7, public_id=world.BOX), HOME.token(public_id=world.ROLL), OTHER.seal(7),
    ]  # fmt: skip
    codes = [
        Code(world.BATCH),
        Code(world.BATCH, 7),
        Code(world.BATCH, 11),
        Code(world.CERTIFICATION),
        Code(9),
        Code(9, 9),
        *(Code(world.ROLL, number) for number in (7, 10)),
        Code(world.ROLL),
        Code(world.BOX),
        Code(world.BOX, 1),
    ]
    documents = [batch, plaque, *(_spliced(rng, one) for one in [batch, plaque] * 60)]
    credentials = [HOME.credential(one).decode() for one in documents]
    credentials += [HOME.credential(batch, OTHER.issuing).decode(), OTHER.credential(batch).decode()]
    return [*(token.path for token in tokens), *(code.printed for code in codes), *credentials]


_ODD: list[Any] = [
    None,
    True,
    -1,
    0,
    7,
    2**53,
    10**30,
    "",
    "7",
    "-7",
    " 7",
    "１",
    "x",
    [],
    [1],
    {},
    {"id": 1},
    "\ud800",
    "2026-01-01",
]


_SAID: list[Any] = [None, True, -1, 0, 7, 2**53, 10**30, "", "7", "-7", " 7", "１", "x", "0", [], {}]
"""What a credential can be made to say."""


def _spliced(rng: Random, document: Any) -> Any:
    """The document with one member anywhere replaced, dropped or added."""
    document = json.loads(json.dumps(document))
    here = document
    for _ in range(rng.randint(0, 6)):
        inside = [
            value
            for value in (here.values() if isinstance(here, dict) else here)
            if value and isinstance(value, (dict, list))
        ]
        if not inside:
            break
        here = rng.choice(inside)
    places = list(here) if isinstance(here, dict) else list(range(len(here)))
    act = rng.randrange(4)
    if places and act < 2:
        here[rng.choice(places)] = rng.choice(_SAID)
    elif places and act == 2:
        del here[rng.choice(places)]
    elif isinstance(here, dict):
        here["more"] = 1
    else:
        here.append(rng.choice([1, "x", None]))
    try:
        credential.encode(document)
    except ValueError:
        return _spliced(rng, {**document})
    return document


def _bits(rng: Random, data: bytes) -> bytes:
    place = rng.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << rng.randrange(8)]) + data[place + 1 :]


def _cut(rng: Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data))] if rng.random() < 0.5 else data[rng.randrange(1, len(data)) :]


def _tail(rng: Random, data: bytes) -> bytes:
    """Another spelling of base64url, or something behind it."""
    return data + rng.choice([b"=", b"A", b"\n", b" \t", b".", b"\xff", b"\x1c"])


def _swap(rng: Random, data: bytes) -> bytes:
    one, other = sorted(rng.sample(range(len(data)), 2))
    return data[:one] + data[other : other + 1] + data[one + 1 : other] + data[one : one + 1] + data[other + 1 :]


_RAW: list[Callable[[Random, bytes], bytes]] = [_bits, _cut, _tail, _swap]


def _json_text(rng: Random, payload: bytes) -> bytes:
    """The payload's text, not quite JSON or not quite canonical."""
    text = payload.decode()
    place = rng.choice([at for at, symbol in enumerate(text) if symbol in '{,:["'] or [0])
    inserted = rng.choice(
        [
            " ",
            '"x":1,',
            '"epoch":5,',
            "1.0",
            "-0",
            "1e3",
            "NaN",
            "\\ud800",
            "\\u0041",
            "\x00",
            "\t",
            "\ufeff",
            "[" * 2000,
            "true",
            '""',
        ]
    )
    mutant = text[: place + 1] + inserted + text[place + 1 :]
    return mutant.encode() if rng.random() < 0.9 else payload + b"\xff"


def _resigned(rng: Random, keeper: world.Keeper, content: bundle_format.Contents) -> bytes:
    """A bundle with something changed inside, signed truly by the log key."""
    if rng.random() < 0.35:
        payload = _json_text(rng, bundle_format.payload(content))
    elif rng.random() < 0.5:
        links = list(content.statements)
        links[-1] = _statement(rng, keeper, links[-1])
        payload = bundle_format.payload(replace(content, statements=tuple(links)))
    else:
        document = json.loads(bundle_format.payload(content))
        payload = world.canonical(_spliced_values(rng, document))
    return world.sign_jws(payload, keeper.log, did=keeper.did, typ=jws.BUNDLE)


def _spliced_values(rng: Random, document: Any) -> Any:
    for _ in range(20):
        mutant = json.loads(json.dumps(document))
        here = mutant[rng.choice(list(mutant))]
        while isinstance(here, list) and here and rng.random() < 0.8:
            inner = rng.choice(here)
            if not isinstance(inner, (list, dict)) or not inner:
                break
            here = inner
        if isinstance(here, list):
            if here and rng.random() < 0.8:
                here[rng.randrange(len(here))] = rng.choice(_ODD)
            else:
                here.append(rng.choice(_ODD))
        elif isinstance(here, dict):
            here[rng.choice(["es", "x"])] = rng.choice(_ODD)
        else:
            mutant[rng.choice(list(mutant))] = rng.choice(_ODD)
        try:
            world.canonical(mutant)
            return mutant
        except ValueError:
            continue
    return document


def _statement(rng: Random, keeper: world.Keeper, compact: bytes) -> bytes:
    """The last statement with something changed, signed truly by its own key."""
    payload = jws.parse(compact, typ=jws.KEYS).payload
    document = json.loads(payload)
    act = rng.randrange(4)
    if act == 0:
        payload = _json_text(rng, payload)
    elif act == 1:
        document["ended"] = rng.choice(
            [[], "", {}, "x", None, 7, [{}], [{"at": document["at"], "kid": "ab" * 32, "tree_size": 4}]]
        )
        payload = world.canonical(document)
    else:
        one = rng.choice([one for one in _ODD if one not in (2**53, 10**30, "\ud800")])
        document[rng.choice(list(document))] = one
        payload = world.canonical(document)
    return world.sign_jws(payload, keeper.issuing, did=keeper.did, typ=jws.KEYS)


def _text(rng: Random, text: str) -> str:
    """A text as a careless or a wicked hand changes it."""
    act = rng.randrange(9)
    place = rng.randrange(len(text))
    if act == 0:
        return text[:place] + rng.choice("0123456789ABCDEFGHJKMNPQRSTVWXYZabcil") + text[place + 1 :]
    if act == 1:
        return text[:place] + text[place + 1 :]
    if act == 2:
        return text[:place] + rng.choice(STRANGE) + text[place:]
    if act == 3:
        return (
            rng.choice(["HTTPS://SELLO.EXAMPLE/", "http://[x/", "https://a/b/c/", "httpſ://x/", "ftp://x/", "/", " "])
            + text
        )
    if act == 4:
        return text + rng.choice(
            ["/", "//", "?S=1", "#x", "/01/07804520123453", "/10/L1", "\n", "\u3000", "/21/7", "/x"]
        )
    if act == 5:
        return text.lower() if rng.random() < 0.5 else text.upper()
    if act == 6:
        return rng.choice(["0", "00", "1"]) + text
    if act == 7 and text.isdigit():
        return str(int(text) ^ 1 << rng.randrange(600))
    return text


def mutants(seed: int, count: int) -> Iterator[Task]:
    """``count`` mutants and the honest bundles that they are judged against, in order."""
    rng = Random(seed)
    found = bundles()
    for number, (keeper, content) in enumerate(found):
        yield bundle(number, world.signed(keeper, content), keeper.fingerprint)
    held = texts(rng)
    for made in range(count):
        at = NOW + rng.choice(
            [0, 0, 1, 601, DAY, 8 * DAY, 100 * DAY, 273 * DAY, 303 * DAY, 800 * DAY, -DAY, rng.randrange(10**9)]
        )
        text = rng.choice(held)
        if made % 4:
            text = _text(rng, text) if rng.random() < 0.7 else text
            yield judge(rng.randrange(len(found)), text, at, rng.choice(["bundle", "archive"]))
            continue
        keeper, content = rng.choice(found)
        if rng.random() < 0.4:
            data = rng.choice(_RAW)(rng, world.signed(keeper, content))
        else:
            data = _resigned(rng, keeper, content)
        number, last = len(found) + made, rng.choice([None, None, 0])
        yield bundle(number, data, rng.choice([keeper.fingerprint, None, HOME.fingerprint]), last)
        yield judge(number, text, at)
