"""Audits, their teams and declarations, what was answered, found, corrected and concluded. Append-only.

Only ``audit_auditor.ended_at`` is ever written after its row was made.
"""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from seal.db.constraints import Check, Index, Reference, Unique


class Audit(Table, tablename="audit"):
    """One audit of one producer under one published protocol version. Status is folded from ``audit_action``.

    ``programme_year`` is the producer's year in the scheme (1 in the first cycle): levels may grow with it.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    producer_id = UUID(null=False, default=None)
    version_id = UUID(null=False, default=None)
    protocol_id = Text(null=False, default=None)
    kind = Text(null=False, default=None)
    programme_year = Integer(null=False, default=None)
    first_audit = Boolean(null=False, default=None)
    unannounced = Boolean(null=False, default=False)
    planned_for = Date(null=False, default=None)
    planned_by = UUID(null=True, default=None)
    planned_at = Timestamptz(null=False, default=None)

    same_association = Unique(["association_id", "id"])
    of_producer = Reference(["association_id", "producer_id"], "producer")
    of_version = Reference(["association_id", "version_id"], "protocol_version")
    known_kind = Check("kind IN ('initial', 'surveillance', 'renewal', 'gap')")
    year_counts = Check("programme_year >= 1")
    by_producer = Index(["association_id", "producer_id"])


class AuditAction(Table, tablename="audit_action"):
    """One step of an audit, with who, when recorded, when effective, why and on which device. Never changed."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    audit_id = UUID(null=False, default=None)
    sequence = Integer(null=False, default=None)
    action = Text(null=False, default=None)
    actor_id = UUID(null=True, default=None)
    recorded_at = Timestamptz(null=False, default=None)
    effective_at = Timestamptz(null=False, default=None)
    reason = Text(null=False, default="")
    device_id = Text(null=True, default=None)
    device_time = Timestamptz(null=True, default=None)
    device_offset_ms = Integer(null=True, default=None)

    of_audit = Reference(["association_id", "audit_id"], "audit")
    step_once = Unique(["association_id", "audit_id", "sequence"])
    planned_first = Check("(sequence = 0) = (action = 'plan')")
    known_action = Check(
        "action IN ('plan', 'assign', 'unassign', 'announce', 'keep_sealed', 'check_out', 'start', 'submit',"
        " 'return', 'open_findings', 'clear', 'settle', 'reopen', 'conclude', 'abort', 'void')"
    )


class AuditSite(Table, tablename="audit_site"):
    """A site in the scope of the audit."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    audit_id = UUID(null=False, default=None)
    site_id = UUID(null=False, default=None)

    of_audit = Reference(["association_id", "audit_id"], "audit")
    of_site = Reference(["association_id", "site_id"], "site")
    once = Unique(["association_id", "audit_id", "site_id"])


class AuditProduct(Table, tablename="audit_product"):
    """A product in the scope of the audit."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    audit_id = UUID(null=False, default=None)
    product_id = UUID(null=False, default=None)

    of_audit = Reference(["association_id", "audit_id"], "audit")
    of_product = Reference(["association_id", "product_id"], "product")
    once = Unique(["association_id", "audit_id", "product_id"])


class AuditAuditor(Table, tablename="audit_auditor"):
    """A member of the audit team. Whoever was ever in it took part, also after leaving it."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    audit_id = UUID(null=False, default=None)
    person_id = UUID(null=False, default=None)
    assigned_by = UUID(null=True, default=None)
    assigned_at = Timestamptz(null=False, default=None)
    ended_at = Timestamptz(null=True, default=None)

    of_audit = Reference(["association_id", "audit_id"], "audit")
    of_person = Reference(["association_id", "person_id"], "person")
    once = Unique(["association_id", "audit_id", "person_id"])


class ConflictDeclaration(Table, tablename="conflict_declaration"):
    """What one auditor declares for one audit, signed in and dated; "none" is a declaration too.

    ``document`` is the exact statement (RFC 8785 JSON) and ``document_sha256`` its digest.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    audit_id = UUID(null=False, default=None)
    person_id = UUID(null=False, default=None)
    conflict = Text(null=True, default=None)
    document = Bytea(null=False, default=None)
    document_sha256 = Text(null=False, default=None)
    declared_at = Timestamptz(null=False, default=None)

    of_audit = Reference(["association_id", "audit_id"], "audit")
    of_person = Reference(["association_id", "person_id"], "person")
    by_audit = Index(["association_id", "audit_id"])
    says_what = Check("conflict IS NULL OR conflict <> ''")


