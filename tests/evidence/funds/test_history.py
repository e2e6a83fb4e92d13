"""What like it was paid before: learned from neighbours, never from the project itself."""

from __future__ import annotations

import csv
import gzip
import os
import random
import re
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest

from udsyn.errors import NotHeld, UdsynError
from udsyn.evidence.funds.history import Paid, history
from udsyn.evidence.funds.learned import History, Project, parents
from udsyn.record.calls.paid import load_paid

DATA = os.environ.get("UDSYN_DATA")
TITLES = {"T-1": "Green hydrogen", "T-2": "Hydrogen valleys", "T-3": "Cancer screening", "T-4": "Wind at sea"}
H, W, C = "/engineering/energy/hydrogen", "/engineering/energy/wind", "/medicine/oncology"
PROJECTS = [
    Project("1", frozenset({H}), "T-1"),
    Project("2", frozenset({H, W}), "T-1"),
    Project("3", frozenset({C}), "T-3"),
    Project("4", frozenset({W}), "T-4"),
]


def best(told: History, project: Project) -> str:
    return told.topics[int(np.argmax(told.scores([project])[0]))]


def test_a_project_finds_the_topic_of_its_neighbours() -> None:
    told = History(PROJECTS, TITLES)
    assert best(told, Project("new", frozenset({H}))) == "T-1"
    assert best(told, Project("new", frozenset({C}))) == "T-3"
    assert parents([H]) == {"engineering", "engineering/energy", "engineering/energy/hydrogen"}


def test_a_topic_that_paid_nobody_is_spoken_for_by_titles_like_its_own() -> None:
    told = History(PROJECTS, TITLES)
    scores = dict(zip(told.topics, told.scores([Project("new", frozenset({H}))])[0], strict=True))
    assert scores["T-2"] > scores["T-3"]
    assert scores["T-2"] > scores["T-4"]


def test_a_project_does_not_speak_for_itself() -> None:
    told = History(PROJECTS, TITLES)
    near = told.neighbours(PROJECTS)
    assert np.diag(near).tolist() == [0, 0, 0, 0]
    assert np.count_nonzero(told.scores([PROJECTS[2]])) == 0  # the only one of its field: nobody speaks for its topic
    assert best(told, PROJECTS[0]) == "T-1"  # its sibling does


def test_the_regression_that_leaves_a_project_out_is_the_one_that_never_saw_it() -> None:
    """Up to a factor, which a ranking does not see: solved without the project, by NumPy's normal equations."""
    told = History(PROJECTS, TITLES)
    labels, weights = told.labels.toarray() / np.sqrt(2), told.weights(PROJECTS)
    for left, others in ((0, [1, 2, 3]), (1, [0, 2, 3]), (3, [0, 1, 2])):  # 2 is the only one of its field
        seen = labels[others]
        own = np.linalg.solve(seen.T @ seen + 20 * np.eye(labels.shape[1]), seen.T).T @ labels[left]
        factor = weights[left, others] @ own / (own @ own)
        np.testing.assert_allclose(weights[left, others], factor * own, atol=1e-12)


def test_a_topic_without_siblings_is_not_judged_by_them() -> None:
    """Wind at sea paid nobody else: neither its own project nor the lack of others speaks."""
    told = History(PROJECTS, TITLES)
    assert told.has_siblings([PROJECTS[3]], told.known).tolist() == [[True, False, True, False]]
    assert told.has_siblings([PROJECTS[0]], told.known)[0, 0], "the other project of its topic"
    known = told.voices([PROJECTS[3]], told.known)
    _, *others = ((one - one.mean()) / (one.std() or 1) for one in known)
    wind = told.place["T-4"]
    assert told.scores([PROJECTS[3]])[0, wind] == pytest.approx(sum(one[0, wind] for one in others) / 3)


def test_calls_that_are_open_are_scored_on_the_scale_of_the_known() -> None:
    told = History(PROJECTS, TITLES)
    asked = Project("new", frozenset({H}))
    known, calls = told.scores([asked]), told.scores([asked], told.described(told.topics, told.titles))
    np.testing.assert_allclose(known, calls)
    hydrogen, cancer = told.described(["X-1", "X-2"], ["Hydrogen on roads", "Cancer in children"]), [asked]
    first, second = told.scores(cancer, hydrogen)[0]
    assert first > second
    assert [told.projects[one].id for one in told.speakers(asked, hydrogen, 5)[0]] == ["1", "2"]


