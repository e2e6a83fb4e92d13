"""A home-country slice answers as the whole record does, for all that it keeps, and refuses the rest."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.openalex_world import make_works, write_snapshot
from tests.record.snapshots import content, partition

from udsyn import cli
from udsyn.contacts.answers import find_contacts
from udsyn.cubes.build import build_cubes
from udsyn.cubes.statements import STATEMENTS, is_cube
from udsyn.errors import UsageError
from udsyn.evidence.places.hotspots import hotspots
from udsyn.evidence.profile import profile
from udsyn.evidence.shares import share
from udsyn.evidence.ties import ties
from udsyn.facts.countries import MERGES
from udsyn.record import report
from udsyn.record.engine import Record
from udsyn.record.ingest import ingest_openalex
from udsyn.record.scope import Scope
from udsyn.record.slice import Slice
from udsyn.record.tables import CUBES

#: GL is counted with DK by some policies, HK with CN.
DANISH = Slice("DK", ("KR", "CN"))
KEPT = {"DK", "GL", "FO", "KR", "CN", "HK", "MO", "TW"}
#: Cubes that hang on authors and institutions; all others are the whole record's, cell by cell.
OF_THOSE_KEPT = ("kind_year", "institution_year", "institution_pair_year", "team_works")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_snapshot(tmp_path_factory.mktemp("world") / "snapshot", make_works(1500, seed=5))


@pytest.fixture(scope="module")
def records(snapshot: Path) -> tuple[Path, Path]:
    """The whole record and the slice of the same snapshot, counted."""
    whole, slice_ = snapshot.parent / "whole", snapshot.parent / "slice"
    ingest_openalex(snapshot, whole, extras=["citations"])
    result = ingest_openalex(snapshot, slice_, extras=["citations"], slice_=DANISH)
    assert 0 < result["kept"] < result["works"] == 1500
    for record in (whole, slice_):
        build_cubes(record)
    return whole, slice_


def institutions_kept(whole: Path) -> set[int]:
    with Record.open(whole).connect() as connection:
        found = connection.execute("SELECT institution, country FROM institutions").fetchall()
    return {institution for institution, country in found if country in KEPT}


def cells(record: Path, cube: str, whole: Path) -> pl.DataFrame:
    """The cells of a cube that involve the kept countries; all of them where the cube is of countries."""
    frame, kept = Record.open(record).cube(CUBES[cube]), list(institutions_kept(whole))
    if cube == "kind_year":
        return frame.filter(pl.col("country").is_in(list(KEPT)) | (pl.col("kind") == "intercontinental"))
    if cube == "team_works":
        return frame.filter(pl.col("country").is_in(list(KEPT)))
    if cube == "institution_year":
        return frame.filter(pl.col("institution").is_in(kept))
    if cube == "institution_pair_year":
        return frame.filter(pl.col("i1").is_in(kept) | pl.col("i2").is_in(kept))
    return frame


def compare(whole: Path, slice_: Path) -> None:
    for cube in filter(is_cube, STATEMENTS):
        expected = cells(whole, cube, whole)
        assert expected.height > 0, cube
        assert cells(slice_, cube, whole).equals(expected), cube
        if cube in OF_THOSE_KEPT:  # and nothing half counted beside them
            assert Record.open(slice_).cube(CUBES[cube]).equals(cells(slice_, cube, whole)), cube


def test_every_cell_is_that_of_the_whole_record(records: tuple[Path, Path]) -> None:
    compare(*records)


#: policies and settings that say what others say too: whole in `make prove`
ALSO = {"realm", "cwts"}


@pytest.mark.parametrize(
    "policy",
    [pytest.param(policy, marks=[pytest.mark.prove] * (policy in ALSO)) for policy in MERGES if policy != "none"],
)
def test_under_every_policy_of_country_codes(records: tuple[Path, Path], tmp_path: Path, policy: str) -> None:
    copies = [Path(shutil.copytree(record, tmp_path / record.name)) for record in records]
    for copy in copies:
        build_cubes(copy, merge=policy)
    compare(*copies)


def test_under_another_scope(records: tuple[Path, Path], tmp_path: Path) -> None:
    copies = [Path(shutil.copytree(record, tmp_path / record.name)) for record in records]
    for copy in copies:
        report.set_scope(copy, types=[], retracted=True, xpac=True, without_topic=True, without_affiliation=False)
        assert Record.open(copy).scope != Scope()
        build_cubes(copy)
    compare(*copies)


@pytest.mark.parametrize(
    "settings", [pytest.param({"fractional": "country"}, marks=pytest.mark.prove), {"window": 3}], ids=str
)
def test_under_other_ways_of_counting(records: tuple[Path, Path], tmp_path: Path, settings: dict[str, Any]) -> None:
    copies = [Path(shutil.copytree(record, tmp_path / record.name)) for record in records]
    for copy in copies:
        build_cubes(copy, **settings)
    compare(*copies)


def test_findings_are_those_of_the_whole_record(records: tuple[Path, Path]) -> None:
    """World share, activity index, normalised impact and ties need the world's totals."""
    for ask in (
        lambda record: share(record, "DK"),
        lambda record: profile(record, "DK", level="subfield"),
        lambda record: profile(record, "KR", counting="full"),
        lambda record: ties(record, "DK"),
        lambda record: ties(record, "KR", "US"),
    ):
        whole, slice_ = (ask(record).records() for record in records)
        assert whole == slice_ != []


