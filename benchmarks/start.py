"""What a command costs before and besides its answer: processor time as multiples of `python -c pass` and of zcat, and
time on the clock, which is less where a second processor helps.

    python -m benchmarks.start [--record DIR] [--runs 5]

Each command runs as a process of its own; the least of some runs counts, since other work only adds. Without a record,
a generated one of 2,000 works is made; a brief is also written from a copy in which no door was opened. zcat unpacks
the works of the generated world of that size.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from udsyn import demo
from udsyn.record.engine import SHELVES

WORKS = 2_000
RUN = "from udsyn.cli import program; program()"
LIBRARIES = ("click", "numpy", "polars", "duckdb", "pydantic", "scipy.special")
VERBS = (
    ["--help"],
    ["evidence", "share", "--country", "DK"],
    ["evidence", "ties", "--home", "DK"],
    ["evidence", "profile", "--country", "DK"],
    ["evidence", "strengths", "--home", "DK", "--partner", "KR"],
    ["contacts", "find", "electrolysis", "--country", "KR"],
    ["brief", "KR", "--home", "DK"],
)


def spent(command: Sequence[str], runs: int) -> tuple[float, float]:
    """Seconds of user and system time of a command and what it starts, and by the clock, each the least of some runs.

    Python may keep the modules that it has compiled, as it does for users: without, each start compiles them all.
    """
    compiled = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    measured = []
    for _ in range(runs):
        began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, env=compiled)
        ended, after = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        measured.append((used, ended - began))
    processor, clock = zip(*measured, strict=True)
    return min(processor), min(clock)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args(arguments or [])
    with tempfile.TemporaryDirectory() as folder:
        record = chosen.record or demo.make_record(Path(folder), None, lambda _: None, works=WORKS, seed=1)
        bare = shutil.copytree(record, Path(folder) / "bare", ignore=shutil.ignore_patterns(SHELVES))
        nothing = spent([sys.executable, "-c", "pass"], chosen.runs)
        files = [str(file) for file in Path(folder).rglob("works/*/*.gz")]
        measured = {"python -c pass": nothing}
        if files:
            measured[f"zcat, {WORKS:,} works"] = spent(["zcat", *files], chosen.runs)
        for library in LIBRARIES:
            measured[f"import {library}"] = spent([sys.executable, "-c", f"import {library}"], chosen.runs)
        for verb in VERBS:
            words = [*verb, "--out", str(Path(folder) / "brief.html")] if verb[0] == "brief" else verb
            asked = words if verb == ["--help"] else [*words, "--record", str(record)]
            measured[f"udsyn {' '.join(verb[:2])}"] = spent([sys.executable, "-c", RUN, *asked], chosen.runs)
        asked[-1] = str(bare)
        measured["udsyn brief KR, no doors opened"] = spent([sys.executable, "-c", RUN, *asked], chosen.runs)
    unpacked = measured.get(f"zcat, {WORKS:,} works")
    print(f"{'processor':40} {'ms':>8} {'× python -c pass':>17} {'× zcat' if unpacked else '':>8} {'clock, ms':>10}")
    for name, (seconds, clock) in measured.items():
        of_zcat = f"{seconds / unpacked[0]:8.1f}" if unpacked else " " * 8
        print(f"{name:40} {1000 * seconds:8.0f} {seconds / nothing[0]:17.1f} {of_zcat} {1000 * clock:10.0f}")


if __name__ == "__main__":
    main(sys.argv[1:])
