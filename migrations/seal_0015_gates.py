"""Waivers by two persons, pooled samples, results awaited, recipes and dye lots"""

from seal.db.history import Migration, Rebuild, Script

ID = "0015_gates"
VERSION = "1.38.0"
DESCRIPTION = "Waivers by two persons, pooled samples, results awaited, recipes and dye lots"


async def forwards() -> Migration:
    return Migration(
        __file__,
        ID,
        DESCRIPTION,
        steps=[
            Rebuild(
                "batch_test",
                "batch_test.sql",
                keep=[
                    *("id", "association_id", "batch_id", "test_id", "value", "unit", "tested_by", "tested_on"),
                    *("laboratory", "file_id", "recorded_by", "recorded_by_staff", "recorded_at"),
                ],
                fill={"confirmed": "FALSE", "lot_id": "NULL"},
                postgres=[
                    "ALTER TABLE batch_test ADD COLUMN confirmed BOOLEAN NOT NULL DEFAULT FALSE",
                    "ALTER TABLE batch_test ALTER COLUMN confirmed DROP DEFAULT",
                    "ALTER TABLE batch_test ADD COLUMN lot_id UUID",
                    'ALTER TABLE batch_test ADD CONSTRAINT batch_test_same_association UNIQUE ("association_id", "id")',
                    'ALTER TABLE batch_test ADD CONSTRAINT batch_test_of_lot FOREIGN KEY ("association_id", "lot_id")'
                    ' REFERENCES "lot" ("association_id", "id")',
                    'CREATE INDEX "batch_test_by_lot" ON "batch_test" ("association_id", "lot_id")',
                ],
            ),
            Script("batches.sql"),
        ],
    )
