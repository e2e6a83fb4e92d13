"""Panels: what is read, what is left out and why, and that bad input leaves nothing behind."""

from __future__ import annotations

import csv
import gzip
import json
import os
import random
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from udsyn import cli
from udsyn.record.engine import Record
from udsyn.record.sources.panels import ingest_panel, read_panel
from udsyn.record.tables import COUNTRY_FIELD_YEAR, COUNTRY_YEAR, PAIR_YEAR

DATA = Path(os.environ["UDSYN_DATA"]) / "panels" if os.environ.get("UDSYN_DATA") else None
needs_data = pytest.mark.skipif(DATA is None, reason="UDSYN_DATA does not name the folder of real data")

PAIRS = """year,c1,c2,works
2020,DK,DK,50
2020,DK,KR,10
2020,KR,KR,80
2020,DK,NA,3
2020,NA,NA,9
2020,DK,ZZ,4
2020,DK,Europe,40
Complete,DK,KR,90
"""

FIELDS = """field,counting,economy,year,value
all S&E fields,whole,World,2020,100
all S&E fields,fractional,World,2020,100
all S&E fields,whole,Denmark,2020,12
all S&E fields,fractional,Denmark,2020,8.5
all S&E fields,fractional,Unassigned,2020,4.5
all S&E fields,whole,Europe,2020,60
physics,whole,Denmark,2020,3
physics,fractional,Denmark,2020,1.5
physics,whole,West Bank,2020,1
physics,whole,Gaza Strip,2020,2
"""


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return file


def rows(record: Path, cube: object, *columns: str) -> list[tuple[object, ...]]:
    return Record.open(record).cube(cube).select(columns).rows()  # type: ignore[arg-type]


def test_pairs(tmp_path: Path) -> None:
    said = ingest_panel(tmp_path / "rec", write(tmp_path, "mine.csv.gz", PAIRS), "pairs", snapshot="2024-01-01")
    assert rows(tmp_path / "rec", PAIR_YEAR, "source", "c1", "c2", "year", "works") == [
        ("mine", "DK", "KR", 2020, 10.0),
        ("mine", "DK", "NA", 2020, 3.0),
    ]
    assert rows(tmp_path / "rec", COUNTRY_YEAR, "country", "works", "works_international") == [
        ("DK", None, 50.0),
        ("KR", None, 80.0),
        ("NA", None, 9.0),
    ]
    assert (said["all_time_rows"], said["group_rows"], said["unresolved_rows"]) == (1, 1, 1)
    assert said["unresolved"] == ["ZZ"]
    aside = (tmp_path / "rec/panels/mine/unresolved.pairs.csv").read_text()
    assert "7,DK,ZZ,2020,4" in aside
    about = Record.open(tmp_path / "rec").manifest()["sources"]["mine"]
    assert (about["counting"], about["snapshot"]) == ("full", "2024-01-01")


def test_fields_long_layout(tmp_path: Path) -> None:
    said = ingest_panel(tmp_path / "rec", write(tmp_path, "ours.csv", FIELDS), "fields", source="ncses")
    assert rows(tmp_path / "rec", COUNTRY_YEAR, "country", "works", "works_fractional") == [
        ("DK", 12.0, 8.5),
        ("WORLD", 100.0, 100.0),
        (None, None, 4.5),
    ]
    assert rows(tmp_path / "rec", COUNTRY_FIELD_YEAR, "country", "level", "member", "works", "works_fractional") == [
        ("DK", "field", "physics", 3.0, 1.5),
        ("PS", "field", "physics", 3.0, None),
    ]
    assert said["merged"] == ["PS: Gaza Strip + West Bank"]


def test_other_layouts_are_mapped(tmp_path: Path) -> None:
    file = write(tmp_path, "other.csv", "Yr,From,To,N\n2001,Denmark,South Korea,5\n2001,South Korea,Denmark,5\n")
    names = {"year": "Yr", "c1": "From", "c2": "To", "works": "N"}
    ingest_panel(tmp_path / "rec", file, "pairs", columns=names)
    assert rows(tmp_path / "rec", PAIR_YEAR, "c1", "c2", "year", "works") == [("DK", "KR", 2001, 5.0)]
    file = write(tmp_path, "wide.csv", "year,country,topic,works,works_fractional\n2001,DK,Wind,5,2.5\n")
    ingest_panel(tmp_path / "rec", file, "fields", level="topic", columns={"field": "topic"})
    assert rows(tmp_path / "rec", COUNTRY_FIELD_YEAR, "source", "level", "member", "works_fractional") == [
        ("wide", "topic", "Wind", 2.5)
    ]


