-- Tables of seal/transparency. Frozen: a change is a new migration. 2026-11-21.

CREATE TABLE "log_head" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "size" BIGINT NOT NULL,
    "frontier" BYTEA NOT NULL,
    "changed_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "log_head_one_log" UNIQUE ("association_id"),
    CONSTRAINT "log_head_association" FOREIGN KEY ("association_id") REFERENCES "association" ("id"),
    CONSTRAINT "log_head_counted" CHECK (size >= 0),
    CONSTRAINT "log_head_whole_hashes" CHECK (length(frontier) % 32 = 0)
);

CREATE TABLE "log_leaf" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "leaf_index" BIGINT NOT NULL,
    "leaf_type" INTEGER NOT NULL,
    "object_id" UUID NOT NULL,
    "entry" BYTEA NOT NULL,
    "leaf_hash" BYTEA NOT NULL,
    "appended_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "log_leaf_association" FOREIGN KEY ("association_id") REFERENCES "association" ("id"),
    CONSTRAINT "log_leaf_one_place" UNIQUE ("association_id", "leaf_index"),
    CONSTRAINT "log_leaf_one_leaf" UNIQUE ("association_id", "leaf_type", "object_id"),
    CONSTRAINT "log_leaf_known_type" CHECK (leaf_type BETWEEN 1 AND 6),
    CONSTRAINT "log_leaf_counted" CHECK (leaf_index >= 0),
    CONSTRAINT "log_leaf_exact_entry" CHECK (length(entry) = 61 AND length(leaf_hash) = 32)
);

CREATE TABLE "log_node" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "level" INTEGER NOT NULL,
    "place" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,
    CONSTRAINT "log_node_association" FOREIGN KEY ("association_id") REFERENCES "association" ("id"),
    CONSTRAINT "log_node_one_place" UNIQUE ("association_id", "level", "place"),
    CONSTRAINT "log_node_inner" CHECK (level >= 1 AND place >= 0 AND length(hash) = 32)
);

CREATE TABLE "log_checkpoint" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "size" BIGINT NOT NULL,
    "root" BYTEA NOT NULL,
    "note" BYTEA NOT NULL,
    "signed_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "log_checkpoint_association" FOREIGN KEY ("association_id") REFERENCES "association" ("id"),
    CONSTRAINT "log_checkpoint_one_size" UNIQUE ("association_id", "size"),
    CONSTRAINT "log_checkpoint_signed" CHECK (size > 0 AND length(root) = 32 AND length(note) > 0)
);
