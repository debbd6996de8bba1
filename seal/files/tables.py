"""The table of kept files. Bytes live in the database, so that a backup is one thing and a restore is whole."""

from piccolo.columns import UUID, BigInt, Bytea, Text, Timestamptz
from piccolo.table import Table

from seal.db.constraints import Check, Unique


class StoredFile(Table, tablename="stored_file"):
    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    sha256 = Text(null=False)
    received_sha256 = Text(null=False)
    media_type = Text(null=False)
    size = BigInt(null=False)
    content = Bytea(null=False)
    author_id = UUID(null=True, default=None)
    stored_at = Timestamptz(null=False, default=None)

    same_association = Unique(["association_id", "id"])
    has_content = Check("size > 0")
    digest_length = Check("length(sha256) = 64 and length(received_sha256) = 64")
