-- Tables of seal/audits. Frozen: a change is a new migration. 2026-11-21.

CREATE TABLE "audit" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "producer_id" UUID NOT NULL,
    "version_id" UUID NOT NULL,
    "protocol_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "programme_year" INTEGER NOT NULL,
    "first_audit" BOOLEAN NOT NULL,
    "unannounced" BOOLEAN NOT NULL,
    "planned_for" DATE NOT NULL,
    "planned_by" UUID,
    "planned_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "audit_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "audit_of_producer" FOREIGN KEY ("association_id", "producer_id") REFERENCES "producer" ("association_id", "id"),
    CONSTRAINT "audit_of_version" FOREIGN KEY ("association_id", "version_id") REFERENCES "protocol_version" ("association_id", "id"),
    CONSTRAINT "audit_known_kind" CHECK (kind IN ('initial', 'surveillance', 'renewal')),
    CONSTRAINT "audit_year_counts" CHECK (programme_year >= 1)
);

CREATE INDEX "audit_by_producer" ON "audit" ("association_id", "producer_id");

CREATE TABLE "audit_action" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "audit_id" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "action" TEXT NOT NULL,
    "actor_id" UUID,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    "effective_at" TIMESTAMPTZ NOT NULL,
    "reason" TEXT NOT NULL,
    "device_id" TEXT,
    "device_time" TIMESTAMPTZ,
    "device_offset_ms" INTEGER,
    CONSTRAINT "audit_action_of_audit" FOREIGN KEY ("association_id", "audit_id") REFERENCES "audit" ("association_id", "id"),
    CONSTRAINT "audit_action_step_once" UNIQUE ("association_id", "audit_id", "sequence"),
    CONSTRAINT "audit_action_planned_first" CHECK ((sequence = 0) = (action = 'plan')),
    CONSTRAINT "audit_action_known_action" CHECK (action IN ('plan', 'assign', 'unassign', 'announce', 'keep_sealed', 'check_out', 'start', 'submit', 'return', 'open_findings', 'clear', 'settle', 'reopen', 'conclude', 'abort', 'void'))
);

CREATE TABLE "audit_site" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "audit_id" UUID NOT NULL,
    "site_id" UUID NOT NULL,
    CONSTRAINT "audit_site_of_audit" FOREIGN KEY ("association_id", "audit_id") REFERENCES "audit" ("association_id", "id"),
    CONSTRAINT "audit_site_of_site" FOREIGN KEY ("association_id", "site_id") REFERENCES "site" ("association_id", "id"),
    CONSTRAINT "audit_site_once" UNIQUE ("association_id", "audit_id", "site_id")
);

CREATE TABLE "audit_product" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "audit_id" UUID NOT NULL,
    "product_id" UUID NOT NULL,
    CONSTRAINT "audit_product_of_audit" FOREIGN KEY ("association_id", "audit_id") REFERENCES "audit" ("association_id", "id"),
    CONSTRAINT "audit_product_of_product" FOREIGN KEY ("association_id", "product_id") REFERENCES "product" ("association_id", "id"),
    CONSTRAINT "audit_product_once" UNIQUE ("association_id", "audit_id", "product_id")
);

CREATE TABLE "audit_auditor" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "audit_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "assigned_by" UUID,
    "assigned_at" TIMESTAMPTZ NOT NULL,
    "ended_at" TIMESTAMPTZ,
    CONSTRAINT "audit_auditor_of_audit" FOREIGN KEY ("association_id", "audit_id") REFERENCES "audit" ("association_id", "id"),
    CONSTRAINT "audit_auditor_of_person" FOREIGN KEY ("association_id", "person_id") REFERENCES "person" ("association_id", "id"),
    CONSTRAINT "audit_auditor_once" UNIQUE ("association_id", "audit_id", "person_id")
);

CREATE TABLE "conflict_declaration" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "audit_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "conflict" TEXT,
    "document" BYTEA NOT NULL,
    "document_sha256" TEXT NOT NULL,
    "declared_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "conflict_declaration_of_audit" FOREIGN KEY ("association_id", "audit_id") REFERENCES "audit" ("association_id", "id"),
    CONSTRAINT "conflict_declaration_of_person" FOREIGN KEY ("association_id", "person_id") REFERENCES "person" ("association_id", "id"),
    CONSTRAINT "conflict_declaration_says_what" CHECK (conflict IS NULL OR conflict <> '')
);

CREATE INDEX "conflict_declaration_by_audit" ON "conflict_declaration" ("association_id", "audit_id");

CREATE TABLE "audit_checklist" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "audit_id" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "facts" BYTEA NOT NULL,
    "document" BYTEA NOT NULL,
    "document_sha256" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "recorded_by" UUID,
    "frozen_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "audit_checklist_of_audit" FOREIGN KEY ("association_id", "audit_id") REFERENCES "audit" ("association_id", "id"),
    CONSTRAINT "audit_checklist_step_once" UNIQUE ("association_id", "audit_id", "sequence")
);

