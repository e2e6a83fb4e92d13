"""`contacts path` and `contacts introduce`: chains against a breadth-first search that is plainly right."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from pathlib import Path

import numpy as np
import pytest

from udsyn.cli import main
from udsyn.contacts import introduce, path_between, paths
from udsyn.contacts.answers import opened
from udsyn.contacts.index import Index
from udsyn.errors import UsageError


def test_path_columns_and_steps(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["contacts", "path", "A1", "A4", "--format", "json", "--record", str(record)])
    rows = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in rows] == ["A1", "A2", "A3", "A4"]
    assert list(rows[0]) == ["step", "id", "name", "institution", "joint_works", "last_year"]
    assert [row["joint_works"] for row in rows] == [0, 1, 1, 1]
    assert [row["last_year"] for row in rows] == [None, 2024, 2023, 2025]


def test_no_chain_is_an_empty_answer_and_unknown_ids_are_refused(record: Path) -> None:
    assert path_between(record, "A1", "A8") == []
    assert len(path_between(record, "A1", "A1")) == 1
    for wrong in ("A999", "somebody", "", "A"):
        with pytest.raises(UsageError):
            path_between(record, wrong, "A1")


def test_introduce_starts_at_home_and_says_who_remembers(record: Path) -> None:
    rows = introduce(record, "A4", "DK")
    first = [row for row in rows if row["rank"] == 1]
    assert [row["id"] for row in first] == ["A2", "A3", "A4"]
    assert first[1]["remembers"] in ("likely", "possible", "unlikely")
    worths = [row["worth"] for row in rows]
    assert worths == sorted(worths, reverse=True)
    assert introduce(record, "A8", "DK") == []


def test_opted_out_people_are_no_way_through(record: Path) -> None:
    (record / "contacts").mkdir(exist_ok=True)
    (record / "contacts" / "optout.txt").write_text("A3  # asked in writing\n")
    assert path_between(record, "A2", "A4") == []
    assert introduce(record, "A4", "DK") == []


def breadth_first(index: Index, from_: int) -> dict[int, int]:
    """Steps to everybody, over works of at most LARGEST_TEAM authors."""
    neighbours = defaultdict(set)
    for work in range(index.work_count):
        if 1 < index.work_authors[work] <= paths.LARGEST_TEAM:
            people = index.people_of(work).tolist()
            for person in people:
                neighbours[person].update(people)
    steps, queue = {from_: 0}, deque([from_])
    while queue:
        person = queue.popleft()
        for other in neighbours[person]:
            if other not in steps:
                steps[other] = steps[person] + 1
                queue.append(other)
    return steps


def test_shortest_chains_agree_with_breadth_first_search(ingested: Path) -> None:
    index = opened(ingested)
    rng = np.random.default_rng(3)
    compared = 0
    for from_ in rng.integers(0, index.people_count, 12).tolist():
        steps = breadth_first(index, from_)
        near = [person for person, distance in steps.items() if distance <= 3]
        far = [person for person in range(0, index.people_count, 97) if steps.get(person, 9) > 3]
        for to in [*rng.choice(near, min(8, len(near)), replace=False).tolist(), *far[:3]]:
            chain = paths.find_path(index, from_, int(to))
            assert (len(chain) - 1 if chain else 9) == (steps[to] if steps.get(to, 9) <= 3 else 9)
            compared += chain is not None
    assert compared > 20


def test_the_strongest_chain_is_never_weaker(ingested: Path) -> None:
    index = opened(ingested)
    for from_, to in np.random.default_rng(4).integers(0, index.people_count, (30, 2)).tolist():
        short, strong = paths.find_path(index, from_, to), paths.find_path(index, from_, to, strongest=True)
        assert (short is None) == (strong is None)
        if short and strong:
            assert paths.worth(strong) >= paths.worth(short) - 1e-9
