"""Turn pieces of a part into rows of the record's tables: one DuckDB connection and the named statements.

Each piece stands in a view `incoming`, one row per object, with `line` (its order), `object` (its id as an integer)
and the source's own columns; the statements of `record/sql` read from it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
import pyarrow as pa

from udsyn.record.engine import duck
from udsyn.record.sources.job import Asked, Job, SetAside
from udsyn.record.sources.lines import Slate
from udsyn.record.sources.location import Location
from udsyn.record.sources.part import Part
from udsyn.record.sources.source import Source, named
from udsyn.record.tables import UNITS

#: Addresses as integers: https://openalex.org/W2741809807 → 2741809807, https://openalex.org/subfields/1904 → 1904.
#: What is an integer already stays as it is.
MACROS = """
CREATE MACRO
  short_id(id BIGINT) AS id,
  (id VARCHAR) AS coalesce(
    TRY_CAST(CASE WHEN starts_with(id, 'https://openalex.org/') THEN substr(id, 23) ELSE substr(id, 2) END AS BIGINT),
    TRY_CAST(regexp_extract(id, '^https?://(?:api[.])?openalex[.]org/(?:[a-z-]+/)?[A-Za-z]([0-9]{1,18})$', 1) AS BIGINT)
  );
CREATE MACRO
  last_number(id BIGINT) AS id,
  (id VARCHAR) AS TRY_CAST(regexp_extract(id, '[0-9]+$') AS BIGINT)
"""

#: Results that later statements of the same piece read.
INTERMEDIATE = ("authorships", "work_countries")

Rows = dict[str, pa.Table]
#: What is gathered from works where no objects of their own are at hand.
EVERYTHING = Asked(gather=("institutions", "topics"))


class Reader:
    """Reads parts of any source. `scan`: see `Parser`."""

    def __init__(self, asked: Asked = EVERYTHING, scan: bool = False) -> None:
        self.connection = duck(threads=1, memory_limit="700MB")
        self.connection.execute(MACROS)
        self.slate = Slate()
        self.asked, self.scan = asked, scan

    def close(self) -> None:
        self.connection.close()
        self.slate.close()

    def read(self, part: Part, location: Location, set_aside: SetAside, skip: Collection[int] = ()) -> Iterator[Rows]:
        """The part's rows, piece by piece; `set_aside` is told of lines that cannot be read.

        `skip` holds ordinals of objects to leave out. Raises BrokenFileError for a truncated or damaged file.
        """
        source, seen = named(part.source), 0
        job = Job(part, location, self.asked, set_aside, self.connection, self.slate, self.scan)
        for incoming in source.incoming(job):
            ordinals = np.arange(seen, seen + len(incoming))
            seen += len(incoming)
            if skip:
                incoming = incoming.filter(pa.array(~np.isin(ordinals, list(skip))))
            yield self.derive(source, part, incoming)

    def derive(self, source: Source, part: Part, incoming: pa.Table) -> Rows:
        """The rows of each table that the incoming objects give."""
        self.connection.register("incoming", incoming)
        made: Rows = {}
        for table in source.tables(part, self.asked):
            sql = source.statement(table)
            values = {"units": UNITS, "source": source.name}
            wanted = {name: value for name, value in values.items() if f"${name}" in sql}
            if table in INTERMEDIATE:
                self.connection.execute(f"CREATE OR REPLACE TEMP TABLE part_{table} AS {sql}", wanted)
                relation = self.connection.sql(f"SELECT * EXCLUDE (line) FROM part_{table}")  # noqa: S608
            else:
                relation = self.connection.sql(sql, params=wanted)
            made[table] = relation.to_arrow_table()
        self.connection.unregister("incoming")
        return made
