"""The shipped facts load, name their sources, and say "unknown" where sources do not say."""

from __future__ import annotations

import json
from datetime import date

import pytest

from udsyn import cli, facts
from udsyn.errors import UdsynError
from udsyn.facts import store
from udsyn.facts.models import Agreement, Fact, earliest, latest

ALL = [(kind, fact) for kind, found in facts.everything().items() for fact in found]


@pytest.mark.parametrize(("kind", "fact"), ALL, ids=[fact.id for _, fact in ALL])
def test_every_fact_names_a_source_with_an_address(kind: str, fact: Fact) -> None:
    assert fact.sources
    for key in fact.sources:
        source = facts.sources()[key]
        assert source.title
        assert all(url.startswith("http") for url in source.urls)
    for part in (getattr(fact, "rules", None), *getattr(fact, "rounds", ())):
        assert set(getattr(part, "sources", ())) <= set(facts.sources())


def test_ids_are_unique_across_kinds() -> None:
    ids = [fact.id for _, fact in ALL]
    assert len(ids) == len(set(ids))


def test_every_source_is_used() -> None:
    used = {key for _, fact in ALL for key in fact.sources}
    used |= {key for programme in facts.programmes() for key in programme.rules.sources}
    used |= set(store.read("countries")["sources"])
    used |= {key for group in store.groups() for key in group.sources}
    assert set(facts.sources()) <= used


def test_register_of_agreements() -> None:
    """The eight agreement countries of 2019, with the day, month or year of each signature."""
    signed = {(a.partner("DK"), a.signed) for a in facts.agreements(home="DK")}
    assert {
        ("BR", "2011-02-17"),
        ("IN", "2004-10"),
        ("IN", "2018-05-22"),
        ("IL", "2007-08"),
        ("CN", "2007-09"),
        ("JP", "2008-01-23"),
        ("KR", "2012-05-15"),
        ("TR", "2014-03-17"),
        ("US", "2009-09-15"),
    } <= signed
    assert {a.signed for a in facts.agreements("CH", home="DK")} == {"2024-03-20"}


def test_unknown_duration_is_unknown_not_no_expiry() -> None:
    for agreement in facts.agreements():
        assert agreement.duration_years is None
        assert agreement.auto_renew is None
        assert agreement.in_force(date(2090, 1, 1)) is None
    (korea,) = facts.agreements("KR")
    assert korea.in_force(date(2012, 5, 14)) is False
    assert korea.in_force(date(2020, 1, 1)) is True
    (turkey,) = facts.agreements("TR")
    assert turkey.in_force(date(2020, 1, 1)) is None


def test_the_eight_of_2019_are_confirmed_by_the_page_of_that_day() -> None:
    """Brazil, India, Israel, China, Japan, South Korea, Turkey and the United States stand on it, and no other."""
    page = [
        (found.partner("DK"), found.in_force(date(2019, 7, 17)))
        for found in facts.agreements(home="DK")
        for one in found.confirmations
        if (one.day, one.source) == ("2019-07-17", "ufm-background")
    ]
    assert sorted(page) == [(code, True) for code in ("BR", "CN", "IL", "IN", "JP", "KR", "TR", "US")]
    (turkey,) = facts.agreements("TR")
    assert turkey.confirmed_on == "2019-07-17"
    assert turkey.in_force(date(2019, 7, 18)) is None
    (korea,) = facts.agreements("KR")
    assert korea.confirmed_on == "2024-03-20"


def test_fields_have_the_day_and_the_page_that_names_them() -> None:
    (korea,) = facts.agreements("KR")
    assert korea.fields_by(2012) == ("green technology",)
    assert korea.fields_by(2023) == ("green technology", "hydrogen", "quantum")
    assert {one.field: one.source for one in korea.named}["hydrogen"] == "korea-2023"
    (china,) = facts.agreements("CN")
    assert china.fields_by(2099) == ()  # named by a later page, from when is unknown
    assert china.fields == ("green energy", "clean technology", "life science")
    (turkey,) = facts.agreements("TR")
    assert turkey.fields == ()
    assert [(one.field, one.role) for one in turkey.named] == [("energy", "demand"), ("health", "demand")]
    row = {
        "id": "x",
        "title": "X",
        "countries": ["DK", "KR"],
        "kind": "agreement",
        "valid_from": 2012,
        "sources": ["s"],
    }
    named = [{"field": "energy", "named_on": 2012, "source": "other"}]
    with pytest.raises(UdsynError, match="other is not among its sources"):
        store.validate("agreements", Agreement, [row | {"named": named}])


