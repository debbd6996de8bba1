-- The table of signing intents as it is from here on. Frozen: a change is a new migration. 2026-11-25.

CREATE TABLE "key_intent" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "object_id" UUID NOT NULL,
    "payload" BYTEA NOT NULL,
    "payload_sha256" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "committed_at" TIMESTAMPTZ NOT NULL,
    "result" BYTEA,
    "signed_at" TIMESTAMPTZ,
    "key_id" TEXT,
    "embedded" BYTEA,
    CONSTRAINT "key_intent_association" FOREIGN KEY ("association_id") REFERENCES "association" ("id"),
    CONSTRAINT "key_intent_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "key_intent_one_intent" UNIQUE ("association_id", "kind", "object_id"),
    CONSTRAINT "key_intent_known_kind" CHECK (kind IN ('key_statement', 'certification', 'batch', 'plaque', 'qr_range', 'status_list', 'checkpoint', 'bundle', 'register', 'paper')),
    CONSTRAINT "key_intent_known_state" CHECK ((state = 'committed' AND result IS NULL AND signed_at IS NULL AND key_id IS NULL) OR (state = 'signed' AND result IS NOT NULL AND signed_at IS NOT NULL AND key_id IS NOT NULL)),
    CONSTRAINT "key_intent_embedded_when_signed" CHECK (embedded IS NULL OR state = 'signed'),
    CONSTRAINT "key_intent_digest" CHECK (length(payload_sha256) = 64)
);

CREATE INDEX "key_intent_by_payload" ON "key_intent" ("association_id", "kind", "payload_sha256");

CREATE INDEX "key_intent_without_embedded" ON "key_intent" ("association_id", "id") WHERE embedded IS NULL AND state = 'signed' AND kind IN ('certification', 'batch', 'status_list', 'register');
