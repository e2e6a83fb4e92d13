"""How reading and counting grow with cores: this process, Spark on one core, Spark on two, on the same snapshot.

UDSYN_BENCH_SNAPSHOT names the snapshot; without it the one of the record's benchmark is generated. The seconds are
wall-clock time and include the start of the program, of Spark, and the settling of the record.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import orjson

from benchmarks.record import generated

WAYS = (("this process", "duckdb", 1), ("Spark, 1 core", "spark", 1), ("Spark, 2 cores", "spark", 2))


def main() -> None:
    """Print one line per way: seconds to read, works a second, seconds to count, reading against Spark on one core."""
    if find_spec("pyspark") is None:
        print("PySpark is not installed (pip install udsyn[spark]).")
        return
    with tempfile.TemporaryDirectory(prefix="udsyn-scale-") as folder:
        corpus = os.environ.get("UDSYN_BENCH_SNAPSHOT") or str(generated(Path(folder)))
        print("| | read s | works/s | count s | seconds against one core |\n|---|---|---|---|---|", flush=True)
        alone = 0.0
        for name, engine, cores in WAYS:
            record = str(Path(folder) / f"{engine}-{cores}")
            environment = {**os.environ, "PYSPARK_SUBMIT_ARGS": f"--master local[{cores}] pyspark-shell"}
            told, reading = run(environment, "ingest", "openalex", corpus, "--engine", engine, "--record", record)
            _, counting = run(environment, "cubes", "--engine", engine, "--record", record)
            works = orjson.loads(told)["works"]
            alone = reading if (engine, cores) == ("spark", 1) else alone
            against = f"{reading / alone:.2f}" if alone else ""
            print(f"| {name} | {reading:.1f} | {works / reading:,.0f} | {counting:.1f} | {against} |", flush=True)
            shutil.rmtree(record)


def run(environment: dict[str, str], *command: str) -> tuple[bytes, float]:
    """A command's data and its seconds of wall-clock time, the start of the program and of Spark included."""
    started = time.monotonic()
    told = subprocess.run(
        [sys.executable, "-m", "udsyn", *command, "--format", "json"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return told.stdout, time.monotonic() - started
