"""Queries that are asked all day: written with the ORM, on PostgreSQL compiled to SQL once instead of each time.

Compiling takes the ORM longer than PostgreSQL takes to answer. What changes from call to call stands behind the lookup
`any`: `Ticket.objects.filter(code__any=codes)` is `code = ANY(…)`, one text of SQL for lists of every length.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models.lookups import In


@dataclass(frozen=True, slots=True)
class _Slot:
    """The place of a list that is given with each call."""

    name: str


@models.Field.register_lookup
class AnyOf(In):
    """`field__any=[…]`: IN, on PostgreSQL as one parameter."""

    lookup_name = "any"

    def get_prep_lookup(self) -> Any:
        return self.rhs if isinstance(self.rhs, _Slot) else super().get_prep_lookup()

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        left, parameters = self.process_lhs(compiler, connection)
        column: Any = self.lhs.output_field
        kind = (getattr(column, "target_field", None) or column).db_type(connection)
        values = self.rhs if isinstance(self.rhs, _Slot) else list(self.rhs)
        return f"{left} = ANY(%s::{_plain(kind)}[])", [*parameters, values]


@models.ForeignObject.register_lookup
class AnyOfRelated(AnyOf):
    """The same of a foreign key, by the number of what it points to."""

    def get_prep_lookup(self) -> Any:
        return self.rhs


def _plain(kind: str) -> str:
    """The type of a column without what only its making says: «bigint» of «bigserial», «varchar» of «varchar(8)»."""
    return {"serial": "integer", "bigserial": "bigint"}.get(kind, kind.split("(")[0])


class Compiled:
    """A query by lists of values: `build(**lists)` gives a queryset of `values_list`, its lists behind `any`."""

    def __init__(self, build: Callable[..., models.QuerySet[Any, Any]]) -> None:
        self._build = build
        self._sql: tuple[str, tuple[Any, ...], Any, Any] | None = None

    def __call__(self, **lists: Iterable[Any]) -> list[tuple[Any, ...]]:
        """The rows; without a query where a list is empty, for then nothing can be found."""
        given = {name: list(values) for name, values in lists.items()}
        if not all(given.values()):
            return []
        if connection.vendor != "postgresql":
            return list(self._build(**given))
        if self._sql is None:
            compiler = self._build(**{name: _Slot(name) for name in given}).query.get_compiler(connection=connection)
            sql, parameters = compiler.as_sql()
            converters = compiler.get_converters([column[0] for column in compiler.select])
            self._sql = sql, parameters, compiler, converters
        sql, parameters, compiler, converters = self._sql
        with connection.cursor() as cursor:
            cursor.execute(sql, [given[one.name] if isinstance(one, _Slot) else one for one in parameters])
            rows = cursor.fetchall()
        return [tuple(row) for row in compiler.apply_converters(rows, converters)] if converters else rows


def insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[int]:
    """Write rows given by attribute names (`session_id`), and give their numbers back in the same order: one statement on
    PostgreSQL, without making an object of each."""
    if not rows:
        return []
    if connection.vendor != "postgresql":
        made = model._default_manager.bulk_create(model(**dict(zip(columns, row, strict=True))) for row in rows)
        return [one.pk for one in made]
    sql, of_json = _insertion(model, tuple(columns))
    columns_of = [[row[place] for row in rows] for place in range(len(columns))]
    arrays = [_json(column) if is_json else column for column, is_json in zip(columns_of, of_json, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(sql, arrays)
        return [row[0] for row in cursor.fetchall()]


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@functools.cache
def _insertion(model: type[models.Model], columns: tuple[str, ...]) -> tuple[str, tuple[bool, ...]]:
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in columns]
    kinds = [_plain(getattr(field, "target_field", field).db_type(connection) or "") for field in fields]
    names = ", ".join(f'"{field.column}"' for field in fields)
    of_json = tuple(isinstance(field, models.JSONField) for field in fields)
    # JSON goes as one text: in an array each of its quotes would be quoted.
    lists = ", ".join(
        "jsonb_array_elements(%s::jsonb)" if is_json else f"unnest(%s::{kind}[])"
        for kind, is_json in zip(kinds, of_json, strict=True)
    )
    table, key = model._meta.db_table, model._meta.pk.column
    sql = f'INSERT INTO "{table}" ({names}) SELECT * FROM ROWS FROM ({lists}) RETURNING "{key}"'  # noqa: S608  # names of our own tables
    return sql, of_json
