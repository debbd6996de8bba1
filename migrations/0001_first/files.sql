-- Tables of seal/files. Frozen: a change is a new migration. 2026-11-21.

CREATE TABLE "stored_file" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "sha256" TEXT NOT NULL,
    "received_sha256" TEXT NOT NULL,
    "media_type" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "content" BYTEA NOT NULL,
    "author_id" UUID,
    "stored_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "stored_file_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "stored_file_has_content" CHECK (size > 0),
    CONSTRAINT "stored_file_digest_length" CHECK (length(sha256) = 64 and length(received_sha256) = 64)
);
