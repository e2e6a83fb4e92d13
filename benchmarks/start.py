"""What a command costs before and besides its answer: processor time as multiples of `python -c pass` and of zcat.

    python -m benchmarks.start [--record DIR] [--runs 5]

Each command runs as a process of its own; the least of some runs counts, since other work only adds. Without a record,
a generated one of 2,000 works is made. zcat unpacks the works of the generated world of that size.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from udsyn import demo

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
    ["brief", "KR", "--home", "DK", "--out"],
)


def processor(command: Sequence[str], runs: int) -> float:
    """Seconds of user and system time of a command and what it starts, the least of some runs.

    Python may keep the modules that it has compiled, as it does for users: without, each start compiles them all.
    """
    compiled = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    spent = []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, env=compiled)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(spent)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args(arguments or [])
    with tempfile.TemporaryDirectory() as folder:
        record = chosen.record or demo.make_record(Path(folder), None, lambda _: None, works=WORKS, seed=1)
        nothing = processor([sys.executable, "-c", "pass"], chosen.runs)
        files = [str(file) for file in Path(folder).rglob("works/*/*.gz")]
        unpacked = processor(["zcat", *files], chosen.runs) if files else None
        print(f"{'processor':40} {'ms':>8} {'× python -c pass':>17} {'× zcat' if unpacked else '':>8}")
        measured = {"python -c pass": nothing} | ({f"zcat, {WORKS:,} works": unpacked} if unpacked else {})
        for library in LIBRARIES:
            measured[f"import {library}"] = processor([sys.executable, "-c", f"import {library}"], chosen.runs)
        for verb in VERBS:
            words = [*verb, str(Path(folder) / "brief.html")] if verb[-1] == "--out" else verb
            asked = words if verb == ["--help"] else [*words, "--record", str(record)]
            measured[f"udsyn {' '.join(verb[:2])}"] = processor([sys.executable, "-c", RUN, *asked], chosen.runs)
        for name, seconds in measured.items():
            of_zcat = f"{seconds / unpacked:8.1f}" if unpacked else ""
            print(f"{name:40} {1000 * seconds:8.0f} {seconds / nothing:17.1f} {of_zcat}")


if __name__ == "__main__":
    main(sys.argv[1:])
