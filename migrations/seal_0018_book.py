"""Explanations of quantities outside the typical range"""

from seal.db.history import Migration, Script

ID = "0018_book"
VERSION = "1.38.0"
DESCRIPTION = "Explanations of quantities outside the typical range"


async def forwards() -> Migration:
    return Migration(__file__, ID, DESCRIPTION, steps=[Script("explanation.sql")])
