-- Tables of seal/transparency. Frozen: a change is a new migration. 2026-11-25.

CREATE TABLE "log_tile" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "level" INTEGER NOT NULL,
    "place" BIGINT NOT NULL,
    "hashes" BYTEA NOT NULL,
    CONSTRAINT "log_tile_association" FOREIGN KEY ("association_id") REFERENCES "association" ("id"),
    CONSTRAINT "log_tile_one_place" UNIQUE ("association_id", "level", "place"),
    CONSTRAINT "log_tile_named" CHECK (level BETWEEN 0 AND 7 AND place >= 0),
    CONSTRAINT "log_tile_whole_hashes" CHECK (length(hashes) % 32 = 0 AND length(hashes) BETWEEN 32 AND 8192),
    CONSTRAINT "log_tile_leaves_at_once" CHECK (level > 0 OR length(hashes) = 8192)
);

CREATE TABLE "log_stamp" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "size" BIGINT NOT NULL,
    "stamped_at" TIMESTAMPTZ NOT NULL,
    "line" BYTEA NOT NULL,
    CONSTRAINT "log_stamp_association" FOREIGN KEY ("association_id") REFERENCES "association" ("id"),
    CONSTRAINT "log_stamp_one_log" UNIQUE ("association_id"),
    CONSTRAINT "log_stamp_checkpoint" FOREIGN KEY ("association_id", "size") REFERENCES "log_checkpoint" ("association_id", "size"),
    CONSTRAINT "log_stamp_signed" CHECK (length(line) > 0)
);
