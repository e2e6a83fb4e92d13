"""Rates, differences, explanations and intervals, on the small world and on simulated works."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from scipy.special import gammaincinv
from tests.openalex_world import in_scope, member_of, weights_of

from udsyn import facts
from udsyn.cli.evidence import group
from udsyn.errors import UsageError
from udsyn.evidence.address import Address, address
from udsyn.evidence.differences import benjamini_hochberg, differences
from udsyn.evidence.explain import explain
from udsyn.evidence.intervals import effective, gamma_quantile, mean_interval, poisson_interval, pooled, share_interval
from udsyn.evidence.profile import profile
from udsyn.evidence.published import COMPUTERS
from udsyn.evidence.rates import rates
from udsyn.evidence.shares import share
from udsyn.evidence.strengths import strengths
from udsyn.evidence.ties import ties
from udsyn.record.engine import Record
from udsyn.record.sources.panels import ingest_panel

CONTINENTS = {"DK": 1, "SE": 1, "KR": 2, "CN": 2, "HK": 2, "US": 3, "GL": 3}


def test_rates_equal_a_plain_count(counted: Path, works: list[dict[str, Any]]) -> None:
    kinds: Counter[str] = Counter()
    for work in works:
        weights = weights_of(work)
        if not in_scope(work) or work["publication_year"] != 2021 or "DK" not in weights:
            continue
        known = {code for code in weights if code}
        first = {institution["country_code"] for institution in work["authorships"][0]["institutions"]}
        institutions = [place for author in work["authorships"] for place in author["institutions"]]
        kinds["works"] += 1
        kinds["international"] += len(known) >= 2
        kinds["multilateral"] += len(known) >= 3
        kinds["intercontinental"] += len({CONTINENTS[code] for code in known}) >= 2
        kinds["first"] += "DK" in first
        kinds["corresponding"] += "DK" in first
        kinds["company"] += any(place["type"] == "company" for place in institutions)
    (row,) = rates(counted, "DK", years=(2021, 2021)).records()
    assert row["works"] == kinds.pop("works")
    for rate, count in kinds.items():
        assert row[rate] == pytest.approx(count / row["works"]), rate
        assert row[f"{rate}_low"] < row[rate] < row[f"{rate}_high"]


def test_a_number_leads_to_its_cells_and_its_works(counted: Path, works: list[dict[str, Any]]) -> None:
    (row,) = [row for row in profile(counted, "DK").records() if row["id"] == 11]
    cells = explain(counted, row["result"]).records()
    weight = sum(cell["weight"] for cell in cells)
    assert weight == pytest.approx(row["works_fractional"])
    assert sum(cell["contribution"] for cell in cells) / weight == pytest.approx(row["mncs"])
    assert sum(cell["top_contribution"] for cell in cells) / weight == pytest.approx(row["pp_top10"])
    behind = explain(counted, row["result"], works=True).records()
    danish = [work for work in works if in_scope(work) and "DK" in weights_of(work)]
    expected = {work["id"].rsplit("/", 1)[1] for work in danish if member_of(work, "field") == "11"}
    assert {work["id"] for work in behind} == expected
    assert sum(work["weight"] for work in behind) == pytest.approx(row["works_fractional"])


def test_a_tie_leads_to_its_fields_and_its_works(counted: Path) -> None:
    (row,) = ties(counted, "DK", "KR", year=2021).records()
    cells = explain(counted, row["result"]).records()
    assert sum(cell["works"] for cell in cells) == row["works"]
    assert sum(cell["expected"] for cell in cells) == pytest.approx(row["expected"])
    assert len(explain(counted, row["result"], works=True).records()) == row["works"]
    first = strengths(counted, "DK", "KR").records()[0]
    assert {cell["country"] for cell in explain(counted, first["result"]).records()} == {"DK", "KR", "WORLD"}


def test_every_number_has_an_address_that_gives_it_again(counted: Path) -> None:
    for result, column in (
        (profile(counted, "DK", level="subfield", percent=5), "pp_top5"),
        (strengths(counted, "DK", "KR"), "home_activity"),
        (ties(counted, "DK", "KR", year=2021), "observed_expected"),
        (share(counted, "DK"), "share_fractional_low"),
        (rates(counted, "DK"), "multilateral"),
        (differences(counted, "DK", "KR"), "mncs_ratio"),
    ):
        row = result.rows.to_dicts()[0]
        there = address(result, row, column)
        assert there is not None
        found = explain(counted, there)
        assert f"{column} = {row[column]}" in found.notes
        assert found.rows.height > 0
        assert explain(counted, there, works=True).rows.height > 0
        assert str(Address.parse(there)) == there


def test_a_rate_leads_to_the_works_that_it_counts(counted: Path) -> None:
    row = rates(counted, "DK", years=(2021, 2021)).records()[0]
    for rate in ("international", "multilateral", "first", "corresponding", "company"):
        behind = explain(counted, f"rates/DK/2021#{rate}", works=True).rows
        assert behind.height == round(row[rate] * row["works"]), rate


def test_a_panel_shows_its_own_rows(tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_text("year,c1,c2,works\n2020,DK,KR,5\n2020,DK,SE,9\n2020,DK,DK,12\n")
    ingest_panel(tmp_path / "record", tmp_path / "pairs.csv", "pairs", source="made")
    found = explain(tmp_path / "record", "ties/DK/KR/2020@made#works")
    assert "works = 5.0" in found.notes
    assert 5 in found.rows["works"].to_list()
    assert any("as its publisher counted them" in note for note in found.notes)
    with pytest.raises(UsageError, match="no works behind them"):
        explain(tmp_path / "record", "ties/DK/KR/2020", works=True)


def test_shares_of_the_world_carry_intervals(counted: Path) -> None:
    for row in share(counted, "DK").records():
        for counting in ("full", "fractional"):
            low, value, high = (row[f"share_{counting}{end}"] for end in ("_low", "", "_high"))
            assert 0 <= low < value < high <= 1
        full, part = (row[f"share_{c}_high"] - row[f"share_{c}_low"] for c in ("full", "fractional"))
        assert part < full, "works that are shared out weigh less each"


@pytest.mark.parametrize("percent", [1, 5, 50])
def test_other_tops_are_chosen_by_name(counted: Path, percent: int) -> None:
    rows = profile(counted, "US", level="all", counting="full", percent=percent).records()
    assert 0 <= rows[0][f"pp_top{percent}_low"] <= rows[0][f"pp_top{percent}"] <= rows[0][f"pp_top{percent}_high"]
    with pytest.raises(UsageError, match="no top"):
        profile(counted, "US", percent=20)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "profile/DK",
        "ties/DK/KR/soon",
        "profile/DK/full/all/planet/1",
        "fame/DK/2020",
        "profile/DK/full/all/field/1/top7",
    ],
)
def test_an_address_of_no_form_is_refused(counted: Path, text: str) -> None:
    with pytest.raises(UsageError, match=r"[Ff]orm|period|Levels"):
        explain(counted, text)


def test_differences_between_countries(counted: Path) -> None:
    rows = differences(counted, "DK", "KR").records()
    for row in rows:
        assert row["mncs_ratio"] == pytest.approx(row["mncs"] / row["mncs_against"])
        assert row["mncs_p_adjusted"] >= row["mncs_p"]
    there = differences(counted, "KR", "DK").records()
    assert [row["mncs_p"] for row in rows] == pytest.approx([row["mncs_p"] for row in there])
    with pytest.raises(UsageError, match="both sides are the same"):
        differences(counted, "DK")


def test_benjamini_hochberg() -> None:
    assert benjamini_hochberg([0.01, None, 0.04, 0.03]) == pytest.approx([0.03, None, 0.04, 0.04])


# Intervals ---------------------------------------------------------------------------------------------------------


def simulated(draw: np.random.Generator, works: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Works with fractional weights and skewed scores whose true mean is 1."""
    weights = draw.choice([1.0, 1.0, 0.5, 1 / 3, 0.25, 0.1], works)
    scores = draw.poisson(8 * np.exp(draw.normal(-0.32, 0.8, works))) / 8
    return weights, weights**2, scores


