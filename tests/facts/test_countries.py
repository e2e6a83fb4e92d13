"""Country labels of all sources resolve in one place."""

from __future__ import annotations

from datetime import date

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from udsyn.facts import cities, countries


@pytest.mark.parametrize(
    ("label", "iso2"),
    [
        ("DK", "DK"),
        ("dnk", "DK"),
        ("Danmark", "DK"),
        ("Turkey", "TR"),
        ("Türkiye", "TR"),
        ("Turkiye", "TR"),
        ("South Korea", "KR"),
        ("Korea, Republic of", "KR"),
        ("North Korea", "KP"),
        ("UK", "GB"),
        ("EL", "GR"),
        ("NA", "NA"),
        ("Namibia", "NA"),
        ("Côte d’Ivoire", "CI"),
        ("Congo, Democratic Republic of the", "CD"),
        ("HK", "HK"),
        ("Taiwan", "TW"),
        ("XK", "XK"),
        ("Burma", "MM"),
        ("Sydkorea", "KR"),
        # as the Web of Science, Scopus and the World Bank shorten and turn names round
        ("Peoples R China", "CN"),
        ("U ARAB EMIRATES", "AE"),
        ("Equat Guinea", "GQ"),
        ("Dominican Rep", "DO"),
        ("Cent Afr Rep", "CF"),
        ("Congo, Dem. Rep.", "CD"),
        ("Congo, Rep.", "CG"),
        ("Korea, Dem. People's Rep.", "KP"),
        ("Republic of Korea", "KR"),
        ("Iran (Islamic Republic of)", "IR"),
        ("Syrian Arab Rep.", "SY"),
        ("St. Vincent and the Grenadines", "VC"),
        ("St. Kitts & Nevis", "KN"),
        ("Micronesia, Fed. Sts.", "FM"),
        ("Macao SAR, China", "MO"),
        ("Somalia, Fed. Rep.", "SO"),
        ("Marshall Island", "MH"),
        ("Virgin Islands (U.S.)", "VI"),
        # in other languages
        ("Deutschland", "DE"),
        ("Österreich", "AT"),
        ("Brasil", "BR"),
        ("España", "ES"),
        ("Pays-Bas", "NL"),
        ("Polska", "PL"),
        ("Suomi", "FI"),
        ("Ísland", "IS"),
    ],
)
def test_labels(label: str, iso2: str) -> None:
    assert countries.resolve(label) == iso2


@pytest.mark.parametrize(
    "label", ["中国", "Дания", "ישראל", "?", "of the", "Republic", "United", "Congo Republic Rep X"]
)
def test_what_names_no_country_is_none(label: str) -> None:
    assert countries.resolve(label) is None
    assert countries.resolve_group(label) is None


@pytest.mark.parametrize("label", ["World", "EU-27", "European Union", "Europe", "Other Europe, 2020", "Unassigned"])
def test_groups_are_recognised_and_are_no_countries(label: str) -> None:
    assert countries.resolve(label) is None
    assert countries.resolve_group(label) is not None


def test_what_stays_unresolved_is_kept() -> None:
    resolver = countries.Resolver()
    assert [resolver(label) for label in ("Narnia", "DK", "Narnia", None, "World")] == [None, "DK", None, None, "WORLD"]
    assert resolver.unresolved == {"Narnia": 2, "": 1}


@given(st.sampled_from(list(pycountry.countries)))
def test_every_iso_code_and_name_resolves_to_itself(entry: object) -> None:
    for attribute in ("alpha_2", "alpha_3", "name"):
        assert countries.resolve(getattr(entry, attribute)) == entry.alpha_2  # type: ignore[attr-defined]


@given(st.sampled_from([country.iso2 for country in countries.listed()]), st.sampled_from(["en", "da"]))
def test_shown_names_resolve_back(iso2: str, language: str) -> None:
    assert countries.resolve(countries.names(iso2)[language]) == iso2


def test_names_and_continents() -> None:
    assert countries.names("KR") == {"en": "South Korea", "da": "Sydkorea"}
    assert countries.name("HK") == "Hong Kong"
    assert countries.continent("DK") == "Europe"
    assert countries.continent("NA") == "Africa"
    assert countries.name("ZZ") == "ZZ"


def test_memberships_are_dated() -> None:
    assert len(countries.members("EU", date(2022, 1, 1))) == 27
    assert len(countries.members("EU", date(2019, 1, 1))) == 28
    assert "GB" not in countries.members("EU", date(2021, 1, 1))
    assert len(countries.members("OECD", date(2022, 1, 1))) == 38
    assert "NORDIC" in countries.groups_of("DK")


@pytest.mark.parametrize(
    ("typed", "english", "danish"),
    [
        ("Munich", "Munich", "München"),
        ("münchen", "Munich", "München"),
        (" Copenhagen", "Copenhagen", "København"),
        ("Seoul", "Seoul", "Seoul"),
        ("Town hall, Munich", "Town hall, Munich", "Town hall, Munich"),
        ("", "", ""),
    ],
)
def test_a_city_is_called_by_its_name_in_a_language_and_else_as_it_was_typed(typed, english, danish):
    assert (cities.name(typed, "en"), cities.name(typed, "da")) == (english, danish)
