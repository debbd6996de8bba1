"""Decisions with their votes, certifications with their scope, and the status space of an association."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Boolean, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from seal.db.constraints import Check, Index, Reference, Unique


class Decision(Table, tablename="decision"):
    """One act of the deciding body (ISO/IEC 17065 7.6, 7.11). Open while votes are missing, then made, then fixed.

    ``subject_id`` is the audit (``certify``) or the certification (every other kind); a subject has at most one
    open decision of a kind, and ``sequence`` counts its decisions from 0. ``proposal`` is what is voted on, term and
    scope, as RFC 8785 JSON.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    kind = Text(null=False, default=None)
    producer_id = UUID(null=False, default=None)
    subject_id = UUID(null=False, default=None)
    sequence = Integer(null=False, default=None)
    audit_id = UUID(null=True, default=None)
    quorum = Integer(null=False, default=None)
    outcome = Text(null=True, default=None)
    opened_at = Timestamptz(null=False, default=None)
    recorded_at = Timestamptz(null=True, default=None)
    effective_at = Timestamptz(null=True, default=None)
    reason_class = Text(null=True, default=None)
    reason = Text(null=False, default="")
    affected_from = Date(null=True, default=None)
    affected_to = Date(null=True, default=None)
    proposal = Bytea(null=True, default=None)
    document = Bytea(null=True, default=None)
    salt = Bytea(null=True, default=None)

    same_association = Unique(["association_id", "id"])
    one_open = Index(["association_id", "subject_id", "kind"], unique=True, where="outcome IS NULL")
    in_turn = Unique(["association_id", "subject_id", "sequence"])
    of_audit = Reference(["association_id", "audit_id"], "audit")
    of_producer = Reference(["association_id", "producer_id"], "producer")
    quorum_counts = Check("quorum >= 1")
    known_kind = Check("kind IN ('certify', 'suspend', 'lift', 'withdraw')")
    certify_names_audit = Check("(kind = 'certify') = (audit_id IS NOT NULL)")
    made_whole = Check(
        "(outcome IS NULL) = (recorded_at IS NULL) AND (outcome IS NULL) = (document IS NULL)"
        " AND (outcome IS NULL) = (salt IS NULL)"
    )
    window_in_order = Check("affected_from IS NULL OR affected_to IS NULL OR affected_from <= affected_to")


class Vote(Table, tablename="vote"):
    """One place at the table of one decision: a vote, or a bar that keeps the place from being used.

    When a decision on an audit opens, everybody who took part in that audit gets a row ``barred``. The unique
    key over decision and person then refuses their vote in the database as well (ISO/IEC 17065 7.6.2).
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    decision_id = UUID(null=False, default=None)
    person_id = UUID(null=False, default=None)
    choice = Text(null=False, default=None)
    reason = Text(null=False, default="")
    at = Timestamptz(null=False, default=None)

    of_decision = Reference(["association_id", "decision_id"], "decision")
    of_person = Reference(["association_id", "person_id"], "person")
    one_place_each = Unique(["association_id", "decision_id", "person_id"])
    known_choice = Check("choice IN ('grant', 'refuse', 'defer', 'approve', 'reject', 'barred')")


class DecisionBatch(Table, tablename="decision_batch"):
    """A batch that a decision names: its seal is revoked with it."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    decision_id = UUID(null=False, default=None)
    batch_id = UUID(null=False, default=None)

    of_decision = Reference(["association_id", "decision_id"], "decision")
    once = Unique(["association_id", "decision_id", "batch_id"])
    by_batch = Index(["association_id", "batch_id"])


