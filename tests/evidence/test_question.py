"""One question is argument, address, parameters and key; one result is a frame in every tool."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import duckdb
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

import udsyn
from udsyn.errors import UsageError
from udsyn.evidence.address import FORMS, Address, stem
from udsyn.evidence.places.kept import kept
from udsyn.evidence.question import COUNTINGS, LEVELS, PERCENTS, TAKES, Parts, Question, Unit
from udsyn.evidence.shares import share
from udsyn.evidence.ties import ties
from udsyn.record import ids

years = st.tuples(st.integers(1990, 2005), st.integers(2005, 2025))
questions = st.builds(
    Question,
    home=st.sampled_from(["DK", "KR", None]),
    partner=st.sampled_from(["SE", "US", None]),
    unit=st.sampled_from([None, "field/21", "topic/T10001", ("subfield", 1702)]),
    level=st.sampled_from([*LEVELS, ""]),
    counting=st.sampled_from(COUNTINGS),
    years=st.none() | years,
    year=st.none() | st.integers(1990, 2025),
    years_against=st.none() | years,
    source=st.sampled_from([None, "openalex", "a panel"]),
    weights=st.dictionaries(st.sampled_from(["impact", "growth"]), st.floats(-9, 9)),
    percent=st.sampled_from(PERCENTS),
    confidence=st.none() | st.floats(0.5, 0.99),
    seed=st.none() | st.integers(0, 99),
)


@given(questions)
def test_parameters_lead_back_to_the_question(question: Question) -> None:
    assert Question.parse(question.parameters()) == question
    assert hash(Question.parse(question.parameters())) == hash(question)


@given(questions)
def test_an_address_leads_back_to_the_question(question: Question) -> None:
    """In every part that the form of the address has."""
    if question.home is None or question.partner is None or not question.level:
        return
    for kind in ("profile", "strengths", "differences"):
        asked = Address.parse(f"{stem(kind, question)}/1@{question.source or 'x'}").question
        for form, part in (("COUNTING", "counting"), ("YEARS", "years"), ("LEVEL", "level"), ("PARTNER", "partner")):
            if form in FORMS[kind]:
                assert getattr(asked, part) == getattr(question, part)


def test_every_part_can_be_given_by_name() -> None:
    assert set(Parts.__annotations__) == {part.name for part in fields(Question)}
    assert {part for parts in TAKES.values() for part in parts} < set(Parts.__annotations__)


def test_labels_and_ids_are_read_when_it_is_made() -> None:
    asked = Question("Danmark", "South Korea", unit="topic/https://openalex.org/T10001")
    assert (asked.home, asked.partner, asked.unit) == ("DK", "KR", Unit("topic", "10001"))
    for wrong, said in (
        ({"home": "Atlantis"}, "not a country"),
        ({"unit": "planet/1"}, "no part of the classification"),
        ({"years": (2020, 2010)}, "first year is after"),
        ({"level": "planet"}, "no level"),
        ({"counting": "twice"}, "no counting"),
    ):
        with pytest.raises(UsageError, match=said):
            Question(**wrong)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="has no part fame"):
        Question.parse({"fame": "1"})
    with pytest.raises(UsageError, match="cannot be read"):
        Question.parse({"seed": "one"})


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("T10001", "topic", 10001),
        ("t10001", "topic", 10001),
        ("https://openalex.org/fields/21", "field", 21),
        ("https://api.openalex.org/works/W7", "work", 7),
        (21, "field", 21),
        ("A7", "work", None),
        ("fields/21", "topic", None),
        ("https://example.org/W7", "work", None),
        ("9" * 19, "author", None),
        ("", "work", None),
    ],
)
def test_ids_are_read_in_one_place(text: str | int, kind: str, number: int | None) -> None:
    assert ids.find(text, kind) == number


def test_a_question_or_its_parts_ask_the_same(counted: Path) -> None:
    whole = ties(counted, Question("DK", "KR", year=2021))
    assert whole.records() == ties(counted, "Denmark", "South Korea", year=2021).records()
    assert whole.records() == ties(counted, Question("DK", year=2020), partner="KR", year=2021).records()
    with pytest.raises(UsageError, match="share takes no percent; it takes home, unit, years"):
        share(counted, "DK", percent=1)
    with pytest.raises(UsageError, match="no country is named"):
        share(counted)
    with pytest.raises(UsageError, match="both home and partner"):
        ties(counted, "DK", "DK")


def test_a_scope_that_is_asked_for_must_be_the_record_s(counted: Path) -> None:
    scope = share(counted, "DK").provenance.scope
    assert share(counted, "DK", scope=scope).rows.height > 0
    with pytest.raises(UsageError, match="not another"):
        share(counted, "DK", scope="another")


def test_a_question_is_the_key_under_which_an_answer_is_kept(counted: Path) -> None:
    asked: list[str] = []

    def answer(name: str) -> udsyn.Result:
        return kept(counted, "test", Question(source=name), lambda _: asked.append(name) or share(counted, "DK"))

    for name in ("one", "one", "two"):
        answer(name)
    assert asked == ["one", "two"]


def test_a_result_is_a_frame_in_every_tool(counted: Path) -> None:
    found = share(counted, "DK")
    frame = found.to_pandas()
    assert len(found) == len(frame) == found.to_polars().height > 0
    assert frame.attrs["provenance"]["source"] == "openalex"
    arrow = pyarrow.table(found)
    assert arrow.num_rows == len(found)
    assert duckdb.sql("SELECT count(*) FROM arrow").fetchall() == [(len(found),)]
    html = found._repr_html_()
    assert "<table" in html
    assert "Definition: share; counting: full and fractional (author level); source: openalex" in html


def test_charts_have_the_interval_that_is_held(counted: Path) -> None:
    drawn = share(counted, "DK").chart().to_dict()
    assert [layer["mark"]["type"] for layer in drawn["layer"]] == ["rule", "line"]
    assert "source: openalex" in " ".join(drawn["title"]["subtitle"])
    assert "layer" not in share(counted, "DK").chart("full").to_dict()
    ranked = udsyn.profile(counted, "DK").chart("mncs").to_dict()
    assert [layer["mark"]["type"] for layer in ranked["layer"]] == ["rule", "point"]
    with pytest.raises(UsageError, match="fame cannot be drawn"):
        share(counted, "DK").chart("fame")
