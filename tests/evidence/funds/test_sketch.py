"""A project sketch and its partners; and ranking by meaning, with a model of two words and with the real one."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pytest
from click.testing import CliRunner
from tests.openalex_world import OPENALEX, make_works, write_snapshot

from udsyn.cli import udsyn
from udsyn.contacts import semantic
from udsyn.errors import NotHeld, UdsynError, UsageError
from udsyn.evidence.funds.find import find
from udsyn.evidence.funds.ranking import meaning
from udsyn.evidence.funds.sketch import Partner, fitting_sketch, placed, read_sketch
from udsyn.record.calls import load
from udsyn.record.ingest import ingest_openalex

ON = dt.date(2026, 3, 2)
LISTS = """snapshot,list_date,code,name,open_date,close_date,budget
a,2026-03-01,HORIZON-CL5-2026-01-D3-02,Low-temperature electrolysis for hydrogen,2026-01-01,2026-04-15,
a,2026-03-01,HORIZON-CL5-2026-01-D3-03,Splitting water with power,2026-01-01,2026-04-01,
a,2026-03-01,HORIZON-CL5-2026-01-D3-04,Wind farms at sea,2026-01-01,2026-04-01,
"""
SKETCH = """
title: Electrolysis
text: cells for hydrogen
partners: [{country: Denmark}, {organisation: "https://ror.org/0kr000001"}, {organisation: institution of one name}]
"""


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sketch")
    works = make_works(30, seed=2)
    names = {"I101": ("Invented Institute", "KR", "0kr000001"), "I102": ("Institution of one name", "DK", None)}
    names |= {"I103": ("Twice", "KR", None), "I104": ("Twice", "DK", None)}
    for work in works:
        for authorship in work["authorships"]:
            for place in authorship["institutions"]:
                told = names.get(place["id"].removeprefix(OPENALEX))
                if told:
                    place["display_name"], place["country_code"] = told[:2]
                    place["ror"] = told[2] and f"https://ror.org/{told[2]}"
    write_snapshot(folder / "world", works)
    ingest_openalex(folder / "world", folder / "record")
    (folder / "lists.csv").write_text(LISTS, encoding="utf-8")
    load(folder / "record", folder / "lists.csv", "dated-lists", retrieved=ON)
    (folder / "sketch.yaml").write_text(SKETCH, encoding="utf-8")
    return folder


def test_a_sketch_is_answered_for_its_partners(record):
    (row,) = fitting_sketch(record / "record", read_sketch(record / "sketch.yaml"), ON)
    assert row["id"] == "HORIZON-CL5-2026-01-D3-02"
    assert row["partners"] == ["Denmark (DK)", "Invented Institute (KR)", "Institution of one name (DK)"]
    assert row["verdict"] == "money"
    assert "three countries" in row["would_change"], "two countries are one too few"


def test_organisations_that_are_not_one_are_told(record):
    with pytest.raises(NotHeld, match="holds no organisation Nobody"):
        placed(record / "record", [Partner(organisation="Nobody")])
    with pytest.raises(UsageError, match="organisations in DK, KR"):
        placed(record / "record", [Partner(organisation="twice")])
    with pytest.raises(UsageError, match="no country"):
        placed(record / "record", [Partner(country="Atlantis")])


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("title: [", "is no YAML"),
        ("title: A", "partners"),
        ("title: A\npartners: []", "partners"),
        ("title: A\npartners: [{country: DK, organisation: B}]", "a country or an organisation"),
        ("title: A\npartners: [{country: DK}]\nmoney: 5", "money"),
        ("just words", "sketch"),
    ],
)
def test_a_sketch_that_is_none_is_refused(text, error, tmp_path):
    (tmp_path / "sketch.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UdsynError, match=error):
        read_sketch(tmp_path / "sketch.yaml")


def two_words(texts):
    """A model for which hydrogen, electrolysis and the splitting of water are one, and all else another."""
    told = [any(word in text.lower() for word in ("electroly", "splitting")) for text in texts]
    return np.array([[1.0, 0.0] if one else [0.0, 1.0] for one in told])


def test_meaning_finds_what_shares_no_word(record):
    lexical = find(record / "record", "electrolysis", ON)
    assert [(row["id"][-2:], row["near"]) for row in lexical] == [("02", None)]
    near = find(record / "record", "electrolysis", ON, embed=two_words)
    assert [(row["id"][-2:], row["near"]) for row in near] == [("02", 1.0), ("03", 1.0)]
    assert near[1]["reasons"] == [], "no common word is a reason"
    assert near[1]["score"] == 1.0
    assert meaning("anything", [], two_words) == []


def test_the_command_lists_and_says_what_lacks(record, monkeypatch):
    asked = ["funds", "sketch", str(record / "sketch.yaml"), "--on", "2026-03-02", "--record", str(record / "record")]
    told = CliRunner().invoke(udsyn, [*asked, "--format", "json"])
    assert told.exit_code == 0, told.output
    assert len(json.loads(told.stdout)) == 1
    monkeypatch.setattr(semantic, "is_installed", lambda: False)
    refused = CliRunner().invoke(udsyn, [*asked, "--semantic"])
    assert isinstance(refused.exception, UsageError)
    assert "udsyn[semantic]" in str(refused.exception)


@pytest.mark.skipif(not semantic.is_installed(), reason="the semantic extra is not installed")
def test_the_real_model_finds_what_shares_no_word():
    titles = ["Splitting water with electric power", "Wind farms at sea", "Rights of children"]
    near = meaning("electrolysis", titles, semantic.embed)
    assert near[0] == max(near) > 0
