-- Tables of seal/certificates. Frozen: a change is a new migration. 2026-11-21.

CREATE TABLE "decision" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "producer_id" UUID NOT NULL,
    "subject_id" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "audit_id" UUID,
    "quorum" INTEGER NOT NULL,
    "outcome" TEXT,
    "opened_at" TIMESTAMPTZ NOT NULL,
    "recorded_at" TIMESTAMPTZ,
    "effective_at" TIMESTAMPTZ,
    "reason_class" TEXT,
    "reason" TEXT NOT NULL,
    "affected_from" DATE,
    "affected_to" DATE,
    "proposal" BYTEA,
    "document" BYTEA,
    "salt" BYTEA,
    CONSTRAINT "decision_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "decision_in_turn" UNIQUE ("association_id", "subject_id", "sequence"),
    CONSTRAINT "decision_of_audit" FOREIGN KEY ("association_id", "audit_id") REFERENCES "audit" ("association_id", "id"),
    CONSTRAINT "decision_of_producer" FOREIGN KEY ("association_id", "producer_id") REFERENCES "producer" ("association_id", "id"),
    CONSTRAINT "decision_quorum_counts" CHECK (quorum >= 1),
    CONSTRAINT "decision_known_kind" CHECK (kind IN ('certify', 'suspend', 'lift', 'withdraw')),
    CONSTRAINT "decision_certify_names_audit" CHECK ((kind = 'certify') = (audit_id IS NOT NULL)),
    CONSTRAINT "decision_made_whole" CHECK ((outcome IS NULL) = (recorded_at IS NULL) AND (outcome IS NULL) = (document IS NULL) AND (outcome IS NULL) = (salt IS NULL)),
    CONSTRAINT "decision_window_in_order" CHECK (affected_from IS NULL OR affected_to IS NULL OR affected_from <= affected_to)
);

CREATE UNIQUE INDEX "decision_one_open" ON "decision" ("association_id", "subject_id", "kind") WHERE outcome IS NULL;

CREATE TABLE "status_slot" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "slot" INTEGER NOT NULL,
    "object_id" UUID NOT NULL,
    "under_id" UUID,
    "made_on" DATE,
    "revoked" BOOLEAN NOT NULL,
    "suspended" BOOLEAN NOT NULL,
    CONSTRAINT "status_slot_slot_once" UNIQUE ("association_id", "slot"),
    CONSTRAINT "status_slot_object_once" UNIQUE ("association_id", "object_id"),
    CONSTRAINT "status_slot_in_token" CHECK (slot >= 0 AND slot < 16777215)
);

CREATE INDEX "status_slot_by_certification" ON "status_slot" ("association_id", "under_id");

CREATE TABLE "status_epoch" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "epoch" INTEGER NOT NULL,
    "changed_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "status_epoch_one_each" UNIQUE ("association_id"),
    CONSTRAINT "status_epoch_counts_up" CHECK (epoch >= 0)
);

CREATE TABLE "status_list" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "purpose" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "edition" INTEGER NOT NULL,
    "epoch" INTEGER NOT NULL,
    "intent_id" UUID NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL,
    "jws" BYTEA,
    CONSTRAINT "status_list_edition_once" UNIQUE ("association_id", "purpose", "number", "edition"),
    CONSTRAINT "status_list_known_purpose" CHECK (purpose IN ('revocation', 'suspension'))
);

CREATE TABLE "vote" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "decision_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "choice" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "vote_of_decision" FOREIGN KEY ("association_id", "decision_id") REFERENCES "decision" ("association_id", "id"),
    CONSTRAINT "vote_of_person" FOREIGN KEY ("association_id", "person_id") REFERENCES "person" ("association_id", "id"),
    CONSTRAINT "vote_one_place_each" UNIQUE ("association_id", "decision_id", "person_id"),
    CONSTRAINT "vote_known_choice" CHECK (choice IN ('grant', 'refuse', 'defer', 'approve', 'reject', 'barred'))
);

CREATE TABLE "decision_batch" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "decision_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    CONSTRAINT "decision_batch_of_decision" FOREIGN KEY ("association_id", "decision_id") REFERENCES "decision" ("association_id", "id"),
    CONSTRAINT "decision_batch_once" UNIQUE ("association_id", "decision_id", "batch_id")
);

