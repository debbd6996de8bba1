-- Tables of seal/labels, its rolls and its boxes. Frozen: a change is a new migration. 2026-11-26.

CREATE TABLE "label_reprint" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "range_id" UUID NOT NULL,
    "void_id" UUID NOT NULL,
    CONSTRAINT "label_reprint_void_once" UNIQUE ("association_id", "void_id"),
    CONSTRAINT "label_reprint_of_range" FOREIGN KEY ("association_id", "range_id") REFERENCES "label_range" ("association_id", "id")
);

CREATE TABLE "label_count" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "counted_on" DATE NOT NULL,
    "used" INTEGER NOT NULL,
    "spoiled" INTEGER NOT NULL,
    "left_over" INTEGER NOT NULL,
    "live" INTEGER NOT NULL,
    "reserved_high" INTEGER NOT NULL,
    "note" TEXT NOT NULL,
    "counted_by" UUID,
    "counted_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "label_count_of_batch" FOREIGN KEY ("association_id", "batch_id") REFERENCES "batch" ("association_id", "id"),
    CONSTRAINT "label_count_counts" CHECK (used >= 0 AND spoiled >= 0 AND left_over >= 0 AND live >= 0 AND reserved_high >= live)
);

CREATE TABLE "label_roll" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "public_id" BIGINT NOT NULL,
    "size" INTEGER NOT NULL,
    "issued_on" DATE NOT NULL,
    "note" TEXT NOT NULL,
    "bound_count" INTEGER NOT NULL,
    "void_count" INTEGER NOT NULL,
    "made_by" UUID,
    "made_at" TIMESTAMPTZ NOT NULL,
    "intent_id" UUID NOT NULL,
    "document" BYTEA NOT NULL,
    "salt" BYTEA NOT NULL,
    "signatures" BYTEA,
    CONSTRAINT "label_roll_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "label_roll_public_once" UNIQUE ("public_id"),
    CONSTRAINT "label_roll_of_association" FOREIGN KEY ("association_id") REFERENCES "association" ("id"),
    CONSTRAINT "label_roll_fits_token" CHECK (size >= 1 AND size <= 65535),
    CONSTRAINT "label_roll_no_more_than_seals" CHECK (bound_count >= 0 AND void_count >= 0 AND bound_count + void_count <= size)
);

CREATE TABLE "label_box" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "public_id" BIGINT NOT NULL,
    "producer_id" UUID,
    "issued_on" DATE NOT NULL,
    "note" TEXT NOT NULL,
    "steps" INTEGER NOT NULL,
    "made_by" UUID,
    "made_at" TIMESTAMPTZ NOT NULL,
    "intent_id" UUID NOT NULL,
    "document" BYTEA NOT NULL,
    "salt" BYTEA NOT NULL,
    "signature" BYTEA,
    CONSTRAINT "label_box_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "label_box_public_once" UNIQUE ("public_id"),
    CONSTRAINT "label_box_of_association" FOREIGN KEY ("association_id") REFERENCES "association" ("id"),
    CONSTRAINT "label_box_of_producer" FOREIGN KEY ("association_id", "producer_id") REFERENCES "producer" ("association_id", "id")
);

CREATE TABLE "label_loss" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "batch_id" UUID,
    "roll_id" UUID,
    "first_number" INTEGER NOT NULL,
    "last_number" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "last_seen_on" DATE,
    "place" TEXT NOT NULL,
    "told" TEXT NOT NULL,
    "reported_by" UUID,
    "reported_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "label_loss_of_batch" FOREIGN KEY ("association_id", "batch_id") REFERENCES "batch" ("association_id", "id"),
    CONSTRAINT "label_loss_of_roll" FOREIGN KEY ("association_id", "roll_id") REFERENCES "label_roll" ("association_id", "id"),
    CONSTRAINT "label_loss_of_one" CHECK ((batch_id IS NULL) <> (roll_id IS NULL)),
    CONSTRAINT "label_loss_in_order" CHECK (first_number >= 1 AND first_number <= last_number),
    CONSTRAINT "label_loss_known_reason" CHECK (reason IN ('lost', 'stolen'))
);

CREATE TABLE "label_allotment" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "roll_id" UUID NOT NULL,
    "first_seal" INTEGER NOT NULL,
    "last_seal" INTEGER NOT NULL,
    "producer_id" UUID,
    "allotted_by" UUID,
    "allotted_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "label_allotment_of_roll" FOREIGN KEY ("association_id", "roll_id") REFERENCES "label_roll" ("association_id", "id"),
    CONSTRAINT "label_allotment_of_producer" FOREIGN KEY ("association_id", "producer_id") REFERENCES "producer" ("association_id", "id"),
    CONSTRAINT "label_allotment_in_order" CHECK (first_seal >= 1 AND first_seal <= last_seal)
);

