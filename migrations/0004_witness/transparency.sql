-- Tables of seal/transparency. Frozen: a change is a new migration. 2026-11-25.

CREATE TABLE "log_witness" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "act" TEXT NOT NULL,
    "verifier_key" TEXT NOT NULL,
    "url" TEXT,
    "reason" TEXT NOT NULL,
    "at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "log_witness_association" FOREIGN KEY ("association_id") REFERENCES "association" ("id"),
    CONSTRAINT "log_witness_known_act" CHECK (act IN ('added', 'removed')),
    CONSTRAINT "log_witness_removed_for_a_reason" CHECK (act = 'added' OR length(reason) > 0),
    CONSTRAINT "log_witness_keyed" CHECK (length(verifier_key) > 0)
);

CREATE TABLE "log_cosignature" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "size" BIGINT NOT NULL,
    "verifier_key" TEXT NOT NULL,
    "cosigned_at" BIGINT NOT NULL,
    "line" BYTEA NOT NULL,
    "received_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "log_cosignature_association" FOREIGN KEY ("association_id") REFERENCES "association" ("id"),
    CONSTRAINT "log_cosignature_checkpoint" FOREIGN KEY ("association_id", "size") REFERENCES "log_checkpoint" ("association_id", "size"),
    CONSTRAINT "log_cosignature_one_each" UNIQUE ("association_id", "verifier_key", "size", "cosigned_at"),
    CONSTRAINT "log_cosignature_dated" CHECK (cosigned_at > 0 AND length(line) > 0)
);
