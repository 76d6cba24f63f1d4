"""Queries that are asked all day: written with the ORM, on PostgreSQL compiled to SQL once instead of each time.

Compiling takes the ORM longer than PostgreSQL takes to answer. What changes from call to call stands behind the lookup
`any`: `Ticket.objects.filter(code__any=codes)` is `code = ANY(…)`, one text of SQL for lists of every length.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
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
        values = self.rhs if isinstance(self.rhs, _Slot) else as_array(self.rhs)
        return f"{left} = ANY(%s::{plain_type(kind)}[])", [*parameters, values]


@models.ForeignObject.register_lookup
class AnyOfRelated(AnyOf):
    """The same of a foreign key, by the number of what it points to."""

    def get_prep_lookup(self) -> Any:
        return self.rhs


def plain_type(kind: str) -> str:
    """The type of a column without what only its making says: «bigint» of «bigserial», «varchar» of «varchar(8)»."""
    return {"serial": "integer", "bigserial": "bigint"}.get(kind, kind.split("(")[0])


def as_array(values: Iterable[Any]) -> str:
    """A list as PostgreSQL reads it. psycopg would look at each value for its type and for what must be quoted, which takes
    longer than PostgreSQL takes with them."""
    return f"{{{','.join(['NULL' if one is None else _item(one) for one in values])}}}"


def _item(value: Any) -> str:
    if isinstance(value, str):
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}"'
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    return str(value)


def prepared() -> AbstractContextManager[Any]:
    """A cursor of PostgreSQL that sends values apart from the statement, which is then planned once in a connection and
    not each time. Django's own puts them into the text. Each connection, which threads take from a pool, keeps its own."""
    connection.ensure_connection()
    raw: Any = connection.connection
    cursor = getattr(raw, "kepu_cursor", None)
    if cursor is None:
        from django.db.backends.postgresql import base

        make: Any = base.ServerBindingCursor  # a psycopg cursor: the stubs hide it
        cursor = raw.kepu_cursor = make(raw)
        # One plan for every length of list: these queries look rows up by an index however many they are asked for, and
        # planning takes longer than that.
        cursor.execute("SET plan_cache_mode = force_generic_plan")
    # As connection.cursor() does: on record where queries are, with the errors Django has.
    return nullcontext(connection._prepare_cursor(cursor))  # type: ignore[attr-defined]


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
        with prepared() as cursor:
            arrays = {name: as_array(values) for name, values in given.items()}
            cursor.execute(sql, [arrays[one.name] if isinstance(one, _Slot) else one for one in parameters])
            rows = cursor.fetchall()
        return [tuple(row) for row in compiler.apply_converters(rows, converters)] if converters else rows
