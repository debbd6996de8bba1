"""A document with an embedded proof beside each signature; signing kinds for the register and for paper"""

from seal.db.history import Migration, Rebuild

ID = "0002_proofs"
VERSION = "1.38.0"
DESCRIPTION = "A document with an embedded proof beside each signature; signing kinds for the register and for paper"
KINDS = (
    "'key_statement', 'certification', 'batch', 'plaque', 'qr_range', 'status_list', 'checkpoint', 'bundle',"
    " 'register', 'paper'"
)


async def forwards() -> Migration:
    return Migration(
        __file__,
        ID,
        DESCRIPTION,
        steps=[
            Rebuild(
                "key_intent",
                "key_intent.sql",
                keep=[
                    *("id", "association_id", "kind", "object_id", "payload", "payload_sha256", "state"),
                    *("committed_at", "result", "signed_at", "key_id"),
                ],
                fill={"embedded": "NULL"},
                postgres=[
                    "ALTER TABLE key_intent ADD COLUMN embedded BYTEA",
                    "ALTER TABLE key_intent DROP CONSTRAINT key_intent_known_kind",
                    f"ALTER TABLE key_intent ADD CONSTRAINT key_intent_known_kind CHECK (kind IN ({KINDS}))",
                    "ALTER TABLE key_intent ADD CONSTRAINT key_intent_embedded_when_signed"
                    " CHECK (embedded IS NULL OR state = 'signed')",
                    "CREATE INDEX key_intent_without_embedded ON key_intent (association_id, id) WHERE embedded IS NULL"
                    " AND state = 'signed' AND kind IN ('certification', 'batch', 'status_list', 'register')",
                ],
            ),
        ],
    )
