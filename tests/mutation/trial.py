"""Faults drawn from the modules that must not be wrong, each put into a copy of the package and judged by its tests.

A fault is *killed* where the module's tests fail (or do not end), and *survives* where all pass. Every survivor is
named: it is a test to write, or a change that nobody can see (`EQUIVALENT` says why).

What became of a module's faults is kept under `.pytest_cache` and found again as long as the module, its tests and the
faults are the same: only what changed is tried anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import pytest
from tests.mutation.mutator import Mutant, mutants

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".pytest_cache" / "mutation"
SECONDS = 300  #: of processor: tests that take longer with a fault than this do not end
WAITING = 10 * SECONDS  #: by the clock: tests that only wait do not end either, and a busy machine is no fault
#: packages that Udsyn uses: imported once, before the first fault
LARGE = (
    "altair",
    "django.db.models",
    "django.test",
    "duckdb",
    "hypothesis",
    "numba",
    "openpyxl",
    "ortools.sat.python.cp_model",
    "polars",
    "pydantic",
    "scipy.ndimage",
    "scipy.sparse",
    "sklearn.neighbors",
    "sqlglot",
)
#: lines of which a change cannot be seen on one machine with SQLite: sizes of batches, locks of rows, caches
UNSEEN = ("batch_size", "select_for_update", "lru_cache", "iterator(")
#: changes that do the same: (module, line, what was done) → why nobody can see it
EQUIVALENT: dict[tuple[str, str, str], str] = {
    ("allocation/lots.py", "trail, end = walk(ends(pair)[0], at)", "one more"): "a trail may be looked for from either "
    "end of a pair: another draw of the same lots, as likely as this one",
}
#: a quick test that needs the demonstration desk
DESK = "tests/desk/test_saving.py"


@dataclass(frozen=True)
class Module:
    path: str
    tests: tuple[str, ...]


MODULES = (
    Module("desk/kernel/permissions.py", ("tests/desk/test_rules.py", "tests/desk/test_permissions.py")),
    Module(
        "desk/kernel/commands.py",
        ("tests/desk/test_saving.py", "tests/desk/test_guards.py", "tests/desk/test_batches.py"),
    ),
    Module("desk/kernel/gates.py", ("tests/desk/test_gates.py",)),
    Module("desk/kernel/lifecycle.py", ("tests/desk/test_tables_of_states.py",)),
    Module("meetings/check.py", ("tests/meetings/test_check.py",)),
    Module("evidence/formulas.py", ("tests/evidence/test_formulas.py",)),
    Module("evidence/intervals.py", ("tests/evidence/test_intervals.py", "tests/evidence/test_sides.py")),
    Module("packs/judge.py", ("tests/packs/test_packs.py", "tests/packs/test_calls.py")),
    Module("packs/clock.py", ("tests/packs/test_packs.py",)),
    Module("packs/aid.py", ("tests/packs/test_aid.py",)),
    Module("packs/allowance.py", ("tests/packs/test_allowance.py",)),
    Module("allocation/budget.py", ("tests/allocation/test_ranking.py",)),
    Module("allocation/joint.py", ("tests/allocation/test_ranking.py",)),
    Module("allocation/lots.py", ("tests/allocation/test_lots.py",)),
    Module("allocation/ranking.py", ("tests/allocation/test_ranking.py",)),
    Module("allocation/places.py", ("tests/allocation/test_places.py",)),
    Module("allocation/reviewers.py", ("tests/allocation/test_reviewers.py",)),
    Module("allocation/tours.py", ("tests/allocation/test_tours.py",)),
)  # fmt: skip


@dataclass(frozen=True)
class Trial:
    """What became of the faults of one module."""

    module: Module
    possible: int
    drawn: int
    survivors: list[tuple[int, str]]  #: line, and what was done
    seconds: float  #: of processor

    @property
    def killed(self) -> int:
        return self.drawn - len(self.survivors)


def drawn(module: Module, draws: int, seed: int) -> tuple[int, list[Mutant]]:
    """How many faults there could be, and those that the seed draws: all where there are no more."""
    source = (ROOT / "src/udsyn" / module.path).read_text(encoding="utf-8")
    lines = source.splitlines()
    seen = [m for m in mutants(source) if not any(word in lines[m.line - 1] for word in UNSEEN)]
    possible = [m for m in seen if (module.path, lines[m.line - 1].strip(), m.what) not in EQUIVALENT]
    return len(possible), random.Random(f"{seed} {module.path}").sample(possible, min(draws, len(possible)))


@contextmanager
def copied() -> Iterator[Path]:
    """A copy of the package, to put faults into."""
    with tempfile.TemporaryDirectory(prefix="udsyn-mutation-") as folder:
        shutil.copytree(ROOT / "src", Path(folder) / "src", ignore=shutil.ignore_patterns("__pycache__"))
        yield Path(folder) / "src"


def in_copy(package: Path) -> dict[str, str]:
    """The environment of a process that imports Udsyn from a copy."""
    return os.environ | {"PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1"}


def passes(copy: Path, tests: Sequence[str]) -> bool:
    """Do all tests pass on the copy? Without a fault they must, so that a lost file kills nothing.

    A child of this process runs them: it has the large packages in memory already, and reads only Udsyn anew.
    """
    child = os.fork()
    if not child:
        run(copy, tests)
    end = time.monotonic() + WAITING
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def run(copy: Path, tests: Sequence[str]) -> NoReturn:
    """In the child: pytest over the copy, in silence; its exit status is the child's."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(copy))
    os.environ["PYTHONPATH"] = str(copy)
    code = 3
    try:
        code = int(pytest.main(["-x", "-q", "-m", "not prove", "-p", "no:xdist", "-p", "no:randomly", *tests]))
        assert Path(sys.modules["udsyn"].__file__ or "").is_relative_to(copy)
    finally:
        os._exit(code)


