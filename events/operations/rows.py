"""Many rows in one statement, without an object for each."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from events.models.compiled import as_array, plain_type, prepared

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Encoded:
    """The value of a JSON field, of which the text is known already."""

    text: str


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table, by attribute names (`session_id`); with or without their numbers (`id`)."""

    model: type[models.Model]
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


def insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[int]:
    """Write rows given by attribute names, and give their numbers back in the same order: one statement on PostgreSQL."""
    if not rows:
        return []
    table = Rows(model, tuple(columns), rows)
    if connection.vendor != "postgresql":
        return _one_by_one(table)
    sql, kinds = _insertion(model, table.columns)
    key = model._meta.pk.column
    with prepared() as cursor:
        cursor.execute(f'{sql} RETURNING "{key}"', _literals(table, kinds))
        return [row[0] for row in cursor.fetchall()]


def numbers(wanted: Mapping[type[models.Model], int]) -> dict[type[models.Model], list[int]]:
    """Numbers for rows that are about to be written, so that rows of other tables can name them: one query. On SQLite call
    it in the transaction that writes them, which is the only one there."""
    if connection.vendor != "postgresql":
        return {model: _next(model, many) for model, many in wanted.items()}
    with prepared() as cursor:
        cursor.execute(f"SELECT {', '.join(map(_drawing, wanted))}", list(wanted.values()))
        row = cursor.fetchone()
    return dict(zip(wanted, row, strict=True))


def insert_all(tables: Iterable[Rows]) -> None:
    """Write rows of several tables, on PostgreSQL in one statement. Keys between them are checked when the transaction ends,
    so their order does not matter; a trigger or a default that reads another of them would not see it."""
    filled = [table for table in tables if table.rows]
    if connection.vendor != "postgresql":
        for table in filled:
            _one_by_one(table)
        return
    if not filled:
        return
    steps, values = [], []
    for place, table in enumerate(filled):
        sql, kinds = _insertion(table.model, table.columns)
        steps.append(f"t{place} AS ({sql})")
        values += _literals(table, kinds)
    with prepared() as cursor:
        cursor.execute(f"WITH {', '.join(steps)} SELECT 1", values)


def _one_by_one(table: Rows) -> list[int]:
    made = table.model._default_manager.bulk_create(
        table.model(**dict(zip(table.columns, map(_plain, row), strict=True))) for row in table.rows
    )
    return [one.pk for one in made]


def _plain(value: Any) -> Any:
    return json.loads(value.text) if isinstance(value, Encoded) else value


def _next(model: type[models.Model], many: int) -> list[int]:
    last = model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0
    return list(range(last + 1, last + 1 + many))


@functools.cache
def _drawing(model: type[models.Model]) -> str:
    """Numbers from a table's sequence, `%s` of them, as one array."""
    table, key = model._meta.db_table, model._meta.pk.column
    return f"ARRAY(SELECT nextval(pg_get_serial_sequence('\"{table}\"', '{key}')) FROM generate_series(1, %s))"  # noqa: S608  # names of our own tables


@functools.cache
def _insertion(model: type[models.Model], columns: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """INSERT … SELECT from one list a column, and the type of each."""
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in columns]
    kinds = tuple(plain_type(getattr(field, "target_field", field).db_type(connection) or "") for field in fields)
    names = ", ".join(f'"{field.column}"' for field in fields)
    # JSON goes as one text: in an array each of its quotes would be quoted.
    lists = ", ".join(
        "jsonb_array_elements(%s::jsonb)" if kind == "jsonb" else f"unnest(%s::{kind}[])" for kind in kinds
    )
    return f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT * FROM ROWS FROM ({lists})', kinds  # noqa: S608  # names of our own tables


def _literals(table: Rows, kinds: Sequence[str]) -> list[str]:
    return [_literal(kind, column) for kind, column in zip(kinds, zip(*table.rows, strict=True), strict=True)]


def _literal(kind: str, values: Sequence[Any]) -> str:
    if kind == "jsonb":
        return f"[{','.join([one.text if isinstance(one, Encoded) else _encode(one) for one in values])}]"
    return as_array(values)