class Certification(Table, tablename="certification"):
    """Producer, protocol version and scope, granted by one decision on one audit. Its state is never stored.

    Null ``jws``: granted, certificate pending. ``valid_from`` and ``valid_until`` are days of the association's
    zone, both inclusive.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    producer_id = UUID(null=False, default=None)
    protocol_id = Text(null=False, default=None)
    version_id = UUID(null=False, default=None)
    audit_id = UUID(null=False, default=None)
    conclusion_sha256 = Text(null=False, default=None)
    decision_id = UUID(null=False, default=None)
    public_id = BigInt(null=False, default=None)
    status_index = Integer(null=False, default=None)
    assurance_mode = Text(null=False, default=None)
    valid_from = Date(null=False, default=None)
    valid_until = Date(null=False, default=None)
    granted_at = Timestamptz(null=False, default=None)
    intent_id = UUID(null=False, default=None)
    jws = Bytea(null=True, default=None)
    salt = Bytea(null=False, default=None)
    issued_at = Timestamptz(null=True, default=None)

    same_association = Unique(["association_id", "id"])
    one_each_audit = Unique(["association_id", "audit_id"])
    one_each_decision = Unique(["association_id", "decision_id"])
    public_once = Unique(["public_id"])
    index_once = Unique(["association_id", "status_index"])
    by_producer = Index(["association_id", "producer_id"])
    of_producer = Reference(["association_id", "producer_id"], "producer")
    of_version = Reference(["association_id", "version_id"], "protocol_version")
    of_audit = Reference(["association_id", "audit_id"], "audit")
    of_decision = Reference(["association_id", "decision_id"], "decision")
    term_in_order = Check("valid_from <= valid_until")
    issued_whole = Check("(jws IS NULL) = (issued_at IS NULL)")
    known_mode = Check("assurance_mode IN ('self', 'peer', 'association', 'third_party')")


class CertificationSite(Table, tablename="certification_site"):
    """A site in the scope (ISO/IEC 17065 7.7.1)."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    certification_id = UUID(null=False, default=None)
    site_id = UUID(null=False, default=None)

    of_certification = Reference(["association_id", "certification_id"], "certification")
    of_site = Reference(["association_id", "site_id"], "site")
    once = Unique(["association_id", "certification_id", "site_id"])


class CertificationProduct(Table, tablename="certification_product"):
    """A product in the scope."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    certification_id = UUID(null=False, default=None)
    product_id = UUID(null=False, default=None)

    of_certification = Reference(["association_id", "certification_id"], "certification")
    of_product = Reference(["association_id", "product_id"], "product")
    once = Unique(["association_id", "certification_id", "product_id"])


class CertificationChange(Table, tablename="certification_change"):
    """One step in the life of a certification; the state on any day is folded from these rows.

    ``sequence`` starts at 0 with the grant and is dense: two decisions that race for the same step collide.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    certification_id = UUID(null=False, default=None)
    decision_id = UUID(null=False, default=None)
    sequence = Integer(null=False, default=None)
    action = Text(null=False, default=None)
    recorded_at = Timestamptz(null=False, default=None)
    effective_at = Timestamptz(null=False, default=None)

    of_certification = Reference(["association_id", "certification_id"], "certification")
    of_decision = Reference(["association_id", "decision_id"], "decision")
    step_once = Unique(["association_id", "certification_id", "sequence"])
    decision_once = Unique(["association_id", "decision_id"])
    known_action = Check("action IN ('grant', 'suspend', 'lift', 'withdraw')")
    grant_first = Check("(sequence = 0) = (action = 'grant')")


class StatusSlot(Table, tablename="status_slot"):
    """One index in the status space, given at random and for ever, with its two bits.

    ``under_id`` and ``made_on`` (sealing day) let a window in a decision reach the batches of a certification.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    slot = Integer(null=False, default=None)
    object_id = UUID(null=False, default=None)
    under_id = UUID(null=True, default=None)
    made_on = Date(null=True, default=None)
    revoked = Boolean(null=False, default=False)
    suspended = Boolean(null=False, default=False)

    slot_once = Unique(["association_id", "slot"])
    object_once = Unique(["association_id", "object_id"])
    by_certification = Index(["association_id", "under_id"])
    in_token = Check("slot >= 0 AND slot < 16777215")


class StatusEpoch(Table, tablename="status_epoch"):
    """How often an association's status bits have changed; only grows (invariant 7)."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    epoch = Integer(null=False, default=0)
    changed_at = Timestamptz(null=False, default=None)

    one_each = Unique(["association_id"])
    counts_up = Check("epoch >= 0")


class StatusList(Table, tablename="status_list"):
    """A published list as signed: the bytes served. A later issue of a list is a new row; none is changed."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    purpose = Text(null=False, default=None)
    number = Integer(null=False, default=None)
    edition = Integer(null=False, default=None)
    epoch = Integer(null=False, default=None)
    intent_id = UUID(null=False, default=None)
    made_at = Timestamptz(null=False, default=None)
    jws = Bytea(null=True, default=None)

    edition_once = Unique(["association_id", "purpose", "number", "edition"])
    known_purpose = Check("purpose IN ('revocation', 'suspension')")
