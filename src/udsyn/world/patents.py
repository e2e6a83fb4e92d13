"""Planted patents: families of invented firms that cite the generated works, and who builds on whose science.

Firms are large or small, with several spellings of their names; their inventions stand in the classes of one topic.
The *users* planted in Korea are middling firms that mostly cite Danish works on it; the largest firms of the same
classes cite papers in one of four families, and then any work of the topic, so some of theirs are Danish, too.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from udsyn.world.people import LABEL
from udsyn.world.setting import LAST_YEAR, WORK_ID, Array, places, read, topics
from udsyn.world.works import Works

FAMILIES, CITATIONS = Path("patents") / "generated_families.parquet", Path("patents") / "generated_citations.csv"
#: what is planted: home's works on a topic are used in a country by so many firms
HOME, COUNTRY, TOPIC, USERS = "DK", "KR", "Hydrogen and Electrolysis", 15
LARGE = 20  #: of that country's firms, in the same classes
AT_HOME = 14  #: firms of home in the same classes
OTHERS = 160  #: firms of any topic and country
FIRST_FILING = 2006
NUMBERS = 90_000_000  #: invented patents are numbered from here: no office has come so far
#: how many families of firms that are no users cite a paper
PAPERS = 0.25
PER_USER, PER_LARGE, PER_OTHER = 8, 30, 6
LEGAL = {
    "KR": ("Co., Ltd.", "CO LTD", "Co. Ltd"),
    "DK": ("A/S", "AS"),
    "US": ("Inc.", "INC", "Incorporated"),
    "DE": ("GmbH", "GMBH"),
    "JP": ("K.K.", "KABUSHIKI KAISHA"),
}
STEMS = ("Han", "Dae", "Nor", "Vik", "Sol", "Mar", "Tek", "Ven", "Lum", "Kor", "Aro", "Bel", "Cal", "Dor", "Eri", "Fal")
ENDS = ("bit", "sung", "dan", "gas", "vind", "cell", "stack", "lyt", "therm", "volt", "zon", "mek")


@dataclass(frozen=True)
class Firm:
    """An invented firm: `kind` is user, large or other."""

    name: str
    country: str
    topic: int
    kind: str
    families: int


def plant(out: Path, works: Works, seed: int) -> dict[str, Any]:
    """Write the families (as Google's export has them) and the citations; returns the truth."""
    rng = np.random.default_rng((seed, 77))
    book = read("patents")
    crowd = firms(rng)
    groups = cited_groups(works)
    rows, citations = [], []
    number = NUMBERS
    for firm in crowd:
        for _ in range(firm.families):
            number += 1
            year = int(rng.integers(FIRST_FILING, LAST_YEAR))
            rows.append(family(rng, firm, crowd, number, year, book))
            citations += cites(rng, firm, number, year, works, groups)
    (out / FAMILIES).parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(rows).write_parquet(out / FAMILIES, compression="uncompressed")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("patent", "work", "confidence", "place", "by"))
    writer.writerows(citations)
    (out / CITATIONS).write_text(text.getvalue(), encoding="utf-8")
    topic = subject()
    return {
        "home": HOME,
        "country": COUNTRY,
        "topic": topics()[topic].id,
        "classes": [symbol.split("/")[0] for symbol in book["classes"][topics()[topic].name]],
        "users": [firm.name for firm in crowd if firm.kind == "user"],
        "largest": [firm.name for firm in crowd if firm.kind == "large"],
        "families": len(rows),
    }


def subject() -> int:
    """The number of the planted topic."""
    return next(number for number, topic in enumerate(topics()) if topic.name == TOPIC)


def firms(rng: np.random.Generator) -> list[Firm]:
    """All firms, users first."""
    names = [f"{stem}{end}" for stem in STEMS for end in ENDS]
    rng.shuffle(names)
    topic, codes = subject(), places().codes
    found = [Firm(names.pop(), COUNTRY, topic, "user", 3 + int(rng.poisson(PER_USER))) for _ in range(USERS)]
    found += [Firm(names.pop(), COUNTRY, topic, "large", 10 + int(rng.poisson(PER_LARGE))) for _ in range(LARGE)]
    found += [Firm(names.pop(), HOME, topic, "other", 5 + int(rng.poisson(PER_OTHER))) for _ in range(AT_HOME)]
    able = [number for number, one in enumerate(topics()) if one.name in read("patents")["classes"]]
    for _ in range(min(OTHERS, len(names))):
        country = str(rng.choice(codes, p=places().size))
        found.append(Firm(names.pop(), country, int(rng.choice(able)), "other", 1 + int(rng.poisson(PER_OTHER))))
    return found


