"""Specialisation in technology, against shares written out, and the rules that real panels need."""

from __future__ import annotations

import csv
import gzip
import json
import os
from collections import defaultdict
from pathlib import Path

import pytest
from click.testing import CliRunner

from udsyn.cli import udsyn
from udsyn.errors import UdsynError, UsageError
from udsyn.evidence.technology.specialisation import specialisation

HEAD = "field,economy,year,families\n"
ROWS = """optics,World,2020,100
control,World,2020,300
UNASSIGNED,World,2020,600
ALL,World,2020,1000
optics,World -> Europe -> Denmark<sup>a</sup>,2020,6
control,World -> Europe -> Denmark<sup>a</sup>,2020,6
UNASSIGNED,World -> Europe -> Denmark<sup>a</sup>,2020,1
ALL,World -> Europe -> Denmark<sup>a</sup>,2020,13
optics,World -> Europe,2020,50
control,World -> Europe,2020,50
"""


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "families.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_index_is_over_classified_families(tmp_path):
    rows = specialisation(written(tmp_path, HEAD + ROWS), "DK").to_dicts()
    assert [(row["field"], row["year"]) for row in rows] == [("control", 2020), ("optics", 2020)]
    assert rows[1]["index"] == pytest.approx((6 / 12) / (100 / 400))
    assert rows[0]["index"] == pytest.approx((6 / 12) / (300 / 400))


def test_unknown_is_not_zero(tmp_path):
    text = ROWS.replace(
        "control,World -> Europe -> Denmark<sup>a</sup>,2020,6", "control,World -> Europe -> Denmark,2020,"
    )
    text = text.replace("<sup>a</sup>", "")
    rows = {row["field"]: row["index"] for row in specialisation(written(tmp_path, HEAD + text), "DK").to_dicts()}
    assert rows["control"] is None


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("a,b\n1,2\n", "lacks the column field"),
        (HEAD + ROWS.replace(",100", ",many"), "are numbers"),
        (HEAD + ROWS.replace(",100", ",-1"), "are numbers"),
        (HEAD + ROWS + "optics,World,2020,7\n", "twice"),
        (HEAD + ROWS.replace(",World,", ",Globe,"), "no economy World"),
    ],
)
def test_a_wrong_file_is_told(tmp_path, text, error):
    with pytest.raises(UdsynError, match=error):
        specialisation(written(tmp_path, text), "DK")


def test_a_country_that_is_not_held_is_told(tmp_path):
    with pytest.raises(UsageError, match="no families of KR"):
        specialisation(written(tmp_path, HEAD + ROWS), "KR")


@pytest.mark.parametrize("label", ["XX", "", "Europe", "World"])
def test_what_is_no_country_is_not_taken_for_the_world(tmp_path, label):
    with pytest.raises(UsageError, match="is not a country"):
        specialisation(written(tmp_path, HEAD + ROWS), label)


def test_a_file_reads_alike_however_it_was_saved(tmp_path):
    plain = specialisation(written(tmp_path, HEAD + ROWS), "DK")
    odd = "\n\n".join(";".join(reversed(line.split(","))) for line in (HEAD + ROWS).splitlines())
    (tmp_path / "odd.csv.gz").write_bytes(gzip.compress(b"\xef\xbb\xbf" + odd.encode()))
    assert specialisation(tmp_path / "odd.csv.gz", "Denmark").equals(plain)


def test_every_cell_of_the_real_panel_equals_shares_written_out():
    if "UDSYN_DATA" not in os.environ:
        pytest.skip("UDSYN_DATA names no folder with real data")
    file = Path(os.environ["UDSYN_DATA"]) / "patents" / "families_by_economy_field_year_1998_2020.csv.gz"
    families: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    with gzip.open(file, "rt", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            if row["field"] not in ("ALL", "UNASSIGNED"):
                families[row["economy"].split(" -> ")[-1], row["year"]][row["field"]] = float(row["families"])
    compared = 0
    for code, name in (("US", "United States"), ("DK", "Denmark"), ("KR", "South Korea")):
        for row in specialisation(file, code).to_dicts():
            mine, world = families[name, str(row["year"])], families["World", str(row["year"])]
            share = mine[row["field"]] / sum(mine.values())
            assert row["index"] == pytest.approx(share / (world[row["field"]] / sum(world.values())), rel=1e-12)
            compared += 1
    assert compared == 3 * 35 * 23


def test_the_command(tmp_path):
    asked = ["technology", "specialisation", str(written(tmp_path, HEAD + ROWS)), "--country", "DK", "--format", "json"]
    rows = json.loads(CliRunner().invoke(udsyn, asked, catch_exceptions=False).stdout)
    assert [(row["field"], row["index"]) for row in rows] == [("control", pytest.approx(2 / 3)), ("optics", 2.0)]
