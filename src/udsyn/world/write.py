"""Writes the generated world in the shape of OpenAlex's snapshot: the code that reads real files reads it too.

OUT/data/jsonl/<entity>/updated_date=D/part_0000.gz    works, institutions, topics, each with a manifest
OUT/panels/generated_pairs.csv.gz                      year, c1, c2, works
OUT/truth.json                                         what was planted
OUT/GENERATED.txt                                      says that nothing here is real
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from udsyn.world import text
from udsyn.world.people import LABEL, person_name
from udsyn.world.setting import AUTHOR_ID, INSTITUTION_ID, PARTITIONS, WORK_ID, Array, Topic, places, topics
from udsyn.world.works import Works

OPENALEX = "https://openalex.org/"
NOTICE = (
    "This is a generated world. Its works, people and institutions are made up, drawn from seed {seed}; countries, "
    "cities, fields and subfields bear real names. What was planted is in truth.json.\n"
)
Objects = Iterable[dict[str, Any]]


def write_objects(out: Path, entity: str, parts: list[Objects]) -> None:
    """One gzip file of JSON lines per partition, and their manifest. The same objects give the same bytes."""
    entries: list[dict[str, Any]] = []
    for day, objects in zip(PARTITIONS[-len(parts) :], parts, strict=True):
        lines = [orjson.dumps(item) for item in objects]
        file = out / "data" / "jsonl" / entity / f"updated_date={day}" / "part_0000.gz"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(gzip.compress(b"\n".join(lines) + b"\n", compresslevel=1, mtime=0))
        meta = {"content_length": file.stat().st_size, "record_count": len(lines)}
        entries.append({"url": file.relative_to(out).as_posix(), "meta": meta})
    total = {"record_count": sum(entry["meta"]["record_count"] for entry in entries)}
    write_json(out / "data" / "jsonl" / entity / "manifest.json", {"entries": entries, "meta": total})


def write_panel(file: Path, rows: Iterator[tuple[Any, ...]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = ["year,c1,c2,works", *(",".join(map(str, row)) for row in rows)]
    file.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode(), compresslevel=6, mtime=0))


def write_json(file: Path, content: Any) -> None:
    file.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS))


def topic_objects() -> Objects:
    for topic in topics():
        yield {**topic_object(topic), "description": f"{LABEL} {', '.join(topic.terms)}", "keywords": list(topic.terms)}


def topic_object(topic: Topic) -> dict[str, Any]:
    return {
        "id": f"{OPENALEX}T{topic.id}",
        "display_name": topic.name,
        "subfield": {"id": f"{OPENALEX}subfields/{topic.subfield}", "display_name": topic.subfield_name},
        "field": {"id": f"{OPENALEX}fields/{topic.field}", "display_name": topic.field_name},
        "domain": {"id": f"{OPENALEX}domains/{topic.domain}", "display_name": topic.domain_name},
    }


def institution_objects(works: Works) -> list[dict[str, Any]]:
    """Institutions as they stand in authorships; `geo` is added for their own file."""
    at, codes = works.institutions, places().codes
    found = []
    for index, name in enumerate(at.names):
        id_ = f"{OPENALEX}I{INSTITUTION_ID + index}"
        country = codes[at.country[index]]
        found.append(
            {
                "id": id_,
                "display_name": name,
                "ror": None,
                "country_code": country,
                "type": at.kinds[index],
                "lineage": [id_],
            }
        )
    return found


def with_geo(works: Works, objects: list[dict[str, Any]]) -> Objects:
    at = works.institutions
    for index, item in enumerate(objects):
        place = {"city": at.city[index], "latitude": float(at.lat[index]), "longitude": float(at.lon[index])}
        yield {**item, "geo": {**place, "country_code": item["country_code"]}, "associated_institutions": []}


def day_of(works: Works, number: int) -> np.datetime64:
    """The day on which a work came out."""
    return np.datetime64(f"{int(works.year[number])}-01-01") + int(works.day[number])


def author_objects(works: Works, orcids: dict[int, str]) -> Objects:
    """Whoever wrote anything, at their institution; `orcids` by person."""
    at = institution_objects(works)
    persons, counts = np.unique(works.person, return_counts=True)
    for person, number in zip(persons.tolist(), counts.tolist(), strict=True):
        place = at[works.people.institution[person]]
        yield {
            "id": f"{OPENALEX}A{AUTHOR_ID + person}",
            "orcid": f"https://orcid.org/{orcids[person]}" if person in orcids else None,
            "display_name": person_name(person),
            "works_count": number,
            "last_known_institutions": [place],
            "updated_date": PARTITIONS[-1],
        }


def work_objects(works: Works, numbers: Array, progress: Callable[[], None] = lambda: None) -> Objects:
    """OpenAlex work objects of these numbers, in this order."""
    at = institution_objects(works)
    subject = [topic_object(topic) for topic in topics()]
    terms = [topic.terms for topic in topics()]
    begin = np.searchsorted(works.work, np.arange(len(works.year) + 1))
    home = works.people.institution
    persons = works.person.tolist()
    second, lost = works.second.tolist(), works.lost.tolist()
    for number in numbers.tolist():
        first, last = int(begin[number]), int(begin[number + 1])
        authorships = [
            authorship(persons[row], home, second[row], lost[row], at, row - first, last - first)
            for row in range(first, last)
        ]
        yield work_object(works, number, authorships, subject, terms)
        progress()


def authorship(
    person: int, home: Array, second: int, lost: int, at: list[dict[str, Any]], place: int, size: int
) -> dict[str, Any]:
    held = [at[home[person]]] + ([at[second]] if second >= 0 else [])
    name = person_name(person)
    known = held if lost == 0 else []
    return {
        "author_position": "first" if place == 0 else "last" if place == size - 1 else "middle",
        "author": {"id": f"{OPENALEX}A{AUTHOR_ID + person}", "display_name": name, "orcid": None},
        "institutions": known,
        "countries": sorted({item["country_code"] for item in held}) if lost < 2 else [],
        "is_corresponding": place == 0,
        "raw_author_name": name,
        "raw_affiliation_strings": [item["display_name"] for item in known],
        "affiliations": [
            {"raw_affiliation_string": item["display_name"], "institution_ids": [item["id"]]} for item in known
        ],
    }


def work_object(
    works: Works, number: int, authorships: list[dict[str, Any]], subject: list[dict[str, Any]], terms: list[Any]
) -> dict[str, Any]:
    topic, year = int(works.topic[number]), int(works.year[number])
    other = (topic ^ 1, (topic + 7) % len(subject))
    scored = [{**subject[t], "score": score} for t, score in zip((topic, *other), (0.98, 0.71, 0.44), strict=True)]
    if number % 67 == 13:  # some works have no topic, as in the real record
        scored = []
    type_ = str(works.type[number])
    title = text.title(terms[topic], number, type_ == "review")
    id_ = f"{OPENALEX}W{WORK_ID + number}"
    doi = f"https://doi.org/10.5555/generated.{number}"
    return {
        "id": id_,
        "doi": doi,
        "title": title,
        "display_name": title,
        "publication_year": year,
        "publication_date": str(day_of(works, number)),
        "ids": {"openalex": id_, "doi": doi},
        "language": "en",
        "primary_location": {"source": None, "landing_page_url": doi, "version": "publishedVersion"},
        "type": type_,
        "authorships": authorships,
        "countries_distinct_count": len({code for a in authorships for code in a["countries"]}),
        "institutions_distinct_count": len({item["id"] for a in authorships for item in a["institutions"]}),
        "cited_by_count": int(works.cited_by[number]),
        "is_retracted": number % 2503 == 17,
        "is_paratext": number % 1999 == 23,
        "is_xpac": False,
        "primary_topic": scored[0] if scored else None,
        "topics": scored,
        "keywords": [],
        "referenced_works_count": len(works.references[number]),
        "referenced_works": [f"{OPENALEX}W{WORK_ID + cited}" for cited in works.references[number].tolist()],
        "abstract_inverted_index": text.abstract(terms[topic], number) if number % 10 else None,
        "updated_date": PARTITIONS[number % len(PARTITIONS)],
        "created_date": "2024-01-05",
    }
