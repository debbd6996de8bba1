-- Tables of seal/members. Frozen: a change is a new migration. 2026-11-21.

CREATE TABLE "producer" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "trade_name" TEXT NOT NULL,
    "commune" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "contact" TEXT NOT NULL,
    "registered_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "producer_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "producer_number_once" UNIQUE ("association_id", "number"),
    CONSTRAINT "producer_number_counts" CHECK (number >= 1),
    CONSTRAINT "producer_named" CHECK (trade_name <> '')
);

CREATE TABLE "producer_action" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "producer_id" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "action" TEXT NOT NULL,
    "actor_id" UUID,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    "effective_on" DATE NOT NULL,
    "reason" TEXT NOT NULL,
    CONSTRAINT "producer_action_of_producer" FOREIGN KEY ("association_id", "producer_id") REFERENCES "producer" ("association_id", "id"),
    CONSTRAINT "producer_action_step_once" UNIQUE ("association_id", "producer_id", "sequence"),
    CONSTRAINT "producer_action_known_action" CHECK (action IN ('register', 'apply', 'admit', 'take_leave', 'come_back', 'leave', 'expel', 'die', 'transfer')),
    CONSTRAINT "producer_action_registered_first" CHECK ((sequence = 0) = (action = 'register'))
);

CREATE TABLE "representation" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "producer_id" UUID NOT NULL,
    "since" TIMESTAMPTZ NOT NULL,
    "ended_at" TIMESTAMPTZ,
    CONSTRAINT "representation_of_person" FOREIGN KEY ("association_id", "person_id") REFERENCES "person" ("association_id", "id"),
    CONSTRAINT "representation_of_producer" FOREIGN KEY ("association_id", "producer_id") REFERENCES "producer" ("association_id", "id"),
    CONSTRAINT "representation_starts_once" UNIQUE ("association_id", "person_id", "producer_id", "since"),
    CONSTRAINT "representation_in_order" CHECK (ended_at IS NULL OR since <= ended_at)
);

CREATE INDEX "representation_by_producer" ON "representation" ("association_id", "producer_id");

CREATE TABLE "site" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "producer_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "commune" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "site_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "site_of_producer" FOREIGN KEY ("association_id", "producer_id") REFERENCES "producer" ("association_id", "id"),
    CONSTRAINT "site_name_once" UNIQUE ("association_id", "producer_id", "name"),
    CONSTRAINT "site_known_kind" CHECK (kind IN ('field', 'apiary', 'workshop', 'kitchen', 'extraction', 'store', 'shared_room'))
);

CREATE TABLE "product" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "producer_id" UUID NOT NULL,
    "protocol_id" TEXT NOT NULL,
    "names" TEXT NOT NULL,
    "net_content" TEXT NOT NULL,
    "grams" INTEGER NOT NULL,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "product_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "product_of_producer" FOREIGN KEY ("association_id", "producer_id") REFERENCES "producer" ("association_id", "id"),
    CONSTRAINT "product_weighs" CHECK (grams > 0)
);

CREATE INDEX "product_by_producer" ON "product" ("association_id", "producer_id");

CREATE TABLE "producer_fact" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "producer_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "told" BOOLEAN,
    "recorded_by" UUID,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "producer_fact_of_producer" FOREIGN KEY ("association_id", "producer_id") REFERENCES "producer" ("association_id", "id")
);

CREATE INDEX "producer_fact_by_producer" ON "producer_fact" ("association_id", "producer_id");

CREATE TABLE "permit" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "producer_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "valid_until" DATE,
    "file_id" UUID,
    "recorded_by" UUID,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "permit_of_producer" FOREIGN KEY ("association_id", "producer_id") REFERENCES "producer" ("association_id", "id"),
    CONSTRAINT "permit_of_file" FOREIGN KEY ("association_id", "file_id") REFERENCES "stored_file" ("association_id", "id")
);

CREATE INDEX "permit_by_producer" ON "permit" ("association_id", "producer_id");

CREATE TABLE "relation" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "producer_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "degree" INTEGER,
    "since" DATE NOT NULL,
    "until_day" DATE,
    "recorded_by" UUID,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "relation_of_person" FOREIGN KEY ("association_id", "person_id") REFERENCES "person" ("association_id", "id"),
    CONSTRAINT "relation_of_producer" FOREIGN KEY ("association_id", "producer_id") REFERENCES "producer" ("association_id", "id"),
    CONSTRAINT "relation_known_kind" CHECK (kind IN ('household', 'relative', 'in_law', 'employment', 'debt', 'lease', 'buyer')),
    CONSTRAINT "relation_degree_for_kin" CHECK ((degree IS NOT NULL) = (kind IN ('relative', 'in_law'))),
    CONSTRAINT "relation_in_order" CHECK (until_day IS NULL OR since <= until_day)
);

CREATE INDEX "relation_by_producer" ON "relation" ("association_id", "producer_id");

CREATE TABLE "agreement" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "producer_id" UUID NOT NULL,
    "version" TEXT NOT NULL,
    "terms" BYTEA NOT NULL,
    "terms_sha256" TEXT NOT NULL,
    "signed_by" UUID,
    "signed_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "agreement_of_producer" FOREIGN KEY ("association_id", "producer_id") REFERENCES "producer" ("association_id", "id"),
    CONSTRAINT "agreement_version_once" UNIQUE ("association_id", "producer_id", "version")
);
