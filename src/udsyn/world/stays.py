"""Stays planted in the generated world: the joint works of guest and host grow from the year after the stay.

OUT/stays/stays.csv     a line a stay as a house has it in a spreadsheet, which the desk imports
OUT/stays/ledger.csv    the same ties as `udsyn evidence stays` takes them
OUT/stays/truth.json    for each pair the day, whether the stay took place, joint works before it and from it on

Guests and hosts take the place of one author of each country on works that both countries wrote anyway: what countries
write stays as it was drawn. Nobody else in the world has an ORCID, and ORCID gives none that begin like theirs.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from udsyn.world.people import Institutions, People, person_name
from udsyn.world.setting import AUTHOR_ID, WORK_ID, Array, Planted, places
from udsyn.world.works import Works
from udsyn.world.write import day_of, write_json

FOLDER = "stays"
SALT = 23  #: sets these draws apart from all others, which stay as they were
HOME = "DK"
#: partner country → pairs of people; each fourth pair's stay fell through
PAIRS = {"KR": 40, "US": 32, "CN": 24, "SE": 20, "GB": 16, "NO": 16, "IN": 12}
FELL_THROUGH = 4
BEGAN = np.array(["2009-01-01", "2020-12-31"], dtype="datetime64[D]")
#: the part of both countries' works that their pairs would write without any stay
SHARE = 0.2
SPREADSHEET = (
    "Guest", "The guest's ORCID", "Comes from", "Host", "The host's ORCID", "Host organisation", "Partner country",
    "Direction", "First day", "Last day", "Status", "Source",
)  # fmt: skip
LEDGER = ("date", "instrument", "a", "b", "status")


@dataclass(frozen=True)
class Stays:
    """A row a pair: the partner's country, first and last day, whether it took place, and the two people: at home,
    abroad."""

    country: Array
    first: Array
    last: Array
    kept: Array
    people: Array


def plant(works: Works, seed: int, planted: Planted) -> tuple[Works, Stays]:
    """The same works with those of guests and hosts among them."""
    rng = np.random.default_rng((seed, SALT))
    stays = agree(rng, len(works.people.country))
    home = places().codes.index(HOME)
    first_of = first_authors(works)
    person, second = works.person.copy(), works.second.copy()
    liking = rng.gamma(3, 1 / 3, len(stays.country))
    began = stays.first.astype("datetime64[Y]").astype(int) + 1970
    free = (first_of[home] >= 0) & (first_of[stays.country] >= 0).any(axis=0)
    for country in dict.fromkeys(stays.country.tolist()):
        joint = np.flatnonzero(free & (first_of[country] >= 0))
        pairs = np.flatnonzero(stays.country == country)
        after = stays.kept[pairs, None] & (works.year[joint] > began[pairs, None])
        chance = liking[pairs, None] * (1 + planted.stay_works * after) * SHARE / len(pairs)
        place = (np.cumsum(chance, axis=0) < rng.random(len(joint))).sum(axis=0)
        taken = place < len(pairs)
        joint, pair = joint[taken], pairs[place[taken]]
        free[joint] = False
        for side, code in enumerate((home, country)):
            rows = first_of[code, joint]
            person[rows], second[rows] = stays.people[pair, side], -1
    country = np.column_stack([np.full(len(stays.country), home), stays.country]).ravel()
    return replace(works, person=person, second=second, people=joined_by(rng, works, country)), stays


def agree(rng: np.random.Generator, people: int) -> Stays:
    """Who goes where and when. `people`: how many there are already."""
    country = np.repeat([places().codes.index(code) for code in PAIRS], list(PAIRS.values()))
    size = len(country)
    first = BEGAN[0] + rng.integers(0, int((BEGAN[1] - BEGAN[0]).astype(int)), size)
    kept = np.arange(size) % FELL_THROUGH > 0
    return Stays(country, first, first + rng.integers(30, 180, size), kept, people + np.arange(2 * size).reshape(-1, 2))


def first_authors(works: Works) -> Array:
    """Countries × works: the row of a work's first author of a country, or -1."""
    found = np.full((len(places().codes), len(works.year)), -1)
    rows = np.arange(len(works.work))[::-1]
    found[works.people.country[works.person[rows]], works.work[rows]] = rows
    return found


