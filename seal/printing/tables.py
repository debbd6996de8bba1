"""Which objects are to have a certificate on paper, and the papers that were made, as bytes."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table

from seal.db.constraints import Check, Index, Reference, Unique


class PaperOrder(Table, tablename="paper_order"):
    """One row for each issued certification and sealed batch, written with it. ``id`` is the object's own.

    ``edition`` is the newest that is wanted and ``dated_at`` the moment that it tells of; ``waiting`` until it is
    there in every language. ``fault`` is the code of what stands in the way, as last seen.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    kind = Text(null=False, default=None)
    edition = Integer(null=False, default=1)
    dated_at = Timestamptz(null=False, default=None)
    waiting = Boolean(null=False, default=True)
    fault = Text(null=True, default=None)

    same_association = Unique(["association_id", "id"])
    association = Reference(["association_id"], "association", ["id"])
    known_kind = Check("kind IN ('certification', 'batch')")
    counted = Check("edition >= 1")
    by_waiting = Index(["association_id", "dated_at"], where="waiting")


class Paper(Table, tablename="paper"):
    """One edition in one language. ``content`` is the PDF as it was drawn and never changes.

    Where papers are signed, ``signature`` is what the signature appends to ``content``; what is served is both, its
    digest is ``sha256``, null until it is whole.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    object_id = UUID(null=False, default=None)
    edition = Integer(null=False, default=None)
    language = Text(null=False, default=None)
    template = Text(null=False, default=None)
    dated_at = Timestamptz(null=False, default=None)
    made_at = Timestamptz(null=False, default=None)
    content = Bytea(null=False, default=None)
    content_sha256 = Text(null=False, default=None)
    signature = Bytea(null=True, default=None)
    sha256 = Text(null=True, default=None)

    same_association = Unique(["association_id", "id"])
    of_order = Reference(["association_id", "object_id"], "paper_order")
    once = Unique(["association_id", "object_id", "edition", "language"])
    counted = Check("edition >= 1")
    known_language = Check("language IN ('es', 'en', 'both')")
    digests = Check("length(content_sha256) = 64 AND (sha256 IS NULL OR length(sha256) = 64)")
    signed_whole = Check("signature IS NULL OR sha256 IS NOT NULL")
    by_content = Index(["association_id", "content_sha256"])
