"""Rolls of pre-numbered seals, boxes, losses told, reprints and counts"""

from seal.db.history import Migration, Script

ID = "0014_seals"
VERSION = "1.38.0"
DESCRIPTION = "Rolls of pre-numbered seals, boxes, losses told, reprints and counts"


async def forwards() -> Migration:
    return Migration(__file__, ID, DESCRIPTION, steps=[Script("seals.sql")])
