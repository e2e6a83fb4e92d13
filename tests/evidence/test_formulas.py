"""The worked numbers of the indicator definitions, in exact fractions, and what must hold for any numbers."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from udsyn.evidence import formulas
from udsyn.evidence.expected import quasi_independence
from udsyn.evidence.percentiles import credits_of, threshold
from udsyn.evidence.weights import author_level, country_level, fractional_links, full, known_only

F = Fraction

# Weights -----------------------------------------------------------------------------------------------------------

W1 = [["DK"], ["DK", "SE"], ["KR"], []]


def test_weights_of_the_published_case() -> None:
    assert author_level([["A"], ["A"], ["A", "B"]]) == {"A": F(5, 6), "B": F(1, 6)}


def test_weights_by_every_counting_method() -> None:
    assert full(W1) == {"DK": 1, "SE": 1, "KR": 1}
    assert country_level(W1) == {"DK": F(1, 3), "SE": F(1, 3), "KR": F(1, 3)}
    assert author_level(W1) == {"DK": F(3, 8), "SE": F(1, 8), "KR": F(1, 4), None: F(1, 4)}
    assert known_only(author_level(W1)) == {"DK": F(1, 2), "SE": F(1, 6), "KR": F(1, 3)}


@given(st.lists(st.lists(st.sampled_from("ABCD"), max_size=3, unique=True), min_size=1, max_size=8))
def test_author_level_weights_sum_to_one(authors: list[list[str]]) -> None:
    assert sum(author_level(authors).values()) == 1


@given(st.lists(st.lists(st.sampled_from("ABCD"), max_size=3, unique=True), min_size=1, max_size=8))
def test_merging_two_countries_adds_their_fractional_weights(authors: list[list[str]]) -> None:
    merged = author_level([["A" if part == "B" else part for part in author] for author in authors])
    apart = author_level(authors)
    assert merged.get("A", 0) == apart.get("A", 0) + apart.get("B", 0)
    assert full([["A" if p == "B" else p for p in a] for a in authors]).get("A", 0) <= full(authors).get("A", 0) + full(
        authors
    ).get("B", 0)


@pytest.mark.parametrize(("countries", "weight"), [("AB", F(1)), ("ABC", F(1, 2)), ("ABCD", F(1, 3))])
def test_fractional_links(countries: str, weight: F) -> None:
    links = fractional_links(countries)
    assert set(links.values()) == {weight}
    for country in countries:
        assert sum(value for pair, value in links.items() if country in pair) == 1


# Impact ------------------------------------------------------------------------------------------------------------


def test_normalised_scores() -> None:
    e_f, e_g = F(0 + 2 + 4 + 10, 4), F(4, 4)
    scores = [formulas.citation_score(10, e_f), formulas.citation_score(1, e_g)]
    full_weights, weights = [F(1), F(1)], [F(1, 2), F(1)]
    assert formulas.mean_normalised(full_weights, scores) == F(7, 4)
    assert sum(w * s for w, s in zip(weights, scores, strict=True)) == F(9, 4)
    assert sum(weights) == F(3, 2)
    assert formulas.mean_normalised(weights, scores) == F(3, 2)
    assert formulas.mean_normalised(weights, scores) != F(11, 5), "the ratio of sums is the old crown indicator"


def test_totals_and_means_are_of_one_score_for_each_weight() -> None:
    assert formulas.total_normalised([F(1, 2), F(1)], [F(5, 2), F(1)]) == F(9, 4)
    for counted in (formulas.total_normalised, formulas.mean_normalised):
        with pytest.raises(ValueError, match="argument 2 is"):
            counted([F(1), F(1)], [F(1)])


def test_citations_within_a_window_and_without_ones_own() -> None:
    by_year = {2019: 1, 2020: 2, 2021: 3, 2022: 5}
    assert [formulas.in_window(by_year, 2020, years) for years in (1, 2, 3)] == [3, 6, 11]
    assert formulas.without_self({"c", "e"}, [{"a"}, {"b", "c"}, {"d"}]) == 2


def test_a_set_without_citations_scores_one() -> None:
    assert formulas.citation_score(0, 0) == 1


HISTOGRAMS = st.lists(st.integers(0, 30), min_size=1, max_size=60)


@given(st.lists(HISTOGRAMS, min_size=1, max_size=4), st.data())
def test_world_mean_normalised_score_is_one(sets: list[list[int]], data: st.DataObject) -> None:
    """Over a full partition, also when every work is shared out in parts that sum to 1."""
    weights, scores = [], []
    for citations in sets:
        expected = F(sum(citations), len(citations))
        for count in citations:
            part = F(data.draw(st.integers(0, 10)), 10)
            weights += [part, 1 - part]
            scores += [formulas.citation_score(count, expected)] * 2
    assert formulas.mean_normalised(weights, scores) == 1


@pytest.mark.parametrize(
    ("citations", "percent", "shares"),
    [
        ([0, 1, 2, 2, 3], 50, [0, 0, F(3, 4), F(3, 4), 1]),
        ([0, 0, 0, 1, 1, 2, 3, 5, 8, 8], 10, [0] * 8 + [F(1, 2)] * 2),
        ([0, 0, 0, 0], 10, [F(1, 10)] * 4),
        ([9, 7, 7, 3, 1, 0, 0], 10, [F(7, 10)] + [0] * 6),
        (list(range(20)), 10, [0] * 18 + [1, 1]),
    ],
)
def test_top_credits(citations: list[int], percent: int, shares: list[F]) -> None:
    assert credits_of(citations, percent) == shares


@given(HISTOGRAMS, st.sampled_from([1, 5, 10, 50]))
def test_world_share_of_the_top_is_x_exactly(citations: list[int], percent: int) -> None:
    assert sum(credits_of(citations, percent)) == F(percent * len(citations), 100)


@given(HISTOGRAMS, st.sampled_from([1, 5, 10, 50]), st.integers(2, 5))
def test_top_credits_do_not_change_with_the_scale_of_citations_or_set(
    citations: list[int], percent: int, scale: int
) -> None:
    assert credits_of([count * scale for count in citations], percent) == credits_of(citations, percent)
    assert credits_of(citations * scale, percent) == credits_of(citations, percent) * scale


def test_an_empty_set_has_no_threshold() -> None:
    with pytest.raises(ValueError, match="empty"):
        threshold({}, 10)


# Specialisation ----------------------------------------------------------------------------------------------------


def test_activity_index() -> None:
    f = formulas.activity_index(F(30), F(40), F(100), F(400))
    g = formulas.activity_index(F(10), F(40), F(300), F(400))
    assert (f, g) == (3, F(1, 3))
    assert (formulas.rsi(f), formulas.rsi(g)) == (F(1, 2), F(-1, 2))
    assert (formulas.tanh_specialisation(f), formulas.tanh_specialisation(g)) == (F(4, 5), F(-4, 5))


@given(st.integers(1, 99), st.integers(1, 99), st.integers(1, 9))
def test_activity_index_does_not_change_with_scale(field: int, rest: int, scale: int) -> None:
    once = formulas.activity_index(F(field), F(field + rest), F(500), F(5000))
    assert formulas.activity_index(F(field * scale), F((field + rest) * scale), F(500), F(5000)) == once
    assert formulas.rsi(once) == -formulas.rsi(1 / once)


# Pairs -------------------------------------------------------------------------------------------------------------

LINKS = {"AB": 6, "AC": 3, "BC": 1}
OUTPUT = {"A": 100, "B": 50, "C": 40}
TIES = {x: F(sum(n for pair, n in LINKS.items() if x in pair)) for x in "ABC"}
TOTAL = F(sum(LINKS.values()))


@pytest.mark.parametrize(
    ("pair", "pai", "ric", "reversed_", "luukkonen", "twice", "salton", "jaccard", "inclusion"),
    [
        ("AB", F(40, 21), F(2, 3), F(6, 7), F(2, 21), F(22, 21), 0.084853, F(1, 24), F(3, 25)),
        ("AC", F(5, 3), F(1, 3), F(3, 4), F(1, 12), F(11, 12), 0.047434, F(3, 137), F(3, 40)),
        ("BC", F(5, 7), F(1, 7), F(1, 4), F(3, 28), F(13, 28), 0.022361, F(1, 89), F(1, 40)),
    ],
)
def test_pair_strength(
    pair: str, pai: F, ric: F, reversed_: F, luukkonen: F, twice: F, salton: float, jaccard: F, inclusion: F
) -> None:
    x, y = pair
    c, p_x, p_y = F(LINKS[pair]), F(OUTPUT[x]), F(OUTPUT[y])
    assert formulas.affinity(c, TIES[x], TIES[y], TOTAL) == pai
    assert formulas.ric(c, TIES[x], TIES[y], TOTAL) == ric
    assert formulas.ric(c, TIES[y], TIES[x], TOTAL) == reversed_
    assert formulas.luukkonen(c, TIES[x], TIES[y], TOTAL) == luukkonen
    assert formulas.luukkonen(c, TIES[x], TIES[y], 2 * TOTAL) == twice
    assert formulas.salton(c, p_x, p_y) == pytest.approx(salton, abs=5e-7)
    assert formulas.jaccard(c, p_x, p_y) == jaccard
    assert formulas.inclusion(c, min(p_x, p_y)) == inclusion


def test_ric_of_four_countries() -> None:
    assert formulas.ric(F(10), F(20), F(20), F(40)) == 1


@pytest.mark.parametrize("countries", [3, 4, 10, 200])
def test_equal_links_give_ric_one_half(countries: int) -> None:
    each, total = F(countries - 1), F(countries * (countries - 1), 2)
    assert formulas.ric(F(1), each, each, total) == F(1, 2)


SYMMETRIC = st.integers(4, 9).flatmap(
    lambda n: st.lists(st.integers(1, 400), min_size=n * (n - 1) // 2, max_size=n * (n - 1) // 2)
)


def matrix_of(values: list[int]) -> np.ndarray:
    n = next(n for n in range(2, 40) if n * (n - 1) // 2 == len(values))
    matrix = np.zeros((n, n))
    for value, (i, j) in zip(values, combinations(range(n), 2), strict=True):
        matrix[i, j] = matrix[j, i] = value
    return matrix


@given(SYMMETRIC)
def test_pair_measures_are_symmetric_and_free_of_scale(values: list[int]) -> None:
    links = matrix_of(values)
    sums, total = links.sum(axis=1), links.sum() / 2
    pai = formulas.affinity(links, sums[:, None], sums[None, :], total)
    assert np.allclose(pai, pai.T)
    assert np.allclose(pai, formulas.affinity(7 * links, 7 * sums[:, None], 7 * sums[None, :], 7 * total))


def test_quasi_independence_keeps_the_row_sums_and_the_empty_diagonal() -> None:
    size = np.array([1.0, 2.0, 3.0, 5.0, 8.0])
    planted = np.outer(size, size)
    np.fill_diagonal(planted, 0)
    assert np.allclose(quasi_independence(planted), planted, rtol=1e-9), "planted independence is found again"


@given(SYMMETRIC)
def test_expected_links_have_the_observed_row_sums(values: list[int]) -> None:
    links = matrix_of(values)
    expected = quasi_independence(links)
    assert np.allclose(expected.sum(axis=1), links.sum(axis=1), rtol=1e-9)
    assert np.allclose(expected, expected.T)
    assert not expected.diagonal().any()


@settings(max_examples=20)
@given(SYMMETRIC)
def test_expected_links_are_those_of_iterative_proportional_fitting(values: list[int]) -> None:
    links = matrix_of(values)
    sums = links.sum(axis=1)
    if 2 * sums.max() > 0.95 * sums.sum():
        return  # fitting by iteration is too slow there to compare with
    fitted = 1.0 - np.eye(len(links))
    for _ in range(3000):
        fitted *= (sums / fitted.sum(axis=1))[:, None]
        fitted *= (sums / fitted.sum(axis=0))[None, :]
    assert np.allclose(quasi_independence(links), fitted, rtol=1e-7)


def test_a_country_in_every_link_leaves_nothing_to_compare() -> None:
    star = np.zeros((4, 4))
    star[0, 1:] = star[1:, 0] = [5, 3, 1]
    assert np.allclose(quasi_independence(star), star)
    nearly = star.copy()
    nearly[1, 2] = nearly[2, 1] = 1e-4
    assert np.allclose(quasi_independence(nearly).sum(axis=1), nearly.sum(axis=1), rtol=1e-9)


def test_three_countries_leave_nothing_to_compare() -> None:
    links = matrix_of([6, 3, 5])
    assert np.allclose(quasi_independence(links), links, rtol=1e-6)


# Diversity ---------------------------------------------------------------------------------------------------------


def test_rao_stirling() -> None:
    halves, distance = [F(1, 2), F(1, 2)], [[F(0), F(4, 5)], [F(4, 5), F(0)]]
    rao = formulas.rao_stirling(halves, distance)
    assert (rao, rao / 2, formulas.true_diversity(rao)) == (F(2, 5), F(1, 5), F(5, 3))
