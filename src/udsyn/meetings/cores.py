"""The core-guided engine: pushes the bound up until it meets a schedule (OLL, as in RC2 of python-sat).

It first asks for a schedule without any break. Each refusal comes with a core, a set of participants who cannot all be
spared, which raises the proven bound by one; the first schedule found is optimal.

It comes in two forms that run side by side. The plain one takes cores as they come. The *exhaustive* one counts people
in every slot and raises each core as far as it goes before it looks for the next. Neither is better everywhere: real
days at 63 % of their seats are proven by the second alone, others by the first alone (docs/meetings.md has the table).

Source: Morgado, Dodaro, Marques-Silva, "Core-Guided MaxSAT with Soft Cardinality Constraints", CP 2014; Ignatiev,
Morgado, Marques-Silva, "RC2: an Efficient MaxSAT Solver", JSAT 11 (2019).
"""

from __future__ import annotations

from pysat.examples.rc2 import RC2
from pysat.formula import WCNF

from udsyn.meetings.engine import Report
from udsyn.meetings.event import Event
from udsyn.meetings.sat import encode

SOLVER = "cadical195"


def solve(event: Event, report: Report, seed: int, exhaustive: bool = False) -> None:
    """Report bounds while they rise, and at the end an optimal schedule or that there is none."""
    formula = encode(event, count_people=exhaustive)
    weighted = WCNF()
    weighted.extend(formula.clauses)
    weighted.extend([[-cost] for cost in formula.costs], weights=[1] * len(formula.costs))
    with Reporting(weighted, report, exhaustive) as cores:
        model = cores.compute()
        if model is None:
            report.infeasible()
        else:
            report.schedule(formula.schedule(model), optimal=True)


def solve_exhaustively(event: Event, report: Report, seed: int) -> None:
    """The other form of the same engine."""
    solve(event, report, seed, exhaustive=True)


class Reporting(RC2):  # type: ignore[misc]  # python-sat carries no types
    """RC2 that tells each new bound."""

    def __init__(self, formula: WCNF, report: Report, exhaustive: bool) -> None:
        super().__init__(formula, solver=SOLVER, adapt=True, exhaust=exhaustive)
        self.report = report

    def process_core(self) -> None:
        super().process_core()
        self.report.bound(self.cost)
