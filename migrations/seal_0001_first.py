"""Every table of the first release"""

from seal.db.history import Migration, Script

ID = "0001_first"
VERSION = "1.38.0"
DESCRIPTION = "Every table of the first release"


async def forwards() -> Migration:
    return Migration(
        __file__,
        ID,
        DESCRIPTION,
        steps=[
            Script("db.sql"),
            Script("associations.sql"),
            Script("people.sql"),
            Script("notices.sql"),
            Script("files.sql"),
            Script("transparency.sql"),
            Script("keys.sql"),
            Script("protocols.sql"),
            Script("members.sql"),
            Script("progress.sql"),
            Script("audits.sql"),
            Script("certificates.sql"),
            Script("batches.sql"),
            Script("labels.sql"),
            Script("verification.sql"),
        ],
    )
