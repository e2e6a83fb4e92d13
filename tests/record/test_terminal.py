"""What a person sees: a bar in a terminal, plain notices elsewhere, and tables that fit."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from tests.record.snapshots import partition, work

from udsyn import cli


def snapshot(root: Path) -> Path:
    for part in (1, 2, 3):
        works = [work(n, f"2026-01-0{part}") for n in range(part * 50, part * 50 + 50)]
        partition(root, f"2026-01-0{part}", [*works, b"{broken"])
    return root


def test_a_terminal_shows_a_bar_and_data_stay_alone_on_stdout(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    run = "import sys; from udsyn.cli import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", run, "ingest", "openalex", str(snapshot(tmp_path / "s"))]
    command += ["--record", str(tmp_path / "record"), "--format", "json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=theirs, env={**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 65536):
                shown += piece
        except OSError:  # the terminal is gone
            pass
        assert process.stdout is not None
        said = process.stdout.read()
    os.close(ours)
    assert process.returncode == 0
    assert "2/3" in shown.decode()
    assert "part_000.gz" in shown.decode()
    assert said.startswith(b"{\n")
    assert b"\x1b" not in said


def test_tables_for_people_fit_and_leave_out_what_is_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["ingest", "openalex", str(snapshot(tmp_path / "s")), "--record", str(tmp_path / "record")])
    said = capsys.readouterr()
    assert "works" in said.out
    assert "awards" not in said.out
    assert "reading" in said.err
    assert "(3 of 3)" in said.err
    cli.main(["record", "status", "--record", str(tmp_path / "record")])
    shown = capsys.readouterr().out
    assert "line 51: not JSON" in " ".join(shown.split())
    assert not any(line.startswith(" ") for line in shown.splitlines()), "a pipe has one line for each row"