def cited_groups(works: Works) -> dict[tuple[int, bool], Array]:
    """(topic, whether home's) → numbers of works, in the order of their years."""
    home = np.zeros(len(works.year), dtype=bool)
    country = works.people.country[works.person]
    home[works.work[(country == places().codes.index(HOME)) & (works.lost < 2)]] = True
    return {
        (topic, ours): np.flatnonzero((works.topic == topic) & (home if ours else np.ones_like(home)))
        for topic in range(len(topics()))
        for ours in (True, False)
    }


def family(
    rng: np.random.Generator, firm: Firm, crowd: list[Firm], number: int, year: int, book: dict[str, Any]
) -> dict[str, Any]:
    """One family with one publication, as a row of Google's export."""
    topic = topics()[firm.topic]
    symbols = book["classes"][topic.name]
    chosen = sorted({str(symbols[0]), *(str(s) for s in rng.choice(symbols, 2))})
    applicants = [firm] + ([crowd[int(rng.integers(len(crowd)))]] if rng.random() < 0.06 else [])
    filed, published = year * 10000 + 615, (year + 2) * 10000 + 101
    terms = rng.choice(topic.terms, 2, replace=False)
    return {
        "publication_number": f"US-{number}-B2",
        "family_id": str(number),
        "country_code": "US",
        "kind_code": "B2",
        "filing_date": filed,
        "publication_date": published,
        "title_localized": [{"text": f"{terms[0].capitalize()} with {terms[1]} {LABEL}", "language": "en"}],
        "abstract_localized": [{"text": f"An invented {terms[0]}.", "language": "en"}],
        "assignee_harmonized": [
            {"name": spelled(rng, one.name, one.country), "country_code": one.country}
            for one in dict.fromkeys(applicants)
        ],
        "inventor_harmonized": [{"name": "", "country_code": firm.country}],
        "citation": [{"publication_number": f"US-{number - 1}-B2", "category": "APP"}],
        "cpc": [{"code": symbol, "inventive": symbol == symbols[0]} for symbol in chosen],
    }


def spelled(rng: np.random.Generator, name: str, country: str) -> str:
    """A firm's name as an office may write it."""
    forms = LEGAL.get(country, ("Ltd.", "Limited"))
    written = f"{name} {rng.choice(forms)}"
    return written.upper() if rng.random() < 0.3 else written


def cites(
    rng: np.random.Generator,
    firm: Firm,
    number: int,
    year: int,
    works: Works,
    groups: dict[tuple[int, bool], Array],
) -> list[tuple[Any, ...]]:
    """The works that a family cites: patent, work, confidence, place, by. Wrong links have little confidence."""
    found = []
    cites_papers = firm.kind == "user" or rng.random() < PAPERS
    for _ in range(1 + int(rng.poisson(0.8)) if cites_papers else 0):
        ours = firm.kind == "user" and rng.random() < 0.6
        pool = groups[firm.topic, ours]
        pool = pool[: int(np.searchsorted(works.year[pool], year))]
        if len(pool):
            found.append((int(rng.choice(pool)), int(rng.integers(5, 11)), "applicant"))
    if rng.random() < 0.15:
        found.append((int(rng.integers(len(works.year))), int(rng.integers(1, 4)), "applicant"))
    if rng.random() < 0.25 and len(groups[firm.topic, True]):
        found.append((int(rng.choice(groups[firm.topic, True])), 9, "examiner"))
    places_ = rng.choice(("front", "text", "both"), len(found))
    return [
        (f"us-{number}-b2", f"W{WORK_ID + work}", confidence, place, by)
        for (work, confidence, by), place in zip(found, places_, strict=True)
    ]
