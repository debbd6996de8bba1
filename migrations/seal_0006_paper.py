"""Certificates on paper, made once and kept as bytes"""

from seal.db.history import Migration, Script

ID = "0006_paper"
VERSION = "1.38.0"
DESCRIPTION = "Certificates on paper, made once and kept as bytes"


async def forwards() -> Migration:
    return Migration(__file__, ID, DESCRIPTION, steps=[Script("printing.sql")])
