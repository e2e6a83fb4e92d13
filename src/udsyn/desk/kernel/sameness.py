"""`iexact` in every alphabet: SQLite's own LIKE takes Å and å for two letters, and a name in capitals for another."""

from __future__ import annotations

from typing import Any

from django.db.backends.signals import connection_created
from django.db.models import Field
from django.db.models.lookups import IExact

FOLD = "udsyn_casefold"


class Same(IExact):
    """Equal but for the case of letters, Danish and all others, as PostgreSQL compares them."""

    lookup_name = "iexact"

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        left, given = self.process_lhs(compiler, connection)
        right, value = super(IExact, self).process_rhs(compiler, connection)  # IExact's own escapes signs for LIKE
        return f"{FOLD}({left}) = {FOLD}({right})", [*given, *value]


def teach(connection: Any, **_: Any) -> None:
    """Give a new connection to SQLite the function that the lookup asks for."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(FOLD, 1, fold, deterministic=True)


def fold(text: str | None) -> str | None:
    return None if text is None else str(text).casefold()


def register() -> None:
    """Once, at the start: for all fields of text, and all connections."""
    Field.register_lookup(Same)
    connection_created.connect(teach, dispatch_uid="udsyn.sameness")
