"""What is read is right, complete, and read once."""

from __future__ import annotations

import fcntl
import gzip
from pathlib import Path

import pytest
from tests.record.snapshots import OPENALEX, content, institution, partition, topic, work, write

from udsyn.errors import UdsynError, UsageError
from udsyn.record.ingest import ingest_openalex


def numbers(record: Path) -> list[int]:
    return [row[0] for row in content(record)["works"]]


@pytest.mark.parametrize("form", ["root", "data", "entity", "partition", "file"])
def test_a_source_is_a_root_a_data_folder_an_entity_a_partition_or_a_file(tmp_path: Path, form: str) -> None:
    file = partition(tmp_path / "s", "2026-01-01", [work(n) for n in range(1, 30)])
    src = {"root": tmp_path / "s", "data": tmp_path / "s/data", "entity": file.parents[1], "partition": file.parent}
    result = ingest_openalex(src.get(form, file), tmp_path / "record")
    assert (result["works"], result["quarantined"], result["unchanged"]) == (29, 0, 0)
    assert numbers(tmp_path / "record") == list(range(1, 30))


def test_the_layout_of_2026_reads_as_the_older_one(tmp_path: Path) -> None:
    works = [work(n) for n in range(1, 30)]
    partition(tmp_path / "old", "2026-01-01", works)
    write(tmp_path / "new/data/jsonl/works/updated_date=2026-01-01/part_0000.gz", works)
    ingest_openalex(tmp_path / "old", tmp_path / "a")
    ingest_openalex(tmp_path / "new", tmp_path / "b")
    assert content(tmp_path / "a") == content(tmp_path / "b")


def test_files_of_one_name_in_several_folders_are_all_read(tmp_path: Path) -> None:
    for folder, first in (("a", 1), ("b", 20), ("b/c", 40)):
        write(tmp_path / "s" / folder / "works.jsonl", [work(n) for n in range(first, first + 10)])
    write(tmp_path / "s/notes.jsonl", [work(99)])
    said: list[str] = []
    assert ingest_openalex(tmp_path / "s", tmp_path / "record", said.append)["works"] == 30
    assert [line for line in said if line.startswith("left out: ") and "notes.jsonl" in line]
    assert ingest_openalex(tmp_path / "s", tmp_path / "record")["unchanged"] == 3


def test_of_two_layouts_the_newer_is_read(tmp_path: Path) -> None:
    write(tmp_path / "legacy-data/works/updated_date=2026-01-01/part_000.gz", [work(1)])
    write(tmp_path / "data/jsonl/works/updated_date=2026-01-01/part_0000.gz", [work(1), work(2)])
    assert ingest_openalex(tmp_path, tmp_path / "record")["works"] == 2
    assert ingest_openalex(tmp_path / "legacy-data", tmp_path / "legacy")["works"] == 1


def test_a_second_ingest_does_nothing_and_says_so(tmp_path: Path) -> None:
    partition(tmp_path / "s", "2026-01-01", [work(n) for n in range(1, 30)])
    ingest_openalex(tmp_path / "s", tmp_path / "record")
    before = {file: file.stat().st_mtime_ns for file in (tmp_path / "record").rglob("*.parquet")}
    result = ingest_openalex(tmp_path / "s", tmp_path / "record")
    assert (result["works"], result["parts"], result["unchanged"]) == (0, 0, 1)
    assert before == {file: file.stat().st_mtime_ns for file in (tmp_path / "record").rglob("*.parquet")}


def test_own_objects_of_institutions_and_topics_come_before_what_works_name(tmp_path: Path) -> None:
    partition(tmp_path / "s", "2026-01-01", [work(n) for n in range(1, 60)])
    ingest_openalex(tmp_path / "s", tmp_path / "named")
    assert len(content(tmp_path / "named")["institutions"]) > 30
    geo = {"city": "Aarhus", "latitude": 56.16, "longitude": 10.2}
    partition(tmp_path / "s", "2026-01-01", [institution(5) | {"geo": geo}], entity="institutions")
    partition(tmp_path / "s", "2026-01-01", [topic(3) | {"display_name": "Renamed"}], entity="topics")
    ingest_openalex(tmp_path / "s", tmp_path / "named")
    held = {row[0]: row for row in content(tmp_path / "named")["institutions"]}
    assert held[5][5:8] == ("Aarhus", 56.16, 10.2)
    assert len(held) > 30
    assert (10_003, "Renamed") in [row[:2] for row in content(tmp_path / "named")["topics"]]


