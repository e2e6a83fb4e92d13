"""The count of branches refuses a part of which too few were taken, or of which nothing was counted."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

CHECK = Path(__file__).parents[2] / ".ci/branches.py"
WHOLE = {
    "src/udsyn/desk/kernel/commands.py": (9, 1),
    "src/udsyn/desk/kernel/migrations/0001_initial.py": (0, 9),
    "src/udsyn/desk/rooms/aid/commands.py": (10, 0),
    "src/udsyn/desk/rooms/aid/views.py": (0, 50),
    "src/udsyn/packs/judge.py": (10, 0),
    "src/udsyn/allocation/lots.py": (10, 0),
}


def told(folder: Path, counts: dict[str, tuple[int, int]]) -> subprocess.CompletedProcess[str]:
    files = {
        path: {
            "executed_branches": [[n, n + 1] for n in range(taken)],
            "missing_branches": [[n, 0] for n in range(left)],
        }
        for path, (taken, left) in counts.items()
    }
    (folder / "counted.json").write_text(json.dumps({"files": files}))
    return subprocess.run([sys.executable, CHECK, folder / "counted.json"], capture_output=True, text=True)


def test_ninety_of_a_hundred_are_enough(tmp_path: Path) -> None:
    done = told(tmp_path, WHOLE)
    assert (done.returncode, done.stderr) == (0, "")
    assert "9 of 10 branches (90.0%); missing: desk/kernel/commands.py 1" in done.stdout


@pytest.mark.parametrize(
    ("path", "count", "part"),
    [
        ("src/udsyn/desk/kernel/gates.py", (89, 11), "kernel"),
        ("src/udsyn/desk/rooms/aid/workflow.py", (0, 2), "the rooms' commands"),
        ("src/udsyn/packs/judge.py", (89, 11), "packs"),
        ("src/udsyn/allocation/lots.py", (0, 0), "allocation"),
    ],
)
def test_fewer_are_refused_in_each_part(tmp_path: Path, path: str, count: tuple[int, int], part: str) -> None:
    done = told(tmp_path, WHOLE | {path: count})
    assert done.returncode == 1
    assert done.stderr.rstrip().endswith(f": {part}")
