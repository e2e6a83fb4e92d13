"""A process that is killed at any moment loses nothing: the next run gives the same record."""

from __future__ import annotations

import hashlib
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.record.snapshots import OPENALEX, content, partition, work, write

from udsyn.record.ingest import ingest_openalex

WORKS = 400
RUN = "from udsyn.cli import main; main()"


def snapshot(root: Path) -> Path:
    """Six parts with works that moved to newer ones, a repeated work, a broken line and merged ids."""
    for part in range(6):
        first = 1 + part * WORKS
        works = [work(n, f"2026-01-0{part + 1}") for n in range(first, first + WORKS)]
        moved = [work(n, f"2026-01-0{part + 1}", title="Moved") for n in range(max(1, first - 30), first)]
        partition(root, f"2026-01-0{part + 1}", [*works, *moved, works[0], b"{broken"])
    write(
        root / "data/merged_ids/works/2026.csv.gz",
        [b"merge_date,id,merge_into_id", f"2026,{OPENALEX}W5,{OPENALEX}W6".encode()],
    )
    return root


def files_of(record: Path) -> dict[str, str]:
    """Every table file with the digest of its bytes."""
    return {
        str(file.relative_to(record)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(record.rglob("*.parquet"))
    }


def killed_runs(tmp_path: Path, kills: int, seed: int) -> int:
    """Kill an ingest at random moments, over and over; returns how often it was in fact stopped midway."""
    src, dice = snapshot(tmp_path / "s"), random.Random(seed)
    started = time.monotonic()
    ingest_openalex(src, tmp_path / "whole")
    takes = time.monotonic() - started
    wanted, bytes_wanted = content(tmp_path / "whole"), files_of(tmp_path / "whole")
    stopped = 0
    for number in range(kills):
        record = tmp_path / f"killed-{number}"
        command = [sys.executable, "-c", RUN, "ingest", "openalex", str(src), "--record", str(record)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            while not (record / "record.json").exists() and process.poll() is None:
                time.sleep(0.001)
            time.sleep(dice.random() * takes)
            process.send_signal(signal.SIGKILL)
        stopped += process.returncode == -signal.SIGKILL
        ingest_openalex(src, record)
        assert content(record) == wanted
        assert files_of(record) == bytes_wanted
        assert not [file for file in record.rglob("*") if file.name.endswith(".tmp")]
        assert ingest_openalex(src, record)["parts"] == 0
    return stopped


def test_a_killed_ingest_goes_on_to_the_same_record(tmp_path: Path) -> None:
    assert killed_runs(tmp_path, 3, seed=1) >= 1


@pytest.mark.prove
def test_fifty_kills(tmp_path: Path) -> None:
    assert killed_runs(tmp_path, 50, seed=2) >= 25
