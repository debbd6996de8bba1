CREATE TABLE "producer_fact" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "producer_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "told" BOOLEAN,
    "recorded_by" UUID,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    "said" TEXT,
    CONSTRAINT "producer_fact_of_producer" FOREIGN KEY ("association_id", "producer_id") REFERENCES "producer" ("association_id", "id"),
    CONSTRAINT "producer_fact_one_way" CHECK (told IS NULL OR said IS NULL)
);

CREATE INDEX "producer_fact_by_producer" ON "producer_fact" ("association_id", "producer_id");