class AuditChecklist(Table, tablename="audit_checklist"):
    """Facts and checklist frozen at the start; a correction of facts on site adds the next ``sequence``.

    ``carried`` is what a gap audit takes over from the audit before, as exact JSON; null for every other kind.
    ``seed`` draws the samples of the audit; its SHA-256 is shown from the start.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    audit_id = UUID(null=False, default=None)
    sequence = Integer(null=False, default=None)
    facts = Bytea(null=False, default=None)
    document = Bytea(null=False, default=None)
    document_sha256 = Text(null=False, default=None)
    reason = Text(null=False, default="")
    recorded_by = UUID(null=True, default=None)
    frozen_at = Timestamptz(null=False, default=None)
    carried = Bytea(null=True, default=None)
    seed = Text(null=True, default=None)

    of_audit = Reference(["association_id", "audit_id"], "audit")
    step_once = Unique(["association_id", "audit_id", "sequence"])


class Answer(Table, tablename="answer"):
    """One revision of the answer to one control point. The client makes ``id``; the server never changes a row.

    A point asked of each site, product, lot or worker has an answer for each ``unit``; it is empty where the
    producer as a whole answers. Revisions of a point and unit count from 1, and each names the one that it corrects:
    two corrections made at the same time collide on ``revision_once``. ``response`` is what was typed where the point
    has an answer type of its own (RFC 8785 JSON). ``confirmed``: it was doubted and confirmed. ``keyed_by`` typed in
    what ``answered_by`` filled by hand; null where they typed it themselves.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    audit_id = UUID(null=False, default=None)
    point_id = Text(null=False, default=None)
    revision = Integer(null=False, default=None)
    revises = UUID(null=True, default=None)
    outcome = Text(null=False, default=None)
    measured_value = Text(null=True, default=None)
    measured_unit = Text(null=True, default=None)
    method = Text(null=True, default=None)
    instrument = Text(null=True, default=None)
    justification = Text(null=False, default="")
    follow_up_on = Date(null=True, default=None)
    content_sha256 = Text(null=False, default=None)
    answered_by = UUID(null=False, default=None)
    recorded_at = Timestamptz(null=False, default=None)
    device_id = Text(null=True, default=None)
    device_time = Timestamptz(null=True, default=None)
    device_offset_ms = Integer(null=True, default=None)
    unit = Text(null=False, default="")
    response = Bytea(null=True, default=None)
    confirmed = Boolean(null=False, default=False)
    keyed_by = UUID(null=True, default=None)

    same_association = Unique(["association_id", "id"])
    revision_once = Unique(["association_id", "audit_id", "point_id", "unit", "revision"])
    of_audit = Reference(["association_id", "audit_id"], "audit")
    of_earlier = Reference(["association_id", "revises"], "answer")
    correction_names_earlier = Check("(revision = 1) = (revises IS NULL) AND revision >= 1")
    known_outcome = Check(
        "outcome IN ('compliant', 'partial', 'non_compliant', 'not_applicable', 'not_audited', 'deferred')"
    )
    measured_whole = Check("(measured_value IS NULL) = (measured_unit IS NULL)")
    deferred_has_date = Check("(outcome = 'deferred') = (follow_up_on IS NOT NULL)")
    keyed_by_another = Check("keyed_by IS NULL OR keyed_by <> answered_by")


