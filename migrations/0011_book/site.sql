CREATE TABLE "site" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "producer_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "commune" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    "gln" TEXT,
    CONSTRAINT "site_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "site_of_producer" FOREIGN KEY ("association_id", "producer_id") REFERENCES "producer" ("association_id", "id"),
    CONSTRAINT "site_name_once" UNIQUE ("association_id", "producer_id", "name"),
    CONSTRAINT "site_known_kind" CHECK (kind IN ('field', 'apiary', 'workshop', 'kitchen', 'extraction', 'store', 'shared_room'))
);
