"""Which text representation tells expertise? Own validation of `contacts score`, and what each choice is worth.

    python -m benchmarks.contacts_score [--works FILE] [--people 300] [--semantic] [--seed 0]

From OpenAlex works with abstracts (works/geoscience under UDSYN_DATA): a person's earlier papers are the archive; the
papers to be ordered are their own later ones (5), papers they cite more than once (4) or once (3.5) but did not write,
papers on their main topic that they do not cite (2.5), in its subfield (1.7), in its field (1). The loss is the share
of the rating differences between two papers of one person that the scores order wrongly; ties count half.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from udsyn.contacts import score as scoring
from udsyn.contacts.score import Paper

LARGEST_TEAM = 30
ARCHIVE = 20


@dataclass(frozen=True)
class Work:
    paper: Paper
    year: int
    id: str
    authors: tuple[str, ...]
    references: frozenset[str]
    topic: str | None
    subfield: str | None
    field: str | None


@dataclass(frozen=True)
class Task:
    """A person's archive, and works to be ordered with their ratings."""

    archive: list[int]
    rated: list[tuple[int, float]]


def abstract(index: dict[str, list[int]] | None) -> str:
    places = [(place, word) for word, at in (index or {}).items() for place in at]
    return " ".join(word for _, word in sorted(places))


def read(path: Path) -> list[Work]:
    works = []
    with gzip.open(path) as lines:
        for line in lines:
            held = orjson.loads(line)
            topic = held.get("primary_topic") or {}
            if held.get("title") and held.get("language") in ("en", None):
                works.append(
                    Work(
                        Paper(held["title"], abstract(held.get("abstract_inverted_index"))),
                        held["publication_year"],
                        held["id"],
                        tuple(a["author"]["id"] for a in held["authorships"] if a["author"]["id"]),
                        frozenset(held["referenced_works"]),
                        *(
                            topic.get("id") if level == "topic" else (topic.get(level) or {}).get("id")
                            for level in LEVELS
                        ),
                    )
                )
    return works


LEVELS = ("topic", "subfield", "field")


def tasks(works: Sequence[Work], people: int, seed: int) -> list[Task]:
    """Drawn with a seed; every work to be ordered has an abstract."""
    draw, number = random.Random(seed), {work.id: n for n, work in enumerate(works)}
    by_author: dict[str, list[int]] = defaultdict(list)
    by_level: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for n, work in enumerate(works):
        if len(work.authors) <= LARGEST_TEAM:
            for author in sorted(set(work.authors)):
                by_author[author].append(n)
        if work.paper.abstract:
            for level in LEVELS:
                by_level[level, getattr(work, level)].append(n)
    authors = sorted(author for author, own in by_author.items() if len(own) >= 6)
    draw.shuffle(authors)
    found: list[Task] = []
    for author in authors:
        task = task_of(works, author, by_author[author], number, by_level, draw)
        if task and len(found) < people:
            found.append(task)
    return found


