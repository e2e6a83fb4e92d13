"""Funded against turned-down at the line: a regression discontinuity on the rating, for counts.

Close to the line chance decides who is funded. On either side of it joint works are a local polynomial of the rating on
the log scale (Poisson, triangular weights), and the effect is the ratio of both at the line. The bandwidth is the one
that is best for a local line (Imbens & Kalyanaraman 2012, doi:10.1093/restud/rdr043); at that bandwidth a local
parabola takes its bias away, and its interval is the robust bias-corrected one (Calonico, Cattaneo & Titiunik 2014,
doi:10.3982/ECTA11757; equal bandwidths). Joint works before and the year are covariates: they sharpen, and cannot move
it. Where not all above the line were treated (a grant was cancelled), the effect is that on those who were.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from scipy.special import ndtr

from udsyn.evidence.effect.panel import Bools, Floats, Ints
from udsyn.evidence.effect.staggered import Ratio, ratio, spread

FEWEST_SIDE = 30  #: pairs on either side within the bandwidth
FEWEST_WORKS = 10.0  #: joint works on either side within it
FEWEST_RATINGS = 5  #: different ratings on either side
MOST_WRONG = 0.2  #: of pairs on the wrong side of the line: more, and the rating did not decide
GOOD_ENOUGH = 0.02  #: of pairs on the wrong side: finer lines are not looked for
STEPS, CLOSE = 60, 1e-9
TRIANGLE = 3.4375  #: Imbens & Kalyanaraman's constant for triangular weights


@dataclass(frozen=True)
class Applicants:
    """Pairs that applied, one row each. distance: from their line, funded side positive."""

    distance: Floats
    works: Floats  #: joint works after
    years: Floats  #: over how many years
    prior: Floats  #: joint works a year before
    when: Floats  #: year of the application
    treated: Bools
    members: Ints

    def only(self, rows: Bools) -> Applicants:
        return Applicants(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass(frozen=True)
class Jump:
    """What the line did, over which bandwidth (in points of rating), and whether the line can be trusted."""

    found: Ratio
    bandwidth: float
    inside: tuple[int, int]  #: pairs within the bandwidth, turned down and funded
    taken_up: float  #: by how much more often pairs above the line were treated
    prior_p: float  #: of a jump in joint works before: there must be none
    manipulation_p: float  #: of a jump in the number of applicants


def line_of(rating: Floats, funded: Bools) -> tuple[float, float] | None:
    """The line between turned-down and funded, and its direction (1: funded above); None where ratings do not decide.

    It lies half-way between the two ratings that it parts, where it leaves the fewest pairs on the wrong side.
    """
    if funded.all() or not funded.any():
        return None
    best: tuple[int, float, float] | None = None
    for way in (1.0, -1.0):
        order = np.argsort(way * rating, kind="stable")
        values, won = way * rating[order], funded[order]
        wrong = np.cumsum(won) + (len(won) - won.sum()) - np.cumsum(~won)  # below but funded, above but not
        for place in np.flatnonzero(values[1:] > values[:-1]):
            if best is None or wrong[place] < best[0]:
                best = int(wrong[place]), way * float(values[place] + values[place + 1]) / 2, way
    return best[1:] if best is not None and best[0] <= MOST_WRONG * len(rating) else None


def distances(rating: Floats, funded: Bools, calls: list[list[int]]) -> Floats | None:
    """How far each pair is above the line of its call; null (NaN) where a call has no line, None where none has.

    calls: numbers of the call of each pair, coarser first: one line for all where it parts them as well as several do.
    """
    found: list[tuple[float, Floats]] = []
    for numbers in calls:
        away = np.full(len(rating), np.nan)
        for call in set(numbers):
            mine = np.array(numbers) == call
            if (line := line_of(rating[mine], funded[mine])) is not None:
                away[mine] = line[1] * (rating[mine] - line[0])
        held = ~np.isnan(away)
        if held.any():
            wrong = float(((away > 0) != funded)[held].mean()) + (1 - float(held.mean()))
            found.append((wrong, away))
    good = [away for wrong, away in found if wrong <= GOOD_ENOUGH]
    return good[0] if good else min(found, key=lambda one: one[0])[1] if found else None


def discontinuity(applicants: Applicants) -> Jump | str:
    """The effect at the line, or a sentence why it cannot be had."""
    for side, of in ((applicants.distance < 0, "turned down"), (applicants.distance > 0, "funded")):
        if len(np.unique(applicants.distance[side])) < FEWEST_RATINGS:
            return f"Fewer than {FEWEST_RATINGS} different ratings among those {of}: no line can be drawn through them."
    width = bandwidth(applicants)
    if width is None:
        return (
            f"Too little data at the line: {FEWEST_SIDE} pairs and {FEWEST_WORKS:.0f} joint works on either side of it "
            "are needed."
        )
    inside = applicants.only(np.abs(applicants.distance) < width)
    above = inside.distance > 0
    fitted = local(inside.works, inside, width, order=2)
    if fitted is None:
        return "The ratings near the line are too few or too alike to tell both sides apart."
    taken_up = step(inside, width)
    if taken_up[1] - taken_up[0] < 0.1:
        return "Pairs above the line were hardly more often treated than those below it: the line decided nothing."
    jump, error = fitted
    counts = int(above.sum()), int((~above).sum()), int((above & (inside.prior <= 0)).sum())
    works = float(inside.works[above].sum())
    whole = ratio(jump, error, float(np.exp(jump - error**2 / 2)), works, counts)  # exp of an estimate lies too high
    before = local(inside.prior * inside.years, inside, width, order=2, with_prior=False)
    prior_p = float(2 * ndtr(-abs(before[0] / before[1]))) if before and before[1] > 0 else 1.0
    sides = int((~above).sum()), int(above.sum())
    effect = on_treated(whole, *taken_up)
    return Jump(effect, width, sides, taken_up[1] - taken_up[0], prior_p, heaped(applicants, width))


def on_treated(whole: Ratio, below: float, above: float) -> Ratio:
    """From the jump in works to the effect on those whom the line made take part.

    With m works untreated, the sides hold m (1 + below × effect) and m (1 + above × effect).
    """

    def scaled(jump: float) -> float:
        return jump / max(above - (1 + jump) * below, 1e-6)

    error = whole.error / (above - below)
    return replace(whole, effect=scaled(whole.effect), low=scaled(whole.low), high=scaled(whole.high), error=error)


def step(inside: Applicants, width: float) -> tuple[float, float]:
    """The share of pairs treated on either side, at the line (a local line each)."""
    ends = []
    for side in (inside.distance < 0, inside.distance > 0):
        x, weight = inside.distance[side], np.sqrt(1 - np.abs(inside.distance[side]) / width)
        design = np.column_stack([np.ones_like(x), x]) * weight[:, None]
        level = np.linalg.lstsq(design, inside.treated[side] * weight, rcond=None)[0][0]
        ends.append(float(np.clip(level, 0, 1)))
    return ends[0], ends[1]


def design_of(applicants: Applicants, width: float, order: int, with_prior: bool = True) -> Floats:
    """Columns: one, above the line, powers of the distance on either side, then covariates."""
    x = applicants.distance / width
    above = (x > 0).astype(float)
    powers = [x**power * side for power in range(1, order + 1) for side in (1 - above, above)]
    covariates = [np.log(applicants.prior + 0.1)] if with_prior else []
    covariates.append(applicants.when)
    varied = [one - one.mean() for one in covariates if np.ptp(one) > 0]
    return np.column_stack([np.ones_like(x), above, *powers, *varied])


def local(
    works: Floats, applicants: Applicants, width: float, order: int, with_prior: bool = True
) -> tuple[float, float] | None:
    """The jump at the line of the logarithm of works a year, and its standard error."""
    weight = np.clip(1 - np.abs(applicants.distance) / width, 0, None)
    design = design_of(applicants, width, order, with_prior)
    fitted = poisson(works, design, weight, np.log(applicants.years))
    if fitted is None:
        return None
    coefficients, mean, inverse = fitted
    leverage = np.clip(weight * mean * np.einsum("ij,jk,ik->i", design, inverse, design), 0, 0.9)
    parts = (weight * (works - mean) / np.sqrt(1 - leverage))[:, None] * design @ inverse
    return float(coefficients[1]), spread(parts[:, 1], applicants.members)


def poisson(works: Floats, design: Floats, weight: Floats, offset: Floats) -> tuple[Floats, Floats, Floats] | None:
    """Coefficients, means and the inverse information of a weighted Poisson regression; None where none is found."""
    if works @ weight <= 0 or np.linalg.matrix_rank(design[weight > 0]) < design.shape[1]:
        return None
    coefficients: Floats = np.zeros(design.shape[1])
    coefficients[0] = np.log((works @ weight) / (np.exp(offset) @ weight))
    held = -np.inf
    for _ in range(STEPS):
        mean: Floats = np.exp(np.clip(design @ coefficients + offset, -30, 30))
        try:
            inverse: Floats = np.linalg.inv((design * (weight * mean)[:, None]).T @ design).astype(np.float64)
        except np.linalg.LinAlgError:
            return None
        move = inverse @ (design.T @ (weight * (works - mean)))
        coefficients = coefficients + np.clip(move, -2, 2)
        if float(np.abs(move).max()) < CLOSE:
            return coefficients, mean, inverse
        held = float(np.abs(move).max())
    return (coefficients, mean, inverse) if held < 1e-4 else None


def bandwidth(applicants: Applicants) -> float | None:
    """The bandwidth, in points of rating, with which a local line errs least; None where no side holds enough."""
    x = applicants.distance
    least = [fewest_within(np.abs(x[side]), applicants.works[side]) for side in (x < 0, x > 0)]
    if least[0] is None or least[1] is None:
        return None
    smallest, largest = max(least[0], least[1]) * 1.0001, float(np.abs(x).max()) * 1.0001
    design = design_of(applicants, 1.0, 2)
    pilot = poisson(applicants.works, design, np.ones_like(x), np.log(applicants.years))
    if pilot is None:
        return max(smallest, largest / 2)
    coefficients, mean, inverse = pilot
    noise = float(((applicants.works - mean) ** 2).sum() / mean.sum())
    bend = (2 * (coefficients[5] - coefficients[4])) ** 2
    unsure = 3 * 4 * noise * float(inverse[4, 4] + inverse[5, 5])
    near = 1.84 * float(x.std()) * len(x) ** -0.2
    close = np.abs(x) < near
    density = max(float(close.mean()), 1 / len(x)) / (2 * near)
    level = float(mean[close].mean()) if close.any() else float(mean.mean())
    best = TRIANGLE * (2 * noise / level / (density * (bend + unsure) * len(x))) ** 0.2
    return float(np.clip(best, smallest, max(smallest, largest)))


def fewest_within(away: Floats, works: Floats) -> float | None:
    """The distance within which a side holds enough pairs and works; None where it never does."""
    order = np.argsort(away, kind="stable")
    enough = (np.arange(1, len(away) + 1) >= FEWEST_SIDE) & (np.cumsum(works[order]) >= FEWEST_WORKS)
    return float(away[order][np.argmax(enough)]) if enough.any() else None


def heaped(applicants: Applicants, width: float) -> float:
    """p of a jump in how many applied (McCrary 2008, doi:10.1016/j.jeconom.2007.05.005, here on binned counts)."""
    x = applicants.distance[np.abs(applicants.distance) < width]
    half = int(np.clip(len(x) // 40, 4, 15))
    edges = np.linspace(-width, width, 2 * half + 1)
    numbers = np.histogram(x, edges)[0].astype(float)
    middle = (edges[1:] + edges[:-1]) / 2 / width
    above = (middle > 0).astype(float)
    design = np.column_stack([np.ones_like(middle), above, middle * (1 - above), middle * above])
    fitted = poisson(numbers, design, np.ones_like(middle), np.zeros_like(middle))
    if fitted is None:
        return 1.0
    coefficients, mean, inverse = fitted
    scale = max(1.0, float(((numbers - mean) ** 2 / mean).sum() / (len(middle) - 4)))
    return float(2 * ndtr(-abs(coefficients[1]) / np.sqrt(scale * inverse[1, 1])))


def other_lines(applicants: Applicants, width: float, lines: int = 10) -> list[float]:
    """Statistics of pretended lines on either side of the true one, each seen by its own side alone."""
    found = []
    for side in (applicants.distance < 0, applicants.distance > 0):
        held = applicants.only(side)
        for at in np.quantile(held.distance, np.linspace(0.2, 0.8, lines)):
            moved = replace(held, distance=held.distance - at)
            near = moved.only((np.abs(moved.distance) < width) & (moved.distance != 0))
            sides = int((near.distance < 0).sum()), int((near.distance > 0).sum())
            if min(sides) >= FEWEST_SIDE and (fitted := local(near.works, near, width, 2)) and fitted[1] > 0:
                found.append(abs(fitted[0] / fitted[1]))
    return found
