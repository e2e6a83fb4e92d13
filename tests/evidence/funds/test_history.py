"""What like it was paid before: learned from neighbours, never from the project itself."""

from __future__ import annotations

import csv
import gzip
import os
import re
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest

from udsyn.errors import NotHeld, UdsynError
from udsyn.evidence.funds.find import Judged, fits
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


real = pytest.mark.skipif(not DATA, reason="UDSYN_DATA names no folder of real data")


def table(name: str) -> list[dict[str, str]]:
    with gzip.open(Path(DATA or "") / "calls" / name, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def thematic() -> tuple[list[Project], dict[str, str]]:
    """Real projects of topics that have a theme, by their labels alone, and the titles of these topics."""
    labels: dict[str, set[str]] = defaultdict(set)
    for row in table("cordis_euroscivoc.csv.gz"):
        labels[row["projectID"]].add(row["euroSciVocPath"])
    rows = table("cordis_project_topics.csv.gz")
    paid = [row for row in rows if not re.match("(HORIZON-)?(ERC|MSCA|EIC)", row["topic"])]
    known = [row for row in paid if labels[row["projectID"]]]
    projects = [Project(row["projectID"], frozenset(labels[row["projectID"]]), row["topic"]) for row in known]
    return projects, {row["topic"]: row["title"] for row in paid}


def found(told: History, asked: list[Project], among: set[str]) -> list[bool]:
    """Is the topic that paid among the first ten? Asked in parts, each topic ranked against those chosen."""
    places = [number for number, topic in enumerate(told.topics) if topic in among]
    hits = []
    for start in range(0, len(asked), 500):
        part = asked[start : start + 500]
        for row, one in zip(told.scores(part), part, strict=True):
            hits.append(int((row[places] > row[told.place[one.topic or ""]]).sum()) < 10)
    return hits


@real
def test_labels_alone_find_the_topic_that_paid_real_projects(thematic: tuple[list[Project], dict[str, str]]) -> None:
    """Words of titles find 9.3 %; learned from the others, each left out, a quarter, and more where a sibling is."""
    projects, titles = thematic
    assert (len(projects), len(titles)) == (4709, 2214)
    hits = found(History(projects, titles), projects, set(titles))
    assert sum(hits) / len(hits) >= 0.25
    count = Counter(one.topic for one in projects)
    known = [hit for hit, one in zip(hits, projects, strict=True) if count[one.topic] > 1]
    assert sum(known) / len(known) > 0.28


@real
def test_what_calls_before_paid_tells_the_topics_of_later_years(thematic: tuple[list[Project], dict[str, str]]) -> None:
    """Words of titles find 17.8 % of the projects of 2024 and later among the topics of their years."""
    projects, titles = thematic
    years = {topic: re.search(r"-(20\d\d)-", topic) for topic in titles}
    late = {topic for topic, year in years.items() if year and year[1] >= "2024"}
    told = History([one for one in projects if one.topic not in late], titles)
    hits = found(told, [one for one in projects if one.topic in late], late)
    assert (len(hits), len(late)) == (973, 540)
    assert sum(hits) / len(hits) > 0.39


@real
@pytest.mark.prove
def test_projects_with_objectives_find_their_topic_among_all(thematic: tuple[list[Project], dict[str, str]]) -> None:
    """Of 48 projects 30 are of two calls open to any theme, 18 of thematic topics: as `udsyn funds find` ranks."""
    with (Path(DATA or "") / "calls/cordis_quantum_projects.psv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="|"))
    open_to_all = {"HORIZON-EIC-2025-PATHFINDEROPEN", "HORIZON-EIC-2025-TRANSITIONOPEN"}
    asked = [row for row in rows if row["topics"] not in open_to_all]
    assert (len(rows), len(asked)) == (48, 18)
    names = {row["euroSciVocPath"]: row["euroSciVocTitle"] for row in table("cordis_euroscivoc.csv.gz")}
    own = {row["id"] for row in rows}
    paid = Paid(History([one for one in thematic[0] if one.id not in own], thematic[1]), names)
    titles = {row["topic"]: row["title"] for row in table("cordis_project_topics.csv.gz")}
    calls = [Judged({"id": topic}, title, "", None, 1) for topic, title in sorted(titles.items())]
    ranks = []
    for row in asked:
        order = [one.row["id"] for one in fits(f"{row['title']} {row['objective']}", calls, paid)]
        ranks.append(order.index(row["topics"]) + 1 if row["topics"] in order else len(calls))
    assert sum(1 / rank for rank in ranks) / len(ranks) > 0.3
