"""The table of countries, cell by cell: written by hand from the sources, not from the packs."""

from __future__ import annotations

import datetime as dt

import pytest

from udsyn import packs
from udsyn.errors import UsageError
from udsyn.evidence.funds.eligible import PROGRAMMES, VERDICTS, eligible
from udsyn.facts import countries

M, N, R = "money", "no_money", "read_text"
DAYS = [dt.date(2023, 6, 1), dt.date(2025, 6, 1), dt.date(2026, 3, 2)]
#: country → verdicts on the three days, for the parts 1, 2 and 3
HORIZON = {
    "DK": ([M, M, M], [M, M, M], [M, M, M]),
    "DE": ([M, M, M], [M, M, M], [M, M, M]),
    "NO": ([M, M, M], [M, M, M], [M, M, M]),
    "IL": ([M, M, M], [M, M, M], [M, M, M]),
    "TR": ([M, M, M], [M, M, M], [M, M, M]),
    "CH": ([N, M, M], [N, M, M], [N, M, M]),  # from 1 January 2025
    "GB": ([N, M, M], [N, M, M], [N, M, M]),  # from 1 January 2024
    "KR": ([N, N, N], [N, M, M], [N, N, N]),  # Pillar II, from 1 January 2025
    "JP": ([N, N, N], [N, N, M], [N, N, N]),  # Pillar II, from the work programme 2026-2027
    "CA": ([N, N, N], [N, M, M], [N, N, N]),  # Pillar II, from 2024
    "NZ": ([N, N, N], [M, M, M], [N, N, N]),  # Pillar II, from 2023
    "US": ([N, N, N], [N, N, N], [N, N, N]),
    "CN": ([N, N, N], [N, N, N], [N, N, N]),
    "IN": ([N, N, N], [N, N, N], [N, N, N]),
    "BR": ([N, N, N], [N, N, N], [N, N, N]),
    "MX": ([N, N, N], [N, N, N], [N, N, N]),
    "RU": ([N, N, N], [N, N, N], [N, N, N]),
    "ZA": ([M, M, M], [M, M, M], [M, M, M]),
    "VN": ([M, M, M], [M, M, M], [M, M, M]),
    "EG": ([R, R, R], [R, R, R], [R, R, R]),  # not in the table: the Programme Guide decides
}
OTHERS = {
    "eurostars": {M: "DK KR IL ZA TR CA SG CH GB NO SE DE", N: "US JP CN IN BR VN AU"},
    "nih": {M: "US", R: "DK KR CN GB BR"},
    "nsf": {M: "US", N: "DK KR CN GB BR"},
    "ifd": {M: "DK", R: "KR DE US"},
    "sea-europe": {R: "DK DE CH GB VN TH SG ID", N: "KR JP US CN IN AU"},
    "dff": {M: "DK", R: "KR DE US CN GB"},
    "weave": {M: "AT BE CH CZ DE LU PL SI", R: "DK SE NO FR GB", N: "KR JP US CN IN BR IL ZA"},
}


@pytest.mark.parametrize("country", HORIZON)
@pytest.mark.parametrize("part", [1, 2, 3])
def test_horizon_europe_by_country_part_and_day(country: str, part: int) -> None:
    for day, expected in zip(DAYS, HORIZON[country][part - 1], strict=True):
        (row,) = eligible([country], f"horizon/{part}", day)
        assert row["verdict"] == expected, (country, part, day)
        assert row["clause"]
        assert row["source"]
        assert row["url"].startswith("https://")


@pytest.mark.parametrize("programme", OTHERS)
def test_other_programmes_by_country(programme: str) -> None:
    for verdict, codes in OTHERS[programme].items():
        found = eligible(codes.split(), programme, dt.date(2026, 3, 2))
        assert [row["country"] for row in found if row["verdict"] != verdict] == []


@pytest.mark.parametrize(
    ("country", "day", "stands"),
    [
        ("CH", "2025-01-01", "transitional"),
        ("CH", "2025-11-09", "transitional"),
        ("CH", "2025-11-10", "provisional"),
        ("KR", "2026-03-02", "transitional"),
        ("JP", "2026-01-01", "transitional"),
        ("CA", "2024-07-02", "transitional"),
        ("CA", "2024-07-03", "signed"),
        ("GB", "2024-01-01", "in_force"),
    ],
)
def test_how_far_an_agreement_has_come(country: str, day: str, stands: str) -> None:
    (row,) = eligible([country], "horizon/2", dt.date.fromisoformat(day))
    assert (row["verdict"], row["stands"]) == (M, stands)


