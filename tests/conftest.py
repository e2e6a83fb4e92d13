import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from tests.openalex_world import make_works, write_snapshot

from udsyn.cubes.build import build_cubes
from udsyn.record.ingest import ingest_openalex

#: the same examples on every run, on machines of any speed
settings.register_profile("udsyn", deadline=None, derandomize=True)
settings.load_profile("udsyn")


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
