"""The named SQL statements of the record."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def statement(name: str) -> str:
    """The text of a statement, one file of `record/sql` each."""
    return (files("udsyn.record") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
