"""Key statements, signing intents, and the records of what was done. No private key is ever in the database."""

from __future__ import annotations

from piccolo.columns import UUID, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table

from seal.db.constraints import Check, Index, Reference, Unique

WITHOUT_EMBEDDED = (
    "embedded IS NULL AND state = 'signed' AND kind IN ('certification', 'batch', 'status_list', 'register')"
)


class KeyIntent(Table, tablename="key_intent"):
    """An exact payload to be signed, committed before the signature is made (``keys.model.Intent``)."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    kind = Text(null=False, default=None)
    object_id = UUID(null=False, default=None)
    payload = Bytea(null=False, default=None)
    payload_sha256 = Text(null=False, default=None)
    state = Text(null=False, default=None)
    committed_at = Timestamptz(null=False, default=None)
    result = Bytea(null=True, default=None)
    signed_at = Timestamptz(null=True, default=None)
    key_id = Text(null=True, default=None)
    embedded = Bytea(null=True, default=None)

    association = Reference(["association_id"], "association", ["id"])
    same_association = Unique(["association_id", "id"])
    one_intent = Unique(["association_id", "kind", "object_id"])
    known_kind = Check(
        "kind IN ('key_statement', 'certification', 'batch', 'plaque',"
        " 'qr_range', 'status_list', 'checkpoint', 'bundle', 'register', 'paper')"
    )
    known_state = Check(
        "(state = 'committed' AND result IS NULL AND signed_at IS NULL AND key_id IS NULL)"
        " OR (state = 'signed' AND result IS NOT NULL AND signed_at IS NOT NULL AND key_id IS NOT NULL)"
    )
    embedded_when_signed = Check("embedded IS NULL OR state = 'signed'")
    digest = Check("length(payload_sha256) = 64")
    by_payload = Index(["association_id", "kind", "payload_sha256"])
    without_embedded = Index(["association_id", "id"], where=WITHOUT_EMBEDDED)


class KeyStatement(Table, tablename="key_statement"):
    """One link of the key history: the compact JWS and the salt of its log leaf (type 1)."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    seq = Integer(null=False, default=None)
    compact = Bytea(null=False, default=None)
    salt = Bytea(null=False, default=None)
    made_at = Timestamptz(null=False, default=None)

    association = Reference(["association_id"], "association", ["id"])
    same_association = Unique(["association_id", "id"])
    one_history = Unique(["association_id", "seq"])
    counted = Check("seq >= 1 AND length(salt) = 16")


class KeyRecord(Table, tablename="key_record"):
    """What people did with the keys (``keys.records``): printed, signed by hand, printed again. No secret in it.

    The latest stop or start among them is the switch that every signing process looks at.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    seq = Integer(null=False, default=None)
    act = Text(null=False, default=None)
    document = Bytea(null=False, default=None)
    made_at = Timestamptz(null=False, default=None)

    association = Reference(["association_id"], "association", ["id"])
    same_association = Unique(["association_id", "id"])
    one_book = Unique(["association_id", "seq"])
    counted = Check("seq >= 1")
    known_act = Check(
        "act IN ('ceremony', 'rotation', 'compromise', 'retirement', 'shares', 'restore', 'stop', 'start')"
    )
    switch = Index(["association_id", "act", "seq"])
