-- Tables of seal/associations. Frozen: a change is a new migration. 2026-11-21.

CREATE TABLE "association" (
    "id" UUID PRIMARY KEY NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "base" TEXT NOT NULL,
    "did" TEXT NOT NULL,
    "log_origin" TEXT NOT NULL,
    "zone" TEXT NOT NULL,
    "region" TEXT NOT NULL,
    "communes" TEXT NOT NULL,
    "languages" TEXT NOT NULL,
    "colour" TEXT NOT NULL,
    "demonstration" BOOLEAN NOT NULL,
    "rules" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "association_one_slug" UNIQUE ("slug"),
    CONSTRAINT "association_one_base" UNIQUE ("base"),
    CONSTRAINT "association_named" CHECK (length(name) > 0)
);

CREATE TABLE "public_code" (
    "public_id" BIGINT PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "object_id" UUID NOT NULL,
    "claimed_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "public_code_one_each_object" UNIQUE ("association_id", "kind", "object_id"),
    CONSTRAINT "public_code_of_association" FOREIGN KEY ("association_id") REFERENCES "association" ("id"),
    CONSTRAINT "public_code_forty_bits" CHECK (public_id >= 0 AND public_id < 1099511627776),
    CONSTRAINT "public_code_known_kind" CHECK (kind IN ('batch', 'certification', 'roll', 'box'))
);
