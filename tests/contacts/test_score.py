"""`contacts score`: the OpenReview convention, and the order it gives on cases with a known answer."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from benchmarks.contacts_score import losses

from udsyn.cli import main
from udsyn.contacts import score as scoring
from udsyn.contacts import text

CELLS = ("Alkaline electrolysis cells", "Hydrogen from water by low-temperature electrolysis with nickel catalysts.")
OWLS = ("Nesting of barn owls", "Breeding success of owls in farmland depends on vole density and nest boxes.")


def note(title: str, abstract: str) -> dict[str, object]:
    return {"id": "n", "content": {"title": title, "abstract": abstract}}


def archive(folder: Path, name: str, papers: list[tuple[str, str]]) -> None:
    folder.mkdir(exist_ok=True)
    lines = [json.dumps(note(*paper)) for paper in papers]
    (folder / f"~{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    archive(tmp_path / "archives", "Engineer1", [CELLS, ("Nickel electrodes", "Durability of nickel electrodes.")])
    archive(tmp_path / "archives", "Ornithologist1", [OWLS, ("Voles", "Population cycles of voles in farmland.")])
    submissions = {
        "cells": note("Membranes for electrolysis", "Hydrogen production by water electrolysis at low temperature."),
        "birds": note("Owls and voles", "How vole cycles drive the breeding of owls."),
    }
    (tmp_path / "submissions.json").write_text(json.dumps(submissions), encoding="utf-8")
    return tmp_path


def run(case: Path, *options: str) -> list[list[str]]:
    out = case / "scores.csv"
    arguments = ["--archives", str(case / "archives"), "--submissions", str(case / "submissions.json")]
    main(["contacts", "score", *arguments, "--out", str(out), "--lexical", *options])
    with out.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def test_every_pair_has_a_line_and_the_expert_scores_higher(case: Path) -> None:
    lines = run(case)
    values = {(submission, profile): float(value) for submission, profile, value in lines}
    assert len(lines) == len(values) == 4
    assert values["cells", "Engineer1"] > values["birds", "Engineer1"]
    assert values["birds", "Ornithologist1"] > values["cells", "Ornithologist1"]
    assert values["cells", "Engineer1"] > values["cells", "Ornithologist1"]


def test_same_bytes_twice(case: Path) -> None:
    run(case)
    first = (case / "scores.csv").read_bytes()
    run(case)
    assert (case / "scores.csv").read_bytes() == first


def test_bad_lines_are_named_and_skipped(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = run(case)
    with (case / "archives" / "~Engineer1.jsonl").open("ab") as file:
        file.write(b'{"content": {"title": "cut off\n\xff\xfe\n{"content": []}\n\n{"content": {"title": null}}\n')
    capsys.readouterr()
    assert run(case) == before
    notices = capsys.readouterr().err
    for number in (3, 4, 5, 7):
        assert f"~Engineer1.jsonl line {number} skipped" in notices


def test_empty_archive_missing_abstract_and_hostile_text(case: Path) -> None:
    archive(case / "archives", "Nobody1", [])
    (case / "archives" / "~Nobody1.jsonl").write_text("")
    submissions = json.loads((case / "submissions.json").read_text())
    submissions["title only"] = {"content": {"title": {"value": "Electrolysis of water"}, "abstract": None}}
    submissions["hostile, with comma"] = note("<script>" * 50 + "\x00\u202e", "ꙮ" * 200_000)
    submissions["nothing"] = {"content": {}}
    (case / "submissions.json").write_text(json.dumps(submissions), encoding="utf-8")
    values = {(submission, profile): float(value) for submission, profile, value in run(case)}
    assert len(values) == 5 * 3
    assert all(np.isfinite(value) for value in values.values())
    assert {value for (_, profile), value in values.items() if profile == "Nobody1"} == {0.0}
    assert values["title only", "Engineer1"] > values["title only", "Ornithologist1"]
    assert values["nothing", "Engineer1"] == 0.0


def test_wrong_use_is_one_line_with_a_next_step(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for archives, submissions, status, words in (
        (case / "none", case / "submissions.json", 2, "one ~ID.jsonl per person"),
        (case / "archives", case / "none.json", 1, "none.json"),
        (case / "archives", case / "archives" / "~Engineer1.jsonl", 1, "one object"),
    ):
        read = ["--archives", str(archives), "--submissions", str(submissions)]
        with pytest.raises(SystemExit) as stop:
            main(["contacts", "score", *read, "--out", str(case / "x.csv"), "--lexical"])
        assert stop.value.code == status
        message = capsys.readouterr().err
        assert words in message
        assert message.count("\n") == 1
    assert not (case / "x.csv").exists()


def test_blocks_do_not_change_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    vocabulary = np.array([f"w{i}" for i in range(60)])
    papers = [
        scoring.Paper(" ".join(rng.choice(vocabulary, 5)), " ".join(rng.choice(vocabulary, 30))) for _ in range(50)
    ]
    submissions, archives = papers[:11], [papers[11:20], [], papers[20:45], papers[45:]]
    whole = scoring.lexical_scores(submissions, archives)
    monkeypatch.setattr(scoring, "BLOCK", 3)
    np.testing.assert_allclose(scoring.lexical_scores(submissions, archives), whole, rtol=1e-12)
    assert (whole[:, 1] == 0).all()
    assert (whole[:, [0, 2, 3]] > 0).any()


def test_terms_fold_markup_endings_and_scripts() -> None:
    assert text.terms("<jats:p>Catalysts &amp; the catalyst</jats:p>") == ["catalyst", "catalyst"]
    assert text.terms("grøn omstilling og havvind") == ["grøn", "omstill", "havvind"]
    assert text.terms("수전해 기술을") == [*text.terms("수전해"), "기술", "술을"]
    assert text.terms_and_pairs("fuel cells") == ["fuel", "cell", "fuel cell"]
    assert text.terms("") == text.terms("   the of and ") == []


def test_pooling_counts_close_papers_most() -> None:
    values = np.array([[1.0, 0.0, 0.0, 0.5], [0.0, 0.0, 1.0, 0.5]])
    owned = [np.array([0, 1, 2]), np.array([3]), np.array([], np.int64)]
    found = scoring.pooled(values, owned)
    first = 1 / (1 + scoring.DECAY + scoring.DECAY**2)
    np.testing.assert_allclose(found, [[first, 0.5, 0.0], [first, 0.5, 0.0]])


def test_versions_of_one_paper_count_once(case: Path) -> None:
    before = run(case)
    with (case / "archives" / "~Engineer1.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(note(CELLS[0].upper(), "")) + "\n")
    assert run(case) == before


def test_long_archives_are_cut_to_what_is_close(monkeypatch: pytest.MonkeyPatch) -> None:
    far = [scoring.Paper(f"Owls of region {n}", "Nesting and breeding of barn owls.") for n in range(9)]
    cells = scoring.Paper(*CELLS)
    asked = [scoring.Paper("Electrolysis cells", "Hydrogen by electrolysis of water.")]
    assert scoring.closest(asked, [[*far, cells]]) == [[*far, cells]]
    monkeypatch.setattr(scoring, "MOST_PAPERS", 3)
    cut = scoring.closest(asked, [[*far, cells], [cells]])
    assert cells in cut[0]
    assert [len(archive) for archive in cut] == [3, 1]


def test_the_validation_measures_what_it_says() -> None:
    grades = np.array([[5.0, np.nan], [3.0, 2.0], [1.0, 1.0]])
    right, wrong = np.array([[3.0, 0.0], [2.0, 2.0], [1.0, 1.0]]), np.array([[1.0, 0.0], [2.0, 1.0], [2.0, 1.0]])
    np.testing.assert_allclose(losses(grades, right), [[0, 8], [0, 1]])
    np.testing.assert_allclose(losses(grades, wrong), [[2 + 4 + 0.5 * 2, 8], [0.5, 1]])
