"""Which of several sets hold a row, and how many: one question for all of them.

Most of what may wait for somebody does not. To read it all, a set at a time, takes longer than to show what is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from udsyn.desk.kernel import keeping


@dataclass(frozen=True)
class Question:
    """Whether a set holds a row, or how many, as the database is asked."""

    sql: str
    values: tuple[Any, ...]


def question(rows: QuerySet[Any]) -> Question | None:
    """Whether there is a row. None of a set that no row can be in: it is not asked."""
    return asking("EXISTS({})", rows.query.exists())


def number(rows: QuerySet[Any]) -> Question | None:
    """How many rows there are; None of a set that no row can be in."""
    return asking("(SELECT COUNT(*) FROM ({}) counted)", rows.order_by().values("pk").query)


def asking(words: str, query: Any) -> Question | None:
    sql, values = keeping.compiled(query.get_compiler(connection=connection))
    return None if sql is None else Question(words.format(sql), values)


def hold(sets: Sequence[QuerySet[Any]]) -> list[bool]:
    """Whether each set holds a row, in their order."""
    return [bool(there) for there in answers([question(rows) for rows in sets])]


def answers(questions: Sequence[Question | None]) -> list[int]:
    """The answer to each, in their order."""
    asked = [one for one in questions if one is not None]
    if not asked:
        return [0] * len(questions)
    values = keeping.filled((v for one in asked for v in one.values), connection.alias)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(one.sql for one in asked)}", values)
        there = iter(cursor.fetchone())
    return [0 if one is None else int(next(there)) for one in questions]
