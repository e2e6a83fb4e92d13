"""What a verb does not need, it does not load: start-up is told by modules, not by the clock."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

#: Each costs more than the answer itself.
HEAVY = (
    "altair",
    "django",
    "duckdb",
    "numba",
    "ortools",
    "pyarrow",
    "pydantic",
    "scipy.optimize",
    "sklearn",
    "sqlglot",
)
QUICK = (["share", "--country", "DK"], ["ties", "--home", "DK"], ["profile", "--country", "DK"])


def loaded_after(statement: str) -> set[str]:
    """The modules that a fresh interpreter holds after a statement."""
    code = f"import sys\n{statement}\nprint(chr(10).join(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize("question", QUICK, ids=lambda words: words[0])
def test_a_question_on_cubes_loads_no_heavy_library(counted: Path, question: list[str]) -> None:
    words = ["evidence", *question, "--record", str(counted), "--format", "csv"]
    held = loaded_after(f"from udsyn.cli import main\nmain({words!r})")
    assert "polars" in held
    assert held.isdisjoint(HEAVY)
    assert held.isdisjoint({"rich.table", "udsyn.evidence.places.siting", "udsyn.cli.effect", "udsyn.cli.places"})


def test_help_loads_no_library_of_data() -> None:
    held = loaded_after("from udsyn.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass")
    assert held.isdisjoint({*HEAVY, "polars", "numpy", "rich.table"})


def test_facts_of_countries_load_no_models() -> None:
    assert "pydantic" not in loaded_after("from udsyn import facts\nassert facts.resolve('KR') == 'KR'")
