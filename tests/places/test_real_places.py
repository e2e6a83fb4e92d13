"""Hot-spots of real works: what everyone in the field would name must be there. Needs the folder UDSYN_DATA."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from udsyn.errors import UsageError
from udsyn.evidence.places.density import haversine_km
from udsyn.evidence.places.hotspots import hotspots
from udsyn.record.ingest import ingest_openalex, ingest_register

DATA = Path(os.environ.get("UDSYN_DATA", ""))
PAGE = Path(__file__).resolve().parents[2] / "docs" / "places.md"
pytestmark = pytest.mark.skipif(not (DATA / "works").is_dir(), reason="UDSYN_DATA names no folder with real works")


@pytest.fixture(scope="module")
def management(tmp_path_factory: pytest.TempPathFactory) -> Path:
    record = tmp_path_factory.mktemp("management") / "record"
    ingest_openalex(DATA / "works" / "management", record)
    return record


@pytest.mark.parametrize(
    ("years", "first"),
    [
        ((2005, 2014), {"Boston", "London", "New York City", "Washington", "Philadelphia"}),
        ((2015, 2025), {"Boston", "London", "New York City", "Hong Kong", "Singapore", "Copenhagen"}),
    ],
)
def test_management_and_innovation_research(management: Path, years: tuple[int, int], first: set[str]) -> None:
    result = hotspots(management, "DK", years=years)
    assert first <= set(result.rows["name"].head(10))
    assert any("Left out" in note for note in result.notes)


def test_the_manual_has_the_figures_of_the_journals(management: Path) -> None:
    early, late = (hotspots(management, years=years) for years in ((2005, 2014), (2015, 2025)))
    page = PAGE.read_text(encoding="utf-8")
    for one, other in zip(early.rows.head(10).to_dicts(), late.rows.head(10).to_dicts(), strict=True):
        growth = "0 %" if round(100 * other["growth"]) == 0 else f"{100 * other['growth']:+.0f} %"
        row = f"| {one['name']} | {one['share']:.1%} | | {other['name']} | {other['share']:.1%} | {growth} |"
        assert row.replace("%", " %").replace("  %", " %") in page
    missing = [re.findall(r"Left out: ([\d.]+)%", " ".join(found.notes))[0] for found in (early, late)]
    assert f"{missing[0]} % and {missing[1]} % of the weight has no place" in page


def test_hong_kong_and_beijing_grew_while_washington_did_not(management: Path) -> None:
    early, late = (
        dict(hotspots(management, years=years).rows.select("name", "share").iter_rows())
        for years in ((2005, 2014), (2015, 2025))
    )
    assert late["Beijing"] > early.get("Beijing", 0.005)
    assert late["Washington"] < early["Washington"]


def test_geoscience_with_coordinates_from_ror(tmp_path: Path) -> None:
    ingest_openalex(DATA / "works" / "geoscience", tmp_path / "record")
    with pytest.raises(UsageError, match="ingest institutions, or ROR"):
        hotspots(tmp_path / "record", years=(2015, 2025))
    ingest_register("ror", DATA / "registers" / "ror_records.jsonl.gz", tmp_path / "record")
    result = hotspots(tmp_path / "record", years=(2015, 2025))
    lat, lon = result.rows["lat"].to_numpy(), result.rows["lon"].to_numpy()
    for north, east in (
        (26.3, 50.1),
        (21.5, 39.2),
        (29.8, -95.4),
        (58.97, 5.73),
    ):  # Dhahran, Jeddah, Houston, Stavanger
        assert haversine_km(north, east, lat, lon).min() < 25
