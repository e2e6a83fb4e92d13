"""The works that a question is about: in scope, in a period, in a part of the classification.

`choose` opens the record and leaves a table `chosen` (work, year, topic, ..., ncs) for a module's statements. ncs is a
work's normalised citation score, from the cube `work_scores`: citations (those that the cubes count) over the mean of
its reference set (subfield × year × type), 1 where that mean is 0 (as CWTS does), null where no citations are held.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from udsyn.cubes.settings import Settings
from udsyn.errors import NotHeld, UsageError
from udsyn.evidence import sources
from udsyn.evidence.places.merged import merge_countries
from udsyn.evidence.question import LATEST, Question
from udsyn.evidence.result import Provenance
from udsyn.evidence.sources import Source
from udsyn.record.care import unlisted
from udsyn.record.engine import Place, Record
from udsyn.record.scope import not_applied
from udsyn.record.slice import demand_whole
from udsyn.record.tables import WORK_SCORES, WORKS

if TYPE_CHECKING:
    import duckdb

#: levels at which works can be chosen
UNITS = ("field", "subfield", "topic")

CHOSEN = """
CREATE TEMP TABLE chosen AS
SELECT
    work,
    year,
    nullif(topic, 0) AS topic,
    nullif(subfield, 0) AS subfield,
    nullif(field, 0) AS field,
    authors,
    countries,
    score AS ncs
FROM work_scores
WHERE source = $source
  AND (year BETWEEN $first AND $last)
  AND ($field IS NULL OR field = $field)
  AND ($subfield IS NULL OR subfield = $subfield)
  AND ($topic IS NULL OR topic = $topic)
"""

SOURCES = "SELECT source, count(*) FROM work_scores GROUP BY source ORDER BY source"

#: People who are never named.
UNNAMED = "CREATE TEMP TABLE unnamed AS SELECT unnest($authors::BIGINT[]) AS author"

FACTS = "SELECT max(year), avg(CAST(countries > 0 AS DOUBLE)) FROM chosen"

UPDATED = "SELECT CAST(max(updated) AS VARCHAR), max(year) FROM works WHERE source = $source"


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
    source: Source
    scope: str
    coverage: float | None
    last_complete_year: int
    notes: tuple[str, ...]

    def frame(self, statement: str, **parameters: object) -> pl.DataFrame:
        """The answer of a statement as a Polars frame."""
        # through a table: of a relation, the engine speaks of leaks when the process ends
        return pl.DataFrame(self.connection.sql(statement, params=parameters or None).to_arrow_table())

    def provenance(self, definition: str, counting: str) -> Provenance:
        source = self.source
        where = definition, counting, source.name, source.snapshot, self.scope, self.coverage
        return Provenance(*where, extent=source.extent, source_works=source.works)


@contextmanager
def choose(place: Place, asked: Question, of_slice: bool = False) -> Iterator[Chosen]:
    """Open the record with the chosen works. Raises NotHeld where the record holds no works.

    They are read from the cube `work_scores`, with the citations that count there; of a record that is not counted yet
    they are scored by the same statements. Countries are merged as the cubes were told. A home-country slice lacks the
    institutions and authors of works elsewhere: it raises UsageError unless `of_slice` says that the question can do
    without them, and then the notes say so.
    """
    record = Record.open(place)
    if not of_slice:
        demand_whole(record.slice, "hot-spots and sites in the world")
    if not record.holds(WORKS):
        raise NotHeld("this record holds no works, only panels. Ingest works with `udsyn ingest openalex SRC`.")
    parameters = parameters_of(asked)
    with record.connect() as connection:
        if not record.holds(WORK_SCORES):
            from udsyn.cubes.engines import score_works  # a counted record needs no counting

            score_works(connection, record)
        merge_countries(connection, Settings.of(record.manifest()).merge)
        source = source_of(record, connection, asked)
        connection.execute(CHOSEN, {**parameters, "source": source.name})
        connection.execute(UNNAMED, {"authors": sorted(unlisted(record))})
        last_year, coverage = connection.execute(FACTS).fetchall()[0]
        if last_year is None:
            raise NotHeld(
                "no works answer this choice of field, topic and years; see what `udsyn record status` shows."
            )
        complete = min(last_year, source.last_complete or last_year)
        yield Chosen(connection, source, source.scope or record.stamp, coverage, complete, notes_of(record, source))


def source_of(record: Record, connection: duckdb.DuckDBPyConnection, asked: Question) -> Source:
    """The source whose works are chosen: the one named, else the largest (`udsyn.evidence.sources`)."""
    held = dict(connection.execute(SOURCES).fetchall())
    if not held:
        raise NotHeld("no work of this record counts; see `udsyn record funnel`.")
    source = sources.taken(record, held, asked, lambda _: None)
    if source.counted:
        return source
    updated, last_year = connection.execute(UPDATED, {"source": source.name}).fetchall()[0]
    snapshot = source.snapshot or updated
    last = sources.last_complete_year(snapshot, last_year)
    return replace(source, snapshot=snapshot, last_complete=last)


def notes_of(record: Record, source: Source) -> tuple[str, ...]:
    """What the reader must know of the works' source."""
    notes = list(source.said)
    missing = [] if source.counted else not_applied(record.scope, record.sources()).get(source.name, [])
    if missing:
        notes.append(f"Not applied, because the source does not say it: {', '.join(missing)}.")
    if record.slice:
        notes.append(f"People and institutions are those of works that touch the slice: {record.slice}.")
    return tuple(notes)
