"""Journeys to their proof: value, bound, and seconds of processor of the whole command, from the start of Python.

UDSYN_SOLOMON names a folder with lists of Solomon (1987, doi:10.1287/opre.35.2.254) as text: number, x, y, demand,
open, close and service a line. Each is read as Righini & Salani do (2009, doi:10.1016/j.cor.2008.01.003): one group, a
stop is worth its demand, distances are cut to a tenth. Then come delegations drawn at random, by kind of hours.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from udsyn.cli.output import emit, notice

SECONDS = 60
SEEDS = range(4)
#: list → the largest value that the paper above gives for all 100 stops
PUBLISHED = {
    "c101": 320,
    "r101": 198,
    "rc101": 219,
    "rc102": 266,
    "rc103": 266,
    "rc104": 301,
    "rc106": 252,
    "rc107": 277,
    "rc108": 298,
}
Case = dict[str, Any]


def solomon(file: Path) -> Case:
    """A list of Solomon as a case; lines that are not seven numbers are headings."""
    rows = []
    for line in file.read_text().splitlines():
        try:
            row = [int(float(word)) for word in line.split()]
        except ValueError:
            continue
        rows += [row] if len(row) == 7 else []
    names = ("id", "x", "y", "value", "open", "close", "duration")
    first, *rest = (dict(zip(names, row, strict=True)) for row in rows)
    stops = [{**row, "id": str(row["id"]), "must": False} for row in rest]
    return {
        "groups": 1,
        "start": {key: first[key] for key in ("x", "y", "open", "close")},
        "stops": stops,
        "decimals": 1,
    }


def hours(kind: str, rng: random.Random) -> tuple[int, int]:
    """When a stop of a day of 480 minutes receives."""
    if kind == "half a day":
        begin = rng.choice([0, 240])
        return begin, begin + 220
    if kind == "four to six hours":
        begin = rng.randint(0, 120)
        return begin, min(480, begin + rng.randint(240, 360))
    begin = rng.randint(0, 400)
    return begin, min(480, begin + rng.choice([120, 240] if kind == "two or four hours" else [15, 30, 60]))


def delegation(kind: str, seed: int) -> Case:
    """25 stops within an hour of each other, three groups, two must-sees; minutes."""
    rng = random.Random(f"{kind} {seed}")
    stops = []
    for n in range(25):
        opens, closes = hours(kind, rng)
        place = {"x": rng.randint(0, 60), "y": rng.randint(0, 60), "value": rng.randint(1, 10)}
        stay = {"duration": rng.choice([20, 30, 45, 60]), "open": opens, "close": closes}
        stops.append({"id": f"s{n}", **place, **stay, "must": n < 2})
    return {"groups": 3, "start": {"x": 30, "y": 30, "open": 0, "close": 480}, "stops": stops, "decimals": 1}


def cases() -> Iterator[tuple[str, Case, int | None]]:
    """Name, case and published value."""
    if "UDSYN_SOLOMON" in os.environ:
        for file in sorted(Path(os.environ["UDSYN_SOLOMON"]).glob("*.txt")):
            yield file.stem, solomon(file), PUBLISHED.get(file.stem)
    for kind in ("under an hour", "two or four hours", "half a day", "four to six hours"):
        for seed in SEEDS:
            yield f"{kind}, {seed}", delegation(kind, seed), None


def row_of(name: str, case: Case, published: int | None, folder: Path) -> dict[str, Any]:
    """What one command answers, and what it cost."""
    file = folder / "case.json"
    file.write_text(json.dumps(case))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [Path(sys.executable).with_name("udsyn"), "allocation", "tours", file, "--time-limit", str(SECONDS)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    answer = json.loads(done.stdout)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    told = {key: answer[key] for key in ("status", "value", "bound")}
    return {"case": name, "stops": len(case["stops"]), **told, "published": published, "cpu": round(cpu, 1)}


def main() -> None:
    """Print the table; each row goes to stderr as soon as it is known."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, case, published in cases():
            rows.append(row_of(name, case, published, Path(folder)))
            notice(f"{name}: {rows[-1]['status']} in {rows[-1]['cpu']} s")
    emit(rows, "table")


if __name__ == "__main__":
    main()
