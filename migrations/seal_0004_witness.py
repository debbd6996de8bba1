"""Witnesses of the log and what they cosigned"""

from seal.db.history import Migration, Script

ID = "0004_witness"
VERSION = "1.38.0"
DESCRIPTION = "Witnesses of the log and what they cosigned"


async def forwards() -> Migration:
    return Migration(
        __file__,
        ID,
        DESCRIPTION,
        steps=[
            Script("transparency.sql"),
        ],
    )
