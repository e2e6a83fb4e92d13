"""What the words of a question weigh, what is named as uncovered, and Danish read in English."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tests.contacts.conftest import work_object

from udsyn.contacts import find_contacts
from udsyn.contacts.answers import opened
from udsyn.contacts.danish import cognate, compound, known
from udsyn.contacts.query import parse
from udsyn.contacts.wording import Word, compounds, coverage, spoken, unspoken
from udsyn.facts import research_words
from udsyn.record.ingest import ingest_openalex


def weights(record: Path, question: str) -> dict[str, float]:
    return {word.written: word.weight for word in parse(opened(record), question).words}


def test_a_subject_weighs_more_than_a_quality_and_a_compound_counts_as_one_word(record: Path) -> None:
    apart = weights(record, "temperature of electrolysis")
    joined = weights(record, "low-temperature electrolysis")
    assert joined["temperature"] == pytest.approx(apart["temperature"] / 2)
    assert joined["electrolysis"] == apart["electrolysis"] > joined["low"] + joined["temperature"]


def test_a_rare_word_weighs_more_than_a_common_one(record: Path) -> None:
    held = weights(record, "durability water")
    assert held["durability"] > held["water"]


def test_neighbours_that_most_works_hold_side_by_side_are_a_compound(tmp_path: Path) -> None:
    """Six titles speak of *heat pump*, and one of a pump alone; nothing joins *cold pump*."""
    lines = []
    for number in range(31, 38):
        work = work_object(11) | {"id": f"https://openalex.org/W{number}", "doi": None}
        lines.append(json.dumps(work | {"title": "A heat pump" if number < 37 else "A pump in the cold"}))
    (tmp_path / "works.jsonl").write_text("\n".join(lines), encoding="utf-8")
    ingest_openalex(tmp_path / "works.jsonl", tmp_path / "record")
    index = opened(tmp_path / "record")
    assert compounds(index, ["heat pump"]) == {"heat": 2, "pump": 2}
    assert compounds(index, ["cold pump"]) == {}
    assert compounds(index, ["cold-pump"]) == {"cold": 2, "pump": 2}


def test_coverage_is_the_weight_of_the_words_spoken(record: Path) -> None:
    words = [Word("a", (1,), 3.0), Word("b", (2,), 1.0)]
    assert coverage(words, np.array([0, 1, 2, 3])).tolist() == [0, 0.75, 0.25, 1]
    many = [Word(str(n), (n,), 1.0) for n in range(16)]
    assert coverage(many, np.array([0b1111, 0b11111111, 0xFFFF], np.uint16)).tolist() == [0.5, 1, 1]
    assert unspoken(words, 0b10) == ["a"]
    index = opened(record)
    asked = parse(index, "owls electrolysis").words
    bits = dict(zip(index.arrays["work"].tolist(), spoken(index, asked).tolist(), strict=True))
    assert bits[13] | bits[16] == 0b11
    assert bits[13] != bits[16]


def test_an_uncovered_part_lowers_the_fit_and_is_named(record: Path) -> None:
    told: list[str] = []
    opened(record)
    whole = find_contacts(record, "electrolysis", ["KR"], say=told.append)
    assert told == []
    half = find_contacts(record, "electrolysis zymurgy", ["KR"], say=told.append)
    assert told == ["No work held speaks of: zymurgy. Nobody covers this part of the question, so all fit less."]
    assert half[0]["parts"]["fit"] < 0.8 * whole[0]["parts"]["fit"]
    assert "none of their matching works speaks of: zymurgy" in half[0]["doubts"]
    both = find_contacts(record, "barn owls, electrolysis", ["KR"])
    assert any("speaks of: " in doubt for row in both for doubt in row["doubts"])


def test_every_shipped_word_is_one_danish_word_with_an_english_reading() -> None:
    words = research_words()
    assert len(words) > 250
    assert all(word == word.lower() and " " not in word and english.strip() for word, english in words.items())


@pytest.mark.parametrize(
    ("danish", "english"),
    [
        ("elektrolyse", "electrolysis"),
        ("elektrolysen", "electrolysis"),
        ("vindmøller", "wind turbine"),
        ("sygdommenes", ""),
        ("electrolysis", ""),
        ("water", ""),
    ],
)
def test_the_glossary_knows_common_endings(danish: str, english: str) -> None:
    assert known(danish) == english


def test_compounds_are_read_by_their_parts_and_cognates_by_sound() -> None:
    assert compound("lavtemperaturelektrolyse") == "low-temperature electrolysis"
    assert compound("brintlagring") == "hydrogen storage"
    assert compound("sundhedsteknologi") == "health technology"
    assert compound("lavxyz") == ""
    vocabulary = ("photosynthesis", "physics", "catalysis", "psychology")
    assert cognate("fotosyntese", vocabulary) == "photosynthesis"
    assert cognate("psykologi", vocabulary) == "psychology"
    assert cognate("bibliotek", vocabulary) == ""


def test_a_danish_question_is_read_in_english_too(record: Path) -> None:
    told: list[str] = []
    opened(record)
    danish = find_contacts(record, "lavtemperaturelektrolyse", ["KR"], "DK", say=told.append)
    english = find_contacts(record, "low-temperature electrolysis", ["KR"], "DK")
    assert told == ["Read in English too: lavtemperaturelektrolyse = low-temperature electrolysis."]
    assert [row["id"] for row in danish][:2] == [row["id"] for row in english][:2] == ["A4", "A5"]
    assert {row["id"] for row in find_contacts(record, "ugler", ["KR"])} >= {"A6"}
