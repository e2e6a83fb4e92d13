"""The real files, where they are at hand: each loads with the counts that its publisher states."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from udsyn.cubes.build import build_cubes
from udsyn.errors import UdsynError
from udsyn.record import report
from udsyn.record.engine import Record
from udsyn.record.ingest import ingest_openalex, ingest_register
from udsyn.record.tables import COVERAGE_YEAR


@pytest.fixture(scope="session")
def data() -> Path:
    if not os.environ.get("UDSYN_DATA"):
        pytest.skip("UDSYN_DATA names no folder of real data")
    return Path(os.environ["UDSYN_DATA"])


@contextmanager
def asking(record: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with Record.open(record).connect() as connection:
        yield connection


def rows(record: Path, question: str) -> list[tuple[Any, ...]]:
    with asking(record) as connection:
        return connection.execute(question).fetchall()


@pytest.fixture(scope="module")
def geoscience(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """5,571 work objects and 129 author objects as loose files of one folder."""
    record = tmp_path_factory.mktemp("geoscience") / "record"
    return record, ingest_openalex(data / "works/geoscience", record)


def test_work_and_author_objects(geoscience: tuple[Path, dict[str, Any]]) -> None:
    record, result = geoscience
    assert (result["works"], result["authors"], result["parts"], result["quarantined"]) == (5571, 129, 2, 0)
    assert rows(record, "SELECT count(*), count(DISTINCT work) FROM works") == [(5571, 5571)]
    assert rows(record, "SELECT count(DISTINCT institution) FROM authorships") == [(1751,)]
    assert rows(record, "SELECT count(*) FROM institutions") == [(1751,)]


def test_works_without_a_country_are_coverage_and_are_never_dropped(geoscience: tuple[Path, dict[str, Any]]) -> None:
    record, _ = geoscience
    status = {(row["what"], row["name"]): row for row in report.status(record)}
    assert status["coverage", "openalex: works without a country"]["value"] == 1115
    assert status["coverage", "openalex: works without a country"]["note"].startswith("20.0%")
    assert rows(record, "SELECT count(*) FROM works WHERE countries = 0") == [(1115,)]
    unknown = "SELECT count(DISTINCT work) FROM work_countries WHERE country IS NULL AND work IN (FROM lost)"
    assert rows(record, f"WITH lost AS (SELECT work FROM works WHERE countries = 0) {unknown}") == [(1115,)]
    report.set_scope(record, types=[], retracted=True, paratext=True, xpac=True, without_topic=True)
    build_cubes(record)
    coverage = Record.open(record).cube(COVERAGE_YEAR)
    assert coverage["works"].sum() - coverage["works_located"].sum() == 1115
    assert coverage["works"].sum() == rows(record, "SELECT count(year) FROM works")[0][0]


def test_ror_joins_institutions(data: Path, geoscience: tuple[Path, dict[str, Any]]) -> None:
    record, _ = geoscience
    result = ingest_register("ror", data / "registers/ror_records.jsonl.gz", record)
    assert (result["organisations"], result["quarantined"]) == (51_370, 0)
    assert rows(record, "SELECT count(*) FROM organisations WHERE country = 'DK'") == [(236,)]
    assert rows(record, "SELECT count(*), count(lat) FROM institutions") == [(1751, 1263)]
    assert rows(record, "SELECT count(*) > 100 FROM institutions WHERE parent IS NOT NULL") == [(True,)]


def test_cordis_participations(data: Path, tmp_path: Path) -> None:
    result = ingest_register("cordis", data / "projects/h2020.csv.gz", tmp_path / "record")
    assert (result["participations"], result["quarantined"]) == (144_726, 0)
    found = rows(tmp_path / "record", "SELECT count(*) - count(country), count(DISTINCT country) FROM participations")
    assert found[0][0] == 0
    codes = {code for (code,) in rows(tmp_path / "record", "SELECT DISTINCT country FROM participations")}
    assert {"GB", "GR", "DK", "KR"} <= codes
    assert {"UK", "EL"}.isdisjoint(codes)


def test_flattened_tables_of_articles_and_authorships(data: Path, tmp_path: Path) -> None:
    """34,341 articles; 86,167 authorships; 101,468 links of author and institution, 95.6 % of them with a country.

    The folder's description says 1,930 works with China: the files give 1,768 for CN, 2,662 with Hong Kong and Macao,
    1,940 with Taiwan.
    """
    record = tmp_path / "record"
    result = ingest_openalex(data / "works/management", record)
    assert (result["works"], result["authorships"]) == (34_341, 101_468)
    assert rows(record, "SELECT count(DISTINCT (work, seq)) FROM authorships") == [(86_167,)]
    located = "SELECT round(avg(CAST(country IS NOT NULL AS DOUBLE)), 3) FROM authorships WHERE institution IS NOT NULL"
    assert rows(record, located) == [(0.956,)]
    counted = rows(record, "SELECT country, count(*) FROM work_countries GROUP BY country")
    assert {code: works for code, works in counted if code in ("DK", "KR", "US", "CN")} == {
        "DK": 815,
        "KR": 455,
        "US": 17_915,
        "CN": 1768,
    }
    with_taiwan = rows(record, "SELECT count(DISTINCT work) FROM work_countries WHERE country IN ('CN', 'TW')")
    assert with_taiwan == [(1940,)]


def test_a_table_flattened_per_work_is_refused_with_its_reason_and_a_way_out(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UdsynError, match=r"no column id: it holds work_id, doi, .*udsyn fetch works.*ingest panel"):
        ingest_openalex(data / "works/coastal", tmp_path / "record")
    assert rows(tmp_path / "record", "SELECT count(*) FROM works") == [(0,)]
