"""Ties from panels and from works: the worked case, a plain count of the small world, and the published NSF index."""

import csv
import gzip
import os
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest
from tests.openalex_world import in_scope, member_of, weights_of

from udsyn.errors import UsageError
from udsyn.evidence.profile import profile
from udsyn.evidence.shares import share
from udsyn.evidence.ties import ties
from udsyn.record.sources.panels import ingest_panel

#: the worked case of docs/indicators.md: A, B, C are Denmark, Korea and Sweden
LINKS = "year,c1,c2,works\n2020,DK,KR,6\n2020,DK,SE,3\n2020,KR,SE,1\n2020,DK,DK,8\n"
OUTPUT = "country,year,works,works_fractional\nDK,2020,100,80\nKR,2020,50,40\nSE,2020,40,30\nWORLD,2020,1000,1000\n"


@pytest.fixture
def worked(tmp_path: Path) -> Path:
    for name, text, shape in (("pairs.csv", LINKS, "pairs"), ("fields.csv", OUTPUT, "fields")):
        (tmp_path / name).write_text(text)
        ingest_panel(tmp_path / "record", tmp_path / name, shape, source="worked")
    return tmp_path / "record"


def test_the_worked_case_through_a_record(worked: Path) -> None:
    (row,) = ties(worked, "DK", "KR", year=2020).records()
    expected = {"works": 6, "share": 6 / 8, "salton": 0.0848528137423857, "jaccard": 1 / 24, "inclusion": 3 / 25}
    expected |= {"pai": 40 / 21, "ric": 2 / 3, "luukkonen": 2 / 21, "expected": 6, "observed_expected": 1}
    for name, value in expected.items():
        assert row[name] == pytest.approx(value, rel=1e-9), name
    assert row["ric_low"] < 2 / 3 < row["ric_high"]
    assert row["ric_neutral"] == pytest.approx(2 / 3), "with three countries all is as expected"
    (reverse,) = ties(worked, "KR", "DK", year=2020).records()
    assert reverse["ric"] == pytest.approx(6 / 7)
    assert (reverse["share"], row["nsf_index"]) == (None, None)


def test_what_a_panel_lacks_is_said_and_not_made_up(worked: Path) -> None:
    notes = " ".join(ties(worked, "DK", "KR", year=2020).notes)
    assert "lacks the world's international works" in notes


def test_a_partner_without_joint_works_has_a_row_of_zeros(worked: Path) -> None:
    found = ties(worked, "DK", "BR", year=2020)
    (row,) = found.records()
    assert (row["partner"], row["works"], row["expected"], row["pai"]) == ("BR", 0, 0, None)
    assert "no joint works of DK and BR" in " ".join(found.notes)
    assert "nothing held" in " ".join(ties(worked, "DK", "BR", year=1950).notes), "a year that is not held is no zero"


def test_what_is_no_country_or_source_is_refused(worked: Path) -> None:
    with pytest.raises(UsageError, match="not a country"):
        ties(worked, "DK", "QQ")
    with pytest.raises(UsageError, match="no source"):
        ties(worked, "DK", "KR", source="elsewhere")


def test_share_of_the_world(worked: Path) -> None:
    (row,) = share(worked, "DK").records()
    assert (row["year"], row["full"], row["fractional"]) == (2020, 100, 80)
    assert (row["share_full"], row["share_fractional"]) == (0.1, 0.08)
    assert row["source"] == "worked"


def test_ties_equal_a_plain_count(counted: Path, works: list[dict[str, Any]]) -> None:
    """Joint works, international works and output by a loop; expected links by iterative fitting per field."""
    year = 2022
    output: Counter[str] = Counter()
    international: Counter[str] = Counter()
    by_field: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for work in works:
        if not in_scope(work) or work["publication_year"] != year:
            continue
        codes = sorted(code for code in weights_of(work) if code)
        output.update(codes)
        international.update([*codes, "WORLD"] if len(codes) > 1 else [])
        by_field[member_of(work, "field")].update(combinations(codes, 2))
    names = sorted(output)
    observed, expected = np.zeros((len(names),) * 2), np.zeros((len(names),) * 2)
    for links in by_field.values():
        table = np.array([[links[min(a, b), max(a, b)] for b in names] for a in names], dtype=float)
        fitted = 1.0 - np.eye(len(names))
        for _ in range(2000):
            fitted *= (table.sum(axis=1) / fitted.sum(axis=1))[:, None]
            fitted *= (table.sum(axis=0) / fitted.sum(axis=0))[None, :]
        observed, expected = observed + table, expected + fitted
    rows = ties(counted, "DK", year=year).records()
    assert [row["works"] for row in rows] == sorted((row["works"] for row in rows), reverse=True)
    assert {row["partner"] for row in rows} == set(names) - {"DK"}
    i, total = names.index("DK"), observed.sum() / 2
    for row in rows:
        j = names.index(row["partner"])
        c = observed[i, j]
        assert row["works"] == c
        assert row["share"] == pytest.approx(c / international["DK"])
        assert row["salton"] == pytest.approx(c / (output["DK"] * output[row["partner"]]) ** 0.5)
        assert row["pai"] == pytest.approx(2 * total * c / (observed[i].sum() * observed[j].sum()))
        nsf = (c / international["DK"]) / (international[row["partner"]] / international["WORLD"])
        assert row["nsf_index"] == pytest.approx(nsf)
        assert row["expected"] == pytest.approx(expected[i, j], rel=1e-6)
        assert row["observed_expected_low"] < row["observed_expected"] < row["observed_expected_high"]


