"""Each word that is said as a verdict, on both sides of the line at which it is said; lines stand here as numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from math import log, sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom, norm, poisson

from udsyn.briefs.sections import against_expectation
from udsyn.evidence import verdicts
from udsyn.evidence.effect import instruments, verdict
from udsyn.evidence.effect.placebo import Inference
from udsyn.evidence.effect.staggered import Ratio
from udsyn.evidence.places.tracking import track

ROOT = Path(__file__).resolve().parents[2]
JUST_ABOVE = 0.100001
STRONG = {
    "enough": True,
    "strong_q": 0.10,
    "growing_q": None,
    "use_q": 0.10,
    "home_mncs_high": None,
    "partner_mncs_high": None,
    "observed_expected": 2.0,
    "observed_expected_low": 1.01,
    "observed_expected_high": 3.0,
}
BELOW = {"observed_expected": 0.5, "observed_expected_low": 0.3, "observed_expected_high": 0.99}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "joint strength, well used"),
        ({"observed_expected_low": 1.0}, "joint strength, use not told from expectation"),
        ({"use_q": JUST_ABOVE}, "joint strength, use not told from expectation"),
        ({"use_q": None}, "joint strength, use not told from expectation"),
        (BELOW, "joint strength, under-used"),
        ({**BELOW, "observed_expected_high": 1.0}, "joint strength, use not told from expectation"),
        ({**BELOW, "use_q": JUST_ABOVE}, "joint strength, use not told from expectation"),
        ({"observed_expected": None}, "joint strength"),
        ({"strong_q": JUST_ABOVE}, "no joint specialisation"),
        ({"strong_q": None}, "no joint specialisation"),
        ({"home_mncs_high": 0.999}, "both specialised, cited below the world"),
        ({"partner_mncs_high": 0.999}, "both specialised, cited below the world"),
        ({"home_mncs_high": 1.0, "partner_mncs_high": 1.0}, "joint strength, well used"),
        ({"strong_q": JUST_ABOVE, "growing_q": 0.10}, "one specialised, the other growing"),
        ({"strong_q": JUST_ABOVE, "growing_q": JUST_ABOVE}, "no joint specialisation"),
        ({"enough": False}, "too few works"),
        ({"enough": False, "strong_q": JUST_ABOVE, "growing_q": 0.0}, "too few works"),
    ],
)
def test_a_quadrant_is_said_up_to_its_line_and_not_beyond(changed: dict[str, object], said: str) -> None:
    assert verdicts.quadrant({**STRONG, **changed}, 0.10) == said


def test_growth_is_measured_from_ten_per_cent_and_not_from_none() -> None:
    """At a true growth of 10 % the p value is 1/2, at none it is above; SciPy's normal tail is the other opinion."""
    assert verdicts.growing_p(0.10, 0.04) == pytest.approx(0.5)
    assert verdicts.growing_p(0.0, 0.04) > 0.5
    assert verdicts.growing_p(0.53, 0.04) == pytest.approx(norm.sf(log(1.53 / 1.1) / sqrt(0.04)))
    assert verdicts.growing_p(None, 0.04) is verdicts.growing_p(-1.0, 0.04) is verdicts.growing_p(0.5, 0.0) is None


def test_p_values_are_those_of_the_exact_tails() -> None:
    """Whole numbers, where SciPy's binomial and Poisson tails apply."""
    assert verdicts.above_average_p(30, 100, 20, 100) == pytest.approx(binom.sf(29, 100, 0.2))
    assert verdicts.expected_p(14, 8, 1.0) == pytest.approx(2 * poisson.sf(13, 8))
    assert verdicts.expected_p(3, 8, 1.0) == pytest.approx(2 * poisson.cdf(3, 8))
    assert verdicts.expected_p(28, 16, 2.0) == verdicts.expected_p(14, 8, 1.0), "a design effect of 2 halves both"
    assert verdicts.expected_p(8, 8, 1.0) == 1.0


def test_benjamini_and_hochberg_over_all_that_is_looked_at() -> None:
    """0.004 is enough alone and among twenty-five, and not among twenty-six: 26 x 0.004 = 0.104."""
    for looked, told in ((1, True), (25, True), (26, False)):
        rows = [use_row(0.004), *(use_row(0.9) for _ in range(looked - 1))]
        verdicts.decide(rows, 0.9)
        assert (rows[0]["quadrant"] == "joint strength, well used") is told, looked


