"""Runs of labels: a span of numbers made into one file, in pieces"""

from seal.db.history import Migration, Script

ID = "0012_label_run"
VERSION = "1.38.0"
DESCRIPTION = "Runs of labels: a span of numbers made into one file, in pieces"


async def forwards() -> Migration:
    return Migration(
        __file__,
        ID,
        DESCRIPTION,
        steps=[
            Script("labels.sql"),
        ],
    )
