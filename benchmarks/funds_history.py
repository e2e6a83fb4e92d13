"""How often the topic that paid a project is among the first ten for its labels alone, by words and as learned.

    UDSYN_DATA=/path/to/data python -m benchmarks.funds_history [--projects 1000]

Prints one line per way of asking: projects, hits among the first 1, 10 and 50, and the mean reciprocal rank, each with
the 95 % interval of a bootstrap over projects.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import re
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

from udsyn.evidence.funds.history import BOTTOM_UP, History, Project
from udsyn.evidence.funds.ranking import rank

YEAR = re.compile(r"-(20\d\d)-")
#: Of the projects with objectives, so many calls are open to any theme: those that paid most.
BOTTOM_UP_CALLS = 2
BATCH = 500
SPLIT = 2024


def table(name: str) -> list[dict[str, str]]:
    with gzip.open(Path(os.environ["UDSYN_DATA"]) / "calls" / name, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def thematic() -> tuple[list[Project], dict[str, str]]:
    """Labelled projects of thematic topics, and the titles of all these topics."""
    labels: dict[str, set[str]] = defaultdict(set)
    for row in table("cordis_euroscivoc.csv.gz"):
        labels[row["projectID"]].add(row["euroSciVocPath"])
    paid = [row for row in table("cordis_project_topics.csv.gz") if not BOTTOM_UP.match(row["topic"])]
    projects = [Project(row["projectID"], frozenset(labels[row["projectID"]]), row["topic"]) for row in paid]
    return [one for one in projects if one.labels], {row["topic"]: row["title"] for row in paid}


def ranks(scores: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The rank of each row's own place; equals share the middle of their ranks."""
    own = scores[np.arange(len(places)), places][:, None]
    return 1 + (scores > own).sum(1) + ((scores == own).sum(1) - 1) / 2


def ranks_of(
    told: History, asked: list[Project], scores_of: object = None, among: np.ndarray | None = None
) -> np.ndarray:
    """Ranks of the paying topics, among all or among those chosen."""
    found = []
    for start in range(0, len(asked), BATCH):
        part = asked[start : start + BATCH]
        places = np.array([told.place[one.topic or ""] for one in part])
        scores = (scores_of or told.scores)(part)  # type: ignore[operator]
        found.append(ranks(scores if among is None else np.where(among, scores, -np.inf), places))
    return np.concatenate(found)


def own_titles(told: History):  # type: ignore[no-untyped-def]
    """The floor: the words of the labels against the titles of the topics, nothing learned."""

    def scores(asked: list[Project]) -> np.ndarray:
        texts = [" ".join(label.rsplit("/", 1)[-1] for label in sorted(one.labels)) for one in asked]
        return np.asarray((told.words.transform(texts) @ told.said.T).toarray())

    return scores


def line(name: str, found: np.ndarray, seed: int = 1) -> str:
    """Hits and mean reciprocal rank with their intervals."""
    lots = np.random.default_rng(seed).integers(0, len(found), (1000, len(found)))
    measures = {f"first {most}": found <= most for most in (1, 10, 50)} | {"MRR": 1 / found}
    parts = []
    for measure, values in measures.items():
        low, high = np.percentile(values[lots].mean(axis=1), [2.5, 97.5])
        parts.append(f"{measure} {values.mean():.3f} ({low:.3f}-{high:.3f})")
    return f"{name}: {len(found):,} projects, " + ", ".join(parts)


def in_time(projects: list[Project], titles: dict[str, str], year: int) -> tuple[History, list[Project]]:
    """What calls before a year paid, asked for projects of its calls and later ones; their topics paid nobody yet."""
    early = [one for one in projects if year_of(one.topic or "") < year]
    late = [one for one in projects if year_of(one.topic or "") >= year]
    return History(early, titles), late


def year_of(topic: str) -> int:
    found = YEAR.search(topic)
    return int(found[1]) if found else 0


def objectives() -> tuple[np.ndarray, np.ndarray]:
    """Ranks of the paying topic by the words of title and objective: thematic topics, and two bottom-up calls."""
    with (Path(os.environ["UDSYN_DATA"]) / "calls/cordis_quantum_projects.psv").open(encoding="utf-8") as file:
        projects = list(csv.DictReader(file, delimiter="|"))
    titles = {row["topic"]: row["title"] for row in table("cordis_project_topics.csv.gz")}
    topics = sorted(titles)
    largest = {topic for topic, _ in Counter(one["topics"] for one in projects).most_common(BOTTOM_UP_CALLS)}
    found: dict[bool, list[float]] = {True: [], False: []}
    for one in projects:
        matches = rank(f"{one['title']} {one['objective']}", [titles[topic] for topic in topics], [""] * len(topics))
        scores = np.zeros((1, len(topics)))
        scores[0, [match.place for match in matches]] = [match.score for match in matches]
        found[one["topics"] in largest].extend(ranks(scores, np.array([topics.index(one["topics"])])))
    return np.array(found[False]), np.array(found[True])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=0, help="a sample of so many; 0: all")
    size = parser.parse_known_args()[0].projects
    if not os.environ.get("UDSYN_DATA"):
        print("UDSYN_DATA names no folder of real data: nothing measured.")
        return
    projects, titles = thematic()
    told = History(projects, titles)
    asked = sample(projects, size)
    count = Counter(one.topic for one in projects)
    print(f"{len(projects):,} projects, {len(titles):,} topics")
    print(line("words of labels against titles (floor)", ranks_of(told, asked, own_titles(told))))
    found = ranks_of(told, asked)
    print(line("learned from siblings, each left out", found))
    sibling = np.array([count[one.topic] > 1 for one in asked])
    print(line("of these, topics that paid another labelled project", found[sibling]))
    before, late = in_time(projects, titles, SPLIT)
    late = sample(late, size)
    among = np.array([year_of(topic) >= SPLIT for topic in before.topics])
    print(f"split in time: {among.sum():,} topics of {SPLIT} and later are the candidates, learned from calls before")
    print(line("words of labels against titles (floor)", ranks_of(before, late, own_titles(before), among)))
    print(line("learned from earlier calls", ranks_of(before, late, among=among)))
    own, bottom_up = objectives()
    print(line("title and objective, thematic topics, words only", own))
    print(line("title and objective, two bottom-up calls, words only", bottom_up))


def sample(projects: list[Project], size: int) -> list[Project]:
    if not size or size >= len(projects):
        return projects
    chosen = np.random.default_rng(1).choice(len(projects), size, replace=False)
    return [projects[number] for number in sorted(chosen)]


if __name__ == "__main__":
    main()
