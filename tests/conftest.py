import gc
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
from tests import scratch
from tests.openalex_world import make_works, write_snapshot

from udsyn.cubes.build import build_cubes
from udsyn.record.ingest import ingest_openalex

scratch.choose()
gc.set_threshold(50_000, 20, 50)  # thousands of modules and tests are loaded now, and stay

#: the same examples on every run, on machines of any speed
settings.register_profile("udsyn", deadline=None, derandomize=True)
settings.load_profile("udsyn")


#: files that take longest: they begin first, so that no worker is left with one of them at the end
LONG = (
    "test_postgresql", "test_pages", "test_leaks", "test_cubes", "test_settings", "test_office",
    "test_assessment_canaries", "test_permissions", "test_adversity", "test_programmes_walk",
    "test_service_walk", "test_service", "test_stays_walk", "test_import_command", "test_browser",
    "test_assessment_walk", "test_sign_in", "test_saml", "test_briefs", "test_generated_world", "test_world",
    "test_broken", "test_spark", "test_kill", "test_service_migration", "test_released",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first. A worker takes whole files, so that what a file builds for its tests is built once."""
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


def pytest_collection_finish() -> None:
    """What is loaded now stays to the end: looking through it again and again took a sixth of the desk's tests."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    gc.unfreeze()


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
