"""What may be said of two countries in a field, with the errors of many looks at once kept small.

Each verdict is a test. A *joint strength* has to beat the hypothesis that either country's activity index is at most 1,
its *use* the one that joint works are as expected, a *growing* side the one that its share has not grown by more than
MATTERS. p values become q values over all fields and partners that are looked at together: of the verdicts given, at
most 1 - confidence are expected to be false (Benjamini & Hochberg 1995; for claims on two countries at once Bogomolov &
Heller 2018, doi 10.1093/biomet/asy029). docs/strengths_proof.md shows that it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from statistics import NormalDist
from typing import Any

from udsyn.evidence.differences import benjamini_hochberg

WELL_USED = "joint strength, well used"
UNDER_USED = "joint strength, under-used"
NOT_TOLD = "joint strength, use not told from expectation"
JOINT = "joint strength"  #: where the source has no joint works per field
CITED_BELOW = "both specialised, cited below the world"
GROWING = "one specialised, the other growing"
NONE = "no joint specialisation"
TOO_FEW = "too few works"  #: in either country: shown, and never called a strength
QUADRANTS = (UNDER_USED, NOT_TOLD, WELL_USED, JOINT, CITED_BELOW, GROWING, NONE, TOO_FEW)  #: opportunities first

#: of the verdicts given together, at most 1 - CONFIDENCE are expected to be false
CONFIDENCE = 0.9
#: how far off a computer's sums of small fractions are at most
ROUNDING = 1e-12
#: the smallest growth of a share that matters
MATTERS = 0.10


def above_average_p(count: float, total: float, average: float, works: float) -> float | None:
    """How likely a count as high is where the field has the world's share (`average` works of the `total`).

    `works` is the effective number of the country's works. The exact binomial tail, at fractional numbers too.
    """
    from scipy.special import betainc  # SciPy is loaded where it is used

    if not (0 < average < total and works > 0):
        return None
    found = works * count / total
    return 1.0 if found <= 0 else float(betainc(found, works - found + 1, average / total))


def growing_p(growth: float | None, log_variance: float) -> float | None:
    """How likely a growth as large is where the true one is MATTERS or less (normal on the logarithm)."""
    if growth is None or growth <= -1 or log_variance <= 0:
        return None
    return NormalDist().cdf(-log((1 + growth) / (1 + MATTERS)) / log_variance**0.5)


def expected_p(count: float, expected: float, design_effect: float) -> float | None:
    """How likely a count as far from expectation is, two-sided: twice the smaller exact Poisson tail, at most 1."""
    from scipy.special import gammainc, gammaincc

    if expected <= 0:
        return None
    found, mean = count / design_effect, expected / design_effect
    few = float(gammaincc(found + 1, mean))
    many = float(gammainc(found, mean)) if found > 0 else 1.0
    return min(1.0, 2 * min(few, many))


def decide(rows: Sequence[dict[str, Any]], confidence: float) -> None:
    """Give every row its q values and its `quadrant`; the rows are all that is looked at together.

    A row brings `enough`, the p values home_activity_p, partner_activity_p, home_growth_p, partner_growth_p and use_p,
    and what `quadrant` reads.
    """
    allowed = 1 - confidence
    judged = [row for row in rows if row["enough"]]
    ours, theirs = ([row[f"{side}_activity_p"] for row in judged] for side in ("home", "partner"))
    give_q(judged, "strong_q", both_q(ours, theirs, allowed))
    joint = [row for row in judged if told(row["strong_q"], allowed)]
    give_q(joint, "use_q", benjamini_hochberg([row["use_p"] for row in joint]))
    others = [row for row in judged if not told(row["strong_q"], allowed)]
    give_q(others, "growing_q", benjamini_hochberg([one_growing_p(row) for row in others]))
    for row in rows:
        row["quadrant"] = quadrant(row, allowed)


def give_q(rows: Sequence[dict[str, Any]], name: str, values: list[float | None]) -> None:
    for row, value in zip(rows, values, strict=True):
        row[name] = value


def both_q(ones: Sequence[float | None], others: Sequence[float | None], allowed: float) -> list[float | None]:
    """q values of the claim that both sides are above, from p values of each: those of Bogomolov & Heller (2018).

    Each side is asked only where the other has passed `allowed`, so that fields in which one side plainly is not above
    do not count as looks. Where either side has not passed, the q value is 1.
    """
    first, second = ({i for i, p in enumerate(side) if p is not None and p <= allowed} for side in (ones, others))
    worst: list[float | None] = [None] * len(ones)
    for i in first & second:
        worst[i] = 2 * max((ones[i] or 0.0) * len(second), (others[i] or 0.0) * len(first)) / len(first & second)
    return [1.0 if q is None else q for q in benjamini_hochberg(worst)]


def quadrant(row: dict[str, Any], allowed: float) -> str:
    """The name of what two sides make together in a row with q values."""
    if not row["enough"]:
        return TOO_FEW
    if told(row["strong_q"], allowed):
        return CITED_BELOW if cited_below(row) else use(row, allowed)
    return GROWING if told(row["growing_q"], allowed) else NONE


def use(row: dict[str, Any], allowed: float) -> str:
    """How well a joint strength is used: told from expectation by its interval and its q value, or not."""
    if row.get("observed_expected") is None:
        return JOINT
    low, high = row["observed_expected_low"], row["observed_expected_high"]
    if told(row["use_q"], allowed) and high < 1:
        return UNDER_USED
    return WELL_USED if told(row["use_q"], allowed) and low > 1 else NOT_TOLD


def cited_below(row: dict[str, Any]) -> bool:
    """Whether the works of either side are cited less than the world's, as far as the interval of the MNCS tells."""
    ends = (row.get("home_mncs_high"), row.get("partner_mncs_high"))
    return any(end is not None and end < 1 for end in ends)


def one_growing_p(row: dict[str, Any]) -> float | None:
    """One side specialised and the other growing, whichever way round: twice the smaller of both ways."""
    ways = [
        larger(row["home_activity_p"], row["partner_growth_p"]),
        larger(row["partner_activity_p"], row["home_growth_p"]),
    ]
    held = [way for way in ways if way is not None]
    return min(1.0, 2 * min(held)) if held else None


def larger(one: float | None, other: float | None) -> float | None:
    """The p value of two claims together; unknown where either is."""
    return None if one is None or other is None else max(one, other)


def told(q: float | None, allowed: float) -> bool:
    """Whether a verdict may be given; a q value of 0.1 is up to 1 - 0.9, which a computer makes a little less."""
    return q is not None and q <= allowed + ROUNDING
