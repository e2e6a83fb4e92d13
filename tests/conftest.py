import os
import shutil
from pathlib import Path
from typing import Any

os.environ |= {
    "OPENBLAS_NUM_THREADS": "1",  # each core has a worker of its own; more threads of a small matrix only wait
    "SPARK_SUBMIT_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",  # a JVM that lives for seconds
}

import pytest
from hypothesis import settings
from tests.openalex_world import make_works, write_snapshot

from udsyn.cubes.build import build_cubes
from udsyn.record.ingest import ingest_openalex

#: the same examples on every run, on machines of any speed
settings.register_profile("udsyn", deadline=None, derandomize=True)
settings.load_profile("udsyn")


#: fixtures that are dear to build: who shares one runs on one worker, so that it is built once
DEAR = ("browser", "small_world")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for dear in DEAR:
            if dear in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.xdist_group(dear))
                break


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
