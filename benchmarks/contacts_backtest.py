"""Would contacts have named the partners that people really found? A time-sliced back-test with baselines.

    python -m benchmarks.contacts_backtest [RECORD ...] [--year 2018] [--askers 300] [--seed 7]

Without a record: one generated with known reasons to meet, and those of works/management and works/geoscience where
UDSYN_DATA names the data.

The index sees works up to a year. Somebody who has published by then later writes for the first time with somebody of
another country who has also published by then: that person should stand high on the list made from the asker's works
alone, among all people of other countries with whom the asker has not written. Askers are drawn with a seed; intervals
are 95 % percentile bootstraps over askers. Every method ranks the same people; ties count as the mean of their ranks.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.contacts_world import planted
from udsyn.contacts import find as finding
from udsyn.contacts import paths
from udsyn.contacts.find import Filters, Weights
from udsyn.contacts.index import Index, gather, read
from udsyn.contacts.making import build
from udsyn.contacts.query import Query, for_person
from udsyn.record.engine import Record
from udsyn.record.ingest import ingest_openalex

Floats = NDArray[np.float64]
Method = Callable[[Index, int], Floats]
DRAWS = 1000
REAL = {"management": "works/management", "geoscience": "works/geoscience/works.jsonl.gz"}
MEASURES = ("recall@10", "recall@50", "MRR")

FUTURE = """
SELECT DISTINCT a.author AS asker, b.author AS partner
FROM authorships AS a
JOIN authorships AS b ON a.work = b.work AND a.author <> b.author
JOIN works AS w ON w.work = a.work
WHERE w.year > ? AND w.authors BETWEEN 2 AND 20 AND a.author IS NOT NULL AND b.author IS NOT NULL
"""


def cases(record: Record, index: Index, year: int, askers: int, seed: int) -> dict[int, set[int]]:
    """Asker → partners of other countries, known by the year, written with for the first time after it."""
    with record.connect() as connection:
        pairs = connection.execute(FUTURE, [year]).fetchall()
    country, found = index.arrays["country"], defaultdict(set)
    for a, b in pairs:
        asker, partner = index.person(a), index.person(b)
        if asker is None or partner is None or not country[asker] or not country[partner]:
            continue
        if country[asker] != country[partner] and not len(
            np.intersect1d(index.works_of(asker), index.works_of(partner))
        ):
            found[asker].add(partner)
    chosen = sorted(found)
    np.random.default_rng(seed).shuffle(chosen)
    return {asker: found[asker] for asker in chosen[:askers]}


def ours(index: Index, asker: int, **changes: float) -> Floats:
    """The ranking of `contacts find "someone for A…"`, without its cut at the short list."""
    home = index.arrays["country"][asker].decode()
    found = finding.matches(index, for_person(index, asker), Filters(home=home))
    score = np.zeros(index.people_count)
    if len(found.people):
        parts = finding.score_parts(index, found, np.arange(len(found.people)), home)
        parts["nearness"] = found.near
        score[found.people] = replace(Weights(), **changes).mean(parts)
    return score


def popularity(index: Index, _: int) -> Floats:
    return np.diff(index.arrays["person_start"]).astype(float)


def same_topic(index: Index, asker: int) -> Floats:
    """Works in the asker's topics, weighted by how much the asker works on each."""
    mine = index.arrays["work_topic"][index.works_of(asker)]
    share = np.bincount(mine[mine >= 0], minlength=int(index.arrays["work_topic"].max()) + 2)
    value = share[index.arrays["work_topic"]] * (index.arrays["work_topic"] >= 0)
    works = np.flatnonzero(value)
    people, link = gather(index.arrays["work_start"], index.arrays["work_people"], works)
    return np.bincount(people, value[works][link], minlength=index.people_count).astype(float)


