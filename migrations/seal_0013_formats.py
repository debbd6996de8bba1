"""Formats and templates of an association's own, and where each printer needs its paper moved"""

from seal.db.history import Migration, Script

ID = "0013_formats"
VERSION = "1.38.0"
DESCRIPTION = "Formats and templates of an association's own, and where each printer needs its paper moved"


async def forwards() -> Migration:
    return Migration(
        __file__,
        ID,
        DESCRIPTION,
        steps=[
            Script("formats.sql"),
        ],
    )
