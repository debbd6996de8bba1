"""Trace events of others: captured documents, events, names and movements"""

from seal.db.history import Migration, Script

ID = "0017_epcis"
VERSION = "1.38.0"
DESCRIPTION = "Trace events of others: captured documents, events, names and movements"


async def forwards() -> Migration:
    return Migration(
        __file__,
        ID,
        DESCRIPTION,
        steps=[
            Script("epcis.sql"),
        ],
    )
