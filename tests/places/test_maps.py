"""Maps: what is drawn lies where it should, labels do not overlap, and the sources stand on the map."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from udsyn.briefs import maps
from udsyn.briefs.outlines import EqualEarth, outlines

SPOTS = pl.DataFrame(
    {
        "name": ["Seoul", "São Paulo", "Tel Aviv-Yafo", "Aarhus"],
        "countries": ["KR", "BR", "IL", "DK"],
        "lat": [37.57, -23.55, 32.08, 56.16],
        "lon": [126.98, -46.63, 34.78, 10.2],
        "share": [0.03, 0.02, 0.01, 0.005],
        "home_works": [40, 3, 0, 100],
    }
)
HOME = maps.Mark("Copenhagen", 55.68, 12.57)


def test_equal_earth_at_known_points() -> None:
    x, y = EqualEarth()([0, 180, 0], [0, 0, 90])
    assert x == pytest.approx([0, 2.70663, 0], abs=1e-5)
    assert y == pytest.approx([0, 0, 1.31737], abs=1e-5)


def test_every_country_has_an_outline_and_none_jumps_over_the_map() -> None:
    world = outlines("110m")
    assert {"DK", "KR", "BR", "IL", "US", "IN", "CN", "DE"} <= {outline.country for outline in world}
    for outline in (*world, *outlines("50m")):
        for polygon in outline.polygons:
            assert np.abs(np.diff(polygon[0][:, 0])).max() < 180


def test_the_map_says_names_and_sources() -> None:
    drawn = maps.svg(maps.hotspot_map(SPOTS, centres=[maps.Mark("Shanghai", 31.2, 121.5)], home=HOME, source="Mine"))
    for said in ("São Paulo", "Tel Aviv-Yafo", "Aarhus", "Seoul", "Shanghai", "Natural Earth", "GeoNames", "Mine"):
        assert said in drawn


def test_a_partner_map_draws_the_partner_only() -> None:
    drawn = maps.svg(maps.partner_map(SPOTS, "KR", home=HOME))
    assert "Seoul" in drawn
    assert "Aarhus" not in drawn


def test_a_partner_without_hotspots_still_has_a_map() -> None:
    assert "Natural Earth" in maps.svg(maps.partner_map(SPOTS, "NZ", centres=[maps.Mark("Auckland", -36.8, 174.8)]))


def test_the_page_works_offline_and_has_a_table() -> None:
    whole = maps.page(maps.hotspot_map(SPOTS, interactive=True), SPOTS, "Hot-spots <1>")
    assert "<script src=" not in whole
    assert "Hot-spots &lt;1&gt;" in whole
    assert "<td>Tel Aviv-Yafo</td>" in whole
    # in the page itself, not in a text of the bundled library that also speaks of bodies
    body, heading, chart, table = (whole.rindex(tag) for tag in ("<body>", "<h1>", '<div id="vega-chart">', "<table>"))
    assert body < heading < chart < table


@pytest.mark.parametrize("whole", ["the world", "the works held"])
def test_the_slider_says_what_shares_are_shares_of(whole: str) -> None:
    text = maps.hotspot_map(SPOTS, interactive=True, whole=whole).to_json()
    assert f"share of {whole} at least" in text
    assert "share of" not in maps.hotspot_map(SPOTS, whole=whole).to_json()


def test_arcs_break_at_the_edge_of_the_world() -> None:
    frame = maps.world_frame(900)
    assert len(maps.arc(frame, (35.7, 139.7), (37.4, -122.1))) == 2
    assert len(maps.arc(frame, (55.7, 12.6), (37.4, -122.1))) == 1


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 200), st.floats(3, 20)), max_size=25))
def test_labels_overlap_neither_labels_nor_the_frame(points: list[tuple[float, float, float]]) -> None:
    named = [(x, y, r, f"City {number}") for number, (x, y, r) in enumerate(points)]
    placed = maps.place_labels(named, 300, 200)
    boxes = [
        maps.Box(row["x"], row["y"] - 6.5, row["x"] + 0.56 * maps.FONT_SIZE * len(row["text"]) + 2, row["y"] + 6.5)
        for row in placed
    ]
    for number, box in enumerate(boxes):
        assert box.inside(300, 200)
        assert not any(box.meets(other) for other in boxes[:number])
