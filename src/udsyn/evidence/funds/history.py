"""What like it was paid before: CORDIS's projects of a record, asked for the topics that fit a text (`learned`)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from udsyn.errors import NotHeld
from udsyn.evidence.funds.learned import History, Project, names_of
from udsyn.evidence.funds.ranking import rank
from udsyn.record.calls.paid import shelf_of

#: Calls that are open to any theme: no topic of theirs can be told by a theme.
BOTTOM_UP = re.compile(r"(HORIZON-)?(ERC|MSCA|EIC)")
#: Neighbours, and their shared labels, that are shown as reasons.
SHOWN = 5


def held(record: Path | str) -> tuple[list[Project], dict[str, str], dict[str, str]]:
    """Projects, titles of topics, and labels by their path. Raises NotHeld where a record holds no paid projects."""
    of_a_theme = ~pl.col("topic").str.contains(f"^{BOTTOM_UP.pattern}")
    paid = shelf_of(record, "cordis-topics").scan("paid").filter(of_a_theme).collect()
    labels = shelf_of(record, "cordis-labels").scan("labels").collect()
    if paid.join(labels, on="project", how="semi").is_empty():
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
    return Project("", frozenset(paths[one.place] for one in matches), text=text) if matches else None


@dataclass(frozen=True)
class Before:
    """How well a call fits what was paid for projects like a text (0 to 1: as well as the best of all topics that paid
    before), and the projects that say so: what they are about, and their ids."""

    fit: float
    topics: list[str]
    projects: list[str]


@dataclass(frozen=True)
class Paid:
    """Paid projects by the topic that paid them, and the labels (path → label) of all."""

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

    def before(self, text: str, ids: Sequence[str], titles: Sequence[str]) -> list[Before | None]:
        """For each call what was paid before for projects like a text; None where that does not speak for the call."""
        asked = about(text, self.names)
        if asked is None or not ids:
            return [None for _ in ids]
        calls = self.told.described(ids, titles)
        fit = self.told.scores([asked], calls)[0] / (self.told.scores([asked]).max() or 1.0)
        near = np.flatnonzero(fit > 0).tolist()
        found = dict(zip(near, self.told.speakers(asked, calls[near], SHOWN), strict=True))
        return [self.shown(min(fit[one], 1.0), found[one]) if found.get(one) else None for one in range(len(ids))]

    def shown(self, fit: float, speakers: Sequence[int]) -> Before:
        projects = [self.told.projects[place] for place in speakers]
        return Before(float(fit), labels_of(projects), [one.id for one in projects])


def labels_of(projects: Iterable[Project]) -> list[str]:
    """What most of these projects are about, the most frequent first."""
    count = Counter(name for one in projects for name in names_of(one.labels))
    return [name for name, _ in sorted(count.items(), key=lambda pair: (-pair[1], pair[0]))[:SHOWN]]


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
