"""A record that its reader may not write: it answers as before, and what would write it ends in a sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.openalex_world import write_snapshot
from tests.record.test_kill import files_of

UDSYN = Path(sys.executable).with_name("udsyn")


@pytest.fixture
def sealed(counted: Path, tmp_path: Path) -> Iterator[Path]:
    """A counted record that everybody reads and nobody writes."""
    record = Path(shutil.copytree(counted, tmp_path / "record"))
    paths = [record, *record.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield record
    for path in paths:
        path.chmod(0o755)


def udsyn(*arguments: object) -> subprocess.CompletedProcess[str]:
    """A command to which the modes of files apply: root gives up the right to write whatever it likes."""
    kept = ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []
    if kept and shutil.which("setpriv") is None:
        pytest.skip("root may write anything, and setpriv (util-linux) is not installed")
    return subprocess.run([*kept, UDSYN, *map(str, arguments)], capture_output=True, text=True)


@pytest.mark.parametrize(
    "question",
    [
        ("evidence", "ties", "--home", "DK", "--format", "csv"),
        ("record", "status", "--format", "csv"),
    ],
    ids=lambda question: " ".join(question[:2]),
)
def test_it_answers_as_a_record_that_may_be_written(question: tuple[str, ...], sealed: Path, counted: Path) -> None:
    before = files_of(sealed)
    answered = udsyn(*question, "--record", sealed)
    assert answered.returncode == 0, answered.stderr
    free = subprocess.run([UDSYN, *question, "--record", counted], capture_output=True, text=True)
    assert answered.stdout == free.stdout
    assert answered.stdout.count("\n") > 1
    assert files_of(sealed) == before


@pytest.mark.parametrize("command", ["cubes", "ingest"])
def test_what_would_write_it_says_that_it_may_not(
    command: str, sealed: Path, works: list[dict[str, Any]], tmp_path: Path
) -> None:
    before = files_of(sealed)
    source = ("openalex", write_snapshot(tmp_path / "more", works[:20])) if command == "ingest" else ()
    refused = udsyn(command, *source, "--record", sealed)
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert "ermission" in refused.stderr, refused.stderr
    assert files_of(sealed) == before
