"""Which text representation tells expertise? Own validation of `contacts score`, and what each choice is worth.

    python -m benchmarks.contacts_score [--works FILE] [--pools 6] [--semantic] [--seed 0]

From OpenAlex works with abstracts and references (works/geoscience under UDSYN_DATA). Pools of 60 people with up to 25
works each, and for each person up to ten papers by strangers, graded by bibliographic coupling: the share of a paper's
references (rare ones count more) that the person's own works cite or are. Grades: 5 from 8 %, 4 from 4 %, 3 from 2 %,
2 below 1.2 %, 1 none, two papers of each. The texts never see a reference. Loss: share of the grade differences that
scores order wrongly, ties half; per person over papers, and per paper over all people of the pool who did not write it
or write with those who did.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from sklearn.feature_extraction.text import TfidfVectorizer

from udsyn.contacts import score as scoring
from udsyn.contacts.score import Paper
from udsyn.contacts.text import terms

LARGEST_TEAM = 30
ARCHIVE, PEOPLE = 25, 60
FEWEST_OWN, FEWEST_ABSTRACTS, FEWEST_REFERENCES, FEWEST_COUPLED = 5, 3, 10, 20
#: grade → coupling from, below; a gap keeps neighbouring grades apart
GRADES = {5: (0.08, 9.0), 4: (0.04, 0.08), 3: (0.02, 0.04), 2: (1e-12, 0.012), 1: (0.0, 1e-12)}
PER_GRADE = 2
CITED = 0.05  #: added for a paper that the person cites

Floats = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Work:
    paper: Paper
    year: int
    id: str
    authors: tuple[str, ...]
    references: frozenset[str]
    field: str | None


@dataclass(frozen=True)
class Pool:
    """People with their archives, papers, and grades (papers × people): asked of each person, and known of all."""

    archives: list[list[Paper]]
    papers: list[Paper]
    asked: Floats
    known: Floats


def abstract(index: dict[str, list[int]] | None) -> str:
    places = [(place, word) for word, at in (index or {}).items() for place in at]
    return " ".join(word for _, word in sorted(places))


def read(path: Path) -> list[Work]:
    works = []
    with gzip.open(path) as lines:
        for line in lines:
            held = orjson.loads(line)
            field = (held.get("primary_topic") or {}).get("field") or {}
            if held.get("title") and held.get("language") in ("en", None):
                works.append(
                    Work(
                        Paper(held["title"], abstract(held.get("abstract_inverted_index"))),
                        held["publication_year"],
                        held["id"],
                        tuple(a["author"]["id"] for a in held["authorships"] if a["author"]["id"]),
                        frozenset(held["referenced_works"]),
                        field.get("id"),
                    )
                )
    return works


def pool(works: Sequence[Work], seed: int) -> Pool:
    """Sixty people drawn with a seed, each with papers of every grade."""
    draw, by_author = random.Random(seed), defaultdict(list)
    rarity = Counter(r for work in works for r in work.references)
    for n, work in enumerate(works):
        if len(work.authors) <= LARGEST_TEAM:
            for author in sorted(set(work.authors)):
                by_author[author].append(n)
    authors = sorted(author for author, own in by_author.items() if len(own) >= FEWEST_OWN)
    draw.shuffle(authors)
    rated = [n for n, w in enumerate(works) if len(w.references) >= FEWEST_REFERENCES and w.paper.abstract]
    archives: list[list[int]] = []
    chosen: list[list[tuple[int, int]]] = []
    for author in authors:
        own = sorted(by_author[author], key=lambda n: (works[n].year, works[n].id))[-ARCHIVE:]
        if sum(bool(works[n].paper.abstract) for n in own) < FEWEST_ABSTRACTS:
            continue
        if grades := grade(works, own, rated, rarity, draw):
            archives.append(own)
            chosen.append(grades)
        if len(archives) == PEOPLE:
            break
    papers = sorted({n for grades in chosen for n, _ in grades})
    place = {n: k for k, n in enumerate(papers)}
    asked = np.full((len(papers), len(archives)), np.nan)
    known = asked.copy()
    for person, (own, grades) in enumerate(zip(archives, chosen, strict=True)):
        for n, value in grades:
            asked[place[n], person] = value
        for n, share in coupling(works, own, papers, rarity).items():
            known[place[n], person] = next(g for g, (low, _) in GRADES.items() if share >= low)
    return Pool([[works[n].paper for n in own] for own in archives], [works[n].paper for n in papers], asked, known)


def coupling(works: Sequence[Work], own: list[int], papers: Sequence[int], rarity: Counter[str]) -> dict[int, float]:
    """Of papers by strangers: the share of their references that a person's works cite or are."""
    cited = {r for n in own for r in works[n].references} | {works[n].id for n in own}
    colleagues = {author for n in own for author in works[n].authors}
    shares = {}
    for n in papers:
        if colleagues.isdisjoint(works[n].authors):
            weight = {r: 1 / log(2 + rarity[r]) for r in works[n].references}
            shares[n] = sum(weight[r] for r in sorted(cited & weight.keys())) / sum(sorted(weight.values()))
            shares[n] += CITED * (works[n].id in cited)
    return shares


