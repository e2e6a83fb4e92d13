"""The works that a question is about: in scope, in a period, in a part of the classification.

`choose` opens the record and leaves a table `chosen` (work, year, topic, ..., ncs) for a module's statements. ncs is a
work's normalised citation score: citations over the mean of its reference set (subfield × year × type, all works in
scope), 1 where that mean is 0 (as CWTS does), null where the record holds no citations.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import duckdb
import polars as pl

from udsyn.errors import NotHeld, UsageError
from udsyn.evidence.question import LATEST, Question
from udsyn.evidence.result import Provenance
from udsyn.record import extent
from udsyn.record.care import unlisted
from udsyn.record.engine import Place, Record
from udsyn.record.scope import not_applied
from udsyn.record.slice import Slice, demand_whole
from udsyn.record.tables import WORKS

#: levels at which works can be chosen
UNITS = ("field", "subfield", "topic")

CHOSEN = """
CREATE TEMP TABLE chosen AS
WITH counted AS (
    SELECT *, avg(cited_by) OVER (PARTITION BY subfield, year, type) AS expected
    FROM works_in_scope WHERE year IS NOT NULL
)
SELECT
    work,
    year,
    topic,
    subfield,
    field,
    authors,
    CASE WHEN expected = 0 THEN 1.0 ELSE cited_by / expected END AS ncs
FROM counted
WHERE (year BETWEEN $first AND $last)
  AND ($field IS NULL OR field = $field)
  AND ($subfield IS NULL OR subfield = $subfield)
  AND ($topic IS NULL OR topic = $topic)
"""

#: People who are never named.
UNNAMED = "CREATE TEMP TABLE unnamed AS SELECT unnest($authors::BIGINT[]) AS author"

FACTS = """
SELECT
    max(year) AS last_year,
    max(works.updated) AS snapshot,
    avg(CAST(works.countries > 0 AS DOUBLE)) AS coverage
FROM chosen JOIN works USING (work, year)
"""


def parameters_of(asked: Question) -> dict[str, int | None]:
    """The parameters of CHOSEN: years, and the unit at its level."""
    first, last = asked.years or (-LATEST, LATEST)
    if asked.unit is not None and asked.unit.level == "domain":
        raise UsageError("a domain is too wide for this: name a field, a subfield or a topic.")
    units = {level: asked.unit.number if asked.unit and asked.unit.level == level else None for level in UNITS}
    return {"first": first, "last": last, **units}


@dataclass(frozen=True)
class Chosen:
    """A connection that holds the chosen works, and where they come from."""

    connection: duckdb.DuckDBPyConnection
    source: str
    scope: str
    snapshot: str | None
    coverage: float | None
    last_complete_year: int
    not_applied: tuple[str, ...]
    slice: Slice | None = None
    sources: extent.Sources = field(default_factory=dict)  #: what the manifest says of the sources

    def frame(self, statement: str, **parameters: object) -> pl.DataFrame:
        """The answer of a statement as a Polars frame."""
        frame = pl.from_arrow(self.connection.sql(statement, params=parameters or None).to_arrow_table())
        assert isinstance(frame, pl.DataFrame)
        return frame

    def provenance(self, definition: str, counting: str) -> Provenance:
        return Provenance(
            definition,
            counting,
            self.source,
            self.snapshot,
            self.scope,
            self.coverage,
            extent=extent.of_source(self.sources, self.source),
            source_works=extent.works_of(self.sources, self.source),
        )

    @property
    def notes(self) -> tuple[str, ...]:
        notes = [*extent.said(self.sources, self.source)]
        if self.not_applied:
            notes.append(f"Not applied, because the source does not say it: {', '.join(self.not_applied)}.")
        if self.slice:
            notes.append(f"People and institutions are those of works that touch the slice: {self.slice}.")
        return tuple(notes)


@contextmanager
def choose(place: Place, asked: Question, of_slice: bool = False) -> Iterator[Chosen]:
    """Open the record with the chosen works. Raises UdsynError where the record holds no works.

    A home-country slice lacks the institutions and authors of works elsewhere: it raises UsageError unless `of_slice`
    says that the question can do without them, and then the notes say so.
    """
    record = Record.open(place)
    if not of_slice:
        demand_whole(record.slice, "hot-spots and sites in the world")
    if not record.holds(WORKS):
        raise NotHeld("this record holds no works, only panels. Ingest works with `udsyn ingest openalex SRC`.")
    parameters = parameters_of(asked)
    with record.connect() as connection:
        connection.execute(CHOSEN, parameters)
        connection.execute(UNNAMED, {"authors": sorted(unlisted(record))})
        last_year, snapshot, coverage = connection.execute(FACTS).fetchall()[0]
        if last_year is None:
            raise NotHeld(
                "no works answer this choice of field, topic and years; see what `udsyn record status` shows."
            )
        complete = min(last_year, snapshot.year - 1) if snapshot else last_year
        yield Chosen(
            connection,
            source_name(connection),
            record.stamp,
            snapshot.isoformat() if snapshot else None,
            coverage,
            complete,
            tuple(sorted({name for names in not_applied(record.scope, record.sources()).values() for name in names})),
            record.slice,
            record.manifest()["sources"],
        )


def source_name(connection: duckdb.DuckDBPyConnection) -> str:
    """The sources the works were read from."""
    names = connection.execute("SELECT DISTINCT coalesce(source, 'openalex') FROM works ORDER BY 1").fetchall()
    return "+".join(name for (name,) in names)