def test_centres_over_time() -> None:
    opened = {centre.id: centre.year for centre in facts.centres(home="DK")}
    assert opened == {
        "silicon-valley": 2006,
        "shanghai": 2007,
        "munich": 2008,
        "sao-paulo": 2013,
        "india": 2013,
        "seoul": 2013,
        "tel-aviv": 2016,
        "boston": 2019,
    }
    (brazil,) = facts.centres("BR")
    standing = [brazil.in_force(date(*day)) for day in ((2012, 1, 1), (2015, 1, 1), (2021, 1, 1), (2023, 1, 1))]
    assert standing == [False, True, None, False]
    assert len(facts.in_force("centres", date(2022, 6, 1))) == 7


def test_partial_dates_cover_what_they_can_mean() -> None:
    assert (earliest("2012"), latest("2012")) == (date(2012, 1, 1), date(2012, 12, 31))
    assert latest("2024-02") == date(2024, 2, 29)


def test_treatments_are_seen_from_either_side() -> None:
    treated = facts.treatments("DK")
    assert (treated["KR"].year, treated["KR"].centre_year) == (2012, 2013)
    assert (treated["US"].year, treated["US"].centre_year) == (2009, 2006)
    assert (treated["DE"].year, treated["ZA"].year) == (None, None)
    assert facts.treatments("KR")["DK"].year == 2012
    assert facts.treatments("AR") == {}


def test_published_figures_rise_from_1981_to_2021() -> None:
    values = [f.value for f in facts.figures("DK", "international_share") if f.sources == ("aksnes-2023",)]
    assert values == sorted(values) == [0.22, 0.26, 0.33, 0.43, 0.48, 0.55, 0.58, 0.66, 0.70]


def test_home_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UDSYN_HOME", raising=False)
    assert facts.home() == "DK"
    monkeypatch.setenv("UDSYN_HOME", "Norway")
    assert facts.home() == "NO"
    monkeypatch.setenv("UDSYN_HOME", "Narnia")
    with pytest.raises(UdsynError, match="Narnia is not a country"):
        facts.home()


def test_a_wrong_fact_does_not_load() -> None:
    row = {"id": "x", "title": "X", "countries": ["DK", "KR"], "kind": "agreement", "valid_from": 2012}
    with pytest.raises(UdsynError, match=r"agreements.yaml, x: sources Field required"):
        store.validate("agreements", Agreement, [row])
    with pytest.raises(UdsynError, match="before it begins"):
        store.validate("agreements", Agreement, [row | {"sources": ["s"], "valid_to": 2010}])
    with pytest.raises(UdsynError, match="not a day, month or year"):
        store.validate("agreements", Agreement, [row | {"sources": ["s"], "valid_from": "spring 2012"}])


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    cli.main(["facts", *arguments])
    return capsys.readouterr().out


def test_command_lists_and_shows(capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(run(capsys, "list", "agreements", "--country", "South Korea", "--format", "json"))
    assert [(row["id"], row["valid_to"]) for row in rows] == [("dk-kr-2012", None)]
    assert "unknown" in run(capsys, "list", "agreements", "--country", "KR", "--format", "csv")
    shown = json.loads(run(capsys, "show", "seoul", "--format", "json"))
    assert shown["list"] == "centres"
    assert shown["valid_from"] == "2013"
    assert "https://" in shown["sources"][0]


def test_command_knows_countries(capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(run(capsys, "list", "countries", "--on", "2019-06-01", "--format", "json"))
    groups = {row["id"]: row["groups"] for row in rows}
    assert len(rows) == 250
    assert all(row["sources"] for row in rows)
    assert groups["GB"] == ["EU", "OECD"]
    shown = json.loads(run(capsys, "show", "South Korea", "--format", "json"))
    assert (shown["id"], shown["agreements"], shown["centres"]) == ("KR", ["dk-kr-2012"], ["seoul"])
    assert json.loads(run(capsys, "show", "grc", "--format", "json"))["list"] == "programmes"  # not Greece's GRC


@pytest.mark.parametrize("arguments", [["show", "nothing"], ["list", "--country", "Narnia"], ["list", "things"]])
def test_wrong_questions_end_with_one_line_and_status_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(["facts", *arguments])
    assert stop.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
