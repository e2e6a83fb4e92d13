"""How often the topic that paid a project is among the first ten for its labels alone, by words and as learned.

    UDSYN_DATA=/path/to/data python -m benchmarks.funds_history > docs/funds_history.md

Prints a page with a table: per way of asking the projects, the candidates, hits among the first ten and the mean
reciprocal rank, each with the 95 % interval of a bootstrap over projects. `--projects 1000` takes a sample.
Settings of the ranking were chosen on the projects of calls before 2023 alone; those of later calls judge it.
`udsyn funds find` ranks by the same class.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from udsyn.evidence.funds.find import Judged, fits
from udsyn.evidence.funds.history import BOTTOM_UP, Paid
from udsyn.evidence.funds.learned import History, Project, Topics
from udsyn.evidence.funds.ranking import rank

YEAR = re.compile(r"-(20\d\d)-")
#: Of the projects with objectives, so many calls are open to any theme: those that paid most.
BOTTOM_UP_CALLS = 2
BATCH = 500
HEAD = """\
# Which topic paid a project

Written by `UDSYN_DATA=/path/to/data python -m benchmarks.funds_history > docs/funds_history.md`.

Horizon Europe's projects (CORDIS), each known by its labels in EuroSciVoc alone, are asked for the topic that paid
them, among all topics of a theme. In brackets the 95 % interval of a bootstrap over projects. No language model helps.

