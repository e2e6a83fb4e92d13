"""What is open to a pair: rules first, then words; each call with its verdict, its clause and its deadline."""

from __future__ import annotations

import datetime as dt
import math
import os
from pathlib import Path
from typing import Any

import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from udsyn.errors import NotHeld, UsageError
from udsyn.evidence.funds.find import find, fitting, judged, open_calls, programme_of
from udsyn.evidence.funds.history import Paid
from udsyn.evidence.funds.learned import History, Project
from udsyn.evidence.funds.ranking import rank
from udsyn.evidence.funds.register import beside
from udsyn.record.calls import load
from udsyn.record.calls.paid import load_paid
from udsyn.record.calls.tables import Call, Deadline

DATA = os.environ.get("UDSYN_DATA")
ON = dt.date(2026, 3, 2)
LISTS = """snapshot,list_date,code,name,open_date,close_date,budget
a,2026-03-01,HORIZON-CL5-2026-01-D3-02,Low-temperature electrolysis for hydrogen,2026-01-01,2026-04-15,
a,2026-03-01,HORIZON-CL5-2026-01-D3-03,Wind farms at sea,2026-01-01,2026-04-01,
a,2026-03-01,HORIZON-EIC-2026-PATHFINDER-01,Electrolysis challenge,2026-01-01,2026-05-01,
a,2026-03-01,HORIZON-CL5-2023-D3-01,Electrolysis OPEN CALL 2,2026-01-01,2026-05-01,
a,2026-03-01,HORIZON-CL5-2027-01-D3-02,Electrolysis of tomorrow,2027-01-01,2027-04-15,
a,2026-03-01,HORIZON-CL5-2025-01-D3-02,Electrolysis of yesterday,2025-01-01,2025-04-15,
"""
TYPED = """
calls:
  - id: eurostars-10
    title: {en: Eurostars, da: Eurostars}
    text: {en: "Any technology, also electrolysis", da: "Al teknologi, også elektrolyse"}
    funder: Innovation Fund
    programme: eurostars
    opens: 2026-01-15
    deadlines: [{day: 2026-03-19, time: "21:00", zone: Asia/Seoul}]
    url: https://example.org/eurostars
    retrieved: 2026-02-20
  - id: bilateral-korea
    title: {en: Electrolysis with Korea}
    funder: Innovation Fund
    opens: 2026-01-15
    deadlines: [{day: 2026-03-19, time: "12:00", zone: Europe/Copenhagen}]
    countries: [{country: KR, verdict: no_money, clause: Each side pays its own}]
    url: https://example.org/bilateral
    retrieved: 2026-02-20
"""


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("open")
    (folder / "lists.csv").write_text(LISTS, encoding="utf-8")
    (folder / "typed.yaml").write_text(TYPED, encoding="utf-8")
    load(folder / "record", folder / "lists.csv", "dated-lists", retrieved=ON)
    load(folder / "record", folder / "typed.yaml", "typed")
    return folder / "record"


def by_id(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in rows}


def test_a_pair_s_calls_with_their_verdicts_and_deadlines(record: Path) -> None:
    rows = open_calls(record, ON, "low-temperature electrolysis", countries=["DK", "KR"])
    assert rows[0]["id"] == "HORIZON-CL5-2026-01-D3-02"
    assert "low-temperature electrolysis" in rows[0]["reasons"]
    assert [row["rank"] for row in rows] == list(range(1, 6))
    found = by_id(rows)
    verdicts = {id_: row["verdict"] for id_, row in found.items()}
    assert verdicts == {
        "HORIZON-CL5-2026-01-D3-02": "money",
        "eurostars-10": "money",
        "HORIZON-EIC-2026-PATHFINDER-01": "no_money",  # Korea is associated to Pillar II only
        "bilateral-korea": "no_money",  # the call's own clause
        "HORIZON-CL5-2023-D3-01": "read_text",  # a cascade call
    }
    assert "KR no_money: Each side pays its own" in found["bilateral-korea"]["clause"]
    assert found["eurostars-10"]["deadline"] == "2026-03-19 13:00 CET"  # 21:00 in Seoul
    assert found["HORIZON-CL5-2026-01-D3-02"]["deadline"] == "2026-04-15"  # the list says no hour
    assert found["HORIZON-CL5-2026-01-D3-02"]["would_change"].startswith("Add partners")


def test_danish_words_find_a_call_that_has_danish(record: Path) -> None:
    assert [row["id"] for row in open_calls(record, ON, "elektrolyse")] == ["eurostars-10"]


def test_without_a_text_by_deadline_and_in_any_state(record: Path) -> None:
    rows = open_calls(record, ON)
    assert [row["deadline"][:10] for row in rows] == sorted(row["deadline"][:10] for row in rows)
    assert len(rows) == 6
    assert [row["id"] for row in open_calls(record, ON, states=["past"])] == ["HORIZON-CL5-2025-01-D3-02"]
    assert [row["id"] for row in open_calls(record, ON, states=["forthcoming"])] == ["HORIZON-CL5-2027-01-D3-02"]
    assert open_calls(record, ON, limit=2) == rows[:2]