def test_the_command_s_rows(tmp_path: Path) -> None:
    (tmp_path / "topics.csv").write_text(
        "projectID,topic,title\n1,T-1,Green hydrogen\n2,T-3,Cancer screening\n3,ERC-2022,Any theme\n,T-9,None\n",
        encoding="utf-8",
    )
    (tmp_path / "labels.csv").write_text(
        "projectID,euroSciVocCode,euroSciVocPath,euroSciVocTitle\n"
        f"1,x,{H},hydrogen energy\n2,x,{C},oncology\n3,x,{H},hydrogen energy\n", "utf-8"
    )  # fmt: skip
    with pytest.raises(NotHeld, match="cordis-topics"):
        history(tmp_path / "record", "hydrogen")
    done = load_paid(tmp_path / "record", tmp_path / "topics.csv", "cordis-topics")
    assert (done.rows, done.quarantined) == (3, 1)
    load_paid(tmp_path / "record", tmp_path / "labels.csv", "cordis-labels")
    first, *_ = history(tmp_path / "record", "hydrogen")
    assert (first["topic"], first["projects"], first["neighbours"]) == ("T-1", 1, ["1"])
    with pytest.raises(NotHeld, match="volcano"):
        history(tmp_path / "record", "volcano")
    with pytest.raises(UdsynError, match="has no column euroSciVocPath"):
        load_paid(tmp_path / "record", tmp_path / "topics.csv", "cordis-labels")


def test_titles_without_words_and_projects_without_labels(tmp_path: Path) -> None:
    told = History([Project("1", frozenset({H}), "T-1")], {"T-1": "", "T-2": "-"})
    assert np.isfinite(told.scores([Project("new", frozenset({H}))])).all()
    assert Paid(told, {H: "hydrogen energy"}).before("hydrogen", ["X"], ["Hydrogen"]) == [None]
    (tmp_path / "topics.csv").write_text("projectID,topic,title\n1,T-1,Green hydrogen\n", encoding="utf-8")
    (tmp_path / "labels.csv").write_text(f"projectID,euroSciVocPath,euroSciVocTitle\n2,{H},hydrogen\n", "utf-8")
    load_paid(tmp_path / "record", tmp_path / "topics.csv", "cordis-topics")
    load_paid(tmp_path / "record", tmp_path / "labels.csv", "cordis-labels")
    with pytest.raises(NotHeld, match="no paid projects with labels"):
        history(tmp_path / "record", "hydrogen")
    assert Paid.held(tmp_path / "record") is None


@pytest.mark.skipif(not DATA, reason="UDSYN_DATA names no folder of real data")
def test_labels_alone_beat_the_words_of_titles_on_real_projects() -> None:
    """On a sample of 400: more than 21 % among the first ten (of all 25 %; words of titles 9.3 %)."""

    def table(name: str) -> list[dict[str, str]]:
        with gzip.open(Path(DATA or "") / "calls" / name, "rt", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    labels: dict[str, set[str]] = defaultdict(set)
    for row in table("cordis_euroscivoc.csv.gz"):
        labels[row["projectID"]].add(row["euroSciVocPath"])
    rows = table("cordis_project_topics.csv.gz")
    paid = [row for row in rows if not re.match("(HORIZON-)?(ERC|MSCA|EIC)", row["topic"])]
    projects = [
        Project(row["projectID"], frozenset(labels[row["projectID"]]), row["topic"])
        for row in paid
        if labels[row["projectID"]]
    ]
    assert len(projects) == 4709
    told = History(projects, {row["topic"]: row["title"] for row in paid})
    assert len(told.topics) == 2214
    asked = random.Random(1).sample(projects, 400)
    scores = told.scores(asked)
    ranks = [int((row > row[told.place[one.topic or ""]]).sum()) + 1 for row, one in zip(scores, asked, strict=True)]
    hits = [rank <= 10 for rank in ranks]
    assert sum(hits) / len(hits) > 0.21
    count = Counter(one.topic for one in projects)
    known = [hit for hit, one in zip(hits, asked, strict=True) if count[one.topic] > 1]
    assert sum(known) / len(known) > 0.24
