"""How well do people's own papers fit a submission? The OpenReview convention in, one score per pair out.

Lexical: log term counts, the title counted twice, stems and pairs of stems, inverse document frequency to the power 1.5
over archives and submissions together. Every text is widened by its nearest neighbours (pseudo-relevance feedback,
Rocchio 1971): two papers on one matter meet through a third. A person's score is a mean over their papers in which each
further one, from the closest on, counts 0.7 of the one before: a few close papers say more than many distant ones, and
a long list gains nothing by its length. Semantic, where installed: cosines of sentence vectors, pooled alike and added
with a fixed weight, so that scores compare between people and between papers. docs/contacts.md has the measurements.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from udsyn.contacts import semantic
from udsyn.contacts.text import LONGEST_TEXT, terms_and_pairs, words
from udsyn.errors import UdsynError, UsageError
from udsyn.record.parts import write_atomically

Floats = NDArray[np.float64]

TITLE_WEIGHT = 2
IDF_POWER = 1.5
NEIGHBOURS = 50
NEIGHBOUR_WEIGHT = 0.5  #: of a neighbour with cosine 1
SEMANTIC_NEIGHBOURS = 20
SEMANTIC_NEIGHBOUR_WEIGHT = 0.06  #: sentence vectors are close to many others
DECAY = 0.7  #: what each further paper of a person counts, from the closest on
LEXICAL_WEIGHT = 4.0  #: against a semantic weight of 1; cosines of sparse vectors are about a quarter as large
MOST_PAPERS = 60  #: of one person, those closest to any submission: what lies behind them does not count any more
BLOCK = 64  #: texts compared at a time: bounds memory at BLOCK × texts
DECIMALS = 6


@dataclass(frozen=True)
class Paper:
    """One publication or submission."""

    title: str
    abstract: str

    @property
    def weighted(self) -> str:
        return f"{self.title}. " * TITLE_WEIGHT + self.abstract

    @property
    def plain(self) -> str:
        return f"{self.title}. {self.abstract}"[:LONGEST_TEXT]


@dataclass(frozen=True)
class Scores:
    """A matrix of submissions × profiles; higher is better. `problems` names every line that could not be read."""

    submissions: tuple[str, ...]
    profiles: tuple[str, ...]
    values: Floats
    problems: tuple[str, ...] = field(default=())

    def pairs(self) -> Iterator[tuple[str, str, float]]:
        for i, submission in enumerate(self.submissions):
            for j, profile in enumerate(self.profiles):
                yield submission, profile, float(self.values[i, j])


def score_submissions(
    archives: Path | str, submissions: Path | str, use_semantic: bool = False, progress: semantic.Progress | None = None
) -> Scores:
    """Score every submission against every profile.

    `archives` is a folder of `~ID.jsonl`, one publication a line; `submissions` a JSON object id → {content}. A line
    that cannot be read is named in `problems` and skipped; a profile without papers scores 0 everywhere.
    Raises UsageError where there is nothing to score.
    """
    problems: list[str] = []
    people = read_archives(Path(archives), problems.append)
    asked = read_submissions(Path(submissions), problems.append)
    texts, owned = list(asked.values()), closest(list(asked.values()), list(people.values()))
    values = lexical_scores(texts, owned)
    if use_semantic:
        values = LEXICAL_WEIGHT * values + semantic_scores(texts, owned, progress)
    return Scores(tuple(asked), tuple(people), np.round(values, DECIMALS), tuple(problems))


def closest(submissions: Sequence[Paper], archives: Sequence[Sequence[Paper]]) -> list[Sequence[Paper]]:
    """Archives cut to the papers that come closest to any submission, in their order; short ones as they are."""
    if all(len(archive) <= MOST_PAPERS for archive in archives):
        return list(archives)
    papers, owned = distinct(archives)
    vectors = term_vectors([paper.weighted for paper in (*submissions, *papers)])
    if vectors is None:
        return [archive[:MOST_PAPERS] for archive in archives]
    asked, own = vectors[: len(submissions)], vectors[len(submissions) :].T.tocsc()
    best = np.zeros(len(papers))
    for start in range(0, len(submissions), BLOCK):
        best = np.maximum(best, (asked[start : start + BLOCK] @ own).toarray().max(axis=0))
    kept = [np.sort(places[np.argsort(-best[places], kind="stable")[:MOST_PAPERS]]) for places in owned]
    return [[papers[place] for place in places] for places in kept]


def lexical_scores(submissions: Sequence[Paper], archives: Sequence[Sequence[Paper]]) -> Floats:
    """Submissions × people: pooled cosines of widened vectors of terms."""
    papers, owned = distinct(archives)
    values = np.zeros((len(submissions), len(archives)))
    vectors = term_vectors([paper.weighted for paper in (*submissions, *papers)])
    if vectors is None or not papers:
        return values
    across = vectors.T.tocsc()
    near = NEIGHBOUR_WEIGHT * neighbours(vectors, across)
    length = np.concatenate([norms(widened(vectors, near, rows)) for rows in blocks(vectors.shape[0])])
    for rows in blocks(len(submissions)):
        plain = (widened(vectors, near, rows) @ across).toarray() / length[rows, None]
        cosines = (plain + (near @ plain.T).T) / length
        values[rows] = pooled(cosines[:, len(submissions) :], owned)
    return values


def semantic_scores(
    submissions: Sequence[Paper], archives: Sequence[Sequence[Paper]], progress: semantic.Progress | None = None
) -> Floats:
    """Submissions × people: pooled cosines of widened sentence vectors, 0 for a person without papers."""
    papers, owned = distinct(archives)
    values = np.zeros((len(submissions), len(archives)))
    if not papers:
        return values
    vectors = semantic.embed([paper.plain for paper in (*submissions, *papers)], progress).astype(np.float64)
    from scipy import sparse
    from sklearn.preprocessing import normalize

    near = []
    for rows in blocks(len(vectors)):
        similar = vectors[rows] @ vectors.T
        similar[np.arange(len(rows)), rows] = 0.0
        near.append(strongest(similar, SEMANTIC_NEIGHBOURS))
    vectors = normalize(vectors + SEMANTIC_NEIGHBOUR_WEIGHT * sparse.vstack(near) @ vectors)
    for rows in blocks(len(submissions)):
        values[rows] = pooled(vectors[rows] @ vectors[len(submissions) :].T, owned)
    values[[not (paper.title or paper.abstract) for paper in submissions]] = 0.0
    return values


def blocks(count: int) -> Iterator[NDArray[np.int64]]:
    for start in range(0, count, BLOCK):
        yield np.arange(start, min(start + BLOCK, count))


def neighbours(vectors: Any, across: Any) -> Any:
    """Each text's nearest others with their cosines, as a sparse square matrix. `across` is `vectors` transposed."""
    from scipy import sparse

    found = []
    for rows in blocks(vectors.shape[0]):
        similar = (vectors[rows] @ across).toarray()
        similar[np.arange(len(rows)), rows] = 0.0
        found.append(strongest(similar, NEIGHBOURS))
    return sparse.vstack(found, format="csr")


