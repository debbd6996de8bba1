"""Life of protocol versions by two people, drafts with their revisions, cleared review flags"""

from uuid import uuid4

from seal.db.history import EngineName, Execute, Migration, Rebuild, Script, Work

ID = "0009_life"
VERSION = "1.38.0"
DESCRIPTION = "Life of protocol versions by two people, drafts with their revisions, cleared review flags"


async def adopt(engine: EngineName, execute: Execute) -> None:
    """What one person published before two were asked for keeps its place, and says so."""
    for row in await execute('SELECT "id" FROM "protocol_version" ORDER BY "id"'):
        version = f"'{row['id']}'"
        await execute(
            'INSERT INTO "protocol_draft" ("id", "association_id", "protocol_id", "version", "source", "begun_by",'
            ' "begun_at") SELECT "id", "association_id", "protocol_id", "version", \'library\', "published_by",'
            f' "published_at" FROM "protocol_version" WHERE "id" = {version}'  # noqa: S608
        )
        for sequence, action in enumerate(("begin", "adopt")):
            await execute(
                'INSERT INTO "protocol_action" ("id", "association_id", "draft_id", "sequence", "action", "actor_id",'
                ' "recorded_at", "reason", "package_sha256", "document", "salt")'
                f" SELECT '{uuid4()}', \"association_id\", \"id\", {sequence}, '{action}', \"published_by\","  # noqa: S608
                f' "published_at", \'\', NULL, NULL, NULL FROM "protocol_version" WHERE "id" = {version}'
            )


async def forwards() -> Migration:
    return Migration(
        __file__,
        ID,
        DESCRIPTION,
        steps=[
            Script("protocols.sql"),
            Work(adopt),
            Rebuild(
                "protocol_version",
                "protocol_version.sql",
                keep=[
                    *("id", "association_id", "protocol_id", "version", "digest", "document", "salt", "package"),
                    *("published_by", "published_at"),
                ],
                fill={"proposed_by": "NULL", "proposed_at": "NULL"},
                postgres=[
                    "ALTER TABLE protocol_version ADD COLUMN proposed_by UUID",
                    "ALTER TABLE protocol_version ADD COLUMN proposed_at TIMESTAMPTZ",
                    "ALTER TABLE protocol_version ADD CONSTRAINT protocol_version_by_proposer"
                    " FOREIGN KEY (association_id, proposed_by) REFERENCES person (association_id, id)",
                    "ALTER TABLE protocol_version ADD CONSTRAINT protocol_version_of_draft"
                    " FOREIGN KEY (association_id, id) REFERENCES protocol_draft (association_id, id)",
                    "ALTER TABLE protocol_version ADD CONSTRAINT protocol_version_two_people CHECK"
                    " (proposed_at IS NULL OR COALESCE(proposed_by, association_id)"
                    " <> COALESCE(published_by, association_id))",
                ],
            ),
        ],
    )
