"""Cubes of 4 million works: CPU seconds, beside plain SQL that computes the weights when it is asked.

Counted twice: the works of a snapshot (UDSYN_BENCH_SNAPSHOT, or that of the record's benchmark) again and again under
shifted ids, as the reference of 14.7 CPU s was; and works made from a hash, of which hardly two are alike, with 50
countries, 1,000 topics, 16 years, skewed citations, and two countries in half of them.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.record import generated
from udsyn.cubes.build import build_cubes
from udsyn.record.engine import Record, sql_text
from udsyn.record.ingest import ingest_openalex
from udsyn.record.tables import AUTHORSHIPS, INSTITUTIONS, TOPICS, UNITS, WORK_COUNTRIES, WORKS, Table

WORKS_MADE = 4_000_000
COUNTED = ("impact", "reference_sets", "country_year", "country_field_year", "coverage_year")

MADE = """
SELECT
    'made' AS source,
    range AS work,
    CAST(2010 + hash(range) % 16 AS SMALLINT) AS year,
    CASE WHEN hash(range + 1) % 12 = 0 THEN 'review' ELSE 'article' END AS type,
    CAST(10001 + least(hash(range + 2) % 1000, hash(range + 3) % 1000) AS INTEGER) AS topic,
    CAST(1100 + topic % 250 AS SMALLINT) AS subfield,
    CAST(11 + topic % 26 AS SMALLINT) AS field,
    CAST(1 + topic % 4 AS SMALLINT) AS domain,
    CAST(floor(10 * pow((hash(range + 4) % 1000) / 1000, 4)) AS INTEGER) AS cited_by,
    2 AS authors,
    CAST(1 + hash(range + 5) % 2 AS SMALLINT) AS countries,
    false AS is_retracted, false AS is_paratext, false AS is_xpac
FROM range($works)
"""
PLACES = """
SELECT
    work,
    seq,
    'C' || CAST(least(hash(work + 7 * seq) % 50, hash(work + 11 * seq) % 50) AS VARCHAR) AS country,
    CAST($units / 2 AS BIGINT) AS units
FROM works, range(1, 3) AS places(seq)
"""
PLAIN = """
WITH weighted AS (
    SELECT work, country, count(*) / sum(count(*)) OVER (PARTITION BY work) AS weight
    FROM authorships GROUP BY work, country
),
scored AS (
    SELECT work, field, year, cited_by / nullif(avg(cited_by) OVER (PARTITION BY subfield, year, type), 0) AS score
    FROM works
)
SELECT country, field, year, count(*), sum(weight), sum(weight * coalesce(score, 1)) / sum(weight)
FROM weighted JOIN scored USING (work) GROUP BY country, field, year
"""


SHIFT = 10**12
COPIED = "SELECT held.* REPLACE (held.work + $shift AS work) FROM read_parquet($files) AS held"


def main() -> None:
    for label, made in (
        ("works of a snapshot, again and again", repeated),
        ("works of which hardly two are alike", drawn),
    ):
        with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
            record = Record.create(Path(folder) / "record")
            made(connection, record, Path(folder))
            works = connection.execute("SELECT count(*) FROM works").fetchall()[0][0]
            started = time.process_time()
            connection.execute(PLAIN).fetchall()
            plain = time.process_time() - started
            rows = build_cubes(record.path)
        ours = sum(row["cpu_seconds"] for row in rows if row["cube"] in COUNTED)
        print(f"{works:,} {label}")
        print(f"plain SQL, weights at query time   {plain:6.2f} CPU s (one answer)")
        print(f"country, field and year cubes      {ours:6.2f} CPU s, {ours / plain:.2f} x")
        for row in rows:
            print(f"  {row['cube']:24} {row['rows']:>10,} rows {row['cpu_seconds']:6.2f} CPU s", flush=True)


def drawn(connection: duckdb.DuckDBPyConnection, record: Record, _: Path) -> None:
    """Works of which hardly two are alike."""
    connection.execute(f"CREATE TABLE works AS {MADE}", {"works": WORKS_MADE})
    connection.execute(f"CREATE TABLE authorships AS {PLACES}", {"units": UNITS})
    located = (
        "SELECT work, country, CAST(sum(units) AS BIGINT) AS units, bool_or(seq = 1) AS is_first, "
        "bool_or(seq = 1) AS is_corresponding FROM authorships GROUP BY work, country"
    )
    write(connection, record, WORKS, "SELECT * FROM works")
    write(connection, record, AUTHORSHIPS, "SELECT * FROM authorships")
    write(connection, record, WORK_COUNTRIES, located)


def repeated(connection: duckdb.DuckDBPyConnection, record: Record, folder: Path) -> None:
    """The works of a snapshot under shifted ids, until there are enough."""
    snapshot = os.environ.get("UDSYN_BENCH_SNAPSHOT") or generated(folder)
    ingest_openalex(snapshot, folder / "once")
    once = Record.open(folder / "once")
    with once.connect() as read:
        copies = WORKS_MADE // read.execute("SELECT count(*) FROM works").fetchall()[0][0]
    for table in (WORKS, AUTHORSHIPS, WORK_COUNTRIES):
        files = [str(file) for file in once.files(table)]
        for copy in range(copies):
            into = f"INSERT INTO {table}" if copy else f"CREATE TABLE {table} AS"
            connection.execute(f"{into} {COPIED}", {"files": files, "shift": SHIFT * copy})
        write(connection, record, table, f"SELECT * FROM {table}")
    for table in (TOPICS, INSTITUTIONS):
        for file in once.files(table):
            write(connection, record, table, f"SELECT * FROM read_parquet({sql_text(str(file))})")


def write(connection: duckdb.DuckDBPyConnection, record: Record, table: Table, query: str) -> None:
    """Put a query's answer into the record as a table, with the columns that it lacks as nulls."""
    held = [column[0] for column in connection.execute(f"SELECT * FROM ({query}) LIMIT 0").description]
    columns = ", ".join(
        f'CAST({name if name in held else "NULL"} AS {type_}) AS "{name}"' for name, type_ in table.columns.items()
    )
    file = record.path / "tables" / table.name / f"{table.name}.parquet"
    file.parent.mkdir(parents=True)
    connection.execute(f"COPY (SELECT {columns} FROM ({query})) TO {sql_text(str(file))} (FORMAT parquet)")


if __name__ == "__main__":
    main()
