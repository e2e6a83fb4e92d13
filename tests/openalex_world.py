"""A small OpenAlex-shaped world for tests, and its indicators counted by a plain loop over the JSON."""

from __future__ import annotations

import gzip
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import orjson

OPENALEX = "https://openalex.org/"
COUNTRIES = ("DK", "SE", "KR", "US", "CN", "HK", "GL")
TOPICS = [(10_000 + n, 1100 + 100 * (n % 4) + n % 3, 11 + n % 4, 1 + n % 2) for n in range(12)]


def topic_object(topic: int, subfield: int, field: int, domain: int) -> dict[str, Any]:
    return {
        "id": f"{OPENALEX}T{topic}",
        "display_name": f"Topic {topic}",
        "subfield": {"id": f"{OPENALEX}subfields/{subfield}", "display_name": f"Subfield {subfield}"},
        "field": {"id": f"{OPENALEX}fields/{field}", "display_name": f"Field {field}"},
        "domain": {"id": f"{OPENALEX}domains/{domain}", "display_name": f"Domain {domain}"},
    }


def make_works(count: int, seed: int) -> list[dict[str, Any]]:
    """Works with all that can go wrong: no authors, unknown places, retracted, no topic, uncited sets."""
    draw = random.Random(seed)
    institutions = [
        {
            "id": f"{OPENALEX}I{100 + n}",
            "display_name": f"Institution {n}",
            "ror": None,
            "country_code": COUNTRIES[n % len(COUNTRIES)],
            "type": "company" if n % 5 == 0 else "education",
            "lineage": [],
        }
        for n in range(20)
    ]
    works = []
    for n in range(count):
        authorships = []
        for place in range(draw.choice([0, 1, 1, 2, 3, 4, 7, 23])):
            own = draw.sample(institutions, draw.choice([0, 1, 1, 1, 2, 3]))
            authorships.append(
                {
                    "author_position": "first" if place == 0 else "middle",
                    "author": {"id": f"{OPENALEX}A{draw.randrange(500)}", "display_name": "Made Up", "orcid": None},
                    "institutions": own,
                    "countries": sorted({institution["country_code"] for institution in own}),
                    "is_corresponding": place == 0,
                    "raw_affiliation_strings": [],
                }
            )
        topics = [topic_object(*draw.choice(TOPICS))] if draw.random() > 0.05 else []
        year = draw.randrange(2018, 2024)
        works.append(
            {
                "id": f"{OPENALEX}W{n + 1}",
                "title": f"Work {n}",
                "publication_year": year,
                "publication_date": f"{year}-05-01",
                "type": draw.choice(["article", "article", "article", "review", "preprint"]),
                "language": "en",
                "authorships": authorships,
                "cited_by_count": draw.choice([0, 0, 1, 1, 2, 3, 5, 8, 30]) if year > 2018 else 0,
                "is_retracted": draw.random() < 0.02,
                "is_paratext": draw.random() < 0.02,
                "is_xpac": draw.random() < 0.05,
                "primary_topic": topics[0] if topics else None,
                "topics": topics,
                "referenced_works": references(n, seed),
                "updated_date": "2024-03-01T00:00:00",
            }
        )
    return works


def references(n: int, seed: int) -> list[str]:
    """Earlier works that work n cites: drawn apart, so that the other draws stay as they are."""
    draw = random.Random(f"{seed}/{n}")
    cited = {draw.randrange(n) for _ in range(draw.choice([0, 1, 2, 5]))} if n else set()
    return [f"{OPENALEX}W{other + 1}" for other in sorted(cited)]


