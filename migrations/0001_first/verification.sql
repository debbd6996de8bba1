-- Tables of seal/verification. Frozen: a change is a new migration. 2026-11-21.

CREATE TABLE "signed_bundle" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "epoch" INTEGER NOT NULL,
    "next_epoch" INTEGER NOT NULL,
    "as_of" TIMESTAMPTZ,
    "content_sha256" TEXT NOT NULL,
    "jws" BYTEA,
    CONSTRAINT "signed_bundle_association" FOREIGN KEY ("association_id") REFERENCES "association" ("id"),
    CONSTRAINT "signed_bundle_one_each" UNIQUE ("association_id"),
    CONSTRAINT "signed_bundle_grows" CHECK (epoch >= 0 AND next_epoch >= epoch),
    CONSTRAINT "signed_bundle_signed_whole" CHECK ((jws IS NULL) = (as_of IS NULL) AND (jws IS NULL) = (epoch = 0))
);

CREATE TABLE "scan_count" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "public_id" BIGINT NOT NULL,
    "unit" INTEGER NOT NULL,
    "day" DATE NOT NULL,
    "times" INTEGER NOT NULL,
    CONSTRAINT "scan_count_association" FOREIGN KEY ("association_id") REFERENCES "association" ("id"),
    CONSTRAINT "scan_count_one_each_day" UNIQUE ("association_id", "public_id", "unit", "day"),
    CONSTRAINT "scan_count_counted" CHECK (times >= 0 AND unit >= 0)
);
