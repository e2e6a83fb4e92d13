"""Linear programmes, whole numbers where asked, solved by HiGHS as SciPy carries it.

SciPy's copy, because highspy and OR-Tools each bring a library of that name and only one of them loads in a process.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from udsyn.errors import UdsynError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

INFEASIBLE = 2  #: SciPy's status


@dataclass
class Programme:
    """Make a sum of worths as large as rows allow. Columns are non-negative; a row is a sum between two numbers."""

    worths: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    cells: list[tuple[int, int, float]] = field(default_factory=list)  #: row, column, factor

    def add_column(self, worth: float, most: float = np.inf, whole: bool = False) -> int:
        self.worths.append(worth)
        self.most.append(most)
        self.whole.append(whole)
        return len(self.worths) - 1

    def add_row(self, low: float, high: float, cells: list[tuple[int, float]]) -> int:
        """A row of (column, factor)."""
        row = len(self.low)
        self.low.append(low)
        self.high.append(high)
        self.cells += [(row, column, factor) for column, factor in cells]
        return row

    def matrix(self) -> csr_array:
        from scipy.sparse import csr_array  # SciPy is loaded where it is used: it takes a third of a second

        rows, columns, factors = zip(*self.cells, strict=True) if self.cells else ((), (), ())
        return csr_array((factors, (rows, columns)), shape=(len(self.low), len(self.worths)))

    def solve(self) -> tuple[float, np.ndarray] | None:
        """The largest sum and each column's number; None where the rows cannot hold together.

        Where nothing is asked to be whole the answer is a corner of what is allowed.
        """
        if not self.worths:
            return (0.0, np.zeros(0)) if all(low <= 0 <= high for low, high in self.limits) else None
        from scipy.optimize import Bounds, LinearConstraint, milp

        result = milp(
            -np.array(self.worths),
            integrality=np.array(self.whole, dtype=int),
            bounds=Bounds(np.zeros(len(self.most)), np.array(self.most)),
            constraints=LinearConstraint(self.matrix(), self.low, self.high) if self.low else (),
            options={"mip_rel_gap": 0.0},
        )
        if result.status == INFEASIBLE:
            return None
        if result.x is None or result.status:
            raise UdsynError(f"the solver ended without a proof: {result.message}")
        return -float(result.fun), np.asarray(result.x)

    @property
    def limits(self) -> list[tuple[float, float]]:
        return list(zip(self.low, self.high, strict=True))
