-- Tables of seal/progress. Frozen: a change is a new migration. 2026-11-21.

CREATE TABLE "advice" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "producer_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "given_on" DATE NOT NULL,
    "note" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "advice_of_producer" FOREIGN KEY ("association_id", "producer_id") REFERENCES "producer" ("association_id", "id"),
    CONSTRAINT "advice_of_person" FOREIGN KEY ("association_id", "person_id") REFERENCES "person" ("association_id", "id"),
    CONSTRAINT "advice_says_what" CHECK (note <> '')
);

CREATE INDEX "advice_by_producer" ON "advice" ("association_id", "producer_id");
