"""The back-test, reduced: the ranking beats popularity where partners share a topic and a circle."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from benchmarks.contacts_backtest import METHODS, backtest, metrics, ranks
from benchmarks.contacts_world import planted

from udsyn.contacts.answers import opened
from udsyn.record.engine import Record


def test_metrics_of_known_ranks() -> None:
    np.testing.assert_allclose(metrics([[1.0, 60.0], [20.0]]), [[0.5, 0.5, 1.0], [0.0, 1.0, 0.05]])


def test_ties_count_as_the_mean_of_their_ranks(record: Path) -> None:
    index = opened(record)
    asker, partner = index.person(1), index.person(8)
    assert asker is not None
    assert partner is not None
    everybody_abroad = int((index.country != b"DK").sum())
    assert ranks(index, asker, {partner}, lambda i, _: np.zeros(i.people_count)) == [(everybody_abroad + 1) / 2]


def test_backtest_gives_a_row_per_method_and_the_same_rows_twice(ingested: Path) -> None:
    chosen = {name: METHODS[name] for name in ("contacts find", "popularity", "random walk")}
    rows = backtest(Record.open(ingested), 2020, 8, 3, chosen)
    assert [row["method"] for row in rows] == [*chosen, "contacts find less random walk"]
    assert all(0 <= row["MRR low"] <= row["MRR"] <= row["MRR high"] <= 1 for row in rows[:-1])  # type: ignore[operator]
    assert backtest(Record.open(ingested), 2020, 8, 3, chosen) == rows


def test_it_finds_planted_reasons_to_meet_better_than_fame(tmp_path: Path) -> None:
    record = planted(tmp_path / "record", people=500, seed=3)
    chosen = {name: METHODS[name] for name in ("contacts find", "popularity", "random walk")}
    ours, fame, *_ = backtest(record, 2018, 40, 3, chosen)
    assert ours["recall@50 low"] > fame["recall@50 high"]  # type: ignore[operator]
