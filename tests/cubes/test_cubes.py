"""Cubes against a plain loop over the JSON, on every engine."""

import shutil
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sqlglot
from tests.openalex_world import plain_profile

from udsyn.cubes.build import build_cubes
from udsyn.cubes.engines import keys_of
from udsyn.cubes.statements import DIALECTS, STATEMENTS, compiled, is_cube
from udsyn.errors import UdsynError, UsageError
from udsyn.evidence.profile import profile
from udsyn.evidence.question import LEVELS
from udsyn.facts.countries import MERGES
from udsyn.record.engine import Record
from udsyn.record.tables import CUBES, IMPACT, REFERENCE_SETS, UNITS

ENGINES = [
    pytest.param("duckdb", id="duckdb"),
    pytest.param(  # `test_spark.py` and `test_settings.py` hold all cubes of both engines to the same cells
        "spark",
        id="spark",
        marks=[
            pytest.mark.prove,
            pytest.mark.skipif(
                find_spec("pyspark") is None, reason="pyspark is not installed (pip install udsyn[spark])"
            ),
        ],
    ),
]


@pytest.fixture(scope="session", params=ENGINES)
def record(request: pytest.FixtureRequest, ingested: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world counted by each engine."""
    copy = tmp_path_factory.mktemp(request.param) / "record"
    shutil.copytree(ingested, copy)
    build_cubes(copy, engine=request.param)
    return copy


@pytest.mark.parametrize("counting", ["full", "fractional"])
@pytest.mark.parametrize("level", LEVELS)
def test_profile_equals_a_plain_loop(record: Path, works: list[dict[str, Any]], level: str, counting: str) -> None:
    for country in ("DK", "KR", "GL"):
        found = {
            str(row["id"]).lstrip("T"): row
            for row in profile(record, country, level=level, counting=counting).records()
        }
        expected = plain_profile(works, country, level, counting)
        assert expected
        assert set(expected) <= set(found)
        for member, row in expected.items():
            for column in ("works_full", "works_fractional", "activity_index", "mncs", "pp_top10"):
                assert found[member][column] == pytest.approx(float(row[column]), abs=1e-7), (country, member, column)


def test_every_cube_cell_is_the_same_on_every_engine(record: Path, ingested: Path, tmp_path: Path) -> None:
    reference = tmp_path / "record"
    shutil.copytree(ingested, reference)
    build_cubes(reference)
    for name in filter(is_cube, STATEMENTS):
        one, other = (Record.open(path).cube(CUBES[name]) for path in (record, reference))
        assert one.height > 0, name
        assert one.equals(other), name


def test_the_world_is_whole(record: Path) -> None:
    """Weights add up to the works, the world's scores to its works, and its top credits to x % exactly."""
    held = Record.open(record)
    impact, sets = held.cube(IMPACT), held.cube(REFERENCE_SETS)
    ten = sets.filter(pl.col("percent") == 10)
    assert impact["units"].sum() == pytest.approx(ten["works"].sum() * UNITS, rel=1e-9)
    assert ten.filter(pl.col("above") * 100 >= pl.col("works") * 10).is_empty()
    assert ten.filter(pl.col("works") * 10 > (pl.col("above") + pl.col("ties")) * 100).is_empty()
    for percent in (1, 5, 10, 50):
        assert sets.filter(pl.col("percent") == percent).height == ten.height


def test_merged_countries_are_counted_as_one(ingested: Path, works: list[dict[str, Any]], tmp_path: Path) -> None:
    copy = tmp_path / "record"
    shutil.copytree(ingested, copy)
    build_cubes(copy, merge="cwts+realm")
    for country in ("CN", "DK"):
        expected = plain_profile(works, country, "all", "full", dict(MERGES["cwts+realm"]))["all"]
        (found,) = profile(copy, country, level="all", counting="full").records()
        for column in ("works_full", "works_fractional", "mncs"):
            assert found[column] == pytest.approx(float(expected[column]), abs=1e-7)
    assert Record.open(copy).cube(IMPACT).filter(pl.col("country").is_in(["HK", "GL"])).is_empty()
    assert Record.open(copy).manifest()["cubes"]["scope"] != Record.open(copy).manifest().get("scope")


def test_the_same_record_gives_the_same_bytes(ingested: Path, tmp_path: Path) -> None:
    files = []
    for name in ("one", "two"):
        shutil.copytree(ingested, tmp_path / name)
        build_cubes(tmp_path / name)
        files.append({file.name: file.read_bytes() for file in sorted((tmp_path / name / "cubes").iterdir())})
    assert files[0] == files[1]


def test_a_record_without_works_has_nothing_to_count(tmp_path: Path) -> None:
    Record.create(tmp_path / "record")
    with pytest.raises(UdsynError, match="holds neither"):
        build_cubes(tmp_path / "record")


def test_unknown_settings_are_refused(ingested: Path) -> None:
    with pytest.raises(UsageError, match="no engine"):
        build_cubes(ingested, engine="abacus")
    with pytest.raises(UsageError, match="no merging policy"):
        build_cubes(ingested, merge="everything")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", sorted(file.stem for file in files("udsyn.cubes").joinpath("sql").iterdir()))
def test_statements_compile_for_every_engine(name: str, dialect: str) -> None:
    sql = compiled(name, dialect, {"scope": "type IN ('article')"})
    assert "$" not in sql
    tree = sqlglot.parse_one(sql, dialect=dialect)
    columns = list(CUBES[name].columns) if is_cube(name) else []
    assert not columns or [column.alias_or_name for column in tree.selects] == columns


@pytest.mark.parametrize("cube", list(CUBES))
def test_keys_tell_rows_apart(record: Path, cube: str) -> None:
    frame = Record.open(record).cube(CUBES[cube])
    assert frame.select(keys_of(CUBES[cube])).is_unique().all()
