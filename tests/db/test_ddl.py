"""Tables become text that both engines read; what would differ between them is refused."""

from __future__ import annotations

from typing import Any

import pytest
from piccolo.columns import JSON, UUID, Array, BigInt, Boolean, Integer, Numeric, Text, Timestamp, Varchar
from piccolo.columns.base import Column
from piccolo.table import TABLE_REGISTRY, Table, create_table_class

from seal.db.constraints import Check, Index, Reference, Unique
from seal.db.ddl import constraint_name, create_table, in_order


def table(name: str, **members: Any) -> type[Table]:
    made = create_table_class(
        name, class_kwargs={"tablename": name.lower()}, class_members={"id": UUID(primary_key=True), **members}
    )
    TABLE_REGISTRY.remove(made)
    return made


def test_a_table_in_full() -> None:
    made = table(
        "Jar",
        association_id=UUID(null=False, default=None),
        box_id=UUID(null=True, default=None),
        units=BigInt(null=False, default=None),
        sealed=Boolean(null=False, default=False),
        code=Text(null=False, default=None, unique=True),
        lot=Text(null=False, default=None, index=True),
        same_association=Unique(["association_id", "id"]),
        some=Check("units > 0"),
        box=Reference(["association_id", "box_id"], "box"),
        open_ones=Index(["association_id", "lot"], unique=True, where="NOT sealed"),
    )
    assert create_table(made) == [
        'CREATE TABLE "jar" (\n'
        '    "id" UUID PRIMARY KEY NOT NULL,\n'
        '    "association_id" UUID NOT NULL,\n'
        '    "box_id" UUID,\n'
        '    "units" BIGINT NOT NULL,\n'
        '    "sealed" BOOLEAN NOT NULL,\n'
        '    "code" TEXT NOT NULL CONSTRAINT "jar_code_unique" UNIQUE,\n'
        '    "lot" TEXT NOT NULL,\n'
        '    CONSTRAINT "jar_same_association" UNIQUE ("association_id", "id"),\n'
        '    CONSTRAINT "jar_some" CHECK (units > 0),\n'
        '    CONSTRAINT "jar_box" FOREIGN KEY ("association_id", "box_id") REFERENCES "box" ("association_id", "id")\n'
        ")",
        'CREATE INDEX "jar_lot_index" ON "jar" ("lot")',
        'CREATE UNIQUE INDEX "jar_open_ones" ON "jar" ("association_id", "lot") WHERE NOT sealed',
    ]


@pytest.mark.parametrize(
    "column", [Timestamp(), Numeric(), JSON(), Array(Integer()), Varchar()], ids=lambda c: type(c).__name__
)
def test_a_column_that_differs_between_engines_is_refused(column: Column) -> None:
    with pytest.raises(TypeError, match="both engines"):
        create_table(table("Odd", odd=column))


def test_a_name_too_long_for_postgresql_is_refused() -> None:
    with pytest.raises(ValueError, match="63 bytes"):
        constraint_name(table("Jar"), "x" * 60)


def test_a_reference_needs_as_many_columns_as_its_target() -> None:
    with pytest.raises(ValueError, match="count them"):
        Reference(["box_id"], "box")


def test_parents_come_first() -> None:
    child = table("Child", parent=Reference(["a", "b"], "parent"), itself=Reference(["a", "c"], "child"))
    parent = table("Parent")
    assert in_order([child, parent]) == [parent, child]


def test_a_circle_is_refused() -> None:
    one, two = table("One", other=Reference(["a", "b"], "two")), table("Two", other=Reference(["a", "b"], "one"))
    with pytest.raises(ValueError, match="circle"):
        in_order([one, two])


def test_a_reference_to_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no such tables: \['box'\]"):
        in_order([table("Jar", box=Reference(["a", "b"], "box"))])
