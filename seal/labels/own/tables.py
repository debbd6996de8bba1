"""Formats and templates of an association's own, and where each person's printer needs its paper moved."""

from __future__ import annotations

from piccolo.columns import UUID, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table

from seal.db.constraints import Check, Reference, Unique


class LabelTemplate(Table, tablename="label_template"):
    """One version of a template; a row never changes, so that what was printed can be told. Lengths in micrometres.

    ``art`` is the cleaned drawing or picture that ``{{art}}`` shows, ``art_type`` its media type.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    name = Text(null=False, default=None)
    version = Integer(null=False, default=None)
    shape = Text(null=False, default=None)
    label_width = Integer(null=False, default=None)
    label_height = Integer(null=False, default=None)
    space = Integer(null=False, default=None)
    html = Text(null=False, default=None)
    css = Text(null=False, default=None)
    art = Bytea(null=True, default=None)
    art_type = Text(null=True, default=None)
    recorded_by = UUID(null=True, default=None)
    recorded_at = Timestamptz(null=False, default=None)

    same_association = Unique(["association_id", "id"])
    association = Reference(["association_id"], "association", ["id"])
    once = Unique(["association_id", "name", "version"])
    counted = Check("version >= 1")
    known_shape = Check("shape IN ('rect', 'round', 'tag')")
    has_size = Check("label_width > 0 AND label_height > 0 AND space > 0")
    art_has_a_kind = Check("(art IS NULL) = (art_type IS NULL)")


class LabelFormat(Table, tablename="label_format"):
    """One kind of paper; a row never changes but for ``retired_at``. Lengths in micrometres.

    ``template`` names the built-in face, or is ``own`` where ``template_id`` names one.
    """

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    name = Text(null=False, default=None)
    medium = Text(null=False, default=None)
    page_width = Integer(null=False, default=None)
    page_height = Integer(null=False, default=None)
    label_width = Integer(null=False, default=None)
    label_height = Integer(null=False, default=None)
    columns = Integer(null=False, default=None)
    rows = Integer(null=False, default=None)
    pitch_x = Integer(null=False, default=None)
    pitch_y = Integer(null=False, default=None)
    margin_left = Integer(null=False, default=None)
    margin_top = Integer(null=False, default=None)
    shape = Text(null=False, default=None)
    space = Integer(null=False, default=None)
    template = Text(null=False, default=None)
    template_id = UUID(null=True, default=None)
    recorded_by = UUID(null=True, default=None)
    recorded_at = Timestamptz(null=False, default=None)
    retired_at = Timestamptz(null=True, default=None)

    same_association = Unique(["association_id", "id"])
    association = Reference(["association_id"], "association", ["id"])
    of_template = Reference(["association_id", "template_id"], "label_template")
    known_medium = Check("medium IN ('sheet', 'roll')")
    known_shape = Check("shape IN ('rect', 'round', 'tag')")
    own_has_a_template = Check("(template = 'own') = (template_id IS NOT NULL)")
    within_the_page = Check(
        "margin_left >= 0 AND margin_top >= 0 AND columns >= 1 AND rows >= 1"
        " AND margin_left + (columns - 1) * pitch_x + label_width <= page_width + 10"
        " AND margin_top + (rows - 1) * pitch_y + label_height <= page_height + 10"
    )
    none_over_another = Check(
        "(columns = 1 OR pitch_x + 10 >= label_width) AND (rows = 1 OR pitch_y + 10 >= label_height)"
    )


class LabelSetting(Table, tablename="label_setting"):
    """How a person last printed on a format: tenths of a millimetre to the right and down."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    person_id = UUID(null=False, default=None)
    format = Text(null=False, default=None)
    right_tenths = Integer(null=False, default=None)
    down_tenths = Integer(null=False, default=None)

    association = Reference(["association_id"], "association", ["id"])
    one_each = Unique(["association_id", "person_id", "format"])
    small = Check("right_tenths >= -50 AND right_tenths <= 50 AND down_tenths >= -50 AND down_tenths <= 50")
