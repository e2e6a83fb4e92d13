"""Patents counted and asked by either engine: the same rows."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from udsyn import world
from udsyn.evidence.technology.strengths import profile
from udsyn.evidence.technology.users import users
from udsyn.record.ingest import ingest_openalex
from udsyn.record.patents import load

pytestmark = pytest.mark.skipif(
    find_spec("pyspark") is None, reason="pyspark is not installed (pip install udsyn[spark])"
)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("spark")
    world.build(out / "world", works=1_500, seed=5)
    ingest_openalex(out / "world", out / "record", lambda _: None)
    for file, form in ((world.FAMILIES, "google"), (world.CITATIONS, "citations")):
        load(out / "record", out / "world" / file, form, source="generated", licence="generated")
    return out / "record"


def test_a_profile_is_the_same(record: Path) -> None:
    one, other = (profile(record, "KR", engine=engine) for engine in ("duckdb", "spark"))
    assert one.rows.height > 5
    assert_frame_equal(one.rows, other.rows, check_exact=False, rel_tol=1e-9)
    assert one.notes == other.notes


def test_those_who_build_on_our_science_are_the_same(record: Path) -> None:
    one, other = (users(record, "DK", country="KR", engine=engine) for engine in ("duckdb", "spark"))
    assert one.rows.height > 5
    assert_frame_equal(one.rows, other.rows, check_exact=False, rel_tol=1e-9)
