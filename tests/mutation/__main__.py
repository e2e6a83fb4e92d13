"""The page of faults: those drawn from the modules that must not be wrong, and thirteen that once passed all tests.

    python -m tests.mutation [--draws 12] [--seed 1] [--least 0.9] [--drawn-only] [MODULE ...]

Prints docs/mutation.md. Ends with 1 where fewer are found than asked for.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tests.mutation import by_hand
from tests.mutation.trial import EQUIVALENT, MODULES, Trial, attempt


def page(trials: Sequence[Trial], thirteen: Sequence[str], asked: argparse.Namespace) -> str:
    """The figures as a Markdown page, which names the modules that were not tried."""
    drawn, killed = sum(trial.drawn for trial in trials), sum(trial.killed for trial in trials)
    lines = [
        "# Faults that the tests find",
        "",
        f"Written by `python -m tests.mutation --draws {asked.draws}` (seed {asked.seed}; `make mutation-page` draws",
        "12 of each module). An operator, constant, argument or return is changed, drawn from all that can be, each",
        "put alone into a copy of the package and judged by the tests of its module.",
        f"{killed} of {drawn} were found ({killed / drawn:.0%}); `make prove` fails below {asked.least:.0%}.",
        f"The tries took {sum(trial.seconds for trial in trials) / 60:.0f} minutes of processor. What became of the",
        "faults of a module is kept until it or its tests change, so that a second run takes seconds.",
        "",
        "| module | possible | drawn | found | survived |",
        "|---|---|---|---|---|",
    ]
    for trial in trials:
        named = "; ".join(f"line {line}: {what}" for line, what in trial.survivors) or "–"
        lines.append(f"| `{trial.module.path}` | {trial.possible} | {trial.drawn} | {trial.killed} | {named} |")
    if left := [f"`{module.path}`" for module in MODULES if module not in [trial.module for trial in trials]]:
        lines += ["", f"Not tried for this page: {', '.join(left)}."]
    if EQUIVALENT:
        lines += ["", "Changes that do the same and are not drawn:", ""]
        lines += [f"- `{path}`, `{line}`, {what}: {why}" for (path, line, what), why in EQUIVALENT.items()]
    if thirteen:
        told = "Each put alone into a copy of the package (`python -m tests.mutation.by_hand`), judged by one file."
        lines += ["", "## Thirteen that once passed all tests", "", told, "", *thirteen]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", help="ends of paths; without any, all")
    parser.add_argument("--draws", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--least", type=float, default=0.9, help="fail where fewer are found, as a fraction")
    parser.add_argument("--drawn-only", action="store_true", help="leave out the thirteen")
    asked = parser.parse_args()
    chosen = [m for m in MODULES if not asked.modules or m.path.endswith(tuple(asked.modules))]
    trials = [attempt(module, asked.draws, asked.seed) for module in chosen]
    thirteen = [] if asked.drawn_only else by_hand.table()
    print(page(trials, thirteen, asked), end="")
    found = sum(trial.killed for trial in trials) >= asked.least * sum(trial.drawn for trial in trials)
    sys.exit(not found or any(by_hand.lost(row) for row in thirteen))


if __name__ == "__main__":
    main()