CREATE INDEX "decision_batch_by_batch" ON "decision_batch" ("association_id", "batch_id");

CREATE TABLE "certification" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "producer_id" UUID NOT NULL,
    "protocol_id" TEXT NOT NULL,
    "version_id" UUID NOT NULL,
    "audit_id" UUID NOT NULL,
    "conclusion_sha256" TEXT NOT NULL,
    "decision_id" UUID NOT NULL,
    "public_id" BIGINT NOT NULL,
    "status_index" INTEGER NOT NULL,
    "assurance_mode" TEXT NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_until" DATE NOT NULL,
    "granted_at" TIMESTAMPTZ NOT NULL,
    "intent_id" UUID NOT NULL,
    "jws" BYTEA,
    "salt" BYTEA NOT NULL,
    "issued_at" TIMESTAMPTZ,
    CONSTRAINT "certification_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "certification_one_each_audit" UNIQUE ("association_id", "audit_id"),
    CONSTRAINT "certification_one_each_decision" UNIQUE ("association_id", "decision_id"),
    CONSTRAINT "certification_public_once" UNIQUE ("public_id"),
    CONSTRAINT "certification_index_once" UNIQUE ("association_id", "status_index"),
    CONSTRAINT "certification_of_producer" FOREIGN KEY ("association_id", "producer_id") REFERENCES "producer" ("association_id", "id"),
    CONSTRAINT "certification_of_version" FOREIGN KEY ("association_id", "version_id") REFERENCES "protocol_version" ("association_id", "id"),
    CONSTRAINT "certification_of_audit" FOREIGN KEY ("association_id", "audit_id") REFERENCES "audit" ("association_id", "id"),
    CONSTRAINT "certification_of_decision" FOREIGN KEY ("association_id", "decision_id") REFERENCES "decision" ("association_id", "id"),
    CONSTRAINT "certification_term_in_order" CHECK (valid_from <= valid_until),
    CONSTRAINT "certification_issued_whole" CHECK ((jws IS NULL) = (issued_at IS NULL)),
    CONSTRAINT "certification_known_mode" CHECK (assurance_mode IN ('self', 'peer', 'association', 'third_party'))
);

CREATE INDEX "certification_by_producer" ON "certification" ("association_id", "producer_id");

CREATE TABLE "certification_site" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "certification_id" UUID NOT NULL,
    "site_id" UUID NOT NULL,
    CONSTRAINT "certification_site_of_certification" FOREIGN KEY ("association_id", "certification_id") REFERENCES "certification" ("association_id", "id"),
    CONSTRAINT "certification_site_of_site" FOREIGN KEY ("association_id", "site_id") REFERENCES "site" ("association_id", "id"),
    CONSTRAINT "certification_site_once" UNIQUE ("association_id", "certification_id", "site_id")
);

CREATE TABLE "certification_product" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "certification_id" UUID NOT NULL,
    "product_id" UUID NOT NULL,
    CONSTRAINT "certification_product_of_certification" FOREIGN KEY ("association_id", "certification_id") REFERENCES "certification" ("association_id", "id"),
    CONSTRAINT "certification_product_of_product" FOREIGN KEY ("association_id", "product_id") REFERENCES "product" ("association_id", "id"),
    CONSTRAINT "certification_product_once" UNIQUE ("association_id", "certification_id", "product_id")
);

CREATE TABLE "certification_change" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "certification_id" UUID NOT NULL,
    "decision_id" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "action" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    "effective_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "certification_change_of_certification" FOREIGN KEY ("association_id", "certification_id") REFERENCES "certification" ("association_id", "id"),
    CONSTRAINT "certification_change_of_decision" FOREIGN KEY ("association_id", "decision_id") REFERENCES "decision" ("association_id", "id"),
    CONSTRAINT "certification_change_step_once" UNIQUE ("association_id", "certification_id", "sequence"),
    CONSTRAINT "certification_change_decision_once" UNIQUE ("association_id", "decision_id"),
    CONSTRAINT "certification_change_known_action" CHECK (action IN ('grant', 'suspend', 'lift', 'withdraw')),
    CONSTRAINT "certification_change_grant_first" CHECK ((sequence = 0) = (action = 'grant'))
);
