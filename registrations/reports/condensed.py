"""Many rows of which few differ, fetched as few: each with the numbers of those that are alike, in one text.

The driver reads a row's columns one by one in Python; a text with a thousand numbers is one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Aggregate, CharField, Func, IntegerField, TextField, Value
from django.db.models.functions import Cast, Concat

SQL = tuple[str, tuple[str | int, ...]]


class Minute(Func):
    """Of a moment: the minute since 1970."""

    output_field = IntegerField()
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> SQL:
        return self.as_sql(compiler, connection, template="(strftime('%%%%s', %(expressions)s) / 60)", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> SQL:
        template = "floor(date_part('epoch', %(expressions)s) / 60)::bigint"  # extract() counts in slow decimals
        return self.as_sql(compiler, connection, template=template, **extra)


class _Joined(Aggregate):
    function = "GROUP_CONCAT"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> SQL:
        return self.as_sql(compiler, connection, template="string_agg((%(expressions)s)::text, ',')", **extra)


def alike(name: str) -> Aggregate:
    """The numbers of one column of a group's rows."""
    return _Joined(name)


def pairs_alike(first: str, second: str) -> Aggregate:
    """The numbers of two columns of a group's rows, by turns."""
    return _Joined(Concat(Cast(first, CharField()), Value(","), Cast(second, CharField())))


def numbers(text: str) -> Iterator[int]:
    return map(int, text.split(","))


def pairs(text: str) -> Iterator[tuple[int, int]]:
    found = numbers(text)
    return zip(found, found, strict=True)
