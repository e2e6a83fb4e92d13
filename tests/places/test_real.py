"""Hot-spots of real works: what everyone in the field would name must be there. Needs the folder UDSYN_DATA."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import orjson
import polars as pl
import pytest

from udsyn.evidence.chosen import Choice, choose
from udsyn.evidence.density import haversine_km
from udsyn.evidence.hotspots import POINTS, Settings, describe, hotspots, label, place
from udsyn.record.ingest import ingest_openalex

DATA = Path(os.environ.get("UDSYN_DATA", ""))
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
    result = hotspots(management, Choice(years), home="DK")
    assert first <= set(result.rows["name"].head(10))
    assert 0.02 < result.rows["share"][0] < 0.05
    assert any("Left out" in note for note in result.notes)


def test_hong_kong_and_beijing_grew_while_washington_did_not(management: Path) -> None:
    early, late = (
        dict(hotspots(management, Choice(years)).rows.select("name", "share").iter_rows())
        for years in ((2005, 2014), (2015, 2025))
    )
    assert late["Beijing"] > early.get("Beijing", 0.005)
    assert late["Washington"] < early["Washington"]


def test_geoscience_with_coordinates_from_ror(tmp_path: Path) -> None:
    ingest_openalex(DATA / "works" / "geoscience", tmp_path / "record")
    with gzip.open(DATA / "registers" / "ror_records.jsonl.gz") as lines:
        known = [orjson.loads(line) for line in lines]
    ror = pl.DataFrame(
        [(r["id"], r.get("city"), r.get("lat"), r.get("lng")) for r in known],
        schema={"ror": pl.String, "at": pl.String, "north": pl.Float64, "east": pl.Float64},
        orient="row",
    ).unique("ror", keep="first", maintain_order=True)
    with choose(tmp_path / "record", Choice((2015, 2025))) as chosen:
        points = chosen.frame(POINTS)
        rors = chosen.frame("SELECT institution, ror FROM institutions")
    points = points.join(rors, on="institution", how="left").join(ror, on="ror", how="left")
    points = points.with_columns(city=pl.coalesce("city", "at"), lat=pl.coalesce("lat", "north")).with_columns(
        lon=pl.coalesce("lon", "east")
    )
    spots = describe(label(place(points), Settings()), "fractional")
    for lat, lon in ((26.3, 50.1), (21.5, 39.2), (29.8, -95.4), (58.97, 5.73)):  # Dhahran, Jeddah, Houston, Stavanger
        assert haversine_km(lat, lon, spots["lat"].to_numpy(), spots["lon"].to_numpy()).min() < 25
