CREATE TABLE "audit_checklist" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "audit_id" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "facts" BYTEA NOT NULL,
    "document" BYTEA NOT NULL,
    "document_sha256" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "recorded_by" UUID,
    "frozen_at" TIMESTAMPTZ NOT NULL,
    "carried" BYTEA,
    "seed" TEXT,
    CONSTRAINT "audit_checklist_of_audit" FOREIGN KEY ("association_id", "audit_id") REFERENCES "audit" ("association_id", "id"),
    CONSTRAINT "audit_checklist_step_once" UNIQUE ("association_id", "audit_id", "sequence")
);
