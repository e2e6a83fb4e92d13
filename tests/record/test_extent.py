"""How much of the world a source holds: declared, or decided by what it brings, and said with every finding."""

import json
import shutil
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner
from tests.openalex_world import make_works, write_snapshot

from udsyn import world
from udsyn.cli import udsyn as command
from udsyn.cubes.build import build_cubes
from udsyn.demo import make_record
from udsyn.errors import UsageError
from udsyn.evidence import sources
from udsyn.evidence.places.hotspots import hotspots
from udsyn.evidence.shares import share
from udsyn.record import extent
from udsyn.record.engine import Record
from udsyn.record.ingest import ingest_openalex
from udsyn.record.slice import Slice
from udsyn.record.sources.panels import ingest_panel

PARTS = ("updated_date=2024-03-01/part_000.gz",)


@pytest.fixture(scope="module")
def few() -> list[dict[str, Any]]:
    return make_works(60, seed=3)


def snapshot(folder: Path, works: list[dict[str, Any]], listed: tuple[str, ...] = ()) -> Path:
    """A snapshot of works, with a manifest of these parts where any are listed."""
    root = write_snapshot(folder, works)
    if listed:
        entries = [{"url": f"s3://openalex/data/works/{part}", "meta": {}} for part in listed]
        (root / "data/works/manifest").write_bytes(orjson.dumps({"entries": entries}))
    return root


def held(record: Path, source: str = "openalex") -> str:
    return extent.of_source(Record.open(record).manifest()["sources"], source)


def test_works_are_a_sample_unless_their_manifest_is_there(tmp_path: Path, few: list[dict[str, Any]]) -> None:
    ingest_openalex(snapshot(tmp_path / "loose", few), tmp_path / "a")
    assert held(tmp_path / "a") == "sample"
    ingest_openalex(snapshot(tmp_path / "whole", few, PARTS), tmp_path / "b")
    assert held(tmp_path / "b") == "complete"
    ingest_openalex(snapshot(tmp_path / "part", few, (*PARTS, "updated_date=2024-03-02/part_000.gz")), tmp_path / "c")
    assert held(tmp_path / "c") == "sample", "a part that the manifest promises is missing"


def test_a_slice_of_everything_is_a_slice_and_a_slice_of_a_sample_a_sample(tmp_path: Path, few: list[Any]) -> None:
    ingest_openalex(snapshot(tmp_path / "whole", few, PARTS), tmp_path / "a", slice_=Slice("DK"))
    assert held(tmp_path / "a") == "slice"
    ingest_openalex(snapshot(tmp_path / "loose", few), tmp_path / "b", slice_=Slice("DK"))
    assert held(tmp_path / "b") == "sample"


def test_what_is_declared_stands_until_it_is_declared_anew(tmp_path: Path, few: list[dict[str, Any]]) -> None:
    source, record = snapshot(tmp_path / "s", few), tmp_path / "record"
    ingest_openalex(source, record, declared="complete")
    ingest_openalex(source, record)
    assert held(record) == "complete"
    more = write_snapshot(tmp_path / "more", make_works(5, seed=4))
    ingest_openalex(more, record)  # works are described anew
    assert held(record) == "complete"
    ingest_openalex(source, record, declared="sample")
    assert held(record) == "sample"
    with pytest.raises(UsageError, match="no extent half: choose one of complete, slice, sample"):
        ingest_openalex(source, record, declared="half")


def test_a_panel_is_a_slice_where_it_totals_the_world_and_a_sample_where_it_does_not(tmp_path: Path) -> None:
    file = tmp_path / "my.csv"
    file.write_text("year,country,works\n2020,DK,10\n2020,KR,20\n")
    assert ingest_panel(tmp_path / "a", file, "fields")["extent"] == "sample"
    assert ingest_panel(tmp_path / "b", file, "fields", declared="complete")["extent"] == "complete"
    file.write_text("year,country,works\n2020,DK,10\n2020,World,300\n")
    assert ingest_panel(tmp_path / "c", file, "fields")["extent"] == "slice"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generated world without its manifests, as a folder of somebody's own files would be."""
    folder = tmp_path_factory.mktemp("sample")
    world.build(folder / "world", works=3000, seed=5, say=lambda _: None)
    for manifest in (folder / "world").rglob("manifest*"):
        manifest.unlink()
    ingest_openalex(folder / "world", folder / "record")
    build_cubes(folder / "record")
    return folder / "record"


