"""What the generated world is made of, and what is planted in it for evidence to find again."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

Array = npt.NDArray[Any]

FIRST_YEAR, LAST_YEAR = 2002, 2025
#: The days of the generated snapshot's partitions; the last is its date.
PARTITIONS = ("2025-11-03", "2025-12-08", "2026-01-15")
#: Ids far above any that OpenAlex gives, so that generated and real things cannot be mixed up.
WORK_ID, AUTHOR_ID, INSTITUTION_ID, TOPIC_ID = 9_100_000_000, 9_200_000_000, 9_300_000_000, 90_001
#: The world is small: sizes are compressed, and the two countries of the shipped example stand out.
COMPRESSION = 0.45
WEIGHT = {"DK": 3.6, "KR": 2.6}
NORDIC = ("DK", "SE", "NO", "FI")


@dataclass(frozen=True)
class Planted:
    """The truth that evidence has to find."""

    #: activity multipliers by country and field; the two countries are both strong in Energy (21) and Immunology (24)
    strengths: dict[str, dict[int, float]] = field(
        default_factory=lambda: {
            "DK": {21: 2.8, 24: 2.3, 11: 1.9},
            "KR": {21: 2.4, 24: 2.0, 25: 2.3, 22: 1.7},
        }
    )
    #: how much more than size explains two countries write together
    ties: dict[tuple[str, str], float] = field(
        default_factory=lambda: {
            **{(a, b): 3.0 for i, a in enumerate(NORDIC) for b in NORDIC[i + 1 :]},
            ("DK", "KR"): 2.5,
            ("DK", "US"): 1.4,
            ("DE", "AT"): 2.5,
            ("GB", "IE"): 2.5,
        }
    )
    agreement: tuple[str, str] = ("DK", "KR")
    agreement_from: int = 2012
    #: what the agreement adds to joint works from that year on (0.6 = +60 %), in the works and in the pair panel
    agreement_works: float = 0.6
    agreement_panel: float = 0.4
    #: what a stay adds to the joint works of guest and host from the year after (1.5 = +150 %)
    stay_works: float = 1.5
    #: field → city where its people gather
    hubs: dict[int, tuple[str, ...]] = field(
        default_factory=lambda: {21: ("Aarhus", "Daejeon"), 24: ("Copenhagen", "Boston"), 17: ("Palo Alto", "Beijing")}
    )
    hub_factor: float = 6.0
    #: topics (by name) whose share grows by half a year from the year after
    rising: tuple[str, ...] = (
        "Hydrogen and Electrolysis",
        "Language Models and Machine Translation",
        "Quantum Materials and Qubits",
        "Insulin and Incretin Drugs",
    )
    rising_from: int = 2020
    rising_growth: float = 1.35
    #: mean citations relative to the world's
    quality: dict[str, float] = field(default_factory=lambda: {"DK": 1.45, "CH": 1.5, "NL": 1.3, "IN": 0.75, "VN": 0.7})


@cache
def read(name: str) -> Any:
    text = files(__package__).joinpath("data", f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506, both are the safe ones


@dataclass(frozen=True)
class Topic:
    """A topic of the generated world, with the words of its titles."""

    id: int
    name: str
    subfield: int
    subfield_name: str
    field: int
    field_name: str
    domain: int
    domain_name: str
    terms: tuple[str, ...]


@cache
def topics() -> tuple[Topic, ...]:
    """The topics, in a fixed order."""
    book = read("topics")
    found = []
    for number, (subfield, name, terms) in enumerate(book["topics"]):
        field_ = book["fields"][subfield // 100]
        found.append(
            Topic(
                TOPIC_ID + number,
                name,
                subfield,
                book["subfields"][subfield],
                subfield // 100,
                field_["name"],
                field_["domain"],
                book["domains"][field_["domain"]],
                tuple(terms),
            )
        )
    return tuple(found)


@dataclass(frozen=True)
class Places:
    """Countries whose people write the works, with their share of them, and the cities where they are."""

    codes: tuple[str, ...]
    size: Array
    cities: tuple[tuple[tuple[str, float, float], ...], ...]


@cache
def places() -> Places:
    rows = [row for row in read("places") if "cities" in row]
    size = np.array([row["size"] ** COMPRESSION * WEIGHT.get(row["code"], 1.0) for row in rows])
    return Places(
        tuple(row["code"] for row in rows),
        size / size.sum(),
        tuple(tuple((name, lat, lon) for name, lat, lon in row["cities"]) for row in rows),
    )


def specialisation(rng: np.random.Generator, planted: Planted) -> Array:
    """Countries × topics: how much of its work a country gives to a topic, before planted strengths 0.75 to 1.35."""
    codes, fields = places().codes, sorted({topic.field for topic in topics()})
    spec = np.exp(rng.uniform(np.log(0.75), np.log(1.35), (len(codes), len(fields))))
    for code, strengths in planted.strengths.items():
        for field_, strength in strengths.items():
            spec[codes.index(code), fields.index(field_)] = strength
    by_topic: Array = spec[:, [fields.index(topic.field) for topic in topics()]]
    return by_topic


def topic_weights() -> Array:
    """The world's share of each topic before specialisation."""
    weight = np.array([read("topics")["fields"][topic.field]["weight"] for topic in topics()], dtype=float)
    return np.asarray(weight / weight.sum())


def affinity(planted: Planted) -> Array:
    """Countries × countries: how readily they write together without the agreement."""
    codes, size = places().codes, places().size
    found = np.tile(size, (len(codes), 1))
    for (a, b), factor in planted.ties.items():
        i, j = codes.index(a), codes.index(b)
        found[i, j] *= factor
        found[j, i] *= factor
    np.fill_diagonal(found, 0)
    return found