def test_the_year_defaults_to_the_last_complete_one(counted: Path) -> None:
    result = ties(counted, "DK", "KR")
    assert [row["year"] for row in result.records()] == [2023]
    assert "year: 2023" in " ".join(result.notes)
    assert [row["year"] for row in ties(counted, "DK", "KR", years=(2019, 2021)).records()] == [2019, 2020, 2021]


def real_panels(record: Path, *names: str) -> Path:
    folder = os.environ.get("UDSYN_DATA")
    if not folder:
        pytest.skip("UDSYN_DATA names no folder of real data")
    for name in names:
        ingest_panel(record, Path(folder) / "panels" / name, "fields" if "articles" in name else "pairs")
    return record


def test_every_published_nsf_index_is_reproduced(tmp_path: Path) -> None:
    """4,140 ordered pairs of 46 economies in 2003 and 2022, to the published two decimals."""
    name = "ncses_country_pairs_2003_2022.csv"
    record = real_panels(tmp_path / "record", name)
    from udsyn.facts.countries import resolve

    published = {}
    with (Path(os.environ["UDSYN_DATA"]) / "panels" / name).open() as file:
        for row in csv.DictReader(file):
            if row["published_index"]:
                pair = resolve(row["economy_a"]), resolve(row["economy_b"])
                published[(int(row["year"]), *pair)] = float(row["published_index"])
    assert len(published) == 4140
    computed = {
        (row["year"], home, row["partner"]): row["nsf_index"]
        for home in {str(home) for _, home, _ in published}
        for row in ties(record, home, years=(2003, 2022)).records()
    }
    for key, index in published.items():
        assert abs(computed.get(key, 0.0) - index) <= 0.005 + 1e-9, key


def test_84_published_counts_of_fields_are_reproduced(tmp_path: Path) -> None:
    """The articles of the six largest economies of 2022 by 14 fields, as published, and the shares that follow.

    Three of the shares stand in words in Science and Engineering Indicators, Publications Output (NSB-2023-33): China's
    first field is engineering (25 %), that of the United States health sciences (37 %), India's computer and
    information sciences (21 %).
    """
    name = "ncses_articles_by_country_field_year_2003_2022.csv.gz"
    record = real_panels(tmp_path / "record", name)
    largest = {
        "CN": "China",
        "US": "United States",
        "IN": "India",
        "DE": "Germany",
        "GB": "United Kingdom",
        "JP": "Japan",
    }
    with gzip.open(Path(os.environ["UDSYN_DATA"]) / "panels" / name, "rt", encoding="utf-8") as file:
        held = {
            (row["economy"], row["field"]): float(row["value"])
            for row in csv.DictReader(file)
            if (row["counting"], row["year"]) == ("fractional", "2022")
        }
    world = held["World", "all S&E fields"]
    seen = {}
    for code, economy in largest.items():
        for row in profile(record, code, level="field", years=(2022, 2022)).records():
            published, share = held[economy, row["id"]], held[economy, row["id"]] / held[economy, "all S&E fields"]
            assert row["works_fractional"] == published, (economy, row["id"])
            assert row["activity_index"] == pytest.approx(share / (held["World", row["id"]] / world), rel=1e-6)
            seen[code, row["id"]] = row["works_fractional"] / held[economy, "all S&E fields"]
    assert len(seen) == 84
    printed = {
        ("CN", "engineering"): 25,
        ("US", "health sciences"): 37,
        ("IN", "computer and information sciences"): 21,
    }
    for (code, field), percent in printed.items():
        assert round(100 * seen[code, field]) == percent
        assert max(share for (other, _), share in seen.items() if other == code) == seen[code, field]


def test_the_fractional_share_of_denmark(tmp_path: Path) -> None:
    name = "ncses_articles_by_country_field_year_2003_2022.csv.gz"
    record = real_panels(tmp_path / "record", name)
    rows = share(record, "DK").records()
    assert [row["year"] for row in rows] == list(range(2003, 2023))
    (last,) = (row for row in rows if row["year"] == 2022)
    with gzip.open(Path(os.environ["UDSYN_DATA"]) / "panels" / name, "rt", encoding="utf-8") as file:
        held = {
            row["economy"]: float(row["value"])
            for row in csv.DictReader(file)
            if (row["field"], row["counting"], row["year"]) == ("all S&E fields", "fractional", "2022")
        }
    assert last["share_fractional"] == pytest.approx(held["Denmark"] / held["World"], rel=1e-9)
    assert round(last["share_fractional"], 5) == 0.00482
    # Wilson's interval as SciPy has it, of the world's works over the assumed design effect of teams
    low, high = binomtest(round(held["Denmark"] / 2.5), round(held["World"] / 2.5)).proportion_ci(method="wilson")
    assert (last["share_fractional_low"], last["share_fractional_high"]) == pytest.approx((low, high), rel=1e-3)
    assert all(row["share_full"] > row["share_fractional"] for row in rows), "full counting credits joint works in full"
    assert all(row["source"] == "ncses" for row in rows)
