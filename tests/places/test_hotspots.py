"""Hot-spots of a generated world: what was planted is found, and the figures agree with a plain count."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import adjusted_rand_score

from udsyn.cli import main
from udsyn.errors import UsageError
from udsyn.evidence.places.chosen import choose
from udsyn.evidence.places.density import NOISE, dbscan, haversine_km
from udsyn.evidence.places.hotspot import hotspot
from udsyn.evidence.places.hotspots import (
    COLUMNS,
    INTERVALS,
    POINTS,
    PRESETS,
    Settings,
    describe,
    hotspots,
    label,
    place,
)
from udsyn.evidence.places.measures import growth, poisson_trend, ratio_interval
from udsyn.evidence.question import Question
from udsyn.record.engine import Record
from udsyn.record.tables import UNITS

World = tuple[Path, dict[str, Any]]


def test_planted_hubs_are_hotspots_of_their_field(small_world: World) -> None:
    record, truth = small_world
    for hub in truth["hubs"]:
        found = hotspots(record, unit=("field", hub["field"])).rows
        away = haversine_km(hub["lat"], hub["lon"], found["lat"].to_numpy(), found["lon"].to_numpy())
        assert away.min() < 25, hub
        assert found["rank"][int(away.argmin())] <= 12, hub


def test_columns_ranks_and_intervals(small_world: World) -> None:
    record, _ = small_world
    rows = hotspots(record, home="DK", intervals=True).rows
    assert rows.columns == [*COLUMNS, *INTERVALS]
    assert hotspots(record).rows.columns == list(COLUMNS)
    assert hotspots(record).rows["home_works"].null_count() == hotspots(record).rows.height
    assert rows["rank"].to_list() == list(range(1, rows.height + 1))
    assert rows["share"].is_sorted(descending=True)
    assert rows["share"].sum() <= 1 + 1e-12  # of additions
    assert rows["id"].n_unique() == rows.height
    for name in ("share", "growth", "mncs", "home_share"):
        assert (rows[f"{name}_low"] <= rows[name]).all()
        assert (rows[name] <= rows[f"{name}_high"]).all()


def test_figures_agree_with_a_plain_count(small_world: World) -> None:
    path, _ = small_world
    with choose(path, Question()) as chosen:
        labelled = label(place(chosen.frame(POINTS)), Settings())
        links = chosen.frame(
            "SELECT work, institution, country, units, ncs FROM authorships JOIN chosen USING (work) ORDER BY ALL"
        )
    spot_of = dict(zip(labelled["institution"], labelled["spot"], strict=True))
    weight: dict[int, int] = {}
    works: dict[int, set[int]] = {}
    at_home: dict[int, set[int | None]] = {}
    scores: dict[int, float] = {}
    world = 0
    for work, institution, country, units, ncs in links.iter_rows():
        spot = spot_of.get(institution)
        if spot is not None:
            world += units
            weight[spot] = weight.get(spot, 0) + units
            scores[spot] = scores.get(spot, 0.0) + units * ncs
            works.setdefault(spot, set()).add(work)
        if country == "DK":
            at_home.setdefault(work, set()).add(spot)
    by_place = {(round(row["weight"], 6)): row for row in hotspots(path, home="DK").rows.iter_rows(named=True)}
    for spot in range(int(labelled["spot"].max()) + 1):  # type: ignore[arg-type]
        row = by_place[round(weight[spot] / UNITS, 6)]
        assert row["share"] == pytest.approx(weight[spot] / world, rel=1e-12)
        assert row["mncs"] == pytest.approx(scores[spot] / weight[spot], rel=1e-9)
        assert row["home_works"] == sum(bool(at_home.get(work, set()) - {spot}) for work in works[spot])


def test_the_same_record_gives_the_same_rows(small_world: World) -> None:
    record, _ = small_world
    once, again = (hotspots(record, "DK", unit="field/21").records() for _ in range(2))
    assert json.dumps(once) == json.dumps(again)


def test_a_city_stands_in_for_missing_coordinates() -> None:
    points = pl.DataFrame(
        {
            "institution": [1, 2, 3, 4],
            "fractional": [1.0] * 4,
            "country": ["DK", "BR", "DK", None],
            "city": ["Aarhus", "Sao Paulo", None, None],
            "lat": [None, 0.0, 55.0, None],
            "lon": [None, 0.0, 12.0, None],
        }
    )
    placed = place(points)
    assert placed["lat"][0] == pytest.approx(56.16, abs=0.05)
    assert placed["lon"][1] == pytest.approx(-46.6, abs=0.1), "0, 0 in the sea means unknown"
    assert placed["lat"][2] == 55.0
    assert placed["lat"][3] is None


def test_wipo_counts_listings(small_world: World) -> None:
    record, _ = small_world
    settings = Settings(minimum=40, weight="listings")
    assert PRESETS["wipo"].minimum == 4500
    assert PRESETS["wipo"].radius == 15
    result = hotspots(record, settings=settings)
    assert result.provenance.counting == "author listings"
    assert result.rows["weight"].sum() > hotspots(record).rows["weight"].sum()


def test_planted_cities_over_ten_seeds() -> None:
    # As the generated corpus lays them out: three in four institutions near their city, one in four far away.
    scores = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        cities = np.column_stack([rng.uniform(-40, 60, 40), rng.uniform(-180, 180, 40)])
        city = rng.choice(40, 2000, p=rng.dirichlet(np.full(40, 3.0)))
        out = rng.random(2000) < 0.25
        spread = np.where(out[:, None], [[1.6, 1.9]], [[0.06, 0.08]])
        at = cities[city] + rng.normal(0, 1, (2000, 2)) * spread
        weight = rng.gamma(0.4, 1.0, 2000)
        labels = dbscan(at[:, 0], at[:, 1], weight, radius=15.0, minimum=0.005 * weight.sum()).labels
        near = haversine_km(at[:, 0], at[:, 1], cities[city, 0], cities[city, 1]) <= 25
        alone = np.where(labels == NOISE, -np.arange(2000) - 1, labels)
        scores.append(adjusted_rand_score(city[near], alone[near]))
    assert min(scores) > 0.9
    assert np.mean(scores) > 0.95


def test_trend_recovers_growth_and_its_error() -> None:
    t = np.arange(12) - 5.5
    slope, error = poisson_trend(t, np.exp(4 + 0.1 * t))
    assert slope == pytest.approx(0.1, abs=1e-6)
    rng = np.random.default_rng(1)
    inside = 0
    for _ in range(200):
        slope, error = poisson_trend(t, rng.poisson(np.exp(3 + 0.1 * t)).astype(float))
        inside += abs(slope - 0.1) < 2.228 * error  # Student's quantile of ten degrees of freedom
    assert 0.90 <= inside / 200 <= 0.985


def test_growth_needs_three_complete_years() -> None:
    years = pl.DataFrame({"spot": [0, 0, 0], "year": [2020, 2021, 2022], "x": [1.0, 2.0, 4.0]})
    teams = pl.DataFrame({"spot": [0], "xx": [7.0], "tx": [-4.0], "tt": [6.0]})
    assert growth(years, teams, 2021) == {}
    assert growth(years, teams, 2022)[0][0] == pytest.approx(1.0, abs=1e-3)


def test_intervals_by_hand() -> None:
    """100 works, 50 of them wholly in the hot-spot, have the variance 1/400: Wilson's interval of 50 of 100."""
    low, high = ratio_interval(0.5, 1 / 400)
    assert low == pytest.approx(0.4038, abs=1e-4)
    assert high == pytest.approx(0.5962, abs=1e-4)
    assert ratio_interval(0.0, 0.0) == (0.0, 0.0)