def test_intervals_outside_a_slice_say_what_they_assume(records: tuple[Path, Path]) -> None:
    assert any("2.5 is assumed outside" in note for note in profile(records[1], "DK").notes)
    assert not any("assumed" in note for note in profile(records[0], "DK").notes)


def test_what_is_kept_is_whole_and_the_rest_is_lean(records: tuple[Path, Path]) -> None:
    whole, slice_ = (content(record) for record in records)
    inside = {row[0] for row in whole["work_countries"] if row[1] in KEPT}
    assert slice_["work_countries"] == whole["work_countries"]
    assert slice_["citations_by_year"] == whole["citations_by_year"]
    for table in ("authorships", "work_topics", "references"):
        assert slice_[table] == [row for row in whole[table] if row[0] in inside]
    assert [row for row in slice_["works"] if row[0] in inside] == [row for row in whole["works"] if row[0] in inside]
    outside = [row for row in slice_["works"] if row[0] not in inside]
    assert outside
    assert all(row[6] is None and row[7] is None for row in outside)
    sizes = [sum(f.stat().st_size for f in (record / "tables").rglob("*.parquet")) for record in records]
    assert sizes[1] < sizes[0]


def test_an_incremental_release_gives_the_slice_of_its_final_state(tmp_path: Path) -> None:
    """Works move, change their countries in and out of the slice, and are merged; the world's counts follow."""
    works = make_works(300, seed=6)
    old, new = tmp_path / "old", tmp_path / "new"
    partition(old, "2026-01-01", works)
    moved: list[dict[str, Any]] = []
    for number in range(0, 300, 7):
        donor = works[(number * 5 + 3) % 300]
        moved.append({**works[number], "authorships": donor["authorships"], "updated_date": "2026-02-01T00:00:00"})
    gone = {work["id"] for work in moved}
    partition(new, "2026-01-01", [work for work in works if work["id"] not in gone])
    partition(new, "2026-02-01", moved)
    ingest_openalex(new, tmp_path / "scratch", slice_=DANISH)
    ingest_openalex(old, tmp_path / "grown", slice_=DANISH)
    ingest_openalex(new, tmp_path / "grown")
    assert content(tmp_path / "grown") == content(tmp_path / "scratch")
    # The newer partition alone: what it replaces leaves the world's counts, too.
    ingest_openalex(old, tmp_path / "piece", slice_=DANISH)
    (new / "data/works/updated_date=2026-01-01/part_000.gz").unlink()
    ingest_openalex(new, tmp_path / "piece")
    ingest_openalex(old, tmp_path / "whole")
    ingest_openalex(new, tmp_path / "whole")
    assert content(tmp_path / "piece") == content(tmp_path / "scratch")
    for record in ("piece", "whole"):
        build_cubes(tmp_path / record)
    compare(tmp_path / "whole", tmp_path / "piece")


def test_what_a_slice_cannot_answer_is_refused(records: tuple[Path, Path]) -> None:
    _, slice_ = records
    with pytest.raises(UsageError, match=r"slice of DK with KR, CN: hot-spots .* read the whole snapshot"):
        hotspots(slice_)
    for setting in ({"without_self": True}, {"fractional": "institution"}):
        with pytest.raises(UsageError, match="Use a record of all countries"):
            build_cubes(slice_, **setting)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"people of US, SE are not in it. Read a slice with --partners KR,CN,US,SE"):
        find_contacts(slice_, "Topic 1", country=["KR", "US", "SE"])


def test_a_record_stays_the_slice_that_it_is(snapshot: Path, tmp_path: Path, records: tuple[Path, Path]) -> None:
    whole, slice_ = records
    with pytest.raises(UsageError, match="slice of DK with KR, CN; it cannot become a slice of SE"):
        ingest_openalex(snapshot, slice_, slice_=Slice("SE"))
    with pytest.raises(UsageError, match="a whole record; it cannot become a slice of DK"):
        ingest_openalex(snapshot, whole, slice_=DANISH)
    assert ingest_openalex(snapshot, slice_, slice_=DANISH)["parts"] == 0
    with pytest.raises(UsageError, match="Denmark is no country code"):
        Slice("Denmark")


def test_the_command_says_what_was_kept(snapshot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["ingest", "openalex", str(snapshot), "--record", str(tmp_path / "rec"), "--format", "json"]
    cli.main([*command, "--country", "DK", "--partners", "KR,CN"])
    said = capsys.readouterr()
    kept = json.loads(said.out)["kept"]
    assert f"slice of DK with KR, CN (codes CN, DK, FO, GL, HK, KR, MO, TW): {kept:,} of 1,500 works" in said.err
    assert ("slice", "DK with KR, CN") in [(row["what"], row["name"]) for row in report.status(tmp_path / "rec")]
    with pytest.raises(SystemExit):
        cli.main([*command, "--partners", "KR"])
    assert "--partners goes with --country" in capsys.readouterr().err
