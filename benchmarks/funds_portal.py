"""A list of calls as large as the EU portal's, read as a stream: seconds of processor time, and memory at most.

    python -m benchmarks.funds_portal [--megabytes 130] [--records 11160]

Generates a file in the portal's shape and loads it by the command line in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

WORDS = ("energy", "water", "health", "digital", "quantum", "ocean", "food", "climate", "soil", "battery", "hydrogen")
#: The command line, and on stderr what it took: seconds, and the most memory in kB (Linux; a parent's does not count).
LOAD = """
import re, sys, time
from udsyn.cli import udsyn
udsyn.main(sys.argv[1:], standalone_mode=False)
print(time.process_time(), re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1], file=sys.stderr)
"""
DAY = 86_400_000
START = 1_704_067_200_000  # 2024-01-01 in milliseconds


def record(number: int, size: int, lot: random.Random) -> dict[str, object]:
    """One topic, with a text that makes it so many bytes."""
    opens = START + lot.randrange(900) * DAY
    return {
        "type": 1,
        "identifier": f"HORIZON-CL{number % 6 + 1}-{2024 + number % 4}-{number:05d}",
        "title": " ".join(lot.choices(WORDS, k=6)),
        "status": {"id": 31094502, "abbreviation": "Open"},
        "frameworkProgramme": {"abbreviation": "HORIZON"},
        "plannedOpeningDateLong": opens,
        "deadlineDatesLong": [opens + 90 * DAY + 57_600_000],
        "deadlineModel": "single-stage",
        "links": [{"url": f"https://example.org/{number}/{place}"} for place in range(10)],
        "description": " ".join(lot.choices(WORDS, k=size // 7)),
    }


def write(path: Path, megabytes: int, records: int) -> None:
    """The file, record by record."""
    lot = random.Random(1)
    size = megabytes * 1_000_000 // records - 900
    with path.open("w", encoding="utf-8") as file:
        file.write('{"fundingData": {"GrantTenderObj": [')
        for number in range(records):
            file.write((", " if number else "") + json.dumps(record(number, size, lot)))
        file.write("]}}")


def measured(megabytes: int, records: int) -> tuple[int, float, float, float]:
    """Rows read, megabytes of the file, seconds of processor time, megabytes of memory at most."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "grantsTenders.json"
        write(path, megabytes, records)
        held = Path(folder) / "record"
        command = [sys.executable, "-c", LOAD, "funds", "load", str(path), "--as", "eu-portal"]
        done = subprocess.run([*command, "--record", str(held), "--format", "json"], capture_output=True, check=True)
        seconds, peak = done.stderr.split()
        rows = json.loads(done.stdout)["rows"]
        return rows, path.stat().st_size / 1e6, float(seconds), float(peak) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=130)
    parser.add_argument("--records", type=int, default=11_160)
    asked = parser.parse_known_args()[0]
    rows, size, seconds, memory = measured(asked.megabytes, asked.records)
    print(f"{rows:,} calls of {size:,.0f} MB: {seconds:.1f} s of processor time, {memory:,.0f} MB of memory at most")


if __name__ == "__main__":
    main()
