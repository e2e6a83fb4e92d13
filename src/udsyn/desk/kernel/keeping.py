"""What an actor asks all day in the same words: written once for them, and compiled once for the database.

Django takes longer to write a question with its rules and to compile it than the database takes to answer it. A kept
function says by its arguments all that its question depends on, besides the actor and the language: a day is one of
them. What is held is none, and neither is the moment, which stands in the question as `NOW`. Only the words are kept,
never the rows that they find.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from copy import copy
from functools import lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import DateTimeField, Expression, QuerySet
from django.db.models.sql import Query
from django.utils import timezone

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.wording import language

MOST = 4096  #: answers of each kept function
#: while set, rules about what hangs on rows look at these kinds only
KINDS: ContextVar[frozenset[str] | None] = ContextVar("kinds", default=None)
P = ParamSpec("P")
R = TypeVar("R")


def kept(write: Callable[Concatenate[Actor, P], R]) -> Callable[Concatenate[Actor, P], R]:
    """A function of an actor and hashable arguments whose answer is rows, not asked for yet, or words for a question.

    Who came by a link is answered anew: they are few, and each sees a row or two.
    """

    @lru_cache(maxsize=MOST)
    def written(actor: Any, _address: str, _language: str, _kinds: Any, *about: Any) -> Any:
        found = write(actor, *about)  # type: ignore[call-arg]
        return Rows(found) if isinstance(found, QuerySet) else found

    @wraps(write)
    def asked(actor: Any, *about: Any) -> Any:
        if actor.__class__ is not Actor:
            return write(actor, *about)  # type: ignore[call-arg]
        found = written(copy(actor), address_of(actor), language(), KINDS.get(), *about)
        return found.again() if isinstance(found, Rows) else found

    asked.forget = written.cache_clear  # type: ignore[attr-defined,unused-ignore]
    return asked  # type: ignore[return-value]


def address_of(actor: Actor) -> str:
    """An actor is the same one while their roles, person and organisations are, and the address they sign in with."""
    return getattr(actor.user, "email", "")


class Rows:
    """Rows as they were written, and the question about them as each database is asked."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        self.rows = rows
        self.compiled: dict[str, tuple[Any, str | None, tuple[Any, ...]]] = {}

    def again(self) -> QuerySet[Any]:
        """The same rows, to be read again."""
        rows = self.rows.all()
        rows._query = Kept(self, rows.query)  # type: ignore[attr-defined,unused-ignore]
        return rows

    def compiler(self, database: str) -> Any:
        """What reads the answer, made once and given the connection that it is asked over."""
        if database not in self.compiled:
            compiler = self.rows.query.clone().get_compiler(database)
            self.compiled[database] = (compiler, *compiled(compiler))
        made, sql, values = self.compiled[database]

        def as_sql(*_how: Any, **_more: Any) -> tuple[str, tuple[Any, ...]]:
            if sql is None:
                raise EmptyResultSet
            return sql, tuple(of_now(values, database))

        compiler = copy(made)
        compiler.connection, compiler.as_sql = connections[database], as_sql
        return compiler


class Kept(Query):
    """A question that is asked in the words that were kept. Whatever is made of it is a question like any other."""

    kept: Rows

    def __init__(self, kept: Rows, question: Query) -> None:
        self.__dict__ = question.__dict__ | {"kept": kept}

    def clone(self) -> Query:
        made = super().clone()
        made.__class__ = Query
        del made.__dict__["kept"]
        return made

    def get_compiler(self, using: Any = None, connection: Any = None, elide_empty: bool = True) -> Any:
        if using is None or connection is not None or not elide_empty:  # as a part of another question
            return self.clone().get_compiler(using, connection, elide_empty)
        return self.kept.compiler(using)


class Now(Expression):
    """The moment at which a question is asked, however long ago it was written."""

    output_field = DateTimeField()
    kept = ContextVar("kept", default=False)  #: while set, the moment is left open

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [NOW if self.kept.get() else moment(connection)]


NOW = Now()


def moment(connection: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(timezone.now())


def compiled(compiler: Any) -> tuple[str | None, tuple[Any, ...]]:
    """A question in words and its values, the moment left open; no words where no row can answer it."""
    token = Now.kept.set(True)
    try:
        sql, values = compiler.as_sql()
        return sql, tuple(values)
    except EmptyResultSet:
        return None, ()
    finally:
        Now.kept.reset(token)


def of_now(values: Iterable[Any], database: str) -> list[Any]:
    """The values with which kept words are asked at this moment."""
    return [moment(connections[database]) if value is NOW else value for value in values]
