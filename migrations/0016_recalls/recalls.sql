-- Tables of seal/traceability: units by dispatch, and recalls. Frozen: a change is a new migration. 2026-11-26.

CREATE TABLE "shipment_unit" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "entry_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "first_unit" INTEGER NOT NULL,
    "last_unit" INTEGER NOT NULL,
    "box_id" UUID,
    CONSTRAINT "shipment_unit_once" UNIQUE ("association_id", "entry_id", "batch_id", "first_unit"),
    CONSTRAINT "shipment_unit_of_entry" FOREIGN KEY ("association_id", "entry_id") REFERENCES "book_entry" ("association_id", "id"),
    CONSTRAINT "shipment_unit_of_batch" FOREIGN KEY ("association_id", "batch_id") REFERENCES "batch" ("association_id", "id"),
    CONSTRAINT "shipment_unit_of_box" FOREIGN KEY ("association_id", "box_id") REFERENCES "label_box" ("association_id", "id"),
    CONSTRAINT "shipment_unit_bounds" CHECK (first_unit >= 1 AND first_unit <= last_unit AND last_unit <= 65535)
);

CREATE INDEX "shipment_unit_by_batch" ON "shipment_unit" ("association_id", "batch_id");

CREATE TABLE "recall" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "drill" BOOLEAN NOT NULL,
    "cause" TEXT NOT NULL,
    "reason_class" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "advice" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ NOT NULL,
    "opened_by" UUID NOT NULL,
    "opened_at" TIMESTAMPTZ NOT NULL,
    "affected" BYTEA NOT NULL,
    "affected_sha256" BYTEA NOT NULL,
    "document" BYTEA,
    "salt" BYTEA,
    "closed_by" UUID,
    "closed_at" TIMESTAMPTZ,
    "closing" TEXT NOT NULL,
    CONSTRAINT "recall_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "recall_number_once" UNIQUE ("association_id", "number"),
    CONSTRAINT "recall_association" FOREIGN KEY ("association_id") REFERENCES "association" ("id"),
    CONSTRAINT "recall_known_cause" CHECK (cause IN ('lots', 'window', 'test', 'certification')),
    CONSTRAINT "recall_digest" CHECK (length(affected_sha256) = 32),
    CONSTRAINT "recall_logged_whole" CHECK ((document IS NULL) = (salt IS NULL)),
    CONSTRAINT "recall_drill_unlogged" CHECK ((document IS NULL) = drill),
    CONSTRAINT "recall_closed_whole" CHECK ((closed_by IS NULL) = (closed_at IS NULL)),
    CONSTRAINT "recall_closed_by_another" CHECK (closed_by IS NULL OR closed_by <> opened_by),
    CONSTRAINT "recall_in_order" CHECK (started_at <= opened_at)
);

CREATE TABLE "recall_item" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "recall_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "sibling" BOOLEAN NOT NULL,
    "act" TEXT NOT NULL,
    "done_at" TIMESTAMPTZ,
    CONSTRAINT "recall_item_batch_once" UNIQUE ("association_id", "recall_id", "batch_id"),
    CONSTRAINT "recall_item_of_recall" FOREIGN KEY ("association_id", "recall_id") REFERENCES "recall" ("association_id", "id"),
    CONSTRAINT "recall_item_of_batch" FOREIGN KEY ("association_id", "batch_id") REFERENCES "batch" ("association_id", "id"),
    CONSTRAINT "recall_item_known_act" CHECK (act IN ('recall', 'hold', 'none')),
    CONSTRAINT "recall_item_siblings_are_held" CHECK (NOT sibling OR act <> 'recall')
);

CREATE INDEX "recall_item_by_batch" ON "recall_item" ("association_id", "batch_id");

CREATE TABLE "recall_answer" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "recall_id" UUID NOT NULL,
    "organisation_id" UUID,
    "producer_id" UUID,
    "subcontractor" BOOLEAN NOT NULL,
    "kind" TEXT NOT NULL,
    "lot_id" UUID,
    "found" BIGINT NOT NULL,
    "destroyed" BIGINT NOT NULL,
    "sold" BIGINT NOT NULL,
    "note" TEXT NOT NULL,
    "recorded_by" UUID NOT NULL,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "recall_answer_of_recall" FOREIGN KEY ("association_id", "recall_id") REFERENCES "recall" ("association_id", "id"),
    CONSTRAINT "recall_answer_of_organisation" FOREIGN KEY ("association_id", "organisation_id") REFERENCES "organisation" ("association_id", "id"),
    CONSTRAINT "recall_answer_of_producer" FOREIGN KEY ("association_id", "producer_id") REFERENCES "producer" ("association_id", "id"),
    CONSTRAINT "recall_answer_of_lot" FOREIGN KEY ("association_id", "lot_id") REFERENCES "lot" ("association_id", "id"),
    CONSTRAINT "recall_answer_known_kind" CHECK (kind IN ('told', 'counted', 'unreachable')),
    CONSTRAINT "recall_answer_one_place" CHECK ((organisation_id IS NULL) <> (producer_id IS NULL)),
    CONSTRAINT "recall_answer_counted_lot" CHECK ((kind = 'counted') = (lot_id IS NOT NULL)),
    CONSTRAINT "recall_answer_counts" CHECK (found >= 0 AND destroyed >= 0 AND sold >= 0)
);

CREATE INDEX "recall_answer_by_recall" ON "recall_answer" ("association_id", "recall_id");

CREATE TABLE "recall_wording" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "recall_id" UUID NOT NULL,
    "language" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "approved_by" TEXT NOT NULL,
    "approved_as" TEXT NOT NULL,
    "entered_by" UUID NOT NULL,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "recall_wording_of_recall" FOREIGN KEY ("association_id", "recall_id") REFERENCES "recall" ("association_id", "id"),
    CONSTRAINT "recall_wording_known_language" CHECK (language IN ('es', 'en'))
);

CREATE INDEX "recall_wording_by_recall" ON "recall_wording" ("association_id", "recall_id");