def use_row(p: float) -> dict[str, object]:
    nothing = dict.fromkeys(("home_growth_p", "partner_growth_p"))
    return {**STRONG, **nothing, "home_activity_p": 1e-12, "partner_activity_p": 1e-12, "use_p": p}


ALONE = Inference(effect=0.3, low=0.01, high=0.7, rank=5, placebos=99, mde=0.5)
SEEN, UNSEEN = "A change this large is unlikely to be chance.", "This cannot be told from chance"


@pytest.mark.parametrize(
    ("rank", "q", "said"), [(5, None, SEEN), (6, None, UNSEEN), (5, 0.05, SEEN), (5, 0.051, UNSEEN), (6, 0.01, UNSEEN)]
)
def test_an_effect_is_told_up_to_one_in_twenty_of_placebos_and_of_q(rank: int, q: float | None, said: str) -> None:
    assert verdict.weight(replace(ALONE, rank=rank), q).startswith(said)


@pytest.mark.parametrize(
    ("rank", "dated", "told"),
    [(1, 5, True), (1, 6, False), (5, 1, True), (5, 2, False)],
)
def test_one_agreement_of_many_is_told_where_its_p_times_their_number_is_one_in_twenty(
    rank: int, dated: int, told: bool
) -> None:
    said = verdict.told_alone(replace(ALONE, rank=rank), "DK", dated)
    assert ("cannot be told from chance" in said) is not told
    if not told:
        assert f"in {100 * (1 - 0.95**dated):.0f} % of cases" in said


def ratio(p_value: float, effect: float = 0.3, low: float = 0.1, high: float = 0.6) -> Ratio:
    """Joint works of 40 pairs over those expected, with this interval and p value."""
    return Ratio(effect, low, high, 0.1, p_value, 130.0, 100.0, 40, 80, 0)


@pytest.mark.parametrize(("low", "high", "told"), [(0.001, 0.5, True), (0.0, 0.5, False), (-0.5, -0.001, True)])
def test_an_instrument_has_an_effect_where_its_interval_leaves_out_none(low: float, high: float, told: bool) -> None:
    found = ratio(0.04, effect=(low + high) / 2, low=low, high=high)
    said = instruments.sentence(found, "stays", "expected from others", "")
    assert ("unlikely to be chance" in said) is told
    assert ("cannot be told from chance" in said) is not told


@pytest.mark.parametrize(
    ("p_value", "said"),
    [(0.050, "does not hold"), (0.051, "may not hold"), (0.10, "may not hold"), (0.101, "moved like those")],
)
def test_an_estimator_of_an_instrument_holds_by_what_came_before(p_value: float, said: str) -> None:
    assert said in instruments.trend(ratio(p_value))


@pytest.mark.parametrize(
    ("low", "high", "told"), [(0.5, 0.999, True), (0.5, 1.0, False), (1.0, 1.5, False), (1.001, 1.5, True)]
)
def test_a_tie_is_told_from_expectation_where_its_interval_leaves_out_one(low: float, high: float, told: bool) -> None:
    row = {"observed_expected": sqrt(low * high), "observed_expected_low": low, "observed_expected_high": high}
    assert ("which is not told from chance" in against_expectation(row)) is not told


@pytest.mark.parametrize(
    ("second", "event"), [(100, "steady"), (111, "grown"), (110, "steady"), (90, "steady"), (89, "shrunk")]
)
def test_a_hot_spot_has_grown_where_its_share_rose_by_more_than_a_tenth(second: int, event: str) -> None:
    """Of a world of 1,000 in both years: the share of the cluster changes from 10 % to second / 1,000."""
    weights = np.array([[100.0, float(second)], [900.0, 1000.0 - second]])
    steps = track(np.array([[0, 0], [-1, -1]]), weights)
    assert [step.event for step in steps[1].values()] == [event]


def test_the_page_of_verdicts_names_every_word_with_code_and_test_that_are_there() -> None:
    lines = (ROOT / "docs" / "dev" / "verdicts.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.startswith("| ")][1:]
    for _, _, decided, test in rows:
        file, name = re.findall(r"`([^`]+)`", decided)
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), decided
        assert (ROOT / test.strip("`")).is_file(), test
    assert {row[0] for row in rows} >= set(verdicts.QUADRANTS)
