"""Several workers write the record that one process writes; pieces do not depend on how objects arrive."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from tests.record.snapshots import partition, work
from tests.record.test_kill import files_of, snapshot

from udsyn.errors import UdsynError
from udsyn.record import ingest, workers
from udsyn.record.ingest import ingest_openalex
from udsyn.record.sources import job, lines


def test_two_workers_write_the_same_bytes(tmp_path: Path) -> None:
    src = snapshot(tmp_path / "s")
    alone = ingest_openalex(src, tmp_path / "one")
    together = ingest_openalex(src, tmp_path / "two", workers=2)
    assert {**alone, "seconds": 0} == {**together, "seconds": 0}
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")


def test_a_refused_file_is_refused_by_a_worker_too(tmp_path: Path) -> None:
    partition(tmp_path / "s", "2026-01-01", [work(1)])
    file = partition(tmp_path / "s", "2026-01-02", [work(n) for n in range(2, 300)])
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(UdsynError, match="ends too early"):
        ingest_openalex(tmp_path / "s", tmp_path / "record", workers=2)
    assert len(files_of(tmp_path / "record")) > 0


def test_scanned_or_parsed_a_part_has_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    src = snapshot(tmp_path / "s")
    monkeypatch.setattr(job, "PIECE_VALUES", 700)
    ingest_openalex(src, tmp_path / "parsed")
    monkeypatch.setattr(ingest, "WORTH_A_SCANNER", 0)
    ingest_openalex(src, tmp_path / "scanned")
    assert files_of(tmp_path / "parsed") == files_of(tmp_path / "scanned")


@pytest.mark.parametrize("cuts", [[], [3], [1, 2, 3, 50], [10, 10, 60], list(range(1, 90))])
def test_pieces_do_not_depend_on_where_tables_begin(cuts: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "PIECE_VALUES", 40)
    rows = pa.table({"id": range(90), "list": [[1] * (n % 7) if n % 5 else None for n in range(90)]})
    bounds = [0, *cuts, 90]
    given = [rows.slice(a, b - a) for a, b in pairwise(bounds)]
    found = list(job.pieces(given))
    assert [len(piece) for piece in found] == [len(piece) for piece in job.pieces([rows])]
    assert pa.concat_tables(found).equals(rows)
    assert all(job.sizes_of(piece).sum() >= 40 for piece in found[:-1])


def test_no_rows_give_one_empty_piece() -> None:
    empty = pa.table({"id": pa.array([], pa.int64())})
    assert [len(piece) for piece in job.pieces([empty, empty])] == [0]
    assert list(job.pieces([])) == []


def test_workers_are_bounded_by_parts_and_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "free_memory", lambda: 1 << 20)
    assert workers.worth(8) == 1
    monkeypatch.setattr(workers, "free_memory", lambda: 1 << 50)
    assert workers.worth(1) == 1


def test_lines_wait_in_a_plain_file_where_memory_files_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("os.memfd_create", raising=False)
    slate = lines.Slate()
    slate.fill(b"one\n" * 1000)
    slate.fill(np.frombuffer(b"two\n", np.uint8))
    assert Path(slate.path).read_bytes() == b"two\n"
    slate.close()
    assert not Path(slate.path).exists()


def test_a_record_is_read_without_memory_files_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    partition(tmp_path / "s", "2026-01-01", [work(n) for n in range(20)])
    ingest_openalex(tmp_path / "s", tmp_path / "with")
    monkeypatch.delattr("os.memfd_create", raising=False)
    ingest_openalex(tmp_path / "s", tmp_path / "without")
    assert files_of(tmp_path / "with") == files_of(tmp_path / "without")
