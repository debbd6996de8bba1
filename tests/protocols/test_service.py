from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from seal.associations import service as associations
from seal.associations.model import Association, Rules
from seal.db import unit_of_work
from seal.errors import BadInput, NotAllowed, NotFound, Refused, Unavailable
from seal.identity import Acting, Role, system
from seal.people import service as people
from seal.protocols import service
from seal.protocols.tables import ProtocolVersion
from seal.transparency import service as transparency
from seal.transparency.model import LeafType
from tests.conftest import Database
from tests.protocols.library import MIEL, Copy, miel, published

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


async def association(slug: str = "sabores") -> Association:
    return await associations.create(
        slug=slug,
        name="Sabores",
        base=f"https://sello.example/a/{slug}",
        region="Aysén",
        communes=("Coyhaique",),
        zone="America/Coyhaique",
        colour="#3a2f5f",
        languages=("es", "en"),
        demonstration=False,
        rules=Rules(assurance_mode="association"),
        at=AT,
    )


async def manager(of: Association) -> Acting:
    person = await people.create_person(
        system(of.id, AT), name="Ana", email=None, language="es", roles=frozenset({Role.MANAGER})
    )
    return Acting(of.id, person.id, frozenset({Role.MANAGER}), AT)


async def test_publishing_keeps_the_protocol_and_logs_it(database: Database) -> None:
    home = await association()
    acting = await manager(home)
    done = await published(acting)
    leaf = await transparency.leaf_of(home.id, LeafType.PROTOCOL, done.id)
    assert leaf is not None
    assert leaf.index == 0
    document = json.loads(done.document)
    assert document["sha256"] == miel().digest == done.digest
    assert document["association"] == home.did
    assert document["texts"] == dict(miel().text_digests)
    row = await ProtocolVersion.select().where(ProtocolVersion.id == done.id).first()
    assert row is not None
    assert document["package_sha256"] == hashlib.sha256(bytes(row["package"])).hexdigest()


async def test_what_was_published_comes_back_whole(database: Database) -> None:
    home = await association()
    acting = await manager(home)
    done = await published(acting)
    kept = await service.pinned(home.id, done.id)
    assert kept == done
    assert kept.protocol == miel()
    assert await service.published(acting) == (kept,)
    assert await service.published_by_name(home.id, *MIEL) == kept


async def test_publishing_again_changes_nothing(database: Database) -> None:
    home = await association()
    acting = await manager(home)
    first = await published(acting)
    assert await service.publish(acting.later(AT + timedelta(days=1)), *MIEL) == first
    assert (await transparency.head(home.id)).size == 1


async def test_a_later_edit_of_the_file_changes_no_history_and_is_refused_by_name(
    database: Database, copied: Copy
) -> None:
    home = await association()
    acting = await manager(home)
    done = await published(acting, folder=copied.folder)
    copied.edit("miel", "protocol.yaml", "max: 20, target_max: 18", "max: 20, target_max: 15")
    service.read.cache_clear()
    with pytest.raises(Refused) as refused:
        await service.publish(acting, *MIEL, folder=copied.folder)
    assert refused.value.code == "protocols.edited"
    assert (refused.value.params["id"], refused.value.params["kept"]) == ("miel", miel().digest)
    (edited,) = await service.edited(home.id, folder=copied.folder)
    assert edited.params["version"] == "0.1.0"
    assert (await service.pinned(home.id, done.id)).protocol == miel()


async def test_a_file_that_is_gone_changes_no_history(database: Database, copied: Copy) -> None:
    home = await association()
    done = await published(await manager(home), folder=copied.folder)
    copied.path("miel", "protocol.yaml").unlink()
    service.read.cache_clear()
    assert (await service.pinned(home.id, done.id)).protocol == miel()
    assert await service.edited(home.id, folder=copied.folder) == ()


async def test_a_new_translation_is_no_new_version(database: Database, copied: Copy) -> None:
    home = await association()
    acting = await manager(home)
    done = await published(acting, folder=copied.folder)
    copied.edit("miel", "text.en.yaml", "title: Artisanal honey", "title: Craft honey")
    assert await service.publish(acting, *MIEL, folder=copied.folder) == done
    assert done.protocol.title("en") == "Artisanal honey"


async def test_a_draft_is_not_published(database: Database, copied: Copy) -> None:
    home = await association()
    copied.edit("miel", "protocol.yaml", "status: published", "status: draft")
    copied.edit("higiene", "protocol.yaml", "status: published", "status: draft")
    with pytest.raises(Refused) as refused:
        await service.propose(await manager(home), *MIEL, folder=copied.folder)
    assert [(reason.code, reason.params["id"]) for reason in refused.value.reasons] == [
        ("protocols.draft", "miel"),
        ("protocols.draft", "higiene"),
    ]
    assert (await transparency.head(home.id)).size == 0


async def test_a_faulty_file_is_not_published(database: Database, copied: Copy) -> None:
    home = await association()
    copied.edit("miel", "protocol.yaml", "custody_model: segregated", "custody_model: mass_balance")
    with pytest.raises(BadInput, match="unknown_value"):
        await service.publish(await manager(home), *MIEL, folder=copied.folder)


@pytest.mark.parametrize(
    "name", [("cesteria", "0.1.0"), ("miel", "9.9.9"), ("../miel", "0.1.0"), ("miel", "../miel/0.1.0")]
)
async def test_what_is_not_in_the_library_is_not_found(database: Database, name: tuple[str, str]) -> None:
    home = await association()
    with pytest.raises(NotFound, match="not_in_library"):
        await service.publish(await manager(home), *name)


async def test_only_a_manager_publishes(database: Database) -> None:
    home = await association()
    person = await people.create_person(
        system(home.id, AT), name="Luis", email=None, language="es", roles=frozenset({Role.AUDITOR})
    )
    with pytest.raises(NotAllowed, match="role_needed"):
        await service.publish(Acting(home.id, person.id, frozenset({Role.AUDITOR}), AT), *MIEL)


async def test_another_association_sees_nothing_of_it(database: Database) -> None:
    home, other = await association(), await association("otra")
    done = await published(await manager(home))
    with pytest.raises(NotFound):
        await service.pinned(other.id, done.id)
    assert await service.published(await manager(other)) == ()
    own = await published(await manager(other))
    assert own.digest == done.digest
    assert own.id != done.id


async def test_a_kept_copy_that_was_changed_is_not_used(database: Database) -> None:
    home = await association()
    done = await published(await manager(home))
    row = await ProtocolVersion.select().where(ProtocolVersion.id == done.id).first()
    assert row is not None
    spoiled = bytes(row["package"]).replace(b'"max":"20"', b'"max":"21"')
    async with unit_of_work():
        await ProtocolVersion.update({ProtocolVersion.package: spoiled}).where(ProtocolVersion.id == done.id)
    with pytest.raises(Unavailable, match="kept_copy_damaged"):
        await service.pinned(home.id, done.id)
