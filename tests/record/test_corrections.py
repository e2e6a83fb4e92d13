"""Corrected countries: they hold, survive a new snapshot, say what they meet, and can be undone without a trace."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.openalex_world import make_works, plain_profile, write_snapshot

from udsyn.cubes.build import build_cubes
from udsyn.errors import UsageError
from udsyn.evidence.profile import profile
from udsyn.record import corrections
from udsyn.record.engine import Record
from udsyn.record.ingest import ingest_openalex

Works = list[dict[str, Any]]


def with_strings(works: Works) -> Works:
    """Authors without an institution print one."""
    for work in works:
        for author in work["authorships"]:
            if not author["institutions"]:
                author["raw_affiliation_strings"] = ["Laboratory of   Nowhere, Kongens Lyngby"]
    return works


@pytest.fixture
def held(tmp_path: Path) -> tuple[Path, Works]:
    works = with_strings(make_works(400, seed=9))
    ingest_openalex(write_snapshot(tmp_path / "snapshot", works), tmp_path / "record", extras=["raw"])
    return tmp_path / "record", works


def file_of(folder: Path, *lines: str) -> Path:
    file = folder / "corrections.csv"
    file.write_text("\n".join(("what,id,country,note", *lines)) + "\n", encoding="utf-8")
    return file


def contents(record: Path) -> dict[str, bytes]:
    """All that counts: the tables as they are read, and the manifest."""
    held = Record.open(record)
    with held.connect() as connection:
        return {
            table: repr(connection.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall()).encode()
            for table in ("works", "authorships", "work_countries", "institutions")
        } | {"manifest": held.manifest_file.read_bytes()}


def corrected(works: Works) -> Works:
    """The same works with institution 100 in Korea and the affiliation in Denmark, by hand."""
    again = []
    for work in works:
        authors = []
        for author in work["authorships"]:
            places = [
                {**place, "country_code": "KR" if place["id"].endswith("/I100") else place["country_code"]}
                for place in author["institutions"]
            ]
            authors.append({**author, "institutions": places or [{"id": None, "country_code": "DK", "type": None}]})
        again.append({**work, "authorships": authors})
    return again


def test_cubes_count_what_was_corrected(held: tuple[Path, Works], tmp_path: Path) -> None:
    record, works = held
    rows = corrections.correct(
        record,
        file_of(tmp_path, "institution,I100,KR,moved", 'affiliation,"Laboratory of Nowhere, Kongens Lyngby",dk,'),
    )
    assert [row["was"] for row in rows] == ["DK", "unknown"]
    assert all(row["rows"] > 10 for row in rows)
    build_cubes(record)
    for country in ("DK", "KR"):
        expected = plain_profile(corrected(works), country, "all", "fractional")["all"]
        result = profile(record, country, level="all")
        for column in ("works_full", "works_fractional", "mncs"):
            assert result.records()[0][column] == pytest.approx(float(expected[column]), abs=1e-7)
        assert "+corrected-" in str(result.provenance.scope)
    with Record.open(record).connect() as connection:
        wrong = connection.execute(
            "SELECT count(*) FROM works JOIN (SELECT work, count(country) AS n FROM work_countries GROUP BY work) "
            "USING (work) WHERE countries <> n"
        ).fetchall()
    assert wrong == [(0,)]


def test_undoing_leaves_no_trace(held: tuple[Path, Works], tmp_path: Path) -> None:
    record, _ = held
    before = contents(record)
    corrections.correct(record, file_of(tmp_path, "institution,I100,KR,", "author,W7/1,SE,"))
    once = contents(record)
    assert once != before
    corrections.correct(record, file_of(tmp_path, "institution,I100,,nobody knows"))
    assert contents(record) not in (before, once)
    corrections.undo(record)
    assert contents(record) == once
    assert corrections.undo(record) == []
    assert contents(record) == before
    with pytest.raises(UsageError, match="nothing to undo"):
        corrections.undo(record)


def test_corrections_survive_a_new_snapshot(held: tuple[Path, Works], tmp_path: Path) -> None:
    record, works = held
    corrections.correct(record, file_of(tmp_path, "institution,I100,KR,", "author,W7/1,SE,"))
    moved = [{**work, "updated_date": "2024-09-01T00:00:00", "cited_by_count": 99} for work in works[:150]]
    part = tmp_path / "snapshot" / "data" / "works" / "updated_date=2024-09-01"
    later = write_snapshot(tmp_path / "later", moved) / "data" / "works" / "updated_date=2024-03-01"
    shutil.move(later, part)
    ingest_openalex(tmp_path / "snapshot", record)
    fresh = tmp_path / "fresh"
    ingest_openalex(tmp_path / "snapshot", fresh, extras=["raw"])
    corrections.correct(fresh, tmp_path / "corrections.csv")
    one, other = contents(record), contents(fresh)
    assert {name: value for name, value in one.items() if name != "manifest"} == {
        name: value for name, value in other.items() if name != "manifest"
    }
    with Record.open(record).connect() as connection:
        at = connection.execute("SELECT DISTINCT country FROM authorships WHERE institution = 100").fetchall()
    assert at == [("KR",)]


def test_an_author_comes_before_the_institution(held: tuple[Path, Works], tmp_path: Path) -> None:
    record, works = held
    work, seq = next(
        (work["id"].rsplit("/", 1)[1], seq)
        for work in works
        for seq, author in enumerate(work["authorships"], 1)
        if [place["id"].endswith("/I100") for place in author["institutions"]] == [True]
    )
    corrections.correct(record, file_of(tmp_path, "institution,I100,KR,", f"author,{work}/{seq},US,"))
    with Record.open(record).connect() as connection:
        found = connection.execute(
            f"SELECT country, basis FROM authorships WHERE work = {work[1:]} AND seq = {seq}"
        ).fetchall()
    assert found == [("US", "correction")]


def test_what_meets_nothing_is_said_and_kept(held: tuple[Path, Works], tmp_path: Path) -> None:
    record, _ = held
    rows = corrections.correct(record, file_of(tmp_path, "institution,I999999,KR,", "author,W7/99,SE,"))
    assert [row["said"] for row in rows] == ["meets nothing that the record holds"] * 2
    assert corrections.listed(record) == rows


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["institution,I100,KR,", "institution,i100,SE,"], "lines 2 and 3 say both KR and SE of I100"),
        (["institution,100,KR,"], "line 2: 100 is no id of an institution"),
        (["author,W7,KR,"], "write W123/2"),
        (["institution,I100,XX,"], "XX is no country code"),
        (["planet,I100,DK,"], "no kind of correction"),
    ],
)
def test_what_is_wrong_is_named_by_its_line_and_nothing_changes(
    held: tuple[Path, Works], tmp_path: Path, lines: list[str], said: str
) -> None:
    record, _ = held
    before = contents(record)
    with pytest.raises(UsageError, match=said):
        corrections.correct(record, file_of(tmp_path, *lines))
    assert contents(record) == before


def test_a_file_of_another_shape_is_refused(held: tuple[Path, Works], tmp_path: Path) -> None:
    record, _ = held
    (tmp_path / "other.csv").write_text("name,place\nx,y\n")
    with pytest.raises(UsageError, match="lacks the columns what, id, country"):
        corrections.correct(record, tmp_path / "other.csv")
    (tmp_path / "latin.csv").write_bytes("what,id,country\naffiliation,Århus,DK\n".encode("latin-1"))
    with pytest.raises(UsageError, match="UTF-8"):
        corrections.correct(record, tmp_path / "latin.csv")
    with pytest.raises(UsageError, match="no file"):
        corrections.correct(record, tmp_path / "none.csv")
