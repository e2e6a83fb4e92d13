"""Countries that the user knows better: a file of corrections, kept with the record and its versions.

A CSV file with the columns what, id, country and note; a country left empty means unknown. `what` is one of

institution   I123         every author at the institution takes the country
author        W456/2       the second author of the work takes the country, whatever the institution
affiliation   Dept of ...  authors without a country who printed exactly this take it (needs `--with raw`)

An author's own correction goes before that of the institution. What was read is never changed: parts with a corrected
work get a second, corrected file, which all readers take instead, and which is made again after every ingest. So
corrections survive a new snapshot, and undoing them brings the record back byte for byte.

RECORD/corrections/0001.csv ...        the versions as they were given; the last one holds
RECORD/corrected/<table>/<part>.parquet  the corrected files
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from udsyn.errors import UdsynError, UsageError
from udsyn.facts.countries import is_country
from udsyn.record import ids
from udsyn.record.engine import CORRECTED, Record, duck, sql_files, sql_text
from udsyn.record.lock import locked
from udsyn.record.parts import committed_files, write_atomically
from udsyn.record.statements import statement
from udsyn.record.tables import AUTHORSHIPS, INSTITUTIONS, RAW_AFFILIATIONS, WORK_COUNTRIES, WORKS

VERSIONS = "corrections"
COLUMNS = ("what", "id", "country", "note")
KINDS = ("institution", "author", "affiliation")
BASIS = "correction"

Row = dict[str, Any]


@dataclass(frozen=True)
class Correction:
    """One line of the file; `country` None says that it is unknown."""

    line: int
    what: str
    id: str
    country: str | None

    @property
    def institution(self) -> int | None:
        return int(self.id[1:]) if self.what == "institution" else None

    @property
    def author(self) -> tuple[int, int] | None:
        work, _, place = self.id.partition("/")
        return (int(work[1:]), int(place)) if self.what == "author" else None


def read(content: bytes, name: str) -> list[Correction]:
    """The corrections of a file. Raises UsageError with the lines that are not understood or contradict others."""
    try:
        lines = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), strict=True)
        missing = [column for column in COLUMNS[:3] if column not in (lines.fieldnames or ())]
        if missing:
            raise UsageError(
                f"{name} lacks the columns {', '.join(missing)}: its first line must name {', '.join(COLUMNS)}."
            )
        rows = list(enumerate(lines, start=2))
    except UnicodeDecodeError:
        raise UsageError(f"{name} is not text in UTF-8: save it as CSV in UTF-8.") from None
    except csv.Error as error:
        raise UsageError(f"{name} is no CSV file ({error}).") from None
    found, wrong = [], []
    for line, row in rows:
        what, id_, country = ((row.get(column) or "").strip() for column in COLUMNS[:3])
        if not (what or id_ or country):
            continue
        reason = reason_against(what, id_, country.upper())
        if reason:
            wrong.append(f"line {line}: {reason}")
        else:
            found.append(Correction(line, what, normal(what, id_), country.upper() or None))
    wrong += conflicts(found)
    if wrong:
        more = f"; and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        raise UsageError(f"{name} was not taken. " + "; ".join(wrong[:5]) + more + ".")
    return found


def reason_against(what: str, id_: str, country: str) -> str | None:
    """Why a line cannot be understood."""
    if what not in KINDS:
        return f"{what or 'nothing'} is no kind of correction; write {', '.join(KINDS)}"
    if what == "institution" and ids.find(id_, "institution", bare=False) is None:
        return f"{id_ or 'nothing'} is no id of an institution; write it as I123"
    if what == "author" and not author_of(id_):
        return f"{id_ or 'nothing'} is no author of a work; write W123/2 for the second author"
    if not id_:
        return "no affiliation is given"
    if country and not is_country(country):
        return f"{country} is no country code; write ISO 3166-1 alpha-2, such as DK, or leave it empty for unknown"
    return None


def normal(what: str, id_: str) -> str:
    """An id as it is compared."""
    if what == "affiliation":
        return " ".join(id_.split())
    if what == "institution":
        return ids.written(ids.number(id_, "institution"), "institution")
    work, place = author_of(id_) or (0, 0)
    return f"{ids.written(work, 'work')}/{place}"


def author_of(id_: str) -> tuple[int, int] | None:
    """The work and the place of an author written as W123/2; None for anything else."""
    work, _, place = id_.rpartition("/")
    number = ids.find(work, "work", bare=False)
    return (number, int(place)) if number is not None and re.fullmatch(r"[1-9][0-9]*", place) else None


def conflicts(found: Iterable[Correction]) -> list[str]:
    """Lines that say two things of one."""
    first: dict[tuple[str, str], Correction] = {}
    wrong = []
    for correction in found:
        other = first.setdefault((correction.what, correction.id), correction)
        if other.country != correction.country:
            said = f"{other.country or 'unknown'} and {correction.country or 'unknown'}"
            wrong.append(f"lines {other.line} and {correction.line} say both {said} of {correction.id}")
    return wrong


# Versions ----------------------------------------------------------------------------------------------------------


def versions(record: Record) -> list[Path]:
    """The versions that were given, the first first."""
    return sorted((record.path / VERSIONS).glob("[0-9]*.csv"))


def current(record: Record) -> list[Correction]:
    held = versions(record)
    return read(held[-1].read_bytes(), held[-1].name) if held else []


def correct(record_path: Path | str, file: Path | str) -> list[Row]:
    """Take a file of corrections in place of the one that holds; one row per correction with what it changed.

    Columns: what, id, country, was (the countries that stood there), rows (of `authorships`), said. Raises UsageError
    for a file that is not understood or contradicts itself; the record stays as it was.
    """
    record, source = Record.open(record_path), Path(file)
    if not source.is_file():
        raise UsageError(f"no file {file}.")
    content = source.read_bytes()
    found = read(content, source.name)
    with locked(record.path):
        held = versions(record)
        if not held or held[-1].read_bytes() != content:
            number = int(held[-1].stem) + 1 if held else 1
            rows = account(record, found)
            write_atomically(record.path / VERSIONS / f"{number:04d}.csv", content)
            apply(record)
            return rows
        return account(record, found)


def undo(record_path: Path | str) -> list[Row]:
    """Take the last version back; the one before it holds again. Returns its rows. Raises UsageError where none is."""
    record = Record.open(record_path)
    held = versions(record)
    if not held:
        raise UsageError("the record holds no corrections: there is nothing to undo.")
    with locked(record.path):
        held[-1].unlink()
        apply(record)
    return account(record, current(record))


def listed(record_path: Path | str) -> list[Row]:
    """The corrections that hold, with what they change."""
    record = Record.open(record_path)
    return account(record, current(record))


# Applying ----------------------------------------------------------------------------------------------------------


def given(connection: duckdb.DuckDBPyConnection, found: list[Correction]) -> None:
    """The table `given`: what, id, institution, work, seq, text, country."""
    rows = pa.table(
        {
            "what": pa.array([c.what for c in found], pa.string()),
            "id": pa.array([c.id for c in found], pa.string()),
            "institution": pa.array([c.institution for c in found], pa.int64()),
            "work": pa.array([c.author[0] if c.author else None for c in found], pa.int64()),
            "seq": pa.array([c.author[1] if c.author else None for c in found], pa.int32()),
            "country": pa.array([c.country for c in found], pa.string()),
        }
    )
    connection.register("given_rows", rows)
    connection.execute("CREATE TEMP TABLE given AS SELECT DISTINCT * FROM given_rows")


def raw_sql(record: Record) -> str:
    """Affiliations as printed, or nothing where they are not held."""
    held = committed_files(record.path, RAW_AFFILIATIONS.name)
    if not held:
        return "SELECT CAST(NULL AS BIGINT) AS work, CAST(NULL AS INTEGER) AS seq, '' AS text WHERE false"
    return f"SELECT work, seq, text FROM read_parquet({sql_files(held)})"  # noqa: S608


def account(record: Record, found: list[Correction]) -> list[Row]:
    """What each correction meets in what was read."""
    held = committed_files(record.path, AUTHORSHIPS.name)
    counts: dict[tuple[str, str], tuple[int, str]] = {}
    if held and found:
        with duck() as connection:
            given(connection, found)
            connection.execute(f"CREATE TEMP VIEW raw AS {raw_sql(record)}")
            connection.execute(f"CREATE TEMP VIEW authorships AS SELECT * FROM read_parquet({sql_files(held)})")  # noqa: S608
            for what, id_, rows, was in connection.execute(statement("corrections_met")).fetchall():
                counts[what, id_] = (rows, was or "unknown")
    without_raw = not committed_files(record.path, RAW_AFFILIATIONS.name)
    rows = []
    for correction in found:
        number, was = counts.get((correction.what, correction.id), (0, None))
        said = "" if number else "meets nothing that the record holds"
        if not number and correction.what == "affiliation" and without_raw:
            said = "the record holds no affiliations as printed: read it with --with raw"
        elif number and was == (correction.country or "unknown"):
            said = "is so already"
        rows.append(
            {
                "what": correction.what,
                "id": correction.id,
                "country": correction.country or "unknown",
                "was": was,
                "rows": number,
                "said": said,
            }
        )
    return rows


def apply(record: Record) -> None:
    """Bring the corrected files in line with the corrections that hold and with what was read; under the lock."""
    found = current(record)
    building, corrected = record.path / f".{CORRECTED}.building", record.path / CORRECTED
    shutil.rmtree(building, ignore_errors=True)
    if found:
        try:
            write_corrected(record, found, building)
        except OSError as error:
            shutil.rmtree(building, ignore_errors=True)
            raise UdsynError(f"corrections were not applied ({error}); the record is as before.") from None
    old = record.path / f".{CORRECTED}.old"
    shutil.rmtree(old, ignore_errors=True)
    if corrected.exists():
        corrected.rename(old)
    if building.exists():
        building.rename(corrected)
    shutil.rmtree(old, ignore_errors=True)
    held = versions(record)
    stamp = hashlib.sha256(held[-1].read_bytes()).hexdigest()[:8] if held else None
    manifest = {name: value for name, value in record.manifest().items() if name != VERSIONS}
    record.write_manifest(manifest | ({VERSIONS: stamp} if stamp else {}))


def write_corrected(record: Record, found: list[Correction], folder: Path) -> None:
    """The corrected files of every part with a corrected author, and of the institutions."""
    with duck(memory_limit="900MB", temp_directory=str(record.path / ".spill")) as connection:
        given(connection, found)
        connection.execute(f"CREATE TEMP VIEW raw AS {raw_sql(record)}")
        for file in committed_files(record.path, AUTHORSHIPS.name):
            part = {table: record.path / "tables" / table / file.name for table in map(str, (WORKS, WORK_COUNTRIES))}
            if not all(path.is_file() for path in part.values()):
                continue
            for table, path in {**part, AUTHORSHIPS.name: file}.items():
                connection.execute(
                    f"CREATE OR REPLACE TEMP VIEW read_{table} AS "  # noqa: S608
                    f"SELECT * FROM read_parquet({sql_text(str(path))}, file_row_number = true)"
                )
            connection.execute(f"CREATE OR REPLACE TEMP TABLE changed AS {statement('corrections_changed')}")
            if not connection.execute("SELECT count(*) FROM changed").fetchall()[0][0]:
                continue
            for target in (AUTHORSHIPS, WORK_COUNTRIES, WORKS):
                written = folder / target.name / file.name
                written.parent.mkdir(parents=True, exist_ok=True)
                columns = ", ".join(f'CAST("{name}" AS {type_}) AS "{name}"' for name, type_ in target.columns.items())
                order = "rank, country NULLS LAST" if target is WORK_COUNTRIES else "rank"
                connection.execute(
                    f"COPY (SELECT {columns} FROM ({statement(f'corrected_{target}')}) ORDER BY {order}) "  # noqa: S608
                    f"TO {sql_text(str(written))} (FORMAT parquet, COMPRESSION zstd)"
                )
        for file in committed_files(record.path, INSTITUTIONS.name):
            written = folder / INSTITUTIONS.name / file.name
            written.parent.mkdir(parents=True, exist_ok=True)
            connection.execute(
                "COPY (SELECT held.* REPLACE (CASE WHEN given.institution IS NULL THEN held.country "  # noqa: S608
                f"ELSE given.country END AS country) FROM read_parquet({sql_text(str(file))}) AS held "
                "LEFT JOIN given ON given.institution = held.institution ORDER BY held.institution) "
                f"TO {sql_text(str(written))} (FORMAT parquet, COMPRESSION zstd)"
            )
    shutil.rmtree(record.path / ".spill", ignore_errors=True)
