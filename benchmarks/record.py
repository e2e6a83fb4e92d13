"""Reading a snapshot: CPU seconds against `zcat FILES | wc -l` on the same files, in the same run.

UDSYN_BENCH_SNAPSHOT names a snapshot with gzip JSON lines; without it 200,000 works are generated. The same works are
then read UDSYN_BENCH_COPIES times (10, which makes 2 million; 100 make 20 million and need 60 GB) under shifted ids, to
see how cost and memory grow. Python's and the scanner's compiled code is made beforehand, as it is from the second
ingest on.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
from isal import igzip

from benchmarks import apart

WORKS = 200_000
#: `udsyn ingest`, with the scanner from the first byte on, or never.
RUN = "from udsyn.record import ingest; ingest.WORTH_A_SCANNER = {}; from udsyn.cli import main; main()"
SCANNED, PARSED = RUN.format(0), RUN.format(1 << 60)
SURROUNDINGS = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True)
class Spent:
    """CPU seconds with child processes, seconds on the clock, and the peak memory of the largest process in MB."""

    cpu: float
    clock: float
    peak: float


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="udsyn-bench-", dir=os.environ.get("UDSYN_BENCH_SCRATCH")) as scratch:
        folder = Path(scratch)
        snapshot = Path(os.environ.get("UDSYN_BENCH_SNAPSHOT") or generated(folder))
        first = works_of(snapshot)[0]
        spent([sys.executable, "-c", SCANNED, "ingest", "openalex", str(first), "--record", str(folder / "warm")])
        print("| read | works | works/s of CPU | CPU s | x zcat \\| wc | seconds | peak MB | bytes on disk a work |")
        print("|---|---|---|---|---|---|---|---|")
        measure("JSON lines", snapshot, folder)
        measure("JSON lines, two workers", snapshot, folder, workers=2)
        measure("JSON lines, by DuckDB's parser alone", snapshot, folder, run=PARSED)
        measure("Parquet", columnar(snapshot, folder), folder, reference=works_of(snapshot))
        if copies := int(os.environ.get("UDSYN_BENCH_COPIES", "10")):
            larger = shifted(snapshot, copies, folder)
            measure(f"JSON lines x {copies}, shifted ids", larger, folder)


def generated(folder: Path) -> Path:
    """A generated snapshot."""
    from udsyn.world import build

    apart(build, folder / "world", works=WORKS)
    return folder / "world"


def shifted(snapshot: Path, copies: int, folder: Path) -> Path:
    """The snapshot's works again and again, each time under other ids."""
    target = folder / "shifted"
    for file in works_of(snapshot):
        content = igzip.decompress(file.read_bytes())
        for copy in range(copies):
            place = target / "data/works" / file.parent.name / f"{copy}-{file.name}"
            place.parent.mkdir(parents=True, exist_ok=True)
            again = content.replace(b"openalex.org/W", f"openalex.org/W{copy}".encode() if copy else b"openalex.org/W")
            place.write_bytes(igzip.compress(again, compresslevel=1))
    return with_others(snapshot, target)


def columnar(snapshot: Path, folder: Path) -> Path:
    """The same works as Parquet, a file for a file, with all members of what is read."""
    from udsyn.record.sources import schema

    target = folder / "columnar"
    wanted = schema.columns("works", ("institutions", "topics"), ("citations", "funders", "raw"))
    columns = ", ".join(f"{name}: '{type_}'" for name, type_ in wanted.items())
    for file in works_of(snapshot):
        place = target / "data/parquet/works" / file.parent.name / f"{file.stem}.parquet"
        place.parent.mkdir(parents=True, exist_ok=True)
        duckdb.connect(config={"threads": 1}).execute(
            f"COPY (FROM read_json('{file}', format = 'newline_delimited', columns = {{{columns}}})) "
            f"TO '{place}' (COMPRESSION snappy)"
        )
    return with_others(snapshot, target)


def with_others(snapshot: Path, target: Path) -> Path:
    """The target with the snapshot's institutions and topics beside its works."""
    for entity in ("institutions", "topics"):
        if (snapshot / "data" / entity).is_dir():
            shutil.copytree(snapshot / "data" / entity, target / "data" / entity)
    return target


def works_of(snapshot: Path) -> list[Path]:
    return sorted((snapshot / "data").rglob("works/updated_date=*/*.gz"))


def measure(
    label: str,
    snapshot: Path,
    folder: Path,
    workers: int = 1,
    run: str = SCANNED,
    reference: list[Path] | None = None,
) -> None:
    """One line of the table: an ingest, against zcat on the same files (or those of `reference`) in the same run."""
    zcat = reading(tuple(map(str, reference or works_of(snapshot))))
    record = folder / "record"
    shutil.rmtree(record, ignore_errors=True)
    options = ["--record", str(record), "--workers", str(workers)]
    took = spent([sys.executable, "-c", run, "ingest", "openalex", str(snapshot), *options])
    from udsyn.record.engine import Record

    with Record.open(record).connect() as connection:
        works = connection.execute("SELECT count(*) FROM works").fetchall()[0][0]
    size = sum(file.stat().st_size for file in (record / "tables").rglob("*.parquet"))
    print(
        f"| {label} | {works:,} | {works / took.cpu:,.0f} | {took.cpu:.1f} | {took.cpu / zcat.cpu:.2f} | "
        f"{took.clock:.1f} | {took.peak:,.0f} | {size / works:,.0f} |",
        flush=True,
    )


@cache
def reading(files: tuple[str, ...]) -> Spent:
    """What the measure takes: inflating the files and counting their lines."""
    return spent(["sh", "-c", 'zcat "$@" | wc -l', "sh", *files])


def spent(command: list[str]) -> Spent:
    """What a command with its children took."""
    started = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=SURROUNDINGS) as process:
        said = process.stderr.read() if process.stderr else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command[:6])} ... failed:\n{said.decode()[-2000:]}")
    return Spent(usage.ru_utime + usage.ru_stime, time.monotonic() - started, usage.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
