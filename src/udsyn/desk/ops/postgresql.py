"""How PostgreSQL is asked: a long question is planned once a connection, a short one for its values each time.

A question with a condition for each kind of row takes PostgreSQL longer to plan than to answer, up to 25 ms, for the
same text on every page. A plan that is kept knows no values; where a question is short and its table long, they matter
more than the planning (docs/dev/decisions/postgresql.md).
"""

from __future__ import annotations

from typing import Any, Self

from psycopg import ClientCursor, Cursor

LONG = 2000  #: characters of a question that is planned once
MOST = 1000  #: values of one; where there are more it names rows, and is another text each time
KEPT = 200  #: plans of a connection, some 0.8 MB each; the one that was not asked for the longest goes first

SETTINGS = {
    "jit": "off",  # a question with a condition for each kind is compiled for seconds, to be answered in milliseconds
    "plan_cache_mode": "force_generic_plan",  # a kept plan is used from the second time, not from the seventh
    "max_parallel_workers_per_gather": "0",  # pages are many and short: the other processor is the next reader's
    "random_page_cost": "1.1",  # a desk is in memory, or on a disk that need not move a head
}
OPTIONS = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())


class Asking(Cursor[Any]):
    """As Django's own cursor it writes values into the text of a question; into that of a long one it does not."""

    def execute(self, query: Any, params: Any = None, **_how: Any) -> Self:
        if params is not None and lasting(query, params):
            self.connection.prepared_max = KEPT
            return super().execute(query, params, prepare=True)
        if params is not None:
            query = ClientCursor(self.connection).mogrify(query, params)
        return super().execute(query, prepare=False)


def lasting(query: Any, params: Any) -> bool:
    """Whether it takes long to plan, and may be asked again in the same words."""
    text = query if isinstance(query, str) else ""
    return len(text) > LONG and len(params) < MOST and text.lstrip("(").startswith("SELECT")