def test_what_is_none_is_refused(record: Path) -> None:
    for wrong in ({"countries": ["Narnia"]}, {"states": ["ajar"]}, {"sources": ["none"]}, {"zone": "Mars/Base"}):
        with pytest.raises(UsageError, match=r"no (country|state|calls|time zone)"):
            open_calls(record, ON, **wrong)


@pytest.mark.parametrize(
    ("id_", "programme"),
    [
        ("HORIZON-CL5-2026-01", "horizon/2"),
        ("HORIZON-HLTH-2026-01", "horizon/2"),
        ("HORIZON-JU-CLEANH2-2026", "horizon/2"),
        ("HORIZON-MISS-2026-04-CIT-02", "horizon/2"),
        ("ERC-2026-STG", "horizon/1"),
        ("HORIZON-MSCA-2026-PF", "horizon/1"),
        ("HORIZON-EIC-2026", "horizon/3"),
        ("HORIZON-WIDERA-2026", None),
    ],
)
def test_the_part_of_a_topic(id_: str, programme: str | None) -> None:
    assert programme_of({"id": id_, "programme": None}) == programme


def test_titles_weigh_more_than_texts_and_rare_words_more_than_common() -> None:
    titles = ["Wind at sea", "Solar fields", "Heat pumps"]
    texts = ["also solar power", "also heat", "also wind, wind and wind at sea"]
    assert [match.place for match in rank("wind sea", titles, texts)] == [0, 2]
    assert rank("volcano", titles, texts) == []
    assert rank("wind", [], []) == []
    assert rank("wind", ["", ""], ["", ""]) == []
    assert rank("solar", titles, texts)[0].terms == ("solar",)


def test_a_score_is_the_cosine_of_weighted_terms_as_computed_by_hand() -> None:
    """Each of three terms of the title weighs 1 / √3, and counts thrice; *wind* of the text adds 1."""
    titles, texts = ["Wind at sea", "Solar fields", "Soil", "Snow"], ["also wind", "", "", ""]
    [found] = rank("wind", titles, texts)
    wind, other = 3 / math.sqrt(3) + 1, 3 / math.sqrt(3)
    assert found.score == pytest.approx(wind / math.sqrt(wind**2 + 2 * other**2), abs=1e-12)
    common, rare = math.log(5 / 3) + 1, math.log(5 / 2) + 1
    assert [match.score for match in rank("wind soil", ["Wind", "Soil", "Wind", "Snow"], [""] * 4)] == pytest.approx(
        [rare / math.hypot(common, rare), common / math.hypot(common, rare), common / math.hypot(common, rare)]
    )


def test_texts_rank_as_scikit_learn_weighs_them() -> None:
    titles = ["Wind-power at sea", "3D printing of the cells", "Électrolyse; fuel cells", "", "fuel cells Électrolyse"]
    texts = [
        "wind, wind\nand x_y fire",
        "cells cells cells 風力",
        "",
        "of sea, wind-power",
        "heat at sea of cells",
    ]
    weights = TfidfVectorizer(
        token_pattern=r"(?u)\b[^\W\d_][\w-]+\b", ngram_range=(1, 2), sublinear_tf=True, stop_words="english"
    ).fit([f"{title}\n{text}" for title, text in zip(titles, texts, strict=True)])
    whole = normalize(3 * weights.transform(titles) + weights.transform(texts))
    for query in ("fuel cells at sea", "fire", "électrolyse wind-power of cells cells"):
        scores = (whole @ weights.transform([query]).T).toarray().ravel()
        found = rank(query, titles, texts)
        assert {match.place: match.score for match in found} == pytest.approx(
            {place: score for place, score in enumerate(scores) if score > 0}, abs=1e-12
        )
        assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)


PAID = """projectID,topic,title
1,HORIZON-CL5-2024-D3-01,Fuel cells
2,HORIZON-CL5-2023-D3-04,Membranes
3,HORIZON-CL4-2023-RES-01,Furnaces
4,HORIZON-CL6-2023-FOOD-01,Soil
5,HORIZON-HLTH-2023-CARE-01,Nursing
6,HORIZON-CL2-2023-PAST-01,Museums
"""
ABOUT = """projectID,euroSciVocCode,euroSciVocPath,euroSciVocTitle
1,x,/natural sciences/chemistry/electrolysis,electrolysis
2,x,/natural sciences/chemistry/electrolysis,electrolysis
3,x,/engineering/metallurgy,metallurgy
4,x,/agriculture/soil,soil
5,x,/medicine/nursing,nursing
6,x,/humanities/heritage,heritage
"""


