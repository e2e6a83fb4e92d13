"""Which of several sets hold a row: one question for all of them.

Most of what may wait for somebody does not. To read it all, a set at a time, takes longer than to show what is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def hold(sets: Sequence[QuerySet[Any]]) -> list[bool]:
    """Whether each set holds a row, in their order. A set that no row can be in is not asked."""
    asked: dict[int, str] = {}
    values: list[Any] = []
    for number, rows in enumerate(sets):
        with suppress(EmptyResultSet):
            sql, own = rows.query.exists().get_compiler(connection=connection).as_sql()
            asked[number] = f"EXISTS({sql})"
            values += own
    if not asked:
        return [False] * len(sets)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(asked.values())}", values)
        there = dict(zip(asked, cursor.fetchone(), strict=True))
    return [bool(there.get(number)) for number in range(len(sets))]
