-- Tables of seal/db. Frozen: a change is a new migration. 2026-11-21.

CREATE TABLE "idempotency" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "verb" TEXT NOT NULL,
    "body_sha256" BYTEA NOT NULL,
    "started_at" TIMESTAMPTZ NOT NULL,
    "runner" UUID,
    "place" TEXT NOT NULL,
    "beat" BIGINT NOT NULL,
    "answer" BYTEA,
    CONSTRAINT "idempotency_one_use" UNIQUE ("association_id", "person_id", "key"),
    CONSTRAINT "idempotency_digest" CHECK (length(body_sha256) = 32)
);

CREATE TABLE "lease" (
    "id" UUID PRIMARY KEY NOT NULL,
    "name" TEXT NOT NULL,
    "epoch" BIGINT NOT NULL,
    "holder" UUID,
    "place" TEXT NOT NULL,
    "beat" BIGINT NOT NULL,
    CONSTRAINT "lease_one_name" UNIQUE ("name"),
    CONSTRAINT "lease_growing" CHECK (epoch >= 0 AND beat >= 0)
);
