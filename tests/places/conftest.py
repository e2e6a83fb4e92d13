from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from udsyn import world
from udsyn.record.ingest import ingest_openalex


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A record of 8,000 generated works, and what was planted in it."""
    folder = tmp_path_factory.mktemp("places")
    truth = world.build(folder / "world", works=8_000, seed=3)
    ingest_openalex(folder / "world", folder / "record")
    return folder / "record", truth
