"""Which topic would pay a project like this? Learned from the projects that topics paid before.

A project is known by its labels in EuroSciVoc, a tree of fields, and by words where it has some. Four voices are heard:

    siblings    the projects that the topic itself paid, by how near they are
    titles      the words that titles of paying topics have where projects have such labels (a ridge regression)
    families    the same of families: the calls of the same destination in other years
    own words   the letters that the project's words share with the topic's title

Each speaks in standard deviations over the topics, and the score is their mean. A topic that paid nobody yet, as a call
that is open, has no siblings to be far from: its score is the mean of the other three.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from udsyn.evidence.funds.ranking import WORD

if TYPE_CHECKING:  # scikit-learn is loaded where it is used: every start of a desk reads this page
    from sklearn.feature_extraction.text import TfidfVectorizer

#: How much the ridge regression is held back: chosen on projects of the calls of 2021 and 2022 alone, as were the
#: letters (`benchmarks.funds_history` says how well it does on later ones).
RIDGE = 20.0
#: Letters of own words that are compared.
LETTERS = (3, 5)
#: The year of a call, with what numbers it within the year.
YEAR = re.compile(r"-?(20\d\d)(-\d+)?")
#: So many parts of an id name the destination: HORIZON-CL5-D3.
DESTINATION = 3


@dataclass(frozen=True)
class Project:
    """What a project is about (paths of labels, `/natural sciences/.../electrolysis`), the topic that paid it, and its
    own words; the names of its labels where it has none."""

    id: str
    labels: frozenset[str]
    topic: str | None = None
    text: str = ""

    @property
    def words(self) -> str:
        return self.text or " ".join(names_of(self.labels))


@dataclass(frozen=True)
class Topics:
    """Topics by which paid topic each is (`same`), and by its words, its family and its letters: a row for each."""

    same: sp.csr_matrix
    words: sp.csr_matrix
    families: sp.csr_matrix
    letters: sp.csr_matrix

    def __getitem__(self, places: Sequence[int]) -> Topics:
        return Topics(self.same[places], self.words[places], self.families[places], self.letters[places])


class History:
    """Paid projects, and what they tell of other projects' topics. `titles`: topic → its title; all are candidates."""

    def __init__(self, projects: Sequence[Project], titles: Mapping[str, str]) -> None:
        self.projects = [one for one in projects if one.labels and one.topic in titles]
        self.topics = sorted(titles)
        self.titles = [titles[topic] for topic in self.topics]
        self.place = {topic: number for number, topic in enumerate(self.topics)}
        self.topic_of = np.array([self.place[one.topic or ""] for one in self.projects], dtype=int)
        self.fields, self.leaves = Features(parents), Features(frozenset)
        about = [one.labels for one in self.projects]
        self.labels = sp.hstack([part.fit(about) for part in (self.fields, self.leaves)]).tocsr()

    @cached_property
    def paid(self) -> sp.csr_matrix:
        """Projects by topics: 1 where the topic paid."""
        return incidence(self.topic_of, len(self.topics))

    @cached_property
    def words(self) -> TfidfVectorizer:
        return fitted(self.titles, token_pattern=WORD.pattern, ngram_range=(1, 2), stop_words="english")

    @cached_property
    def letters(self) -> TfidfVectorizer:
        return fitted(self.titles, analyzer="char_wb", ngram_range=LETTERS)

    @cached_property
    def known(self) -> Topics:
        """The topics that projects were paid by, and the others that have a title."""
        return self.described(self.topics, self.titles)

    @cached_property
    def families(self) -> tuple[dict[str, int], np.ndarray]:
        """Family → its number, and what each counts: large families do not speak loudest."""
        names = [family(topic) for topic in self.topics]
        at = {name: number for number, name in enumerate(sorted(set(names)))}
        sizes = np.bincount([at[names[topic]] for topic in self.topic_of], minlength=len(at))
        return at, np.maximum(sizes, 1) ** -0.25

    @cached_property
    def held_back(self) -> np.ndarray:
        """Labels by labels: the inverse that the ridge regression needs."""
        size = self.labels.shape[1]
        return np.asarray(np.linalg.inv((self.labels.T @ self.labels).toarray() / 2 + RIDGE * np.eye(size)))

    def described(self, ids: Sequence[str], titles: Sequence[str]) -> Topics:
        """Topics, those known or others, as they are compared."""
        at, counts = self.families
        return Topics(
            incidence([self.place.get(one, -1) for one in ids], len(self.topics)),
            self.words.transform(titles),
            incidence([at.get(family(one), -1) for one in ids], len(at)) @ sp.diags(counts),
            self.letters.transform(titles),
        )

    def neighbours(self, asked: Sequence[Project]) -> np.ndarray:
        """How near each asked project (a row) is to each paid one (a column), 0 to 1; never to itself."""
        return self.without_itself((self.asked(asked) @ self.labels.T).toarray() / 2, asked)

    def weights(self, asked: Sequence[Project]) -> np.ndarray:
        """How much each paid project says of each asked one in the ridge regression; never of itself.

        A prediction that leaves a project out is the one with it, less its own share, but for a factor.
        """
        return self.without_itself((self.asked(asked) @ self.held_back) @ self.labels.T / 2, asked)

    def asked(self, asked: Sequence[Project]) -> sp.csr_matrix:
        about = [one.labels for one in asked]
        return sp.hstack([part.transform(about) for part in (self.fields, self.leaves)]).tocsr()

    def without_itself(self, weights: np.ndarray, asked: Sequence[Project]) -> np.ndarray:
        at = {one.id: number for number, one in enumerate(self.projects)}
        for row, one in enumerate(asked):
            if one.id in at:
                weights[row, at[one.id]] = 0
        return np.asarray(weights)

    def scores(self, asked: Sequence[Project], topics: Topics | None = None) -> np.ndarray:
        """The score of each topic (a column) for each asked project (a row); of the known topics where none are given.

        Standard deviations over the known topics, the mean of the voices that have something to say.
        """
        known = self.voices(asked, self.known)
        found = known if topics is None else self.voices(asked, topics)
        siblings, *others = (standard(*pair) for pair in zip(found, known, strict=True))
        some, total = self.has_siblings(asked, topics or self.known), np.sum(others, axis=0)
        return np.asarray(np.where(some, (total + siblings) / (len(others) + 1), total / len(others)))

    def voices(self, asked: Sequence[Project], topics: Topics) -> list[np.ndarray]:
        """What siblings, titles, families and own words say, each on a scale of its own."""
        said = self.weights(asked) @ self.paid
        return [
            self.neighbours(asked) @ self.paid @ topics.same.T,
            (said @ self.known.words) @ topics.words.T,
            (said @ self.known.families) @ topics.families.T,
            (self.letters.transform([one.words for one in asked]) @ topics.letters.T).toarray(),
        ]

    def has_siblings(self, asked: Sequence[Project], topics: Topics) -> np.ndarray:
        """Did a topic (a column) pay a project other than the asked one (a row)?"""
        others = self.without_itself(np.ones((len(asked), len(self.projects))), asked)
        return np.asarray(others @ self.paid @ topics.same.T > 0)

    def speakers(self, asked: Project, topics: Topics, most: int) -> list[list[int]]:
        """For each topic the places of the paid projects that speak loudest for it by titles and families.

        All share a label with the asked one. A project that the topic itself paid speaks by both.
        """
        said = self.weights([asked])[0] * (self.neighbours([asked])[0] > 0)
        like = np.flatnonzero(said > 0)
        _, titles, families, _ = (one.std() or 1.0 for one in self.voices([asked], self.known))
        pull = (topics.words @ self.known.words.T) / titles
        pull += (topics.families @ self.known.families.T) / families
        loud = pull.tocsc()[:, self.topic_of[like]].toarray() * said[like]
        first = np.argsort(-loud, axis=1, kind="stable")[:, :most]
        return [[int(like[one]) for one in row if loud[number, one] > 0] for number, row in enumerate(first)]


