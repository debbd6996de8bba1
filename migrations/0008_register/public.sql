-- Tables of seal/public. Frozen: a change is a new migration. 2026-11-25.

CREATE TABLE "register_snapshot" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "edition" INTEGER NOT NULL,
    "as_of" TIMESTAMPTZ NOT NULL,
    "content_sha256" TEXT NOT NULL,
    "intent_id" UUID NOT NULL,
    "jws" BYTEA,
    CONSTRAINT "register_snapshot_association" FOREIGN KEY ("association_id") REFERENCES "association" ("id"),
    CONSTRAINT "register_snapshot_intent" FOREIGN KEY ("association_id", "intent_id") REFERENCES "key_intent" ("association_id", "id"),
    CONSTRAINT "register_snapshot_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "register_snapshot_edition_once" UNIQUE ("association_id", "day", "edition"),
    CONSTRAINT "register_snapshot_counted" CHECK (edition >= 1 AND length(content_sha256) = 64)
);