def widened(vectors: Any, near: Any, rows: NDArray[np.int64]) -> Any:
    """Some texts with what their neighbours say added, not yet of length 1."""
    return vectors[rows] + near[rows] @ vectors


def norms(rows: Any) -> Floats:
    """Lengths of sparse rows, 1 for an empty one."""
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1))).ravel()
    return np.where(length > 0, length, 1.0)


def distinct(archives: Sequence[Sequence[Paper]]) -> tuple[list[Paper], list[NDArray[np.int64]]]:
    """Each paper once, however many people wrote it, and every person's places in that list."""
    places: dict[Paper, int] = {}
    owned = [[places.setdefault(paper, len(places)) for paper in archive] for archive in archives]
    return list(places), [np.array(places_, np.int64) for places_ in owned]


def term_vectors(texts: Sequence[str]) -> Any:
    """Unit rows of weighted terms (CSR), or None where no text holds a word."""
    from sklearn.feature_extraction.text import CountVectorizer  # loaded where it is used: it takes a second
    from sklearn.preprocessing import normalize

    counter = CountVectorizer(analyzer=terms_and_pairs, dtype=np.float64)
    try:
        counts = counter.fit_transform(texts)
    except ValueError:  # scikit-learn's way of saying: empty vocabulary
        return None
    held = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = (np.log((len(texts) + 1) / (held + 1)) + 1) ** IDF_POWER
    counts.data = (1 + np.log(counts.data)) * idf[counts.indices]
    return normalize(counts, copy=False)