def keep_desk() -> None:
    """Have the demonstration desk of the tests built by the sound package, once; a copy with a fault keeps none."""
    subprocess.run([sys.executable, "-m", "pytest", "-x", "-q", DESK], cwd=ROOT, check=True, stdout=sys.stderr)


def attempt(module: Module, draws: int, seed: int) -> Trial:
    """What became of a module's drawn faults: as it was kept, or tried now."""
    possible, faults = drawn(module, draws, seed)
    made_of = [ROOT / "src/udsyn" / module.path, *(ROOT / test for test in module.tests)]
    words = [path.read_text(encoding="utf-8") for path in made_of] + [f"{m.line} {m.what} {m.source}" for m in faults]
    kept = KEPT / f"{hashlib.sha256(repr(words).encode()).hexdigest()[:16]}.json"
    if not kept.exists():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        survivors = try_all(module, faults)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1)
        found = {"possible": possible, "drawn": len(faults), "survivors": survivors, "seconds": seconds}
        KEPT.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(found), encoding="utf-8")
    return Trial(module, **json.loads(kept.read_text(encoding="utf-8")))


def try_all(module: Module, faults: Sequence[Mutant]) -> list[tuple[int, str]]:
    """Put each fault into a copy, alone, and run the module's tests there. Gives those that survive."""
    survivors = []
    if module.path.startswith("desk/"):
        keep_desk()
    with copied() as copy:
        file = copy / "udsyn" / module.path
        for package in LARGE:
            with suppress(ImportError):
                import_module(package)
        if not passes(copy, module.tests):
            raise RuntimeError(f"{' '.join(module.tests)} fail without any fault.")
        for fault in faults:
            file.write_text(fault.source, encoding="utf-8")
            survived = passes(copy, module.tests)
            survivors += [(fault.line, fault.what)] if survived else []
            fate = "survived" if survived else "found"
            print(f"{module.path}:{fault.line} {fault.what}: {fate}", file=sys.stderr, flush=True)
    return survivors
