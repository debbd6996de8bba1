"""What tables.py may declare beside columns: composite keys, checks, references and indexes.

The text of each clause is the same on SQLite and PostgreSQL. In the database a constraint is called
``<table>_<attribute>``; :func:`seal.db.violations.violated` gives that name back on both engines.

    class Site(Table):
        ...
        same_association = Unique(["association_id", "id"])
        producer = Reference(["association_id", "producer_id"], "producer")
        named = Check("length(name) > 0")
        by_commune = Index(["association_id", "commune"])
"""

from __future__ import annotations

from collections.abc import Sequence

from piccolo.constraints import Constraint


def quoted(columns: Sequence[str]) -> str:
    """``"a", "b"``"""
    return ", ".join(f'"{column}"' for column in columns)


class Unique(Constraint):
    """No two rows hold the same values in ``columns``; a row with a null among them never counts."""

    def __init__(self, columns: Sequence[str], name: str | None = None) -> None:
        self.columns = list(columns)
        super().__init__(name=name, columns=self.columns)

    @property
    def ddl(self) -> str:
        return f"UNIQUE ({quoted(self.columns)})"

    def serialise_self(self) -> None:
        """Piccolo's hook: the parameters are plain text already."""

    def _table_str(self) -> str:
        return f"{self._meta.name} = Unique({self.columns!r})"


class Check(Constraint):
    """Every row meets ``condition``: SQL that both engines read alike."""

    def __init__(self, condition: str, name: str | None = None) -> None:
        self.condition = condition
        super().__init__(name=name, condition=condition)

    @property
    def ddl(self) -> str:
        return f"CHECK ({self.condition})"

    def serialise_self(self) -> None:
        """Piccolo's hook: the parameters are plain text already."""

    def _table_str(self) -> str:
        return f"{self._meta.name} = Check({self.condition!r})"


class Reference(Constraint):
    """``columns`` name a row of ``table``; a row that is referred to cannot be deleted.

    The target is ``(association_id, id)`` unless ``target`` says otherwise, so that a reference cannot
    cross associations. With a null among ``columns`` nothing is checked.
    """

    def __init__(
        self,
        columns: Sequence[str],
        table: str,
        target: Sequence[str] = ("association_id", "id"),
        name: str | None = None,
    ) -> None:
        if len(columns) != len(target):
            raise ValueError(f"{list(columns)} cannot refer to {list(target)}: count them")
        self.columns = list(columns)
        self.table = table
        self.target = list(target)
        super().__init__(name=name, columns=self.columns, table=table, target=self.target)

    @property
    def ddl(self) -> str:
        return f'FOREIGN KEY ({quoted(self.columns)}) REFERENCES "{self.table}" ({quoted(self.target)})'

    def serialise_self(self) -> None:
        """Piccolo's hook: the parameters are plain text already."""

    def _table_str(self) -> str:
        return f"{self._meta.name} = Reference({self.columns!r}, {self.table!r}, {self.target!r})"


class Index(Constraint):
    """An index over ``columns``; ``where`` makes it partial; ``unique`` a rule for the rows that it covers.

    Written after the table, not inside it. On SQLite a breach of a partial unique index is reported
    by columns, like any other uniqueness.
    """

    def __init__(
        self, columns: Sequence[str], *, unique: bool = False, where: str | None = None, name: str | None = None
    ) -> None:
        self.columns = list(columns)
        self.unique = unique
        self.where = where
        super().__init__(name=name, columns=self.columns, unique=unique, where=where)

    @property
    def ddl(self) -> str:
        """What follows ``ON "table"``."""
        return f"({quoted(self.columns)})" + (f" WHERE {self.where}" if self.where else "")

    def serialise_self(self) -> None:
        """Piccolo's hook: the parameters are plain text already."""

    def _table_str(self) -> str:
        return f"{self._meta.name} = Index({self.columns!r}, unique={self.unique}, where={self.where!r})"