Settings were chosen on the projects of calls before 2023 alone; those of later calls judge. Left out is a project with
all that it says of its topic. Of the numbers of other projects only one thing is used: a topic that paid no other is
not judged by siblings (one row shows what that gives). As a prior, numbers would betray the topic left out.
"""
FIRST = 10
SPLIT = 2024
#: Settings were chosen on the projects of calls before this year.
JUDGED = 2023


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
        return np.asarray((told.words.transform([one.words for one in asked]) @ told.known.words.T).toarray())

    return scores


def line(name: str, candidates: int, found: np.ndarray, seed: int = 1) -> str:
    """A row of the table: hits among the first ten and mean reciprocal rank with their intervals."""
    lots = np.random.default_rng(seed).integers(0, len(found), (1000, len(found)))
    cells = [name, f"{len(found):,}", f"{candidates:,}"]
    for values, scale, digits, unit in ((found <= FIRST, 100, 1, " %"), (1 / found, 1, 3, "")):
        low, high = np.percentile(values[lots].mean(axis=1), [2.5, 97.5]) * scale
        cells.append(f"{values.mean() * scale:.{digits}f}{unit} ({low:.{digits}f}-{high:.{digits}f})")
    return f"| {' | '.join(cells)} |"


def in_time(projects: list[Project], titles: dict[str, str], year: int) -> tuple[History, list[Project]]:
    """What calls before a year paid, asked for projects of its calls and later ones; their topics paid nobody yet."""
    early = [one for one in projects if year_of(one.topic or "") < year]
    late = [one for one in projects if year_of(one.topic or "") >= year]
    return History(early, titles), late


def year_of(topic: str) -> int:
    found = YEAR.search(topic)
    return int(found[1]) if found else 0


def with_objectives() -> tuple[list[dict[str, str]], set[str]]:
    """Projects with their objective, and the calls among theirs that are open to any theme: those that paid most."""
    with (Path(os.environ["UDSYN_DATA"]) / "calls/cordis_quantum_projects.psv").open(encoding="utf-8") as file:
        projects = list(csv.DictReader(file, delimiter="|"))
    return projects, {topic for topic, _ in Counter(one["topics"] for one in projects).most_common(BOTTOM_UP_CALLS)}


def by_words(projects: list[dict[str, str]], titles: dict[str, str]) -> np.ndarray:
    """Ranks of the paying topic by the words of title and objective."""
    topics = sorted(titles)
    found = []
    for one in projects:
        matches = rank(f"{one['title']} {one['objective']}", [titles[topic] for topic in topics], [""] * len(topics))
        scores = np.zeros((1, len(topics)))
        scores[0, [match.place for match in matches]] = [match.score for match in matches]
        found.extend(ranks(scores, np.array([topics.index(one["topics"])])))
    return np.array(found)


def as_found(projects: list[dict[str, str]], titles: dict[str, str], paid: Paid) -> np.ndarray:
    """Ranks of the paying topic as `udsyn funds find` ranks calls: words, and what was paid before."""
    calls = [Judged({"id": topic}, titles[topic], "", None, 1) for topic in sorted(titles)]
    found = []
    for one in projects:
        order = fits(f"{one['title']} {one['objective']}", calls, paid)
        at = {call.row["id"]: number for number, call in enumerate(order, 1)}
        found.append(at.get(one["topics"], (len(order) + 1 + len(calls)) / 2))
    return np.array(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=0, help="a sample of so many; 0: all")
    size = parser.parse_known_args()[0].projects
    if not os.environ.get("UDSYN_DATA"):
        print("UDSYN_DATA names no folder of real data: nothing measured.")
        return
    print(HEAD)
    print("| asked | projects | candidates | among the first ten | mean reciprocal rank |\n|---|---|---|---|---|")
    left_one_out(size)
    split_in_time(size)
    objectives()


class JudgedBySiblings(History):
    """As if the lack of siblings said something: a topic that paid no other is judged by them, too."""

    def has_siblings(self, asked: Sequence[Project], topics: Topics) -> np.ndarray:
        return np.ones((len(asked), topics.words.shape[0]), dtype=bool)


def left_one_out(size: int) -> None:
    projects, titles = thematic()
    told, asked = History(projects, titles), sample(projects, size)
    paid = Counter(one.topic for one in projects)
    some = np.array([paid[one.topic] > 1 for one in asked])
    late = np.array([year_of(one.topic or "") >= JUDGED for one in asked])
    words, learned = ranks_of(told, asked, own_titles(told)), ranks_of(told, asked)
    everyone = np.ones(len(asked), dtype=bool)
    for who, those in (
        ("all", everyone),
        (f"calls before {JUDGED}, on which settings were chosen", ~late),
        (f"calls of {JUDGED} and later, which judge", late),
        ("the topic paid another labelled project", some),
        ("it paid no other", ~some),
    ):
        print(line(f"{who}: words of the labels against titles of topics (floor)", len(titles), words[those]))
        print(line(f"{who}: learned, each project left out", len(titles), learned[those]))
    print(
        line(
            "all: learned, judged by siblings also where there are none",
            len(titles),
            ranks_of(JudgedBySiblings(projects, titles), asked),
        )
    )


def split_in_time(size: int) -> None:
    """What is open now paid nobody yet: learned from calls before, among the topics of that year and later."""
    before, late = in_time(*thematic(), SPLIT)
    late = sample(late, size)
    among = np.array([year_of(topic) >= SPLIT for topic in before.topics])
    name = f"calls of {SPLIT} and later"
    words, learned = ranks_of(before, late, own_titles(before), among), ranks_of(before, late, among=among)
    print(line(f"{name}: words (floor)", int(among.sum()), words))
    print(line(f"{name}: learned from calls before only", int(among.sum()), learned))


def objectives() -> None:
    projects, open_to_all = with_objectives()
    titles = {row["topic"]: row["title"] for row in table("cordis_project_topics.csv.gz")}
    known, of_a_theme = thematic()
    asked = {one["id"] for one in projects}
    names = {row["euroSciVocPath"]: row["euroSciVocTitle"] for row in table("cordis_euroscivoc.csv.gz")}
    paid = Paid(History([one for one in known if one.id not in asked], of_a_theme), names)
    for who, some in (
        ("thematic topics", [one for one in projects if one["topics"] not in open_to_all]),
        (" and ".join(sorted(open_to_all)), [one for one in projects if one["topics"] in open_to_all]),
    ):
        print(line(f"title and objective, {who}: words", len(titles), by_words(some, titles)))
        print(line(f"title and objective, {who}: as `udsyn funds find`", len(titles), as_found(some, titles, paid)))


def sample(projects: list[Project], size: int) -> list[Project]:
    if not size or size >= len(projects):
        return projects
    chosen = np.random.default_rng(1).choice(len(projects), size, replace=False)
    return [projects[number] for number in sorted(chosen)]


if __name__ == "__main__":
    main()