@pytest.mark.parametrize(
    ("country", "last_without"),
    [("CH", "2024-12-31"), ("GB", "2023-12-31"), ("KR", "2024-12-31"), ("JP", "2025-12-31")],
)
def test_the_day_before_there_is_no_money(country: str, last_without: str) -> None:
    day = dt.date.fromisoformat(last_without)
    assert eligible([country], "horizon/2", day)[0]["verdict"] == N
    assert eligible([country], "horizon/2", day + dt.timedelta(1))[0]["verdict"] == M


def test_what_would_change_the_answer() -> None:
    day = dt.date(2026, 3, 2)
    pair = eligible(["DK", "KR"], "horizon/2", day)
    assert all(row["would_change"].startswith("Add partners: three countries") for row in pair)
    assert [row["would_change"] for row in eligible(["DK", "KR", "DE"], "horizon/2", day)] == [None, None, None]
    # three countries that are funded, but South Africa is neither a member state nor associated
    assert all(row["would_change"] for row in eligible(["DK", "KR", "ZA"], "horizon/2", day))
    # Korea counts in Pillar II only from 2025
    assert eligible(["DK", "KR", "DE"], "horizon/2", dt.date(2024, 6, 1))[0]["would_change"]
    assert eligible(["DK"], "eurostars", day)[0]["would_change"].endswith("at most 36 months.")
    assert eligible(["DK", "VN"], "sea-europe", day)[0]["would_change"].endswith(
        "two countries of one region and one of the other."
    )
    assert "Add partners" not in eligible(["DK", "DE", "VN"], "sea-europe", day)[0]["would_change"]
    assert eligible(["KR"], "ifd", day)[0]["would_change"].endswith("Add a Danish partner.")
    assert "Add" not in eligible(["DK", "KR"], "ifd", day)[1]["would_change"]
    assert "topic" in (eligible(["CN"], "horizon/2", day)[0]["would_change"] or "")
    assert eligible(["DK", "KR"], "horizon/2", day, language="da")[0]["would_change"].startswith("Find flere partnere")


def test_an_innovation_action_with_china_is_told_by_its_text() -> None:
    day = dt.date(2026, 3, 2)
    assert eligible(["CN"], "horizon/2", day, "innovation")[0]["verdict"] == R
    assert eligible(["CN"], "horizon/2", day, "research")[0]["verdict"] == N


def test_labels_of_sources_and_what_is_no_country() -> None:
    day = dt.date(2026, 3, 2)
    assert [row["country"] for row in eligible(["UK", "EL", "Türkiye", "Korea", "KR"], "eurostars", day)] == [
        "GB",
        "GR",
        "TR",
        "KR",
    ]
    for wrong in ("Narnia", "EU", ""):
        with pytest.raises(UsageError, match="no country"):
            eligible([wrong], "weave", day)
    with pytest.raises(UsageError, match="no programme"):
        eligible(["DK"], "horizon/4", day)
    with pytest.raises(UsageError, match="does not run on 2030"):
        eligible(["DK"], "horizon/1", dt.date(2030, 1, 1))


def test_every_country_has_an_answer() -> None:
    codes = [country.iso2 for country in countries.listed()]
    for programme in PROGRAMMES:
        found = eligible(codes, programme, dt.date(2026, 3, 2))
        assert len(found) == len(codes) > 200
        assert {row["verdict"] for row in found} <= set(VERDICTS)


def test_packs_give_known_answers_in_two_languages() -> None:
    for name, _ in PROGRAMMES.values():
        (pack,) = packs.versions(name)
        gives = [rule for rule in pack.rules if rule.gives is not None]
        assert {rule.gives for rule in gives} <= set(VERDICTS)
        assert all({"en", "da"} == set(rule.says) for rule in pack.rules)
        assert all({"en", "da"} == set(rule.unless) for rule in pack.rules if rule.unless)
