"""The generated world's institutions and people. All of them are made up, and their names say so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from udsyn.world.setting import Array, Planted, places, topics

LABEL = "(generated)"
KINDS = (
    ("University", "education", 0.5),
    ("Institute of Technology", "education", 0.2),
    ("Hospital", "healthcare", 0.14),
    ("Laboratories", "company", 0.1),
    ("Research Centre", "facility", 0.06),
)
STARS = ("Aurora", "Borealis", "Cygnus", "Delphinus", "Equinox", "Fornax", "Gemini", "Hesperus", "Indigo", "Juniper")
GIVEN = ("Al", "Be", "Cor", "Da", "El", "Fi", "Gal", "Hil", "Io", "Ju", "Ka", "Lu", "Mi", "No", "Or", "Pe", "Ro", "Sa")
GIVEN_END = ("bo", "da", "fi", "ko", "la", "mi", "na", "ri", "sa", "to", "va", "zi")
SURNAME = (
    "Sample", "Fable", "Mock", "Fict", "Model", "Proto", "Synth", "Exempl", "Imagin", "Pseudo", "Quasi", "Invent",
)  # fmt: skip
SURNAME_END = (
    "son", "gaard", "lund", "mann", "ova", "ini", "escu", "wala", "shita", "berg", "eau", "sen", "ski", "oğlu", "kim",
    "dal", "vik", "ström", "feld", "worth", "ander", "ez",
)  # fmt: skip


@dataclass(frozen=True)
class Institutions:
    """Where people work: one entry per institution."""

    names: list[str]
    kinds: list[str]
    country: Array
    city: list[str]
    lat: Array
    lon: Array
    weight: Array


@dataclass(frozen=True)
class People:
    """Who writes: country, topic and institution of each person, and the pool of each country and topic."""

    country: Array
    topic: Array
    institution: Array
    order: Array
    start: Array
    count: Array

    def draw(self, rng: np.random.Generator, country: Array, topic: Array) -> Array:
        """One person per row from the pool of its country and topic; the first of a pool write most."""
        place = rng.random(len(country)) ** 1.7
        return np.asarray(self.order[self.start[country, topic] + (place * self.count[country, topic]).astype(int)])


def found_institutions(rng: np.random.Generator) -> Institutions:
    """Four to nine institutions in each city, the first the largest, a few kilometres apart."""
    names, kinds, country, city, lat, lon, weight = [], [], [], [], [], [], []
    chance = np.array([share for *_, share in KINDS])
    for index, cities in enumerate(places().cities):
        for place, (name, north, east) in enumerate(cities):
            for number in range(int(rng.integers(4, 10))):
                kind = KINDS[0] if number == 0 else KINDS[int(rng.choice(len(KINDS), p=chance))]
                names.append(f"{name} {STARS[number]} {kind[0]} {LABEL}")
                kinds.append(kind[1])
                country.append(index)
                city.append(name)
                lat.append(round(north + rng.normal(0, 0.03), 5))
                lon.append(round(east + rng.normal(0, 0.04), 5))
                weight.append(1.0 / (1 + number) / (1 + 0.6 * place))
    return Institutions(names, kinds, np.array(country), city, np.array(lat), np.array(lon), np.array(weight))


def people(rng: np.random.Generator, number: int, spec: Array, weights: Array, at: Institutions) -> People:
    """At least one person for each country and topic, the rest by size and specialisation."""
    countries, n_topics = spec.shape
    grid = np.arange(countries * n_topics)
    share = places().size[:, None] * weights * spec
    drawn = rng.choice(len(grid), max(number - len(grid), 0), p=(share / share.sum()).ravel())
    cell = np.concatenate([grid, drawn])
    country, topic = cell // n_topics, cell % n_topics
    order = np.argsort(cell, kind="stable")
    count = np.bincount(cell, minlength=len(grid)).reshape(countries, n_topics)
    start = (np.cumsum(count.ravel()) - count.ravel()).reshape(countries, n_topics)
    institution = employ(rng, country, topic, at)
    return People(country, topic, institution, order, start, count)


def employ(rng: np.random.Generator, country: Array, topic: Array, at: Institutions) -> Array:
    """An institution for each person: by size, and drawn to the hubs of the person's field."""
    planted = Planted()
    field = np.array([entry.field for entry in topics()])[topic]
    found = np.empty(len(country), dtype=int)
    u = rng.random(len(country))
    for code in np.unique(country):
        here = np.flatnonzero(at.country == code)
        for value in np.unique(field[country == code]):
            hubs = planted.hubs.get(int(value), ())
            pull = [planted.hub_factor if at.city[i] in hubs else 1.0 for i in here]
            cdf = np.cumsum(at.weight[here] * pull)
            who = np.flatnonzero((country == code) & (field == value))
            found[who] = here[np.searchsorted(cdf, u[who] * cdf[-1])]
    return found


def person_name(index: int) -> str:
    """A name that nobody bears: `Kamir Samplegaard`."""
    given = GIVEN[index % len(GIVEN)] + GIVEN_END[index // 18 % len(GIVEN_END)]
    rest = index // (18 * 12) * 7 + index * 5
    return f"{given} {SURNAME[rest % len(SURNAME)]}{SURNAME_END[rest // len(SURNAME) % len(SURNAME_END)]}"
