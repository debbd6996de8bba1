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
    CONSTRAINT "audit_known_kind" CHECK (kind IN ('initial', 'surveillance', 'renewal', 'gap')),
    CONSTRAINT "audit_year_counts" CHECK (programme_year >= 1)
);

CREATE INDEX "audit_by_producer" ON "audit" ("association_id", "producer_id");
