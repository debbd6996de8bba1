-- Tables of seal/batches. Frozen: a change is a new migration. 2026-11-26.

CREATE TABLE "batch_test_pool" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "result_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    CONSTRAINT "batch_test_pool_once" UNIQUE ("association_id", "result_id", "batch_id"),
    CONSTRAINT "batch_test_pool_of_result" FOREIGN KEY ("association_id", "result_id") REFERENCES "batch_test" ("association_id", "id"),
    CONSTRAINT "batch_test_pool_of_batch" FOREIGN KEY ("association_id", "batch_id") REFERENCES "batch" ("association_id", "id")
);

CREATE INDEX "batch_test_pool_by_batch" ON "batch_test_pool" ("association_id", "batch_id");

CREATE TABLE "batch_occasion" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "recorded_by" UUID,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "batch_occasion_of_batch" FOREIGN KEY ("association_id", "batch_id") REFERENCES "batch" ("association_id", "id"),
    CONSTRAINT "batch_occasion_known_kind" CHECK (kind IN ('recipe', 'dye_lot')),
    CONSTRAINT "batch_occasion_named" CHECK (length(name) > 0)
);

CREATE INDEX "batch_occasion_by_batch" ON "batch_occasion" ("association_id", "batch_id");

CREATE TABLE "batch_waiver" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "gate" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "told" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "file_id" UUID,
    "asked_by" UUID NOT NULL,
    "asked_at" TIMESTAMPTZ NOT NULL,
    "approved_by" UUID,
    "approved_at" TIMESTAMPTZ,
    "document" BYTEA,
    "salt" BYTEA,
    CONSTRAINT "batch_waiver_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "batch_waiver_of_batch" FOREIGN KEY ("association_id", "batch_id") REFERENCES "batch" ("association_id", "id"),
    CONSTRAINT "batch_waiver_by_asker" FOREIGN KEY ("association_id", "asked_by") REFERENCES "person" ("association_id", "id"),
    CONSTRAINT "batch_waiver_by_approver" FOREIGN KEY ("association_id", "approved_by") REFERENCES "person" ("association_id", "id"),
    CONSTRAINT "batch_waiver_two_persons" CHECK (approved_by IS NULL OR approved_by <> asked_by),
    CONSTRAINT "batch_waiver_reasoned" CHECK (length(reason) > 0),
    CONSTRAINT "batch_waiver_approved_whole" CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
    CONSTRAINT "batch_waiver_logged_whole" CHECK ((approved_at IS NULL AND document IS NULL AND salt IS NULL) OR (approved_at IS NOT NULL AND document IS NOT NULL AND salt IS NOT NULL))
);

CREATE INDEX "batch_waiver_by_batch" ON "batch_waiver" ("association_id", "batch_id");

CREATE TABLE "batch_condition" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "test_id" TEXT NOT NULL,
    "laboratory" TEXT NOT NULL,
    "sampled_on" DATE NOT NULL,
    "due_on" DATE NOT NULL,
    "opened_by" UUID,
    "opened_at" TIMESTAMPTZ NOT NULL,
    "result_id" UUID,
    "lifted_at" TIMESTAMPTZ,
    CONSTRAINT "batch_condition_of_batch" FOREIGN KEY ("association_id", "batch_id") REFERENCES "batch" ("association_id", "id"),
    CONSTRAINT "batch_condition_of_result" FOREIGN KEY ("association_id", "result_id") REFERENCES "batch_test" ("association_id", "id"),
    CONSTRAINT "batch_condition_in_order" CHECK (sampled_on <= due_on),
    CONSTRAINT "batch_condition_lifted_whole" CHECK ((result_id IS NULL) = (lifted_at IS NULL))
);

CREATE INDEX "batch_condition_by_batch" ON "batch_condition" ("association_id", "batch_id");

CREATE TABLE "batch_waiver_end" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "waiver_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "ended_by" UUID NOT NULL,
    "ended_at" TIMESTAMPTZ NOT NULL,
    "document" BYTEA,
    "salt" BYTEA,
    CONSTRAINT "batch_waiver_end_once" UNIQUE ("association_id", "waiver_id"),
    CONSTRAINT "batch_waiver_end_of_waiver" FOREIGN KEY ("association_id", "waiver_id") REFERENCES "batch_waiver" ("association_id", "id"),
    CONSTRAINT "batch_waiver_end_by_person" FOREIGN KEY ("association_id", "ended_by") REFERENCES "person" ("association_id", "id"),
    CONSTRAINT "batch_waiver_end_known_kind" CHECK (kind IN ('refused', 'withdrawn', 'revoked')),
    CONSTRAINT "batch_waiver_end_reasoned" CHECK (length(reason) > 0),
    CONSTRAINT "batch_waiver_end_logged_whole" CHECK ((kind <> 'revoked' AND document IS NULL AND salt IS NULL) OR (kind = 'revoked' AND document IS NOT NULL AND salt IS NOT NULL))
);
