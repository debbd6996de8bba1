"""Units by dispatch; recalls, what they reach, what shops answered, approved words"""

from seal.db.history import Migration, Script

ID = "0016_recalls"
VERSION = "1.38.0"
DESCRIPTION = "Units by dispatch; recalls, what they reach, what shops answered, approved words"


async def forwards() -> Migration:
    return Migration(__file__, ID, DESCRIPTION, steps=[Script("recalls.sql")])
