"""Thirteen faults of one line that once passed all tests, each put into a copy of the package and judged there.

    python -m tests.mutation.by_hand

Prints a table: the fault, and the test that finds it. Fails where one is not found, or where its line has changed.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.trial import ROOT, copied, in_copy, keep_desk


@dataclass(frozen=True)
class Fault:
    what: str
    path: str
    line: str
    wrong: str
    tests: str

    def put(self, package: Path) -> None:
        file = package / "udsyn" / self.path
        source = file.read_text(encoding="utf-8")
        if source.count(self.line) != 1:
            raise RuntimeError(f"{self.what}: {self.path} has {source.count(self.line)} × “{self.line}”, not one.")
        file.write_text(source.replace(self.line, self.wrong), encoding="utf-8")


FAULTS = (
    Fault(
        "anybody saves a row",
        "desk/kernel/commands.py",
        'if not actor.can("change" if stored else "create", stored or row):',
        "if False:",
        "tests/desk/test_saving.py",
    ),
    Fault(
        "gates are not asked",
        "desk/kernel/commands.py",
        "gates.shut(transition.gates, row) or transition.guard(row)",
        "transition.guard(row)",
        "tests/desk/test_gates.py",
    ),
    Fault(
        "every comment is seen by all",
        "desk/kernel/models.py",
        'AttachedTo() & (SEEN | Mine("author_id", "user"))',
        "AttachedTo()",
        "tests/desk/test_saving.py",
    ),
    Fault(
        "public figures of fewer than five",
        "desk/rooms/service/figures.py",
        "FEW = 5",
        "FEW = 0",
        "tests/desk/test_service_figures.py",
    ),
    Fault(
        "a line of the ledger need not follow the one before",
        "desk/kernel/ledger.py",
        "if entry.previous != previous:",
        "if False:",
        "tests/desk/test_guards.py",
    ),
    Fault(
        "one table too many in a slot",
        "meetings/check.py",
        "if meetings > event.tables:",
        "if meetings > event.tables + 1:",
        "tests/meetings/test_check.py",
    ),
    Fault(
        "merged ids of authors are not followed in authorships",
        "record/settle.py",
        "if name == table}",
        'if name == table and (name, column) != ("authorships", "author")}',
        "tests/record/test_entities.py",
    ),
    Fault(
        "the second half of the years begins one later",
        "evidence/sides.py",
        "years[len(years) // 2]",
        "years[len(years) // 2 + 1]",
        "tests/evidence/test_sides.py",
    ),
    Fault(
        "verdicts at 80 % in place of 90 %",
        "evidence/verdicts.py",
        "CONFIDENCE = 0.9",
        "CONFIDENCE = 0.8",
        "tests/evidence/test_sides.py",
    ),
    Fault(
        "the interval of an activity index forgets that works are shared",
        "evidence/intervals.py",
        "share_interval(count / total, total * each)",
        "share_interval(count / total, total)",
        "tests/evidence/test_sides.py",
    ),
    Fault(
        "the ends of the bootstrap are not turned",
        "evidence/intervals.py",
        "return float(mean * np.exp(-high * error / mean)), float(mean * np.exp(-low * error / mean))",
        "return float(mean * np.exp(low * error / mean)), float(mean * np.exp(high * error / mean))",
        "tests/evidence/test_intervals.py",
    ),
    Fault(
        "eight days in place of seven",
        "desk/rooms/service/figures.py",
        "dt.timedelta(days=ANSWER_DAYS)",
        "dt.timedelta(days=ANSWER_DAYS + 1)",
        "tests/desk/test_service_figures.py",
    ),
    Fault(
        "a ratio is drawn towards one by 21 works in place of 20",
        "evidence/sides.py",
        "PRIOR_WORKS = 20",
        "PRIOR_WORKS = 21",
        "tests/evidence/test_sides.py",
    ),
)


def found_by(fault: Fault) -> str:
    """The first test that fails with the fault; nothing where all pass."""
    with copied() as package:
        fault.put(package)
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-m", "not prove", fault.tests]
        done = subprocess.run(command, cwd=ROOT, env=in_copy(package), capture_output=True, text=True)
    failed = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("FAILED ")]
    return failed[0] if failed else ""


def table() -> list[str]:
    """The rows of docs/mutation.md."""
    keep_desk()
    rows = ["| fault | found by |", "|---|---|"]
    for fault in FAULTS:
        test = found_by(fault)
        print(f"{fault.what}: {test or 'SURVIVED'}", file=sys.stderr, flush=True)
        rows.append(f"| {fault.what} | {f'`{test}`' if test else 'nothing'} |")
    return rows


def lost(row: str) -> bool:
    return row.endswith("| nothing |")


if __name__ == "__main__":
    rows = table()
    print("\n".join(rows))
    sys.exit(any(map(lost, rows)))