def strongest(similarities: Floats, count: int) -> Any:
    """The largest entries of each row as a sparse matrix; ties go to the earlier column."""
    from scipy import sparse

    count = min(count, similarities.shape[1])
    columns = np.argsort(-similarities, axis=1, kind="stable")[:, :count]
    rows = np.repeat(np.arange(len(similarities)), count)
    values = np.take_along_axis(similarities, columns, 1).ravel()
    return sparse.csr_matrix((values, (rows, columns.ravel())), shape=similarities.shape)


def pooled(values: Floats, owned: Sequence[NDArray[np.int64]]) -> Floats:
    """A mean of each row's values over each person's papers, DECAY by DECAY from the best on; 0 without papers."""
    result = np.zeros((len(values), len(owned)))
    for person, papers in enumerate(owned):
        if len(papers):
            weights = DECAY ** np.arange(len(papers))
            result[:, person] = -np.sort(-values[:, papers], axis=1) @ (weights / weights.sum())
    return result


def read_archives(folder: Path, problem: Callable[[str], None]) -> dict[str, list[Paper]]:
    """Profile (without ~) → its papers, each text once, profiles in the order of their names."""
    if not folder.is_dir():
        raise UsageError(f"--archives {folder} is not a folder; it should hold one ~ID.jsonl per person.")
    files = sorted(file for file in folder.iterdir() if file.suffix == ".jsonl")
    if not files:
        raise UsageError(f"--archives {folder} holds no .jsonl file; it should hold one ~ID.jsonl per person.")
    return {file.stem.removeprefix("~"): read_archive(file, problem) for file in files}


def read_archive(file: Path, problem: Callable[[str], None]) -> list[Paper]:
    """The papers of one person; of several versions with one title the longest."""
    papers: dict[str, Paper] = {}
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                paper = read_paper(orjson.loads(line))
            except ValueError as error:
                problem(f"{file.name} line {number} skipped: {error}")
            else:
                title = " ".join(words(paper.title)) or paper.abstract
                if len(paper.abstract) >= len(papers[title].abstract if title in papers else ""):
                    papers[title] = paper
    return list(papers.values())


def read_submissions(file: Path, problem: Callable[[str], None]) -> dict[str, Paper]:
    try:
        content = orjson.loads(file.read_bytes())
    except ValueError as error:
        raise UdsynError(f"{file} is not JSON ({error}). It should be one object: id → {{content}}.") from None
    if not isinstance(content, dict) or not content:
        raise UdsynError(
            f"{file} holds no submissions. It should be one object: id → {{content: {{title, abstract}}}}."
        )
    papers: dict[str, Paper] = {}
    for id_, note in content.items():
        try:
            papers[id_] = read_paper(note)
        except ValueError as error:
            problem(f"{file.name}, submission {id_} has no text: {error}; it scores 0")
            papers[id_] = Paper("", "")
    return papers


def read_paper(note: Any) -> Paper:
    """A note's title and abstract; values may be wrapped as {"value": ...}, as the newer API does."""
    content = note.get("content") if isinstance(note, dict) else None
    if not isinstance(content, dict):
        raise ValueError("no content object")
    title, abstract = (plain_text(content.get(name)) for name in ("title", "abstract"))
    if not title and not abstract:
        raise ValueError("neither title nor abstract")
    return Paper(title, abstract)


def plain_text(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("value")
    return value[:LONGEST_TEXT].strip() if isinstance(value, str) else ""


def write_scores(scores: Scores, file: Path) -> None:
    """Lines `submission,profile,score` without a header, put in place whole."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows((submission, profile, f"{value:.{DECIMALS}f}") for submission, profile, value in scores.pairs())
    write_atomically(file, out.getvalue().encode())
