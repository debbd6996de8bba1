-- Why a batch came to more or less than is usual. Frozen: a change is a new migration. 2026-11-26.

CREATE TABLE "batch_explanation" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "told_by" UUID,
    "told_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "batch_explanation_of_batch" FOREIGN KEY ("association_id", "batch_id") REFERENCES "batch" ("association_id", "id")
);

CREATE INDEX "batch_explanation_by_batch" ON "batch_explanation" ("association_id", "batch_id");