def grade(
    works: Sequence[Work], own: list[int], rated: list[int], rarity: Counter[str], draw: random.Random
) -> list[tuple[int, int]]:
    """Papers of every grade for one person; none where too few are coupled."""
    shares = coupling(works, own, rated, rarity)
    if sum(share > 0 for share in shares.values()) < FEWEST_COUPLED:
        return []
    fields = {works[n].field for n in own}
    found = []
    for value, (low, below) in GRADES.items():
        group = [n for n, share in shares.items() if low <= share < below and (value > 1 or works[n].field in fields)]
        found += [(n, value) for n in draw.sample(group, min(PER_GRADE, len(group)))]
    return found


def losses(grades: Floats, scores: Floats) -> Floats:
    """Wrongly ordered and all grade differences within each column, a row per column."""
    rows = []
    for truth, score in zip(grades.T, scores.T, strict=True):
        held = ~np.isnan(truth)
        difference = np.triu(truth[held][:, None] - truth[held])
        ordered = score[held][:, None] - score[held]
        wrong = np.abs(difference) * ((difference * ordered < 0) + 0.5 * (ordered == 0))
        rows.append((wrong.sum(), np.abs(difference).sum()))
    return np.array(rows)


def interval(rows: Floats) -> str:
    """Loss with a 95 % bootstrap interval over people (or papers), seed 0."""
    drawn = rows[np.random.default_rng(0).integers(0, len(rows), (1000, len(rows)))].sum(axis=1)
    low, high = np.percentile(drawn[:, 0] / drawn[:, 1], [2.5, 97.5])
    return f"{rows[:, 0].sum() / rows[:, 1].sum():.4f} [{low:.4f}, {high:.4f}]"


def plain(papers: list[Paper], archives: list[list[Paper]]) -> Floats:
    """TF-IDF of words and pairs, mean cosine over a person's papers: where expert finders start from."""
    own, owned = scoring.distinct(archives)
    vectors = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, stop_words="english").fit_transform(
        [paper.plain for paper in (*papers, *own)]
    )
    cosines = (vectors[: len(papers)] @ vectors[len(papers) :].T).toarray()
    return np.stack([cosines[:, places].mean(axis=1) for places in owned], axis=1)


def with_semantic(papers: list[Paper], archives: list[list[Paper]]) -> Floats:
    lexical = scoring.lexical_scores(papers, archives)
    return scoring.LEXICAL_WEIGHT * lexical + scoring.semantic_scores(papers, archives)


def without_abstracts(papers: list[Paper], archives: list[list[Paper]]) -> Floats:
    """Every other paper of the archives has lost its abstract."""
    cut = [[Paper(p.title, p.abstract * (k % 2)) for k, p in enumerate(archive)] for archive in archives]
    return scoring.lexical_scores(papers, cut)


#: name, what is changed in `udsyn.contacts.score`, how the scores are made
VARIANTS: list[tuple[str, dict[str, Any], Any]] = [
    ("TF-IDF, mean", {}, plain),
    ("as shipped, lexical", {}, None),
    ("nothing widened", {"NEIGHBOUR_WEIGHT": 0.0}, None),
    ("mean over papers", {"DECAY": 1.0}, None),
    ("closest paper alone", {"DECAY": 1e-9}, None),
    ("decay 0.9", {"DECAY": 0.9}, None),
    ("title counts once", {"TITLE_WEIGHT": 1}, None),
    ("idf to the power 1", {"IDF_POWER": 1.0}, None),
    ("stems without pairs", {"terms_and_pairs": terms}, None),
    ("half of the abstracts missing", {}, without_abstracts),
    ("three papers a person", {}, lambda papers, archives: scoring.lexical_scores(papers, [a[-3:] for a in archives])),
]
SEMANTIC: list[tuple[str, dict[str, Any], Any]] = [
    ("sentence vectors alone", {}, lambda papers, archives: scoring.semantic_scores(papers, archives)),
    ("lexical and sentence vectors", {}, with_semantic),
]


def measure(pools: Sequence[Pool], change: dict[str, Any], scored: Any) -> tuple[Floats, Floats]:
    """Losses per person over papers, and per paper over people, with some settings changed for the while."""
    kept = {name: getattr(scoring, name) for name in change}
    vars(scoring).update(change)
    try:
        values = [(scored or scoring.lexical_scores)(held.papers, held.archives) for held in pools]
    finally:
        vars(scoring).update(kept)
    over_papers = [losses(held.asked, value) for held, value in zip(pools, values, strict=True)]
    over_people = [losses(held.known.T, value.T) for held, value in zip(pools, values, strict=True)]
    return np.concatenate(over_papers), np.concatenate(over_people)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", type=Path)
    parser.add_argument("--pools", type=int, default=6)
    parser.add_argument("--semantic", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args(arguments or [])
    data = os.environ.get("UDSYN_DATA")
    path = chosen.works or (Path(data) / "works" / "geoscience" / "works.jsonl.gz" if data else None)
    if path is None:
        print("not measured: name works with abstracts by --works, or the data folder by UDSYN_DATA")
        return
    works = read(path)
    pools = [pool(works, chosen.seed + k) for k in range(chosen.pools)]
    print(
        f"{sum(len(held.archives) for held in pools)} people, seeds {chosen.seed} to {chosen.seed + chosen.pools - 1}\n"
    )
    print(f"{'loss':32} {'of a person, over papers':26} of a paper, over people")
    for name, change, scored in [*VARIANTS, *(SEMANTIC if chosen.semantic else [])]:
        over_papers, over_people = measure(pools, change, scored)
        print(f"{name:32} {interval(over_papers):26} {interval(over_people)}", flush=True)


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
