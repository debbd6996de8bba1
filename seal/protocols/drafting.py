"""Verbs of drafts kept in the database: begin, adapt, save, look, take a newer base. Nothing saved is ever lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from seal.db import in_unit_of_work, reading
from seal.errors import BadInput, NotFound, Reason, Refused
from seal.identity import Acting, Role
from seal.people import service as people
from seal.protocols import comparing, drafts, life_store, loader, resolving, upstream
from seal.protocols.drafts import OVERLAY, Files, Revision
from seal.protocols.exchange import skeleton, writing
from seal.protocols.life import Life, Source, State, order
from seal.protocols.overlay import Overlay, read_overlay
from seal.protocols.publishing import begun
from seal.protocols.sources import Read
from seal.protocols.upstream import Item


@dataclass(frozen=True)
class Draft:
    """A draft as it stands: its text, what it says, and for an overlay what is new beneath it."""

    life: Life
    revisions: tuple[Revision, ...]
    read: Read
    overlay: Overlay | None = None
    newer: str = ""
    """The newest version of the base, if it is another one."""
    upstream: tuple[Item, ...] = ()

    @property
    def files(self) -> Files:
        return self.revisions[-1].files


async def all_drafts(acting: Acting) -> tuple[Life, ...]:
    """Every draft and every version that came from one, newest first. Managers."""
    await people.authorise(acting, Role.MANAGER)
    async with reading():
        lives = await life_store.of_association(acting.association_id)
    return tuple(reversed([life for life in lives if life.source is not Source.LIBRARY]))


async def begin(acting: Acting, protocol_id: str, version: str, files: Files) -> Life:
    """A new draft with its first text. Managers.

    Raises ``BadInput`` for a name or files that no protocol has, ``Conflict('protocols.name_taken')``,
    ``Refused('protocols.name_of_library')``. Faults inside the text are kept and shown, not refused.
    """
    await people.authorise(acting, Role.MANAGER)
    drafts.check_name(protocol_id, version)
    kept = drafts.tidy(files)
    if (protocol_id, version) in loader.versions(loader.shipped()):
        raise Refused("protocols.name_of_library", id=protocol_id, version=version)
    life = begun(acting, protocol_id, version, Source.OVERLAY if OVERLAY in kept else Source.OWN)

    async def change() -> Life:
        await life_store.insert(life)
        first = drafts.revision(0, kept, acting.person_id, acting.at)
        await life_store.insert_revision(life, first, acting.at)
        return life

    return await in_unit_of_work(change)


async def begin_empty(acting: Acting, protocol_id: str, version: str, title: str) -> Life:
    """A draft to begin from: small, valid, with words that say what to write there."""
    drafts.check_name(protocol_id, version)
    made = skeleton.draft(protocol_id, version, {"es": title.strip() or protocol_id}, ())
    return await begin(acting, protocol_id, version, {name: raw.decode() for name, raw in made.files().items()})


async def adapt(acting: Acting, base: str, protocol_id: str, version: str, title: str) -> Life:
    """An overlay over ``base`` (``miel@0.1.0``) that changes nothing yet but its name."""
    await people.authorise(acting, Role.MANAGER)
    below = await comparing.named(acting.association_id, base)
    text = writing.dump(
        {
            "schema": "seal-overlay/1",
            "id": protocol_id,
            "version": version,
            "base": {"id": below.id, "version": below.version, "sha256": below.digest},
            "title": {"es": title.strip() or below.title("es")},
            "changes": [],
        }
    )
    return await begin(acting, protocol_id, version, {OVERLAY: text})


async def revise(acting: Acting, protocol_id: str, version: str, files: Files) -> Life:
    """Save the text of a draft as its next revision; the same text again saves nothing. Managers.

    Raises ``NotFound('protocols.not_found')``, ``Refused('protocols.draft_closed')`` once it is proposed.
    """
    await people.authorise(acting, Role.MANAGER)
    kept = drafts.tidy(files)

    async def change() -> Life:
        life = await _draft(acting.association_id, protocol_id, version)
        if life.state is not State.DRAFT:
            raise Refused("protocols.draft_closed", **life.name)
        if (OVERLAY in kept) is not (life.source is Source.OVERLAY):
            raise BadInput("protocols.draft_structure")
        last = await life_store.latest(acting.association_id, life.id)
        assert last is not None
        following = drafts.revision(last.sequence + 1, kept, acting.person_id, acting.at)
        if following.sha256 != last.sha256:
            await life_store.insert_revision(life, following, acting.at)
        return life

    return await in_unit_of_work(change)


async def draft(acting: Acting, protocol_id: str, version: str) -> Draft:
    """A draft with everything that its page shows. Managers. Raises ``NotFound('protocols.not_found')``."""
    await people.authorise(acting, Role.MANAGER)
    owner, library = acting.association_id, loader.shipped()
    async with reading():
        life = await _draft(owner, protocol_id, version)
        saved = await life_store.revisions(owner, life.id)
    read = await resolving.read(owner, (protocol_id, version), saved[-1].files, library)
    if life.source is not Source.OVERLAY:
        return Draft(life, saved, read)
    try:
        overlay = read_overlay(saved[-1].files[OVERLAY])
        newer = await _newer(owner, overlay, library)
        if not newer:
            return Draft(life, saved, read, overlay)
        old, new = [await resolving.base_of(owner, key, library) for key in (overlay.base, (overlay.base[0], newer))]
    except (BadInput, NotFound):
        return Draft(life, saved, read)
    if old is None or new is None:
        return Draft(life, saved, read, overlay)
    return Draft(life, saved, read, overlay, newer, upstream.items(overlay, old, new))


async def take_upstream(acting: Acting, protocol_id: str, version: str, *, to: str, refused: Mapping[str, str]) -> Life:
    """Lay an overlay over a newer version of its base. ``refused``: items that are not taken, each with its reason.

    Raises ``BadInput('protocols.reason_needed')`` for a refusal without one, ``Refused('protocols.no_newer_base')``.
    """
    found = await draft(acting, protocol_id, version)
    if found.overlay is None or found.newer != to:
        raise Refused("protocols.no_newer_base", id=protocol_id, version=version)
    unsaid = [Reason("protocols.refusal_reason", {"subject": name}) for name, why in refused.items() if not why.strip()]
    if unsaid:
        raise BadInput.because(unsaid)
    library = loader.shipped()
    old = await resolving.base_of(acting.association_id, found.overlay.base, library)
    new = await resolving.base_of(acting.association_id, (found.overlay.base[0], to), library)
    assert old is not None
    assert new is not None
    text = upstream.rebased(found.overlay, old, new, {name: why.strip() for name, why in refused.items()})
    return await revise(acting, protocol_id, version, {**found.files, OVERLAY: text})


async def _newer(association_id: UUID, overlay: Overlay, library: Path) -> str:
    """The newest version of the base in the library or published; empty if the overlay has it."""
    base_id, version = overlay.base
    async with reading():
        lives = await life_store.of_association(association_id, base_id)
    known = [key[1] for key in loader.versions(library) if key[0] == base_id]
    known += [life.version for life in lives if life.state in (State.PUBLISHED, State.SUPERSEDED)]
    newest = max(known, key=order, default=version)
    return newest if order(newest) > order(version) else ""


async def _draft(association_id: UUID, protocol_id: str, version: str) -> Life:
    life = await life_store.by_name(association_id, protocol_id, version)
    if life is None or life.source is Source.LIBRARY:
        raise NotFound("protocols.not_found")
    return life
