-- Tables of seal/people. Frozen: a change is a new migration. 2026-11-21.

CREATE TABLE "person" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "active" BOOLEAN NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "person_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "person_of_association" FOREIGN KEY ("association_id") REFERENCES "association" ("id"),
    CONSTRAINT "person_named" CHECK (length(name) > 0)
);

CREATE TABLE "role_grant" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "granted_at" TIMESTAMPTZ NOT NULL,
    "granted_by" UUID,
    "ended_at" TIMESTAMPTZ,
    "ended_by" UUID,
    CONSTRAINT "role_grant_of_person" FOREIGN KEY ("association_id", "person_id") REFERENCES "person" ("association_id", "id"),
    CONSTRAINT "role_grant_known_role" CHECK (role IN ('manager', 'auditor', 'certifier', 'producer'))
);

CREATE UNIQUE INDEX "role_grant_held_once" ON "role_grant" ("association_id", "person_id", "role") WHERE ended_at IS NULL;

CREATE TABLE "sign_in_link" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "token_sha256" BYTEA NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL,
    "made_by" UUID,
    "ends_at" TIMESTAMPTZ NOT NULL,
    "used_at" TIMESTAMPTZ,
    "pressed" BYTEA,
    "session_id" UUID,
    CONSTRAINT "sign_in_link_one_token" UNIQUE ("token_sha256"),
    CONSTRAINT "sign_in_link_of_person" FOREIGN KEY ("association_id", "person_id") REFERENCES "person" ("association_id", "id")
);

CREATE TABLE "person_session" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "token_sha256" BYTEA NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL,
    "seen_at" TIMESTAMPTZ NOT NULL,
    "ended_at" TIMESTAMPTZ,
    "browser" TEXT NOT NULL,
    CONSTRAINT "person_session_one_token" UNIQUE ("token_sha256"),
    CONSTRAINT "person_session_of_person" FOREIGN KEY ("association_id", "person_id") REFERENCES "person" ("association_id", "id")
);

CREATE INDEX "person_session_by_person" ON "person_session" ("association_id", "person_id");