def coverage(records: int, works: int = 400, stream: int = 21) -> tuple[float, float]:
    """How many of the 95 % intervals of the mean score and of the share in the top hold the truth."""
    draw = np.random.default_rng(stream)
    cut = 2.5
    truth = float((draw.poisson(8 * np.exp(draw.normal(-0.32, 0.8, 2_000_000))) / 8 > cut).mean())
    means = shares = 0
    for seed in range(records):
        weights, squares, scores = simulated(draw, works)
        low, high = mean_interval(weights, squares, scores, seed)
        assert low is not None
        assert high is not None
        means += low <= 1 <= high
        share = float(weights @ (scores > cut) / weights.sum())
        low, high = share_interval(share, effective(weights, squares))
        shares += (low or 0) <= truth <= (high or 1)
    return means / records, shares / records


def test_intervals_hold_the_truth() -> None:
    for covered in coverage(200):
        assert 0.915 <= covered <= 0.985


@pytest.mark.prove
def test_intervals_hold_the_truth_in_full() -> None:
    for covered in coverage(1000):
        assert 0.93 <= covered <= 0.97


def test_a_histogram_gives_the_interval_of_its_works() -> None:
    weights, squares, scores = simulated(np.random.default_rng(3), 3000)
    apart = mean_interval(weights, squares, scores, seed=1, draws=4000)
    together = mean_interval(*pooled(weights, squares, scores), seed=1, draws=4000)
    assert apart == pytest.approx(together, rel=0.01)