def joined_by(rng: np.random.Generator, works: Works, country: Array) -> People:
    """The world's people and, after them, those of the stays, each at an institution of their country."""
    crowd, at = works.people, works.institutions
    place = np.array([employer(rng, at, code) for code in country.tolist()])
    return replace(
        crowd,
        country=np.append(crowd.country, country),
        topic=np.append(crowd.topic, np.full(len(country), -1)),
        institution=np.append(crowd.institution, place),
    )


def employer(rng: np.random.Generator, at: Institutions, country: int) -> int:
    here = np.flatnonzero(at.country == country)
    return int(rng.choice(here, p=at.weight[here] / at.weight[here].sum()))


# What is written -----------------------------------------------------------------------------------------------------


def write(out: Path, works: Works, stays: Stays, planted: Planted) -> dict[str, Any]:
    """Write spreadsheet, ledger and truth to OUT/stays; returns the truth in short."""
    pairs = [pair_truth(works, stays, row) for row in range(len(stays.country))]
    (out / FOLDER).mkdir(parents=True, exist_ok=True)
    write_csv(out / FOLDER / "stays.csv", SPREADSHEET, (spread(works, stays, row) for row in range(len(pairs))))
    status = {True: "kept", False: "cancelled"}
    lines = ((pair["day"], "stay", pair["a"], pair["b"], status[pair["kept"]]) for pair in pairs)
    write_csv(out / FOLDER / "ledger.csv", LEDGER, lines)
    write_json(out / FOLDER / "truth.json", {"effect": planted.stay_works, "pairs": pairs})
    kept = [pair for pair in pairs if pair["kept"]]
    return {
        "effect": planted.stay_works,
        "kept": len(kept),
        "fell_through": len(pairs) - len(kept),
        "works_before": sum(pair["before"] for pair in kept),
        "works_after": sum(len(pair["works"]) for pair in kept),
    }


def pair_truth(works: Works, stays: Stays, row: int) -> dict[str, Any]:
    """Both people, the day, and what they wrote together, read off the by-lines."""
    one, other = (np.unique(works.work[works.person == who]) for who in stays.people[row])
    joint = np.intersect1d(one, other)
    later = np.array([day_of(works, number) >= stays.first[row] for number in joint], dtype=bool)
    a, b = (f"A{AUTHOR_ID + int(who)}" for who in stays.people[row])
    return {
        "a": a,
        "b": b,
        "day": str(stays.first[row]),
        "kept": bool(stays.kept[row]),
        "before": int((~later).sum()),
        "works": [f"W{WORK_ID + int(number)}" for number in joint[later]],
    }


def spread(works: Works, stays: Stays, row: int) -> tuple[str, ...]:
    """A stay as a line of a spreadsheet: by turns a guest comes, and somebody goes."""
    at, where = works.institutions, works.people.institution
    sides = [(person_name(one), orcid(one), at.names[where[one]]) for one in stays.people[row].tolist()]
    direction, (guest, host) = ("incoming", sides[::-1]) if row % 2 else ("outgoing", sides)
    days = str(stays.first[row]), str(stays.last[row])
    status = "over, with report" if stays.kept[row] else "cancelled"
    return (*guest, *host, places().codes[stays.country[row]], direction, *days, status, "The generated world")


def orcid(person: int) -> str:
    """An id of ORCID's form with its check digit, of a block from which ORCID gives none."""
    digits = f"{person:015}"
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    text = digits + ("X" if check == 10 else str(check))
    return "-".join(text[place : place + 4] for place in range(0, 16, 4))


def write_csv(file: Path, heading: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([heading, *rows])
