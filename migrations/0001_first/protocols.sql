-- Tables of seal/protocols. Frozen: a change is a new migration. 2026-11-21.

CREATE TABLE "protocol_version" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "protocol_id" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "document" BYTEA NOT NULL,
    "salt" BYTEA NOT NULL,
    "package" BYTEA NOT NULL,
    "published_by" UUID,
    "published_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "protocol_version_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "protocol_version_version_once" UNIQUE ("association_id", "protocol_id", "version"),
    CONSTRAINT "protocol_version_by_person" FOREIGN KEY ("association_id", "published_by") REFERENCES "person" ("association_id", "id"),
    CONSTRAINT "protocol_version_digest_is_sha256" CHECK (length(digest) = 64),
    CONSTRAINT "protocol_version_salted" CHECK (length(salt) = 16)
);
