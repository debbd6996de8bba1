"""Batches, what was done to them, and their tests."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Boolean, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from seal.db.constraints import Check, Index, Reference, Unique


class Batch(Table, tablename="batch"):
    """A lot of one product, made at one site by one producer. Its state is folded from ``batch_action``.

    The lower half is empty until sealing: public id, status index and intent are set together, then the signed
    bytes. ``lot_key`` is the lot name without case and spaces: one name, one lot, for each producer.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    producer_id = UUID(null=False, default=None)
    product_id = UUID(null=False, default=None)
    site_id = UUID(null=False, default=None)
    protocol_id = Text(null=False, default=None)
    lot = Text(null=False, default=None)
    lot_key = Text(null=False, default=None)
    units = Integer(null=False, default=None)
    produced_on = Date(null=False, default=None)
    use_by = Date(null=True, default=None)
    declared_at = Timestamptz(null=False, default=None)
    certification_id = UUID(null=True, default=None)
    public_id = BigInt(null=True, default=None)
    status_index = Integer(null=True, default=None)
    sealed_on = Date(null=True, default=None)
    intent_id = UUID(null=True, default=None)
    salt = Bytea(null=True, default=None)
    jws = Bytea(null=True, default=None)
    sealed_at = Timestamptz(null=True, default=None)

    same_association = Unique(["association_id", "id"])
    lot_once = Unique(["association_id", "producer_id", "lot_key"])
    public_once = Unique(["public_id"])
    index_once = Unique(["association_id", "status_index"])
    of_producer = Reference(["association_id", "producer_id"], "producer")
    of_product = Reference(["association_id", "product_id"], "product")
    of_site = Reference(["association_id", "site_id"], "site")
    of_certification = Reference(["association_id", "certification_id"], "certification")
    units_in_token = Check("units >= 1 AND units <= 65535")
    days_in_order = Check("use_by IS NULL OR produced_on <= use_by")
    intent_whole = Check(
        "(intent_id IS NULL AND public_id IS NULL AND status_index IS NULL AND sealed_on IS NULL AND salt IS NULL"
        " AND certification_id IS NULL AND jws IS NULL)"
        " OR (intent_id IS NOT NULL AND public_id IS NOT NULL AND status_index IS NOT NULL"
        " AND sealed_on IS NOT NULL AND salt IS NOT NULL AND certification_id IS NOT NULL)"
    )
    sealed_whole = Check("(jws IS NULL) = (sealed_at IS NULL)")


class BatchAction(Table, tablename="batch_action"):
    """One thing done to a batch, by whom, when recorded, when effective and why. Never changed.

    Actions that change the status of a sealed batch carry the exact document that stands in the log.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    batch_id = UUID(null=False, default=None)
    sequence = Integer(null=False, default=None)
    action = Text(null=False, default=None)
    actor_id = UUID(null=True, default=None)
    recorded_at = Timestamptz(null=False, default=None)
    effective_at = Timestamptz(null=False, default=None)
    reason_class = Text(null=True, default=None)
    reason = Text(null=False, default="")
    advice = Text(null=True, default=None)
    document = Bytea(null=True, default=None)
    salt = Bytea(null=True, default=None)

    of_batch = Reference(["association_id", "batch_id"], "batch")
    step_once = Unique(["association_id", "batch_id", "sequence"])
    known_action = Check("action IN ('declare', 'discard', 'seal', 'issue', 'hold', 'release', 'recall', 'revoke')")
    declared_first = Check("(sequence = 0) = (action = 'declare')")
    logged_whole = Check("(document IS NULL) = (salt IS NULL)")


class BatchTest(Table, tablename="batch_test"):
    """A result as typed, with who measured it. A repeat is a new row; the earlier one stays.

    ``recorded_by_staff`` is whether the recorder spoke for the association and not for the maker, on that day.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    batch_id = UUID(null=False, default=None)
    test_id = Text(null=False, default=None)
    value = Text(null=False, default=None)
    unit = Text(null=False, default="")
    tested_by = Text(null=False, default=None)
    tested_on = Date(null=False, default=None)
    laboratory = Text(null=True, default=None)
    file_id = UUID(null=True, default=None)
    recorded_by = UUID(null=True, default=None)
    recorded_by_staff = Boolean(null=False, default=False)
    recorded_at = Timestamptz(null=False, default=None)
    confirmed = Boolean(null=False, default=False)
    lot_id = UUID(null=True, default=None)

    same_association = Unique(["association_id", "id"])
    by_batch = Index(["association_id", "batch_id"])
    by_lot = Index(["association_id", "lot_id"])
    of_batch = Reference(["association_id", "batch_id"], "batch")
    of_lot = Reference(["association_id", "lot_id"], "lot")
    known_tester = Check("tested_by IN ('self', 'lab', 'official')")


