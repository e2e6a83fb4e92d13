"""Who is listed and who only seems to be: verdicts by name, country and day, each with its reason."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from tests.invented_lists import body, whole

from udsyn.evidence.safeguards import asking, bodies, entries, identity, names, whereabouts
from udsyn.evidence.safeguards.body import Body
from udsyn.evidence.safeguards.identity import Lists, Verdict
from udsyn.evidence.safeguards.names import Name
from udsyn.record.ingest import ingest_openalex, ingest_register
from udsyn.record.lists.load import load

TODAY = dt.date(2026, 11, 27)
NO_ADDRESS = {"address": ""}


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Lists:
    folder = tmp_path_factory.mktemp("lists")
    rows = [
        body("1", "Omsk Institute of Wave Physics", alias="Омский институт физики волн; OIWP"),
        body("1", "Omsk Institute of Wave Physics", measure="Asset freeze", startDate="23.4.2026", annex="I"),
        body("2", "Ministry of Waves", programKey="EU-IRN", **NO_ADDRESS),
        body("3", "Wave Brigade", programKey="EU-TERR", **NO_ADDRESS),
        body("4", "Harbin University of Aeronautics and Astronautics", address="Harbin, People’s Republic of China"),
        body("5", "46th Institute of Waves"),
        body("6", "Nomen Nescio", schema="Person", birthDate="2.1.1950", address=""),
        body("7", "Undated Wave Yard", startDate=""),
        body("8", "Hong Kong Wave Supply Ltd", address="Unit 5, Kowloon, Hong Kong; Moscow, Russia."),
    ]
    load(folder / "record", whole(folder, "32014R9833", rows), "eu-acts")
    return Lists(entries.held(folder / "record"))


def verdicts(lists: Lists, name: str, country: str | None, day: dt.date = TODAY) -> list[Verdict]:
    ((_, found),) = identity.judge(lists, [Body(name, country)], day)
    return found


def gist(found: list[Verdict]) -> list[tuple[str, str]]:
    return [(verdict.verdict, verdict.entry.measure) for verdict in found]


def test_a_measure_counts_from_its_own_day(lists: Lists) -> None:
    before, between = dt.date(2022, 2, 24), dt.date(2026, 4, 22)
    name = "Omsk Institute of Wave Physics"
    assert gist(verdicts(lists, name, "RU")) == [("is", "Asset freeze"), ("is", "Export control")]
    assert gist(verdicts(lists, name, "RU", between)) == [("is", "Export control"), ("is_not", "Asset freeze")]
    assert [verdict for verdict, _ in gist(verdicts(lists, name, "RU", before))] == ["is_not", "is_not"]
    assert "from 2026-04-23" in str(verdicts(lists, name, "RU", between)[1].reason)
    assert gist(verdicts(lists, "Undated Wave Yard", "RU", dt.date(1990, 1, 1))) == [("is", "Export control")]


def test_an_equal_name_elsewhere_is_refused_with_the_reason(lists: Lists) -> None:
    (found,) = verdicts(lists, "Ministry of Waves", "NO")
    assert found.verdict == "is_not"
    assert "EU-IRN" in str(found.reason), "where neither column nor address says, the programme does, and it is said"
    assert "Iran" in str(found.reason)
    assert "Norway" in str(found.reason)
    assert gist(verdicts(lists, "Ministry of Waves", "IR")) == [("is", "Export control")]


def test_a_programme_of_no_single_country_is_a_question(lists: Lists) -> None:
    (found,) = verdicts(lists, "Wave Brigade", "FR")
    assert (found.verdict, "EU-TERR" in str(found.reason)) == ("ask", True)
    assert verdicts(lists, "Ministry of Waves", None)[0].verdict == "ask", "a partner of unknown country is asked"


@pytest.mark.parametrize(
    ("name", "country", "expected"),
    [
        ("Harbin University", "CN", []),
        ("Harbin University of Astronautics", "CN", ["ask"]),
        ("47th Institute of Waves", "RU", []),
        ("Omsk University", "RU", []),
        ("OMSK INSTITUTE OF WAVE-PHYSICS", "RU", ["is", "is"]),
        ("Оmsk Institute оf Wave\u200b Physics", "RU", ["is", "is"]),
        ("Physics, Institute of Wave, Omsk", "RU", ["ask", "ask"]),
        ("Federal State Budgetary Institution Omsk Institute of Wave Physics", "RU", ["ask", "ask"]),
        ("Omskiy institut fiziki voln", "RU", ["is"]),
        ("OIWP", "RU", ["ask"]),
        ("Hong Kong Wave Supply", "HK", ["ask"]),
        ("Hong Kong Wave Supply Ltd", "RU", ["is"]),
        ("Nomen Nescio", "RU", []),
    ],
)
def test_names_that_are_hidden_and_names_that_share_words(
    lists: Lists, name: str, country: str, expected: list[str]
) -> None:
    found = verdicts(lists, name, country)
    assert [verdict.verdict for verdict in found][: len(expected) or None] == expected, [str(v.reason) for v in found]


def test_a_person_is_never_more_than_a_question(lists: Lists) -> None:
    (found,) = identity.people(lists, "NESCIO, Nomen", TODAY)
    assert (found.verdict, "2.1.1950" in str(found.reason)) == ("ask", True)


def test_what_stands_behind_a_body_is_asked(lists: Lists) -> None:
    parent = Body("Omsk Institute of Wave Physics", "RU")
    ((_, found),) = identity.judge(lists, [Body("Laboratory of Foam", "RU", related=(("parent", parent),))], TODAY)
    assert [verdict.verdict for verdict in found] == ["ask", "ask"]
    assert "parent in ROR" in str(found[0].reason)


def test_countries_of_addresses() -> None:
    said = {
        "423570 Russian Federation": "RU",
        "Tehran (Iran)": "IR",
        "Pyongyang, DPRK.": "KP",
        "Room 304 Minsk 220004 Belarus": "BY",
        "1 High Street, Damascus, Syria (at the time of listing)": "SY",
        "Beijing, China, 100000": "CN",
        "Main Street, Reading": None,
        "Springfield, IL": None,
    }
    assert {address: whereabouts.country_of(address) for address in said} == said
    programmes = {
        "EU-IRN": "IR",
        "EU-HR": None,
        "EU-UKR": None,
        "EU-PRK": "KP",
        "EU-TAQA-EUAQ": None,
        "IRAN; NPWMD": "IR",
    }
    assert {key: whereabouts.programme_country(key) for key in programmes} == programmes


def test_forms_are_told_from_names() -> None:
    assert Name("OOO “Волна”").core == ("volna",)
    assert Name("Wave Company Limited").core == ("wave",)
    assert Name("Ltd").core == ("ltd",), "a name of nothing but a form keeps it"
    weight = names.Weights([Name("Institute of Waves"), Name("Institute of Foam")])
    assert names.likeness(Name("Institute of Waves"), Name("Institute of Foam"), weight) < names.SIMILAR


@pytest.mark.parametrize(
    ("asked", "is_near"),
    [
        ("Omsk Research Institute", True),  # a word left out
        ("Omsk Television Research Institute Waves", False),  # a word too many
        ("Omsk Research", False),  # too little is left
        ("Omsk Radio Institute", False),  # another word in its place
        ("Omsk Institute", False),  # two left out
    ],
)
def test_a_name_that_lacks_one_word_is_put_before_a_person(asked: str, is_near: bool) -> None:
    listed = Name("Omsk Television Research Institute")
    assert names.is_near(names.SHORTENED, Name(asked), listed) is is_near
    assert not names.is_near(names.SHORTENED - 0.01, Name(asked), listed)


def data() -> Path:
    if not os.environ.get("UDSYN_DATA"):
        pytest.skip("UDSYN_DATA names no folder of real data")
    return Path(os.environ["UDSYN_DATA"])


def test_the_real_record_register_and_acts(tmp_path: Path) -> None:
    folder, record = data(), tmp_path / "record"
    load(record, folder / "sanctions", "eu-acts")
    ingest_register("ror", folder / "registers" / "ror_records.jsonl.gz", record)
    ingest_openalex(folder / "works" / "geoscience" / "works.jsonl.gz", record)
    found = asking.screen(record, TODAY)
    listed = {row["name"]: (row["works"], row["measures"]) for row in found if row["verdict"] == "is"}
    assert {name: said for name, said in listed.items() if said[0]} == {
        "Skolkovo Institute of Science and Technology": (54, ["Export control"]),
        "Moscow Institute of Physics and Technology": (6, ["Asset freeze", "Export control"]),
    }
    register = [row for row in found if row["verdict"] == "is" and not row["name"].startswith("Skolkovo Institute")]
    assert len(register) == 13, "the rows of the register whose name and country are a listed one's"
    refused = [row for row in found if row["verdict"] == "is_not"]
    assert len(refused) >= 21
    assert all(row["reason"].startswith("The names are the same, but") for row in refused)
    assert {"Institute of High Energy Physics", "Ministry of Energy"} <= {row["name"] for row in refused}
    assert "Nanjing University" not in {row["name"] for row in found}

    one = bodies.by_ror(record, bodies.ror_id("00v0z9322")).body
    dated = {verdict.entry.measure: verdict.entry.in_force_from for verdict in asking.check(record, one, TODAY)}
    assert dated == {"Asset freeze": "2026-04-23", "Export control": "2022-02-25"}
    between = asking.check(record, one, dt.date(2026, 4, 22))
    assert gist(between) == [("is", "Export control"), ("is_not", "Asset freeze")]
