-- Tables of seal/batches.book. Frozen: a change is a new migration. 2026-11-26.

CREATE TABLE "lot" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "producer_id" UUID NOT NULL,
    "material" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    "dimension" TEXT NOT NULL,
    "standing" TEXT NOT NULL,
    "main" BOOLEAN NOT NULL,
    "batch_id" UUID,
    "site_id" UUID,
    "organisation_id" UUID,
    "from_whom" TEXT NOT NULL,
    "certificate" TEXT NOT NULL,
    "readings" TEXT NOT NULL,
    "recorded_by" UUID,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "lot_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "lot_name_once" UNIQUE ("association_id", "producer_id", "name_key"),
    CONSTRAINT "lot_of_producer" FOREIGN KEY ("association_id", "producer_id") REFERENCES "producer" ("association_id", "id"),
    CONSTRAINT "lot_of_batch" FOREIGN KEY ("association_id", "batch_id") REFERENCES "batch" ("association_id", "id"),
    CONSTRAINT "lot_of_site" FOREIGN KEY ("association_id", "site_id") REFERENCES "site" ("association_id", "id"),
    CONSTRAINT "lot_of_organisation" FOREIGN KEY ("association_id", "organisation_id") REFERENCES "organisation" ("association_id", "id"),
    CONSTRAINT "lot_known_dimension" CHECK (dimension IN ('mass', 'volume', 'count')),
    CONSTRAINT "lot_known_standing" CHECK (standing IN ('own', 'certified', 'declared', 'uncertified')),
    CONSTRAINT "lot_own_lot_of_batch" CHECK (batch_id IS NULL OR batch_id = id)
);

CREATE TABLE "book_entry" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "producer_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "happened_on" DATE NOT NULL,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    "actor_id" UUID,
    "about_id" UUID,
    "organisation_id" UUID,
    "to_producer_id" UUID,
    "site_id" UUID,
    "reason" TEXT NOT NULL,
    "signed_by" TEXT NOT NULL,
    CONSTRAINT "book_entry_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "book_entry_of_producer" FOREIGN KEY ("association_id", "producer_id") REFERENCES "producer" ("association_id", "id"),
    CONSTRAINT "book_entry_to_producer" FOREIGN KEY ("association_id", "to_producer_id") REFERENCES "producer" ("association_id", "id"),
    CONSTRAINT "book_entry_of_organisation" FOREIGN KEY ("association_id", "organisation_id") REFERENCES "organisation" ("association_id", "id"),
    CONSTRAINT "book_entry_of_site" FOREIGN KEY ("association_id", "site_id") REFERENCES "site" ("association_id", "id"),
    CONSTRAINT "book_entry_of_entry" FOREIGN KEY ("association_id", "about_id") REFERENCES "book_entry" ("association_id", "id"),
    CONSTRAINT "book_entry_known_kind" CHECK (kind IN ('harvest', 'receive', 'opening', 'make', 'blend', 'split', 'lose', 'adjust', 'send', 'bring_back', 'dispatch', 'take_back', 'reverse'))
);

CREATE INDEX "book_entry_by_producer" ON "book_entry" ("association_id", "producer_id");

CREATE INDEX "book_entry_by_about" ON "book_entry" ("association_id", "about_id");

CREATE TABLE "book_line" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "entry_id" UUID NOT NULL,
    "lot_id" UUID NOT NULL,
    "change" BIGINT NOT NULL,
    CONSTRAINT "book_line_lot_once" UNIQUE ("association_id", "entry_id", "lot_id"),
    CONSTRAINT "book_line_of_entry" FOREIGN KEY ("association_id", "entry_id") REFERENCES "book_entry" ("association_id", "id"),
    CONSTRAINT "book_line_of_lot" FOREIGN KEY ("association_id", "lot_id") REFERENCES "lot" ("association_id", "id"),
    CONSTRAINT "book_line_never_zero" CHECK (change <> 0)
);

CREATE INDEX "book_line_by_lot" ON "book_line" ("association_id", "lot_id");