CREATE TABLE "answer" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "audit_id" UUID NOT NULL,
    "point_id" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "revises" UUID,
    "outcome" TEXT NOT NULL,
    "measured_value" TEXT,
    "measured_unit" TEXT,
    "method" TEXT,
    "instrument" TEXT,
    "justification" TEXT NOT NULL,
    "follow_up_on" DATE,
    "content_sha256" TEXT NOT NULL,
    "answered_by" UUID NOT NULL,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    "device_id" TEXT,
    "device_time" TIMESTAMPTZ,
    "device_offset_ms" INTEGER,
    CONSTRAINT "answer_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "answer_revision_once" UNIQUE ("association_id", "audit_id", "point_id", "revision"),
    CONSTRAINT "answer_of_audit" FOREIGN KEY ("association_id", "audit_id") REFERENCES "audit" ("association_id", "id"),
    CONSTRAINT "answer_of_earlier" FOREIGN KEY ("association_id", "revises") REFERENCES "answer" ("association_id", "id"),
    CONSTRAINT "answer_correction_names_earlier" CHECK ((revision = 1) = (revises IS NULL) AND revision >= 1),
    CONSTRAINT "answer_known_outcome" CHECK (outcome IN ('compliant', 'partial', 'non_compliant', 'not_applicable', 'not_audited', 'deferred')),
    CONSTRAINT "answer_measured_whole" CHECK ((measured_value IS NULL) = (measured_unit IS NULL)),
    CONSTRAINT "answer_deferred_has_date" CHECK ((outcome = 'deferred') = (follow_up_on IS NOT NULL))
);

CREATE TABLE "conclusion" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "audit_id" UUID NOT NULL,
    "producer_id" UUID NOT NULL,
    "version_id" UUID NOT NULL,
    "passed" BOOLEAN NOT NULL,
    "document" BYTEA NOT NULL,
    "document_sha256" TEXT NOT NULL,
    "concluded_by" UUID,
    "concluded_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "conclusion_one_each_audit" UNIQUE ("association_id", "audit_id"),
    CONSTRAINT "conclusion_of_audit" FOREIGN KEY ("association_id", "audit_id") REFERENCES "audit" ("association_id", "id"),
    CONSTRAINT "conclusion_of_producer" FOREIGN KEY ("association_id", "producer_id") REFERENCES "producer" ("association_id", "id"),
    CONSTRAINT "conclusion_of_version" FOREIGN KEY ("association_id", "version_id") REFERENCES "protocol_version" ("association_id", "id")
);

CREATE TABLE "evidence" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "audit_id" UUID NOT NULL,
    "answer_id" UUID NOT NULL,
    "file_id" UUID NOT NULL,
    "sha256" TEXT NOT NULL,
    "received_sha256" TEXT NOT NULL,
    "media_type" TEXT NOT NULL,
    "recorded_by" UUID NOT NULL,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    "device_id" TEXT,
    "device_time" TIMESTAMPTZ,
    "device_offset_ms" INTEGER,
    CONSTRAINT "evidence_of_audit" FOREIGN KEY ("association_id", "audit_id") REFERENCES "audit" ("association_id", "id"),
    CONSTRAINT "evidence_of_answer" FOREIGN KEY ("association_id", "answer_id") REFERENCES "answer" ("association_id", "id"),
    CONSTRAINT "evidence_of_file" FOREIGN KEY ("association_id", "file_id") REFERENCES "stored_file" ("association_id", "id")
);

CREATE INDEX "evidence_by_audit" ON "evidence" ("association_id", "audit_id");

CREATE TABLE "finding" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "audit_id" UUID NOT NULL,
    "producer_id" UUID NOT NULL,
    "point_id" TEXT NOT NULL,
    "answer_id" UUID NOT NULL,
    "raised_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "finding_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "finding_one_each_answer" UNIQUE ("association_id", "audit_id", "answer_id"),
    CONSTRAINT "finding_of_audit" FOREIGN KEY ("association_id", "audit_id") REFERENCES "audit" ("association_id", "id"),
    CONSTRAINT "finding_of_producer" FOREIGN KEY ("association_id", "producer_id") REFERENCES "producer" ("association_id", "id"),
    CONSTRAINT "finding_of_answer" FOREIGN KEY ("association_id", "answer_id") REFERENCES "answer" ("association_id", "id")
);

CREATE INDEX "finding_by_producer" ON "finding" ("association_id", "producer_id");

CREATE TABLE "finding_action" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "finding_id" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "action" TEXT NOT NULL,
    "actor_id" UUID,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    "effective_at" TIMESTAMPTZ NOT NULL,
    "reason" TEXT NOT NULL,
    "grade" TEXT,
    "due_on" DATE,
    "cause" TEXT,
    "correction" TEXT,
    "prevention" TEXT,
    "file_id" UUID,
    "file_sha256" TEXT,
    "device_id" TEXT,
    "device_time" TIMESTAMPTZ,
    "device_offset_ms" INTEGER,
    CONSTRAINT "finding_action_of_finding" FOREIGN KEY ("association_id", "finding_id") REFERENCES "finding" ("association_id", "id"),
    CONSTRAINT "finding_action_of_file" FOREIGN KEY ("association_id", "file_id") REFERENCES "stored_file" ("association_id", "id"),
    CONSTRAINT "finding_action_step_once" UNIQUE ("association_id", "finding_id", "sequence"),
    CONSTRAINT "finding_action_raised_first" CHECK ((sequence = 0) = (action = 'raise')),
    CONSTRAINT "finding_action_known_action" CHECK (action IN ('raise', 'submit_plan', 'submit_evidence', 'accept', 'reject', 'dispute', 'uphold', 'change', 'remove', 'regrade', 'extend')),
    CONSTRAINT "finding_action_known_grade" CHECK (grade IS NULL OR grade IN ('critical', 'major', 'minor')),
    CONSTRAINT "finding_action_graded_whole" CHECK ((grade IS NOT NULL) = (action IN ('raise', 'regrade', 'change'))),
    CONSTRAINT "finding_action_response_whole" CHECK (action NOT IN ('submit_plan', 'submit_evidence') OR (cause IS NOT NULL AND correction IS NOT NULL AND prevention IS NOT NULL))
);