class BatchTestPool(Table, tablename="batch_test_pool"):
    """Another batch that a pooled sample was taken from: the result speaks for it as well."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    result_id = UUID(null=False, default=None)
    batch_id = UUID(null=False, default=None)

    by_batch = Index(["association_id", "batch_id"])
    once = Unique(["association_id", "result_id", "batch_id"])
    of_result = Reference(["association_id", "result_id"], "batch_test")
    of_batch = Reference(["association_id", "batch_id"], "batch")


class BatchOccasion(Table, tablename="batch_occasion"):
    """The recipe or the dye lot that a batch was made with, by its name. A later row says it anew."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    batch_id = UUID(null=False, default=None)
    kind = Text(null=False, default=None)
    name = Text(null=False, default=None)
    recorded_by = UUID(null=True, default=None)
    recorded_at = Timestamptz(null=False, default=None)

    by_batch = Index(["association_id", "batch_id"])
    of_batch = Reference(["association_id", "batch_id"], "batch")
    known_kind = Check("kind IN ('recipe', 'dye_lot')")
    named = Check("length(name) > 0")


class BatchWaiver(Table, tablename="batch_waiver"):
    """One reason against sealing that two persons let stand: asked by one, approved by another.

    ``gate`` is the code of the reason, ``subject`` what it is about (a test), ``told`` its exact parameters as RFC 8785
    JSON: a reason that says anything else is not covered. An approval carries the document that stands in the log.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    batch_id = UUID(null=False, default=None)
    gate = Text(null=False, default=None)
    subject = Text(null=False, default="")
    told = Text(null=False, default=None)
    reason = Text(null=False, default=None)
    file_id = UUID(null=True, default=None)
    asked_by = UUID(null=False, default=None)
    asked_at = Timestamptz(null=False, default=None)
    approved_by = UUID(null=True, default=None)
    approved_at = Timestamptz(null=True, default=None)
    document = Bytea(null=True, default=None)
    salt = Bytea(null=True, default=None)

    same_association = Unique(["association_id", "id"])
    by_batch = Index(["association_id", "batch_id"])
    of_batch = Reference(["association_id", "batch_id"], "batch")
    by_asker = Reference(["association_id", "asked_by"], "person")
    by_approver = Reference(["association_id", "approved_by"], "person")
    two_persons = Check("approved_by IS NULL OR approved_by <> asked_by")
    reasoned = Check("length(reason) > 0")
    approved_whole = Check("(approved_by IS NULL) = (approved_at IS NULL)")
    logged_whole = Check(
        "(approved_at IS NULL AND document IS NULL AND salt IS NULL)"
        " OR (approved_at IS NOT NULL AND document IS NOT NULL AND salt IS NOT NULL)"
    )


class BatchWaiverEnd(Table, tablename="batch_waiver_end"):
    """How a waiver ended before the batch was sealed: withdrawn, refused, or revoked once approved (then logged)."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    waiver_id = UUID(null=False, default=None)
    kind = Text(null=False, default=None)
    reason = Text(null=False, default=None)
    ended_by = UUID(null=False, default=None)
    ended_at = Timestamptz(null=False, default=None)
    document = Bytea(null=True, default=None)
    salt = Bytea(null=True, default=None)

    once = Unique(["association_id", "waiver_id"])
    of_waiver = Reference(["association_id", "waiver_id"], "batch_waiver")
    by_person = Reference(["association_id", "ended_by"], "person")
    known_kind = Check("kind IN ('refused', 'withdrawn', 'revoked')")
    reasoned = Check("length(reason) > 0")
    logged_whole = Check(
        "(kind <> 'revoked' AND document IS NULL AND salt IS NULL)"
        " OR (kind = 'revoked' AND document IS NOT NULL AND salt IS NOT NULL)"
    )


class BatchCondition(Table, tablename="batch_condition"):
    """A result that a batch may be sealed without, for now: the sample is at the laboratory until ``due_on``.

    ``result_id`` is the good result that lifted the condition; whether it is overdue or failed is asked each time.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    batch_id = UUID(null=False, default=None)
    test_id = Text(null=False, default=None)
    laboratory = Text(null=False, default=None)
    sampled_on = Date(null=False, default=None)
    due_on = Date(null=False, default=None)
    opened_by = UUID(null=True, default=None)
    opened_at = Timestamptz(null=False, default=None)
    result_id = UUID(null=True, default=None)
    lifted_at = Timestamptz(null=True, default=None)

    by_batch = Index(["association_id", "batch_id"])
    of_batch = Reference(["association_id", "batch_id"], "batch")
    of_result = Reference(["association_id", "result_id"], "batch_test")
    in_order = Check("sampled_on <= due_on")
    lifted_whole = Check("(result_id IS NULL) = (lifted_at IS NULL)")
