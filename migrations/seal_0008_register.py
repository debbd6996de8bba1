"""Signed snapshots of the public register"""

from seal.db.history import Migration, Script

ID = "0008_register"
VERSION = "1.38.0"
DESCRIPTION = "Signed snapshots of the public register"


async def forwards() -> Migration:
    return Migration(
        __file__,
        ID,
        DESCRIPTION,
        steps=[
            Script("public.sql"),
        ],
    )