def test_every_finding_carries_the_extent_and_the_number_of_works(sample: Path) -> None:
    works = Record.open(sample).manifest()["sources"]["openalex"]["works"]
    for found in (share(sample, "DK"), hotspots(sample)):
        assert {(row["extent"], row["source_works"]) for row in found.records()} == {("sample", works)}
        assert any("sample" in note and "not the world" in note for note in found.notes)
        assert f"extent: sample of {works:,} works" in found.provenance.sentence()


FINDINGS = (
    "share --country DK",
    "profile --country DK",
    "strengths --home DK --partner KR",
    "partners --home DK",
    "ties --home DK",
    "rates --country DK",
    "differences --country DK --against KR",
    "diversity --country DK",
    "hotspots",
    "emerging",
    "siting --home DK",
    "audit",
)


@pytest.mark.parametrize("line", FINDINGS)
def test_a_sample_is_told_on_stderr_and_in_every_row_and_answers_all_the_same(line: str, sample: Path) -> None:
    asked = ["evidence", *line.split(), "--record", str(sample), "--format", "json"]
    told = CliRunner().invoke(command, asked)
    if told.exit_code == 2 and "No such option" in told.stderr:
        pytest.fail(told.stderr)
    assert told.exit_code == 0, told.stderr
    rows = json.loads(told.stdout)
    assert {row["extent"] for row in rows} <= {"sample"}
    assert "sample" in told.stderr


def test_the_same_works_declared_complete_are_not_called_a_sample(sample: Path, tmp_path: Path) -> None:
    record = tmp_path / "record"
    shutil.copytree(sample, record)
    manifest = Record.open(record).manifest()
    manifest["sources"]["openalex"]["extent"] = "complete"
    Record.open(record).write_manifest(manifest)
    for found in (share(record, "DK"), hotspots(record)):
        assert found.provenance.extent == "complete"
        assert not any("sample" in note for note in found.notes)


def test_a_share_far_from_a_published_figure_warns_and_one_near_it_does_not(tmp_path: Path) -> None:
    file = tmp_path / "my.csv"
    for danish, warned in ((61, False), (550, True), (6, True)):
        file.write_text(f"year,country,works_fractional\n2020,DK,{danish}\n2020,World,10000\n2020,KR,300\n")
        ingest_panel(tmp_path / "record", file, "fields", declared="complete")
        notes = [note for note in share(tmp_path / "record", "DK").notes if "far from a published figure" in note]
        assert bool(notes) == warned, danish
        assert not warned or "0.61%" in notes[0]
        assert not [note for note in share(tmp_path / "record", "KR").notes if "far from" in note]


@pytest.mark.parametrize(
    ("extents", "answers"),
    [
        ({"works": "complete", "panel": "complete"}, "works"),
        ({"works": "slice", "panel": "sample"}, "works"),
        ({"works": "sample", "panel": "complete"}, "panel"),
        ({"works": "sample"}, "works"),
        ({"works": "sample", "small": "complete", "panel": "complete"}, "panel"),
    ],
)
def test_a_sample_of_works_answers_only_where_no_panel_can(extents: dict[str, str], answers: str) -> None:
    held = {name: {"works": 900, "panel": 50, "small": 5}[name] for name in extents}
    about = {name: {"extent": said} for name, said in extents.items()}
    assert sources.preferred(held, {"works"}, about) == answers


def test_the_demonstration_world_speaks_for_all_of_its_world(tmp_path: Path) -> None:
    record = make_record(tmp_path, None, lambda _: None, works=2_000, seed=1)
    assert held(record) == "complete"
    assert share(record, "DK").provenance.source == "openalex"
