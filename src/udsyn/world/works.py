"""Draws the generated works: who wrote what with whom, when, and how it was received. Arrays throughout."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from udsyn.world.people import Institutions, People, found_institutions, people
from udsyn.world.setting import (
    FIRST_YEAR,
    LAST_YEAR,
    Array,
    Planted,
    affinity,
    places,
    specialisation,
    topic_weights,
    topics,
)

GROWTH = 1.035
#: chance of a first partner country in the first year, and what each later year adds
INTERNATIONAL, INTERNATIONAL_GROWTH = 0.34, 0.01
#: countries that look less abroad, because they are large
INWARD = {"US": 0.75, "CN": 0.7, "IN": 0.65, "BR": 0.8, "TR": 0.75, "JP": 0.8}
SECOND_PARTNER, THIRD_PARTNER = 0.22, 0.05
TYPES = (("article", 0.82), ("review", 0.07), ("preprint", 0.05), ("book-chapter", 0.05), ("dataset", 0.01))


@dataclass(frozen=True)
class Works:
    """The drawn works and authorships (one row per work and person, in the order of the by-line)."""

    year: Array
    day: Array
    topic: Array
    type: Array
    cited_by: Array
    work: Array
    person: Array
    second: Array  #: another institution of the person, or -1
    lost: Array  #: 0 known, 1 country only, 2 nothing known of the affiliation
    references: list[Array]
    people: People
    institutions: Institutions
    effect: dict[str, float]


def draw(number: int, seed: int, planted: Planted) -> Works:
    """`number` works from a seed: the same arguments give the same works."""
    rng = np.random.default_rng(seed)
    spec, weights = specialisation(rng, planted), topic_weights()
    at = found_institutions(rng)
    crowd = people(rng, int(number * 0.6), spec, weights, at)

    years = np.arange(FIRST_YEAR, LAST_YEAR + 1)
    share = GROWTH ** (years - FIRST_YEAR)
    year = np.sort(rng.choice(years, number, p=share / share.sum()))
    country = rng.choice(len(places().codes), number, p=places().size)
    topic = draw_topics(rng, year, country, spec, weights, planted)
    partners, effect = draw_partners(rng, year, country, topic, spec, planted)
    work, person = draw_teams(rng, country, topic, partners, crowd)

    quality = np.array([planted.quality.get(code, 1.0) for code in places().codes])
    abroad = 1 + 0.3 * (partners >= 0).any(axis=1)
    mean = 1.1 * quality[country] * abroad * np.sqrt(LAST_YEAR + 1 - year) ** 1.6 * rng.lognormal(0, 1.0, number)
    names, chances = [name for name, _ in TYPES], [chance for _, chance in TYPES]
    same_country = [np.flatnonzero(at.country == code) for code in range(len(places().codes))]
    second = np.full(len(work), -1)
    twice = np.flatnonzero(rng.random(len(work)) < 0.07)
    second[twice] = [rng.choice(same_country[crowd.country[who]]) for who in person[twice]]
    second[second == crowd.institution[person]] = -1
    return Works(
        year,
        rng.integers(0, 365, number),
        topic,
        np.array(names)[rng.choice(len(names), number, p=chances)],
        rng.poisson(mean),
        work,
        person,
        second,
        rng.choice(3, len(work), p=[0.955, 0.015, 0.03]),
        draw_references(rng, topic),
        crowd,
        at,
        effect,
    )


def draw_topics(
    rng: np.random.Generator,
    year: Array,
    country: Array,
    spec: Array,
    weights: Array,
    planted: Planted,
) -> Array:
    """A topic for each work, by its country's specialisation and the rise of the rising ones."""
    rising = np.array([topic.name in planted.rising for topic in topics()])
    age = np.maximum(year - planted.rising_from, 0)
    chance = weights * spec[country] * np.where(rising, planted.rising_growth ** age[:, None], 1.0)
    return pick(rng, chance)


