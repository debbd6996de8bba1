"""Versions of protocols on their way and published, kept whole: files may change later, what was published may not."""

from __future__ import annotations

from piccolo.columns import UUID, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from seal.db.constraints import Check, Reference, Unique


class ProtocolDraft(Table, tablename="protocol_draft"):
    """A version on its way. ``source`` says where its text is kept; the state is folded from its actions."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    protocol_id = Text(null=False, default=None)
    version = Text(null=False, default=None)
    source = Text(null=False, default=None)
    begun_by = UUID(null=True, default=None)
    begun_at = Timestamptz(null=False, default=None)

    same_association = Unique(["association_id", "id"])
    version_once = Unique(["association_id", "protocol_id", "version"])
    by_person = Reference(["association_id", "begun_by"], "person")
    known_source = Check("source IN ('library', 'own', 'overlay')")


class ProtocolRevision(Table, tablename="protocol_revision"):
    """The source text of a draft as saved once: ``files`` is RFC 8785 JSON, file name to text."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    draft_id = UUID(null=False, default=None)
    sequence = Integer(null=False, default=None)
    files = Bytea(null=False, default=None)
    sha256 = Text(null=False, default=None)
    revised_by = UUID(null=True, default=None)
    revised_at = Timestamptz(null=False, default=None)

    in_order = Unique(["association_id", "draft_id", "sequence"])
    of_draft = Reference(["association_id", "draft_id"], "protocol_draft")
    by_person = Reference(["association_id", "revised_by"], "person")
    digest_is_sha256 = Check("length(sha256) = 64")


class ProtocolAction(Table, tablename="protocol_action"):
    """One act in the life of a version. ``package_sha256``: what was proposed. ``document``: what was logged."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    draft_id = UUID(null=False, default=None)
    sequence = Integer(null=False, default=None)
    action = Text(null=False, default=None)
    actor_id = UUID(null=True, default=None)
    recorded_at = Timestamptz(null=False, default=None)
    reason = Text(null=False, default=None)
    package_sha256 = Text(null=True, default=None)
    document = Bytea(null=True, default=None)
    salt = Bytea(null=True, default=None)

    in_order = Unique(["association_id", "draft_id", "sequence"])
    of_draft = Reference(["association_id", "draft_id"], "protocol_draft")
    by_person = Reference(["association_id", "actor_id"], "person")
    proposal_pinned = Check("(action = 'propose') = (package_sha256 IS NOT NULL)")
    logged_with_salt = Check("(document IS NULL) = (salt IS NULL)")
    withdrawal_logged = Check("(action = 'withdraw') = (document IS NOT NULL)")
    known_action = Check(
        "action IN ('begin', 'propose', 'return', 'publish', 'supersede', 'withdraw', 'discard', 'adopt')"
    )


class ProtocolClearance(Table, tablename="protocol_clearance"):
    """A review flag that somebody cleared after reading, or opened again. It holds for the requirement as it was read
    (``requirement_sha256``), in whichever version that stands."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    module_id = Text(null=False, default=None)
    place = Text(null=False, default=None)
    flag = Text(null=False, default=None)
    requirement_sha256 = Text(null=False, default=None)
    sequence = Integer(null=False, default=None)
    action = Text(null=False, default=None)
    name = Text(null=False, default=None)
    cleared_on = Date(null=False, default=None)
    note = Text(null=False, default=None)
    recorded_by = UUID(null=True, default=None)
    recorded_at = Timestamptz(null=False, default=None)

    in_order = Unique(["association_id", "module_id", "place", "flag", "requirement_sha256", "sequence"])
    by_person = Reference(["association_id", "recorded_by"], "person")
    known_action = Check("action IN ('clear', 'reopen')")
    named = Check("length(name) > 0")
    noted = Check("length(note) > 0")
    digest_is_sha256 = Check("length(requirement_sha256) = 64")


class ProtocolVersion(Table, tablename="protocol_version"):
    """One published version. ``document`` is what the log leaf (type 2) covers; ``package`` rebuilds the protocol.

    Nobody's ``proposed_by`` or ``published_by`` is the owner at the command line. No ``proposed_at``: published by one
    person, before two were asked for.
    """

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
    proposed_by = UUID(null=True, default=None)
    proposed_at = Timestamptz(null=True, default=None)

    same_association = Unique(["association_id", "id"])
    version_once = Unique(["association_id", "protocol_id", "version"])
    by_person = Reference(["association_id", "published_by"], "person")
    by_proposer = Reference(["association_id", "proposed_by"], "person")
    of_draft = Reference(["association_id", "id"], "protocol_draft")
    two_people = Check(
        "proposed_at IS NULL OR COALESCE(proposed_by, association_id) <> COALESCE(published_by, association_id)"
    )
    digest_is_sha256 = Check("length(digest) = 64")
    salted = Check("length(salt) = 16")
