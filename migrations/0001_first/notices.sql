-- Tables of seal/notices. Frozen: a change is a new migration. 2026-11-21.

CREATE TABLE "notice" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "person_id" UUID,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "params" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL,
    "done_at" TIMESTAMPTZ,
    CONSTRAINT "notice_said_once" UNIQUE ("association_id", "kind", "subject"),
    CONSTRAINT "notice_of_association" FOREIGN KEY ("association_id") REFERENCES "association" ("id"),
    CONSTRAINT "notice_to_person" FOREIGN KEY ("association_id", "person_id") REFERENCES "person" ("association_id", "id")
);

CREATE INDEX "notice_by_due" ON "notice" ("association_id", "due_at");
