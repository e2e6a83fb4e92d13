"""Which works count: one table of named conditions, stored with the record and hashed into every result.

A condition on a column that a source lacks altogether is not applied to that source's works, and `not_applied` says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from udsyn.errors import UsageError

#: What a record's manifest says of its sources, by name: `lacks` (columns that one does not have), `snapshot`, ...
Sources = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Scope:
    """What counts. None means: no condition. The default is article and review, with a primary topic, clean."""

    types: tuple[str, ...] | None = ("article", "review")
    years: tuple[int, int] | None = None
    languages: tuple[str, ...] | None = None
    retracted: bool = False
    paratext: bool = False
    xpac: bool = False
    without_topic: bool = False
    without_affiliation: bool = True

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> Scope:
        """The scope as stored with a record; the default where none is."""
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in (stored or {}).items()}
        unknown = values.keys() - asdict(cls()).keys()
        if unknown:
            raise UsageError(f"the record's scope has unknown settings ({', '.join(sorted(unknown))}).")
        return cls(**values)

    @property
    def hash(self) -> str:
        """Twelve letters that stand for this scope in every result."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Condition:
    """One named condition: the column that it reads, what it keeps in words, and the SQL made from a scope."""

    name: str
    column: str
    label: str
    sql: Callable[[Scope], str | None]


def any_of(values: Iterable[str]) -> str:
    return "(" + ", ".join("'" + v.replace("'", "''") + "'" for v in values) + ")"


#: No work is older than the first printed books, and none younger than the source that knows of it.
OLDEST, YOUNGEST = 1450, 2100

#: In this order, `record funnel` drops works.
CONDITIONS: tuple[Condition, ...] = (
    Condition(
        "possible",
        "year",
        "of no year that cannot be",
        lambda s: f"year IS NULL OR year BETWEEN {OLDEST} AND $last",
    ),
    Condition("types", "type", "of a type that counts", lambda s: f"type IN {any_of(s.types)}" if s.types else None),
    Condition(
        "years",
        "year",
        "of a year that counts",
        lambda s: f"year BETWEEN {s.years[0]} AND {s.years[1]}" if s.years else None,
    ),
    Condition(
        "languages",
        "language",
        "in a language that counts",
        lambda s: f"language IN {any_of(s.languages)}" if s.languages else None,
    ),
    Condition(
        "retracted", "is_retracted", "not retracted", lambda s: None if s.retracted else "is_retracted IS NOT TRUE"
    ),
    Condition("paratext", "is_paratext", "not paratext", lambda s: None if s.paratext else "is_paratext IS NOT TRUE"),
    Condition("xpac", "is_xpac", "not of the expansion pack", lambda s: None if s.xpac else "is_xpac IS NOT TRUE"),
    Condition("topic", "topic", "with a primary topic", lambda s: None if s.without_topic else "topic IS NOT NULL"),
    Condition(
        "affiliation", "countries", "with a known country", lambda s: None if s.without_affiliation else "countries > 0"
    ),
)


def clauses(scope: Scope, sources: Sources) -> dict[str, str]:
    """Condition name → SQL over the works table; `sources` as the record's manifest describes them."""
    found = {}
    for condition in CONDITIONS:
        sql = condition.sql(scope)
        if sql:
            sql = sql.replace("$last", last_year(sources))
            without = sorted(source for source, about in sources.items() if condition.column in about.get("lacks", ()))
            found[condition.name] = f"(source IN {any_of(without)} OR {sql})" if without else f"({sql})"
    return found


def last_year(sources: Sources) -> str:
    """SQL of the last year that a work of its source can have: that of the source's snapshot."""
    dated = {name: str(about["snapshot"])[:4] for name, about in sources.items() if about.get("snapshot")}
    cases = " ".join(f"WHEN {any_of([name])[1:-1]} THEN {year}" for name, year in sorted(dated.items()))
    return f"CASE source {cases} ELSE {YOUNGEST} END" if cases else str(YOUNGEST)


def not_applied(scope: Scope, sources: Sources) -> dict[str, list[str]]:
    """Source → names of the conditions that could not be applied to it."""
    active = [condition for condition in CONDITIONS if condition.sql(scope)]
    found = {name: [c.name for c in active if c.column in about.get("lacks", ())] for name, about in sources.items()}
    return {source: names for source, names in found.items() if names}


def where(scope: Scope, sources: Sources) -> str:
    """All conditions as one SQL expression."""
    return " AND ".join(clauses(scope, sources).values()) or "true"


def in_words(scope: Scope) -> str:
    """The conditions in force, as one phrase."""
    return ", ".join(condition.label for condition in CONDITIONS if condition.sql(scope)) or "every work counts"


def as_json(scope: Scope) -> dict[str, Any]:
    """The scope as it is stored."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(scope).items()}
