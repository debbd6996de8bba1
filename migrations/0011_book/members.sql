-- Tables of seal/members. Frozen: a change is a new migration. 2026-11-26.

CREATE TABLE "organisation" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "commune" TEXT NOT NULL,
    "contact" TEXT NOT NULL,
    "gln" TEXT,
    "recorded_by" UUID,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "organisation_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "organisation_name_once" UNIQUE ("association_id", "name"),
    CONSTRAINT "organisation_known_kind" CHECK (kind IN ('shop', 'buyer', 'subcontractor', 'laboratory', 'municipality', 'association', 'other'))
);
