import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.openalex_world import make_works, write_snapshot

from udsyn.cubes.build import build_cubes
from udsyn.record.ingest import ingest_openalex


@pytest.fixture(scope="session")
def works() -> list[dict[str, Any]]:
    return make_works(2000, seed=11)


@pytest.fixture(scope="session")
def ingested(works: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record that holds the small world, not yet counted."""
    folder = tmp_path_factory.mktemp("small-world")
    ingest_openalex(write_snapshot(folder / "snapshot", works), folder / "record")
    return folder / "record"


@pytest.fixture(scope="session")
def counted(ingested: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world, counted by DuckDB."""
    copy = tmp_path_factory.mktemp("counted") / "record"
    shutil.copytree(ingested, copy)
    build_cubes(copy)
    return copy
