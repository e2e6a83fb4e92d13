"""Grants and stays: joint works of funded dyads against those of unfunded dyads that were alike before.

A dyad is any pair that can write together (two institutions, two people). Each funded dyad is matched with the nearest
unfunded ones of the same group (a field, say) on prior joint works and size; the effect is the ratio of what the funded
wrote to what their matches wrote, with Fieller's interval for a ratio of means over dyads (Fieller 1954,
doi:10.1111/j.2517-6161.1954.tb00159.x). What matching leaves of a difference is taken off by a Poisson regression on
the unfunded (Abadie & Imbens 2011, doi:10.1198/jbes.2009.07333). Matching removes only differences that were measured:
applicants who were turned down are a better comparison than dyads that never applied.
"""

from __future__ import annotations

from dataclasses import dataclass

import narwhals as nw
import numpy as np
import polars as pl
from narwhals.typing import IntoDataFrame

from udsyn.errors import NotHeld
from udsyn.evidence.effect.panel import Bools, Floats
from udsyn.evidence.effect.placebo import LEVEL
from udsyn.evidence.effect.verdict import bounds, compared
from udsyn.evidence.words import change

MATCHES = 3  #: unfunded dyads for each funded one
FEWEST_FUNDED = 10
COLUMNS = ("dyad", "group", "prior", "size", "after", "funded")
MATCHED = {"prior": "prior joint works", "size": "size"}  #: column → what it is called
UNEVEN = 0.1  #: standardised difference from which a covariate is named as unbalanced
Z, Z_POWER = 1.96, 0.8416  #: of a two-sided 5 % test, and of a power of 80 %


@dataclass(frozen=True)
class Balance:
    """How alike funded and unfunded dyads are in one thing: averages, and standardised differences of its logarithm
    (funded less unfunded, in standard deviations) before and after matching; within 0.1 is good."""

    what: str
    funded: float
    unfunded: float
    matched: float
    difference_before: float
    difference_after: float


@dataclass(frozen=True)
class DyadEffect:
    """What funding did: effect 0.25 = +25 %. matches: funded dyad → its unfunded matches."""

    effect: float
    low: float
    high: float
    mde: float  #: the least effect that would be seen with a chance of 80 %
    funded: int
    unmatched: int
    works: float
    expected: float
    balance: tuple[Balance, ...]
    matches: dict[str, list[str]]

    @property
    def verdict(self) -> str:
        """The finding in a sentence that does not say more than the figures."""
        expected = f"the {self.expected:,.0f} expected from unfunded pairs like them"
        said = [
            f"{self.funded} funded pairs wrote {self.works:,.0f} joint works, {compared(self.effect)} than {expected}.",
            f"{bounds(self.low, self.high)}.",
        ]
        if self.low > 0 or self.high < 0:
            said.append("A difference this large is unlikely to be chance.")
        else:
            said.append(
                f"This cannot be told from chance: only an effect of about {change(self.mde)} or more would have been "
                "seen reliably, so the data neither show an effect nor rule out a useful one."
            )
        uneven = [one.what for one in self.balance if abs(one.difference_after) > UNEVEN]
        if uneven:
            said.append(f"The pairs compared still differ in {' and '.join(uneven)}, so read it with care.")
        return " ".join(said)