def test_another_writer_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "works.jsonl", [work(1)])
    ingest_openalex(file, tmp_path / "record")
    with (tmp_path / "record/.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(UdsynError, match="being written by another process"):
            ingest_openalex(file, tmp_path / "record")


def test_an_increment_gives_the_record_of_its_final_state(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    partition(old, "2026-01-01", [work(n) for n in range(1, 60)])
    partition(old, "2026-01-02", [work(n, "2026-01-02") for n in range(60, 90)])
    moved = [work(n, "2026-02-01", title=f"Moved {n}") for n in (3, 7, 70)]
    partition(new, "2026-01-01", [work(n) for n in range(1, 60) if n not in (3, 7, 11)])
    partition(new, "2026-01-02", [work(n, "2026-01-02") for n in range(60, 90) if n != 70])
    partition(new, "2026-02-01", [*moved, work(100, "2026-02-01")])
    merged = new / "data/merged_ids/works/2026-02-01.csv.gz"
    merged.parent.mkdir(parents=True)
    rows = f"2026-02-01,{OPENALEX}W11,{OPENALEX}W12\n2026-02-01,{OPENALEX}W12,{OPENALEX}W13\n"
    merged.write_bytes(gzip.compress(b"merge_date,id,merge_into_id\n" + rows.encode()))

    ingest_openalex(new, tmp_path / "scratch")
    ingest_openalex(old, tmp_path / "whole")
    ingest_openalex(new, tmp_path / "whole")
    assert content(tmp_path / "whole") == content(tmp_path / "scratch")

    # Only the new partitions at hand: what moved is replaced, what is merged follows.
    ingest_openalex(old, tmp_path / "piece")
    (new / "data/works/updated_date=2026-01-01/part_000.gz").unlink()
    (new / "data/works/updated_date=2026-01-02/part_000.gz").unlink()
    ingest_openalex(new, tmp_path / "piece")
    assert content(tmp_path / "piece") == content(tmp_path / "scratch")
    assert {11, 12}.isdisjoint(numbers(tmp_path / "piece"))
    assert {11, 12}.isdisjoint(cited for _, cited in content(tmp_path / "piece")["references"])


def test_a_work_comes_back_when_the_part_that_replaced_it_is_taken_back(tmp_path: Path) -> None:
    partition(tmp_path / "s", "2026-01-01", [work(n) for n in range(1, 9)])
    newer = partition(tmp_path / "s", "2026-02-01", [work(3, "2026-02-01", title="New")])
    ingest_openalex(tmp_path / "s", tmp_path / "record")
    partition(tmp_path / "s", "2026-02-01", [work(20, "2026-02-01")])
    ingest_openalex(tmp_path / "s", tmp_path / "record")
    assert sorted(numbers(tmp_path / "record")) == [*range(1, 9), 20]
    assert newer.is_file()


def test_the_latest_version_wins_whatever_the_order_and_the_clock(tmp_path: Path) -> None:
    versions = [work(1, "2026-03-01", title="Latest"), work(1, "2026-01-01"), work(2), work(1, "2026-02-01")]
    write(tmp_path / "works.jsonl", versions)
    ingest_openalex(tmp_path / "works.jsonl", tmp_path / "record")
    held = content(tmp_path / "record")
    assert [(row[0], row[8 - 1]) for row in held["works"]] == [(1, "Latest"), (2, "Wörk 2")]
    assert len([row for row in held["work_countries"] if row[0] == 2]) >= 1
    alone = ingest_openalex(write(tmp_path / "one" / "works.jsonl", [versions[0], versions[2]]), tmp_path / "alone")
    assert alone["works"] == 2
    assert content(tmp_path / "alone") == held


def test_manifests_are_held_against_the_files(tmp_path: Path) -> None:
    file = partition(tmp_path / "s", "2026-01-01", [work(1)])
    partition(tmp_path / "s", "2026-01-02", [work(2)])
    size = file.stat().st_size
    base = "s3://openalex/data/works/updated_date="
    entries = [(f"{base}2026-01-01/part_000.gz", size), (f"{base}2026-01-03/part_000.gz", 5)]
    manifest = {"entries": [{"url": url, "meta": {"content_length": length}} for url, length in entries]}
    write(tmp_path / "s/data/works/manifest", [manifest])
    said: list[str] = []
    result = ingest_openalex(tmp_path / "s", tmp_path / "record", said.append)
    assert (result["works"], result["missing"], result["extra"]) == (2, 1, 1)
    assert any("works/2026-01-03.part_000" in line for line in said)

    manifest["entries"][0]["meta"]["content_length"] = size + 1  # type: ignore[index]
    write(tmp_path / "s/data/works/manifest", [manifest])
    with pytest.raises(UdsynError, match="its manifest says"):
        ingest_openalex(tmp_path / "s", tmp_path / "short")


def test_what_costs_extra_is_read_on_request(tmp_path: Path) -> None:
    write(tmp_path / "works.jsonl", [work(n) for n in range(1, 9)])
    ingest_openalex(tmp_path / "works.jsonl", tmp_path / "record")
    assert content(tmp_path / "record")["work_texts"] == []
    result = ingest_openalex(tmp_path / "works.jsonl", tmp_path / "record", extras=["abstracts", "citations", "raw"])
    assert result["parts"] == 1
    held = content(tmp_path / "record")
    assert held["work_texts"] == [(n, "An abstract of abstract") for n in range(1, 9)]
    assert held["citations_by_year"][0] == (1, 2025, 1)
    assert all(text.startswith("Laboratory") for _, _, text in held["raw_affiliations"])
    assert ingest_openalex(tmp_path / "works.jsonl", tmp_path / "record")["unchanged"] == 1
    with pytest.raises(UsageError, match="nothing called tables"):
        ingest_openalex(tmp_path / "works.jsonl", tmp_path / "record", extras=["tables"])
