"""Joint works by size of collaboration: counted as a plain loop counts them, and studied part by part."""

from __future__ import annotations

import json
from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner
from tests.openalex_world import joint_work, topic_object, write_lines

from udsyn.cli import udsyn
from udsyn.cubes.build import build_cubes
from udsyn.evidence.ties import ties
from udsyn.record.engine import Record
from udsyn.record.ingest import ingest_openalex
from udsyn.record.sources.panels import ingest_panel
from udsyn.record.tables import COUNTRY_SIZE_YEAR, PAIR_SIZE_YEAR

CODES = ["AU", "BR", "CA", "CN", "DE", "DK", "FI", "FR", "GB", "IN", "JP", "KR", "NO", "SE", "US"]
WORDS = ("evidence", "effect", "--home", "DK", "--partner", "KR", "--from", "2010", "--countries", "15")


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[int, tuple[str, ...]]]]:
    """A record of works with two to thirteen countries, and (year, countries) of each work."""
    folder = tmp_path_factory.mktemp("sizes")
    random = np.random.default_rng(5)
    topic = topic_object(10_001, 2100, 21, 3)
    works, lines = [], []
    for year in range(2002, 2018):
        pairs = list(combinations(CODES, 2))
        groups = [pair for pair in pairs for _ in range(random.poisson(9))]
        groups += [tuple(random.choice(CODES, random.integers(3, 11), replace=False)) for _ in range(25)]
        groups += [tuple(random.choice(CODES, 13, replace=False)) for _ in range(5)]
        rest = [code for code in CODES if code not in ("DK", "KR")]  # from 2010 on these two meet in threes
        groups += [("DK", "KR", random.choice(rest)) for _ in range(40 if year >= 2010 else 6)]
        for countries in groups:
            number = len(works) + 1
            members = [(100 * number + i, CODES.index(code) + 1, str(code)) for i, code in enumerate(countries)]
            works.append((year, tuple(sorted(map(str, countries)))))
            lines.append(joint_work(number, year, topic, members))
    write_lines(folder, lines)
    ingest_openalex(folder, folder / "record")
    build_cubes(folder / "record")
    return folder / "record", works


def size(countries: tuple[str, ...]) -> str:
    return "bilateral" if len(countries) == 2 else "up to ten" if len(countries) <= 10 else "larger"


def test_cubes_count_sizes_as_a_loop_does(counted: tuple[Path, list[tuple[int, tuple[str, ...]]]]) -> None:
    folder, works = counted
    pairs: Counter[tuple[str, str, str, int]] = Counter()
    links: Counter[tuple[str, str, str, int]] = Counter()
    own: Counter[tuple[str, str, int]] = Counter()
    for year, countries in works:
        for code in countries:
            own[code, size(countries), year] += 1
        for one, other in combinations(countries, 2):
            pairs[one, other, size(countries), year] += 1
            links[one, other, size(countries), year] += 1 / (len(countries) - 1)
    record = Record.open(folder)
    held = record.cube(PAIR_SIZE_YEAR)
    assert {(r["c1"], r["c2"], r["size"], r["year"]): r["works"] for r in held.iter_rows(named=True)} == pairs
    for row in held.iter_rows(named=True):
        assert row["links_fractional"] == pytest.approx(links[row["c1"], row["c2"], row["size"], row["year"]])
    countries = record.cube(COUNTRY_SIZE_YEAR)
    assert {(r["country"], r["size"], r["year"]): r["works"] for r in countries.iter_rows(named=True)} == own


def test_ties_show_the_sizes_beside_whole_counts(counted: tuple[Path, list[tuple[int, tuple[str, ...]]]]) -> None:
    folder, works = counted
    row = ties(folder, "DK", "KR", year=2012).rows.row(0, named=True)
    mine = [countries for year, countries in works if year == 2012 and "DK" in countries]
    joint = Counter(size(countries) for countries in mine if "KR" in countries)
    all_ = Counter(size(countries) for countries in mine)
    for name, column in (("bilateral", "bilateral"), ("up to ten", "up_to_ten"), ("larger", "larger")):
        assert row[column] == joint[name]
        assert row[f"{column}_share"] == pytest.approx(joint[name] / all_[name])
    assert row["works"] == sum(joint.values())


def test_an_effect_in_larger_works_alone_is_told_from_one_of_two_countries(
    counted: tuple[Path, list[tuple[int, tuple[str, ...]]]],
) -> None:
    """From 2010 on only works of Denmark, Korea and a third country grow: whole counts rise, bilateral works do not."""
    folder, _ = counted
    words = (*WORDS, "--by", "size", "--record", str(folder), "--format", "json")
    found = CliRunner().invoke(udsyn, words)
    assert found.exit_code == 0, found.output
    rows = {(row["part"], row["estimator"]): row for row in json.loads(found.stdout)}
    assert {part for part, _ in rows} >= {"all works", "fractional links", "bilateral", "up to ten"}
    assert rows["all works", "event_study"]["effect"] > 0.5
    bilateral = rows["bilateral", "event_study"]
    assert bilateral["low"] < 0 < bilateral["high"]
    assert rows["up to ten", "event_study"]["low"] > 0
    assert rows["fractional links", "event_study"]["effect"] < rows["all works", "event_study"]["effect"]
    assert bilateral["headline"].startswith("bilateral: ")


def test_a_panel_says_that_it_does_not_tell(tmp_path: Path) -> None:
    rows = [(one, other, year, 50) for one, other in combinations(CODES, 2) for year in range(2002, 2018)]
    pl.DataFrame(rows, schema=["c1", "c2", "year", "works"], orient="row").write_csv(tmp_path / "pairs.csv")
    ingest_panel(tmp_path / "record", tmp_path / "pairs.csv", "pairs", source="panel")
    found = ties(tmp_path / "record", "DK", "KR")
    assert found.rows["bilateral"].null_count() == len(found.rows) > 0
    assert any("does not tell bilateral works" in note for note in found.notes)
    told = CliRunner().invoke(udsyn, (*WORDS, "--record", str(tmp_path / "record"), "--format", "json"))
    assert "ever less bilateral" in told.stderr
    refused = CliRunner().invoke(udsyn, (*WORDS, "--by", "size", "--record", str(tmp_path / "record")))
    assert refused.exit_code != 0
    assert "needs works" in str(refused.exception)
