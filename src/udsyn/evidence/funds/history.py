"""What like it was paid before: the topics that paid the projects nearest in what they are about.

A project is known by its labels in EuroSciVoc, a tree of fields. Neighbours share labels, rare ones above all, and
their parents less so; each neighbour speaks for the topic that paid it with the square of its nearness. A topic that
paid nobody yet is spoken for by topics whose titles are like its own, by its family (the calls of the same destination
in other years), and by its own title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import scipy.sparse as sp

from udsyn.errors import NotHeld
from udsyn.evidence.funds.ranking import WORD, rank
from udsyn.record.calls.paid import shelf_of

if TYPE_CHECKING:  # scikit-learn is loaded where it is used: every start of a desk reads this page
    from sklearn.feature_extraction.text import TfidfVectorizer

#: Calls that are open to any theme: no topic of theirs can be told by a theme.
BOTTOM_UP = re.compile(r"(HORIZON-)?(ERC|MSCA|EIC)")
#: What a topic's own title counts beside what was paid before.
OWN_TITLE = 0.5
#: The year of a call, with what numbers it within the year.
YEAR = re.compile(r"-?(20\d\d)(-\d+)?")
#: So many parts of an id name the destination: HORIZON-CL5-D3.
DESTINATION = 3
#: Neighbours, and their shared labels, that are shown as reasons.
SHOWN = 5


@dataclass(frozen=True)
class Project:
    """What a project is about (paths of labels, `/natural sciences/.../electrolysis`), and the topic that paid it."""

    id: str
    labels: frozenset[str]
    topic: str | None = None


class History:
    """Paid projects, and what they tell of other projects' topics. `titles`: topic → its title; all are candidates."""

    def __init__(self, projects: Sequence[Project], titles: Mapping[str, str]) -> None:
        self.projects = [one for one in projects if one.labels and one.topic in titles]
        self.topics = sorted(titles)
        self.titles = [titles[topic] for topic in self.topics]
        self.place = {topic: number for number, topic in enumerate(self.topics)}
        self.fields, self.leaves = Features(parents), Features(frozenset)
        about = [one.labels for one in self.projects]
        self.near = sp.hstack([part.fit(about) for part in (self.fields, self.leaves)]).tocsr()

    @cached_property
    def paid(self) -> sp.csr_matrix:
        """Projects by topics: 1 where the topic paid."""
        at = [self.place[one.topic or ""] for one in self.projects]
        rows = np.arange(len(at))
        return sp.csr_matrix((np.ones(len(at)), (rows, at)), shape=(len(at), len(self.topics)))

    @cached_property
    def words(self) -> TfidfVectorizer:
        from sklearn.feature_extraction.text import TfidfVectorizer

        return TfidfVectorizer(token_pattern=WORD, ngram_range=(1, 2), sublinear_tf=True, stop_words="english").fit(
            self.titles
        )

    @cached_property
    def said(self) -> sp.csr_matrix:
        """Topics by the terms of their titles."""
        return self.words.transform(self.titles)

    @cached_property
    def families(self) -> sp.csr_matrix:
        """Topics by families: one over the root of the family's projects, so that large ones do not speak loudest."""
        names = [family(topic) for topic in self.topics]
        at = {name: number for number, name in enumerate(sorted(set(names)))}
        columns = [at[name] for name in names]
        belongs = sp.csr_matrix((np.ones(len(names)), (np.arange(len(names)), columns)), shape=(len(names), len(at)))
        sizes = np.asarray(belongs.T @ np.asarray(self.paid.sum(0)).ravel()).ravel()
        return belongs @ sp.diags(np.maximum(sizes, 1) ** -0.25)

    def neighbours(self, asked: Sequence[Project]) -> np.ndarray:
        """How near each asked project (a row) is to each paid one (a column), 0 to 1; never to itself."""
        about = [one.labels for one in asked]
        query = sp.hstack([part.transform(about) for part in (self.fields, self.leaves)])
        near = (query @ self.near.T).toarray() / 2
        at = {one.id: number for number, one in enumerate(self.projects)}
        for row, one in enumerate(asked):
            if one.id in at:
                near[row, at[one.id]] = 0
        return np.asarray(near)

    def scores(self, asked: Sequence[Project]) -> np.ndarray:
        """A score for each asked project (a row) and topic (a column), in standard deviations over the topics."""
        paid = (self.paid.T @ (self.neighbours(asked) ** 2).T).T
        alike = (self.said @ (self.said.T @ paid.T)).T
        related = (self.families @ (self.families.T @ paid.T)).T
        labels = [" ".join(label.rsplit("/", 1)[-1] for label in sorted(one.labels)) for one in asked]
        own = (self.words.transform(labels) @ self.said.T).toarray()
        return np.asarray(standard(paid) + standard(alike) + standard(related) + OWN_TITLE * standard(own))


class Features:
    """Sets of names as rows of length 1, rare names weighing more."""

    def __init__(self, of: Any) -> None:
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


def parents(labels: Iterable[str]) -> set[str]:
    """Labels with all that they lie in."""
    parts = [label.strip("/").split("/") for label in labels]
    return {"/".join(part[: depth + 1]) for part in parts for depth in range(len(part))}


