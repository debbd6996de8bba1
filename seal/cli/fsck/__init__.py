"""``seal fsck``: do the rows of a database still bear out what Seal promises?

Reads everything anew by plain SQL, in one snapshot, and writes nothing: hashes, digests, signatures, chains, counts and
states are computed again from stored bytes. Each breach names its row, what is wrong and what to do. The numbers
of the invariants are those of the architecture's list.

| check          | invariants | what                                                                             |
|----------------|------------|----------------------------------------------------------------------------------|
| constraints    | all        | checks, uniqueness and references, as the tables declare them                    |
| values         | 14         | states, acts, grades and kinds are ones that Seal has                            |
| keys           | 11         | key statements, intents, every kept signature, under a key active at that time  |
| book           | 11         | the records of what was done with the keys; nothing signed while it was stopped  |
| log            | 1, 10      | leaves, tiles, head, stamp; every tree head ever signed is a prefix of one tree |
| witnesses      | 10         | cosignatures of this log's own checkpoints, by witnesses that were known         |
| objects        | 1          | exactly one leaf for each object that has one, from its bytes and salt          |
| decisions      | 2          | quorum of free voters; the logged document                                       |
| protocols      | 1, 2, 8    | two people, what was proposed, a sound kept copy; drafts' texts, cleared flags  |
| certification  | 2          | concluded audit by digest, pinned protocol, scope, credential                   |
| batch          | 1, 2       | what was signed and logged about a batch is what its rows say                   |
| release        | 1, 14      | each test of a sealed batch met, waived by two or awaited; waivers as logged     |
| labels         | 3          | ranges, voids, ledger, quota at every moment, tokens                             |
| seals          | 3          | rolls and the batches that they stand on; boxes; reprints; losses told           |
| lots           | 3, 14      | the batch book: units of batches, splits and blends, answers, no circles         |
| events         | 8          | captured trace events: bytes, digests, names, counts, movements                  |
| recalls        | 1, 14      | what one reached, by digest; what was done was done; units of dispatches         |
| status         | 7          | bits, epochs, editions, bundle epochs                                            |
| evidence       | 8          | revisions, digests, files, conclusions                                           |
| papers         | 8          | issued objects have papers or wait; digests; the attached credential             |
| transitions    | 14         | every step legal, with time, reason and a known actor                            |
"""

from __future__ import annotations

import argparse
import json
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass, replace
from typing import Any

from seal.certificates import status as status_room
from seal.cli.fsck import (
    batch,
    book,
    certification,
    constraints,
    decisions,
    events,
    evidence,
    keys,
    labels,
    log,
    lots,
    objects,
    papers,
    protocols,
    recalls,
    release,
    scope,
    seals,
    status,
    transitions,
    values,
    witnesses,
)
from seal.cli.fsck.breach import Breach, breach
from seal.cli.fsck.scope import Scope
from seal.cli.session import add_association, add_data, opened
from seal.cli.words import translator
from seal.db.migrate import require_migrated
from seal.db.snapshot import rows, snapshot
from seal.errors import NotFound, Reason, SealError, Unavailable
from seal.keys import recovery
from seal.transparency import losses
from seal.web.i18n import Translator

__all__ = ["Breach", "Report", "add_to", "inspect", "look", "run"]

Check = Callable[[Scope], AsyncIterator[Breach]]

CHECKS: tuple[tuple[str, int, Check], ...] = (
    ("constraints", 9, constraints.check),
    ("values", 14, values.check),
    ("keys", 11, keys.check),  # before the others, which use what it has read
    ("book", 11, book.check),
    ("log", 1, log.check),
    ("witnesses", 10, witnesses.check),
    ("objects", 1, objects.check),
    ("decisions", 2, decisions.check),
    ("protocols", 2, protocols.check),
    ("certification", 2, certification.check),
    ("batch", 2, batch.check),
    ("release", 14, release.check),
    ("labels", 3, labels.check),
    ("seals", 3, seals.check),
    ("lots", 14, lots.check),
    ("events", 8, events.check),
    ("recalls", 14, recalls.check),
    ("status", 7, status.check),
    ("evidence", 8, evidence.check),
    ("papers", 8, papers.check),
    ("transitions", 14, transitions.check),
)
READ_FIRST = "keys"
"""The check whose readings the others use."""
SAID = ("log_leaf", "certification", "batch", "label_range", "key_intent", "answer", "stored_file")
"""Tables whose counts are printed: what was looked at."""


NOTES = {"protocols.edited": "fsck.note.kept"}
"""Notes with words of their own."""


@dataclass(frozen=True)
class Report:
    """What was found in one association. ``counted`` says how many rows of each table were looked at."""

    slug: str
    breaches: tuple[Breach, ...]
    counted: dict[str, int]
    lost: tuple[Reason, ...] = ()
    """What a recovery lost and kept account of: named, and no breach."""
    notes: tuple[Reason, ...] = ()
    """What somebody should know, and breaks nothing."""
    behind: tuple[Reason, ...] = ()
    """Why this database is older than what was signed by it; most other breaches then come from that."""

    @property
    def clean(self) -> bool:
        return not self.breaches and not self.behind


