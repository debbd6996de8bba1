"""What was done with the keys, and the stop switch"""

from seal.db.history import Migration, Script

ID = "0005_keys"
VERSION = "1.38.0"
DESCRIPTION = "What was done with the keys, and the stop switch"


async def forwards() -> Migration:
    return Migration(
        __file__,
        ID,
        DESCRIPTION,
        steps=[
            Script("keys.sql"),
        ],
    )
