CREATE TABLE "product" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "producer_id" UUID NOT NULL,
    "protocol_id" TEXT NOT NULL,
    "names" TEXT NOT NULL,
    "net_content" TEXT NOT NULL,
    "grams" INTEGER NOT NULL,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    "kind" TEXT,
    "gtin" TEXT,
    CONSTRAINT "product_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "product_of_producer" FOREIGN KEY ("association_id", "producer_id") REFERENCES "producer" ("association_id", "id"),
    CONSTRAINT "product_weighs" CHECK (grams > 0)
);

CREATE INDEX "product_by_producer" ON "product" ("association_id", "producer_id");
