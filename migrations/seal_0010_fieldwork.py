"""Typed answers by unit, keyed in from paper; gap audits; facts that are numbers or choices"""

from seal.db.history import Migration, Rebuild

ID = "0010_fieldwork"
VERSION = "1.38.0"
DESCRIPTION = "Typed answers by unit, keyed in from paper; gap audits; facts that are numbers or choices"


async def forwards() -> Migration:
    return Migration(
        __file__,
        ID,
        DESCRIPTION,
        steps=[
            Rebuild(
                "audit",
                "audit.sql",
                keep=[
                    *("id", "association_id", "producer_id", "version_id", "protocol_id", "kind", "programme_year"),
                    *("first_audit", "unannounced", "planned_for", "planned_by", "planned_at"),
                ],
                postgres=[
                    "ALTER TABLE audit DROP CONSTRAINT audit_known_kind",
                    "ALTER TABLE audit ADD CONSTRAINT audit_known_kind"
                    " CHECK (kind IN ('initial', 'surveillance', 'renewal', 'gap'))",
                ],
            ),
            Rebuild(
                "audit_checklist",
                "audit_checklist.sql",
                keep=[
                    *("id", "association_id", "audit_id", "sequence", "facts", "document", "document_sha256"),
                    *("reason", "recorded_by", "frozen_at"),
                ],
                fill={"carried": "NULL", "seed": "NULL"},
                postgres=[
                    "ALTER TABLE audit_checklist ADD COLUMN carried BYTEA",
                    "ALTER TABLE audit_checklist ADD COLUMN seed TEXT",
                ],
            ),
            Rebuild(
                "answer",
                "answer.sql",
                keep=[
                    *("id", "association_id", "audit_id", "point_id", "revision", "revises", "outcome"),
                    *("measured_value", "measured_unit", "method", "instrument", "justification", "follow_up_on"),
                    *("content_sha256", "answered_by", "recorded_at", "device_id", "device_time", "device_offset_ms"),
                ],
                fill={"unit": "''", "response": "NULL", "confirmed": "FALSE", "keyed_by": "NULL"},
                postgres=[
                    "ALTER TABLE answer ADD COLUMN unit TEXT NOT NULL DEFAULT ''",
                    "ALTER TABLE answer ALTER COLUMN unit DROP DEFAULT",
                    "ALTER TABLE answer ADD COLUMN response BYTEA",
                    "ALTER TABLE answer ADD COLUMN confirmed BOOLEAN NOT NULL DEFAULT FALSE",
                    "ALTER TABLE answer ALTER COLUMN confirmed DROP DEFAULT",
                    "ALTER TABLE answer ADD COLUMN keyed_by UUID",
                    "ALTER TABLE answer DROP CONSTRAINT answer_revision_once",
                    "ALTER TABLE answer ADD CONSTRAINT answer_revision_once"
                    ' UNIQUE ("association_id", "audit_id", "point_id", "unit", "revision")',
                    "ALTER TABLE answer ADD CONSTRAINT answer_keyed_by_another"
                    " CHECK (keyed_by IS NULL OR keyed_by <> answered_by)",
                ],
            ),
            Rebuild(
                "product",
                "product.sql",
                keep=[
                    *("id", "association_id", "producer_id", "protocol_id", "names", "net_content", "grams"),
                    "recorded_at",
                ],
                fill={"kind": "NULL"},
                postgres=["ALTER TABLE product ADD COLUMN kind TEXT"],
            ),
            Rebuild(
                "producer_fact",
                "producer_fact.sql",
                keep=["id", "association_id", "producer_id", "name", "told", "recorded_by", "recorded_at"],
                fill={"said": "NULL"},
                postgres=[
                    "ALTER TABLE producer_fact ADD COLUMN said TEXT",
                    "ALTER TABLE producer_fact ADD CONSTRAINT producer_fact_one_way"
                    " CHECK (told IS NULL OR said IS NULL)",
                ],
            ),
        ],
    )
