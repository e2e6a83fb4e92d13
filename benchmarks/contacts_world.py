"""A generated record in which it is known why people come to write together, for the back-test of contacts.

People have one or two topics, a country and an institution. Year by year they lead works; a co-author is an old one
(OLD), or else somebody new: a co-author of a co-author (CIRCLE), anybody on the same topic (TOPIC), or a colleague of
the same institution or anybody at all. So what a ranking can know is known: circles and topics, not chance.
"""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import polars as pl

from udsyn.record.engine import Record

YEARS = range(2008, 2026)
COUNTRIES = ("US", "CN", "GB", "DE", "KR", "IN", "FR", "BR", "NL", "SE", "DK", "NO")
TOPICS, INSTITUTIONS, WORDS = 80, 240, 40
LED = 0.3  #: works that one person leads in a year, on average
OLD, CIRCLE, TOPIC, COLLEAGUE = 0.55, 0.4, 0.4, 0.1  #: the last three of those who are new; the rest is chance
LETTERS = "abdefgiklmnoprstuv"


def planted(path: Path, people: int = 6000, seed: int = 7) -> Record:
    """Write the record's tables."""
    draw = random.Random(seed)
    vocabulary = ["".join(draw.choices(LETTERS, k=draw.randint(5, 10))) for _ in range(TOPICS * WORDS)]
    topic = [(draw.randrange(TOPICS), draw.randrange(TOPICS)) for _ in range(people)]
    institution = [draw.randrange(INSTITUTIONS) for _ in range(people)]
    by_topic, by_institution = defaultdict(list), defaultdict(list)
    for person in range(people):
        by_topic[topic[person][0]].append(person)
        by_institution[institution[person]].append(person)
    known: dict[int, list[int]] = defaultdict(list)
    works: list[dict[str, Any]] = []
    authorships: list[dict[str, Any]] = []
    for year in YEARS:
        for lead in range(people):
            if draw.random() > LED:
                continue
            subject = topic[lead][0] if draw.random() < 0.75 else topic[lead][1]
            team = [lead]
            for _ in range(draw.choice((0, 1, 1, 2, 2, 3))):
                other = somebody(draw, lead, subject, known, by_topic, by_institution[institution[lead]], people)
                if other not in team:
                    team.append(other)
            own = vocabulary[subject * WORDS : (subject + 1) * WORDS]
            title = " ".join([*draw.choices(own, k=5), *draw.choices(vocabulary, k=4)])
            works.append({"work": len(works) + 1, "year": year, "title": title, "topic": 10_001 + subject})
            works[-1]["authors"] = len(team)
            for person in team:
                known[person] += [other for other in team if other != person]
            for seq, person in enumerate(team, start=1):
                last = "last" if seq == len(team) else "middle"
                authorships.append(
                    {
                        "work": len(works),
                        "seq": seq,
                        "author": 5_000_000_000 + person,
                        "name": f"Person {person}",
                        "position": "first" if seq == 1 else last,
                        "is_corresponding": seq == 1,
                        "institution": institution[person],
                        "country": COUNTRIES[institution[person] % len(COUNTRIES)],
                    }
                )
    return write(path, works, authorships)


def somebody(
    draw: random.Random,
    lead: int,
    subject: int,
    known: dict[int, list[int]],
    by_topic: dict[int, list[int]],
    colleagues: list[int],
    people: int,
) -> int:
    """A co-author for a work."""
    if known[lead] and draw.random() < OLD:
        return draw.choice(known[lead])
    chance = draw.random()
    if chance < CIRCLE and known[lead]:
        return draw.choice(known[draw.choice(known[lead])])
    if chance < CIRCLE + TOPIC:
        return draw.choice(by_topic[subject] or [lead])
    return draw.choice(colleagues) if chance < CIRCLE + TOPIC + COLLEAGUE else draw.randrange(people)


def write(path: Path, works: list[dict[str, Any]], authorships: list[dict[str, Any]]) -> Record:
    """A record that holds these tables."""
    flags = {"is_retracted": False, "is_paratext": False, "is_xpac": False}
    about = {"type": "article", "source": "generated", "doi": None, "subfield": 1100, "field": 11}
    tables = {
        "works": pl.DataFrame([{**work, **about, **flags} for work in works]).cast(
            {"year": pl.Int16, "authors": pl.Int32, "subfield": pl.Int16, "field": pl.Int16, "doi": pl.String}
        ),
        "authorships": pl.DataFrame(authorships).with_columns(pl.col("seq").cast(pl.Int32)),
        "work_topics": pl.DataFrame([{"work": w["work"], "topic": w["topic"], "rank": 1} for w in works]),
        "topics": pl.DataFrame({"topic": range(10_001, 10_001 + TOPICS)}).with_columns(
            name="topic " + pl.col("topic").cast(pl.String)
        ),
    }
    record = Record.create(path)
    for name, frame in tables.items():
        (path / "tables" / name).mkdir(parents=True, exist_ok=True)
        frame.write_parquet(path / "tables" / name / f"{name}.parquet")
    record.write_manifest({"version": 1, "sources": {"generated": {"works": len(works), "lacks": []}}})
    return record