def task_of(
    works: Sequence[Work], author: str, own: list[int], number: dict[str, int], by_level: Any, draw: random.Random
) -> Task | None:
    own = sorted(own, key=lambda n: (works[n].year, works[n].id))
    later = max(1, min(len(own) // 3, 6))
    archive = own[:-later][-ARCHIVE:]
    topics = Counter(works[n].topic for n in archive if works[n].topic)
    if not topics or sum(bool(works[n].paper.abstract) for n in archive) < 2:
        return None
    main = next(works[n] for n in archive if works[n].topic == topics.most_common(1)[0][0])
    colleagues = {name for n in own for name in works[n].authors}
    cited = Counter(number[id_] for n in own for id_ in works[n].references if id_ in number)

    def stranger(n: int) -> bool:
        return bool(works[n].paper.abstract) and not colleagues & set(works[n].authors)

    def unlinked(level: str) -> list[int]:
        pool = by_level[level, getattr(main, level)]
        return [n for n in pool if n not in cited and stranger(n)]

    rated: dict[int, float] = {}

    def take(pool: list[int], most: int, rating: float) -> None:
        pool = sorted(n for n in set(pool) if n not in rated)
        rated.update(dict.fromkeys(draw.sample(pool, min(most, len(pool))), rating))

    take([n for n in own[-later:] if works[n].paper.abstract], 2, 5.0)
    take([n for n, times in cited.items() if times > 1 and stranger(n)], 2, 4.0)
    take([n for n in cited if stranger(n)], 3, 3.5)
    take(unlinked("topic"), 3, 2.5)
    take([n for n in unlinked("subfield") if works[n].topic not in topics], 2, 1.7)
    take([n for n in unlinked("field") if works[n].topic not in topics and works[n].subfield != main.subfield], 2, 1.0)
    return Task(archive, list(rated.items())) if len(rated) >= 6 else None


def losses(tasks_: Sequence[Task], values: Callable[[int, int], float]) -> np.ndarray[Any, Any]:
    """Wrongly ordered and all rating differences, a row per task."""
    rows = []
    for t, task in enumerate(tasks_):
        wrong = total = 0.0
        for (a, high), (b, low) in combinations(task.rated, 2):
            difference, ordered = high - low, values(t, a) - values(t, b)
            total += abs(difference)
            wrong += abs(difference) * (0.5 if ordered == 0 else float(ordered * difference < 0))
        rows.append((wrong, total))
    return np.array(rows)


def loss(works: Sequence[Work], tasks_: Sequence[Task], use_semantic: bool = False) -> tuple[float, float, float]:
    """The loss of `contacts score` with a 95 % interval (bootstrap over people, seed 0)."""
    asked = sorted({n for task in tasks_ for n, _ in task.rated})
    place = {n: k for k, n in enumerate(asked)}
    submissions = [works[n].paper for n in asked]
    archives = [[works[n].paper for n in task.archive] for task in tasks_]
    values = scoring.lexical_scores(submissions, archives)
    if use_semantic:
        values = scoring.LEXICAL_WEIGHT * values + scoring.semantic_scores(submissions, archives)
    rows = losses(tasks_, lambda t, n: float(values[place[n], t]))
    drawn = rows[np.random.default_rng(0).integers(0, len(rows), (1000, len(rows)))].sum(axis=1)
    low, high = np.percentile(drawn[:, 0] / drawn[:, 1], [2.5, 97.5])
    wrong, total = rows.sum(axis=0)
    return float(wrong / total), float(low), float(high)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", type=Path)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--semantic", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args(arguments or [])
    data = os.environ.get("UDSYN_DATA")
    path = chosen.works or (Path(data) / "works" / "geoscience" / "works.jsonl.gz" if data else None)
    if path is None:
        print("not measured: name works with abstracts by --works, or the data folder by UDSYN_DATA")
        return
    works = read(path)
    tasks_ = tasks(works, chosen.people, chosen.seed)
    print(f"{len(tasks_)} people, {sum(len(task.rated) for task in tasks_)} ratings, seed {chosen.seed}\n")
    changes: list[tuple[str, dict[str, Any]]] = [
        ("as shipped", {}),
        ("title counts once", {"TITLE_WEIGHT": 1}),
        ("idf to the power 1", {"IDF_POWER": 1.0}),
        ("submissions not widened", {"NEIGHBOUR_WEIGHT": 0.0}),
        ("stems without pairs", {"terms_and_pairs": scoring.terms_and_pairs.__globals__["terms"]}),
    ]
    for name, change in changes:
        kept = {key: getattr(scoring, key) for key in change}
        for key, value in change.items():
            setattr(scoring, key, value)
        found, low, high = loss(works, tasks_)
        print(f"{name:32} {found:.4f} [{low:.4f}, {high:.4f}]", flush=True)
        for key, value in kept.items():
            setattr(scoring, key, value)
    if chosen.semantic:
        found, low, high = loss(works, tasks_, use_semantic=True)
        print(f"{'with the semantic extra':32} {found:.4f} [{low:.4f}, {high:.4f}]", flush=True)


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
