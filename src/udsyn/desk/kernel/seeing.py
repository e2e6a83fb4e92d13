"""What an actor sees, written for the database once: rows of a model, and the row of any kind that two columns name.

A rule's set depends on the actor alone, neither on the time nor on what is held (a test holds that), and is kept.
Of two columns it is one expression: each kind has its own rule, so that this is a condition for each of some eighty
kinds. Django takes as long to write them as ten pages take to be answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import BigIntegerField, BooleanField, Exists, F, Func, QuerySet

from udsyn.desk.kernel.keeping import KINDS, kept_short
from udsyn.desk.kernel.permissions import Actor

EACH = " OFFSET 0"  #: an inner question that ends with it is asked of each row
LINK = "<link>"  #: where the column that names a row stands in a kept condition
Condition = tuple[str, str, tuple[Any, ...]]  #: SQL before and after that column, and its values


def rows(model: Any, actor: Actor, action: str) -> QuerySet[Any]:
    """All rows of a model with which the actor may do this."""
    return seen(actor, model, action, model.rules.get(action))


@kept_short
def seen(actor: Actor, model: Any, action: str, _rule: Any) -> QuerySet[Any]:
    found: QuerySet[Any] = model._default_manager.get_queryset().visible_to(actor, action)
    return found


class Each(Exists):
    """Asked of each row that the rest of the question leaves. Where it leaves few, PostgreSQL would often sooner begin
    with all rows that are asked for here; an offset, be it none, keeps it from that."""

    template = f"EXISTS(%(subquery)s{EACH})"


class Seen(Func):
    """The actor sees the row that the columns `kind` and `link` name. Asked row by row, in the order that a page wants:
    it wants few, and the table may be long. PostgreSQL may first find all rows of a kind that the actor sees; not where
    the kinds are known because the rows are: they are few."""

    output_field = BooleanField()

    def __init__(self, kind: str, link: str, models: Mapping[str, Any], actor: Actor) -> None:
        super().__init__(F(kind), F(link))
        self.models, self.actor = models, actor
        self.each = EACH if KINDS.get() is not None else ""

    def as_sql(self, compiler: Any, connection: Any, *_how: Any, **_more: Any) -> Any:
        (kind, held), (link, named) = (compiler.compile(one) for one in self.source_expressions)
        cases, values = [], [*held]
        for name, model in self.models.items():
            if (found := condition(self.actor, model, model.rules["view"], connection.alias)) is not None:
                before, after, own = found
                cases.append(f"WHEN %s THEN EXISTS({before}{link}{after}{self.each})")
                values += [name, *own, *named]  # a link is a column and has no values
        return (f"CASE {kind} {' '.join(cases)} ELSE 1=0 END", values) if cases else ("1=0", [])


@kept_short
def condition(actor: Actor, model: Any, _rule: Any, database: str) -> Condition | None:
    """The actor sees the row of this model with the number at `LINK`; None where they see none whatever. Aliases are
    told from those of the query around it by the model's name."""
    connection, asked = connections[database], KINDS.set(None)
    there = Func(template=LINK, output_field=BigIntegerField())
    try:
        query = rows(model, actor, "view").filter(pk=there).query.exists()
        query.change_aliases({alias: f"{model._meta.model_name}_{n}" for n, alias in enumerate(query.alias_map)})
        sql, values = query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return None
    finally:
        KINDS.reset(asked)
    before, after = sql.split(LINK)
    return before, after, tuple(values)
