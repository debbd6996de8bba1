-- Tables of seal/keys. Frozen: a change is a new migration. 2026-11-25.

CREATE TABLE "key_record" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "act" TEXT NOT NULL,
    "document" BYTEA NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "key_record_association" FOREIGN KEY ("association_id") REFERENCES "association" ("id"),
    CONSTRAINT "key_record_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "key_record_one_book" UNIQUE ("association_id", "seq"),
    CONSTRAINT "key_record_counted" CHECK (seq >= 1),
    CONSTRAINT "key_record_known_act" CHECK (act IN ('ceremony', 'rotation', 'compromise', 'retirement', 'shares', 'restore', 'stop', 'start'))
);

CREATE INDEX "key_record_switch" ON "key_record" ("association_id", "act", "seq");
