"""Reading a snapshot: CPU seconds against `zcat FILES | wc -l` on the same files, in the same run.

UDSYN_BENCH_SNAPSHOT names a snapshot with gzip JSON lines; without it one is generated. UDSYN_BENCH_COPIES=10 reads
it that many times more under shifted ids, to see how cost and memory grow.
"""

from __future__ import annotations

import gzip
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from isal import igzip

WORKS = 20_000
RUN = "from udsyn.cli import main; main()"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="udsyn-bench-") as scratch:
        folder = Path(scratch)
        snapshot = Path(os.environ.get("UDSYN_BENCH_SNAPSHOT") or generated(folder))
        print("| snapshot | works | works/s of CPU | CPU s | x zcat \\| wc | peak MB | bytes on disk a work |")
        print("|---|---|---|---|---|---|---|")
        measure("as it is", snapshot, folder)
        copies = int(os.environ.get("UDSYN_BENCH_COPIES", "0"))
        if copies:
            measure(f"x {copies}, shifted ids", shifted(snapshot, copies, folder), folder)


def generated(folder: Path) -> Path:
    """A small generated snapshot."""
    from udsyn.world import build

    build(folder / "world", works=WORKS)
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
            place.write_bytes(gzip.compress(again, compresslevel=6, mtime=0))
    for entity in ("institutions", "topics"):
        if (snapshot / "data" / entity).is_dir():
            shutil.copytree(snapshot / "data" / entity, target / "data" / entity)
    return target


def works_of(snapshot: Path) -> list[Path]:
    return sorted((snapshot / "data").rglob("works/updated_date=*/*.gz"))


def measure(label: str, snapshot: Path, folder: Path) -> None:
    """One line of the table: zcat and ingest on the same files, one after the other."""
    files = [str(file) for file in works_of(snapshot)]
    reference, _ = spent(["sh", "-c", 'zcat "$@" | wc -l', "sh", *files])
    record = folder / "record"
    shutil.rmtree(record, ignore_errors=True)
    command = [sys.executable, "-c", RUN, "ingest", "openalex", str(snapshot), "--record", str(record)]
    cpu, peak = spent(command)
    from udsyn.record.engine import Record

    with Record.open(record).connect() as connection:
        works = connection.execute("SELECT count(*) FROM works").fetchall()[0][0]
    size = sum(file.stat().st_size for file in (record / "tables").rglob("*.parquet"))
    print(
        f"| {label} | {works:,} | {works / cpu:,.0f} | {cpu:.1f} | {cpu / reference:.2f} | {peak:,.0f} | "
        f"{size / works:,.0f} |",
        flush=True,
    )


def spent(command: list[str]) -> tuple[float, float]:
    """CPU seconds of a command with its children, and the peak memory of the largest in MB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss / 1024


if __name__ == "__main__":
    main()
