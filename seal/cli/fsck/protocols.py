"""Published versions against their lives (invariants 1 and 2): two people, what was proposed, a sound kept copy.

The leaf of each publication and withdrawal is looked for by the check of objects, legal steps by that of transitions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

from seal.cli.fsck.breach import Breach, breach
from seal.cli.fsck.scope import Row, Scope
from seal.clock import rfc3339
from seal.errors import Reason, SealError
from seal.protocols import assembly, service


async def check(scope: Scope) -> AsyncIterator[Breach]:
    drafts = await scope.by_id("protocol_draft")
    acts = await scope.grouped("protocol_action", "draft_id", order="sequence, id")
    kept: dict[Any, Row] = {}
    async for version in scope.pages("protocol_version", at_once=20):
        kept[version["id"]] = {name: version[name] for name in ("protocol_id", "version", "digest")}
        for found in (*_copy(version), *_life(version, drafts.get(version["id"]), acts.get(version["id"], []))):
            yield found
    scope.notes += _edited(kept.values())
    for draft_id, taken in acts.items():
        for act in taken:
            if act["action"] in ("publish", "adopt") and draft_id not in kept:
                yield breach(2, "protocol_action", act["id"], "protocol.not_kept", draft=str(draft_id))
            if act["action"] == "withdraw" and not _withdrawn(act, kept.get(draft_id)):
                yield breach(2, "protocol_action", act["id"], "protocol.withdrawal", draft=str(draft_id))
    async for found in _texts(scope):
        yield found
    async for found in _clearances(scope):
        yield found


def _edited(kept: Iterable[Row]) -> Iterator[Reason]:
    """Published versions whose files in the library have changed since; only what was kept is ever used."""
    for row in kept:
        now = service.library().get((row["protocol_id"], row["version"]))
        if now is not None and now.digest != row["digest"]:
            named = {"id": row["protocol_id"], "version": row["version"]}
            yield Reason("protocols.edited", {**named, "kept": row["digest"], "found": now.digest})


def _copy(row: Row) -> Iterator[Breach]:
    """The kept copy is what was published, and the logged document says so."""
    package = bytes(row["package"])
    try:
        digest = assembly.unpack(json.loads(package)).digest
    except (SealError, ValueError, KeyError, TypeError):
        digest = ""
    if digest != row["digest"]:
        yield breach(2, "protocol_version", row["id"], "protocol.digest", version=row["version"])
    try:
        said = json.loads(bytes(row["document"]))
        named = (said["protocol"], said["version"], said["sha256"], said["package_sha256"], said["published_at"])
    except (ValueError, KeyError, TypeError):
        named = None
    kept = (row["protocol_id"], row["version"], row["digest"], hashlib.sha256(package).hexdigest())
    if named != (*kept, rfc3339(row["published_at"])):
        yield breach(2, "protocol_version", row["id"], "protocol.document", version=row["version"])


def _life(row: Row, draft: Row | None, acts: list[Row]) -> Iterator[Breach]:
    """Proposed by one, published by another, and it is what was proposed."""
    named = {"version": row["version"]}
    if draft is None or (draft["protocol_id"], draft["version"]) != (row["protocol_id"], row["version"]):
        yield breach(2, "protocol_version", row["id"], "protocol.no_life", **named)
        return
    last = {act["action"]: act for act in acts}
    if "adopt" in last and "publish" not in last:
        act = last["adopt"]
        if (act["actor_id"], act["recorded_at"], None) != (
            row["published_by"],
            row["published_at"],
            row["proposed_at"],
        ):
            yield breach(2, "protocol_version", row["id"], "protocol.people", **named)
        return
    publish, propose = last.get("publish"), last.get("propose")
    said = (row["published_by"], row["published_at"], row["proposed_by"], row["proposed_at"])
    if publish is None or propose is None:
        yield breach(2, "protocol_version", row["id"], "protocol.no_life", **named)
        return
    acted = (publish["actor_id"], publish["recorded_at"], propose["actor_id"], propose["recorded_at"])
    if said != acted or publish["actor_id"] == propose["actor_id"]:
        yield breach(2, "protocol_version", row["id"], "protocol.people", **named)
    if hashlib.sha256(bytes(row["package"])).hexdigest() != propose["package_sha256"]:
        yield breach(2, "protocol_version", row["id"], "protocol.not_proposed", **named)


def _withdrawn(act: Row, kept: Row | None) -> bool:
    """The logged withdrawal names the version, the reason and the moment of its row."""
    try:
        said = json.loads(bytes(act["document"] or b""))
        named = (said["publication"], said["protocol"], said["version"], said["sha256"], said["reason"])
        moment = said["withdrawn_at"]
    except (ValueError, KeyError, TypeError):
        return False
    wanted = kept and (str(act["draft_id"]), kept["protocol_id"], kept["version"], kept["digest"], act["reason"])
    return named == wanted and moment == rfc3339(act["recorded_at"])


async def _texts(scope: Scope) -> AsyncIterator[Breach]:
    """Saved texts hash to their digest, and none is missing between two."""
    for draft_id, saved in (await scope.grouped("protocol_revision", "draft_id", order="sequence, id")).items():
        for place, row in enumerate(saved):
            if row["sequence"] != place or hashlib.sha256(bytes(row["files"])).hexdigest() != row["sha256"]:
                yield breach(8, "protocol_revision", row["id"], "protocol.revision", draft=str(draft_id))


async def _clearances(scope: Scope) -> AsyncIterator[Breach]:
    """A flag is cleared before it is opened again, and so on in turn."""
    turns: dict[tuple[Any, ...], int] = {}
    for row in await scope.all("protocol_clearance", order="sequence, id"):
        what = (row["module_id"], row["place"], row["flag"], row["requirement_sha256"])
        place = turns.get(what, 0)
        turns[what] = place + 1
        if row["sequence"] != place or row["action"] != ("reopen" if place % 2 else "clear"):
            yield breach(14, "protocol_clearance", row["id"], "protocol.clearance", place=row["place"])
