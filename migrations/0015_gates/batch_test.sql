CREATE TABLE "batch_test" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "test_id" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "tested_by" TEXT NOT NULL,
    "tested_on" DATE NOT NULL,
    "laboratory" TEXT,
    "file_id" UUID,
    "recorded_by" UUID,
    "recorded_by_staff" BOOLEAN NOT NULL,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    "confirmed" BOOLEAN NOT NULL,
    "lot_id" UUID,
    CONSTRAINT "batch_test_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "batch_test_of_batch" FOREIGN KEY ("association_id", "batch_id") REFERENCES "batch" ("association_id", "id"),
    CONSTRAINT "batch_test_of_lot" FOREIGN KEY ("association_id", "lot_id") REFERENCES "lot" ("association_id", "id"),
    CONSTRAINT "batch_test_known_tester" CHECK (tested_by IN ('self', 'lab', 'official'))
);

CREATE INDEX "batch_test_by_batch" ON "batch_test" ("association_id", "batch_id");

CREATE INDEX "batch_test_by_lot" ON "batch_test" ("association_id", "lot_id");
