"""How large the bundle is, and what a delta would save: 1,000 certifications with two lots each.

A delta here is the least that any delta can be: the changed rows, the new head (time, epoch) and a signature over it,
packed. ``python -m tests.bench.bench_bundle``
"""

from __future__ import annotations

import gzip
import json
import random
import time
import zlib
from dataclasses import replace
from datetime import timedelta

from seal.keys import jws
from seal.verification import bundle_format
from seal.verification.facts import BatchState
from tests.verification import world

CERTIFICATIONS = 1_000
LOTS = 2


def made(keeper: world.Keeper) -> bundle_format.Contents:
    """A country's worth of rows, with ids, days and names that do not repeat."""
    chance = random.Random(7)
    plain = world.contents(keeper)
    one, lot = plain.certifications[0], plain.batches[0]
    certifications, batches = [], []
    for number in range(CERTIFICATIONS):
        public_id = chance.getrandbits(40)
        facts = replace(one.facts, public_id=public_id, status_index=chance.randrange(131_072))
        name = "".join(chance.choice("abcdefghilmnoprstuv") for _ in range(14)).title()
        maker = replace(one.producer, code=f"{number:04d}", trade_name=name)
        certifications.append(replace(one, facts=facts, producer=maker, leaf=chance.randrange(100_000)))
        for _ in range(LOTS):
            units = chance.randrange(20, 900)
            sealed_on = lot.facts.sealed_on - timedelta(days=chance.randrange(200))
            batch = replace(
                lot.facts,
                public_id=chance.getrandbits(40),
                status_index=chance.randrange(131_072),
                sealed_on=sealed_on,
                highest_reserved=units,
                void=(),
                lost=(),
            )
            batches.append(
                replace(lot, facts=batch, certification=public_id, lot=f"L{units}", leaf=chance.randrange(100_000))
            )
    return replace(plain, certifications=tuple(certifications), batches=tuple(batches))


def packed(data: bytes) -> int:
    return len(gzip.compress(data, 6, mtime=0))


def rows(payload: bytes) -> dict[str, str]:
    """Every row of a payload by what it is about, to see which changed."""
    document = json.loads(payload)
    found = {}
    for table in ("certifications", "batches", "producers", "products", "protocols"):
        for row in document[table]:
            found[json.dumps([table, row[0] if isinstance(row, list) else row])] = json.dumps(row)
    return found


def main() -> None:
    keeper = world.Keeper()
    before = made(keeper)
    start = time.perf_counter()
    full = world.signed(keeper, before)
    seconds = time.perf_counter() - start
    old = bundle_format.payload(before)
    held = replace(before.batches[5], facts=replace(before.batches[5].facts, state=BatchState.ON_HOLD))
    after = replace(before, epoch=6, batches=(*before.batches[:5], held, *before.batches[6:]))
    new = bundle_format.payload(after)
    was, now = rows(old), rows(new)
    changed = [text for key, text in now.items() if was.get(key) != text]
    least = json.dumps({"epoch": 6, "as_of": "2026-11-21T12:00:00Z", "rows": changed}).encode()
    delta = packed(world.sign_jws(least, keeper.log, did=keeper.did, typ=jws.BUNDLE))
    dictionary = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, zdict=old[-32_768:])
    shared = len(dictionary.compress(new) + dictionary.flush())
    print(f"{CERTIFICATIONS} certifications, {len(before.batches)} lots, {len(changed)} rows changed by one hold")
    print(f"  bundle as served            {len(full):9,} bytes")
    print(f"  packed on the way           {packed(full):9,} bytes, made and signed in {seconds * 1000:.0f} ms")
    print(f"  packed before base64url     {packed(old):9,} bytes")
    print(f"  the least delta, packed     {delta:9,} bytes ({packed(full) / delta:.0f} times less)")
    print(f"  whole, with a shared past   {shared:9,} bytes")
    print("  nothing changed (ETag)              0 bytes")


if __name__ == "__main__":
    main()
