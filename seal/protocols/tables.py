"""Published versions of protocols, kept whole: the files may change later, what was published may not."""

from __future__ import annotations

from piccolo.columns import UUID, Bytea, Text, Timestamptz
from piccolo.table import Table

from seal.db.constraints import Check, Reference, Unique


class ProtocolVersion(Table, tablename="protocol_version"):
    """One published version. ``document`` is what the log leaf (type 2) covers; ``package`` rebuilds the protocol."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    protocol_id = Text(null=False, default=None)
    version = Text(null=False, default=None)
    digest = Text(null=False, default=None)
    document = Bytea(null=False, default=None)
    salt = Bytea(null=False, default=None)
    package = Bytea(null=False, default=None)
    published_by = UUID(null=True, default=None)
    published_at = Timestamptz(null=False, default=None)

    same_association = Unique(["association_id", "id"])
    version_once = Unique(["association_id", "protocol_id", "version"])
    by_person = Reference(["association_id", "published_by"], "person")
    digest_is_sha256 = Check("length(digest) = 64")
    salted = Check("length(salt) = 16")