def family(topic: str) -> str:
    """The destination that a topic belongs to, whatever the year: HORIZON-CL5-D3 of HORIZON-CL5-2026-01-D3-02."""
    return "-".join(YEAR.sub("", topic).split("-")[:DESTINATION])


def standard(scores: np.ndarray) -> np.ndarray:
    """Scores of each row in standard deviations from their mean; zero where all are equal."""
    spread = scores.std(axis=1, keepdims=True)
    centred = scores - scores.mean(axis=1, keepdims=True)
    return np.asarray(np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 0))


def held(record: Path | str) -> tuple[list[Project], dict[str, str], dict[str, str]]:
    """Projects, titles of topics, and labels by their path. Raises NotHeld where a record holds no paid projects."""
    of_a_theme = ~pl.col("topic").str.contains(f"^{BOTTOM_UP.pattern}")
    paid = shelf_of(record, "cordis-topics").scan("paid").filter(of_a_theme).collect()
    labels = shelf_of(record, "cordis-labels").scan("labels").collect()
    if paid.is_empty() or labels.is_empty():
        raise NotHeld(
            "no paid projects with labels are held: load CORDIS's tables with "
            "`udsyn funds load FILE --as cordis-topics` and `--as cordis-labels`."
        )
    about = dict(labels.group_by("project").agg(pl.col("path").unique().sort()).iter_rows())
    topics = paid.unique("project", keep="first", maintain_order=True).select("project", "topic")
    projects = [Project(project, frozenset(about.get(project, ())), topic) for project, topic in topics.iter_rows()]
    return projects, dict(paid.select("topic", "title").iter_rows()), dict(labels.select("path", "label").iter_rows())


def history(record: Path | str, text: str, limit: int = 10) -> list[dict[str, Any]]:
    """Topics that paid projects like a text: rank, topic, title, projects, score, labels, neighbours.

    Calls open to any theme are left out. The text is read as the labels that share a word with it. `projects` is
    how many the topic paid in all, `neighbours` the ids of those nearest to the text. Raises NotHeld where no paid
    projects are held, or no label has a word of the text.
    """
    projects, titles, names = held(record)
    told = History(projects, titles)
    asked = about(text, names)
    if asked is None:
        raise NotHeld(f"no field of science that paid projects are labelled with has a word of {text!r}.")
    scores, near = told.scores([asked])[0], told.neighbours([asked])[0]
    best = np.argsort(-scores, kind="stable")[:limit]
    return [one_topic(told, int(place), scores, near, number) for number, place in enumerate(best, 1)]


def about(text: str, names: Mapping[str, str]) -> Project | None:
    """A text as a project of the labels (path → label) that share a word with it; None where none does."""
    paths = sorted(names)
    matches = rank(text, [names[path] for path in paths], ["" for _ in paths])[:SHOWN]
    return Project("", frozenset(paths[one.place] for one in matches)) if matches else None


@dataclass(frozen=True)
class Before:
    """What a destination paid for projects like a text: its share of all that was, what they are about, their ids."""

    share: float
    topics: list[str]
    projects: list[str]


@dataclass(frozen=True)
class Paid:
    """Paid projects by the destination of the topic that paid them, and the labels (path → label) of all."""

    told: History
    names: Mapping[str, str]

    @classmethod
    def held(cls, record: Path | str) -> Paid | None:
        """What the record holds; None where it holds no paid projects."""
        try:
            projects, titles, names = held(record)
        except NotHeld:
            return None
        return cls(History(projects, titles), names)

    def before(self, text: str) -> dict[str, Before]:
        """Destination (`family`) → what it paid for projects like a text; nothing where no label has a word of it."""
        asked = about(text, self.names)
        if asked is None:
            return {}
        near = self.told.neighbours([asked])[0] ** 2
        by_family: dict[str, list[int]] = {}
        for place in np.argsort(-near, kind="stable"):
            if near[place] > 0:
                by_family.setdefault(family(self.told.projects[place].topic or ""), []).append(int(place))
        return {
            name: Before(
                float(near[places].sum() / near.sum()),
                labels_of(self.told.projects[place] for place in places[:SHOWN]),
                [self.told.projects[place].id for place in places[:SHOWN]],
            )
            for name, places in by_family.items()
        }


def labels_of(projects: Iterable[Project]) -> list[str]:
    return sorted({label.rsplit("/", 1)[-1] for one in projects for label in one.labels})


def one_topic(told: History, place: int, scores: np.ndarray, near: np.ndarray, number: int) -> dict[str, Any]:
    own = told.paid[:, [place]].nonzero()[0]
    nearest = [one for one in own[np.argsort(-near[own], kind="stable")] if near[one] > 0][:SHOWN]
    return {
        "rank": number,
        "topic": told.topics[place],
        "title": told.titles[place],
        "projects": len(own),
        "score": float(scores[place]),
        "labels": labels_of(told.projects[one] for one in nearest),
        "neighbours": [told.projects[one].id for one in nearest],
    }
