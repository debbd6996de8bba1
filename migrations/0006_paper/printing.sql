-- Tables of seal/printing. Frozen: a change is a new migration. 2026-11-25.

CREATE TABLE "paper_order" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "edition" INTEGER NOT NULL,
    "dated_at" TIMESTAMPTZ NOT NULL,
    "waiting" BOOLEAN NOT NULL,
    "fault" TEXT,
    CONSTRAINT "paper_order_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "paper_order_association" FOREIGN KEY ("association_id") REFERENCES "association" ("id"),
    CONSTRAINT "paper_order_known_kind" CHECK (kind IN ('certification', 'batch')),
    CONSTRAINT "paper_order_counted" CHECK (edition >= 1)
);

CREATE INDEX "paper_order_by_waiting" ON "paper_order" ("association_id", "dated_at") WHERE waiting;

CREATE TABLE "paper" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "object_id" UUID NOT NULL,
    "edition" INTEGER NOT NULL,
    "language" TEXT NOT NULL,
    "template" TEXT NOT NULL,
    "dated_at" TIMESTAMPTZ NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL,
    "content" BYTEA NOT NULL,
    "content_sha256" TEXT NOT NULL,
    "signature" BYTEA,
    "sha256" TEXT,
    CONSTRAINT "paper_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "paper_of_order" FOREIGN KEY ("association_id", "object_id") REFERENCES "paper_order" ("association_id", "id"),
    CONSTRAINT "paper_once" UNIQUE ("association_id", "object_id", "edition", "language"),
    CONSTRAINT "paper_counted" CHECK (edition >= 1),
    CONSTRAINT "paper_known_language" CHECK (language IN ('es', 'en', 'both')),
    CONSTRAINT "paper_digests" CHECK (length(content_sha256) = 64 AND (sha256 IS NULL OR length(sha256) = 64)),
    CONSTRAINT "paper_signed_whole" CHECK (signature IS NULL OR sha256 IS NOT NULL)
);

CREATE INDEX "paper_by_content" ON "paper" ("association_id", "content_sha256");

-- What was issued before there were stored papers waits for its first one.
INSERT INTO "paper_order" ("id", "association_id", "kind", "edition", "dated_at", "waiting")
    SELECT "id", "association_id", 'certification', 1, "issued_at", TRUE FROM "certification" WHERE "jws" IS NOT NULL;

INSERT INTO "paper_order" ("id", "association_id", "kind", "edition", "dated_at", "waiting")
    SELECT "id", "association_id", 'batch', 1, "sealed_at", TRUE FROM "batch" WHERE "jws" IS NOT NULL;