def test_within_what_is_allowed_words_and_what_was_paid_before_rank(record: Path, tmp_path: Path) -> None:
    words = find(record, "electrolysis", ON, countries=["DK", "KR"])
    assert {row["state"] for row in words} == {"open", "forthcoming"}
    assert [row["score"] for row in words] == sorted((row["score"] for row in words), reverse=True)
    assert all(row["reasons"] == ["electrolysis"] for row in words)
    assert not any(row["topics"] or row["neighbours"] for row in words), "nothing is held of what was paid"
    for name, text, form in (("paid", PAID, "cordis-topics"), ("about", ABOUT, "cordis-labels")):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        load_paid(tmp_path / "record", tmp_path / f"{name}.csv", form)
    (tmp_path / "lists.csv").write_text(LISTS, encoding="utf-8")
    load(tmp_path / "record", tmp_path / "lists.csv", "dated-lists", retrieved=ON)
    found = by_id(find(tmp_path / "record", "electrolysis", ON))
    wind = found["HORIZON-CL5-2026-01-D3-03"]  # shares no word; its destination paid both projects
    assert 0 < wind["score"] <= 0.5
    assert wind["reasons"] == []
    assert (wind["topics"], wind["neighbours"]) == (["electrolysis"], ["1", "2"])
    near = found["HORIZON-CL5-2026-01-D3-02"]  # shares the word, too
    assert near["score"] > max(wind["score"], by_id(words)["HORIZON-CL5-2026-01-D3-02"]["score"])
    assert found["HORIZON-EIC-2026-PATHFINDER-01"]["neighbours"] == [], "nothing of its destination, no word of a title"


def test_a_call_of_another_funder_is_found_by_the_titles_that_like_projects_were_paid_by() -> None:
    projects = [
        Project("1", frozenset({"/x/electrolysis"}), "HORIZON-CL5-2024-D3-01"),
        Project("2", frozenset({"/x/metallurgy"}), "HORIZON-CL4-2023-RES-01"),
        Project("3", frozenset({"/y/soil"}), "HORIZON-CL6-2023-FOOD-01"),
    ]
    titles = ("Membranes and catalysts", "Furnaces", "Living soil")
    told = History(projects, {one.topic or "": title for one, title in zip(projects, titles, strict=True)})
    paid = Paid(told, {"/x/electrolysis": "electrolysis", "/x/metallurgy": "metallurgy", "/y/soil": "soil"})
    calls = [
        Call(id=name, title=title, listed_on=ON, opens=ON, deadlines=(Deadline(dt.date(2026, 4, 1)),)).row()
        for name, title in (("national-1", "Catalysts of tomorrow"), ("national-2", "Furnaces of tomorrow"))
    ]
    (row,) = fitting("electrolysis", judged(beside("desk", calls), ON, countries=["DK"]), paid)
    assert (row["id"], row["reasons"], row["topics"], row["neighbours"]) == ("national-1", [], ["electrolysis"], ["1"])


def test_what_a_country_may_not_join_is_left_out(tmp_path: Path) -> None:
    barred = {"country": "CN", "verdict": "not_allowed", "clause": "Barred"}
    call = Call(
        id="x",
        title="Electrolysis",
        listed_on=ON,
        opens=ON,
        deadlines=(Deadline(dt.date(2026, 4, 1)),),
        clauses=(barred,),
    )
    held = beside("desk", [call.row()])
    assert fitting("electrolysis", judged(held, ON, countries=["CN"]), None) == []
    (row,) = fitting("electrolysis", judged(held, ON, countries=["KR"]), None)
    assert (row["source"], row["verdict"]) == ("desk", "read_text")


def test_a_work_or_topic_that_is_not_held_is_said(record: Path) -> None:
    with pytest.raises(NotHeld, match="holds no W12"):
        find(record, "W12", ON)


@pytest.mark.skipif(not DATA, reason="UDSYN_DATA names no folder of real data")
def test_a_danish_korean_pair_looks_for_low_temperature_electrolysis_on_2_march_2026(tmp_path: Path) -> None:
    """On the real lists and projects: words find two calls, what was paid before those that speak of electrolysers."""
    folder = Path(DATA or "") / "calls"
    load(tmp_path / "r", folder / "horizon_open_calls.csv.gz", "dated-lists")
    for name, form in (("cordis_project_topics", "cordis-topics"), ("cordis_euroscivoc", "cordis-labels")):
        load_paid(tmp_path / "r", folder / f"{name}.csv.gz", form)
    asked: tuple[Any, ...] = (tmp_path / "r", "low-temperature electrolysis", ON)
    by_words = open_calls(asked[0], ON, asked[1], countries=["DK", "KR"], states=["open", "forthcoming", "past"])
    assert {row["id"] for row in by_words} == {"HORIZON-JU-CLEANH2-2026-01-04", "HORIZON-MISS-2026-04-CIT-02"}
    first, *others = find(*asked, countries=["DK", "KR"], limit=8)
    assert (first["id"], first["state"], first["deadline"], first["verdict"]) == (
        "HORIZON-JU-CLEANH2-2026-01-04", "open", "2026-04-15", "money",
    )  # fmt: skip
    assert "KR money: Associated to Pillar II" in first["clause"]
    assert first["would_change"].startswith("Add partners: three countries")
    electrolysers = next(row for row in others if "electrolysers" in row["title"])
    assert (electrolysers["reasons"], electrolysers["topics"][0]) == ([], "electrolysis")
    assert sum("CLEANH2" in row["id"] for row in others) >= 5
    assert {row["verdict"] for row in find(*asked, countries=["DK", "US"], limit=8)} == {"no_money"}
