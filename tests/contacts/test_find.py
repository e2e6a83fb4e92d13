"""`contacts find`: who is found, why, and what is never shown."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from udsyn.cli import main
from udsyn.contacts import about, find_contacts, people_for, semantic
from udsyn.errors import UdsynError, UsageError
from udsyn.record import care
from udsyn.record.engine import Record

COLUMNS = ["rank", "id", "name", "institution", "country", "score", "works", "last_year", "reasons"]
ELECTROLYSIS = "low-temperature electrolysis of water"


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in rows]


def test_people_who_fit_come_first_with_reasons(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["contacts", "find", ELECTROLYSIS, "--country", "KR", "--home", "DK", "--format", "json"]
    main([*asked, "--record", str(record)])
    rows = json.loads(capsys.readouterr().out)
    assert list(rows[0]) == COLUMNS
    assert rows[0]["id"] == "A4"
    assert {row["country"] for row in rows} == {"KR"}
    assert "A6" not in ids(rows)[:2]
    assert all(0 <= row["score"] <= 1 for row in rows)
    assert any("W13" in reason and "electrolysis" in reason for reason in rows[0]["reasons"])
    assert "has not published with DK in the works held" in rows[0]["reasons"]


def test_new_only_leaves_out_partners_of_home(record: Path) -> None:
    everyone = find_contacts(record, ELECTROLYSIS, home="DK")
    new = find_contacts(record, ELECTROLYSIS, home="DK", new_only=True)
    assert "A3" in ids(everyone)
    assert "A3" not in ids(new)
    assert not {"A1", "A2"} & set(ids(everyone))


def test_warm_shows_the_way(record: Path) -> None:
    first = find_contacts(record, ELECTROLYSIS, ["KR"], "DK", warm=True)[0]
    assert any("Bo Krag → Siv Ek" in reason and "Min-ji Seo" in reason for reason in first["reasons"])


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("someone for A1", "A5"),
        ("A1", "A5"),
        ("T10001", "A5"),
        ("10.1234/test.14", "A4"),
        ("W14", "A4"),
        ("수전해 촉매", "A5"),
        ("grøn elektrolyse", None),
        ("electrolysis " * 8000, "A4"),
    ],
)
def test_what_can_be_asked(record: Path, asked: str, expected: str | None) -> None:
    rows = find_contacts(record, asked, ["KR"])
    assert expected is None or expected in ids(rows)
    assert "A1" not in ids(rows)


def test_danish_text_finds_danish_titles(record: Path) -> None:
    assert ids(find_contacts(record, "elektrolyse og den grønne omstilling", ["DK"]))[0] == "A1"


def test_a_file_is_read(record: Path, tmp_path: Path) -> None:
    (tmp_path / "project.txt").write_text("We work on owls in farmland.", encoding="utf-8")
    assert ids(find_contacts(record, str(tmp_path / "project.txt"), ["KR"])) == ["A6"]
    (tmp_path / "project.pdf").write_bytes(b"%PDF\x00\x01")
    with pytest.raises(UsageError, match="not a text file"):
        find_contacts(record, str(tmp_path / "project.pdf"), ["KR"])


@pytest.mark.parametrize("asked", ["", "   ", "the of and", "---", "T99999", "W99999", "10.9999/none", "A99999"])
def test_questions_without_an_answer_say_what_to_do(record: Path, asked: str) -> None:
    with pytest.raises(UsageError) as error:
        find_contacts(record, asked, ["KR"])
    assert str(error.value).endswith(".")


def test_a_question_in_words_that_nobody_uses_says_so(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["contacts", "find", "фотосинтез", "--format", "json", "--record", str(record)])
    printed = capsys.readouterr()
    assert json.loads(printed.out) == []
    assert "ask in English too" in printed.err


def test_a_country_with_nobody_is_an_empty_answer(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["contacts", "find", ELECTROLYSIS, "--country", "IS", "--format", "json", "--record", str(record)])
    assert json.loads(capsys.readouterr().out) == []
    with pytest.raises(UsageError, match="not a country"):
        find_contacts(record, ELECTROLYSIS, ["Atlantis"])


def test_filters(record: Path) -> None:
    assert ids(find_contacts(record, ELECTROLYSIS, institution_type="company")) == ["A5"]
    assert "A7" not in ids(find_contacts(record, ELECTROLYSIS, ["KR"], active_since=2024))
    assert ids(find_contacts(record, "owls", ["KR"], career=(0, 1))) == ["A6"]
    assert ids(find_contacts(record, "owls electrolysis", ["KR"], field=11)) == ["A6"]


def test_weights_change_the_ranking_and_are_checked(record: Path) -> None:
    only_role = find_contacts(record, ELECTROLYSIS, ["KR"], "DK", weights={"fit": 0, "recency": 0, "role": 1})
    assert only_role[0]["score"] != find_contacts(record, ELECTROLYSIS, ["KR"], "DK")[0]["score"]
    with pytest.raises(UsageError, match="no weight is called"):
        find_contacts(record, ELECTROLYSIS, weights={"fame": 1})
    with pytest.raises(UsageError, match="0 or more"):
        find_contacts(record, ELECTROLYSIS, weights={"fit": -1})


def test_groups_companies_and_exposure(record: Path) -> None:
    groups = find_contacts(record, ELECTROLYSIS, ["KR"], list_="groups")
    assert groups[0]["name"] == "Seoul Test University"
    assert groups[0]["topic"] == "Electrolysis and fuel cells"
    companies = find_contacts(record, ELECTROLYSIS, ["KR"], list_="companies")
    assert [row["name"] for row in companies] == ["Busan Electrolyser Works"]
    exposure = find_contacts(record, ELECTROLYSIS, ["KR"], list_="exposure")
    assert all(0 <= row["shown"] <= 1 and 0 <= row["matching"] <= 1 for row in exposure)


def test_opted_out_people_are_nowhere_and_stay_out(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "A4" in ids(find_contacts(record, ELECTROLYSIS, ["KR"]))
    main(["contacts", "optout", "A4", "--record", str(record)])
    capsys.readouterr()
    for list_ in ("people", "groups", "exposure"):
        shown = json.dumps(find_contacts(record, ELECTROLYSIS, home="DK", list_=list_, warm=True), ensure_ascii=False)
        assert "Min-ji" not in shown
        assert '"A4"' not in shown
    assert "A4" not in ids(people_for(record, "KR", "DK"))
    with pytest.raises(UsageError, match="not listed"):
        about(record, "A4")
    with pytest.raises(UsageError, match="not listed"):
        find_contacts(record, "someone for A4")
    (record / "contacts" / "index" / "index.json").unlink()  # as after a re-load
    assert "A4" not in ids(find_contacts(record, ELECTROLYSIS, ["KR"]))


def test_likely_duplicates_are_shown_and_a_correction_merges_them(record: Path) -> None:
    assert about(record, "A4")["may_be_the_same_as"] == ["A7"]
    before = about(record, "A4")["works"]
    (record / "contacts" / "corrections.yaml").write_text("merge:\n  - [A4, A7]\nnot:\n  - [W14, A4]\n")
    merged = about(record, "A7")
    assert merged["id"] == "A4"
    assert merged["may_be_the_same_as"] == []
    assert merged["works"] == before + 1 - 1
    assert not any(title.startswith("W14 ") for title in merged["titles"])
    care.opt_out(Record.open(record), 7)
    with pytest.raises(UsageError, match="not listed"):
        about(record, "A4")


def test_a_broken_care_file_names_its_line(record: Path) -> None:
    folder = record / "contacts"
    folder.mkdir(exist_ok=True)
    (folder / "optout.txt").write_text("A4\nnobody\n")
    with pytest.raises(UdsynError, match="line 2"):
        find_contacts(record, ELECTROLYSIS)
    (folder / "optout.txt").unlink()
    (folder / "corrections.yaml").write_text("merge: [A4]\n")
    with pytest.raises(UdsynError, match=r"corrections\.yaml"):
        find_contacts(record, ELECTROLYSIS)


def test_about_says_what_is_held_and_why(record: Path) -> None:
    held = about(record, "A5")
    assert held["works"] == 4
    assert "Public scholarly data" in held["why"]
    assert "optout A5" in held["objection"]


def test_people_for_a_brief(record: Path) -> None:
    assert ids(people_for(record, "KR", "DK", topics=[10001]))[0] in ("A4", "A5")
    assert ids(people_for(record, "KR", "DK", text="owls")) == ["A6"]
    assert ids(people_for(record, "KR", "DK", n=2)) == ["A5", "A4"]
    assert people_for(record, "IS", "DK") == []


def test_a_generated_world_gives_ordered_unique_people(ingested: Path) -> None:
    from udsyn.contacts.answers import opened

    index = opened(ingested)
    title = index.title(0)
    rows = find_contacts(ingested, title, limit=50)
    assert len(set(ids(rows))) == len(rows) > 0
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    assert find_contacts(ingested, title, limit=50) == rows


def test_rows_are_plain_data_with_reasons_and_ways(record: Path) -> None:
    rows = find_contacts(record, ELECTROLYSIS, "Korea", "DK", warm=True, limit=3)
    assert json.loads(json.dumps(rows)) == rows
    first = rows[0]
    assert [step["id"] for step in first["path"]] == ["A2", "A3", "A4"]
    assert first["path"][0]["remembers"] is None
    assert first["path"][2] == {
        "step": 2,
        "id": "A4",
        "name": "Min-ji Seo",
        "institution": "Seoul Test University",
        "joint_works": 1,
        "last_year": 2025,
        "remembers": "likely",
    }
    assert {work["id"] for work in first["matching"]} == {"W13", "W14"}
    assert set(first["parts"]) >= {"fit", "focus", "recency"}
    assert all(0 <= part <= 1 for part in first["parts"].values())
    assert any("may be the same" in doubt for doubt in first["doubts"])


def test_an_index_is_opened_once_for_each_state_of_the_record(record: Path) -> None:
    from udsyn.contacts.answers import opened

    first = opened(record)
    assert opened(record) is first
    assert opened(Record.open(record)) is first
    care.opt_out(Record.open(record), 4)
    assert opened(record) is not first
    assert opened(record).person(4) is None


def test_importing_contacts_loads_no_learning_library() -> None:
    code = "import sys, udsyn.contacts.answers; print([m for m in ('sklearn', 'scipy', 'torch') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_abstracts_are_searched_and_said(record: Path) -> None:
    rows = find_contacts(record, "corrosion of bipolar plates", ["KR"])
    assert ids(rows) == ["A5"]
    assert rows[0]["matching"][0]["id"] == "W15"
    assert any("words of its abstract or topic: bipolar, plates" in reason for reason in rows[0]["reasons"])


def test_grants_on_matching_works_are_reasons(record: Path) -> None:
    first = next(row for row in find_contacts(record, ELECTROLYSIS, ["KR"]) if row["id"] == "A5")
    assert "grants on matching works: Wind Fund WF-7 (W14)" in first["reasons"]


def test_korean_with_other_particles_finds_the_title(record: Path) -> None:
    rows = find_contacts(record, "수전해용 촉매를 찾습니다", ["KR"])
    assert ids(rows)[0] in ("A5", "A6")
    assert rows[0]["matching"][0]["id"] == "W17"


def test_meaning_reranks_only_where_asked_for(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Vectors by hand: one work means just what the question means."""
    plain = find_contacts(record, ELECTROLYSIS)
    monkeypatch.setattr(semantic, "is_installed", lambda: False)
    assert find_contacts(record, ELECTROLYSIS) == plain
    with pytest.raises(UsageError, match="pip install 'udsyn"):
        find_contacts(record, ELECTROLYSIS, use_semantic=True)
    monkeypatch.setattr(semantic, "is_installed", lambda: True)
    first = {work["title"] for work in plain[0]["matching"]}
    other, title = next((r["id"], w["title"]) for r in plain for w in r["matching"] if w["title"] not in first)
    read: list[str] = []

    def embed(texts: Sequence[str]) -> np.ndarray[Any, Any]:
        read.extend(texts)
        return np.array([[1.0, 0.0] if k == 0 or text == title else [0.0, 1.0] for k, text in enumerate(texts)])

    monkeypatch.setattr(semantic, "embed", embed)
    rows = find_contacts(record, ELECTROLYSIS, use_semantic=True, weights={"meaning": 50})
    assert read[0] == ELECTROLYSIS
    assert ids(plain)[0] != other == ids(rows)[0]
    assert rows[0]["parts"]["meaning"] == 1.0
    assert sorted(ids(rows)) == sorted(ids(plain))
    assert find_contacts(record, ELECTROLYSIS) == plain


@pytest.mark.skipif(not semantic.is_installed(), reason="the semantic extra is not installed")
def test_the_real_model_prefers_what_means_the_same(record: Path) -> None:
    rows = find_contacts(record, "hydrogen production from water", ["KR"], use_semantic=True, weights={"meaning": 5})
    assert ids(rows)[0] in ("A4", "A5")


def test_what_home_lacks_is_a_reason(record: Path) -> None:
    rows = find_contacts(record, "owls in farmland", ["KR"], "SE")
    assert (
        "works where SE publishes little: Owls and other raptors (0% of the share in the works held)"
        in rows[0]["reasons"]
    )
    assert not any(
        "publishes little" in reason for reason in find_contacts(record, ELECTROLYSIS, ["KR"], "DK")[0]["reasons"]
    )