class Features:
    """Sets of names as rows of length 1, rare names weighing more."""

    def __init__(self, of: Callable[[frozenset[str]], Iterable[str]]) -> None:
        from sklearn.feature_extraction import DictVectorizer

        self.of, self.names = of, DictVectorizer()
        self.weights = np.empty(0)

    def fit(self, sets: Sequence[frozenset[str]]) -> sp.csr_matrix:
        held = self.names.fit_transform([dict.fromkeys(self.of(one), 1) for one in sets] or [{"": 1}])
        self.weights = np.log((held.shape[0] + 1) / (np.asarray(held.sum(0)).ravel() + 1))
        return self.transform(sets)

    def transform(self, sets: Sequence[frozenset[str]]) -> sp.csr_matrix:
        from sklearn.preprocessing import normalize

        held = self.names.transform([dict.fromkeys(self.of(one), 1) for one in sets])
        return normalize(sp.csr_matrix(held.multiply(self.weights[None, :])))


def fitted(titles: Sequence[str], **how: object) -> TfidfVectorizer:
    from sklearn.feature_extraction.text import TfidfVectorizer

    terms = TfidfVectorizer(sublinear_tf=True, **how)
    try:
        return terms.fit(titles)
    except ValueError:  # no title has a word
        return terms.fit(["title"])


def incidence(columns: Iterable[int], size: int) -> sp.csr_matrix:
    """Rows by columns: 1 in the column of each row; -1 is none."""
    places = np.array(list(columns), dtype=int)
    rows = np.flatnonzero(places >= 0)
    return sp.csr_matrix((np.ones(len(rows)), (rows, places[rows])), shape=(len(places), size))


def parents(labels: Iterable[str]) -> set[str]:
    """Labels with all that they lie in."""
    parts = [label.strip("/").split("/") for label in labels]
    return {"/".join(part[: depth + 1]) for part in parts for depth in range(len(part))}


def names_of(labels: Iterable[str]) -> list[str]:
    """The last step of each label's path, each once."""
    return sorted({label.rsplit("/", 1)[-1] for label in labels})


def family(topic: str) -> str:
    """The destination that a topic belongs to, whatever the year: HORIZON-CL5-D3 of HORIZON-CL5-2026-01-D3-02."""
    return "-".join(YEAR.sub("", topic).split("-")[:DESTINATION])


def standard(scores: np.ndarray, over: np.ndarray) -> np.ndarray:
    """Scores of each row in standard deviations from the mean of others; zero where those are all equal."""
    spread = over.std(axis=1, keepdims=True)
    centred = scores - over.mean(axis=1, keepdims=True)
    return np.asarray(np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 0))