def test_parts_of_one_source_come_together_and_loading_again_changes_nothing(tmp_path: Path) -> None:
    pairs, fields = write(tmp_path, "p.csv", PAIRS), write(tmp_path, "f.csv", FIELDS)
    for _ in range(2):
        ingest_panel(tmp_path / "rec", pairs, "pairs", source="ncses")
        ingest_panel(tmp_path / "rec", fields, "fields", source="ncses")
        cells = rows(tmp_path / "rec", COUNTRY_YEAR, "country", "works", "works_international")
        assert cells[0] == ("DK", 12.0, 50.0)
        assert len(cells) == 5
    corrected = write(tmp_path, "p.csv", "year,c1,c2,works\n2020,DK,KR,11\n")
    ingest_panel(tmp_path / "rec", corrected, "pairs", source="ncses")
    assert rows(tmp_path / "rec", PAIR_YEAR, "works") == [(11.0,)]
    assert rows(tmp_path / "rec", COUNTRY_YEAR, "country", "works_international")[0] == ("DK", None)


@given(
    cells=st.dictionaries(
        st.tuples(
            st.integers(1990, 2023), st.sampled_from(["DK", "NA", "KR", "UK"]), st.sampled_from(["US", "EL", "TW"])
        ),
        st.integers(0, 10_000),
        min_size=1,
    ),
    seed=st.randoms(use_true_random=False),
)
@settings(max_examples=25, deadline=None)
def test_neither_the_order_of_rows_nor_of_countries_matters(
    cells: dict[tuple[int, str, str], int], seed: random.Random
) -> None:
    def read(rows: list[tuple[object, ...]]) -> pl.DataFrame:
        with tempfile.TemporaryDirectory() as folder:
            text = "year,c1,c2,works\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)
            return read_panel(write(Path(folder), "p.csv", text), "pairs").cubes[PAIR_YEAR.name]

    given_rows = [(year, a, b, works) for (year, a, b), works in cells.items()]
    other = [(year, b, a, works) if seed.random() < 0.5 else (year, a, b, works) for year, a, b, works in given_rows]
    other += seed.sample(other, len(other) // 2)
    seed.shuffle(other)
    cube = read(given_rows)
    assert cube.equals(read(other))
    assert cube["works"].sum() == sum(cells.values())
    assert (cube["c1"] < cube["c2"]).all()
    assert {"UK", "EL"}.isdisjoint({*cube["c1"], *cube["c2"]})


def cut(content: bytes) -> bytes:
    return gzip.compress(content)[:-20]


BAD = {
    "truncated gzip": (cut(PAIRS.encode() * 50), "cut short"),
    "missing column": (b"year,c1,c2\n2020,DK,KR\n", "no column 'works'"),
    "negative count": (b"year,c1,c2,works\n2020,DK,KR,1\n2020,DK,SE,-3\n", "line 3: works '-3' is negative"),
    "not a number": (b"year,c1,c2,works\n2020,DK,KR,many\n", "line 2: works 'many' is not a number"),
    "infinity": (b"year,c1,c2,works\n2020,DK,KR,inf\n", "not a number"),
    "not a year": (b"year,c1,c2,works\nlast,DK,KR,1\n", "line 2: year 'last' is not a year"),
    "only unknown codes": (b"year,c1,c2,works\n2020,ZZ,QQ,1\n", "none of its countries is known (QQ, ZZ)"),
    "empty file": (b"", "is empty"),
    "only a header": (b"year,c1,c2,works\n", "is empty"),
    "wrong encoding": ("year,c1,c2,works\n2020,Türkiye,DK,1\n".encode("latin-1"), "not UTF-8"),
    "contradiction": (b"year,c1,c2,works\n2020,DK,KR,1\n2020,KR,DK,2\n", "given again with another count"),
    "ragged": (b"year,c1,c2,works\n2020,DK,KR,1,7\n", "not a readable table"),
    "binary": (b"\x00\x01\xff\xfe" * 20, "bad"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line_and_leaves_nothing(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, message = BAD[case]
    file = tmp_path / "bad.csv"
    file.write_bytes(content)
    with pytest.raises(SystemExit) as stop:
        cli.main(["ingest", "panel", str(file), "--as", "pairs", "--record", str(tmp_path / "rec")])
    assert stop.value.code in (1, 2)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert message in said.err
    assert not (tmp_path / "rec").exists()


def test_command_prints_one_object_and_notices_what_is_unresolved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, "mine.csv", PAIRS)
    cli.main(["ingest", "panel", str(file), "--as", "pairs", "--record", str(tmp_path / "rec"), "--format", "json"])
    said = capsys.readouterr()
    assert json.loads(said.out)["pair_year_cells"] == 2
    assert "1 rows have a country that nobody knows (ZZ)" in said.err


@needs_data
def test_published_panels_keep_what_their_index_needs(tmp_path: Path) -> None:
    """All 4,140 published values of the index (Cxy/Cx)/(Cy/Cw) come back from the cubes to 0.005."""
    assert DATA is not None
    record = tmp_path / "rec"
    ingest_panel(record, DATA / "ncses_country_pairs_2003_2022.csv", "pairs")
    pairs = Record.open(record).cube(PAIR_YEAR, "ncses")
    totals = Record.open(record).cube(COUNTRY_YEAR, "ncses").select("country", "year", "works_international")
    with (DATA / "ncses_country_pairs_2003_2022.csv").open() as text:
        published = sum(bool(row["published_index"]) for row in csv.DictReader(text))
    assert published == 4140 == 2 * pairs["published_index"].drop_nulls().len()
    joined = pairs
    for side in ("c1", "c2"):
        joined = joined.join(
            totals.rename({"works_international": f"C_{side}"}), left_on=[side, "year"], right_on=["country", "year"]
        )
    world = totals.filter(pl.col("country") == "WORLD").select("year", C_world="works_international")
    index = pl.col("works") / pl.col("C_c1") / (pl.col("C_c2") / pl.col("C_world"))
    errors = joined.join(world, on="year").select((index - pl.col("published_index")).abs().max())
    assert errors.item() <= 0.005


@needs_data
def test_openalex_panel_loses_no_namibian_cell(tmp_path: Path) -> None:
    assert DATA is not None
    file = DATA / "openalex_country_pairs_1990_2023.csv.gz"
    said = ingest_panel(tmp_path / "rec", file, "pairs")
    with gzip.open(file, "rt") as text:
        cells = [row for row in csv.DictReader(text) if "NA" in (row["c1"], row["c2"]) and row["year"] != "Complete"]
    record = Record.open(tmp_path / "rec")
    pairs = record.cube(PAIR_YEAR).filter((pl.col("c1") == "NA") | (pl.col("c2") == "NA"))
    totals = record.cube(COUNTRY_YEAR).filter(pl.col("country") == "NA")
    assert len(pairs) + len(totals) == len(cells)
    assert said["snapshot"] == "2024-08-27"
    assert said["unresolved_rows"] == 0


@needs_data
def test_every_ncses_economy_is_a_country_or_a_known_group(tmp_path: Path) -> None:
    assert DATA is not None
    file = DATA / "ncses_articles_by_country_field_year_2003_2022.csv.gz"
    said = ingest_panel(tmp_path / "rec", file, "fields")
    assert said["unresolved"] == []
    cube = Record.open(tmp_path / "rec").cube(COUNTRY_YEAR, "ncses")
    share = cube.filter(pl.col("country") == "DK").join(cube.filter(pl.col("country") == "WORLD"), on="year")
    with gzip.open(file, "rt") as text:
        given = {
            (row["economy"], int(row["year"])): float(row["value"])
            for row in csv.DictReader(text)
            if row["field"] == "all S&E fields" and row["counting"] == "fractional"
        }
    assert len(share) == 20
    for year, part, whole in share.select("year", "works_fractional", "works_fractional_right").rows():
        assert part / whole == given["Denmark", year] / given["World", year]
