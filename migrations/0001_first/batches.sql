-- Tables of seal/batches. Frozen: a change is a new migration. 2026-11-21.

CREATE TABLE "batch" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "producer_id" UUID NOT NULL,
    "product_id" UUID NOT NULL,
    "site_id" UUID NOT NULL,
    "protocol_id" TEXT NOT NULL,
    "lot" TEXT NOT NULL,
    "lot_key" TEXT NOT NULL,
    "units" INTEGER NOT NULL,
    "produced_on" DATE NOT NULL,
    "use_by" DATE,
    "declared_at" TIMESTAMPTZ NOT NULL,
    "certification_id" UUID,
    "public_id" BIGINT,
    "status_index" INTEGER,
    "sealed_on" DATE,
    "intent_id" UUID,
    "salt" BYTEA,
    "jws" BYTEA,
    "sealed_at" TIMESTAMPTZ,
    CONSTRAINT "batch_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "batch_lot_once" UNIQUE ("association_id", "producer_id", "lot_key"),
    CONSTRAINT "batch_public_once" UNIQUE ("public_id"),
    CONSTRAINT "batch_index_once" UNIQUE ("association_id", "status_index"),
    CONSTRAINT "batch_of_producer" FOREIGN KEY ("association_id", "producer_id") REFERENCES "producer" ("association_id", "id"),
    CONSTRAINT "batch_of_product" FOREIGN KEY ("association_id", "product_id") REFERENCES "product" ("association_id", "id"),
    CONSTRAINT "batch_of_site" FOREIGN KEY ("association_id", "site_id") REFERENCES "site" ("association_id", "id"),
    CONSTRAINT "batch_of_certification" FOREIGN KEY ("association_id", "certification_id") REFERENCES "certification" ("association_id", "id"),
    CONSTRAINT "batch_units_in_token" CHECK (units >= 1 AND units <= 65535),
    CONSTRAINT "batch_days_in_order" CHECK (use_by IS NULL OR produced_on <= use_by),
    CONSTRAINT "batch_intent_whole" CHECK ((intent_id IS NULL AND public_id IS NULL AND status_index IS NULL AND sealed_on IS NULL AND salt IS NULL AND certification_id IS NULL AND jws IS NULL) OR (intent_id IS NOT NULL AND public_id IS NOT NULL AND status_index IS NOT NULL AND sealed_on IS NOT NULL AND salt IS NOT NULL AND certification_id IS NOT NULL)),
    CONSTRAINT "batch_sealed_whole" CHECK ((jws IS NULL) = (sealed_at IS NULL))
);

CREATE TABLE "batch_action" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "action" TEXT NOT NULL,
    "actor_id" UUID,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    "effective_at" TIMESTAMPTZ NOT NULL,
    "reason_class" TEXT,
    "reason" TEXT NOT NULL,
    "advice" TEXT,
    "document" BYTEA,
    "salt" BYTEA,
    CONSTRAINT "batch_action_of_batch" FOREIGN KEY ("association_id", "batch_id") REFERENCES "batch" ("association_id", "id"),
    CONSTRAINT "batch_action_step_once" UNIQUE ("association_id", "batch_id", "sequence"),
    CONSTRAINT "batch_action_known_action" CHECK (action IN ('declare', 'discard', 'seal', 'issue', 'hold', 'release', 'recall', 'revoke')),
    CONSTRAINT "batch_action_declared_first" CHECK ((sequence = 0) = (action = 'declare')),
    CONSTRAINT "batch_action_logged_whole" CHECK ((document IS NULL) = (salt IS NULL))
);

CREATE TABLE "batch_test" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "test_id" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "tested_by" TEXT NOT NULL,
    "tested_on" DATE NOT NULL,
    "laboratory" TEXT,
    "file_id" UUID,
    "recorded_by" UUID,
    "recorded_by_staff" BOOLEAN NOT NULL,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "batch_test_of_batch" FOREIGN KEY ("association_id", "batch_id") REFERENCES "batch" ("association_id", "id"),
    CONSTRAINT "batch_test_known_tester" CHECK (tested_by IN ('self', 'lab', 'official'))
);

CREATE INDEX "batch_test_by_batch" ON "batch_test" ("association_id", "batch_id");