def test_intervals_of_next_to_nothing_are_unknown() -> None:
    one = np.array([1.0])
    assert mean_interval(one, one, one, seed=1) == (None, None)
    assert mean_interval(np.zeros(0), np.zeros(0), np.zeros(0), seed=1) == (None, None)
    assert share_interval(0.0, 0) == (None, None)
    assert poisson_interval(0)[0] == 0
    low, high = poisson_interval(10)
    assert (low, high) == pytest.approx((4.795, 18.391), abs=1e-3)


@pytest.mark.parametrize("share", [0.005, 0.025, 0.5, 0.975, 0.995])
def test_quantiles_of_gamma_are_those_of_scipy(share: float) -> None:
    for shape in (0.01, 0.3, 1.0, 1.5, 10.0, 433.0, 1e4, 1e6):
        assert gamma_quantile(shape, share) == pytest.approx(gammaincinv(shape, share), rel=1e-10)


def test_a_record_of_works_gives_the_figures_that_panels_cannot(counted: Path) -> None:
    record, figure = Record.open(counted), next(figure for figure in facts.figures() if figure.country == "DK")
    top = COMPUTERS["pp_top10"](record, "openalex", "DK", (2019, 2022), figure)
    (row,) = profile(counted, "DK", level="all", counting="full", years=(2019, 2022)).records()
    assert top == (row["pp_top10"], (2019, 2022), "full")
    business = COMPUTERS["public_private_share"](record, "openalex", "DK", (2021, 2021), figure)
    assert business is not None
    assert business[0] == pytest.approx(rates(counted, "DK", years=(2021, 2021)).records()[0]["company"])
    assert COMPUTERS["pp_top10"](record, "openalex", "DK", (2012, 2016), figure) is None, "years that are not held"


def test_the_same_record_and_settings_print_the_same_bytes(counted: Path) -> None:
    for words in (
        ["profile", "--country", "DK", "--top", "5"],
        ["strengths", "--home", "DK", "--partner", "KR"],
        ["ties", "--home", "DK"],
        ["share", "--country", "DK"],
        ["differences", "--country", "DK", "--against", "KR"],
        ["diversity", "--country", "DK"],
        ["explain", "profile/DK/fractional/all/field/11#mncs"],
    ):
        once, again = (
            CliRunner().invoke(group, [*words, "--record", str(counted), "--format", "json"]) for _ in range(2)
        )
        assert once.exit_code == 0, once.output
        assert once.stdout_bytes == again.stdout_bytes
        row = json.loads(once.stdout)[0]
        assert {"definition", "counting", "source", "snapshot", "scope", "coverage", "seed"} <= row.keys()
