"""A partitioned snapshot read by either engine gives the same record, byte for byte, and the same cubes."""

from __future__ import annotations

import gzip
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.openalex_world import make_works
from tests.record.snapshots import OPENALEX, author, content, partition
from tests.record.test_kill import files_of

from udsyn.cubes.build import build_cubes
from udsyn.cubes.statements import STATEMENTS, is_cube
from udsyn.errors import UdsynError, UsageError
from udsyn.record import report
from udsyn.record.engine import Record
from udsyn.record.ingest import ingest_openalex
from udsyn.record.slice import Slice
from udsyn.record.tables import CUBES

pytestmark = pytest.mark.skipif(
    find_spec("pyspark") is None, reason="pyspark is not installed (pip install udsyn[spark])"
)


SLICE = Slice("DK", ("KR",))


def release(root: Path) -> Path:
    """Parts with broken lines, works that moved or stand twice, merged ids, two entities and a truncated file."""
    works = make_works(900, seed=8)
    for part in range(4):
        date = f"2026-01-0{part + 1}"
        own = [{**work, "updated_date": date} for work in works[part * 225 : (part + 1) * 225]]
        moved = [{**work, "updated_date": date, "title": "Moved"} for work in works[: part * 20]]
        partition(root, date, [*own, b"{broken", *moved, own[0]])
    partition(root, "2026-01-01", [author(n) for n in range(50)], entity="authors")
    merged = root / "data/merged_ids/works/2026.csv.gz"
    merged.parent.mkdir(parents=True)
    rows = f"2026,{works[5]['id']},{works[6]['id']}\n2026,{OPENALEX}W1,{OPENALEX}W2\n"
    merged.write_bytes(gzip.compress(f"merge_date,id,merge_into_id\n{rows}".encode()))
    return root


def tables_of(record: Path) -> dict[str, str]:
    return {name: digest for name, digest in files_of(record).items() if not name.startswith("cubes/")}


def test_both_engines_give_the_same_record_and_cubes(tmp_path: Path) -> None:
    """First with a damaged part, which both refuse, then whole; in between nothing is read twice."""
    src = release(tmp_path / "s")
    file = src / "data/works/updated_date=2026-01-02/part_000.gz"
    whole, results = file.read_bytes(), {}
    for engine in ("duckdb", "spark"):
        record = tmp_path / engine
        file.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(UdsynError, match="ends too early"):
            ingest_openalex(src, record, extras=["citations"], slice_=SLICE, engine=engine)
        assert any(row["what"] == "refused" for row in report.status(record))
        file.write_bytes(whole)
        results[engine] = {**ingest_openalex(src, record, engine=engine), "seconds": 0}
        build_cubes(record, engine=engine)
    one, other = (tmp_path / engine for engine in results)
    assert results["duckdb"] == results["spark"]
    assert content(one) == content(other)
    assert tables_of(one) == tables_of(other)
    for name in filter(is_cube, STATEMENTS):
        left, right = (Record.open(record).cube(CUBES[name]) for record in (one, other))
        assert left.height > 0
        assert left.equals(right), name
    asides = [[row for row in report.status(record) if row.get("line")] for record in (one, other)]
    assert len(asides[0]) == 4
    assert asides[0] == asides[1]


def test_an_unknown_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no engine abacus"):
        ingest_openalex(tmp_path, tmp_path / "record", engine="abacus")
