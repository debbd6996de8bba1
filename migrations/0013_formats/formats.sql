-- Tables of seal/labels.own. Frozen: a change is a new migration. 2026-11-26.

CREATE TABLE "label_template" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "shape" TEXT NOT NULL,
    "label_width" INTEGER NOT NULL,
    "label_height" INTEGER NOT NULL,
    "space" INTEGER NOT NULL,
    "html" TEXT NOT NULL,
    "css" TEXT NOT NULL,
    "art" BYTEA,
    "art_type" TEXT,
    "recorded_by" UUID,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "label_template_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "label_template_association" FOREIGN KEY ("association_id") REFERENCES "association" ("id"),
    CONSTRAINT "label_template_once" UNIQUE ("association_id", "name", "version"),
    CONSTRAINT "label_template_counted" CHECK (version >= 1),
    CONSTRAINT "label_template_known_shape" CHECK (shape IN ('rect', 'round', 'tag')),
    CONSTRAINT "label_template_has_size" CHECK (label_width > 0 AND label_height > 0 AND space > 0),
    CONSTRAINT "label_template_art_has_a_kind" CHECK ((art IS NULL) = (art_type IS NULL))
);

CREATE TABLE "label_setting" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "format" TEXT NOT NULL,
    "right_tenths" INTEGER NOT NULL,
    "down_tenths" INTEGER NOT NULL,
    CONSTRAINT "label_setting_association" FOREIGN KEY ("association_id") REFERENCES "association" ("id"),
    CONSTRAINT "label_setting_one_each" UNIQUE ("association_id", "person_id", "format"),
    CONSTRAINT "label_setting_small" CHECK (right_tenths >= -50 AND right_tenths <= 50 AND down_tenths >= -50 AND down_tenths <= 50)
);

CREATE TABLE "label_format" (
    "id" UUID PRIMARY KEY NOT NULL,
    "association_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "medium" TEXT NOT NULL,
    "page_width" INTEGER NOT NULL,
    "page_height" INTEGER NOT NULL,
    "label_width" INTEGER NOT NULL,
    "label_height" INTEGER NOT NULL,
    "columns" INTEGER NOT NULL,
    "rows" INTEGER NOT NULL,
    "pitch_x" INTEGER NOT NULL,
    "pitch_y" INTEGER NOT NULL,
    "margin_left" INTEGER NOT NULL,
    "margin_top" INTEGER NOT NULL,
    "shape" TEXT NOT NULL,
    "space" INTEGER NOT NULL,
    "template" TEXT NOT NULL,
    "template_id" UUID,
    "recorded_by" UUID,
    "recorded_at" TIMESTAMPTZ NOT NULL,
    "retired_at" TIMESTAMPTZ,
    CONSTRAINT "label_format_same_association" UNIQUE ("association_id", "id"),
    CONSTRAINT "label_format_association" FOREIGN KEY ("association_id") REFERENCES "association" ("id"),
    CONSTRAINT "label_format_of_template" FOREIGN KEY ("association_id", "template_id") REFERENCES "label_template" ("association_id", "id"),
    CONSTRAINT "label_format_known_medium" CHECK (medium IN ('sheet', 'roll')),
    CONSTRAINT "label_format_known_shape" CHECK (shape IN ('rect', 'round', 'tag')),
    CONSTRAINT "label_format_own_has_a_template" CHECK ((template = 'own') = (template_id IS NOT NULL)),
    CONSTRAINT "label_format_within_the_page" CHECK (margin_left >= 0 AND margin_top >= 0 AND columns >= 1 AND rows >= 1 AND margin_left + (columns - 1) * pitch_x + label_width <= page_width + 10 AND margin_top + (rows - 1) * pitch_y + label_height <= page_height + 10),
    CONSTRAINT "label_format_none_over_another" CHECK ((columns = 1 OR pitch_x + 10 >= label_width) AND (rows = 1 OR pitch_y + 10 >= label_height))
);
