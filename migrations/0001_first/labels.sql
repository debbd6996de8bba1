-- Tables of seal/labels. Frozen: a change is a new migration. 2026-11-21.

CREATE TABLE "label_ledger" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "units" INTEGER NOT NULL,
    "spare_percent" INTEGER NOT NULL,
    "quota" INTEGER NOT NULL,
    "reserved_high" INTEGER NOT NULL,
    "void_count" INTEGER NOT NULL,
    "live" INTEGER NOT NULL,
    CONSTRAINT "label_ledger_one_each_batch" UNIQUE ("association_id", "batch_id"),
    CONSTRAINT "label_ledger_of_batch" FOREIGN KEY ("association_id", "batch_id") REFERENCES "batch" ("association_id", "id"),
    CONSTRAINT "label_ledger_quota_is_units_and_spare" CHECK (quota <= units + (units * spare_percent) / 100),
    CONSTRAINT "label_ledger_spare_is_small" CHECK (spare_percent >= 0 AND spare_percent <= 10),
    CONSTRAINT "label_ledger_never_over_quota" CHECK (live <= quota),
    CONSTRAINT "label_ledger_live_is_reserved_less_void" CHECK (live = reserved_high - void_count AND live >= 0 AND void_count >= 0),
    CONSTRAINT "label_ledger_number_fits_token" CHECK (reserved_high >= 0 AND reserved_high <= 65535 AND quota <= 65535)
);

CREATE TABLE "label_range" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "first_unit" INTEGER NOT NULL,
    "last_unit" INTEGER NOT NULL,
    "reserved_by" UUID,
    "reserved_at" TIMESTAMPTZ NOT NULL,
    "intent_id" UUID NOT NULL,
    "document" BYTEA NOT NULL,
    "salt" BYTEA NOT NULL,
    "signatures" BYTEA,
    CONSTRAINT "label_range_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "label_range_starts_once" UNIQUE ("association_id", "batch_id", "first_unit"),
    CONSTRAINT "label_range_ends_once" UNIQUE ("association_id", "batch_id", "last_unit"),
    CONSTRAINT "label_range_of_batch" FOREIGN KEY ("association_id", "batch_id") REFERENCES "batch" ("association_id", "id"),
    CONSTRAINT "label_range_in_order" CHECK (first_unit >= 1 AND first_unit <= last_unit AND last_unit <= 65535)
);

CREATE TABLE "label_void" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "first_unit" INTEGER NOT NULL,
    "last_unit" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "voided_by" UUID,
    "voided_at" TIMESTAMPTZ NOT NULL,
    "document" BYTEA NOT NULL,
    "salt" BYTEA NOT NULL,
    CONSTRAINT "label_void_starts_once" UNIQUE ("association_id", "batch_id", "first_unit"),
    CONSTRAINT "label_void_ends_once" UNIQUE ("association_id", "batch_id", "last_unit"),
    CONSTRAINT "label_void_of_batch" FOREIGN KEY ("association_id", "batch_id") REFERENCES "batch" ("association_id", "id"),
    CONSTRAINT "label_void_in_order" CHECK (first_unit >= 1 AND first_unit <= last_unit),
    CONSTRAINT "label_void_known_reason" CHECK (reason IN ('damaged', 'misprint', 'returned', 'surplus', 'lost', 'stolen'))
);
