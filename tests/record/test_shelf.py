"""Files of others on the shelf: wholly or not at all, told apart by content, each row with its source."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from udsyn.errors import UdsynError
from udsyn.record import shelf as shelves
from udsyn.record.lock import locked
from udsyn.record.shelf import Counts, Fault, Row, Shelf

TABLES = {
    "birds": pl.Schema({"name": pl.String, "weight": pl.Float64}),
    "nests": pl.Schema({"bird": pl.String, "eggs": pl.Int64}),
}


def read(path: Path) -> Iterator[Row | Fault]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        name, _, weight = line.partition(";")
        try:
            yield Row("birds", {"name": name, "weight": float(weight)})
        except ValueError:
            yield Fault(f"line {number}", f"{weight!r} is no weight", line)
        else:
            yield Row("nests", {"bird": name})


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "record", "birds", TABLES)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "birds.txt"
    path.write_text("ærfugl;2.1\nterne;light\nsvane;11\n", encoding="utf-8")
    return path


def test_rows_stand_with_their_source_and_faults_with_their_reason(shelf: Shelf, file: Path) -> None:
    loaded = shelf.load(
        file, "Count 2026", read, licence="CC0", url="https://example.org/b", retrieved=dt.date(2026, 3, 1)
    )
    assert (loaded.rows, loaded.quarantined, loaded.unchanged) == (2, 1, 0)
    birds = shelf.scan("birds").collect()
    assert birds.rows() == [("ærfugl", 2.1, "Count 2026", "birds.txt"), ("svane", 11.0, "Count 2026", "birds.txt")]
    assert shelf.scan("nests").collect()["eggs"].to_list() == [None, None], "what is not named is unknown, not zero"
    assert shelf.quarantined().rows() == [("Count 2026", "birds.txt", "line 2", "'light' is no weight", "terne;light")]
    (about,) = shelf.sources().iter_rows(named=True)
    assert (about["licence"], about["retrieved"], about["rows"], about["quarantined"]) == ("CC0", "2026-03-01", 2, 1)


def test_the_same_bytes_are_read_once_and_a_new_edition_adds(shelf: Shelf, file: Path) -> None:
    shelf.load(file, "count", read)
    renamed = file.rename(file.with_name("again.txt"))
    assert shelf.load(renamed, "count", read).unchanged == 1
    renamed.write_text("lom;3\n", encoding="utf-8")
    assert shelf.load(renamed, "count", read).rows == 1
    assert sorted(shelf.scan("birds").collect()["name"]) == ["lom", "svane", "ærfugl"]
    assert len(shelf.files("birds")) == 2


def test_nothing_loaded_is_an_empty_table_with_its_columns(shelf: Shelf) -> None:
    assert shelf.scan("birds").collect().columns == ["name", "weight", "source", "file"]
    assert shelf.files("birds") == []
    assert shelf.sources().is_empty()
    assert shelf.quarantined().columns == ["source", "file", "where", "reason", "text"]


def test_a_reader_that_fails_midway_leaves_the_shelf_as_it_was(shelf: Shelf, file: Path) -> None:
    def breaks(path: Path) -> Iterator[Row | Fault]:
        yield from read(path)
        raise UdsynError("birds.txt breaks off.")

    with pytest.raises(UdsynError, match="breaks off"):
        shelf.load(file, "count", breaks)
    assert shelf.sources().is_empty()
    assert list(shelf.folder.iterdir()) == []


def test_what_a_killed_run_left_is_not_read_and_is_swept(shelf: Shelf, file: Path) -> None:
    shelf.load(file, "count", read)
    (held,) = shelf.folder.iterdir()
    held.rename(held.with_name(f".{held.name}"))
    assert shelf.scan("birds").collect().is_empty()
    assert shelf.load(file, "count", read).rows == 2
    assert [path.name for path in shelf.folder.iterdir()] == [held.name]


def test_one_writer_at_a_time(shelf: Shelf, file: Path) -> None:
    with locked(shelf.record), pytest.raises(UdsynError, match="being written"):
        shelf.load(file, "count", read)


def test_many_rows_are_written_in_batches_and_keep_their_order(
    shelf: Shelf, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "BATCH", 7)
    file.write_text("".join(f"b{number};{number}\n" for number in range(50)), encoding="utf-8")
    assert shelf.load(file, "count", read).rows == 50
    assert shelf.scan("birds").collect()["weight"].to_list() == list(map(float, range(50)))
    (held,) = shelf.folder.iterdir()
    assert sorted(path.name for path in held.iterdir()) == [
        "birds.parquet",
        "faults.parquet",
        "nests.parquet",
        "source.json",
    ]


def test_a_bulk_writer_puts_its_own_tables(shelf: Shelf, file: Path) -> None:
    def write(folder: Path) -> Counts:
        pl.DataFrame({"name": ["lom"], "weight": [3.0]}).write_parquet(folder / "birds.parquet")
        return Counts({"birds": 1})

    assert shelf.write(file, "count", write).rows == 1
    assert shelf.scan("birds").collect()["name"].to_list() == ["lom"]
    assert shelf.scan("nests").collect().is_empty()


def test_a_damaged_description_is_named(shelf: Shelf, file: Path) -> None:
    shelf.load(file, "count", read)
    (held,) = shelf.folder.iterdir()
    (held / "source.json").write_text(json.dumps({"source": "count"}), encoding="utf-8")
    with pytest.raises(UdsynError, match=r"source\.json is not readable"):
        shelf.sources()
