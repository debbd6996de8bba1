-- Tables of seal/protocols. Frozen: a change is a new migration. 2026-11-25.

CREATE TABLE "protocol_draft" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "protocol_id" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "begun_by" UUID,
    "begun_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "protocol_draft_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "protocol_draft_version_once" UNIQUE ("association_id", "protocol_id", "version"),
    CONSTRAINT "protocol_draft_by_person" FOREIGN KEY ("association_id", "begun_by") REFERENCES "person" ("association_id", "id"),
    CONSTRAINT "protocol_draft_known_source" CHECK (source IN ('library', 'own', 'overlay'))
);

CREATE TABLE "protocol_clearance" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "module_id" TEXT NOT NULL,
    "place" TEXT NOT NULL,
    "flag" TEXT NOT NULL,
    "requirement_sha256" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "action" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "cleared_on" DATE NOT NULL,
    "note" TEXT NOT NULL,
    "recorded_by" UUID,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "protocol_clearance_in_order" UNIQUE ("association_id", "module_id", "place", "flag", "requirement_sha256", "sequence"),
    CONSTRAINT "protocol_clearance_by_person" FOREIGN KEY ("association_id", "recorded_by") REFERENCES "person" ("association_id", "id"),
    CONSTRAINT "protocol_clearance_known_action" CHECK (action IN ('clear', 'reopen')),
    CONSTRAINT "protocol_clearance_named" CHECK (length(name) > 0),
    CONSTRAINT "protocol_clearance_noted" CHECK (length(note) > 0),
    CONSTRAINT "protocol_clearance_digest_is_sha256" CHECK (length(requirement_sha256) = 64)
);

CREATE TABLE "protocol_revision" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "draft_id" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "files" BYTEA NOT NULL,
    "sha256" TEXT NOT NULL,
    "revised_by" UUID,
    "revised_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "protocol_revision_in_order" UNIQUE ("association_id", "draft_id", "sequence"),
    CONSTRAINT "protocol_revision_of_draft" FOREIGN KEY ("association_id", "draft_id") REFERENCES "protocol_draft" ("association_id", "id"),
    CONSTRAINT "protocol_revision_by_person" FOREIGN KEY ("association_id", "revised_by") REFERENCES "person" ("association_id", "id"),
    CONSTRAINT "protocol_revision_digest_is_sha256" CHECK (length(sha256) = 64)
);

CREATE TABLE "protocol_action" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "draft_id" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "action" TEXT NOT NULL,
    "actor_id" UUID,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    "reason" TEXT NOT NULL,
    "package_sha256" TEXT,
    "document" BYTEA,
    "salt" BYTEA,
    CONSTRAINT "protocol_action_in_order" UNIQUE ("association_id", "draft_id", "sequence"),
    CONSTRAINT "protocol_action_of_draft" FOREIGN KEY ("association_id", "draft_id") REFERENCES "protocol_draft" ("association_id", "id"),
    CONSTRAINT "protocol_action_by_person" FOREIGN KEY ("association_id", "actor_id") REFERENCES "person" ("association_id", "id"),
    CONSTRAINT "protocol_action_proposal_pinned" CHECK ((action = 'propose') = (package_sha256 IS NOT NULL)),
    CONSTRAINT "protocol_action_logged_with_salt" CHECK ((document IS NULL) = (salt IS NULL)),
    CONSTRAINT "protocol_action_withdrawal_logged" CHECK ((action = 'withdraw') = (document IS NOT NULL)),
    CONSTRAINT "protocol_action_known_action" CHECK (action IN ('begin', 'propose', 'return', 'publish', 'supersede', 'withdraw', 'discard', 'adopt'))
);
