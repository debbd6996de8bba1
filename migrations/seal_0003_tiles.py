"""The tree of the log in tiles, and a stamp that says when its checkpoint was the latest"""

from typing import Any

from seal.db.history import EngineName, Execute, Migration, Script, Statements, Work

ID = "0003_tiles"
VERSION = "1.38.0"
DESCRIPTION = "The tree of the log in tiles, and a stamp that says when its checkpoint was the latest"
WIDTH = 256


async def forwards() -> Migration:
    drop = ['DROP TABLE "log_node"']
    return Migration(
        __file__,
        ID,
        DESCRIPTION,
        steps=[Script("transparency.sql"), Work(fill), Statements(sqlite=drop, postgres=drop)],
    )


async def fill(engine: EngineName, execute: Execute) -> None:
    """Tiles from what was stored: level 0 from the leaves, level L from the inner nodes of level 8 L, which covered as
    many leaves each. Nothing is computed anew: `seal fsck` does that. A tile with a hash missing is left out."""
    for head in await execute('SELECT "association_id", "size" FROM "log_head"'):
        owner, size = head["association_id"], head["size"]
        for place in range(size // WIDTH):
            await _tile(engine, execute, owner, 0, place, WIDTH, _LEAVES)
        level = 1
        while hashes := size >> 8 * level:
            for place in range(-(-hashes // WIDTH)):
                await _tile(engine, execute, owner, level, place, min(WIDTH, hashes - place * WIDTH), _NODES)
            level += 1


_LEAVES = (
    'SELECT "id", "leaf_hash" AS "hash" FROM "log_leaf" WHERE "association_id" = \'{owner}\''
    ' AND "leaf_index" >= {start} AND "leaf_index" < {end} ORDER BY "leaf_index"'
)
_NODES = (
    'SELECT "id", "hash" FROM "log_node" WHERE "association_id" = \'{owner}\' AND "level" = 8 * {level}'
    ' AND "place" >= {start} AND "place" < {end} ORDER BY "place"'
)


async def _tile(
    engine: EngineName, execute: Execute, owner: Any, level: int, place: int, width: int, select: str
) -> None:
    start = place * WIDTH
    rows = await execute(select.format(owner=owner, level=level, start=start, end=start + width))
    if len(rows) != width:
        return
    written = b"".join(bytes(row["hash"]) for row in rows).hex()
    literal = f"X'{written}'" if engine == "sqlite" else f"'\\x{written}'::bytea"
    await execute(
        'INSERT INTO "log_tile" ("id", "association_id", "level", "place", "hashes")'
        f" VALUES ('{rows[0]['id']}', '{owner}', {level}, {place}, {literal})"
    )
