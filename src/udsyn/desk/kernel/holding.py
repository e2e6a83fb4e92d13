"""Which of several sets hold a row: one question for all of them.

Most of what may wait for somebody does not. To read it all, a set at a time, takes longer than to show what is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


@dataclass(frozen=True)
class Question:
    """Whether a set holds a row, as the database is asked."""

    sql: str
    values: tuple[Any, ...]


def question(rows: QuerySet[Any]) -> Question | None:
    """None of a set that no row can be in: it is not asked."""
    with suppress(EmptyResultSet):
        sql, values = rows.query.exists().get_compiler(connection=connection).as_sql()
        return Question(f"EXISTS({sql})", tuple(values))
    return None


def hold(sets: Sequence[QuerySet[Any]]) -> list[bool]:
    """Whether each set holds a row, in their order."""
    return answers([question(rows) for rows in sets])


def answers(questions: Sequence[Question | None]) -> list[bool]:
    """The answer to each, in their order."""
    asked = [one for one in questions if one is not None]
    if not asked:
        return [False] * len(questions)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(one.sql for one in asked)}", [v for one in asked for v in one.values])
        there = iter(cursor.fetchone())
    return [one is not None and bool(next(there)) for one in questions]