class Evidence(Table, tablename="evidence"):
    """A file that supports an answer, named by its digest. The client makes ``id``."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    audit_id = UUID(null=False, default=None)
    answer_id = UUID(null=False, default=None)
    file_id = UUID(null=False, default=None)
    sha256 = Text(null=False, default=None)
    received_sha256 = Text(null=False, default=None)
    media_type = Text(null=False, default=None)
    recorded_by = UUID(null=False, default=None)
    recorded_at = Timestamptz(null=False, default=None)
    device_id = Text(null=True, default=None)
    device_time = Timestamptz(null=True, default=None)
    device_offset_ms = Integer(null=True, default=None)

    of_audit = Reference(["association_id", "audit_id"], "audit")
    of_answer = Reference(["association_id", "answer_id"], "answer")
    of_file = Reference(["association_id", "file_id"], "stored_file")
    by_audit = Index(["association_id", "audit_id"])


class Finding(Table, tablename="finding"):
    """A nonconformity at one control point. Its grade, deadline and status are folded from ``finding_action``."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    audit_id = UUID(null=False, default=None)
    producer_id = UUID(null=False, default=None)
    point_id = Text(null=False, default=None)
    answer_id = UUID(null=False, default=None)
    raised_at = Timestamptz(null=False, default=None)

    same_association = Unique(["association_id", "id"])
    one_each_answer = Unique(["association_id", "audit_id", "answer_id"])
    of_audit = Reference(["association_id", "audit_id"], "audit")
    of_producer = Reference(["association_id", "producer_id"], "producer")
    of_answer = Reference(["association_id", "answer_id"], "answer")
    by_producer = Index(["association_id", "producer_id"])


class FindingAction(Table, tablename="finding_action"):
    """One step of a finding. ``raise`` and ``regrade`` carry a grade and a deadline; responses carry their text."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    finding_id = UUID(null=False, default=None)
    sequence = Integer(null=False, default=None)
    action = Text(null=False, default=None)
    actor_id = UUID(null=True, default=None)
    recorded_at = Timestamptz(null=False, default=None)
    effective_at = Timestamptz(null=False, default=None)
    reason = Text(null=False, default="")
    grade = Text(null=True, default=None)
    due_on = Date(null=True, default=None)
    cause = Text(null=True, default=None)
    correction = Text(null=True, default=None)
    prevention = Text(null=True, default=None)
    file_id = UUID(null=True, default=None)
    file_sha256 = Text(null=True, default=None)
    device_id = Text(null=True, default=None)
    device_time = Timestamptz(null=True, default=None)
    device_offset_ms = Integer(null=True, default=None)

    of_finding = Reference(["association_id", "finding_id"], "finding")
    of_file = Reference(["association_id", "file_id"], "stored_file")
    step_once = Unique(["association_id", "finding_id", "sequence"])
    raised_first = Check("(sequence = 0) = (action = 'raise')")
    known_action = Check(
        "action IN ('raise', 'submit_plan', 'submit_evidence', 'accept', 'reject', 'dispute', 'uphold', 'change',"
        " 'remove', 'regrade', 'extend')"
    )
    known_grade = Check("grade IS NULL OR grade IN ('critical', 'major', 'minor')")
    graded_whole = Check("(grade IS NOT NULL) = (action IN ('raise', 'regrade', 'change'))")
    response_whole = Check(
        "action NOT IN ('submit_plan', 'submit_evidence')"
        " OR (cause IS NOT NULL AND correction IS NOT NULL AND prevention IS NOT NULL)"
    )


class Conclusion(Table, tablename="conclusion"):
    """The conclusion of one audit: exact document (RFC 8785 JSON) and its digest. One for an audit, for good."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    audit_id = UUID(null=False, default=None)
    producer_id = UUID(null=False, default=None)
    version_id = UUID(null=False, default=None)
    passed = Boolean(null=False, default=None)
    document = Bytea(null=False, default=None)
    document_sha256 = Text(null=False, default=None)
    concluded_by = UUID(null=True, default=None)
    concluded_at = Timestamptz(null=False, default=None)

    one_each_audit = Unique(["association_id", "audit_id"])
    of_audit = Reference(["association_id", "audit_id"], "audit")
    of_producer = Reference(["association_id", "producer_id"], "producer")
    of_version = Reference(["association_id", "version_id"], "protocol_version")