def with_citations_by_year(works: list[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """The same works with their citations told apart by year; some came before the work, some in no known year."""
    draw = random.Random(seed)
    return [
        {
            **work,
            "counts_by_year": [
                {"year": work["publication_year"] + after, "cited_by_count": draw.randrange(4)}
                for after in sorted(draw.sample(range(-1, 7), 4))
            ],
        }
        for work in works
    ]


def citations_in_window(work: dict[str, Any], years: int) -> int:
    """Citations up to `years` years, the year of publication first."""
    last = work["publication_year"] + years - 1
    return sum(count["cited_by_count"] for count in work["counts_by_year"] if count["year"] <= last)


def self_citations(works: list[dict[str, Any]]) -> Counter[str]:
    """How often each work is cited by a work that shares an author with it."""
    authors = {work["id"]: {a["author"]["id"] for a in work["authorships"]} for work in works}
    found: Counter[str] = Counter()
    for work in works:
        found.update(cited for cited in work["referenced_works"] if authors[cited] & authors[work["id"]])
    return found


def write_snapshot(folder: Path, works: list[dict[str, Any]]) -> Path:
    part = folder / "data" / "works" / "updated_date=2024-03-01"
    part.mkdir(parents=True)
    with gzip.open(part / "part_000.gz", "wb") as file:
        file.writelines(orjson.dumps(work) + b"\n" for work in works)
    return folder


def in_scope(work: dict[str, Any]) -> bool:
    left_out = work["is_retracted"] or work["is_paratext"] or work["is_xpac"]
    return work["type"] in ("article", "review") and not left_out and work["primary_topic"] is not None


def number(id_: str) -> str:
    return id_.rsplit("/", 1)[1].lstrip("T")


def weights_of(work: dict[str, Any], merge: dict[str, str] | None = None) -> dict[str | None, Fraction]:
    """Author-level weights by country, unknown under None."""
    weights: dict[str | None, Fraction] = defaultdict(Fraction)
    for authorship in work["authorships"]:
        codes = [institution["country_code"] for institution in authorship["institutions"]] or [None]
        for code in codes:
            weights[(merge or {}).get(code, code)] += Fraction(1, len(work["authorships"]) * len(codes))
    return weights or {None: Fraction(1)}


def shared_by_institution(work: dict[str, Any]) -> dict[str | None, Fraction]:
    """The work in equal parts for its institutions."""
    places = {(i["id"], i["country_code"]) for author in work["authorships"] for i in author["institutions"]}
    weights: dict[str | None, Fraction] = defaultdict(Fraction)
    for _, code in places:
        weights[code] += Fraction(1, len(places))
    return weights or {None: Fraction(1)}


def shared_by_country(work: dict[str, Any]) -> dict[str | None, Fraction]:
    """The work in equal parts for its known countries."""
    known = [code for code in weights_of(work) if code]
    return {code: Fraction(1, len(known)) for code in known} or {None: Fraction(1)}


def plain_profile(
    works: list[dict[str, Any]],
    country: str,
    level: str,
    counting: str,
    merge: dict[str, str] | None = None,
    weigh: Callable[..., dict[str | None, Fraction]] = weights_of,
) -> dict[str, dict[str, Fraction]]:
    """works_full, works_fractional, activity_index, mncs and pp_top10 per member, by a loop and exact fractions."""
    held = [work for work in works if in_scope(work)]
    sets: dict[Any, list[int]] = defaultdict(list)
    for work in held:
        sets[set_of(work)].append(work["cited_by_count"])
    rows: dict[str, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    world: Counter[str] = Counter(member_of(work, level) for work in held)
    for work in held:
        weights = weigh(work, merge) if merge else weigh(work)
        if country not in weights:
            continue
        weight = Fraction(1) if counting == "full" else weights[country]
        own, citations = sets[set_of(work)], work["cited_by_count"]
        row = rows[member_of(work, level)]
        row["works_full"] += 1
        row["works_fractional"] += weights[country]
        row["weight"] += weight
        row["score"] += weight * (Fraction(citations * len(own), sum(own)) if sum(own) else 1)
        row["top"] += weight * top_credit(citations, own)
    total = sum(row["weight"] for row in rows.values())
    for member, row in rows.items():
        row["mncs"], row["pp_top10"] = row["score"] / row["weight"], row["top"] / row["weight"]
        row["activity_index"] = (row["weight"] / total) / Fraction(world[member], len(held))
    return rows


def set_of(work: dict[str, Any]) -> tuple[str, int, str]:
    return work["primary_topic"]["subfield"]["id"], work["publication_year"], work["type"]


def member_of(work: dict[str, Any], level: str) -> str:
    if level == "all":
        return "all"
    topic = work["primary_topic"]
    return number(topic["id"] if level == "topic" else topic[level]["id"])


def top_credit(citations: int, own: list[int]) -> Fraction:
    """The share of a work in the top 10 %, by sorting: the places that its equals hold within the first tenth."""
    above, ties = sum(c > citations for c in own), own.count(citations)
    return min(max((Fraction(len(own), 10) - above) / ties, Fraction(0)), Fraction(1))


def joint_work(number: int, year: int, topic: dict[str, Any], members: list[tuple[int, int, str]]) -> bytes:
    """One line: a plain article of `members` (author, institution, country), each with one affiliation."""
    return (
        orjson.dumps(
            {
                "id": f"{OPENALEX}W{number}",
                "title": "Made up",
                "publication_year": year,
                "publication_date": f"{year}-06-01",
                "type": "article",
                "language": "en",
                "authorships": [
                    {
                        "author_position": "first" if place == 0 else "middle",
                        "author": {"id": f"{OPENALEX}A{author}", "display_name": "Made Up", "orcid": None},
                        "institutions": [
                            {
                                "id": f"{OPENALEX}I{institution}",
                                "display_name": f"Institution {institution}",
                                "ror": None,
                                "country_code": country,
                                "type": "education",
                                "lineage": [],
                            }
                        ],
                        "countries": [country],
                        "is_corresponding": place == 0,
                        "raw_affiliation_strings": [],
                    }
                    for place, (author, institution, country) in enumerate(members)
                ],
                "cited_by_count": 0,
                "is_retracted": False,
                "is_paratext": False,
                "primary_topic": topic,
                "topics": [topic],
                "referenced_works": [],
                "updated_date": "2023-01-01T00:00:00",
            }
        )
        + b"\n"
    )


def write_lines(folder: Path, lines: list[bytes]) -> None:
    """A snapshot of works in one part."""
    part = folder / "data" / "works" / "updated_date=2023-01-01" / "part_000.gz"
    part.parent.mkdir(parents=True)
    with gzip.open(part, "wb", 1) as file:
        file.writelines(lines)
