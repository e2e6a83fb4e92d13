"""What `udsyn cubes` can be told: windows, self-citations, levels of fractional counting; against a plain loop."""

import shutil
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from tests.openalex_world import (
    citations_in_window,
    make_works,
    plain_profile,
    self_citations,
    shared_by_country,
    shared_by_institution,
    with_citations_by_year,
    write_snapshot,
)

from udsyn.cubes.build import build_cubes
from udsyn.cubes.statements import STATEMENTS, is_cube
from udsyn.errors import UsageError
from udsyn.evidence.places.chosen import choose
from udsyn.evidence.profile import profile
from udsyn.evidence.question import Question
from udsyn.record.engine import Record
from udsyn.record.ingest import ingest_openalex
from udsyn.record.tables import CUBES, WORK_SCORES

Works = list[dict[str, Any]]
COLUMNS = ("works_full", "works_fractional", "activity_index", "mncs", "pp_top10")


@pytest.fixture(scope="module")
def dated() -> Works:
    return with_citations_by_year(make_works(800, seed=5), seed=5)


@pytest.fixture(scope="module")
def held(dated: Works, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record of works whose citations are known by year."""
    folder = tmp_path_factory.mktemp("dated")
    ingest_openalex(write_snapshot(folder / "snapshot", dated), folder / "record", extras=["citations"])
    return folder / "record"


def assert_equal(record: Path, works: Works, counting: str = "fractional", **plain: Any) -> None:
    for country in ("DK", "KR"):
        found = {str(row["id"]): row for row in profile(record, country, counting=counting).records()}
        expected = plain_profile(works, country, "field", counting, **plain)
        assert expected
        for member, row in expected.items():
            for column in COLUMNS:
                assert found[member][column] == pytest.approx(float(row[column]), abs=1e-7), (country, member, column)


@pytest.mark.parametrize("window", [1, 3])
def test_citations_of_a_window_alone_count(held: Path, dated: Works, window: int, tmp_path: Path) -> None:
    record = shutil.copytree(held, tmp_path / "record")
    build_cubes(record, window=window)
    assert_equal(record, [{**work, "cited_by_count": citations_in_window(work, window)} for work in dated])
    result = profile(record, "DK")
    assert str(result.provenance.scope).endswith(f"+window-{window}")
    assert f"citations: of {window} years" in " ".join(result.notes)


def test_citations_by_the_same_authors_are_left_out(held: Path, dated: Works, tmp_path: Path) -> None:
    record = shutil.copytree(held, tmp_path / "record")
    build_cubes(record, without_self=True)
    own = self_citations(dated)
    assert own.total() > 20
    assert_equal(
        record, [{**work, "cited_by_count": max(work["cited_by_count"] - own[work["id"]], 0)} for work in dated]
    )


def test_without_citations_by_year_references_tell_the_window(ingested: Path, works: Works, tmp_path: Path) -> None:
    record = shutil.copytree(ingested, tmp_path / "record")
    build_cubes(record, window=2)
    years = {work["id"]: work["publication_year"] for work in works}
    received = dict.fromkeys(years, 0)
    for work in works:
        for cited in work["referenced_works"]:
            received[cited] += work["publication_year"] < years[cited] + 2
    assert_equal(record, [{**work, "cited_by_count": received[work["id"]]} for work in works])


@pytest.mark.parametrize(("level", "weigh"), [("institution", shared_by_institution), ("country", shared_by_country)])
def test_a_work_is_shared_out_at_the_level_that_is_set(
    held: Path, dated: Works, level: str, weigh: Any, tmp_path: Path
) -> None:
    record = shutil.copytree(held, tmp_path / "record")
    build_cubes(record, fractional=level)
    assert_equal(record, dated, weigh=weigh)
    assert profile(record, "DK").provenance.counting == f"fractional ({level} level)"
    assert profile(record, "DK", counting="full").provenance.counting == "full"


def test_hot_spots_score_works_as_profiles_do(held: Path, dated: Works, tmp_path: Path) -> None:
    """The cube that places read has the citations of the window, and their mean is the profile's."""
    record = shutil.copytree(held, tmp_path / "record")
    build_cubes(record, window=2)
    cube = Record.open(record).cube(WORK_SCORES)
    cited = {int(str(work["id"]).rpartition("W")[2]): citations_in_window(work, 2) for work in dated}
    assert dict(cube.select("work", "citations").iter_rows()).items() <= cited.items()
    with choose(record, Question(source="openalex")) as chosen:
        of_denmark = chosen.frame(
            "SELECT avg(ncs) AS mncs FROM chosen WHERE work IN (SELECT work FROM work_countries WHERE country = 'DK')"
        )
        assert chosen.scope.endswith("+window-2")
        assert any("citations: of 2 years" in note for note in chosen.notes)
    (row,) = profile(record, "DK", level="all", counting="full").records()
    assert of_denmark["mncs"][0] == pytest.approx(row["mncs"], rel=1e-12)


def test_a_record_that_is_not_counted_is_scored_by_the_same_statements(held: Path, tmp_path: Path) -> None:
    def scores(record: Path) -> list[tuple[int, float]]:
        with choose(record, Question()) as chosen:
            return chosen.frame("SELECT work, ncs FROM chosen ORDER BY work").rows()

    before = scores(held)
    record = shutil.copytree(held, tmp_path / "record")
    build_cubes(record)
    assert before == scores(record)


def test_merged_countries_share_a_work_as_one(held: Path, dated: Works, tmp_path: Path) -> None:
    record = shutil.copytree(held, tmp_path / "record")
    build_cubes(record, merge="cwts", fractional="country")

    def weigh(work: dict[str, Any]) -> dict[str | None, Fraction]:
        merged = {"CN" if code == "HK" else code for code in shared_by_country(work)}
        return {code: Fraction(1, len(merged)) for code in merged}

    assert_equal(record, dated, weigh=weigh)


def test_what_the_record_cannot_answer_is_refused(held: Path, ingested: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    ingest_openalex(
        write_snapshot(tmp_path, [{**work, "referenced_works": []} for work in make_works(20, seed=1)]), bare
    )
    shutil.rmtree(bare / "tables" / "references", ignore_errors=True)
    for settings, said in (
        ({"window": 3}, "--with citations"),
        ({"without_self": True}, "no references"),
        ({"fractional": "continent"}, "no fractional counting"),
        ({"window": 0}, "makes no sense"),
    ):
        with pytest.raises(UsageError, match=said):
            build_cubes(bare, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(("seed", "size"), [(1, 60), (2, 500), (3, 1500)])
def test_other_seeds_and_sizes_equal_a_plain_loop(seed: int, size: int, tmp_path: Path) -> None:
    works = make_works(size, seed)
    ingest_openalex(write_snapshot(tmp_path / "snapshot", works), tmp_path / "record")
    build_cubes(tmp_path / "record")
    for counting in ("full", "fractional"):
        assert_equal(tmp_path / "record", works, counting)


@pytest.mark.skipif(find_spec("pyspark") is None, reason="pyspark is not installed (pip install udsyn[spark])")
@pytest.mark.parametrize(
    "settings",
    [
        {"merge": "cwts", "fractional": "country", "window": 3, "without_self": True},
        pytest.param({"merge": "cwts", "fractional": "institution"}, marks=pytest.mark.prove),
    ],
)
def test_spark_counts_the_same_under_every_setting(held: Path, tmp_path: Path, settings: dict[str, Any]) -> None:
    records = [Path(shutil.copytree(held, tmp_path / engine)) for engine in ("duckdb", "spark")]
    for record, engine in zip(records, ("duckdb", "spark"), strict=True):
        build_cubes(record, engine, **settings)
    for name in filter(is_cube, STATEMENTS):
        one, other = (Record.open(record).cube(CUBES[name]) for record in records)
        assert one.equals(other), name