async def inspect(slug: str | None = None, only: Collection[str] = ()) -> tuple[Report, ...]:
    """Check one association, or all of this server, as they stand at one moment; of the checks those named, or all.
    Writes nothing.

    Raises ``NotFound('associations.not_found')``, ``Unavailable('db.unreachable')``.
    """
    async with snapshot():
        found = await look(slug, only)
    return tuple([replace(one, behind=await _behind(one)) for one in found])


async def _behind(report: Report) -> tuple[Reason, ...]:
    """Compared with the marks outside the database, as before each signature."""
    (row,) = await rows("SELECT id FROM association WHERE slug = {}", report.slug)
    try:
        return await recovery.faults(row["id"], {status_room.EPOCH: await status_room.epoch(row["id"])})
    except Unavailable:
        raise
    except (ValueError, KeyError, TypeError, SealError):
        return ()  # rows that cannot be read are a breach already


async def look(slug: str | None = None, only: Collection[str] = ()) -> tuple[Report, ...]:
    """The same, with the reads of whatever transaction the caller is in."""
    found = await scope.associations(slug)
    if slug is not None and not found:
        raise NotFound("associations.not_found", slug=slug)
    return tuple([await _look(Scope(row, losses=losses.read(row["id"])), only) for row in found])


async def _look(one: Scope, only: Collection[str]) -> Report:
    breaches: list[Breach] = []
    for name, invariant, check in CHECKS:
        if only and name not in (*only, READ_FIRST):
            continue
        try:
            breaches += [found async for found in check(one)]
        except Unavailable:
            raise  # the storage is gone: that says nothing about its rows
        except (ValueError, KeyError, TypeError, SealError) as error:
            # A row that cannot even be read is a breach too; the other checks go on.
            breaches.append(breach(invariant, name, "?", "row.unreadable", check=name, why=repr(error)))
    return Report(one.text("slug"), tuple(breaches), dict(one.counted), tuple(one.lost), tuple(one.notes))


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("fsck", help="check the invariants on a database and name each row that breaks one")
    add_association(command)
    add_data(command)
    names = [name for name, _, _ in CHECKS]
    command.add_argument("--only", action="append", default=[], choices=names, metavar="CHECK", help=", ".join(names))
    command.add_argument("--json", action="store_true", help="for programs")
    command.set_defaults(run=run)


async def run(words: argparse.Namespace) -> int:
    """0 clean, 1 breaches."""
    async with opened() as given:
        await require_migrated(given)
        reports = await inspect(words.association, words.only)
    said = translator()
    if words.json:
        clean = all(report.clean for report in reports)
        document = {"clean": clean, "associations": [_document(report, said) for report in reports]}
        print(json.dumps(document, ensure_ascii=False, indent=2))
    elif not reports:
        print(said("fsck.nothing"))
    else:
        print("\n".join(line for report in reports for line in _lines(report, said)))
    return 0 if all(report.clean for report in reports) else 1


def _what(one: Breach, said: Translator) -> str:
    return said.told(f"fsck.what.{one.code}", one.params)


def _document(report: Report, said: Translator) -> dict[str, Any]:
    return {
        "association": report.slug,
        "clean": report.clean,
        "rows": report.counted,
        "behind": [{"code": one.code, "params": dict(one.params), "what": said.reason(one)} for one in report.behind],
        "lost": [{"code": one.code, "params": dict(one.params), "what": said.reason(one)} for one in report.lost],
        "notes": [{"code": one.code, "params": dict(one.params), "what": said.reason(one)} for one in report.notes],
        "breaches": [
            {
                "invariant": one.invariant,
                "table": one.table,
                "id": one.id,
                "code": one.code,
                "params": dict(one.params),
                "what": _what(one, said),
                "remedy": said(f"fsck.remedy.{one.remedy}"),
            }
            for one in report.breaches
        ],
    }


def _lines(report: Report, said: Translator) -> list[str]:
    lines = []
    if report.behind:
        lines.append(said("fsck.behind", slug=report.slug))
        lines += [f"  {said.reason(why)}" for why in report.behind]
        lines.append("  " + said("fsck.remedy.recover"))
    for one in report.breaches:
        lines.append(said("fsck.breach", invariant=one.invariant, table=one.table, id=one.id))
        lines.append("  " + _what(one, said))
        lines.append("  " + said(f"fsck.remedy.{one.remedy}"))
    lines += [said.reason(what) for what in report.lost]
    lines += [said(NOTES.get(one.code, "fsck.note"), what=said.reason(one)) for one in report.notes]
    counts = ", ".join(f"{table} {report.counted.get(table, 0)}" for table in SAID)
    ending = "fsck.clean" if report.clean else "fsck.not_clean" if report.breaches else "fsck.only_behind"
    lines.append(said(ending, slug=report.slug, breaches=len(report.breaches), rows=counts))
    return lines
