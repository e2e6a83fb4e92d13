"""What an actor asks all day in the same words: written once for them, and compiled once for the database.

Django takes longer to write a question with its rules and to compile it than the database takes to answer it. A kept
function says by its arguments all that its question depends on, besides the actor and the language: a day is one of
them. What is held is none, and neither is the moment, which stands in the question as `NOW`. What is asked of one row
after another has the number of the row as `given`, and is written for all of them. Only the words are kept, never the
rows that they find.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from copy import copy
from functools import lru_cache, partial, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import BigIntegerField, DateTimeField, Expression, QuerySet
from django.db.models.sql import Query
from django.utils import timezone

from udsyn.desk.kernel.permissions import Actor
from udsyn.desk.kernel.wording import language

ROWS, WORDS = 4096, 8192  #: answers that a process keeps: rows, of some 50 kB each, and what is shorter
LARGEST = 2**63 - 1  #: number that a database has for a row
#: while set, rules about what hangs on rows look at these kinds only
KINDS: ContextVar[frozenset[str] | None] = ContextVar("kinds", default=None)
P = ParamSpec("P")
R = TypeVar("R")


def kept(write: Callable[Concatenate[Actor, P], R], short: bool = False) -> Callable[Concatenate[Actor, P], R]:
    """A function of an actor and hashable arguments whose answer is rows, not asked for yet, or words for a question.
    One that answers rows may have the argument `given` besides, by its name: the number of a row to compare with.

    Who came by a link is answered anew: they are few, and each sees a row or two.
    """
    hold = words if short else rows

    @wraps(write)
    def asked(actor: Any, *about: Any, **given: Any) -> Any:
        if actor.__class__ is not Actor:
            return write(actor, *about, **given)
        found = hold(write, copy(actor), address_of(actor), language(), KINDS.get(), bool(given), *about)
        return found.again(**given) if isinstance(found, Rows) else found

    return asked  # type: ignore[return-value]


#: the same, of what is short: words, or rows that are mostly a part of another question
kept_short = partial(kept, short=True)


def written(
    write: Callable[..., Any], actor: Actor, _address: str, _language: str, _kinds: Any, one: bool, *about: Any
) -> Any:
    ask = partial(write, actor, *about)
    found = ask(given=GIVEN) if one else ask()
    return Rows(found, ask) if isinstance(found, QuerySet) else found


rows, words = lru_cache(maxsize=ROWS)(written), lru_cache(maxsize=WORDS)(written)


def forget() -> None:
    rows.cache_clear()
    words.cache_clear()


def address_of(actor: Actor) -> str:
    """An actor is the same one while their roles, person and organisations are, and the address they sign in with."""
    return getattr(actor.user, "email", "")


class Rows:
    """Rows as they were written, and the question about them as each database is asked."""

    def __init__(self, rows: QuerySet[Any], write: Callable[..., QuerySet[Any]]) -> None:
        self.rows, self.write = rows, write
        self.compiled: dict[str, tuple[Any, str | None, tuple[Any, ...]]] = {}

    def again(self, **given: int) -> QuerySet[Any]:
        """The same rows, to be read again."""
        rows = self.rows.all()
        rows._query = Kept(self, rows.query, given)  # type: ignore[attr-defined,unused-ignore]
        return rows

    def compiler(self, database: str, given: int | None = None) -> Any:
        """What reads the answer, made once and given the connection that it is asked over."""
        if database not in self.compiled:
            compiler = self.rows.query.clone().get_compiler(database)
            self.compiled[database] = (compiler, *compiled(compiler))
        made, sql, values = self.compiled[database]

        def as_sql(*_how: Any, **_more: Any) -> tuple[str, list[Any]]:
            if sql is None or not -LARGEST <= (given or 0) <= LARGEST:
                raise EmptyResultSet
            return sql, filled(values, database, given)

        compiler = copy(made)
        compiler.connection, compiler.as_sql = connections[database], as_sql
        return compiler


class Kept(Query):
    """A question that is asked in the words that were kept. Whatever is made of it is a question like any other."""

    kept: Rows
    given: dict[str, int]

    def __init__(self, kept: Rows, question: Query, given: dict[str, int]) -> None:
        self.__dict__ = question.__dict__ | {"kept": kept, "given": given}

    def clone(self) -> Query:
        if self.given:  # the words leave the row open
            written: Query = self.kept.write(**self.given).query.clone()
            return written
        made = super().clone()
        made.__class__ = Query
        del made.__dict__["kept"], made.__dict__["given"]
        return made

    def get_compiler(self, using: Any = None, connection: Any = None, elide_empty: bool = True) -> Any:
        if using is None or connection is not None or not elide_empty:  # as a part of another question
            return self.clone().get_compiler(using, connection, elide_empty)
        return self.kept.compiler(using, **self.given)


class Now(Expression):
    """The moment at which a question is asked, however long ago it was written."""

    output_field = DateTimeField()
    kept = ContextVar("kept", default=False)  #: while set, the moment is left open

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [NOW if self.kept.get() else moment(connection)]


class Given(Expression):
    """The number of a row that is said when it is asked."""

    output_field = BigIntegerField()

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [GIVEN]


NOW, GIVEN = Now(), Given()


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


def filled(values: Iterable[Any], database: str, given: int | None = None) -> list[Any]:
    """The values with which kept words are asked now."""
    now = moment(connections[database])
    return [now if value is NOW else given if value is GIVEN else value for value in values]