@pytest.mark.parametrize(
    "arguments",
    [
        ["hotspots", "--topic", "none"],
        ["hotspots", "--years", "1900-1901"],
        ["hotspots", "--home", "Atlantis"],
        ["hotspots", "--radius", "-1"],
        ["emerging", "--year", "1900"],
        ["siting", "--home", "SE"],
        ["siting", "--home", "DK", "--weights", "fame=1"],
        ["siting", "--home", "DK", "--reach", "far"],
    ],
)
def test_wrong_questions_get_one_line_and_exit_2(
    small_world: World, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["evidence", *arguments, "--record", str(small_world[0])])
    said = capsys.readouterr()
    assert stopped.value.code == 2
    assert said.out == ""
    assert said.err.strip().splitlines()[-1].startswith("udsyn: ")


def test_the_command_prints_the_contract(small_world: World, capsys: pytest.CaptureFixture[str]) -> None:
    main(["evidence", "hotspots", "--home", "DK", "--format", "json", "--record", str(small_world[0])])
    rows = json.loads(capsys.readouterr().out)
    assert list(rows[0])[: len(COLUMNS)] == list(COLUMNS)
    assert rows[0]["definition"] == "hot-spots"


def test_a_record_without_works_says_what_to_do(tmp_path: Path) -> None:
    Record.create(tmp_path / "empty")
    with pytest.raises(Exception, match="ingest openalex"):
        hotspots(tmp_path / "empty")
    with pytest.raises(UsageError):
        hotspots(tmp_path / "nowhere")


def test_one_hotspot_tells_who_and_what(small_world: World) -> None:
    record, _ = small_world
    page = hotspot(record, "kr-seoul", home="DK").rows.to_dicts()[0]
    assert page["nearest_centre"]["name"] == "Seoul"
    assert page["home_works"] >= max(tie["home_works"] for tie in page["ties_by_field"])
    assert all(field["activity_index"] > 1 for field in page["strong_in"])
    assert page["people"][0]["works"] >= page["people"][-1]["works"]
    with pytest.raises(UsageError, match="no hot-spot"):
        hotspot(record, "at-lantis")


def test_people_who_opted_out_are_not_named(small_world: World, tmp_path: Path) -> None:
    record = tmp_path / "record"
    shutil.copytree(small_world[0], record)
    first = hotspot(record, "kr-seoul").rows.to_dicts()[0]["people"][0]["id"]
    (record / "contacts").mkdir(exist_ok=True)
    (record / "contacts" / "optout.txt").write_text(f"# said no\n{first}\n", encoding="utf-8")
    assert first not in [person["id"] for person in hotspot(record, "kr-seoul").rows.to_dicts()[0]["people"]]


@pytest.mark.parametrize(("suffix", "start"), [(".svg", b"<svg"), (".png", b"\x89PNG"), (".html", b"<!DOCTYPE html")])
def test_maps_are_written(
    small_world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str, start: bytes
) -> None:
    file = tmp_path / f"map{suffix}"
    main(["evidence", "hotspots", "--home", "DK", "--map", str(file), "--record", str(small_world[0])])
    assert file.read_bytes().lstrip()[:20].lower().startswith(start.lower())
    assert "map written" in capsys.readouterr().err


def test_a_second_place_of_the_same_name_bears_its_country() -> None:
    points = pl.DataFrame(
        {
            "institution": [1, 2],
            "country": ["GB", "CA"],
            "lat": [51.51, 42.98],
            "lon": [-0.13, -81.25],
            "fractional": [5.0, 2.0],
            "spot": [0, 1],
        }
    )
    assert describe(points, "fractional")["name"].to_list() == ["London", "London (CA)"]
