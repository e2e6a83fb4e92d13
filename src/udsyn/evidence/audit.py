"""How far the record's countries can be trusted: authorships without one, or at odds with their institution."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from udsyn.evidence.result import Provenance, Result
from udsyn.record.engine import Record

AUDIT = """
WITH checked AS (
    SELECT
        works.source,
        authorships.country IS NULL AS without_country,
        authorships.institution IS NULL AS without_institution,
        authorships.basis IS NOT NULL AND authorships.basis <> 'institution' AS not_from_institution,
        authorships.country IS NOT NULL AND institutions.country IS NOT NULL
            AND authorships.country <> institutions.country AS contradicts_institution
    FROM authorships
    JOIN works_in_scope AS works ON works.work = authorships.work
    LEFT JOIN institutions ON institutions.institution = authorships.institution
)
SELECT
    source,
    count(*) AS rows,
    count(*) FILTER (WHERE without_country) AS without_country,
    count(*) FILTER (WHERE without_institution) AS without_institution,
    count(*) FILTER (WHERE not_from_institution) AS not_from_institution,
    count(*) FILTER (WHERE contradicts_institution) AS contradicts_institution
FROM checked
GROUP BY source
ORDER BY source
"""
COUNTS = ("rows", "without_country", "without_institution", "not_from_institution", "contradicts_institution")


def audit(record_path: Path | str) -> Result:
    """One row per source of works, counting rows of the table `authorships` (an author and an institution) in scope:

    without_country, without_institution, not_from_institution (the country comes from elsewhere in the authorship),
    contradicts_institution (it is not the country of the institution's own entry).
    """
    record = Record.open(record_path)
    with record.connect() as connection:
        rows = connection.execute(AUDIT).fetchall()
    frame = pl.DataFrame(rows, schema={"source": pl.String, **dict.fromkeys(COUNTS, pl.Int64)}, orient="row")
    notes = () if rows else ("the record holds no authorships.",)
    return Result(frame.rename({"source": "of"}), Provenance("audit", "rows", "works in scope"), notes)