def draw_partners(
    rng: np.random.Generator,
    year: Array,
    country: Array,
    topic: Array,
    spec: Array,
    planted: Planted,
) -> tuple[Array, dict[str, float]]:
    """Up to four partner countries a work (-1 for none), and expected joint works with and without the agreement."""
    inward = np.array([INWARD.get(code, 1.1) for code in places().codes])
    chance = (INTERNATIONAL + INTERNATIONAL_GROWTH * (year - FIRST_YEAR)) * inward[country]
    goes = rng.random((len(year), 3)) < np.stack(
        [chance, np.full(len(year), SECOND_PARTNER), np.full(len(year), THIRD_PARTNER)], 1
    )
    goes[:, 1] &= goes[:, 0]
    goes[:, 2] &= goes[:, 1]
    weight = affinity(planted)[country] * np.sqrt(spec[:, topic].T)
    partners = np.stack([np.where(goes[:, k], pick(rng, weight), -1) for k in range(3)], 1)
    chance = joint_chance(country, normal(weight), goes.sum(axis=1), planted)
    added = added_by_agreement(rng, year, country, partners, chance, planted)
    treated = year >= planted.agreement_from
    led = np.isin(country, pair_of(planted))
    without = chance[treated].sum()
    with_ = without + planted.agreement_works * chance[treated & led].sum()
    return np.column_stack([partners, added]), {"expected_with": float(with_), "expected_without": float(without)}


def added_by_agreement(
    rng: np.random.Generator, year: Array, country: Array, partners: Array, chance: Array, planted: Planted
) -> Array:
    """The partner that the agreement adds to a work of one of its countries that had not the other (-1: none).

    Where a joint work had the chance p, one more comes with the chance e p / (1 - p): the expected number of joint
    works is then 1 + e times what it was, and nothing is taken from other ties.
    """
    a, b = pair_of(planted)
    other = np.where(country == a, b, np.where(country == b, a, -1))
    had = (partners == other[:, None]).any(axis=1)
    open_ = (year >= planted.agreement_from) & (other >= 0) & ~had
    gains = rng.random(len(year)) < planted.agreement_works * chance / np.maximum(1 - chance, 1e-9)
    return np.where(open_ & gains, other, -1)


def pair_of(planted: Planted) -> list[int]:
    """The agreement's two countries as numbers."""
    return [places().codes.index(code) for code in planted.agreement]


def joint_chance(country: Array, chance: Array, draws: Array, planted: Planted) -> Array:
    """The chance that a work with this many partner draws joins the two countries of the agreement."""
    a, b = pair_of(planted)
    missing_a, missing_b = (1 - chance[:, a]) ** draws, (1 - chance[:, b]) ** draws
    both = 1 - missing_a - missing_b + (1 - chance[:, a] - chance[:, b]) ** draws
    return np.where(country == a, 1 - missing_b, np.where(country == b, 1 - missing_a, both))


def draw_teams(
    rng: np.random.Generator, country: Array, topic: Array, partners: Array, crowd: People
) -> tuple[Array, Array]:
    """Authors at home first, then those of each partner country; nobody twice on a work."""
    number = len(country)
    members = [np.where(where >= 0, 1 + rng.poisson(extra, number), 0) for where, extra in teams(country, partners)]
    work = np.concatenate([np.repeat(np.arange(number), size) for size in members])
    where = np.concatenate(
        [np.repeat(code, size) for (code, _), size in zip(teams(country, partners), members, strict=True)]
    )
    subject = topic[work]
    near = rng.random(len(work)) < 0.15  # a colleague from the subfield's other topic
    subject = np.where(near, subject ^ 1, subject)
    person = crowd.draw(rng, where, subject)
    order = np.argsort(work, kind="stable")
    work, person = work[order], person[order]
    _, first = np.unique(work * (person.max() + 1) + person, return_index=True)
    first = np.sort(first)
    return work[first], person[first]


def teams(country: Array, partners: Array) -> list[tuple[Array, float]]:
    """The country of each team of a work, and the mean number of its members after the first."""
    return [(country, 1.6), *((partners[:, k], 0.7) for k in range(partners.shape[1]))]


def draw_references(rng: np.random.Generator, topic: Array) -> list[Array]:
    """Earlier works of the same topic, more often recent ones; works are in the order of their years."""
    number = len(topic)
    order = np.argsort(topic, kind="stable")
    rank = np.empty(number, dtype=int)
    begin = np.searchsorted(topic[order], topic)
    rank[order] = np.arange(number)
    earlier = rank - begin
    size = np.minimum(rng.poisson(5.0, number), earlier)
    citing = np.repeat(np.arange(number), size)
    back = (rng.random(len(citing)) ** 0.6 * earlier[citing]).astype(int)
    cited = order[begin[citing] + back]
    return [np.unique(part) for part in np.split(cited, np.cumsum(size)[:-1])]


def pick(rng: np.random.Generator, weight: Array) -> Array:
    """One column per row, with chances in proportion to its weights."""
    cdf = np.cumsum(weight, axis=1)
    u = rng.random(len(weight)) * cdf[:, -1]
    return np.asarray(np.minimum((cdf < u[:, None]).sum(axis=1), weight.shape[1] - 1))


def normal(weight: Array) -> Array:
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))