CREATE TABLE "label_binding" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "roll_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "first_seal" INTEGER NOT NULL,
    "last_seal" INTEGER NOT NULL,
    "first_unit" INTEGER NOT NULL,
    "bound_by" UUID,
    "bound_at" TIMESTAMPTZ NOT NULL,
    "document" BYTEA NOT NULL,
    "salt" BYTEA NOT NULL,
    CONSTRAINT "label_binding_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "label_binding_seal_once" UNIQUE ("association_id", "roll_id", "first_seal"),
    CONSTRAINT "label_binding_seal_ends_once" UNIQUE ("association_id", "roll_id", "last_seal"),
    CONSTRAINT "label_binding_unit_once" UNIQUE ("association_id", "batch_id", "first_unit"),
    CONSTRAINT "label_binding_of_roll" FOREIGN KEY ("association_id", "roll_id") REFERENCES "label_roll" ("association_id", "id"),
    CONSTRAINT "label_binding_of_batch" FOREIGN KEY ("association_id", "batch_id") REFERENCES "batch" ("association_id", "id"),
    CONSTRAINT "label_binding_in_order" CHECK (first_seal >= 1 AND first_seal <= last_seal AND last_seal <= 65535),
    CONSTRAINT "label_binding_units_fit" CHECK (first_unit >= 1 AND first_unit + last_seal - first_seal <= 65535)
);

CREATE TABLE "label_roll_void" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "roll_id" UUID NOT NULL,
    "first_seal" INTEGER NOT NULL,
    "last_seal" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "voided_by" UUID,
    "voided_at" TIMESTAMPTZ NOT NULL,
    "document" BYTEA NOT NULL,
    "salt" BYTEA NOT NULL,
    CONSTRAINT "label_roll_void_starts_once" UNIQUE ("association_id", "roll_id", "first_seal"),
    CONSTRAINT "label_roll_void_ends_once" UNIQUE ("association_id", "roll_id", "last_seal"),
    CONSTRAINT "label_roll_void_of_roll" FOREIGN KEY ("association_id", "roll_id") REFERENCES "label_roll" ("association_id", "id"),
    CONSTRAINT "label_roll_void_in_order" CHECK (first_seal >= 1 AND first_seal <= last_seal),
    CONSTRAINT "label_roll_void_known_reason" CHECK (reason IN ('damaged', 'misprint', 'returned', 'surplus', 'lost', 'stolen'))
);

CREATE TABLE "label_box_move" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "box_id" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "action" TEXT NOT NULL,
    "batch_id" UUID,
    "first_unit" INTEGER,
    "last_unit" INTEGER,
    "actor_id" UUID,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "label_box_move_step_once" UNIQUE ("association_id", "box_id", "sequence"),
    CONSTRAINT "label_box_move_of_box" FOREIGN KEY ("association_id", "box_id") REFERENCES "label_box" ("association_id", "id"),
    CONSTRAINT "label_box_move_of_batch" FOREIGN KEY ("association_id", "batch_id") REFERENCES "batch" ("association_id", "id"),
    CONSTRAINT "label_box_move_known_action" CHECK (action IN ('make', 'put', 'take', 'close', 'open', 'unpack')),
    CONSTRAINT "label_box_move_names_units" CHECK ((action IN ('put', 'take')) = (batch_id IS NOT NULL) AND (batch_id IS NULL) = (first_unit IS NULL) AND (batch_id IS NULL) = (last_unit IS NULL) AND (first_unit IS NULL OR (first_unit >= 1 AND first_unit <= last_unit)))
);

CREATE TABLE "label_box_unit" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "unit" INTEGER NOT NULL,
    "box_id" UUID NOT NULL,
    CONSTRAINT "label_box_unit_one_box" UNIQUE ("association_id", "batch_id", "unit"),
    CONSTRAINT "label_box_unit_of_box" FOREIGN KEY ("association_id", "box_id") REFERENCES "label_box" ("association_id", "id"),
    CONSTRAINT "label_box_unit_of_batch" FOREIGN KEY ("association_id", "batch_id") REFERENCES "batch" ("association_id", "id"),
    CONSTRAINT "label_box_unit_numbered" CHECK (unit >= 1 AND unit <= 65535)
);