def matched_effect(dyads: IntoDataFrame, matches: int = MATCHES) -> DyadEffect:
    """Effect of funding on joint works after it.

    dyads: one row each, with columns dyad (its name), group (matched exactly), prior (joint works before), size (output
    of both before), after (joint works after the grant, over the same years for all of a group) and funded (true or
    false). Raises UsageError with fewer than FEWEST_FUNDED funded dyads that find matches, or where the matches wrote
    nothing after.
    """
    from sklearn.linear_model import PoissonRegressor

    frame = nw.from_native(dyads, eager_only=True).select(*COLUMNS)
    rows = pl.DataFrame({name: frame[name].to_list() for name in COLUMNS}).sort("dyad")
    if rows.is_empty():
        raise NotHeld(
            "no funded dyad has works before and years after in the record, so that there is nothing to compare."
        )
    features = np.column_stack([np.log1p(rows["prior"].to_numpy()), np.log1p(rows["size"].to_numpy())])
    scale = features.std(axis=0)
    features = features / np.where(scale > 0, scale, 1.0)
    funded = rows["funded"].to_numpy().astype(bool)
    chosen = nearest(features, rows["group"].to_list(), funded, matches)
    if len(chosen) < FEWEST_FUNDED:
        raise NotHeld(
            f"{len(chosen)} funded dyads have {matches} unfunded dyads of their group to be compared with; "
            f"{FEWEST_FUNDED} are needed."
        )
    after = rows["after"].to_numpy().astype(float)
    mine = np.array(list(chosen))
    model = PoissonRegressor(alpha=0, solver="newton-cholesky").fit(features[~funded], after[~funded])
    level = np.exp(features @ model.coef_)
    theirs = np.array([level[row] * (after[others] / level[others]).mean() for row, others in chosen.items()])
    if theirs.sum() <= 0:
        raise NotHeld("the unfunded matches wrote nothing together afterwards: no ratio can be had.")
    low, high = fieller(after[mine], theirs)
    names = rows["dyad"].cast(pl.String).to_list()
    error = np.log(high / max(low, 1e-9)) / 2 / Z if 0 < high < np.inf else np.inf
    return DyadEffect(
        effect=float(after[mine].sum() / theirs.sum() - 1),
        low=low - 1,
        high=high - 1,
        mde=float(np.expm1(min(error * (Z + Z_POWER), 50.0))),
        funded=len(mine),
        unmatched=int(funded.sum()) - len(mine),
        works=float(after[mine].sum()),
        expected=float(theirs.sum()),
        balance=tuple(
            balanced(what, rows[column].to_numpy().astype(float), features[:, place], funded, chosen)
            for place, (column, what) in enumerate(MATCHED.items())
        ),
        matches={names[row]: [names[other] for other in others] for row, others in chosen.items()},
    )


def balanced(what: str, values: Floats, scaled: Floats, funded: Bools, chosen: dict[int, list[int]]) -> Balance:
    """Averages of `values`, and differences of `scaled`, which has unit variance."""
    mine = np.array(list(chosen))
    theirs = np.array(list(chosen.values()))
    return Balance(
        what,
        float(values[mine].mean()),
        float(values[~funded].mean()),
        float(values[theirs].mean()),
        float(scaled[mine].mean() - scaled[~funded].mean()),
        float(scaled[mine].mean() - scaled[theirs].mean()),
    )


def nearest(features: Floats, groups: list[object], funded: Bools, matches: int) -> dict[int, list[int]]:
    """Funded row → rows of its nearest unfunded dyads in the same group; ties go to the first by name.

    An unfunded dyad is used once, so that the sets are independent of one another.
    """
    found = {}
    open_ = ~funded
    number = np.unique(np.array([str(group) for group in groups]), return_inverse=True)[1]
    for row in np.flatnonzero(funded):
        free = np.flatnonzero(open_ & (number == number[row]))
        if len(free) >= matches:
            distance = ((features[free] - features[row]) ** 2).sum(axis=1)
            taken = free[np.argsort(distance, kind="stable")[:matches]]
            open_[taken] = False
            found[int(row)] = [int(other) for other in taken]
    return found


def fieller(above: Floats, below: Floats) -> tuple[float, float]:
    """Interval for mean(above) / mean(below) of paired values; infinite above where the lower mean may be zero."""
    from scipy.special import stdtrit

    n = len(above)
    critical = float(stdtrit(n - 1, (1 + LEVEL) / 2)) ** 2 / n
    covariance = np.cov(above, below)
    top, bottom = above.mean(), below.mean()
    a = bottom**2 - critical * covariance[1, 1]
    b = top * bottom - critical * covariance[0, 1]
    c = top**2 - critical * covariance[0, 0]
    root = np.sqrt(max(b**2 - a * c, 0.0))
    if a <= 0:
        return 0.0, float("inf")
    return max(0.0, float((b - root) / a)), float((b + root) / a)