def neighbours(index: Index, people: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    found = paths.ties(index, people)
    return found.owner, found.person


def adamic_adar(index: Index, asker: int) -> Floats:
    """Shared co-authors, each counting 1 / log(their co-authors) (Adamic and Adar 2003)."""
    _, near = neighbours(index, np.array([asker]))
    score = np.zeros(index.people_count)
    if len(near):
        owner, person = neighbours(index, near)
        degree = np.bincount(owner, minlength=len(near))
        np.add.at(score, person, 1 / np.log(np.maximum(degree, 2))[owner])
    return score


def random_walk(index: Index, asker: int) -> Floats:
    """How often walks of a few steps over co-authors, with restarts, every tie alike, come to each person."""
    return walked(index, asker, evenly=True)


def walked(index: Index, asker: int, evenly: bool = False) -> Floats:
    score = np.zeros(index.people_count)
    people, mass = paths.walk(index, asker, evenly=evenly)
    score[people] = mass
    return score


def tfidf(index: Index, asker: int) -> Floats:
    """Cosine-like sum over a person's works, over their number: the mean that expert finders start from."""
    query: Query = for_person(index, asker)
    value = finding.dot(index, query).astype(float)
    works = np.flatnonzero(value)
    people, link = gather(index.arrays["work_start"], index.arrays["work_people"], works)
    total = np.bincount(people, value[works][link], minlength=index.people_count)
    return total / np.maximum(np.diff(index.arrays["person_start"]), 1)


def without(*names: str) -> Method:
    """The ranking with some of its weights set to 0."""
    return lambda index, asker: ours(index, asker, **dict.fromkeys(names, 0.0))


OURS, RIVAL = "contacts find", "random walk"
METHODS: Mapping[str, Method] = {
    OURS: ours,
    "popularity": popularity,
    "same topic": same_topic,
    "Adamic-Adar": adamic_adar,
    RIVAL: random_walk,
    "TF-IDF, mean over works": tfidf,
    "our nearness alone": walked,
    "find without fit": without("fit"),
    "find without nearness": without("nearness"),
    "find without recency, activity": without("recency", "activity"),
    "find without focus, role": without("focus", "role"),
    "find without complement, path": without("complement", "path"),
    "find, fit and nearness alone": without("focus", "recency", "activity", "role", "complement", "path"),
}


def ranks(index: Index, asker: int, partners: set[int], method: Method) -> list[float]:
    """The mean rank of each partner among everybody abroad with whom the asker has not written."""
    score = method(index, asker)
    abroad = index.arrays["country"] != index.arrays["country"][asker]
    known = np.unique(gather(index.arrays["work_start"], index.arrays["work_people"], index.works_of(asker))[0])
    abroad[known] = False
    values = np.sort(score[abroad])
    above = len(values) - np.searchsorted(values, score[list(partners)], "right")
    tied = np.searchsorted(values, score[list(partners)], "right") - np.searchsorted(
        values, score[list(partners)], "left"
    )
    return (above + (tied + 1) / 2).tolist()


def metrics(found: list[list[float]]) -> Floats:
    """Mean over askers of recall@10, recall@50 and reciprocal rank of the first partner."""
    per = [[np.mean(np.array(r) <= 10), np.mean(np.array(r) <= 50), 1 / min(r)] for r in found]
    return np.array(per)


def backtest(
    record: Record, year: int, askers: int, seed: int, methods: Mapping[str, Method] = METHODS
) -> list[dict[str, object]]:
    """A row per method: recall@10, recall@50 and MRR with 95 % intervals."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        build(record, path, until=year)
        index = read(record, path)
        asked = cases(record, index, year, askers, seed)
        rng = np.random.default_rng(seed)
        draws = rng.integers(0, max(len(asked), 1), (DRAWS, max(len(asked), 1)))
        per = {
            name: metrics([ranks(index, asker, partners, method) for asker, partners in asked.items()])
            for name, method in methods.items()
            if asked
        }
        if {OURS, RIVAL} <= per.keys():
            per[f"{OURS} less {RIVAL}"] = per[OURS] - per[RIVAL]
        return [summary(name, found, draws, index.people_count) for name, found in per.items()]


def summary(name: str, found: Floats, draws: NDArray[np.int64], people: int) -> dict[str, object]:
    """Means over askers with 95 % intervals."""
    low, high = np.percentile(found[draws].mean(axis=1), [2.5, 97.5], axis=0)
    row: dict[str, object] = {"method": name, "askers": len(found), "people": people}
    for k, measure in enumerate(MEASURES):
        row |= {measure: found[:, k].mean(), f"{measure} low": low[k], f"{measure} high": high[k]}
    return row


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", nargs="*", type=Path)
    parser.add_argument("--year", type=int, default=2018)
    parser.add_argument("--askers", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args(arguments or [])
    with tempfile.TemporaryDirectory() as folder:
        report(chosen.records or records(Path(folder), chosen.seed), chosen)


def records(folder: Path, seed: int) -> list[Path]:
    """The generated record, and those of the real data at hand."""
    made = [planted(folder / "generated", seed=seed).path]
    if data := os.environ.get("UDSYN_DATA"):
        for name, source in REAL.items():
            ingest_openalex(Path(data) / source, folder / name, extras=("abstracts",))
            made.append(folder / name)
    return made


def report(paths_: Sequence[Path], chosen: argparse.Namespace) -> None:
    """Print a table for each record."""
    for path in paths_:
        rows = backtest(Record.open(path), chosen.year, chosen.askers, chosen.seed)
        print(f"\n{path.name}, up to {chosen.year}, seed {chosen.seed}: {rows[0]['askers'] if rows else 0} askers\n")
        print(f"{'method':32} {'recall@10':>22} {'recall@50':>22} {'MRR':>24}")
        for row in rows:
            shown = [
                f"{row[m]:.3f} [{row[f'{m} low']:.3f}, {row[f'{m} high']:.3f}]"
                for m in ("recall@10", "recall@50", "MRR")
            ]
            print(f"{row['method']:32} {shown[0]:>22} {shown[1]:>22} {shown[2]:>24}", flush=True)


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
