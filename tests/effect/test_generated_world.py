"""The agreement planted in the generated world, from works through cubes to the effect."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from udsyn import world
from udsyn.cubes.build import build_cubes
from udsyn.evidence.effect import effect_in
from udsyn.record.engine import Record
from udsyn.record.ingest import ingest_openalex
from udsyn.record.sources.panels import ingest_panel


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A record of the generated world's works and pair panel, and its truth."""
    folder = tmp_path_factory.mktemp("planted-world")
    truth = world.build(folder / "world")
    ingest_openalex(folder / "world", folder / "record")
    ingest_panel(folder / "record", folder / "world" / world.PANEL, "pairs", source="panel")
    build_cubes(folder / "record")
    return folder / "record", truth


@pytest.mark.parametrize(("source", "planted"), [("openalex", "agreement"), ("panel", "panel")])
def test_the_planted_agreement_is_recovered(built: tuple[Path, dict[str, Any]], source: str, planted: str) -> None:
    record, truths = built
    truth = truths[planted]
    assert min(truth["works_before"], truth["works_after"]) >= 200
    home, partner = truth["pair"]
    found = effect_in(Record.open(record), home, partner, truth["from"], source=source, known=())
    assert len(found.rows) == 4
    for row in found.rows.iter_rows(named=True):
        assert row["low"] <= truth["effect"] <= row["high"], row
        assert row["low"] > 0, "an effect this large is told from chance"
        assert row["placebo_rank"] <= 5
