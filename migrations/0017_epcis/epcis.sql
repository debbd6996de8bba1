-- Tables of seal/traceability.epcis. Frozen: a change is a new migration. 2026-11-26.

CREATE TABLE "epcis_capture" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "way" TEXT NOT NULL,
    "captured_by" UUID,
    "captured_at" TIMESTAMPTZ NOT NULL,
    "sha256" BYTEA NOT NULL,
    "envelope" BYTEA NOT NULL,
    "context" TEXT NOT NULL,
    "stored" INTEGER NOT NULL,
    "known" INTEGER NOT NULL,
    CONSTRAINT "epcis_capture_association" FOREIGN KEY ("association_id") REFERENCES "association" ("id"),
    CONSTRAINT "epcis_capture_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "epcis_capture_known_way" CHECK (way IN ('capture', 'import')),
    CONSTRAINT "epcis_capture_digest" CHECK (length(sha256) = 32),
    CONSTRAINT "epcis_capture_counted" CHECK (stored >= 0 AND known >= 0 AND stored + known >= 1)
);

CREATE INDEX "epcis_capture_by_moment" ON "epcis_capture" ("association_id", "captured_at");

CREATE TABLE "epcis_event" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "capture_id" UUID NOT NULL,
    "event_id" TEXT NOT NULL,
    "digest" BYTEA NOT NULL,
    "exact" BYTEA NOT NULL,
    "event_type" TEXT NOT NULL,
    "event_time" TIMESTAMPTZ NOT NULL,
    "captured_at" TIMESTAMPTZ NOT NULL,
    "action" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "disposition" TEXT NOT NULL,
    "read_point" TEXT NOT NULL,
    "location" TEXT NOT NULL,
    "producer_id" UUID,
    CONSTRAINT "epcis_event_of_capture" FOREIGN KEY ("association_id", "capture_id") REFERENCES "epcis_capture" ("association_id", "id"),
    CONSTRAINT "epcis_event_of_producer" FOREIGN KEY ("association_id", "producer_id") REFERENCES "producer" ("association_id", "id"),
    CONSTRAINT "epcis_event_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "epcis_event_event_once" UNIQUE ("association_id", "event_id"),
    CONSTRAINT "epcis_event_known_type" CHECK (event_type IN ('ObjectEvent', 'AggregationEvent', 'TransactionEvent', 'TransformationEvent', 'AssociationEvent')),
    CONSTRAINT "epcis_event_known_action" CHECK (action IN ('', 'ADD', 'OBSERVE', 'DELETE')),
    CONSTRAINT "epcis_event_digest_whole" CHECK (length(digest) = 32)
);

CREATE INDEX "epcis_event_by_time" ON "epcis_event" ("association_id", "event_time");

CREATE INDEX "epcis_event_by_capture" ON "epcis_event" ("association_id", "capture_id");

CREATE TABLE "epcis_movement" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "event_row" UUID NOT NULL,
    "entry_id" UUID,
    "void_id" UUID,
    "lot_id" UUID,
    "lot_name" TEXT,
    CONSTRAINT "epcis_movement_of_event" FOREIGN KEY ("association_id", "event_row") REFERENCES "epcis_event" ("association_id", "id"),
    CONSTRAINT "epcis_movement_of_entry" FOREIGN KEY ("association_id", "entry_id") REFERENCES "book_entry" ("association_id", "id"),
    CONSTRAINT "epcis_movement_of_lot" FOREIGN KEY ("association_id", "lot_id") REFERENCES "lot" ("association_id", "id"),
    CONSTRAINT "epcis_movement_entry_once" UNIQUE ("association_id", "entry_id"),
    CONSTRAINT "epcis_movement_void_once" UNIQUE ("association_id", "void_id"),
    CONSTRAINT "epcis_movement_one_thing" CHECK ((entry_id IS NULL) <> (void_id IS NULL)),
    CONSTRAINT "epcis_movement_named_whole" CHECK ((lot_id IS NULL) = (lot_name IS NULL))
);

CREATE INDEX "epcis_movement_by_event" ON "epcis_movement" ("association_id", "event_row");

CREATE TABLE "epcis_name" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "event_row" UUID NOT NULL,
    "part" TEXT NOT NULL,
    "is_class" BOOLEAN NOT NULL,
    "name" TEXT NOT NULL,
    CONSTRAINT "epcis_name_of_event" FOREIGN KEY ("association_id", "event_row") REFERENCES "epcis_event" ("association_id", "id"),
    CONSTRAINT "epcis_name_known_part" CHECK (part IN ('object', 'parent', 'input', 'output'))
);

CREATE INDEX "epcis_name_by_name" ON "epcis_name" ("association_id", "name");
