"""How long patents take to load, to count and to ask, beside the same by plain DuckDB; and how much memory.

    python benchmarks/patents.py --families 1000000 [--out DIR] [--page docs/technology_size.md]

Families are made by DuckDB in the shape of Google's export (two publications to a family), half of them citing one of
100,000 works. Prints a line per step: what, seconds of processor (of all threads, since others may be at work, too),
plain DuckDB's, the ratio, and the highest memory so far; with --page the same as a page of the docs.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from udsyn.evidence.technology.strengths import profile
from udsyn.evidence.technology.users import users
from udsyn.record.engine import Record, duck, sql_text
from udsyn.record.patents import load
from udsyn.record.tables import WORK_COUNTRIES, WORKS

MADE = """
COPY (
    SELECT 'US-' || (i + 10000000) || '-' || CASE WHEN p = 0 THEN 'A1' ELSE 'B2' END AS publication_number,
        CAST(i AS VARCHAR) AS family_id, 'US' AS country_code,
        20000615 + 10000 * (i % 24) AS filing_date, 20020101 + 10000 * (i % 24 + p) AS publication_date,
        [{{'text': 'An invented cell ' || i, 'language': 'en'}}] AS title_localized,
        [{{'text': repeat('An invented text. ', 20), 'language': 'en'}}] AS abstract_localized,
        [{{'name': 'Firm ' || CAST(floor(200000 * power(((i * 7919) % 1000003) / 1000003.0, 3)) AS BIGINT) || ' '
            || ['Inc.', 'INC', 'Co., Ltd.', 'GmbH'][CAST(i % 4 + 1 AS INT)],
          'country_code': ['US', 'KR', 'DK', 'DE', 'JP'][CAST((i * 31) % 5 + 1 AS INT)]}}] AS assignee_harmonized,
        [{{'name': '', 'country_code': 'KR'}}, {{'name': '', 'country_code': 'DK'}}] AS inventor_harmonized,
        [{{'publication_number': 'US-' || (i + 9999999) || '-B2', 'category': 'APP'}}] AS citation,
        [{{'code': chr(CAST(65 + i % 8 AS INT)) || '0' || (i % 9) || 'B' || (i % 50) || '/00', 'inventive': true}},
         {{'code': 'C25B' || (i % 20) || '/00', 'inventive': false}}] AS cpc
    FROM range({families}) AS f(i), range(2) AS g(p)
) TO {file} (FORMAT parquet)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--families", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path, default=None)
    parser.add_argument("--page", type=Path, default=None)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lines = run(asked.out or Path(folder), asked.families)
    if asked.page:
        asked.page.write_text(HEAD.format(families=asked.families) + "\n".join(lines) + "\n", encoding="utf-8")


HEAD = """# Patents: how large, how long

Written by `python benchmarks/patents.py --families {families} --page docs/technology_size.md`: {families:,} families
of two publications each, half of them citing one of 100,000 works, and up to 800,000 spellings of applicants. Seconds
of processor, of all threads. *Plain* is the heart of each step as one statement of DuckDB over the files, without
names, parts, intervals or reasons; the users' question resolves all spellings, which plain DuckDB does not. Memory is
the highest of the process up to that step.

| step | seconds | plain | ratio | memory |
|---|---|---|---|---|
"""


def run(out: Path, families: int) -> list[str]:
    """A row of the page for each step."""
    out.mkdir(parents=True, exist_ok=True)
    export, cites, record = out / "export.parquet", out / "cites.csv", out / "record"
    with duck(memory_limit="1500MB", temp_directory=str(out / ".spill")) as connection:
        connection.execute(MADE.format(families=families, file=sql_text(str(export))))
        connection.execute(
            "COPY (SELECT 'us-' || (i + 10000000) || '-b2' AS patent, 'W' || (1 + (i * 13) % 100000) AS work, "
            f"5 AS confidence FROM range(0, {families}, 2) AS f(i)) TO {sql_text(str(cites))} (HEADER)"
        )
    works(record)
    print(f"{families:,} families, {export.stat().st_size / 1e6:,.0f} MB")
    return [
        told("load families", lambda: load(record, export, "google"), lambda: plain(out, PLAIN_LOAD, export)),
        told("load citations", lambda: load(record, cites, "citations"), lambda: plain(out, PLAIN_CITES, cites)),
        told("profile", lambda: profile(record, "KR"), lambda: plain(out, PLAIN_PROFILE, export)),
        told("users", lambda: users(record, "DK", country="KR"), lambda: plain(out, PLAIN_USERS, export, cites)),
    ]


def works(record: Path) -> None:
    """A record of 100,000 works, a third of them of home."""
    Record.create(record)
    with duck() as connection:
        for table, select in (
            (
                WORKS,
                "i + 1 AS work, 'w' AS source, 2010 AS year, 'article' AS type, 'A work ' || i AS title, 21 AS field",
            ),
            (WORK_COUNTRIES, "i + 1 AS work, CASE WHEN i % 3 = 0 THEN 'DK' ELSE 'US' END AS country, 1 AS units"),
        ):
            folder = record / "tables" / table.name
            folder.mkdir(parents=True, exist_ok=True)
            missing = "".join(
                f', CAST(NULL AS {type_}) AS "{name}"'
                for name, type_ in table.columns.items()
                if f"AS {name}" not in select
            )
            file = sql_text(str(folder / "part.parquet"))
            connection.execute(f"COPY (SELECT {select}{missing} FROM range(100000) AS f(i)) TO {file} (FORMAT parquet)")


PLAIN_LOAD = "COPY (SELECT * FROM read_parquet({0})) TO {out} (FORMAT parquet)"
PLAIN_CITES = "COPY (SELECT * FROM read_csv({0})) TO {out} (FORMAT parquet)"
PLAIN_PROFILE = (
    "COPY (SELECT left(c.code, 4), a.country_code, count(DISTINCT family_id) FROM (SELECT family_id, unnest(cpc) AS c, "
    "assignee_harmonized[1] AS a FROM read_parquet({0})) GROUP BY ALL) TO {out} (FORMAT parquet)"
)
PLAIN_USERS = (
    "COPY (SELECT assignee_harmonized[1].name, count(DISTINCT family_id) FROM read_parquet({0}) AS f "
    "JOIN read_csv({1}) AS c ON lower(f.publication_number) = c.patent GROUP BY ALL) TO {out} (FORMAT parquet)"
)


def plain(out: Path, query: str, *given: Path) -> None:
    """The heart of a step as one statement over the files, without names, parts, intervals or reasons."""
    with duck(memory_limit="1500MB", temp_directory=str(out / ".spill")) as connection:
        connection.execute(
            query.format(*(sql_text(str(file)) for file in given), out=sql_text(str(out / "plain.parquet")))
        )


def told(step: str, ours: Callable[[], object], theirs: Callable[[], object]) -> str:
    seconds = [clocked(ours), clocked(theirs)]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    ours_, theirs_ = seconds
    line = f"{step:16} {ours_:8.1f} s   plain {theirs_:8.1f} s   ratio {ours_ / theirs_:6.1f}   {memory:5.2f} GB"
    print(line, flush=True)
    return f"| {step} | {ours_:,.1f} | {theirs_:,.1f} | {ours_ / theirs_:.1f} | {memory:.2f} GB |"


def clocked(step: Callable[[], object]) -> float:
    start = time.process_time()
    step()
    return time.process_time() - start


if __name__ == "__main__":
    main()
