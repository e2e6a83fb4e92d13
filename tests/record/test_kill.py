"""A process that is killed at any moment loses nothing: the next run gives the same record."""

from __future__ import annotations

import hashlib
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.record.snapshots import OPENALEX, author, content, partition, work, write

from udsyn.record.ingest import ingest_openalex

WORKS = 400
FEW = 150  #: where a run is killed twice only
RUN = "from udsyn.cli import main; main()"


def snapshot(root: Path, parts: int = 6, works: int = WORKS) -> Path:
    """Parts with works that moved to newer ones, a repeated work, a broken line and merged ids; and authors."""
    partition(root, "2026-01-01", [author(n) for n in range(20)], entity="authors")
    partition(root, "2026-01-02", [author(n, "2026-01-02") for n in range(15, 30)], entity="authors")
    for part in range(parts):
        first = 1 + part * works
        own = [work(n, f"2026-01-0{part + 1}") for n in range(first, first + works)]
        moved = [work(n, f"2026-01-0{part + 1}", title="Moved") for n in range(max(1, first - 30), first)]
        partition(root, f"2026-01-0{part + 1}", [*own, *moved, own[0], b"{broken"])
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


def is_that_of(record: Path, src: Path, wanted: dict[str, list[tuple[Any, ...]]], digests: dict[str, str]) -> None:
    """The next run brings the record to the same rows in the same order and the same bytes, and leaves nothing over."""
    ingest_openalex(src, record)
    assert content(record) == wanted
    assert files_of(record) == digests
    assert not [file for file in record.rglob("*") if file.name.endswith(".tmp")]
    assert ingest_openalex(src, record)["parts"] == 0


def started(src: Path, record: Path, *options: str) -> subprocess.Popen[bytes]:
    """An ingest in a process of its own that has begun to write its record."""
    command = [sys.executable, "-c", RUN, "ingest", "openalex", str(src), "--record", str(record), *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (record / "record.json").exists() and process.poll() is None:
        time.sleep(0.001)
    return process


def killed_runs(tmp_path: Path, kills: int, seed: int, *options: str, works: int = WORKS) -> int:
    """Kill an ingest at random moments, over and over; returns how often it was in fact stopped midway."""
    src, dice = snapshot(tmp_path / "s", works=works), random.Random(seed)
    ingest_openalex(src, tmp_path / "whole")
    wanted, digests = content(tmp_path / "whole"), files_of(tmp_path / "whole")
    with started(src, tmp_path / "timed", *options) as process:
        begun = time.monotonic()
        process.wait()
        takes = time.monotonic() - begun
    stopped = 0
    for number in range(kills):
        record = tmp_path / f"killed-{number}"
        with started(src, record, *options) as process:
            time.sleep(dice.random() * takes)
            process.send_signal(signal.SIGKILL)
        stopped += process.returncode == -signal.SIGKILL
        is_that_of(record, src, wanted, digests)
        shutil.rmtree(record)
    return stopped


#: Runs an ingest that kills itself before the nth change of a file's name; without n it says how many there are.
FATAL = """
import os, pathlib, signal, sys
from udsyn.record.ingest import ingest_openalex
src, record, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
done = 0
def fatal(owner, name):
    plain = getattr(owner, name)
    def counted(*args, **named):
        global done
        if str(record) in str(args[0]):
            done += 1
            if done == n:
                os.kill(os.getpid(), signal.SIGKILL)
        return plain(*args, **named)
    setattr(owner, name, counted)
for owner, name in ((pathlib.Path, "replace"), (pathlib.Path, "unlink"), (os, "link")):
    fatal(owner, name)
ingest_openalex(src, record)
print(done)
"""


def fatal_run(src: Path, record: Path, at: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", FATAL, str(src), str(record), str(at)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def killed_at_changes(tmp_path: Path, parts: int, every: int) -> tuple[int, int]:
    """Kill an ingest before every nth change of a name: each commit, each table put in place, each step of settling.

    Returns how many changes there are, and at how many it was killed.
    """
    src = snapshot(tmp_path / "s", parts, works=40)
    ingest_openalex(src, tmp_path / "whole")
    wanted, digests = content(tmp_path / "whole"), files_of(tmp_path / "whole")
    changes = int(fatal_run(src, tmp_path / "counted", 0).stdout)
    moments = range(1 + every // 2, changes + 1, every)
    for at in moments:
        record = tmp_path / f"killed-{at}"
        assert fatal_run(src, record, at).returncode == -signal.SIGKILL
        is_that_of(record, src, wanted, digests)
        shutil.rmtree(record)
    return changes, len(moments)


def test_a_killed_ingest_goes_on_to_the_same_record(tmp_path: Path) -> None:
    assert killed_runs(tmp_path, 2, seed=1, works=FEW) >= 1


def test_a_process_that_dies_while_it_puts_files_in_place_loses_nothing(tmp_path: Path) -> None:
    changes, killed = killed_at_changes(tmp_path, parts=2, every=37)
    assert changes > 50
    assert killed >= 2


def test_a_killed_ingest_of_several_workers_goes_on_too(tmp_path: Path) -> None:
    killed_runs(tmp_path, 1, 3, "--workers", "2", works=FEW)


@pytest.mark.prove
def test_twenty_kills_of_several_workers(tmp_path: Path) -> None:
    stopped = killed_runs(tmp_path, 20, 4, "--workers", "2")
    print(f"20 kills of two workers, {stopped} of them midway: the same rows, order and bytes each time")
    assert stopped >= 10


@pytest.mark.prove
def test_fifty_kills(tmp_path: Path) -> None:
    stopped = killed_runs(tmp_path, 50, seed=2)
    print(f"50 kills at random moments, {stopped} of them midway: the same rows, order and bytes each time")
    assert stopped >= 25


@pytest.mark.prove
def test_a_kill_before_every_change_of_a_name(tmp_path: Path) -> None:
    changes, killed = killed_at_changes(tmp_path, parts=2, every=1)
    print(f"killed before each of {changes} changes of a file's name: the same rows, order and bytes each time")
    assert killed == changes
