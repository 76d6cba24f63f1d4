"""Many rows of one table in one statement, without an object for each."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from typing import Any

from django.db import connection, models

from events.models.compiled import plain_type, prepared


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
    with prepared() as cursor:
        cursor.execute(sql, arrays)
        return [row[0] for row in cursor.fetchall()]


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@functools.cache
def _insertion(model: type[models.Model], columns: tuple[str, ...]) -> tuple[str, tuple[bool, ...]]:
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in columns]
    kinds = [plain_type(getattr(field, "target_field", field).db_type(connection) or "") for field in fields]
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
