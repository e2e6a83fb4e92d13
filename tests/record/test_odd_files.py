"""Files as people really have them: other spellings of ids, answers of the API, registers' own downloads, Parquet that
other tools wrote, spreadsheets, pointers in place of data. Each is read whole, or refused with a word on what it is."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pytest
from tests.record.snapshots import OPENALEX, content, topic, work, write

from udsyn.cubes.build import build_cubes
from udsyn.errors import UdsynError
from udsyn.evidence.shares import share
from udsyn.record import ingest, report
from udsyn.record.engine import Record
from udsyn.record.ingest import ingest_openalex, ingest_register
from udsyn.record.sources import documents
from udsyn.record.sources.panels import ingest_panel

GOOD = [work(n) for n in range(1, 13)]


@pytest.fixture(params=["scanned", "parsed"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(ingest, "WORTH_A_SCANNER", 0 if request.param == "scanned" else 1 << 60)
    return str(request.param)


def rows(record: Path, sql: str) -> list[tuple[Any, ...]]:
    with Record.open(record).connect() as connection:
        return connection.execute(sql).fetchall()


SPELLINGS = ("https://openalex.org/works/W{}", "https://api.openalex.org/w{}", "http://openalex.org/W{}", "W{}", "w{}")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_id_is_the_same_however_it_is_spelt(way: str, tmp_path: Path, spelling: str) -> None:
    odd = work(77, id=spelling.format(77), referenced_works=[spelling.format(1), f"{OPENALEX}W2"])
    ingest_openalex(write(tmp_path / "works.jsonl", [*GOOD, odd]), tmp_path / "record")
    assert rows(tmp_path / "record", 'SELECT cited FROM "references" WHERE work = 77 ORDER BY 1') == [(1,), (2,)]
    assert rows(tmp_path / "record", "SELECT count(*) FROM works") == [(len(GOOD) + 1,)]


def page(works: list[Any]) -> dict[str, Any]:
    return {"meta": {"count": len(works)}, "results": works, "group_by": []}


DOCUMENTS = {
    "a list on one line": json.dumps(GOOD),
    "a list, indented": json.dumps(GOOD, indent=2),
    "a list, an object a line": "[" + ",\n".join(json.dumps(work) for work in GOOD) + "]",
    "an answer": json.dumps(page(GOOD)),
    "an answer, indented": json.dumps(page(GOOD), indent=1),
    "answers, one a line": json.dumps(page(GOOD[:5])) + "\n" + json.dumps(page(GOOD[5:])) + "\n",
    "objects, indented, one after another": "\n".join(json.dumps(work, indent=4) for work in GOOD),
    "a list after a byte order mark and blank lines": "\ufeff\n\n" + json.dumps(GOOD, indent=1),
}


@pytest.mark.parametrize("text", DOCUMENTS.values(), ids=DOCUMENTS)
@pytest.mark.parametrize("packed", [False, True])
def test_a_document_is_read_like_an_object_a_line(tmp_path: Path, text: str, packed: bool) -> None:
    ingest_openalex(write(tmp_path / "clean/works.jsonl", GOOD), tmp_path / "clean/record")
    raw = text.encode()
    (tmp_path / "works.json").write_bytes(gzip.compress(raw) if packed else raw)
    ingest_openalex(tmp_path / "works.json", tmp_path / "record")
    assert content(tmp_path / "record") == content(tmp_path / "clean/record")


def test_a_large_document_is_turned_round_piece_by_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "LONGEST_VALUE", 8 << 20)
    many = [work(n, abstract_inverted_index={"word" * 200: [n]}) for n in range(1, 12_000)]
    (tmp_path / "works.json").write_bytes(orjson.dumps(many, option=orjson.OPT_INDENT_2))
    assert ingest_openalex(tmp_path / "works.json", tmp_path / "record")["works"] == len(many)


@pytest.mark.parametrize("cut", [-1, -200, 40])
def test_a_document_that_breaks_off_is_refused(tmp_path: Path, cut: int) -> None:
    (tmp_path / "works.json").write_text(json.dumps(GOOD, indent=1)[:cut], encoding="utf-8")
    with pytest.raises(UdsynError, match="breaks off after"):
        ingest_openalex(tmp_path / "works.json", tmp_path / "record")


def workbook() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


NO_DATA = {
    "a pointer of Git LFS": (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 31\n", "git lfs pull"),
    "a table in CSV": (b"id,year\nW1,2020\n" * 20_000, "no JSON"),
    "an error page": (b"<!DOCTYPE html><html>503</html>\n", "HTML"),
    "a workbook": (workbook(), "xlsx"),
    "a PDF": (b"%PDF-1.7\n1 0 obj\n", "PDF"),
}


@pytest.mark.parametrize(("raw", "word"), NO_DATA.values(), ids=NO_DATA)
def test_what_is_no_data_is_refused_at_once_saying_what_it_is(tmp_path: Path, raw: bytes, word: str) -> None:
    (tmp_path / "works.jsonl").write_bytes(raw)
    with pytest.raises(UdsynError, match=word):
        ingest_openalex(tmp_path / "works.jsonl", tmp_path / "record")
    assert not [row for row in report.status(tmp_path / "record") if row.get("line")], "no line of it is set aside"
    with pytest.raises(UdsynError, match="holds neither works nor panels"):
        build_cubes(tmp_path / "record")


def test_a_packed_file_of_no_bytes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "works.jsonl.gz").write_bytes(b"")
    with pytest.raises(UdsynError, match="0 bytes"):
        ingest_openalex(tmp_path / "works.jsonl.gz", tmp_path / "record")


# Years ------------------------------------------------------------------------------------------------------------

IMPOSSIBLE = (-5, 0, 1000, 2027, 2099, 9999)


def test_works_of_years_that_cannot_be_are_held_counted_nowhere_and_told(tmp_path: Path) -> None:
    odd = [work(200 + n, publication_year=year, updated_date="2026-01-05") for n, year in enumerate(IMPOSSIBLE)]
    good = [work(n, publication_year=2010 + n, updated_date="2026-01-05", type="article") for n in range(1, 13)]
    record = tmp_path / "record"
    ingest_openalex(write(tmp_path / "works.jsonl", [*good, *odd]), record)
    build_cubes(record)
    years = rows(record, "SELECT DISTINCT year FROM country_year ORDER BY 1")
    assert years
    assert all(1450 <= year <= 2026 for (year,) in years)
    assert all(1450 <= year <= 2026 for year in share(record, "DK").rows["year"])
    told = {row["name"]: row for row in report.status(record) if row["what"] == "coverage"}
    assert told["openalex: works of a year that cannot be"]["value"] == len(IMPOSSIBLE)
    assert told["openalex: years"]["note"] == "2011-2022"
    funnel = {row["condition"]: row["dropped"] for row in report.funnel(record)}
    assert funnel["possible"] == len(IMPOSSIBLE)


def test_a_year_with_a_fraction_is_set_aside_and_not_rounded(way: str, tmp_path: Path) -> None:
    file = write(
        tmp_path / "works.jsonl", [*GOOD, work(99, publication_year=2020.7), work(98, publication_year=2020.0)]
    )
    result = ingest_openalex(file, tmp_path / "record")
    assert (result["works"], result["quarantined"]) == (len(GOOD) + 1, 1)
    assert rows(tmp_path / "record", "SELECT year FROM works WHERE work = 98") == [(2020,)]


def test_a_work_whose_authors_are_cut_off_is_set_aside_and_counted(way: str, tmp_path: Path) -> None:
    file = write(tmp_path / "works.jsonl", [*GOOD[:4], work(99, is_authors_truncated=True), b"", *GOOD[4:]])
    result = ingest_openalex(file, tmp_path / "record")
    assert (result["works"], result["quarantined"]) == (len(GOOD), 1)
    status = report.status(tmp_path / "record")
    assert [row["value"] for row in status if row["name"] == "works with authors cut off"] == [1]
    assert [row["line"] for row in status if row.get("line")] == [5]


# Parquet ----------------------------------------------------------------------------------------------------------


def columnar(folder: Path, select: str = "*") -> Path:
    """The works as DuckDB writes them when nobody tells it the types."""
    file = write(folder / "works.jsonl", GOOD)
    out = folder / "works.parquet"
    duckdb.sql(f"COPY (SELECT {select} FROM read_json_auto('{file}')) TO '{out}' (FORMAT parquet)")
    return out


STRICTER = {
    "as it comes": "*",
    "dates and times": "* REPLACE (CAST(publication_date AS DATE) AS publication_date, "
    "CAST(updated_date AS TIMESTAMP) AS updated_date)",
    "years with gaps": "* REPLACE (CAST(publication_year AS DOUBLE) AS publication_year)",
    "numbers as decimals": "* REPLACE (CAST(cited_by_count AS DECIMAL(18, 2)) AS cited_by_count)",
    "nested columns as JSON": "* REPLACE (to_json(authorships) AS authorships, to_json(topics) AS topics)",
    "nested columns as text": "* REPLACE (CAST(to_json(authorships) AS VARCHAR) AS authorships)",
}


@pytest.mark.parametrize("select", STRICTER.values(), ids=STRICTER)
def test_parquet_of_other_tools_gives_the_same_works(tmp_path: Path, select: str) -> None:
    ingest_openalex(write(tmp_path / "clean/works.jsonl", GOOD), tmp_path / "clean")
    ingest_openalex(columnar(tmp_path, select), tmp_path / "record")
    for table, order in (
        ("works", "work"),
        ("work_countries", "work, country"),
        ("authorships", "work, seq, institution"),
    ):
        held = f"SELECT * FROM {table} ORDER BY {order}"
        assert rows(tmp_path / "record", held) == rows(tmp_path / "clean", held)


def test_parquet_with_a_fraction_for_a_year_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UdsynError, match=r"publication_year 2020\.7 is no whole number"):
        ingest_openalex(columnar(tmp_path, "* REPLACE (2020.7 AS publication_year)"), tmp_path / "record")


# Registers --------------------------------------------------------------------------------------------------------


def organisation(name: str, country: str, version: int) -> dict[str, Any]:
    said = {"id": "https://ror.org/0abc", "status": "active", "types": ["education"], "relationships": []}
    if version == 1:
        return {
            **said,
            "types": ["Education"],
            "name": name,
            "country": {"country_code": country, "country_name": "x"},
            "addresses": [{"city": "Aarhus", "lat": 56.1, "lng": 10.2}],
        }
    names = [{"value": "EX", "types": ["acronym"], "lang": None}, {"value": name, "types": ["label", "ror_display"]}]
    place = {"country_code": country, "country_name": "x", "name": "Aarhus", "lat": 56.1, "lng": 10.2}
    return {**said, "names": names, "locations": [{"geonames_id": 1, "geonames_details": place}]}


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("form", ["lines", "list", "indented"])
def test_rors_own_release_is_read_in_both_its_versions(tmp_path: Path, version: int, form: str) -> None:
    held = [organisation("Aarhus University", "DK", version), organisation("KAIST", "KR", version) | {"id": "0xyz"}]
    held[1]["id"] = "https://ror.org/0xyz"
    text = {
        "lines": "\n".join(json.dumps(one) for one in held),
        "list": json.dumps(held),
        "indented": json.dumps(held, indent=2),
    }[form]
    (tmp_path / "ror-data.json").write_text(text, encoding="utf-8")
    assert ingest_register("ror", tmp_path / "ror-data.json", tmp_path / "record")["organisations"] == 2
    assert rows(tmp_path / "record", "SELECT name, country, city, lat, lon, type FROM organisations ORDER BY ror") == [
        ("Aarhus University", "DK", "Aarhus", 56.1, 10.2, "education"),
        ("KAIST", "KR", "Aarhus", 56.1, 10.2, "education"),
    ]


def test_cordiss_own_table_is_read(tmp_path: Path) -> None:
    header = ("projectID", "projectAcronym", "organisationID", "name", "activityType", "country", "rcn", "role")
    with (tmp_path / "organization.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL)
        writer.writerow((*header, "ecContribution"))
        writer.writerow((101, "A;B", 9001, "Københavns Universitet", "HES", "DK", 5, "coordinator", "1500000,5"))
        writer.writerow((101, "A;B", 9002, "Ethniko", "HES", "EL", 6, "participant", "250000"))
    assert ingest_register("cordis", tmp_path / "organization.csv", tmp_path / "record")["participations"] == 2
    held = rows(
        tmp_path / "record", "SELECT project, organisation, country, role, type, contribution FROM participations"
    )
    assert held == [
        (101, 9001, "DK", "coordinator", "HES", 1500000.5),
        (101, 9002, "GR", "participant", "HES", 250000.0),
    ]


# Panels -----------------------------------------------------------------------------------------------------------

PAIRS = "year,c1,c2,works\n2020,DK,KR,10\n2020,DK,NA,3\n2021,NA,SE,4\n"
SHEETS = {
    "semicolons": PAIRS.replace(",", ";").encode(),
    "tabs": PAIRS.replace(",", "\t").encode(),
    "bars": PAIRS.replace(",", "|").encode(),
    "UTF-16": PAIRS.encode("utf-16"),
    "UTF-16 with tabs, as Excel's Unicode text": PAIRS.replace(",", "\t").encode("utf-16"),
    "years with a point": PAIRS.replace("2020", "2020.0").encode(),
    "a byte order mark and semicolons": b"\xef\xbb\xbf" + PAIRS.replace(",", ";").encode(),
}


@pytest.mark.parametrize("raw", SHEETS.values(), ids=SHEETS)
def test_a_panel_saved_by_a_spreadsheet_is_read(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "panel.csv").write_bytes(raw)
    done = ingest_panel(tmp_path / "record", tmp_path / "panel.csv", "pairs")
    assert (done["pair_year_cells"], done["first_year"], done["last_year"]) == (3, 2020, 2021)


@pytest.mark.parametrize("number", ["1.234,5", "1,234", "12,5", "1.234.567"])
def test_numbers_that_may_mean_two_things_are_refused(tmp_path: Path, number: str) -> None:
    (tmp_path / "panel.csv").write_text(f"year;c1;c2;works\n2020;DK;KR;{number}\n", encoding="utf-8")
    with pytest.raises(UdsynError, match=r"line 2: works .* has a decimal comma or separated thousands"):
        ingest_panel(tmp_path / "record", tmp_path / "panel.csv", "pairs")


def test_a_workbook_given_as_a_panel_is_refused_saying_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "panel.xlsx").write_bytes(workbook())
    with pytest.raises(UdsynError, match=r"Excel workbook .* save its sheet as CSV"):
        ingest_panel(tmp_path / "record", tmp_path / "panel.xlsx", "pairs")


# Damaged records --------------------------------------------------------------------------------------------------


def test_a_record_that_lost_its_tables_is_told_and_mended_by_the_same_ingest(tmp_path: Path) -> None:
    source, record = write(tmp_path / "works.jsonl", GOOD), tmp_path / "record"
    ingest_openalex(source, record)
    whole = content(record)
    for file in (record / "tables/works").glob("*"):
        file.unlink()
    with pytest.raises(UdsynError, match=r"is gone, though it was read: 1 of 1 parts of works"):
        build_cubes(record)
    ingest_openalex(source, record)
    assert content(record).keys() == whole.keys()
    build_cubes(record)


@pytest.mark.parametrize("text", ["null", "[]", '"x"', "{}"])
def test_a_manifest_that_describes_no_record_is_one_clear_line(tmp_path: Path, text: str) -> None:
    ingest_openalex(write(tmp_path / "works.jsonl", GOOD), tmp_path / "record")
    (tmp_path / "record/record.json").write_text(text)
    with pytest.raises(UdsynError, match="does not describe a record"):
        report.status(tmp_path / "record")


def test_a_cube_that_was_cut_is_one_clear_line(tmp_path: Path) -> None:
    record = tmp_path / "record"
    ingest_openalex(write(tmp_path / "works.jsonl", GOOD), record)
    build_cubes(record)
    cube = record / "cubes/country_year.parquet"
    cube.write_bytes(cube.read_bytes()[:-20])
    with pytest.raises(UdsynError, match=r"damaged .*Count cubes again"):
        share(record, "DK")


# Links ------------------------------------------------------------------------------------------------------------


def test_links_to_ids_that_are_not_held_are_counted_in_the_status(tmp_path: Path) -> None:
    record = tmp_path / "record"
    ingest_openalex(write(tmp_path / "works.jsonl", GOOD), record)
    assert not [row for row in report.status(record) if row["what"] == "dangling"], "works bring their own topics"
    known = [topic(n) for n in range(30)]
    ingest_openalex(write(tmp_path / "topics.jsonl", known), record)
    awards = [{"id": f"{OPENALEX}G1", "display_name": "One", "funder": {"id": f"{OPENALEX}F404"}}]
    ingest_openalex(write(tmp_path / "awards.jsonl", awards), record)
    ingest_openalex(write(tmp_path / "funders.jsonl", [{"id": f"{OPENALEX}F1", "display_name": "Other"}]), record)
    told = {row["name"]: row["value"] for row in report.status(record) if row["what"] == "dangling"}
    assert told == {"awards.funder": 1}


def test_that_nothing_was_read_of_a_packed_file_without_content_is_told(tmp_path: Path) -> None:
    (tmp_path / "works.jsonl.gz").write_bytes(gzip.compress(b""))
    told: list[str] = []
    ingest_openalex(tmp_path / "works.jsonl.gz", tmp_path / "record", told.append)
    assert any("works.jsonl.gz holds no objects" in line for line in told)
