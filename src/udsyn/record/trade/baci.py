"""CEPII's BACI: trade between countries by six-digit product, reconciled from both sides, one file a year.

Columns t (year), i (exporter), j (importer), k (product), v (thousand US dollars), q (tonnes). Products of one
revision of the Harmonised System and one version of BACI are never mixed with those of another: both stand in every
row. Countries are numbers, most of them ISO 3166-1, and some of the United Nations' own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile, is_zipfile

from udsyn.errors import UdsynError, UsageError
from udsyn.facts import countries
from udsyn.record.engine import duck, sql_files, sql_text
from udsyn.record.shelf import FAULTS, Counts

#: BACI_HS92_Y2022_V202501.csv
NAMED = re.compile(r"(HS[0-9]{2})_(?:Y[0-9]{4}_)?V?([0-9]{6}[a-z]?)", re.IGNORECASE)
#: numbers of the United Nations' trade statistics that are not ISO's; others stay as they are
NUMBERS = {"251": "FR", "381": "IT", "579": "NO", "699": "IN", "757": "CH", "842": "US"}
COLUMNS = ("t", "i", "j", "k", "v")
READERS = {".parquet": "read_parquet({files})"}
READ_CSV = "read_csv({files}, header = true, all_varchar = true, nullstr = ['', 'NA', '           NA'])"
#: A product of five digits has lost its leading zero to a program that took it for a number.
ROWS = """
    SELECT {hs} AS hs, {version} AS version, TRY_CAST(trim(CAST(t AS VARCHAR)) AS BIGINT) AS year,
        coalesce(exporters.code, lpad(trim(CAST(i AS VARCHAR)), 3, '0')) AS exporter,
        coalesce(importers.code, lpad(trim(CAST(j AS VARCHAR)), 3, '0')) AS importer,
        CASE WHEN length(trim(CAST(k AS VARCHAR))) = 5 THEN '0' ELSE '' END || trim(CAST(k AS VARCHAR)) AS code,
        TRY_CAST(trim(CAST(v AS VARCHAR)) AS DOUBLE) AS value,
        {quantity} AS quantity
    FROM {source}
    LEFT JOIN countries AS exporters ON exporters.number = lpad(trim(CAST(i AS VARCHAR)), 3, '0')
    LEFT JOIN countries AS importers ON importers.number = lpad(trim(CAST(j AS VARCHAR)), 3, '0')
"""
FIT = "year BETWEEN 1900 AND 2200 AND regexp_full_match(code, '[0-9]{6}') AND isfinite(value) AND value >= 0"
REASON = """
    CASE WHEN year IS NULL OR year NOT BETWEEN 1900 AND 2200 THEN 'the year is none'
        WHEN NOT coalesce(regexp_full_match(code, '[0-9]{6}'), false) THEN 'the product has not six digits'
        ELSE 'the value is no number of 0 or more' END
"""


@dataclass(frozen=True)
class Edition:
    """Which products, and which publication: HS92 and 202501."""

    hs: str
    version: str


def edition(file: Path, hs: str | None = None, version: str | None = None) -> Edition:
    """The edition that is stated, or that the file's name states. Raises UsageError where neither says."""
    named = NAMED.search(file.name)
    found = Edition(hs or (named[1] if named else ""), version or (named[2] if named else ""))
    if not found.hs or not found.version:
        raise UsageError(f"{file.name} does not say which revision and version it is: give --hs HS92 --version 202501.")
    return Edition(found.hs.upper(), found.version)


def write(folder: Path, file: Path, of: Edition) -> Counts:
    """Write the flows of a file (CSV, also compressed; Parquet; a zip of CSV) in bounded memory, faults apart.

    Raises UdsynError where columns are missing or the file is broken.
    """
    import duckdb

    with unpacked(file) as files, duck() as engine:
        source = READERS.get(files[0].suffix.lower(), READ_CSV).format(files=sql_files(files))
        try:
            held = [str(name) for name, *_ in engine.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]  # noqa: S608
            missing = [name for name in COLUMNS if name not in held]
            if missing:
                raise UdsynError(f"{file.name} lacks the column {missing[0]}: BACI has t, i, j, k, v, q.")
            engine.execute("CREATE TABLE countries (number VARCHAR, code VARCHAR)")
            engine.executemany("INSERT INTO countries VALUES (?, ?)", sorted((countries.by_number() | NUMBERS).items()))
            quantity = "TRY_CAST(trim(CAST(q AS VARCHAR)) AS DOUBLE)" if "q" in held else "NULL::DOUBLE"
            rows = ROWS.format(hs=sql_text(of.hs), version=sql_text(of.version), source=source, quantity=quantity)
            good = copy(engine, f"SELECT * FROM ({rows}) WHERE {FIT}", folder / "flows.parquet")  # noqa: S608
            faults = copy(
                engine,
                f"SELECT concat_ws(' ', year, exporter, importer) AS \"where\", {REASON} AS reason, "  # noqa: S608
                f"concat_ws(' ', code, value) AS text FROM ({rows}) WHERE NOT coalesce({FIT}, false)",
                folder / f"{FAULTS}.parquet",
            )
        except duckdb.Error as error:
            raise UdsynError(f"{file.name} cannot be read: {str(error).splitlines()[0]}.") from None
    return Counts({"flows": good}, faults)


def copy(engine: object, rows: str, target: Path) -> int:
    """Write rows as Parquet; how many there were."""
    run = engine.execute  # type: ignore[attr-defined]
    (count,) = run(f"COPY ({rows}) TO {sql_text(str(target))} (FORMAT parquet)").fetchall()[0]
    return int(count)


@contextmanager
def unpacked(file: Path) -> Iterator[list[Path]]:
    """The CSV files of a zip, laid out while they are read; else the file itself."""
    if not is_zipfile(file):
        yield [file]
        return
    with TemporaryDirectory() as beside, ZipFile(file) as package:
        names = sorted(name for name in package.namelist() if "BACI_" in Path(name).name and name.endswith(".csv"))
        if not names:
            raise UdsynError(f"{file.name} holds no BACI_*.csv.")
        yield [Path(package.extract(name, beside)) for name in names]
