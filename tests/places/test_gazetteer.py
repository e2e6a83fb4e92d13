from __future__ import annotations

import numpy as np
import pytest

from udsyn.evidence.places import gazetteer


@pytest.mark.parametrize(
    ("lat", "lon", "name"),
    [
        (-23.55, -46.63, "São Paulo"),
        (32.08, 34.78, "Tel Aviv-Yafo"),
        (56.16, 10.20, "Aarhus"),
        (55.68, 12.53, "Copenhagen"),
        (40.65, -73.95, "New York City"),
        (35.65, 139.65, "Tokyo"),
        (42.36, -71.09, "Boston"),
        (37.57, 126.98, "Seoul"),
    ],
)
def test_a_place_is_called_after_its_city(lat: float, lon: float, name: str) -> None:
    city = gazetteer.nearest(np.array([lat]), np.array([lon]))[0]
    assert city is not None
    assert city.name == name


def test_the_open_sea_has_no_city() -> None:
    assert gazetteer.nearest(np.array([0.0]), np.array([-150.0])) == [None]
    assert gazetteer.name_cluster(np.array([0.0]), np.array([-150.0]), np.array([1.0])) == []


@pytest.mark.parametrize(
    ("name", "country", "found"),
    [
        ("Sao Paulo", "BR", "São Paulo"),
        ("Tel-Aviv", "IL", "Tel Aviv-Yafo"),
        ("AARHUS", "DK", "Aarhus"),
        ("Århus", "DK", "Aarhus"),
        ("København", "DK", "Copenhagen"),
        ("Cambridge", "US", "Cambridge"),
    ],
)
def test_a_city_is_found_by_any_of_its_names(name: str, country: str, found: str) -> None:
    city = gazetteer.find(name, country)
    assert city is not None
    assert city.name == found


def test_unknown_names_are_unknown() -> None:
    assert gazetteer.find("Nowhere at all", "DK") is None
    assert gazetteer.find(None, "DK") is None


def test_a_cluster_is_named_after_its_largest_cities() -> None:
    lat, lon = np.array([55.68, 55.60, 55.61]), np.array([12.57, 13.00, 13.01])
    assert [c.name for c in gazetteer.name_cluster(lat, lon, np.array([5.0, 2.0, 1.0]))] == ["Copenhagen", "Malmö"]
    assert [c.name for c in gazetteer.name_cluster(lat, lon, np.array([99.0, 0.5, 0.5]))] == ["Copenhagen"]
